package meter_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// A card that answers for the first time and is lost at once was never counted.
func TestCardThatAnswersOnceAndIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		unblock := cards.Card("GPU-a").Block()
		m := onCards(t, cards)
		time.Sleep(time.Minute + 500*time.Millisecond)
		unblock()
		synctest.Wait()
		cards.Card("GPU-a").Lose()
		time.Sleep(5 * time.Second)
		u := window(t, m, func() { time.Sleep(10 * time.Minute) })
		require.ErrorIs(t, u.Incomplete(), meter.ErrUnread)
		require.Equal(t, 10*time.Minute, zonesOf(u)["gpu/GPU-a"].Missing)
	})
}

// While the scope is not known nothing new is taken in: what a card used that
// came meanwhile is missing, and not lost without a word.
func TestCardThatAnswersWhileTheScopeFails(t *testing.T) {
	for name, block := range map[string]func(*gputest.Machine) func(){
		"the card is late":   func(c *gputest.Machine) func() { return c.Card("GPU-a").Block() },
		"the driver is late": (*gputest.Machine).BlockOpen,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cards := twoCards()
				unblock := block(cards)
				host := metertest.New(8, metertest.Package(0))
				m := begin(t, host.Options(), meter.WithSource(gpu.Auto(cards.Option())))
				time.Sleep(time.Minute)
				host.FailScope(errors.New("no answer"))
				time.Sleep(5 * time.Second)
				unblock()
				time.Sleep(5 * time.Second)
				u := window(t, m, func() {
					time.Sleep(time.Minute)
					host.FailScope(nil)
					time.Sleep(time.Minute)
				})
				z := zonesOf(u)["gpu/GPU-a"]
				require.ErrorIs(t, u.Incomplete(), meter.ErrUnread)
				require.InDelta(t, 120, z.Missing.Seconds()+z.Total.Joules()/300, 2)
			})
		})
	}
}

// A module that comes late has the processors in it from then on: what they used
// before is settled, stays, and can be read back.
func TestModuleThatAnswersLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host := metertest.New(8, metertest.Package(0))
		cards := gputest.New(gputest.Spec{ID: "GPU-m", Model: "NVIDIA GH200 480GB", Power: 500, Module: true})
		unblock := cards.Card("GPU-m").Block()
		m := begin(t, host.Options(), meter.WithSource(gpu.Auto(cards.Option())))
		time.Sleep(time.Second)
		idle := metertest.Phase{Own: 100 * time.Millisecond, Busy: 400 * time.Millisecond,
			Energy: map[string]units.Microjoules{"package-0": joules(5000)}}
		u := window(t, m, func() {
			host.Run(50*time.Second, idle) // too little to be shared out yet
			unblock()
			time.Sleep(2 * time.Second)
		})
		z := zonesOf(u)["package-0"]
		require.True(t, z.Zone.Beside)
		require.Equal(t, joules(5000), z.Total, "what was used before the module is in")
		conserved(t, u)
		again(t, u)
	})
}

// What holds from a late card on holds for nothing before: neither the power of
// the rest, nor who pays for what flows anyway.
func TestReconsideredForwardOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pkg := metertest.Package(0)
		pkg.Idle = 100
		host := metertest.New(8, pkg)
		cards := gputest.New()
		r := gpu.Auto(cards.Option())
		m := begin(t, host.Options(), meter.WithSource(r), meter.WithRoots("", t.TempDir()))
		before := m.Method().Rest
		u := window(t, m, func() {
			host.Run(50*time.Second, metertest.Phase{Own: 100 * time.Millisecond, Busy: 400 * time.Millisecond,
				Energy: map[string]units.Microjoules{"package-0": joules(5000)}})
			for range 8 {
				cards.Plug(gputest.Spec{Model: h100, Power: 500})
			}
			require.NoError(t, r.Rescan(t.Context()))
			_, err := m.Read(t.Context())
			require.NoError(t, err)
			time.Sleep(100 * time.Second)
		})
		require.Equal(t, before+8*meter.BoardRestPower, m.Method().Rest)
		zones := zonesOf(u)
		require.Equal(t, joules(50*float64(before)+100*float64(m.Method().Rest)), zones["rest"].Total)
		require.InDelta(t, 1250, zones["package-0"].Charged.Joules(), 1, "a quarter of the work was ours")
		conserved(t, u)
	})
}

// A card that is lost leaves the machine what it is.
func TestRestStaysWithoutALostCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		r := gpu.Auto(cards.Option())
		m := begin(t, metertest.New(8, metertest.Package(0)).Options(), meter.WithSource(r), meter.WithRoots("", t.TempDir()))
		before := m.Method().Rest
		require.Positive(t, before)
		cards.Card("GPU-a").Lose()
		time.Sleep(10 * time.Second)
		cards.Plug(gputest.Spec{ID: "GPU-c", Model: "NVIDIA L4", Power: 50})
		require.NoError(t, r.Rescan(t.Context()))
		time.Sleep(10 * time.Second)
		require.Equal(t, before, m.Method().Rest)
	})
}

// A card that is a container's own stays so when another one comes.
func TestSecondCardOfAContainer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := gputest.New(gputest.Spec{ID: "GPU-a", Model: h100, Power: 300})
		cards.Contain()
		r := gpu.Auto(cards.Option())
		m := begin(t, metertest.New(8, metertest.Package(0)).Options(), meter.WithSource(r))
		cards.Plug(gputest.Spec{ID: "GPU-b", Model: h100, Power: 300})
		require.NoError(t, r.Rescan(t.Context()))
		u := window(t, m, func() { time.Sleep(time.Minute) })
		require.Equal(t, joules(18_000), zonesOf(u)["gpu/GPU-a"].Charged)
		require.ErrorContains(t, u.Incomplete(), "gpu/GPU-b: not read", "whose the other is nobody knows")
	})
}

// What is asked for does not depend on how long a driver takes.
func TestOptionsOfALateCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cards := twoCards()
		unblock := cards.BlockOpen()
		defer unblock()
		m := begin(t, metertest.New(8, metertest.Package(0)).Options(), meter.WithSource(gpu.Auto(cards.Option())),
			meter.WithIdlePower("gpu/GPU-a", 100, 0.1))
		unblock()
		time.Sleep(5 * time.Second)
		u := window(t, m, func() { time.Sleep(100 * time.Second) })
		require.Equal(t, joules(30_000), zonesOf(u)["gpu/GPU-a"].Total)
		require.InDelta(t, 10_000, zonesOf(u)["gpu/GPU-a"].Static.Joules(), 1)
	})
}
