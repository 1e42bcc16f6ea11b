package meter

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/procfs"
)

// TestTreeCountsEveryProcessOnce lets random trees live, read at random times
// and, in half of the kinds, while they change.
func TestTreeCountsEveryProcessOnce(t *testing.T) {
	for kind := range 8 {
		t.Run(fmt.Sprintf("loners=%v,orphans=%v,busy=%v", kind&1 > 0, kind&2 > 0, kind&4 > 0), func(t *testing.T) {
			for seed := range uint64(200) {
				k := newSimKernel(seed)
				k.loners, k.orphans = kind&1 > 0, kind&2 > 0
				life(t, k, kind&4 > 0)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func life(t *testing.T, k *simKernel, busy bool) {
	t.Helper()
	for range k.rnd.IntN(60) {
		k.step()
	}
	k.prune()
	tree := newProcessTree(k, simRoot, k.clock)
	_, err := tree.read()
	require.NoError(t, err)
	before, older := k.work, time.Duration(len(k.procs))
	k.lost = 0
	var last time.Duration
	check := func(settled bool) {
		own, err := tree.read()
		require.NoError(t, err)
		require.GreaterOrEqual(t, own, last, "it never falls")
		last = own
		if !settled {
			return
		}
		did := k.work - before
		require.LessOrEqual(t, own, did+2*older*procfs.Tick, "nothing is counted twice")
		unseen := 2*k.astray() + 2*time.Duration(len(k.procs))*procfs.Tick
		require.GreaterOrEqual(t, own, did-unseen, "nothing is lost but what nobody waited for")
	}
	for range 30 {
		for range k.rnd.IntN(15) {
			k.step()
		}
		k.busy = busy
		check(!busy)
		k.busy = false
		if k.rnd.IntN(4) == 0 {
			check(false) // whom the busy read missed
			check(true)
		}
	}
	k.waitForAll(k.procs[simRoot])
	check(false)
	check(true)
}

func newQuietTree(t *testing.T) (*simKernel, *processTree) {
	t.Helper()
	k := newSimKernel(1)
	tree := newProcessTree(k, simRoot, k.clock)
	require.Zero(t, mustRead(t, tree))
	return k, tree
}

func mustRead(t *testing.T, tree *processTree) time.Duration {
	t.Helper()
	own, err := tree.read()
	require.NoError(t, err)
	return own
}

func TestTreeBaseline(t *testing.T) {
	k := newSimKernel(1)
	root := k.procs[simRoot]
	k.run(root, time.Hour)
	child := k.fork(root)
	k.run(child, time.Minute)
	tree := newProcessTree(k, simRoot, k.clock)
	require.Zero(t, mustRead(t, tree), "work of the time before is not charged")
	k.run(child, time.Second)
	require.Equal(t, time.Second, mustRead(t, tree))
	k.exit(child)
	k.wait(root, child)
	require.Equal(t, time.Second, mustRead(t, tree), "reaped, it is in its parent's fields, and counted already")
	k.now += time.Second
	late := k.fork(root)
	k.run(late, 2*time.Second)
	require.Equal(t, 3*time.Second, mustRead(t, tree), "a newcomer counts from zero")
}

func TestTreeInOneTick(t *testing.T) {
	k := newSimKernel(1)
	root := k.procs[simRoot]
	k.fork(root).own = time.Second // no time passes
	tree := newProcessTree(k, simRoot, k.clock)
	require.Zero(t, mustRead(t, tree), "found by the first read, it is older")
	k.fork(root).own = time.Second
	require.Equal(t, time.Second, mustRead(t, tree), "found later, it is younger")
}

func TestTreeWithThisProcess(t *testing.T) {
	k := newSimKernel(1)
	tree := newProcessTree(k, simRoot, k.clock)
	tree.self = simRoot
	k.precise = time.Minute
	require.Zero(t, mustRead(t, tree))
	k.precise += 1234567
	require.Equal(t, time.Duration(1234567), mustRead(t, tree), "by its own clock, not by ticks")
}

func TestTreeKeepsStrangersOut(t *testing.T) {
	k, tree := newQuietTree(t)
	k.now += time.Second
	stranger := k.fork(nil) // has got the PID of a child that has just ended
	k.run(stranger, time.Second)
	k.strangers = []int{stranger.pid}
	require.Zero(t, mustRead(t, tree))
	require.Equal(t, 1, tree.kept)
}

func TestTreeLooksForMembersAtABoundedCost(t *testing.T) {
	k := newSimKernel(1)
	k.costs = 2 * time.Millisecond
	tree := newProcessTree(k, simRoot, k.clock)
	require.Zero(t, mustRead(t, tree))
	k.now += time.Second
	k.run(k.fork(k.procs[simRoot]), time.Second)
	k.mono += scanShare*k.costs - 1
	require.Zero(t, mustRead(t, tree), "it is not time to look")
	k.mono++
	require.Equal(t, time.Second, mustRead(t, tree))
}

func TestTreeCases(t *testing.T) {
	t.Run("case 38: a PID is used again", func(t *testing.T) {
		k, tree := newQuietTree(t)
		k.now += time.Second
		old := k.fork(k.procs[simRoot])
		k.run(old, 20*time.Second)
		require.Equal(t, 20*time.Second, mustRead(t, tree))
		k.exit(old)
		k.lose(old)
		k.next = old.pid
		k.run(k.fork(k.procs[simRoot]), 500*time.Millisecond)
		require.Equal(t, 20*time.Second+500*time.Millisecond, mustRead(t, tree))
	})
	t.Run("case 39: unreadable once", func(t *testing.T) {
		for _, err := range []error{unix.EACCES, unix.EIO, procfs.ErrSyntax} {
			k := newSimKernel(1)
			child := k.fork(k.procs[simRoot])
			k.run(child, 100000*time.Second)
			tree := newProcessTree(k, simRoot, k.clock)
			require.Zero(t, mustRead(t, tree))
			k.fails[child.pid] = err
			k.run(child, 100*time.Millisecond)
			require.Zero(t, mustRead(t, tree), "what is not known is not booked")
			k.run(child, 100*time.Millisecond)
			delete(k.fails, child.pid)
			require.Equal(t, 200*time.Millisecond, mustRead(t, tree))
		}
	})
	t.Run("case 39: out of sight once", func(t *testing.T) {
		k := newSimKernel(1)
		child := k.fork(k.procs[simRoot])
		k.run(child, 100000*time.Second)
		tree := newProcessTree(k, simRoot, k.clock)
		require.Zero(t, mustRead(t, tree))
		delete(k.procs, child.pid)
		k.fails[child.pid] = unix.ESRCH
		require.Zero(t, mustRead(t, tree))
		k.procs[child.pid] = child
		delete(k.fails, child.pid)
		k.run(child, 200*time.Millisecond)
		require.Equal(t, 200*time.Millisecond, mustRead(t, tree))
	})
	t.Run("case 40: lives and dies inside a tick", func(t *testing.T) {
		k, tree := newQuietTree(t)
		root := k.procs[simRoot]
		brief := k.fork(root)
		k.run(brief, 700*time.Millisecond)
		k.exit(brief)
		k.wait(root, brief)
		require.Equal(t, 700*time.Millisecond, mustRead(t, tree), "its parent waited for it")
	})
	t.Run("lost without being reaped", func(t *testing.T) {
		k, tree := newQuietTree(t)
		root := k.procs[simRoot]
		root.ignore = true
		child := k.fork(root)
		k.run(child, 5*time.Second)
		require.Equal(t, 5*time.Second, mustRead(t, tree))
		k.exit(child)
		for range 3 {
			require.Equal(t, 5*time.Second, mustRead(t, tree), "its time was used nevertheless")
		}
		k.run(root, time.Second)
		require.Equal(t, 6*time.Second, mustRead(t, tree))
	})
	t.Run("an orphan stays a member", func(t *testing.T) {
		k, tree := newQuietTree(t)
		root := k.procs[simRoot]
		middle := k.fork(root)
		below := k.fork(middle)
		k.run(below, time.Second)
		require.Equal(t, time.Second, mustRead(t, tree))
		k.exit(middle)
		k.wait(root, middle)
		k.run(below, time.Second)
		require.Equal(t, 2*time.Second, mustRead(t, tree))
	})
	t.Run("a subreaper waits for what it did not make", func(t *testing.T) {
		k, tree := newQuietTree(t)
		root := k.procs[simRoot]
		root.reaper = true
		middle := k.fork(root)
		inner := k.fork(middle)
		below := k.fork(inner)
		k.run(below, 3*time.Second)
		require.Equal(t, 3*time.Second, mustRead(t, tree))
		k.exit(inner) // below goes to the root
		k.wait(middle, inner)
		k.run(below, time.Second)
		k.exit(below)
		k.wait(root, below)
		require.Equal(t, 4*time.Second, mustRead(t, tree))
	})
}

func TestTreeOfNobody(t *testing.T) {
	k := newSimKernel(1)
	_, err := newProcessTree(k, 4, k.clock).read()
	require.ErrorContains(t, err, "process 4")
}

func TestTreeKeepsFewDescriptors(t *testing.T) {
	k, tree := newQuietTree(t)
	k.now += time.Second
	for range maxKeptStats + 50 {
		k.run(k.fork(k.procs[simRoot]), 10*time.Millisecond)
	}
	require.Equal(t, (maxKeptStats+50)*10*time.Millisecond, mustRead(t, tree))
	require.Equal(t, maxKeptStats, tree.kept)
	k.waitForAll(k.procs[simRoot])
	require.Equal(t, (maxKeptStats+50)*10*time.Millisecond, mustRead(t, tree))
	require.Equal(t, 1, tree.kept, "those of the dead are closed")
}
