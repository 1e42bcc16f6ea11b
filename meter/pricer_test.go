package meter_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// gridFunc is a grid of a function.
type gridFunc func(time.Time) (intensity.Point, error)

func (f gridFunc) At(t time.Time) (intensity.Point, error) { return f(t) }

// priced runs a machine with 10 W, all of them charged, over a grid, and
// returns what it used and the last error.
func priced(t *testing.T, g meter.Grid, d time.Duration, opts ...meter.Option) meter.Usage {
	t.Helper()
	machine := metertest.New(8, measured())
	machine.Whole()
	m := begin(t, bare(machine, append(opts, meter.WithGrid(g))...))
	u := window(t, m, func() { machine.Run(d, metertest.Phase{Energy: used("package-0", 10*d.Seconds())}) })
	conserved(t, u)
	return u
}

func TestStraddlingToTheNanosecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		grid := gridOf(10*time.Second+time.Nanosecond, 1000, 0, 500)
		u := priced(t, grid, 25*time.Second, meter.WithInterval(time.Hour))
		// One interval of 25 s is cut at 10.000000001 s and 20.000000002 s.
		near(t, (10*10.000000001*1000+10*4.999999998*500)/3.6e6, float64(u.Operational))
		require.Len(t, u.Steps, 3)
		require.Equal(t, grid.Points[0].End, u.Steps[0].End)
		require.Equal(t, grid.Points[2].Start, u.Steps[2].Start)
	})
}

func TestGridStartsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		grid := gridOf(20*time.Second, 0, 600, 300)
		grid.Points = grid.Points[1:] // nothing is known of the first 20 s
		u := priced(t, grid, 40*time.Second, meter.WithInterval(time.Hour))
		require.Equal(t, joules(200), u.Unpriced)
		near(t, 200*600/3.6e6, float64(u.Operational))
		c, complete := u.Carbon()
		require.False(t, complete)
		require.Equal(t, u.Operational+u.Embodied, c)
	})
}

func TestUnknownPlaceFailsTheStart(t *testing.T) {
	machine := metertest.New(8, package0(1))
	m, err := meter.Start(t.Context(), machine.Options(), meter.WithGrid(intensity.Country("XX")))
	require.Nil(t, m)
	require.ErrorContains(t, err, "meter: start: grid: ")
	require.ErrorContains(t, err, "XX")
	require.True(t, machine.Closed())
}

// TestUnusablePoints: what cannot be used has no price, and is told.
func TestUnusablePoints(t *testing.T) {
	good := gridOf(time.Hour, 100).Points[0]
	with := func(change func(*intensity.Point)) intensity.Point {
		p := good
		change(&p)
		return p
	}
	for name, tt := range map[string]struct {
		point intensity.Point
		want  error
	}{
		"not a number":      {with(func(p *intensity.Point) { p.Value = units.Intensity(math.NaN()) }), intensity.ErrValue},
		"negative":          {with(func(p *intensity.Point) { p.Value = -1 }), intensity.ErrValue},
		"infinite":          {with(func(p *intensity.Point) { p.Value = units.Intensity(math.Inf(1)) }), intensity.ErrValue},
		"absurd":            {with(func(p *intensity.Point) { p.Value = math.MaxFloat64 }), intensity.ErrValue},
		"absurd doubt":      {with(func(p *intensity.Point) { p.Sigma = math.MaxFloat64 }), intensity.ErrValue},
		"of another signal": {with(func(p *intensity.Point) { p.Signal = intensity.AverageLifecycle(intensity.Consumption) }), intensity.ErrSignal},
		"of no quality":     {with(func(p *intensity.Point) { p.Quality = 0 }), intensity.ErrQuality},
		"of the past":       {with(func(p *intensity.Point) { p.Start, p.End = p.Start.AddDate(-1, 0, 0), p.End.AddDate(-1, 0, 0) }), intensity.ErrGap},
		"of the future":     {with(func(p *intensity.Point) { p.Start, p.End = p.Start.AddDate(1, 0, 0), p.End.AddDate(1, 0, 0) }), intensity.ErrGap},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				place := func(p intensity.Point) intensity.Point { // points are made outside of the bubble
					shift := start.Sub(good.Start)
					p.Start, p.End = p.Start.Add(shift), p.End.Add(shift)
					return p
				}
				grid := gridFunc(func(at time.Time) (intensity.Point, error) {
					if at.Sub(start) < 10*time.Second {
						p := place(good)
						p.End = start.Add(10 * time.Second)
						return p, nil
					}
					return place(tt.point), nil
				})
				u := priced(t, grid, 30*time.Second)
				require.Equal(t, joules(200), u.Unpriced)
				near(t, 100*100/3.6e6, float64(u.Operational))
				require.ErrorIs(t, u.Missing, tt.want)
				require.Equal(t, good.Signal, u.Signal)
				_, err := u.MarshalJSON()
				require.NoError(t, err)
			})
		})
	}
}

// TestManyZonesOfAGrid: more than are told apart, and nothing is lost.
func TestManyZonesOfAGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		values := make([]units.Intensity, 40)
		for i := range values {
			values[i] = 360
		}
		grid := gridOf(time.Second, values...)
		for i := range grid.Points {
			grid.Points[i].Zone = string(rune('A' + i))
		}
		u := priced(t, grid, 40*time.Second)
		near(t, 400*360/3.6e6, float64(u.Operational))
		doubt := 0.0
		for id, g := range u.CarbonUncertainty() {
			if len(id) > 10 && id[:10] == "intensity:" {
				doubt += g
			}
		}
		near(t, 0.05*float64(u.Operational), doubt)
	})
}

// live is a grid that has to be fetched.
type live struct {
	*intensity.Series
	fetched atomic.Int32
	err     atomic.Pointer[error]
	every   time.Duration
	ended   atomic.Bool
	mu      sync.Mutex // guards times
	times   []time.Time
	block   bool
	hang    bool // the first time
}

func (l *live) Refresh(ctx context.Context) (time.Time, error) {
	l.fetched.Add(1)
	l.mu.Lock()
	l.times = append(l.times, time.Now())
	l.mu.Unlock()
	if l.hang || l.block && l.fetched.Load() > 1 {
		<-ctx.Done()
		l.ended.Store(true)
	}
	if err := l.err.Load(); err != nil {
		return time.Now().Add(time.Second), *err
	}
	return time.Now().Add(l.every), nil
}

func (l *live) gaps() []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var d []time.Duration
	for i := 1; i < len(l.times); i++ {
		d = append(d, l.times[i].Sub(l.times[i-1]))
	}
	return d
}

func TestRefresher(t *testing.T) {
	broken := errors.New("503")
	t.Run("at its own times", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			grid := &live{Series: gridOf(time.Hour, 100), every: 5 * time.Minute}
			u := priced(t, grid, time.Minute*31)
			require.Zero(t, u.Unpriced)
			require.Equal(t, []time.Duration{5 * time.Minute, 5 * time.Minute, 5 * time.Minute, 5 * time.Minute, 5 * time.Minute, 5 * time.Minute}, grid.gaps())
		})
	})
	t.Run("after an error not before a minute, the first one too", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			grid := &live{Series: gridOf(time.Hour, 100), every: time.Hour}
			grid.err.Store(&broken)
			priced(t, grid, 3*time.Minute+time.Second)
			require.Equal(t, []time.Duration{time.Minute, time.Minute, time.Minute}, grid.gaps())
		})
	})
	t.Run("never in a loop", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			grid := &live{Series: gridOf(time.Hour, 100)}
			priced(t, grid, 10*time.Second+time.Millisecond)
			require.EqualValues(t, 11, grid.fetched.Load())
		})
	})
	t.Run("Stop ends it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			grid := &live{Series: gridOf(time.Hour, 100), every: time.Minute, block: true}
			m := begin(t, metertest.New(1, package0(1)).Options(), meter.WithGrid(grid))
			time.Sleep(2 * time.Minute)
			require.NoError(t, m.Stop())
			require.True(t, grid.ended.Load())
			fetched := grid.fetched.Load()
			time.Sleep(time.Hour)
			require.Equal(t, fetched, grid.fetched.Load())
		})
	})
	t.Run("one that hangs at the start holds up nobody", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			grid := &live{Series: gridOf(time.Hour, 100), every: time.Minute, hang: true}
			from := time.Now()
			m := begin(t, metertest.New(1, package0(1)).Options(), meter.WithGrid(grid))
			require.Equal(t, 2*time.Second, time.Since(from))
			u := window(t, m, func() { time.Sleep(time.Minute) })
			require.Zero(t, u.Unpriced, "it has figures to fall back on")
			require.ErrorContains(t, u.Missing, "meter: refresh of the grid: not answered yet")
			require.EqualValues(t, 1, grid.fetched.Load())
			require.NoError(t, m.Stop())
			require.True(t, grid.ended.Load())
		})
	})
	t.Run("a start that is given up is an error", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			grid := &live{Series: gridOf(time.Hour, 100), every: time.Minute}
			failed := context.Canceled
			grid.err.Store(&failed)
			machine := metertest.New(1, package0(1))
			_, err := meter.Start(ctx, machine.Options(), meter.WithGrid(grid))
			require.ErrorIs(t, err, context.Canceled)
			require.True(t, machine.Closed())
		})
	})
}
