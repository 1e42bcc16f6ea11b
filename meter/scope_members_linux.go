package meter

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/procfs"
)

const (
	// maxKeptStats bounds the descriptors that a tree takes from this process;
	// past it a stat is opened for each read. [E]
	maxKeptStats = 256

	// scanShare is how much longer than it took the next scan for new members
	// waits. [E]
	scanShare = 100

	// scanAnyway is when to scan though no process seems to be new. [E]
	scanAnyway = 10 * time.Second
)

// processFiles is procfs, or what a test has in its place.
type processFiles interface {
	// open opens the stat of a process.
	open(pid int) (statFile, error)

	// list begins a scan for new processes.
	list() error

	// children appends to pids the children of a process, as of the scan.
	children(pid int, pids []int) ([]int, error)

	// moved reports whether there may be new processes since the call before.
	moved() bool

	close() error
}

// A statFile is read anew from its start at each Read.
type statFile interface {
	Read(b []byte) (int, error)
	Close() error
}

// A treeMember is a process in a tree.
type treeMember struct {
	pid    int
	start  uint64
	parent *treeMember // nil: outside
	file   statFile    // nil: opened for each read

	own, reaped time.Duration // as last read
	growth      time.Duration // of reaped in this round, less what was known of those reaped
	round       uint64        // of the last read
	zombie      bool
	gone        bool
}

// A processTree counts the CPU time of a process and its descendants since its
// first read.
//
// Members are read parents first. So when one is found gone, the time that its
// parent took over shows in this round or in the next, and in none before.
type processTree struct {
	files processFiles
	clock scopeClock
	root  int
	self  int // this process, if its number means it here; 0: no

	began   bool
	since   uint64 // start of what is counted, in ticks after boot
	round   uint64
	members map[int]*treeMember
	order   []*treeMember // parents first
	missing []goneMember
	total   time.Duration
	kept    int
	pids    []int
	buf     [1024]byte // a stat has 52 numbers, most of them short

	stale  bool          // a scan is due
	scanAt time.Duration // not before this time on CLOCK_MONOTONIC
	anyway time.Duration
}

func newProcessTree(files processFiles, root int, clock scopeClock) *processTree {
	return &processTree{files: files, root: root, clock: clock, members: map[int]*treeMember{}}
}

// read returns the CPU time of the tree since the first read. It never falls.
func (t *processTree) read() (time.Duration, error) {
	t.round++
	if !t.began {
		if err := t.begin(); err != nil {
			return 0, err
		}
	} else {
		t.readMembers()
	}
	if err := t.discover(); err != nil {
		return 0, err
	}
	t.began = true
	t.settle()
	return t.total, nil
}

func (t *processTree) begin() error {
	boot, err := t.clock(unix.CLOCK_BOOTTIME)
	if err != nil {
		return err
	}
	t.since = uint64(boot / procfs.Tick)
	t.stale = true
	if t.members[t.root] != nil {
		return nil
	}
	if err := t.add(t.root); err != nil {
		return &errRemedy{fmt.Errorf("process %d: %w", t.root, err), "name a process that runs"}
	}
	return nil
}

func (t *processTree) readMembers() {
	for _, m := range t.order {
		t.readMember(m)
	}
	t.sweep()
}

// readMember takes in what m has used. A failure that does not say that it is
// gone changes nothing: the next good read covers both intervals.
func (t *processTree) readMember(m *treeMember) {
	p, err := t.stat(m)
	if isGone(err) || err == nil && p.Start != m.start {
		m.gone = true
		return
	}
	if err != nil {
		return
	}
	t.advance(m, p)
}

func (t *processTree) advance(m *treeMember, p procfs.Process) {
	m.round, m.zombie = t.round, p.State == 'Z'
	m.parent = t.members[p.Parent]
	t.total += max(0, p.Own-m.own)
	m.own = max(m.own, p.Own)
	m.growth += max(0, p.Reaped-m.reaped)
	m.reaped = max(m.reaped, p.Reaped)
}

func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH)
}

// stat reads the stat of m, keeping its file open while there are few.
func (t *processTree) stat(m *treeMember) (procfs.Process, error) {
	f := m.file
	if f == nil {
		var err error
		if f, err = t.files.open(m.pid); err != nil {
			return procfs.Process{}, err
		}
		if t.kept < maxKeptStats {
			m.file = f
			t.kept++
		} else {
			defer f.Close()
		}
	}
	n, err := f.Read(t.buf[:])
	if err != nil {
		return procfs.Process{}, err
	}
	p, err := procfs.ParsePIDStat(t.buf[:n])
	if err == nil && m.pid == t.self {
		p.Own, err = t.clock(unix.CLOCK_PROCESS_CPUTIME_ID)
	}
	return p, err
}

// discover adds new members, if it is time to look for them.
func (t *processTree) discover() error {
	now, err := t.clock(unix.CLOCK_MONOTONIC)
	if err != nil {
		return err
	}
	t.stale = t.files.moved() || t.stale || now >= t.anyway
	if !t.stale || now < t.scanAt {
		return nil
	}
	listed := t.scan()
	end, err := t.clock(unix.CLOCK_MONOTONIC)
	if err != nil {
		return err
	}
	t.scanAt, t.anyway = end+scanShare*(end-now), end+scanAnyway
	if t.began {
		return nil // who is not found now is charged once found
	}
	return listed
}

// scan looks for children of members, and for theirs in turn. What goes wrong
// makes another scan due.
func (t *processTree) scan() error {
	err := t.files.list()
	for i := 0; i < len(t.order) && err == nil; i++ {
		t.pids, err = t.files.children(t.order[i].pid, t.pids[:0])
		if isGone(err) {
			err = nil
		}
		for _, pid := range t.pids {
			if wrong := t.add(pid); wrong != nil && !isGone(wrong) {
				err = wrong
			}
		}
	}
	t.stale = err != nil
	return err
}

// add makes pid a member if it is the root or a child of a member.
func (t *processTree) add(pid int) error {
	if t.members[pid] != nil {
		return nil
	}
	m := &treeMember{pid: pid, round: t.round}
	p, err := t.stat(m)
	if err != nil {
		t.release(m)
		return err
	}
	if t.members[p.Parent] == nil && (pid != t.root || t.began) {
		t.release(m)
		return nil
	}
	m.start = p.Start
	if !t.recall(m) && t.older(m) {
		m.own, m.reaped = p.Own, p.Reaped
	}
	t.advance(m, p)
	t.members[pid] = m
	t.order = append(t.order, m)
	return nil
}

// older reports whether m began before the tree did. In the tick of the first
// read those found by it did, and those found later did not.
func (t *processTree) older(m *treeMember) bool {
	return m.start < t.since || !t.began && m.start == t.since
}

func (t *processTree) release(m *treeMember) {
	if m.file != nil {
		_ = m.file.Close()
		m.file = nil
		t.kept--
	}
}

func (t *processTree) close() error {
	for _, m := range t.order {
		t.release(m)
	}
	return t.files.close()
}
