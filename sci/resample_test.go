package sci_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

func edges(t *testing.T, from, to float64, length time.Duration) []time.Time {
	t.Helper()
	e, err := sci.Edges(at(from), at(to), length)
	require.NoError(t, err)
	return e
}

func TestEdges(t *testing.T) {
	require.Equal(t, []time.Time{at(0), at(1), at(2), at(2.5)}, edges(t, 0, 2.5, time.Hour))
	require.Equal(t, []time.Time{at(0), at(1), at(2)}, edges(t, 0, 2, time.Hour))
	require.Equal(t, []time.Time{at(0), at(1)}, edges(t, 0, 1, 48*time.Hour))
	for _, c := range []struct {
		to     float64
		length time.Duration
	}{{1, 0}, {1, -1}, {0, 1}, {-1, 1}, {1e5, time.Microsecond}} {
		_, err := sci.Edges(at(0), at(c.to), c.length)
		require.ErrorIs(t, err, sci.ErrPeriod)
	}
}

func TestCounterIsResampledByDifference(t *testing.T) {
	readings := []sci.CounterReading{{at(0), 1000}, {at(1), 1600}, {at(4), 1600}, {at(4.5), 1601}}
	got, err := sci.ResampleCounter(readings, edges(t, -1, 6, 30*time.Minute))
	require.NoError(t, err)
	require.Len(t, got, 9, "nothing is known before the first and after the last reading")
	require.Equal(t, sci.Bucket[units.Microjoules]{at(0), at(0.5), 300, 30 * time.Minute}, got[0])
	require.Equal(t, sci.Bucket[units.Microjoules]{at(0.5), at(1), 300, 30 * time.Minute}, got[1])
	require.Equal(t, units.Microjoules(0), got[2].Value, "a counter that rests is known")
	require.Equal(t, sci.Bucket[units.Microjoules]{at(4), at(4.5), 1, 30 * time.Minute}, got[8])

	got, err = sci.ResampleCounter(readings, []time.Time{at(-1), at(0.5), at(9)})
	require.NoError(t, err)
	require.Equal(t, sci.Bucket[units.Microjoules]{at(-1), at(0.5), 300, 30 * time.Minute}, got[0])
	require.False(t, got[0].Complete())
	require.Equal(t, sci.Bucket[units.Microjoules]{at(0.5), at(9), 301, 4 * time.Hour}, got[1])
}

func TestResamplingConservesACounter(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for range 200 {
		readings := []sci.CounterReading{{midnight, units.Microjoules(rnd.Uint64() >> 2)}}
		for range 1 + rnd.IntN(30) {
			last := readings[len(readings)-1]
			readings = append(readings, sci.CounterReading{
				last.At.Add(1 + time.Duration(rnd.Int64N(int64(time.Hour)))), last.Total + units.Microjoules(rnd.Uint64()>>(8+rnd.IntN(40))),
			})
		}
		end := readings[len(readings)-1].At
		cut := []time.Time{midnight.Add(-time.Hour), end.Add(time.Hour)}
		for at := midnight; at.Before(end); {
			at = at.Add(1 + time.Duration(rnd.Int64N(int64(40*time.Minute))))
			cut = append(cut[:len(cut)-1], at, end.Add(2*time.Hour))
		}
		got, err := sci.ResampleCounter(readings, cut)
		require.NoError(t, err)
		var sum units.Microjoules
		var covered time.Duration
		for _, b := range got {
			sum, covered = sum+b.Value, covered+b.Covered
		}
		require.Equal(t, readings[len(readings)-1].Total-readings[0].Total, sum, "to the microjoule")
		require.Equal(t, end.Sub(midnight), covered)
	}
}

func TestGaugeIsResampledByTime(t *testing.T) {
	power := []sci.Level[units.Power]{{at(3), at(4), 50}, {at(0), at(1), 100}, {at(1), at(1.5), 300}}
	means, err := sci.ResampleMean(power, edges(t, 0, 4, 2*time.Hour))
	require.NoError(t, err)
	require.Equal(t, []sci.Bucket[units.Power]{
		{at(0), at(2), 250.0 / 1.5, 90 * time.Minute}, // 100 W for an hour, 300 W for half of one
		{at(2), at(4), 50, time.Hour},
	}, means)
	energy, err := sci.ResampleEnergy(power, edges(t, 0, 4, 2*time.Hour))
	require.NoError(t, err)
	require.Equal(t, []sci.Bucket[units.Energy]{
		{at(0), at(2), 250 * 3600, 90 * time.Minute}, {at(2), at(4), 50 * 3600, time.Hour},
	}, energy)
	gap, err := sci.ResampleMean(power, edges(t, 1.5, 3.5, time.Hour))
	require.NoError(t, err)
	require.Equal(t, []sci.Bucket[units.Power]{{at(2.5), at(3.5), 50, 30 * time.Minute}}, gap, "what is not known is absent, not 0")
}

func TestResamplingConservesAGauge(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		var levels []sci.Level[units.Power]
		start, joules := midnight, 0.0
		for range 1 + rnd.IntN(20) {
			end := start.Add(1 + time.Duration(rnd.Int64N(int64(time.Hour))))
			l := sci.Level[units.Power]{start, end, units.Power(500 * rnd.Float64())}
			levels, start = append(levels, l), end.Add(time.Duration(rnd.Int64N(2)*rnd.Int64N(int64(time.Hour))))
			joules += float64(l.Value) * l.End.Sub(l.Start).Seconds()
		}
		rnd.Shuffle(len(levels), func(i, j int) { levels[i], levels[j] = levels[j], levels[i] })
		cut, err := sci.Edges(midnight, start.Add(time.Second), 1+time.Duration(rnd.Int64N(int64(time.Hour)))+time.Minute)
		require.NoError(t, err)
		got, err := sci.ResampleEnergy(levels, cut)
		require.NoError(t, err)
		var sum float64
		for _, b := range got {
			sum += float64(b.Value)
		}
		require.InEpsilon(t, joules, sum, 1e-12)
	}
}

func TestResamplingRefuses(t *testing.T) {
	hour := []time.Time{at(0), at(1)}
	for name, c := range map[string]struct {
		readings []sci.CounterReading
		edges    []time.Time
		want     error
	}{
		"a counter that fell":  {[]sci.CounterReading{{at(0), 2}, {at(1), 1}}, hour, sci.ErrCounterFell},
		"two readings at once": {[]sci.CounterReading{{at(0), 1}, {at(0), 1}}, hour, sci.ErrPeriod},
		"one edge":             {nil, hour[:1], sci.ErrPeriod},
		"edges backwards":      {nil, []time.Time{at(1), at(0)}, sci.ErrPeriod},
	} {
		_, err := sci.ResampleCounter(c.readings, c.edges)
		require.ErrorIs(t, err, c.want, name)
	}
	for name, c := range map[string]struct {
		levels []sci.Level[units.Power]
		want   error
	}{
		"time that is there twice": {[]sci.Level[units.Power]{{at(0), at(1), 1}, {at(0.5), at(2), 1}}, sci.ErrOverlap},
		"a level without length":   {[]sci.Level[units.Power]{{at(0), at(0), 1}}, sci.ErrPeriod},
		"a level of NaN":           {[]sci.Level[units.Power]{{at(0), at(1), units.Power(math.NaN())}}, sci.ErrNotFinite},
	} {
		_, err := sci.ResampleMean(c.levels, hour)
		require.ErrorIs(t, err, c.want, name)
		_, err = sci.ResampleEnergy(c.levels, hour)
		require.ErrorIs(t, err, c.want, name)
	}
	one, err := sci.ResampleCounter([]sci.CounterReading{{at(0), 1}}, hour)
	require.NoError(t, err)
	require.Empty(t, one, "one reading tells of no time")
}

func TestStepsCutEnergyWhereTheGridChanges(t *testing.T) {
	grid := []sci.Level[units.Intensity]{{at(2), at(3), 300}, {at(0), at(1), 100}}
	deltas := []intensity.Delta{
		{From: at(0.5), To: at(2.5), Energy: 4 * units.KilowattHour}, // 1 at 100, 2 in the gap, 1 at 300
		{From: at(0), To: at(0.5), Energy: units.KilowattHour},
		{From: at(3), To: at(4), Energy: units.KilowattHour}, // half-open: nothing of the level before
	}
	steps, err := sci.Steps(deltas, grid)
	require.NoError(t, err)
	low, high := new(units.Intensity(100)), new(units.Intensity(300))
	require.Equal(t, []sci.Step{
		{units.KilowattHour, low, at(0), at(0.5)}, {units.KilowattHour, low, at(0.5), at(1)},
		{2 * units.KilowattHour, nil, at(1), at(2)}, {units.KilowattHour, high, at(2), at(2.5)},
		{units.KilowattHour, nil, at(3), at(4)},
	}, steps)
	j, err := sci.Hold(90 * time.Minute).Join(steps...) // from 2:30, where the last step with a price ended
	require.NoError(t, err)
	require.InEpsilon(t, 200+200+300+300, float64(j.Operational), 1e-12)

	_, err = sci.Steps([]intensity.Delta{{From: at(1), To: at(1)}}, grid)
	require.ErrorIs(t, err, sci.ErrPeriod)
	_, err = sci.Steps([]intensity.Delta{{From: at(0), To: at(1), Energy: -1}}, grid)
	require.ErrorIs(t, err, sci.ErrNegativeEnergy)
}

func TestStepsConserveEnergyAndAgreeWithIntegrate(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	signal := intensity.Signal{Kind: intensity.Average, Boundary: intensity.Lifecycle, Accounting: intensity.Production}
	for range 100 {
		series := &intensity.Series{}
		var grid []sci.Level[units.Intensity]
		for h := range 12 {
			v := units.Intensity(20 + 700*rnd.Float64())
			grid = append(grid, sci.Level[units.Intensity]{at(float64(h)), at(float64(h + 1)), v})
			series.Points = append(series.Points, intensity.Point{
				Start: at(float64(h)), End: at(float64(h + 1)), Value: v, Signal: signal, Quality: intensity.Measured, Zone: "FR",
			})
		}
		var deltas []intensity.Delta
		var joules float64
		for range 1 + rnd.IntN(10) {
			from := 11 * rnd.Float64()
			d := intensity.Delta{From: at(from), To: at(from + 0.01 + (11.9-from)*rnd.Float64()), Energy: units.KilowattHour * units.FacilityEnergy(rnd.Float64())}
			deltas, joules = append(deltas, d), joules+float64(d.Energy)
		}
		steps, err := sci.Steps(deltas, grid)
		require.NoError(t, err)
		j, err := sci.Join(steps...)
		require.NoError(t, err)
		require.InEpsilon(t, joules, float64(j.Energy), 1e-12)
		r, err := intensity.Integrate(series, deltas, intensity.Options{})
		require.NoError(t, err)
		require.InEpsilon(t, float64(r.Carbon), float64(j.Operational), 1e-9)
	}
}
