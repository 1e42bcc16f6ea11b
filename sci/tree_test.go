package sci_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// store is a system of two services, of which one has functional units of its
// own.
func store() sci.System {
	grid := new(units.Intensity(100))
	return sci.System{R: new(1000.0), Unit: "request", Components: []sci.Component{
		{ID: "web", IT: units.KilowattHour, PUE: 1.5, Intensity: grid, Idle: new(0.4), Embodied: 10, Parts: []sci.Component{
			{ID: "cache", IT: 2 * units.KilowattHour, PUE: 1, Intensity: grid, Idle: new(0.0)},
		}},
		{ID: "db", R: new(50.0), Unit: "query", Facility: units.KilowattHour, Intensity: grid, Idle: new(1.0), Parts: []sci.Component{
			{ID: "disks", Embodied: 100},
		}},
	}}
}

func TestAnyNodeHasAScore(t *testing.T) {
	root, err := store().Tree()
	require.NoError(t, err)
	for _, c := range []struct {
		ids  []string
		node sci.Node
		g    units.Carbon // per unit
		unit string
		kwh  float64
	}{
		{nil, root, (150 + 10 + 200 + 100 + 100) / 1000.0, "request", 4.5},
		{[]string{"web"}, root.Parts[0], 360 / 1000.0, "request", 3.5},
		{[]string{"web", "cache"}, root.Parts[0].Parts[0], 200 / 1000.0, "request", 2},
		{[]string{"db"}, root.Parts[1], 200 / 50.0, "query", 1},
		{[]string{"db", "disks"}, root.Parts[1].Parts[0], 100 / 50.0, "query", 0},
	} {
		t.Run(fmt.Sprint(c.ids), func(t *testing.T) {
			system, err := store().At(c.ids...)
			require.NoError(t, err)
			want := mustSystem(t, system)
			got, err := c.node.Score()
			require.NoError(t, err)
			require.InEpsilon(t, float64(c.g), float64(got.Carbon()), 1e-12)
			require.InEpsilon(t, float64(c.g), float64(want.Carbon()), 1e-12)
			require.Equal(t, []string{c.unit, c.unit}, []string{got.Unit, want.Unit})
			require.InDelta(t, c.kwh, c.node.Energy.KWh(), 1e-12)
		})
	}
	require.InDelta(t, 3, root.IT.KWh(), 1e-12, "facility energy is in no IT energy")
	require.Equal(t, []string{"web", "db"}, []string{root.Parts[0].ID, root.Parts[1].ID})
}

func mustSystem(t *testing.T, s sci.System) sci.Score {
	t.Helper()
	score, err := s.Score()
	require.NoError(t, err)
	return score
}

func TestNodesThatAreNotThere(t *testing.T) {
	for _, ids := range [][]string{{"cache"}, {"web", "disks"}, {""}} {
		_, err := store().At(ids...)
		require.ErrorIs(t, err, sci.ErrNoComponent, ids)
	}
	twins := sci.System{R: new(1.0), Components: []sci.Component{{ID: "a", Embodied: 1, R: new(7.0)}, {ID: "a", Embodied: 2}, {ID: "b", Embodied: 4}}}
	both, err := twins.At("a")
	require.NoError(t, err)
	require.Equal(t, 3*units.Gram, mustSystem(t, both).Carbon(), "those of one name are taken together, per R of the whole")
}

func TestTreeWithoutR(t *testing.T) {
	s := store()
	s.R = nil
	root, err := s.Tree()
	require.NoError(t, err, "carbon without an R is a total")
	require.InEpsilon(t, 560, float64(root.Terms.Total()), 1e-12)
	_, err = root.Score()
	require.ErrorIs(t, err, sci.ErrUnitsMissing)
	db, err := root.Parts[1].Score()
	require.NoError(t, err)
	require.InEpsilon(t, 4, float64(db.Carbon()), 1e-12)
	s.Components[0].IT = -1
	_, err = s.Tree()
	require.ErrorIs(t, err, sci.ErrNegativeEnergy)
	loop := []sci.Component{{}}
	loop[0].Parts = loop
	_, err = sci.System{Components: loop}.Tree()
	require.ErrorIs(t, err, sci.ErrTooDeep)
}

// randomComponents are a tree of some leaves with energies, hardware and doubts.
func randomComponents(rnd *rand.Rand, depth int) []sci.Component {
	all := make([]sci.Component, 1+rnd.IntN(4))
	for i := range all {
		c := randomInputs(rnd).component()
		c.ID, c.Idle = fmt.Sprint(i), new(rnd.Float64())
		c.Uncertainty = sci.Uncertainty{"i": rnd.NormFloat64(), fmt.Sprint(i): rnd.NormFloat64()}
		if depth > 0 && rnd.IntN(3) > 0 {
			c.Parts = randomComponents(rnd, depth-1)
		}
		all[i] = c
	}
	return all
}

func TestEveryNodeIsTheSumOfItsParts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 16))
	for range 50 {
		s := sci.System{Components: randomComponents(rnd, 4), R: new(1 + 100*rnd.Float64()), Unit: "request"}
		root, err := s.Tree()
		require.NoError(t, err)
		whole := mustSystem(t, s)
		got, err := root.Score()
		require.NoError(t, err)
		require.InEpsilon(t, float64(whole.Carbon()), float64(got.Carbon()), 1e-12)
		require.InEpsilon(t, whole.Uncertainty.Sigma(), got.Uncertainty.Sigma(), 1e-9)
		checkNode(t, s, root, nil)
	}
}

// checkNode holds a node against the system of its own, and its parts.
func checkNode(t *testing.T, s sci.System, n sci.Node, ids []string) {
	t.Helper()
	at, err := s.At(ids...)
	require.NoError(t, err)
	require.InEpsilon(t, float64(mustSystem(t, at).Total()), float64(n.Terms.Total()), 1e-12)
	var parts units.Carbon
	for _, p := range n.Parts {
		parts += p.Terms.Total()
		checkNode(t, s, p, append(ids[:len(ids):len(ids)], p.ID))
	}
	require.LessOrEqual(t, float64(parts), float64(n.Terms.Total())*(1+1e-12))
}

func TestBothViewsOfIdleEnergy(t *testing.T) {
	s := store()
	split, err := s.Split()
	require.NoError(t, err)
	require.InEpsilon(t, 2.9, split.Active.Energy.KWh(), 1e-12)
	require.InEpsilon(t, 1.6, split.Idle.Energy.KWh(), 1e-12)
	require.InEpsilon(t, 290, float64(split.Active.Operational), 1e-12)
	require.Equal(t, "2.9 kWh active, 1.6 kWh idle (35.6 %)", split.String())

	whole := mustSystem(t, s)
	active, err := s.ActiveScore()
	require.NoError(t, err)
	require.InEpsilon(t, 0.56, float64(whole.Carbon()), 1e-12)
	require.False(t, whole.IdleExcluded, "idle energy stays in the score")
	require.InEpsilon(t, 0.40, float64(active.Carbon()), 1e-12)
	require.True(t, active.IdleExcluded)
	require.Contains(t, active.String(), "idle excluded")

	s.Components[0].Idle = nil
	split, err = s.Split()
	require.NoError(t, err)
	require.Equal(t, "2 kWh active, 1 kWh idle (22.2 %), 1.5 kWh not known which", split.String())
	_, err = s.ActiveScore()
	require.ErrorIs(t, err, sci.ErrIdleUnknown, "unknown is not 0")
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		s.Components[0].Idle = &bad
		_, err = s.Split()
		require.ErrorIs(t, err, sci.ErrShare)
	}
}

func TestSplitAddsUp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(17, 18))
	for range 100 {
		s := sci.System{Components: randomComponents(rnd, 3), R: new(1.0)}
		split, err := s.Split()
		require.NoError(t, err)
		terms, err := s.Terms()
		require.NoError(t, err)
		energy, err := s.Energy()
		require.NoError(t, err)
		require.InEpsilon(t, float64(terms.Operational), float64(split.Total().Operational), 1e-12)
		require.InEpsilon(t, float64(energy), float64(split.Total().Energy), 1e-12)
	}
}

func window(from, to, r, g float64) sci.Window {
	return sci.Window{at(from), at(to), sci.System{R: &r, Unit: "request", Components: []sci.Component{{ID: "web", Embodied: units.Carbon(g)}}}}
}

func TestAnyPeriodHasAScore(t *testing.T) {
	day := sci.Timeline{window(2, 4, 1000, 100), window(0, 1, 10, 100), window(1, 2, 0, 50)}
	day[0].System.Components = append(day[0].System.Components, sci.Component{ID: "cache", Embodied: 10})
	for _, c := range []struct {
		from, to   float64
		ids        []string
		g, r       float64
		incomplete bool
	}{
		{0, 4, nil, 260, 1010, false},
		{0, 2, nil, 150, 10, false}, // what the hour without work emitted stays in
		{2, 4, nil, 110, 1000, false},
		{0, 4, []string{"web"}, 250, 1010, false},
		{0, 4, []string{"cache"}, 10, 1010, false}, // it was not there at first, the requests were
		{-1, 5, nil, 260, 1010, true},              // nobody measured all of it
	} {
		s, err := day.Score(at(c.from), at(c.to), c.ids...)
		require.NoError(t, err)
		require.Equal(t, []any{units.Carbon(c.g), c.r, c.incomplete}, []any{s.Total(), s.R, s.Incomplete})
	}
	day[0].System.Components[1].R, day[0].System.Components[1].Unit = new(5.0), "query"
	s, err := day.Score(at(0), at(4), "cache")
	require.NoError(t, err)
	require.Equal(t, 2*units.Gram, s.Carbon(), "per unit of its own, where it was")
}

func TestTimelineRefuses(t *testing.T) {
	missing := window(0, 1, 1, 1)
	missing.System.R = nil
	for name, c := range map[string]struct {
		line     sci.Timeline
		from, to float64
		ids      []string
		want     error
	}{
		"a cut":            {sci.Timeline{window(0, 2, 1, 1)}, 0, 1, nil, sci.ErrPeriod},
		"a cut in front":   {sci.Timeline{window(0, 2, 1, 1)}, 1, 2, nil, sci.ErrPeriod},
		"an overlap":       {sci.Timeline{window(1, 3, 1, 1), window(0, 2, 1, 1)}, 0, 3, nil, sci.ErrOverlap},
		"no length":        {sci.Timeline{window(1, 1, 1, 1)}, 0, 3, nil, sci.ErrPeriod},
		"no period":        {sci.Timeline{window(0, 1, 1, 1)}, 1, 0, nil, sci.ErrPeriod},
		"nothing measured": {sci.Timeline{window(0, 1, 1, 1)}, 1, 2, nil, sci.ErrNotMeasured},
		"nobody there":     {sci.Timeline{window(0, 1, 1, 1)}, 0, 1, []string{"db"}, sci.ErrNoComponent},
		"R not counted":    {sci.Timeline{missing}, 0, 1, nil, sci.ErrUnitsMissing},
		"no work at all":   {sci.Timeline{window(0, 1, 0, 1)}, 0, 1, nil, sci.ErrUnitsNotPositive},
		"less than none":   {sci.Timeline{window(0, 1, -1, 1)}, 0, 1, nil, sci.ErrUnitsNotPositive},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.line.Score(at(c.from), at(c.to), c.ids...)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestSplittingAWindowChangesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(19, 20))
	for range 100 {
		in := randomInputs(rnd)
		in.tir = 1 + 100*rnd.Float64()
		whole := sci.Timeline{{at(0), at(24), sci.System{Components: []sci.Component{in.component()}, R: &in.r}}}
		var parts sci.Timeline
		from := 0.0
		for left := in; from < 24; {
			to := min(24, from+1+8*rnd.Float64())
			k := (to - from) / (24 - from)
			part := left
			part.energy, part.r, part.tir = k*left.energy, k*left.r, k*left.tir
			left.energy, left.r, left.tir = left.energy-part.energy, left.r-part.r, left.tir-part.tir
			parts = append(parts, sci.Window{at(from), at(to), sci.System{Components: []sci.Component{part.component()}, R: &part.r}})
			from = to
		}
		rnd.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		want, err := whole.Score(at(0), at(24))
		require.NoError(t, err)
		got, err := parts.Score(at(0), at(24))
		require.NoError(t, err)
		require.InEpsilon(t, float64(want.Carbon()), float64(got.Carbon()), 1e-9, "times are whole nanoseconds")
		require.False(t, got.Incomplete)
	}
}

func BenchmarkTree(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := sci.System{R: new(1e6), Unit: "request", Components: treeOf(n, 5, leafOf(nil))}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Tree(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n)/float64(time.Nanosecond), "ns/component")
		})
	}
}
