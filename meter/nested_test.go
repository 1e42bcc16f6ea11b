package meter_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

func TestSecondMeterIsNested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0))
		first := begin(t, machine.Options())
		second := begin(t, machine.Options())
		other := begin(t, metertest.New(4, metertest.Package(0)).Options())

		require.Regexp(t, "^[0-9a-f]{16}$", first.Method().ID)
		require.Empty(t, first.Method().Parent)
		require.Equal(t, first.Method().ID, second.Method().Parent)
		require.Empty(t, other.Method().Parent, "another machine is no view of the same joules")
		require.True(t, first.Covers(second))
		require.True(t, second.Covers(first))
		require.False(t, first.Covers(other))
		require.False(t, first.Covers(nil))
		third := begin(t, machine.Options())
		require.Equal(t, first.Method().ID, third.Method().Parent, "the parent is a root")

		a, b, c := first.Begin("a"), second.Begin("b"), other.Begin("c")
		machine.Run(time.Second, metertest.Phase{Busy: 2, Own: 1})
		used := func(task *meter.Task) meter.Usage {
			u, err := task.End(t.Context())
			require.NoError(t, err)
			return u
		}
		u := used(a)
		_, err := u.Add(used(b))
		require.ErrorIs(t, err, meter.ErrOverlap)
		_, err = u.Add(used(c))
		require.NoError(t, err)

		require.NoError(t, first.Stop())
		require.NoError(t, second.Stop())
		require.NoError(t, third.Stop())
		require.Empty(t, begin(t, machine.Options()).Method().Parent, "those that ended are no parents")
	})
}

func TestMachineIsNoParentOfWhatRunsOnIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := metertest.New(4, metertest.Package(0))
		all.Whole()
		machine := begin(t, all.Options())
		part := begin(t, metertest.New(4, metertest.Package(0)).Options())
		require.True(t, machine.Method().Whole)
		require.False(t, part.Method().Whole)
		require.Empty(t, part.Method().Parent)
		require.True(t, machine.Covers(part))
	})
}

func TestParentFromTheEnvironment(t *testing.T) {
	around := begin(t, metertest.New(4, metertest.Package(0)).Options())
	name, id, _ := strings.Cut(around.Environ(), "=")
	require.Equal(t, meter.ParentEnv, name)
	t.Setenv(name, id)
	inner := begin(t, metertest.New(4, metertest.Package(0)).Options(), meter.FromEnv())
	require.Equal(t, around.Method().ID, inner.Method().Parent)
	require.Equal(t, around.Environ(), inner.Environ(), "what is started next has the same root")

	t.Setenv(name, "1")
	_, err := meter.Start(t.Context(), metertest.New(4, metertest.Package(0)).Options())
	var refused *meter.OptionError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, meter.ParentEnv, refused.Option)
	require.Equal(t, "SCIMETER_PARENT=", (*meter.Meter)(nil).Environ())
}

func TestTreeHoldsProcess(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no procfs")
	}
	child := exec.Command("sleep", "60")
	require.NoError(t, child.Start())
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	start := func(s meter.Scope) *meter.Meter {
		return begin(t, metertest.New(4, metertest.Package(0)).Options(), meter.WithScope(s))
	}
	tree := start(meter.Tree(os.Getpid()))
	process := start(meter.Process())
	below := start(meter.Tree(child.Process.Pid))
	require.Equal(t, tree.Method().ID, process.Method().Parent)
	require.Equal(t, tree.Method().ID, below.Method().Parent)
	require.False(t, process.Covers(below), "the process alone has no children")
	require.True(t, below.Covers(tree))
}
