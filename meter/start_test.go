package meter_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
)

// place puts a file below a root of a fake tree.
func place(t *testing.T, root, path, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// ids returns the IDs of the zones of a meter.
func ids(m *meter.Meter) []string {
	var all []string
	for _, z := range m.Sources().Found {
		all = append(all, z.ID)
	}
	return all
}

// onTree starts a meter on a fake tree, with a scripted scope.
func onTree(t *testing.T, tree *powercaptest.Tree, opts ...meter.Option) *meter.Meter {
	t.Helper()
	return begin(t, append([]meter.Option{
		meter.WithRoots(tree.Proc, tree.Root), meter.WithScope(metertest.New(4).Scope()), meter.WithInterval(time.Hour),
	}, opts...)...)
}

func TestStartOnCounters(t *testing.T) {
	tree := powercaptest.New(t)
	place(t, tree.Proc, "meminfo", "MemTotal:       16777216 kB\n")
	tree.Zone("intel-rapl:0", "package-0", 100, powercaptest.IntelRange)
	m := onTree(t, tree, meter.WithReservation(meter.WholeMachine()))
	require.Equal(t, []string{"rapl/package-0", "estimate/memory"}, ids(m), "memory that no counter has is estimated")
	tree.SetEnergy("intel-rapl:0", 5_000_100)
	s, err := m.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, joules(5), s.Zones[0].Counter)
	require.Equal(t, source.NatureEstimated, s.EnergyNature())

	tree.Zone("intel-rapl:0:0", "dram", 100, powercaptest.DRAMRange)
	require.Equal(t, []string{"rapl/package-0", "rapl/package-0/dram"}, ids(onTree(t, tree)), "and memory that has one is not")
	only := onTree(t, tree, meter.WithCountersOnly())
	require.Len(t, ids(only), 2)
	taken := onTree(t, tree, metertest.New(2, metertest.Package(0)).Options())
	require.Equal(t, []string{"package-0"}, ids(taken), "a source of our own takes the place of the counters")
	gpu := metertest.Package(0)
	gpu.ID, gpu.Kind, gpu.Level, gpu.Socket = "gpu-0", source.GPU, source.AtBoard, -1
	beside := onTree(t, tree, metertest.New(2, gpu).Options())
	require.Equal(t, []string{"gpu-0", "rapl/package-0", "rapl/package-0/dram"}, ids(beside), "a GPU does not")
}

func TestStartWithoutCounters(t *testing.T) {
	tree := powercaptest.New(t)
	m := onTree(t, tree)
	report := m.Sources()
	require.NotEmpty(t, report.Found)
	for _, z := range report.Found {
		require.Equal(t, source.Estimated, z.Origin.Method, z.ID)
	}
	skip := report.Skipped[0]
	require.Equal(t, "rapl", skip.What)
	require.ErrorIs(t, skip.Err, rapl.ErrNoCounters)
	require.NotEmpty(t, skip.Remedy)

	machine := metertest.New(4)
	_, err := meter.Start(t.Context(), meter.WithRoots(tree.Proc, tree.Root), meter.WithScope(machine.Scope()), meter.WithCountersOnly())
	require.ErrorIs(t, err, meter.ErrNoSource)
	require.ErrorIs(t, err, rapl.ErrNoCounters)
	require.ErrorContains(t, err, "estimates are refused")
	require.ErrorContains(t, err, skip.Remedy, "the error says how to allow it")
}

// failing is a source that cannot be closed, or has nothing.
type failing struct{ closed, report error }

func (f *failing) Report() source.Report                             { return source.Report{} }
func (f *failing) Read(d []source.Reading) ([]source.Reading, error) { return d, f.report }
func (f *failing) Close() error                                      { return f.closed }

func TestStartFails(t *testing.T) {
	broken := errors.New("broken")
	for name, tt := range map[string]struct {
		ctx  func(context.Context) context.Context
		opts func(m *metertest.Machine) []meter.Option
		says string
	}{
		"an option": {opts: func(*metertest.Machine) []meter.Option {
			return []meter.Option{meter.WithInterval(1)}
		}, says: "meter: WithInterval: want 10ms to 1h"},
		"the scope": {opts: func(m *metertest.Machine) []meter.Option {
			m.FailScope(broken)
			return nil
		}, says: "broken"},
		"a zone twice": {opts: func(m *metertest.Machine) []meter.Option {
			return []meter.Option{meter.WithSource(m.Source())}
		}, says: `two sources have a zone "package-0"`},
		"nothing that is summed": {opts: func(m *metertest.Machine) []meter.Option {
			m.Fail("package-0", broken)
			return []meter.Option{meter.WithCountersOnly(), meter.WithRoots("", t.TempDir())}
		}, says: "meter: no source of energy"},
		"an idle power of nothing": {opts: func(*metertest.Machine) []meter.Option {
			return []meter.Option{meter.WithIdlePower("package0", 10, 0.1)}
		}, says: `meter: WithIdlePower: want one of the zones package-0, not "package0"`},
		"cancelled": {ctx: func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx
		}, says: "meter: start: context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			machine := metertest.New(2, metertest.Package(0))
			opts := []meter.Option{machine.Options()}
			if tt.opts != nil {
				opts = append(opts, tt.opts(machine)...)
			}
			scope := &closer{Scope: machine.Scope()}
			ctx := t.Context()
			if tt.ctx != nil {
				ctx = tt.ctx(ctx)
			}
			m, err := meter.Start(ctx, append(opts, meter.WithScope(scope))...)
			require.Nil(t, m)
			require.ErrorContains(t, err, tt.says)
			require.True(t, machine.Closed(), "what was handed in is closed")
			require.EqualValues(t, 1, scope.closed.Load())
		})
	}
	t.Run("and says what cannot be closed", func(t *testing.T) {
		_, err := meter.Start(t.Context(), meter.WithSource(&failing{closed: broken}), meter.WithInterval(0))
		require.ErrorIs(t, err, broken)
		require.ErrorAs(t, err, new(*meter.OptionError))
	})
}

// TestContextBoundsTheStartAlone: a meter lives on when it ends.
func TestContextBoundsTheStartAlone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m, err := meter.Start(ctx, metertest.New(2, metertest.Package(0)).Options())
	require.NoError(t, err)
	cancel()
	s, err := m.Read(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Missing)
	require.NoError(t, m.Stop())
}
