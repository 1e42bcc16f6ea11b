package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A process is one program that is measured from outside.
type process struct {
	name string
	args []string

	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Reader

	before, used time.Duration // CPU time
	rss, pss     int           // KiB
	anonymous    int           // KiB, of Pss

	started, stopped time.Duration // of the meter, as the program says
	reads, errors    int
	effort           time.Duration
}

func (p *process) start() error {
	p.cmd = exec.Command(p.args[0], p.args[1:]...)
	p.cmd.Stderr = os.Stderr
	if !p.meters() {
		return p.cmd.Start()
	}
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.stdin, p.out = in, bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	_, err = fmt.Fscanln(p.out, &p.started)
	return err
}

func (p *process) meters() bool { return filepath.Base(p.args[0]) == "metered" }

// end ends the program and waits for it.
func (p *process) end() error {
	if !p.meters() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait() // which says that it was killed
		return nil
	}
	if err := p.stdin.Close(); err != nil {
		return err
	}
	if _, err := fmt.Fscanln(p.out, &p.stopped, &p.reads, &p.effort, &p.errors); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// cpu returns the CPU time of all threads so far, as the scheduler counts it,
// in nanoseconds; those that ended are left out, and Go ends none.
func (p *process) cpu() time.Duration {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	var sum time.Duration
	for _, file := range files {
		b, err := os.ReadFile(file)
		var ns time.Duration
		if _, scanned := fmt.Sscan(string(b), &ns); err == nil && scanned == nil {
			sum += ns
		}
	}
	return sum
}

// memory notes what the process has resident.
func (p *process) memory() {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.cmd.Process.Pid))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(b)) {
		for name, n := range map[string]*int{"Rss:": &p.rss, "Pss:": &p.pss, "Pss_Anon:": &p.anonymous} {
			if rest, ok := strings.CutPrefix(line, name); ok {
				_, _ = fmt.Sscan(rest, n)
			}
		}
	}
}

// print says what p used, and what of that the empty program did not. The two
// programs that have a meter share the pages of their file, and so Pss says too
// little.
func (p *process) print(empty *process, window time.Duration) {
	fmt.Printf("%-18s CPU %7.3f ms in %v, %.4f %% of a core; Rss %d KiB, Pss %d KiB, of it anonymous %d KiB; Rss above empty %.2f MB\n",
		p.name, p.used.Seconds()*1e3, window, 100*p.used.Seconds()/window.Seconds(), p.rss, p.pss, p.anonymous, mb(p.rss-empty.rss))
	if p.meters() {
		life := p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
		fmt.Printf("%-18s with start and stop %.3f ms by rusage; the meter counts %.3f ms of its own for %d reads, %d errors\n",
			"", life.Seconds()*1e3, p.effort.Seconds()*1e3, p.reads, p.errors)
	}
}

// mb takes KiB to MB.
func mb(kib int) float64 { return float64(kib) * 1024 / 1e6 }
