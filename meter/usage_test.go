package meter_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// gridOf is a grid of points that follow one another from now on, each so long
// and of that intensity.
func gridOf(long time.Duration, values ...units.Intensity) *intensity.Series {
	s := &intensity.Series{}
	start := time.Now().UTC().Round(0)
	for i, v := range values {
		s.Points = append(s.Points, intensity.Point{
			Start: start.Add(time.Duration(i) * long), End: start.Add(time.Duration(i+1) * long), Value: v,
			Signal:  intensity.AverageLifecycle(intensity.Production),
			Quality: intensity.Measured, Sigma: 0.05, Zone: "script",
		})
	}
	return s
}

// work is what a machine does in a second of which the scope has a third.
func work(zone string, j float64) metertest.Phase {
	return metertest.Phase{Own: time.Second, Busy: 3 * time.Second, Energy: used(zone, j)}
}

// same compares what two windows used: integers to the microjoule, sums of
// floats to 1e-9.
func same(t *testing.T, want, got meter.Usage) {
	t.Helper()
	require.Equal(t, want.Microjoules, got.Microjoules)
	require.Equal(t, want.Static, got.Static)
	require.Equal(t, want.Others, got.Others)
	require.Equal(t, want.IdleUnreserved, got.IdleUnreserved)
	require.Equal(t, want.Machine, got.Machine)
	require.Equal(t, want.Measured, got.Measured)
	require.InDelta(t, float64(want.Unpriced), float64(got.Unpriced), 2)
	near(t, float64(want.Operational), float64(got.Operational))
	near(t, float64(want.Embodied), float64(got.Embodied))
	near(t, float64(want.Facility), float64(got.Facility))
}

func near(t *testing.T, want, got float64) {
	t.Helper()
	if want == 0 {
		require.InDelta(t, 0, got, 1e-12)
		return
	}
	require.InEpsilon(t, want, got, 1e-9)
}

// script returns laps and the whole of a machine that works at random.
func script(t *testing.T, seed uint64, opts ...meter.Option) (laps []meter.Usage, whole meter.Usage) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	machine := metertest.New(8, package0(3), metertest.DRAM(0))
	m := begin(t, append([]meter.Option{machine.Options()}, opts...)...)
	long := m.Begin("whole")
	short := m.Begin("lap")
	for range 2 + r.IntN(4) {
		p := metertest.Phase{Busy: time.Duration(r.Int64N(int64(9 * time.Second))), Energy: map[string]units.Microjoules{}}
		p.Own = time.Duration(float64(p.Busy) * r.Float64())
		p.Energy["package-0"], p.Energy["dram-0"] = units.Microjoules(r.Uint64N(1e9)), units.Microjoules(r.Uint64N(1e8))
		machine.Run(time.Duration(1+r.Int64N(int64(200*time.Second))), p)
		short.Count("request", float64(1+r.IntN(9)))
		laps = append(laps, short.Lap())
	}
	whole, err := long.End(t.Context())
	require.NoError(t, err)
	return laps, whole
}

func sum(t *testing.T, usages ...meter.Usage) meter.Usage {
	t.Helper()
	var all meter.Usage
	for _, u := range usages {
		var err error
		all, err = all.Add(u)
		require.NoError(t, err)
	}
	return all
}

func TestLapsAddUpToTheWhole(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			laps, whole := script(t, seed, meter.WithGrid(gridOf(37*time.Second, 100, 700, 20, 450, 0, 900, 33, 250)))
			total := sum(t, laps...)
			same(t, whole, total)
			conserved(t, total)
			require.Equal(t, whole.R("request"), total.R("request"))
			require.Equal(t, whole.From, total.From)
			require.Equal(t, whole.To, total.To)
			require.Equal(t, whole.Own, total.Own)
			for i, z := range whole.Zones {
				require.Equal(t, z.Charged, total.Zones[i].Charged, z.Zone.ID)
			}
			// In another order: no lap is within the time of the others.
			last := len(laps) - 1
			mixed := sum(t, append([]meter.Usage{laps[last]}, laps[:last]...)...)
			same(t, whole, mixed)
			require.Equal(t, total.Nature, mixed.Nature)
			_, err := mixed.Add(laps[0])
			require.ErrorIs(t, err, meter.ErrOverlap)
		})
	}
}

func TestAddOfMachines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := meter.WithSite(sci.Site{PUE: 1.5, PUESigma: 0.15})
		grid := meter.WithGrid(gridOf(time.Hour, 400))
		one, two := metertest.New(4, package0(1)), metertest.New(8, package0(1), metertest.DRAM(0))
		a := begin(t, one.Options(), site, grid, meter.WithPolicy(meter.Proportional))
		b := begin(t, two.Options(), site, grid, meter.WithPolicy(meter.Marginal))
		ta, tb := a.Begin("a"), b.Begin("b")
		ta.Count("request", 2)
		tb.Count("request", 3)
		one.Run(10*time.Second, work("package-0", 100))
		two.Run(20*time.Second, metertest.Phase{Own: time.Second, Busy: 3 * time.Second, Energy: map[string]units.Microjoules{
			"package-0": joules(200), "dram-0": joules(30),
		}})
		ua, err := ta.End(t.Context())
		require.NoError(t, err)
		ub, err := tb.End(t.Context())
		require.NoError(t, err)
		ab, ba := sum(t, ua, ub), sum(t, ub, ua)
		same(t, ab, ba)
		conserved(t, ab)
		conserved(t, ba)
		require.Equal(t, ua.Microjoules+ub.Microjoules, ab.Microjoules)
		require.Equal(t, time.Minute, ab.Duration(), "30 s of each machine, although at the same time")
		require.Equal(t, 5.0, ab.R("request"))
		require.Empty(t, ab.Name)
		require.Equal(t, ab.CarbonUncertainty(), ba.CarbonUncertainty())
		// What both share is one input: errors add up, not their squares.
		near(t, ua.CarbonUncertainty()["pue"]+ub.CarbonUncertainty()["pue"], ab.CarbonUncertainty()["pue"])
		for _, u := range []meter.Usage{ab, ba} {
			require.True(t, u.Terms("request").IdleExcluded, "a part is marginal")
		}
		near(t, float64(ua.Operational)*0.15/1.5, ua.CarbonUncertainty()["pue"])
	})
}

func TestAddRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine, meter.WithGrid(gridOf(time.Hour, 100))))
		outer := m.Begin("outer")
		inner := window(t, m, func() { machine.Run(time.Second, work("package-0", 10)) })
		u, err := outer.End(t.Context())
		require.NoError(t, err)
		for _, pair := range [][2]meter.Usage{{u, inner}, {inner, u}, {u, u}} {
			got, err := pair[0].Add(pair[1])
			require.ErrorIs(t, err, meter.ErrOverlap)
			require.Zero(t, got)
		}
		marginal := begin(t, bare(machine, meter.WithGrid(intensity.Fixed{Value: 500, Signal: intensity.AverageLifecycle(intensity.Consumption)})))
		other := window(t, marginal, func() { machine.Run(time.Second, work("package-0", 10)) })
		_, err = u.Add(other)
		require.ErrorIs(t, err, sci.ErrSignalMismatch)

		var none meter.Usage
		got, err := none.Add(u)
		require.NoError(t, err)
		require.Equal(t, u, got)
		got, err = u.Add(none)
		require.NoError(t, err)
		require.Equal(t, u, got)
		got, err = none.Add(none)
		require.NoError(t, err)
		require.Equal(t, none, got)
	})
}

func TestAddKeepsWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine))
		first, second := errors.New("first"), errors.New("second")
		machine.Fail("package-0", first)
		a := window(t, m, func() { machine.Run(time.Second, metertest.Phase{}) })
		machine.Fail("package-0", second)
		b := window(t, m, func() { machine.Run(time.Second, metertest.Phase{}) })
		machine.Fail("package-0", nil)
		both := sum(t, a, b)
		require.ErrorIs(t, both.Missing, first)
		require.ErrorIs(t, both.Missing, second)
		require.Equal(t, a.Effort.Errors+b.Effort.Errors, both.Effort.Errors)
		require.Positive(t, both.Effort.Errors)
	})
}

// refusals returns windows of which no score is to be had: without a grid,
// without anything counted, and with tokens by kind.
func refusals(t *testing.T) (unpriced, empty, tokens meter.Usage) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		blind := begin(t, bare(machine))
		m := begin(t, bare(machine, meter.WithGrid(gridOf(time.Hour, 100))))
		task := blind.Begin("blind")
		task.Count("request", 1)
		empty = window(t, m, func() { machine.Run(time.Second, work("package-0", 10)) })
		var err error
		unpriced, err = task.End(t.Context())
		require.NoError(t, err)
		tokens = window(t, m, func() {
			m.Count("token", 1)
			m.Count("token.input", 2)
			m.Count("image.large", 1)
			machine.Run(time.Second, work("package-0", 10))
		})
	})
	return unpriced, empty, tokens
}

func TestScoreRefuses(t *testing.T) {
	unpriced, empty, tokens := refusals(t)
	for name, tt := range map[string]struct {
		usage meter.Usage
		unit  string
		want  error
		says  string
	}{
		"no grid":                       {unpriced, "request", meter.ErrNoIntensity, `meter.WithGrid(intensity.Country("FR"))`},
		"nothing counted":               {empty, "request", sci.ErrUnitsMissing, `task.Count("request", 1)`},
		"another unit":                  {tokens, "request", sci.ErrUnitsMissing, "token.input"},
		"kinds beside their sum":        {tokens, "token", sci.ErrUnitMismatch, "score one kind"},
		"a sum of which only a kind is": {tokens, "image", sci.ErrUnitsMissing, "image.large"},
		"nothing measured":              {meter.Usage{}, "request", sci.ErrNotMeasured, ""},
	} {
		t.Run(name, func(t *testing.T) {
			score, err := tt.usage.Score(tt.unit)
			require.ErrorIs(t, err, tt.want)
			require.ErrorContains(t, err, tt.says)
			require.False(t, score.Measured())
		})
	}
	score, err := tokens.Score("token.input")
	require.NoError(t, err)
	require.Equal(t, 2.0, score.R)
}

func TestMarginalSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Marginal), meter.WithGrid(gridOf(time.Hour, 100))))
		u := window(t, m, func() {
			m.Count("request", 4)
			machine.Run(time.Second, work("package-0", 10))
		})
		require.Zero(t, u.Static)
		score, err := u.Score("request")
		require.NoError(t, err)
		require.True(t, score.IdleExcluded)
		require.Contains(t, score.String(), "idle excluded")
	})
}

// measured is a zone of a counter that is exact.
func measured() source.Zone {
	z := package0(1)
	z.Origin = source.Origin{Method: source.Counted, Name: "script"}
	return z
}

func TestNature(t *testing.T) {
	guessed := measured()
	guessed.Origin.Method = source.Estimated
	modelled := measured()
	modelled.Origin.Nature = source.NatureEstimated
	for name, tt := range map[string]struct {
		zone         source.Zone
		whole        bool
		quality      intensity.Quality
		energy, want source.Nature
	}{
		"all of a counted total":             {measured(), true, intensity.Measured, source.NatureMeasured, source.NatureMeasured},
		"a share of a counted total":         {measured(), false, intensity.Measured, source.NatureCalculated, source.NatureCalculated},
		"an estimate":                        {guessed, true, intensity.Measured, source.NatureEstimated, source.NatureEstimated},
		"case 5: a counter that is a model":  {modelled, true, intensity.Measured, source.NatureEstimated, source.NatureEstimated},
		"counted, at an intensity of a year": {measured(), true, intensity.Static, source.NatureMeasured, source.NatureEstimated},
		"counted, at a forecast":             {measured(), true, intensity.Forecast, source.NatureMeasured, source.NatureForecast},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				machine := metertest.New(8, tt.zone)
				if tt.whole {
					machine.Whole()
				}
				grid := gridOf(time.Hour, 100)
				grid.Points[0].Quality = tt.quality
				m := begin(t, bare(machine, meter.WithGrid(grid)))
				u := window(t, m, func() { machine.Run(time.Second, work(tt.zone.ID, 10)) })
				require.Equal(t, tt.energy, u.EnergyNature)
				require.Equal(t, max(tt.want, source.NatureEstimated), u.Nature, "what is embodied is estimated")
				s, err := m.Read(t.Context())
				require.NoError(t, err)
				require.Equal(t, tt.energy, s.EnergyNature())
			})
		})
	}
}

// TestNatureIsOfTheWindow: a forecast that was used once is not in what was
// used later.
func TestNatureIsOfTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, measured())
		grid := gridOf(10*time.Second, 100, 100, 100)
		grid.Points[0].Quality = intensity.Forecast
		m := begin(t, bare(machine, meter.WithGrid(grid)))
		before := window(t, m, func() { machine.Run(10*time.Second, work("package-0", 10)) })
		after := window(t, m, func() { machine.Run(10*time.Second, work("package-0", 10)) })
		require.Equal(t, source.NatureForecast, before.Nature)
		require.Equal(t, source.NatureEstimated, after.Nature)
		require.Equal(t, source.NatureForecast, sum(t, before, after).Nature)
	})
}

func TestParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guessed := metertest.DRAM(0)
		guessed.Origin.Method, guessed.Idle = source.Estimated, 0.000001
		machine := metertest.New(8, package0(10), guessed)
		m := begin(t, bare(machine, meter.WithReservation(meter.Reservation{CPUs: 2})))
		u := window(t, m, func() {
			machine.Run(10*time.Second, metertest.Phase{Own: 5 * time.Second, Busy: 10 * time.Second, Energy: map[string]units.Microjoules{
				"package-0": joules(300), "dram-0": joules(100),
			}})
		})
		// Of 100 J static a quarter, of 200 + 100 J dynamic half.
		require.InDelta(t, 175, float64(u.Energy()), 1e-5)
		require.InDelta(t, 125.0/175, u.CountedFraction(), 1e-6)
		low, high := u.Bounds()
		require.InDelta(t, 150, float64(low), 1e-4)
		require.InDelta(t, 250, float64(high), 1e-4)
		u.Effort.CPU = u.Own / 10
		require.InDelta(t, 15, float64(u.MeterEnergy()), 1e-4)
		u.Effort.CPU = 2 * u.Own
		require.InDelta(t, 150, float64(u.MeterEnergy()), 1e-4, "never more than the work")
		require.Zero(t, meter.Usage{}.MeterEnergy())
		require.Zero(t, meter.Usage{}.CountedFraction())
		require.Zero(t, u.R("request"))
	})
}

// TestSumsOfCountsStayFinite: no infinity leaves an exported function.
func TestSumsOfCountsStayFinite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine))
		huge := func() meter.Usage {
			return window(t, m, func() {
				m.Count("request", math.MaxFloat64)
				m.Count("request", math.MaxFloat64)
				machine.Run(time.Second, work("package-0", 1))
			})
		}
		u := huge()
		require.Equal(t, math.MaxFloat64, u.R("request"))
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, math.MaxFloat64, s.Counts[0].N)
	})
}
