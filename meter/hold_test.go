package meter_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A holder is a scripted source that tells what is held of its cards, and what
// they draw at rest.
type holder struct {
	meter.Source
	holds []source.Hold
	idle  map[string]units.Power
}

func (h *holder) Holds(dst []source.Hold) []source.Hold { return append(dst, h.holds...) }

func (h *holder) Idle(zone string) (units.Power, float64, bool) {
	p, ok := h.idle[zone]
	return p, 0.02, ok
}

// card returns a zone of a card of that model.
func card(id, model string) source.Zone {
	return source.Zone{
		ID: id, Name: id, Model: model, Kind: source.GPU, Level: source.AtBoard, Socket: -1, Die: -1,
		Origin: source.Origin{Method: source.Counted, Name: "script", Sigma: 0.05},
	}
}

const h100 = "NVIDIA H100 80GB HBM3"

// runCard runs a card at 400 W for 100 s, of which the idle power is 100 W, beside
// a host, and returns what was used.
func runCard(t *testing.T, machine *metertest.Machine, h *holder, opts ...meter.Option) (meter.Usage, *meter.Meter) {
	t.Helper()
	h.Source = machine.Source()
	m, err := meter.Start(t.Context(), append([]meter.Option{
		meter.WithSource(h), meter.WithScope(machine.Scope()), meter.WithSite(sci.Site{PUE: 1}),
		meter.WithGrid(intensity.Fixed{Value: 360, Signal: intensity.AverageLifecycle(intensity.Production)}),
	}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Stop()) })
	task := m.Begin("work")
	machine.Run(100*time.Second, metertest.Phase{Own: 25 * time.Second, Busy: 100 * time.Second,
		Energy: map[string]units.Microjoules{"gpu/0": joules(40_000)}})
	task.Count("step", 10)
	u, err := task.End(t.Context())
	require.NoError(t, err)
	require.Equal(t, u.Machine, u.Microjoules+u.Others+u.IdleUnreserved)
	return u, m
}

func TestCardIsChargedAsItIsHeld(t *testing.T) {
	idle := map[string]units.Power{"gpu/0": 100}
	for name, tt := range map[string]struct {
		hold    source.Hold
		policy  meter.Policy
		charged float64
		static  float64
	}{
		"whole":                         {source.Hold{Static: 1, Dynamic: 1, Why: "gpu.Select"}, meter.Auto, 40_000, 10_000},
		"a partition of a half":         {source.Hold{Static: 0.5, Dynamic: 0.5}, meter.Auto, 20_000, 5_000},
		"a part of what was worked":     {source.Hold{Static: 0.5, Dynamic: 0.25}, meter.Auto, 12_500, 5_000},
		"marginal":                      {source.Hold{Static: 1, Dynamic: 1}, meter.Marginal, 30_000, 0},
		"proportional goes by the work": {source.Hold{Static: 0.5, Dynamic: 0.25}, meter.Proportional, 10_000, 2_500},
		"more than there is":            {source.Hold{Static: 7, Dynamic: 2}, meter.Auto, 40_000, 10_000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tt.hold.Zone = "gpu/0"
				machine := metertest.New(4, metertest.Package(0), card("gpu/0", h100))
				u, _ := runCard(t, machine, &holder{holds: []source.Hold{tt.hold}, idle: idle}, meter.WithPolicy(tt.policy), meter.WithoutRest())
				z := zonesOf(u)["gpu/0"]
				require.Equal(t, joules(tt.charged), z.Charged)
				require.Equal(t, joules(tt.static), z.Static)
				require.NoError(t, u.Incomplete())
				require.Positive(t, z.Embodied)
			})
		})
	}
}

func TestCardThatNobodyKnowsTheUsersOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0), card("gpu/0", h100))
		u, _ := runCard(t, machine, &holder{holds: []source.Hold{{Zone: "gpu/0", Unknown: true, Static: 1, Dynamic: 1}}}, meter.WithoutRest())
		z := zonesOf(u)["gpu/0"]
		require.Zero(t, z.Charged)
		require.Equal(t, joules(40_000), z.Unsplit)
		require.Zero(t, z.Embodied)
		require.ErrorIs(t, u.Incomplete(), meter.ErrUnsplit)
		score, err := u.Score("step")
		require.NoError(t, err)
		require.True(t, score.Incomplete)
		require.Contains(t, score.String(), "incomplete")
	})
}

func TestUnknownAcceleratorIsNotZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0), card("gpu/0", "Somebody's Card"))
		whole := func() *holder { return &holder{holds: []source.Hold{{Zone: "gpu/0", Static: 1, Dynamic: 1}}} }
		u, m := runCard(t, machine, whole(), meter.WithoutRest())
		require.ErrorIs(t, u.Incomplete(), meter.ErrUnembodied)
		var told bool
		for _, s := range m.Sources().Skipped {
			if s.What == "embodied carbon of gpu/0" {
				require.ErrorIs(t, s.Err, sci.ErrUnknownModel)
				require.Contains(t, s.Remedy, "meter.WithAccelerators")
				told = true
			}
		}
		require.True(t, told)

		table, err := sci.Accelerators().With(sci.Accelerator{Model: "Somebody's Card", TE: 35_040})
		require.NoError(t, err)
		u, _ = runCard(t, machine, whole(), meter.WithoutRest(), meter.WithAccelerators(table))
		require.NoError(t, u.Incomplete())
		require.InEpsilon(t, 100.0/3600, float64(zonesOf(u)["gpu/0"].Embodied), 1e-12, "1 g an hour")

		u, _ = runCard(t, machine, whole(), meter.WithoutRest(), meter.WithHardware(sci.Server{Embodied: 1e6, HasAccelerators: true}))
		require.NoError(t, u.Incomplete(), "it is in what was given")
		require.Zero(t, zonesOf(u)["gpu/0"].Embodied)
	})
}

func TestHostIsSharedByTheCardsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cpu := metertest.Package(0)
		cpu.Idle = 80
		machine := metertest.New(4, cpu, card("gpu/0", h100))
		h := &holder{holds: []source.Hold{
			{Zone: "gpu/0", Static: 1, Dynamic: 1, Why: "gpu.Select"},
			{Zone: "gpu/1"}, {Zone: "gpu/2"}, {Zone: "gpu/3"}, // there, and not read
		}}
		u, m := runCard(t, machine, h, meter.WithRoots("", t.TempDir()))
		require.Equal(t, meter.Reserved, m.Method().Policy)
		require.Equal(t, 0.25, m.Method().Reserved[source.GPU])
		require.Equal(t, "gpus: gpu.Select", m.Method().ReservedBy)
		rest := zonesOf(u)["rest"]
		require.Positive(t, rest.Charged)
		require.Equal(t, rest.Total/4, rest.Charged)
	})
}

func TestCardInAModuleIsHeldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		module, inner := card("gpu/module", "NVIDIA GH200 480GB"), card("gpu/inner", "NVIDIA GH200 480GB")
		module.Kind, module.Level, module.Socket = source.Module, source.AtModule, 0
		inner.Beside, inner.Parent = true, "gpu/module"
		machine := metertest.New(4, module, inner)
		h := &holder{Source: machine.Source(), holds: []source.Hold{
			{Zone: "gpu/module", Static: 1, Dynamic: 1, Why: "visible"}, {Zone: "gpu/inner", Static: 1, Dynamic: 1}, {Zone: "gpu/other"},
		}}
		m := begin(t, meter.WithSource(h), meter.WithScope(machine.Scope()), meter.WithRoots("", t.TempDir()))
		require.Equal(t, 0.5, m.Method().Reserved[source.GPU], "one of two")
		require.Equal(t, meter.Reserved, m.Method().Policy, "the host goes by the modules held")
	})
}

func TestRestOfModulesOnABaseboard(t *testing.T) {
	for name, tt := range map[string]struct {
		model string
		want  units.Power
	}{
		"on a baseboard": {h100, 4 * meter.BoardRestPower},
		"in slots":       {"NVIDIA H100 PCIe", 0},
	} {
		t.Run(name, func(t *testing.T) {
			tree := powercaptest.New(t)
			place(t, tree.Proc, "cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nphysical id\t: 0\n\n")
			h := &holder{holds: []source.Hold{{Zone: "gpu/0", Static: 1, Dynamic: 1}, {Zone: "gpu/1"}, {Zone: "gpu/2"}, {Zone: "gpu/3"}}}
			machine := metertest.New(4, metertest.Package(0), card("gpu/0", tt.model))
			h.Source = machine.Source()
			m, err := meter.Start(t.Context(), meter.WithSource(h), meter.WithScope(machine.Scope()), meter.WithRoots(tree.Proc, tree.Root))
			require.NoError(t, err)
			defer m.Stop()
			require.Equal(t, meter.RestPower+tt.want, m.Method().Rest)
		})
	}
}

func TestModuleHasTheProcessorInIt(t *testing.T) {
	module := func(socket int) source.Zone {
		z := card("gpu/module", "NVIDIA GH200 480GB")
		z.Kind, z.Level, z.Socket = source.Module, source.AtModule, socket
		return z
	}
	for name, tt := range map[string]struct {
		zones  []source.Zone
		beside map[string]bool
	}{
		"of its own socket": {[]source.Zone{module(0), metertest.Package(0), metertest.DRAM(0)},
			map[string]bool{"gpu/module": false, "package-0": true, "dram-0": true}},
		"of any, where it does not say": {[]source.Zone{metertest.Package(0), metertest.Package(1), module(-1)},
			map[string]bool{"gpu/module": false, "package-0": true, "package-1": true}},
		"not of another": {[]source.Zone{module(0), metertest.Package(1), metertest.DRAM(0)},
			map[string]bool{"gpu/module": false, "package-1": false, "dram-0": true}},
	} {
		t.Run(name, func(t *testing.T) {
			tree := powercaptest.New(t)
			tree.Zone("intel-rapl:0", "package-0", 100, powercaptest.IntelRange)
			m := begin(t, metertest.New(4, tt.zones...).Options(), meter.WithRoots(tree.Proc, tree.Root), meter.WithInterval(time.Hour), meter.WithoutRest())
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			got := map[string]bool{}
			for _, z := range s.Zones {
				got[z.Zone.ID] = z.Zone.Beside
			}
			require.Equal(t, tt.beside, got, "and no counter or estimate of what is in the module is added")
		})
	}
}

func TestIdlePowerOfACardComesFromItsSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0), card("gpu/0", h100))
		h := &holder{holds: []source.Hold{{Zone: "gpu/0", Static: 1, Dynamic: 1}}}
		// The CPUs are at rest, which says nothing of the card.
		h.Source = machine.Source()
		m := begin(t, meter.WithSource(h), meter.WithScope(machine.Scope()), meter.WithoutRest())
		machine.Run(100*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: map[string]units.Microjoules{"gpu/0": joules(40_000)}})
		assumed := func() (found bool) {
			for _, a := range m.Sources().Assumed {
				found = found || a.What == "idle power of gpu/0"
			}
			return found
		}
		require.True(t, assumed())
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		before := s.Static
		require.Less(t, before.Joules(), 0.3*40_000)

		h.idle = map[string]units.Power{"gpu/0": 350}
		machine.Run(100*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: map[string]units.Microjoules{"gpu/0": joules(40_000)}})
		s, err = m.Read(t.Context())
		require.NoError(t, err)
		require.InDelta(t, 35_000, (s.Static - before).Joules(), 1, "from then on")
		require.False(t, assumed())
	})
}
