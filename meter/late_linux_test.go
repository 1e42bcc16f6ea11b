package meter_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

// firstChild returns a child of a process; 0 if there is none.
func firstChild(pid int) int {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0
	}
	for field := range strings.FieldsSeq(string(b)) {
		child, _ := strconv.Atoi(field)
		return child
	}
	return 0
}

// A tree knows who is in it, and of an orphan that it had before.
func TestTreeHas(t *testing.T) {
	type haver interface {
		Has(pid int, started time.Time) (has, known bool)
	}
	cmd := start(t, "sleep 60 & wait")
	child := childOf(t, cmd)
	tree := meter.Tree(cmd.Process.Pid)
	defer closeScope(t, tree)
	has, known := tree.(haver).Has(child, time.Time{})
	require.False(t, known, "it was not read yet")
	require.False(t, has)
	var c meter.CPU
	require.NoError(t, tree.Read(&c))
	for pid, want := range map[int]bool{cmd.Process.Pid: true, child: true, os.Getpid(): false, 1: false} {
		has, known = tree.(haver).Has(pid, time.Time{})
		require.True(t, known)
		require.Equal(t, want, has, pid)
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	has, known = tree.(haver).Has(child, time.Time{})
	require.True(t, has && known, "its parent is gone, and it is still one of them")
}

// A scope that is not this process says whose processes are on a card.
func TestCardOfATree(t *testing.T) {
	tree, other := start(t, "sleep 60 & wait"), start(t, "sleep 60")
	cards := gputest.New(gputest.Spec{ID: "GPU-a", Model: h100, Power: 300})
	cards.Card("GPU-a").SetProcesses(
		gputest.Process{PID: childOf(t, tree), Weight: 1}, gputest.Process{PID: other.Process.Pid, Weight: 3})
	m := begin(t, metertest.New(8, metertest.Package(0)).Options(), meter.WithScope(meter.Tree(tree.Process.Pid)),
		meter.WithSource(gpu.Auto(cards.Option())), meter.WithInterval(20*time.Millisecond), meter.WithoutRest())
	u := window(t, m, func() { time.Sleep(200 * time.Millisecond) })
	z := zonesOf(u)["gpu/GPU-a"]
	require.Positive(t, z.Total)
	require.NoError(t, u.Incomplete())
	require.InDelta(t, 0.5, z.Static.Joules()/(z.Static+z.IdleUnreserved).Joules(), 1e-3, "one of two users")
	dynamic := float64(z.Charged - z.Static)
	require.InDelta(t, 0.25, dynamic/(dynamic+float64(z.Others)), 0.01, "a quarter of the work")
}

// childOf waits for a child of a shell.
func childOf(t *testing.T, parent *exec.Cmd) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		pid = firstChild(parent.Process.Pid)
		return pid > 0
	}, 10*time.Second, time.Millisecond)
	return pid
}
