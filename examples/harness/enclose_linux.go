package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/meter"
)

// forwarded are the signals that are handed on.
var forwarded = []os.Signal{
	syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGTSTP,
}

// fromTerminal reports whether a terminal sends s to all that it runs.
func fromTerminal(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT && s != syscall.SIGTSTP && s != syscall.SIGWINCH {
		return false
	}
	_, err := unix.IoctlGetTermios(int(os.Stdin.Fd()), unix.TCGETS)
	return err == nil
}

// An enclosure is what holds together a command and all that it starts.
type enclosure struct {
	scope meter.Scope
	what  string // is measured, and what is not
	dir   string // of a control group; "": a tree of processes
	group *os.File
	main  int // the process of the command
	done  chan struct{}
}

// enclose prepares cmd to be started in a control group of its own, or else as a
// tree of which this process is the root.
func enclose(kind string, cmd *exec.Cmd) (*enclosure, error) {
	if kind != "tree" {
		e, err := newGroup(cmd)
		if err == nil {
			return e, nil
		}
		if kind == "cgroup" {
			return nil, err
		}
	}
	// Who loses its parent becomes a child of this process, not of init.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("become a subreaper: %w", err)
	}
	e := &enclosure{
		scope: meter.Tree(os.Getpid()), done: make(chan struct{}),
		what: "measuring the command and its descendants as a tree of processes; children whose parent ignores SIGCHLD are seen only while they run",
	}
	return e, nil
}

// started takes in that the command runs.
func (e *enclosure) started(pid int) {
	e.main = pid
	if e.dir == "" {
		go e.reap()
	}
}

// newGroup makes a control group beside that of this process, and has cmd start
// in it.
func newGroup(cmd *exec.Cmd) (*enclosure, error) {
	own, err := ownGroup()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(own, "scimeter-")
	if err != nil {
		return nil, fmt.Errorf("make a control group: %w", err)
	}
	group, err := os.Open(dir)
	if err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(group.Fd())}
	return &enclosure{
		scope: meter.Cgroup(dir), dir: dir, group: group, done: make(chan struct{}),
		what: "measuring the control group " + filepath.Base(dir) + ": the command and all that it starts",
	}, nil
}

var errNoGroup = errors.New("no control groups of version 2 here")

// ownGroup returns the directory of the control group of this process.
func ownGroup() (string, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	path := ""
	for line := range strings.Lines(string(groups)) {
		if rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::"); ok {
			path = rest
		}
	}
	for line := range strings.Lines(string(mounts)) {
		head, tail, ok := strings.Cut(line, " - ")
		fields := strings.Fields(head)
		if !ok || path == "" || len(fields) < 5 || !strings.HasPrefix(tail, "cgroup2 ") {
			continue
		}
		// The fourth field is what of the hierarchy is mounted, the fifth where.
		inside, ok := strings.CutPrefix(path, strings.TrimSuffix(fields[3], "/"))
		if dir := filepath.Join(fields[4], inside); ok {
			if _, err := os.Stat(filepath.Join(dir, "cgroup.procs")); err == nil {
				return dir, nil
			}
		}
	}
	return "", errNoGroup
}

// reap waits for orphans, whose time then is that of this process: that of the
// command stays with it.
func (e *enclosure) reap() {
	ticks := time.NewTicker(100 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case <-e.done:
			return
		case <-ticks.C:
			e.reapOnce()
		}
	}
}

func (e *enclosure) reapOnce() {
	for _, pid := range children(os.Getpid()) {
		if pid == e.main {
			continue
		}
		var status unix.WaitStatus
		_, _ = unix.Wait4(pid, &status, unix.WNOHANG, nil)
	}
}

// children returns the children of a process.
func children(pid int) []int {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var pids []int
	for _, file := range files {
		b, _ := os.ReadFile(file)
		for field := range strings.FieldsSeq(string(b)) {
			if n, err := strconv.Atoi(field); err == nil {
				pids = append(pids, n)
			}
		}
	}
	return pids
}

// settle takes in what ended with the command.
func (e *enclosure) settle() {
	if e.dir == "" {
		e.reapOnce()
	}
}

// left returns how many processes of the enclosure run on.
func (e *enclosure) left() int {
	if e.dir == "" {
		return len(children(os.Getpid()))
	}
	b, _ := os.ReadFile(filepath.Join(e.dir, "cgroup.procs"))
	return len(strings.Fields(string(b)))
}

// end removes the group, unless somebody is in it.
func (e *enclosure) end() {
	close(e.done)
	if e.dir != "" {
		_ = e.group.Close()
		_ = os.Remove(e.dir)
	}
}
