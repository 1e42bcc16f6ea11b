package jsonl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/scimeter/scimeter/meter"
)

// Schema names the form of a line.
const Schema = "scimeter.journal/1"

// An Entry is a line: what a start of a run has used up to an instant.
type Entry struct {
	Run   string      // what the work is called, over restarts
	Start string      // of the program: the ID of its meter
	At    time.Time   // up to when
	Final bool        // the program has ended by itself
	Usage meter.Usage // since the start
}

type entryJSON struct {
	Schema string      `json:"schema"`
	Run    string      `json:"run"`
	Start  string      `json:"start"`
	At     time.Time   `json:"at"`
	Final  bool        `json:"final,omitempty"`
	Usage  meter.Usage `json:"usage"`
}

// A Journal is a file that lines are added to. It is safe for concurrent use, and
// for several programs at once: each line is one write at the end of the file.
type Journal struct {
	mu   sync.Mutex // guards what follows
	file *os.File
	torn bool // the last line was cut off, as by a full disk
}

// Open opens a journal, and makes one if there is none. A last line that was cut
// off, as by a crash, is ended: it counts for nothing.
func Open(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("jsonl: %w", err)
	}
	if err := endLine(f); err != nil {
		return nil, errors.Join(fmt.Errorf("jsonl: open %s: %w", path, err), f.Close())
	}
	return &Journal{file: f}, nil
}

// endLine ends a line that has no end.
func endLine(f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, size-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = f.Write([]byte("\n"))
	return err
}

// Write adds a line, and returns once it is on the disk.
func (j *Journal) Write(e Entry) error {
	if e.Usage.Method == nil {
		return fmt.Errorf("jsonl: write %q: the usage is of no window", e.Run)
	}
	if e.Start == "" {
		e.Start = e.Usage.Method.ID
	}
	line, err := json.Marshal(entryJSON{Schema, e.Run, e.Start, e.At.UTC(), e.Final, e.Usage})
	if err != nil {
		return fmt.Errorf("jsonl: write %q: %w", e.Run, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.torn { // so that what is whole does not go on from it
		line = append([]byte("\n"), line...)
	}
	_, err = j.file.Write(append(line, '\n'))
	if j.torn = err != nil; err != nil {
		return fmt.Errorf("jsonl: write %q: %w", e.Run, err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("jsonl: write %q: %w", e.Run, err)
	}
	return nil
}

// Close closes the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file.Close()
}

// Follow adds a line for what m has used since this call, each time the interval
// has passed, and a last one when ctx ends or m is stopped. A line that fails does
// not end it; the error is that of the last one.
func (j *Journal) Follow(ctx context.Context, m *meter.Meter, run string, every time.Duration) error {
	if m == nil {
		return fmt.Errorf("jsonl: follow %q: %w", run, meter.ErrStopped)
	}
	begin, err := m.Read(ctx)
	if err != nil {
		return fmt.Errorf("jsonl: follow %q: %w", run, err)
	}
	ticks := time.NewTicker(max(every, time.Second))
	defer ticks.Stop()
	for {
		final := false
		select {
		case <-ctx.Done():
			final = true
		case <-ticks.C:
		}
		err = j.note(m, begin, run, final)
		if final {
			return err
		}
	}
}

// noteBound is how long a reading for a line is waited for. [E]
const noteBound = 2 * time.Second

func (j *Journal) note(m *meter.Meter, begin meter.Snapshot, run string, final bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), noteBound)
	defer cancel()
	now, err := m.Read(ctx)
	if err != nil {
		return fmt.Errorf("jsonl: note %q: %w", run, err)
	}
	u, err := now.Sub(begin)
	if err != nil {
		return fmt.Errorf("jsonl: note %q: %w", run, err)
	}
	u.Name = run
	return j.Write(Entry{Run: run, At: now.At, Final: final, Usage: u})
}

// trim cuts what is around a line.
func trim(line []byte) []byte { return bytes.TrimSpace(line) }
