package meter_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// A late grid says one figure at first and another later; each Refresh after
// that brings the later one for all of the past.
type late struct {
	mu    sync.Mutex
	every time.Duration   // between two refreshes
	value units.Intensity // 0: it does not know
	next  units.Intensity
}

func (g *late) say(v units.Intensity) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next = v
}

func (g *late) Refresh(context.Context) (time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.value = g.next
	return time.Now().Add(g.every), nil
}

func (g *late) At(t time.Time) (intensity.Point, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	start := t.Truncate(time.Hour)
	if g.value == 0 {
		return intensity.Point{}, &intensity.GapError{From: start, To: start.Add(time.Hour)}
	}
	return intensity.Point{Start: start, End: start.Add(time.Hour), Value: g.value, Quality: intensity.Measured,
		Signal: intensity.AverageLifecycle(intensity.Production), Zone: "late"}, nil
}

// TestCorrection is a grid that is revised: what was booked stays, and the
// difference is told beside it.
func TestCorrection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		machine := metertest.New(4, metertest.Package(0))
		grid := &late{next: 400, every: time.Minute}
		m := metertest.Start(t, machine, meter.WithGrid(grid), meter.WithReservation(meter.WholeMachine()))
		before, err := m.Read(t.Context())
		require.NoError(t, err)
		// 3.6 kW for an hour, all of it ours: 1 kWh in ten minutes at 6 kW.
		hour := func() meter.Snapshot {
			machine.Run(time.Hour, metertest.Phase{Own: 4 * time.Hour, Busy: 4 * time.Hour,
				Energy: map[string]units.Microjoules{"package-0": joules(3.6e6)}})
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			return s
		}
		s := hour()
		require.InDelta(t, 400, float64(s.Operational), 1e-6)
		require.InDelta(t, 0, float64(s.Correction), 1e-9)
		grid.say(300)
		s = hour()
		require.InDelta(t, 700, float64(s.Operational), 2, "what was booked stays; the minute until the refresh had the old price")
		require.InDelta(t, -100, float64(s.Correction), 2)
		u, err := s.Sub(before)
		require.NoError(t, err)
		u, err = u.Reprice(grid)
		require.NoError(t, err)
		require.InDelta(t, float64(u.Operational), float64(s.Operational+s.Correction), 1e-6, "both together are what it would be now")
		grid.say(500)
		s = hour()
		require.InDelta(t, 300, float64(s.Correction), 5, "it rises as well")
	})
}

// TestCorrectionOfWhatHadNoPrice is a grid that answers late.
func TestCorrectionOfWhatHadNoPrice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		machine := metertest.New(4, metertest.Package(0))
		grid := &late{every: time.Hour}
		m := metertest.Start(t, machine, meter.WithGrid(grid), meter.WithReservation(meter.WholeMachine()), meter.WithInterval(time.Minute))
		// Beyond two weeks of steps, those that are no longer kept count as they did.
		for day := range 20 {
			if day == 10 {
				grid.say(250)
			}
			machine.Run(24*time.Hour, metertest.Phase{Own: 96 * time.Hour, Busy: 96 * time.Hour,
				Energy: map[string]units.Microjoules{"package-0": joules(3.6e6)}})
		}
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		require.InDelta(t, 20*250, float64(s.Operational+s.Correction), 2)
		require.InDelta(t, 10*250, float64(s.Correction), 11, "ten days, and the hour until the refresh")
	})
}
