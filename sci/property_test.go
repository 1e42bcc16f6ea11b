package sci_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// inputs are what an SCI of one component depends on.
type inputs struct{ energy, pue, intensity, te, tir, el, rr, tor, r float64 }

func randomInputs(rnd *rand.Rand) inputs {
	tor := 1 + 127*rnd.Float64()
	return inputs{
		energy: 1e6 * (0.1 + rnd.Float64()), pue: 1.05 + rnd.Float64(), intensity: 10 + 800*rnd.Float64(),
		te: 1e6 * (0.1 + rnd.Float64()), tir: 1 + 1000*rnd.Float64(), el: 20000 + 30000*rnd.Float64(),
		rr: tor * (0.1 + 0.8*rnd.Float64()), tor: tor, r: 1 + 1e6*rnd.Float64(),
	}
}

func (in inputs) score(t *testing.T) sci.Score {
	t.Helper()
	s, err := sci.System{Components: []sci.Component{in.component()}, R: &in.r, Unit: "request"}.Score()
	require.NoError(t, err)
	return s
}

func (in inputs) component() sci.Component {
	return sci.Component{
		IT: units.Energy(in.energy), PUE: units.PUE(in.pue), Intensity: new(units.Intensity(in.intensity)),
		Hardware: []sci.Allocation{{
			TE: units.Carbon(in.te), Reserved: hours(in.tir), Lifespan: hours(in.el), RR: in.rr, ToR: in.tor,
		}},
	}
}

// Rule K-01 of the specification: the score answers to every action.
func TestScoreFallsWithEachInput(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		in := randomInputs(rnd)
		before := in.score(t).Carbon()
		for name, better := range map[string]func(*inputs){
			"E":   func(in *inputs) { in.energy *= 0.999 },
			"PUE": func(in *inputs) { in.pue *= 0.999 },
			"I":   func(in *inputs) { in.intensity *= 0.999 },
			"TE":  func(in *inputs) { in.te *= 0.999 },
			"TiR": func(in *inputs) { in.tir *= 0.999 },
			"RR":  func(in *inputs) { in.rr *= 0.999 },
			"EL":  func(in *inputs) { in.el *= 1.001 },
			"ToR": func(in *inputs) { in.tor *= 1.001 },
			"R":   func(in *inputs) { in.r *= 1.001 },
		} {
			after := in
			better(&after)
			require.Less(t, after.score(t).Carbon(), before, name)
		}
	}
}

func TestSplittingAComponentChangesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		in := randomInputs(rnd)
		whole := in.score(t)
		a, b := in, in
		k := rnd.Float64()
		a.energy, b.energy = k*in.energy, (1-k)*in.energy
		a.rr, b.rr = k*in.rr, (1-k)*in.rr
		parts := sci.System{Components: []sci.Component{a.component(), b.component()}, R: &in.r, Unit: "request"}
		split, err := parts.Score()
		require.NoError(t, err)
		require.InEpsilon(t, float64(whole.Total()), float64(split.Total()), 1e-12)
		require.InEpsilon(t, float64(whole.Carbon()), float64(split.Carbon()), 1e-12)
	}
}

func TestSplittingAPeriodChangesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		d := time.Duration(rnd.Int64N(int64(1000 * time.Hour)))
		first := time.Duration(rnd.Int64N(int64(d) + 1))
		share := rnd.Float64()
		host := sci.ServerFor(sci.Hardware{Sockets: 2, MemoryGB: 512 * rnd.Float64()})
		whole := host.Of(d, share)
		require.InEpsilon(t, float64(whole), float64(host.Of(first, share)+host.Of(d-first, share)), 1e-12)
	}
}

func TestAddCommutesAndAssociates(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	random := func() sci.Score {
		return mustScore(t, sci.Terms{
			Operational: units.Carbon(rnd.ExpFloat64()), Embodied: units.Carbon(rnd.ExpFloat64()), R: rnd.ExpFloat64() + 1e-3, Unit: "x",
			Uncertainty: sci.Uncertainty{"a": rnd.NormFloat64(), "b": rnd.NormFloat64()},
		})
	}
	add := func(a, b sci.Score) sci.Score {
		sum, err := a.Add(b)
		require.NoError(t, err)
		return sum
	}
	for range 200 {
		a, b, c := random(), random(), random()
		left := add(add(a, b), c)
		for _, other := range []sci.Score{add(a, add(b, c)), add(add(c, b), a), add(add(b, a), c)} {
			require.InEpsilon(t, float64(left.Carbon()), float64(other.Carbon()), 1e-12)
			require.InEpsilon(t, left.R, other.R, 1e-12)
			require.InDelta(t, left.Uncertainty.Sigma(), other.Uncertainty.Sigma(), 1e-12)
		}
		rates := []units.Carbon{a.Carbon(), b.Carbon(), c.Carbon()}
		require.GreaterOrEqual(t, left.Carbon(), slices.Min(rates))
		require.LessOrEqual(t, left.Carbon(), slices.Max(rates))
	}
}

// Rule K-01 in a tree: whatever is done about one component among others, and
// whatever of the parts that it is made of, the score of the whole answers.
func TestScoreFallsWithAnyComponent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(21, 22))
	for range 50 {
		components := randomComponents(rnd, 3)
		score := func() units.Carbon { return mustSystem(t, sci.System{Components: components, R: new(1.0)}).Carbon() }
		before := score()
		c := &components[rnd.IntN(len(components))]
		for len(c.Parts) > 0 && rnd.IntN(2) > 0 {
			c = &c.Parts[rnd.IntN(len(c.Parts))]
		}
		h := &c.Hardware[0]
		i := *c.Intensity
		for name, act := range map[string]struct{ better, back func() }{
			"E":   {func() { c.IT *= 0.99 }, func() { c.IT /= 0.99 }},
			"PUE": {func() { c.PUE -= 0.01 }, func() { c.PUE += 0.01 }},
			"I":   {func() { c.Intensity = new(i * 0.99) }, func() { c.Intensity = &i }},
			"TE":  {func() { h.TE *= 0.9 }, func() { h.TE /= 0.9 }},
			"TiR": {func() { h.Reserved -= time.Minute * 10 }, func() { h.Reserved += time.Minute * 10 }},
			"EL":  {func() { h.Lifespan += 1000 * time.Hour }, func() { h.Lifespan -= 1000 * time.Hour }},
			"RR":  {func() { h.RR *= 0.9 }, func() { h.RR /= 0.9 }},
		} {
			act.better()
			require.Less(t, score(), before, name)
			act.back()
			require.InEpsilon(t, float64(before), float64(score()), 1e-12, name)
		}
	}
}

// To make a part of a component, or to lift one out, changes no total.
func TestRegroupingComponentsChangesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(23, 24))
	for range 50 {
		components := randomComponents(rnd, 4)
		whole := mustSystem(t, sci.System{Components: components, R: new(3.0)})
		var flat []sci.Component
		var lift func([]sci.Component)
		lift = func(all []sci.Component) {
			for _, c := range all {
				parts := c.Parts
				c.Parts = nil
				flat = append(flat, c)
				lift(parts)
			}
		}
		lift(components)
		rnd.Shuffle(len(flat), func(i, j int) { flat[i], flat[j] = flat[j], flat[i] })
		lifted := mustSystem(t, sci.System{Components: flat, R: new(3.0)})
		require.InEpsilon(t, float64(whole.Carbon()), float64(lifted.Carbon()), 1e-12)
		require.InEpsilon(t, whole.Uncertainty.Sigma(), lifted.Uncertainty.Sigma(), 1e-9)
	}
}

// A machine that is built of less embodies less, whatever its parts are.
func TestBottomUpFallsWithEachPart(t *testing.T) {
	rnd := rand.New(rand.NewPCG(25, 26))
	for range 100 {
		build := func() sci.Inventory {
			return sci.Inventory{
				CPUs: []sci.CPUs{{Units: 2, Cores: 24}}, RAM: []sci.Modules{{Units: 12, GB: 32}},
				SSDs: []sci.Drives{{Units: 4, GB: 4000}}, HDDs: 4, PSUs: []sci.PSUs{{Units: 2}}, Case: sci.RackCase, Motherboard: true, Assembly: true,
			}
		}
		te := func(inv sci.Inventory) units.Carbon {
			bill, err := inv.Bill()
			require.NoError(t, err)
			low, high := bill.Total().Range()
			require.LessOrEqual(t, low, bill.Total().TE())
			require.LessOrEqual(t, bill.Total().TE(), high)
			return bill.Total().TE()
		}
		inv := build()
		before := te(inv)
		for _, lighter := range []func(*sci.Inventory){
			func(v *sci.Inventory) { v.CPUs[0].Cores -= 1 + rnd.IntN(23) },
			func(v *sci.Inventory) { v.CPUs[0].Units-- },
			func(v *sci.Inventory) { v.RAM[0].GB *= rnd.Float64() },
			func(v *sci.Inventory) { v.RAM[0].Density = sci.Range{Mode: 1.79 + rnd.Float64()} },
			func(v *sci.Inventory) { v.SSDs[0].Units-- },
			func(v *sci.Inventory) { v.HDDs-- },
			func(v *sci.Inventory) { v.Case = sci.BladeCase },
			func(v *sci.Inventory) { v.Assembly = false },
			func(v *sci.Inventory) { v.Motherboard = false },
		} {
			after := build()
			lighter(&after)
			require.Less(t, te(after), before)
		}
	}
}
