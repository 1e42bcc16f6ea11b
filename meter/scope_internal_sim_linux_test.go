package meter

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/procfs"
)

// A simKernel is a procfs whose processes behave as those of Linux do when
// they fork, work, exit and wait.
type simKernel struct {
	rnd       *rand.Rand
	now       time.Duration // since boot
	mono      time.Duration
	costs     time.Duration // of a scan
	precise   time.Duration // CPU time of this process
	strangers []int         // listed below everybody
	procs     map[int]*simProcess
	next      int

	loners  bool // some ignore SIGCHLD
	orphans bool // some exit before their children
	busy    bool // things happen between two reads of files

	work  time.Duration // done below the root, ever
	lost  time.Duration // of those whom nobody in the tree waited for
	fails map[int]error // of a process, when its stat is read
}

type simProcess struct {
	pid, start     int
	parent         *simProcess // nil: outside
	children       []*simProcess
	own, reaped    time.Duration
	zombie, dead   bool
	ignore, reaper bool // SIGCHLD; orphans from below
}

const simRoot = 100

func newSimKernel(seed uint64) *simKernel {
	k := &simKernel{rnd: rand.New(rand.NewPCG(seed, 1)), now: time.Hour, procs: map[int]*simProcess{}, next: simRoot, fails: map[int]error{}}
	k.fork(nil)
	return k
}

func (k *simKernel) clock(id int32) (time.Duration, error) {
	switch id {
	case unix.CLOCK_BOOTTIME:
		return k.now, nil
	case unix.CLOCK_MONOTONIC:
		return k.mono, nil // stands still: every read scans
	}
	return k.precise, nil
}

func (k *simKernel) fork(parent *simProcess) *simProcess {
	p := &simProcess{pid: k.next, start: int(k.now / procfs.Tick), parent: parent}
	k.next++
	p.ignore = k.loners && k.rnd.IntN(4) == 0
	p.reaper = k.orphans && k.rnd.IntN(3) == 0
	if parent != nil {
		parent.children = append(parent.children, p)
	}
	k.procs[p.pid] = p
	return p
}

func (k *simKernel) run(p *simProcess, d time.Duration) {
	p.own += d
	k.work += d
	k.now += d
}

func (p *simProcess) leave() {
	if p.parent == nil {
		return
	}
	for i, c := range p.parent.children {
		if c == p {
			p.parent.children = append(p.parent.children[:i:i], p.parent.children[i+1:]...)
		}
	}
}

func (k *simKernel) vanish(p *simProcess) {
	p.leave()
	p.dead = true
	delete(k.procs, p.pid)
}

// lose lets a process go that is waited for outside, or not at all.
func (k *simKernel) lose(p *simProcess) {
	k.lost += p.own + p.reaped
	k.vanish(p)
}

func (k *simKernel) exit(p *simProcess) {
	for _, c := range append([]*simProcess(nil), p.children...) {
		c.leave()
		c.parent = p.parent
		for c.parent != nil && !c.parent.reaper {
			c.parent = c.parent.parent
		}
		switch {
		case c.parent != nil:
			c.parent.children = append(c.parent.children, c)
			if c.zombie && c.parent.ignore {
				k.lose(c)
			}
		case c.zombie:
			k.lose(c)
		}
	}
	p.children = nil
	p.zombie = true
	if p.parent == nil || p.parent.ignore {
		k.lose(p)
	}
}

func (k *simKernel) wait(p, child *simProcess) {
	p.reaped += child.own + child.reaped
	k.vanish(child)
}

func (k *simKernel) any() *simProcess {
	i := k.rnd.IntN(len(k.procs))
	for pid := simRoot; pid < k.next; pid++ {
		if p := k.procs[pid]; p != nil {
			if i == 0 {
				return p
			}
			i--
		}
	}
	return nil
}

// step lets something happen.
func (k *simKernel) step() {
	p := k.any()
	if p == nil || p.zombie {
		return
	}
	switch k.rnd.IntN(6) {
	case 0, 1:
		k.run(p, time.Duration(k.rnd.Int64N(int64(300*time.Millisecond))))
	case 2:
		if len(k.procs) < 12 {
			k.fork(p)
		}
	case 3, 4:
		if len(p.children) == 0 {
			return
		}
		c := p.children[k.rnd.IntN(len(p.children))]
		if c.zombie {
			k.wait(p, c)
		}
	case 5:
		if p.pid != simRoot && p.parent != nil && (k.orphans || len(p.children) == 0) {
			k.exit(p)
		}
	}
}

func (k *simKernel) perhaps() {
	for k.busy && k.rnd.IntN(3) == 0 {
		k.step()
	}
}

func (k *simKernel) outside(p *simProcess) bool {
	for p.parent != nil {
		p = p.parent
	}
	return p.pid != simRoot
}

// prune removes those that the root has lost.
func (k *simKernel) prune() {
	for pid, p := range k.procs {
		if k.outside(p) {
			delete(k.procs, pid)
		}
	}
}

// astray returns the time of those that were lost, and of those that may be:
// who was detached before it was seen is not found.
func (k *simKernel) astray() time.Duration {
	sum := k.lost
	for _, p := range k.procs {
		if k.outside(p) {
			sum += p.own + p.reaped
		}
	}
	return sum
}

// waitForAll ends all but the root, each reaped by its parent.
func (k *simKernel) waitForAll(p *simProcess) {
	for _, c := range append([]*simProcess(nil), p.children...) {
		k.waitForAll(c)
		if !c.zombie {
			k.exit(c)
		}
		if !c.dead {
			k.wait(p, c)
		}
	}
}

func (k *simKernel) open(pid int) (statFile, error) {
	k.perhaps()
	p := k.procs[pid]
	if p == nil {
		return nil, fs.ErrNotExist
	}
	return &simStat{k: k, p: p}, nil
}

func (k *simKernel) list() error {
	k.mono += k.costs
	return nil
}

func (k *simKernel) moved() bool  { return true }
func (k *simKernel) close() error { return nil }

func (k *simKernel) children(pid int, pids []int) ([]int, error) {
	k.perhaps()
	p := k.procs[pid]
	if p == nil {
		return pids, fs.ErrNotExist
	}
	for _, c := range p.children {
		pids = append(pids, c.pid)
	}
	return append(pids, k.strangers...), nil
}

type simStat struct {
	k *simKernel
	p *simProcess
}

func (f *simStat) Close() error { return nil }

func (f *simStat) Read(b []byte) (int, error) {
	f.k.perhaps()
	if err := f.k.fails[f.p.pid]; err != nil {
		return 0, err
	}
	if f.p.dead {
		return 0, unix.ESRCH
	}
	parent, state := 1, 'S'
	if f.p.parent != nil {
		parent = f.p.parent.pid
	}
	if f.p.zombie {
		state = 'Z'
	}
	text := fmt.Sprintf("%d (a) b) %c %d 0 0 0 -1 0 0 0 0 0 %d 0 %d 0 20 0 1 0 %d 0 0\n",
		f.p.pid, state, parent, f.p.own/procfs.Tick, f.p.reaped/procfs.Tick, f.p.start)
	return copy(b, text), nil
}
