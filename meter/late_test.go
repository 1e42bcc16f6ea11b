package meter_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
)

// twoCards are cards of 300 and 500 W.
func twoCards() *gputest.Machine {
	return gputest.New(gputest.Spec{ID: "GPU-a", Model: h100, Power: 300}, gputest.Spec{ID: "GPU-b", Model: h100, Power: 500})
}

// onCards starts a meter of a host that is at rest, with those cards.
func onCards(t *testing.T, cards *gputest.Machine, opts ...meter.Option) *meter.Meter {
	t.Helper()
	return begin(t, metertest.New(8, metertest.Package(0)).Options(), meter.WithSource(gpu.Auto(cards.Option())),
		meter.WithSite(sci.Site{PUE: 1}), meter.WithGrid(intensity.Fixed{Value: 360, Signal: intensity.AverageLifecycle(intensity.Production)}),
		meter.Options(opts...))
}

// A card that does not answer at the start has a zone, and all of the time until
// it does is missing.
func TestCardThatAnswersLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		unblock := cards.Card("GPU-a").Block()
		m := onCards(t, cards)
		all := m.Begin("all")
		during := window(t, m, func() { time.Sleep(10 * time.Minute) })
		require.ErrorIs(t, during.Incomplete(), meter.ErrUnread)
		require.EqualError(t, during.Incomplete(), "meter: gpu/GPU-a: not read for 10m0s")
		require.Zero(t, zonesOf(during)["gpu/GPU-a"].Total)

		unblock()
		time.Sleep(5 * time.Second)
		after := window(t, m, func() { time.Sleep(10 * time.Minute) })
		require.NoError(t, after.Incomplete())
		require.Equal(t, joules(300*600), zonesOf(after)["gpu/GPU-a"].Total)
		require.Equal(t, h100, zonesOf(after)["gpu/GPU-a"].Zone.Model)

		u, err := all.End(t.Context())
		require.NoError(t, err)
		a, b := zonesOf(u)["gpu/GPU-a"], zonesOf(u)["gpu/GPU-b"]
		require.InDelta(t, (20*time.Minute + 5*time.Second).Seconds(), a.Missing.Seconds()+a.Total.Joules()/300, 1e-3, "missing or counted")
		require.InDelta(t, float64(b.Embodied), float64(a.Embodied), 1e-6, "it embodied as much as the other one, all the time")
		conserved(t, u)
	})
}

// A driver that answers after the start brings its cards: from then on the host
// is shared by them, and what no counter sees is that of such a machine.
func TestDriverThatAnswersLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		unblock := cards.BlockOpen()
		m := onCards(t, cards, meter.WithRoots("", t.TempDir()))
		before := m.Method()
		require.Equal(t, meter.Proportional, before.Policy)
		during := window(t, m, func() { time.Sleep(10 * time.Minute) })
		require.EqualError(t, during.Incomplete(), "meter: gpu/fake: not read for 10m0s")
		var remedy string
		for _, s := range m.Sources().Skipped {
			if s.What == "gpu/fake" {
				remedy = s.Remedy
			}
		}
		require.NotEmpty(t, remedy)

		unblock()
		time.Sleep(5 * time.Second)
		now := m.Method()
		require.Equal(t, meter.Reserved, now.Policy)
		require.Equal(t, 1.0, now.Reserved[source.GPU])
		require.Equal(t, before.Rest+2*meter.BoardRestPower, now.Rest)
		require.Equal(t, before.ID, now.ID)
		require.Equal(t, meter.Proportional, before.Policy, "what was handed out stays")

		after := window(t, m, func() { time.Sleep(10 * time.Minute) })
		require.NoError(t, after.Incomplete())
		require.Same(t, now, after.Method)
		require.Equal(t, joules(600*float64(now.Rest)), zonesOf(after)["rest"].Total)
		require.Equal(t, joules(600*300), zonesOf(after)["gpu/GPU-a"].Charged)
		for _, what := range []string{"rest", "policy"} {
			n := 0
			for _, a := range m.Sources().Assumed {
				if a.What == what {
					n++
				}
			}
			require.LessOrEqual(t, n, 1, what)
		}
		sum, err := during.Add(after)
		require.NoError(t, err)
		require.ErrorIs(t, sum.Incomplete(), meter.ErrUnread)
	})
}

// A container that shows several cards and names none is charged for none, and
// that is no complete figure.
func TestContainerThatSelectsNoCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		cards.Contain()
		m := onCards(t, cards)
		u := window(t, m, func() { time.Sleep(time.Minute) })
		require.EqualError(t, u.Incomplete(), "meter: gpu/GPU-a: not read for 1m0s\nmeter: gpu/GPU-b: not read for 1m0s")
	})
}

// A card that is switched off at the start is missed by nobody.
func TestCardThatSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		cards.Card("GPU-a").Sleep()
		cards.Card("GPU-a").Draw(0)
		m := onCards(t, cards)
		require.NoError(t, window(t, m, func() { time.Sleep(time.Minute) }).Incomplete())
		cards.Card("GPU-a").Fail(nil)
		cards.Card("GPU-a").Draw(300)
		time.Sleep(time.Minute)
		u := window(t, m, func() { time.Sleep(time.Minute) })
		require.NoError(t, u.Incomplete())
		require.Equal(t, joules(60*300), zonesOf(u)["gpu/GPU-a"].Total)
	})
}

// What is declared of cards bounds what is assumed of them.
func TestFewerCardsDeclaredThanVisible(t *testing.T) {
	for name, tt := range map[string]struct {
		gpus    float64
		charged float64 // of 300 W
		noted   bool
	}{
		"one of two":         {1, 0.5, false},
		"both":               {2, 1, false},
		"more than are here": {4, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := onCards(t, twoCards(), meter.WithReservation(meter.Reservation{GPUs: tt.gpus, OfGPUs: 8}))
				u := window(t, m, func() { time.Sleep(100 * time.Second) })
				z := zonesOf(u)["gpu/GPU-a"]
				require.Equal(t, joules(30_000*tt.charged), z.Charged)
				require.InEpsilon(t, tt.gpus/8, m.Method().Reserved[source.GPU], 1e-12)
				require.NoError(t, u.Incomplete())
				noted := false
				for _, a := range m.Sources().Assumed {
					noted = noted || a.What == "GPUs held" && a.Value == "2 of the 4 declared"
				}
				require.Equal(t, tt.noted, noted)
			})
		})
	}
}

// What others use of a card is told where the errors of a usage send the reader.
func TestSourcesTellWhatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0), card("gpu/0", h100), card("gpu/1", h100))
		h := &holder{holds: []source.Hold{
			{Zone: "gpu/0", Unknown: true, Why: "shared through MPS", Remedy: "say so"},
			{Zone: "gpu/1", Static: 0.5, Dynamic: 0.25, Why: "processes on the card", Remedy: "say better"},
		}}
		_, m := runCard(t, machine, h)
		r := m.Sources()
		require.Contains(t, r.Assumed, source.Assumption{
			What: "share of gpu/1", Value: "0.5 of what it draws at rest, 0.25 of what work adds", Why: "processes on the card", Remedy: "say better",
		})
		var told bool
		for _, s := range r.Skipped {
			told = told || s.What == "gpu/0" && s.Remedy == "say so" && s.Err.Error() == "charged to nobody: shared through MPS"
		}
		require.True(t, told)
	})
}
