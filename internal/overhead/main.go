// Command overhead measures what it costs to have a meter: CPU time and memory
// of an idle program with a meter that reads every second, beside an empty
// program and one that only wakes up as often, and how long the first start in
// a process takes. It needs Linux and the go command, and writes in a folder
// for temporary files alone:
//
//	go run ./internal/overhead -for 1m
//
// The meter is measured on the machine as it is, and on one with counters: two
// packages and two memories, whose files are links to a file of sysfs.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

func main() {
	window := flag.Duration("for", time.Minute, "how long to measure")
	starts := flag.Int("starts", 21, "how many processes to start for the time of the first start")
	flag.Parse()
	if err := run(*window, *starts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(window time.Duration, starts int) error {
	dir, err := os.MkdirTemp("", "overhead")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const programs = "github.com/scimeter/scimeter/internal/overhead/"
	build := exec.Command("go", "build", "-o", dir+"/", programs+"empty", programs+"ticker", programs+"metered")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("overhead: build: %w", err)
	}
	sys := filepath.Join(dir, "sys")
	if err := counters(sys); err != nil {
		return fmt.Errorf("overhead: counters: %w", err)
	}
	metered := filepath.Join(dir, "metered")
	cases := []*process{
		{name: "empty", args: []string{filepath.Join(dir, "empty")}},
		{name: "ticker", args: []string{filepath.Join(dir, "ticker")}},
		{name: "meter, as it is", args: []string{metered}},
		{name: "meter, 4 counters", args: []string{metered, "-sys", sys}},
	}
	if err := measure(cases, window); err != nil {
		return err
	}
	for _, p := range cases {
		p.print(cases[0], window)
	}
	for _, p := range cases[2:] {
		if err := first(p, starts); err != nil {
			return err
		}
	}
	return nil
}

// measure runs all processes for window, next to one another.
func measure(cases []*process, window time.Duration) error {
	for _, p := range cases {
		if err := p.start(); err != nil {
			return fmt.Errorf("overhead: %s: %w", p.name, err)
		}
		defer p.cmd.Process.Kill()
	}
	time.Sleep(2 * time.Second) // the start is over
	for _, p := range cases {
		p.before = p.cpu()
	}
	time.Sleep(window)
	for _, p := range cases {
		p.used = p.cpu() - p.before
		p.memory()
	}
	for _, p := range cases {
		if err := p.end(); err != nil {
			return fmt.Errorf("overhead: %s: %w", p.name, err)
		}
	}
	return nil
}

// first prints how long the first start of a meter takes in a new process.
func first(p *process, n int) error {
	var start, stop []time.Duration
	for range n {
		q := &process{name: p.name, args: p.args}
		if err := q.start(); err != nil {
			return fmt.Errorf("overhead: %s: %w", p.name, err)
		}
		if err := q.end(); err != nil {
			return fmt.Errorf("overhead: %s: %w", p.name, err)
		}
		start, stop = append(start, q.started), append(stop, q.stopped)
	}
	slices.Sort(start)
	slices.Sort(stop)
	round := func(d time.Duration) time.Duration { return d.Round(time.Microsecond) }
	fmt.Printf("%-18s first start of %d processes: median %v, highest %v; stop: median %v, highest %v\n",
		p.name, n, round(start[n/2]), round(start[n-1]), round(stop[n/2]), round(stop[n-1]))
	return nil
}

// counters makes a tree of sysfs with two packages and two memories. They do
// not move unless there is traffic on the loopback device, and so the procfs
// beside it, by which a dead counter is told, shows a machine at rest; the CPU
// times that the meter shares by are those of this machine.
func counters(sys string) error {
	const counter = "/sys/class/net/lo/statistics/rx_bytes"
	proc := filepath.Join(filepath.Dir(sys), "proc")
	files := map[string]string{
		filepath.Join(proc, "cpuinfo"): "vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nflags\t\t: fpu\n",
		filepath.Join(proc, "stat"):    "cpu  0 0 0 1000 0 0 0 0 0 0\ncpu0 0 0 0 1000 0 0 0 0 0 0\n",
	}
	for zone, name := range map[string]string{
		"intel-rapl:0": "package-0", "intel-rapl:0:0": "dram", "intel-rapl:1": "package-1", "intel-rapl:1:0": "dram",
	} {
		dir := filepath.Join(sys, "class", "powercap", zone)
		files[filepath.Join(dir, "name")] = name + "\n"
		files[filepath.Join(dir, "max_energy_range_uj")] = "262143328850\n"
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.Symlink(counter, filepath.Join(dir, "energy_uj")); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(proc, 0o755); err != nil {
		return err
	}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
