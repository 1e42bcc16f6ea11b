package meter_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A weather is a provider with moods. What is true of each half hour is known to
// it for good only a day later; before that it may be off by its own error.
type weather struct {
	mu    sync.Mutex
	mood  string
	truth map[int64]float64
	rand  *rand.Rand
}

const (
	halfHour = 30 * time.Minute
	settled  = 24 * time.Hour
)

var errMood = errors.New("the service does not answer")

func (w *weather) Name() string { return "weather" }

func (w *weather) Capabilities(string) (intensity.Capabilities, error) {
	return intensity.Capabilities{Signal: intensity.AverageLifecycle(intensity.Production), Range: true, Step: halfHour, Settle: 48 * time.Hour}, nil
}

// of returns what is true of the half hour that begins at t: a day's curve, and
// weather that drifts.
func (w *weather) of(t time.Time) float64 {
	k := t.Unix() / 1800
	if v, ok := w.truth[k]; ok {
		return v
	}
	drift := 0.0
	if before, ok := w.truth[k-1]; ok {
		drift = 0.97 * (before - w.curve(t.Add(-halfHour)))
	}
	v := max(20, w.curve(t)+drift+6*w.rand.NormFloat64())
	w.truth[k] = v
	return v
}

func (w *weather) curve(t time.Time) float64 {
	return 250 + 70*math.Sin(2*math.Pi*float64(t.Unix())/86400)
}

func (w *weather) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	w.mu.Lock()
	mood := w.mood
	w.mu.Unlock()
	switch mood {
	case "down", "429", "500", "garbage":
		return nil, errMood
	case "slow":
		select {
		case <-time.After(20 * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	series := &intensity.Series{}
	for t := from.Truncate(halfHour); !t.Add(halfHour).After(time.Now()) && t.Before(to); t = t.Add(halfHour) {
		p := intensity.Point{
			Start: t, End: t.Add(halfHour), Value: units.Intensity(w.of(t)), Quality: intensity.Measured,
			Signal: intensity.AverageLifecycle(intensity.Production), Sigma: intensity.SigmaLive, Zone: zone,
			Origin: source.Origin{Method: source.Counted, Name: "weather"},
		}
		if time.Since(p.End) < settled {
			p.Quality = intensity.Estimated
			p.Value *= units.Intensity(1 + 0.02*math.Sin(float64(t.Unix()/1800)))
		}
		series.Points = append(series.Points, p)
	}
	return series, nil
}

func (w *weather) feel(mood string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mood = mood
}

// TestChaos is a week at one reading a second on a grid whose provider is up,
// slow, refuses, answers with garbage, is down for six hours, and revises what
// it said. What is booked meanwhile is within its interval; in the end all is
// as if nothing had been.
func TestChaos(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("a week at one reading a second takes minutes under the race detector")
	}
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
		provider := &weather{truth: map[int64]float64{}, rand: rand.New(rand.NewPCG(1, 2))}
		for at := time.Now().Add(-30 * 24 * time.Hour); at.Before(time.Now().Add(10 * 24 * time.Hour)); at = at.Add(halfHour) {
			provider.of(at)
		}
		grid, err := intensity.NewChain(intensity.ChainConfig{
			Live: []intensity.Live{{Provider: provider, Zone: "DE"}}, Static: []intensity.Grid{intensity.Country("DE")},
		})
		require.NoError(t, err)
		machine := metertest.New(4, metertest.Package(0))
		m := metertest.Start(t, machine, meter.WithGrid(grid), meter.WithReservation(meter.WholeMachine()))
		start, err := m.Read(t.Context())
		require.NoError(t, err)

		moods := []string{"up", "slow", "429", "up", "500", "garbage", "up", "down", "down", "down", "down", "down", "down", "up"}
		inside, windows, exact := 0, 0, 0.0
		for hour := range 7 * 24 {
			provider.feel(moods[hour%len(moods)])
			began := time.Now()
			task := m.Begin("hour")
			machine.Run(time.Hour, metertest.Phase{Own: time.Hour, Busy: time.Hour,
				Energy: map[string]units.Microjoules{"package-0": joules(3.6e5)}})
			u, err := task.End(t.Context())
			require.NoError(t, err)
			require.Zero(t, u.Unpriced)
			truth := 0.1 * (provider.of(began) + provider.of(began.Add(halfHour))) / 2
			exact += truth
			var sigma float64
			for id, g := range u.CarbonUncertainty() {
				if len(id) > 10 && id[:10] == "intensity:" {
					sigma = math.Hypot(sigma, g)
				}
			}
			windows++
			if math.Abs(float64(u.Operational)-truth) <= 1.96*sigma {
				inside++
			}
		}
		require.GreaterOrEqual(t, float64(inside)/float64(windows), 0.9, "%d of %d windows", inside, windows)

		end, err := m.Read(t.Context())
		require.NoError(t, err)
		provider.feel("up")
		time.Sleep(50 * time.Hour) // until the last figure is settled
		u, err := end.Sub(start)
		require.NoError(t, err)
		require.Greater(t, math.Abs(float64(u.Operational)-exact), 1e-6*exact, "before")
		u, err = u.Reprice(grid)
		require.NoError(t, err)
		require.InEpsilon(t, exact, float64(u.Operational), 1e-9, "after it")
		t.Logf("%d of %d windows inside their interval", inside, windows)
	})
}
