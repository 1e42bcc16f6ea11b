package meter_test

import (
	"errors"
	"math"
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

// TestDeadCounter: a zone that does not answer at the end of a window makes its
// score a lower bound, and the score says so.
func TestDeadCounter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
		machine := metertest.New(8, package0(1), metertest.DRAM(0))
		m := begin(t, bare(machine, meter.WithGrid(intensity.Country("FR"))))
		task := m.Begin("work")
		task.Count("op", 1)
		work := func(d time.Duration) {
			machine.Run(d, metertest.Phase{Own: d, Busy: d, Energy: map[string]units.Microjoules{"package-0": joules(10), "dram-0": joules(2)}})
		}
		work(10 * time.Second)
		whole, err := task.Lap().Score("op")
		require.NoError(t, err)
		require.False(t, whole.Incomplete)

		machine.Fail("package-0", errors.New("dead"))
		task.Count("op", 1)
		work(10 * time.Second)
		u := task.Lap()
		require.Equal(t, 10*time.Second, u.Unread().Round(time.Second))
		score, err := u.Score("op")
		require.NoError(t, err)
		require.Contains(t, score.String(), ", incomplete")
		require.Equal(t, "package-0", m.Sources().Skipped[0].What)

		machine.Fail("package-0", nil)
		task.Count("op", 1)
		work(10 * time.Second)
		u = task.Lap()
		require.Zero(t, u.Unread())
		require.InDelta(t, 20, u.Zones[0].Total.Joules(), 1e-3, "it is made up for")
	})
}

// TestSilentSource: a source that says nothing, not even an error, is told of.
func TestSilentSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		silent := &silence{Source: machine.Source()}
		m := begin(t, meter.WithSource(silent), meter.WithScope(machine.Scope()))
		machine.Run(2*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: used("package-0", 10)})
		silent.on = true
		machine.Run(5*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: used("package-0", 10)})
		var told error
		for _, s := range m.Sources().Skipped {
			if s.What == "package-0" {
				told = s.Err
			}
		}
		require.ErrorContains(t, told, "not read for")
	})
}

type silence struct {
	meter.Source
	on bool
}

func (s *silence) Read(dst []source.Reading) ([]source.Reading, error) {
	if s.on {
		return dst, nil
	}
	return s.Source.Read(dst)
}

// TestNothingMeasured: a window in which nothing was shared out has no score,
// and no figure that rests on an estimate is called measured.
func TestNothingMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
		guess := package0(1)
		guess.Origin.Method = source.Estimated
		machine := metertest.New(8, guess)
		m, err := meter.Start(t.Context(), bare(machine, meter.WithGrid(intensity.Country("FR")), meter.WithPolicy(meter.Proportional)))
		require.NoError(t, err)
		u := window(t, m, func() { machine.Run(2*time.Second, metertest.Phase{Energy: used("package-0", 2)}) })
		require.Zero(t, u.Microjoules, "nobody worked")
		require.Equal(t, joules(2), u.Machine)
		require.Equal(t, source.NatureEstimated, u.Nature)
		require.NoError(t, m.Stop())
		task := m.Begin("after the end")
		task.Count("op", 1)
		u, err = task.End(t.Context())
		require.NoError(t, err)
		_, err = u.Score("op")
		require.ErrorIs(t, err, sci.ErrNotMeasured)
	})
}

// TestZonesThatSpoilFigures are refused.
func TestZonesThatSpoilFigures(t *testing.T) {
	for name, change := range map[string]func(*source.Zone){
		"no ID":    func(z *source.Zone) { z.ID = "" },
		"no kind":  func(z *source.Zone) { z.Kind = 0 },
		"no level": func(z *source.Zone) { z.Level = 0 },
		"sigma":    func(z *source.Zone) { z.Origin.Sigma = math.NaN() },
		"idle":     func(z *source.Zone) { z.Idle = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			z := metertest.Package(0)
			change(&z)
			machine := metertest.New(1, z)
			_, err := meter.Start(t.Context(), machine.Options())
			require.ErrorContains(t, err, "meter: start: ")
			require.True(t, machine.Closed())
		})
	}
}

// TestBeginBesideAHang: a source that does not answer holds up nobody for more
// than a second.
func TestBeginBesideAHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		stuck := &hang{Source: machine.Source(), until: make(chan struct{})}
		m, err := meter.Start(t.Context(), meter.WithSource(stuck), meter.WithScope(machine.Scope()))
		require.NoError(t, err)
		stuck.on = true
		before := time.Now()
		task := m.Begin("request")
		task.Lap()
		require.Less(t, time.Since(before), 2*time.Second+200*time.Millisecond)
		close(stuck.until)
		require.NoError(t, m.Stop())
	})
}

type hang struct {
	meter.Source
	on    bool
	until chan struct{}
}

func (h *hang) Read(dst []source.Reading) ([]source.Reading, error) {
	if h.on {
		<-h.until
	}
	return h.Source.Read(dst)
}
