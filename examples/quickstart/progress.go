package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A progress tells a person how far the work is: on a terminal a line that
// moves, elsewhere one line per phase.
type progress struct {
	out      io.Writer
	terminal bool
	phase    string
	began    time.Time // the phase
	shown    time.Time
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// line prints a line that stays.
func (p *progress) line(format string, args ...any) {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K") // wipe the line that moves
	}
	fmt.Fprintf(p.out, format+"\n", args...)
}

// show moves the line, ten times a second at most.
func (p *progress) show(j job, done float64) {
	now := time.Now()
	if p.phase != j.unit {
		p.phase, p.began = j.unit, now
	}
	if !p.terminal || now.Sub(p.shown) < 100*time.Millisecond {
		return
	}
	p.shown = now
	fmt.Fprintf(p.out, "\r\x1b[K%s: %.0f done in %.1f s", j.unit, done, now.Sub(p.began).Seconds())
}
