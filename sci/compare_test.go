package sci_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// shop is a disclosure of two components, whole in all that Compare looks at.
func shop() *sci.Disclosure {
	server := func(name string) []sci.Embodies {
		return []sci.Embodies{{
			Name: name, TE: sci.Exactly(1e6), Reserved: sci.Exactly(744), Lifespan: sci.Exactly(35040),
			RR: sci.Exactly(4), ToR: sci.Exactly(16), Basis: "vCPU", Source: "vendor LCA",
			Stages: []string{sci.StageMaterials, sci.StageManufacturing},
		}}
	}
	return &sci.Disclosure{
		Schema: sci.DisclosureSchema, Profile: sci.GSF11,
		Boundary: sci.BoundaryStatement{Included: []sci.BoundaryItem{{Name: "web"}, {Name: "db"}}},
		Unit:     sci.FunctionalUnit{Name: "request", Scale: 1000, Total: sci.Exactly(1e6)},
		Site:     sci.SiteStatement{PUE: sci.Exactly(1.25), Source: "operator"},
		Grid: sci.GridStatement{
			Value: sci.Exactly(400), Kind: "average", Boundary: "lifecycle", Accounting: "production", Zone: "DE", Source: "ember-2024",
		},
		Components: []sci.ComponentStatement{
			{ID: "web", IT: sci.Exactly(100), Hardware: server("host")},
			{ID: "db", IT: sci.Exactly(60), Hardware: server("host"), Parts: []sci.ComponentStatement{
				{ID: "disk", IT: sci.Exactly(4), NoHardware: "in the host"},
			}},
		},
		Method: sci.MethodStatement{Policy: "reserved"},
	}
}

func compare(t testing.TB, a, b *sci.Disclosure, opts ...sci.CompareOption) sci.Comparison {
	t.Helper()
	c, err := sci.Compare(a, b, opts...)
	require.NoError(t, err)
	requireExact(t, c)
	return c
}

// requireExact adds up a comparison by plain float64 sums.
func requireExact(t testing.TB, c sci.Comparison) {
	t.Helper()
	require.Equal(t, c.Change, c.After-c.Before)
	require.Equal(t, c.After, c.Before+c.Change)
	var factors, components, backwards units.Carbon
	for _, f := range c.Factors {
		factors += f.Change
	}
	require.Equal(t, c.Change, factors, "factors")
	for _, p := range c.Components {
		components += p.Change
		var own units.Carbon
		for _, f := range p.Factors {
			own += f.Change
		}
		require.Equal(t, p.Change, own, p.ID)
	}
	require.Equal(t, c.Change, components, "components")
	for i := len(c.Components) - 1; i >= 0; i-- {
		backwards += c.Components[i].Change
	}
	require.Equal(t, c.Change, backwards, "in any order")
}

func changeOf(c sci.Comparison, f sci.Factor) float64 {
	for _, x := range c.Factors {
		if x.Factor == f {
			return float64(x.Change)
		}
	}
	return 0
}

func TestCompareOfTheSame(t *testing.T) {
	c := compare(t, shop(), shop())
	require.Zero(t, c.Change)
	require.Empty(t, c.Factors)
	require.Empty(t, c.Cautions)
	require.Len(t, c.Components, 3)
	require.Equal(t, "db/disk", c.Components[2].ID)
	require.False(t, c.Significance.Known)
	// (164·1.25·400 + 2·1e6·744/35040/4)/1e6·1000
	require.InEpsilon(t, (164*1.25*400+2*1e6*744/35040/4)/1000, float64(c.Before), 1e-14)
}

func TestCompareNamesTheFactorThatMoved(t *testing.T) {
	for factor, change := range map[sci.Factor]func(*sci.Disclosure){
		sci.FactorEnergy:    func(d *sci.Disclosure) { d.Components[0].IT = sci.Exactly(70) },
		sci.FactorPUE:       func(d *sci.Disclosure) { d.Site.PUE = sci.Exactly(1.1) },
		sci.FactorIntensity: func(d *sci.Disclosure) { d.Grid.Value, d.Grid.Zone = sci.Exactly(56), "FR" },
		sci.FactorEmbodied:  func(d *sci.Disclosure) { d.Components[1].Hardware[0].RR = sci.Exactly(2) },
		sci.FactorUnits:     func(d *sci.Disclosure) { d.Unit.Total = sci.Exactly(2e6) },
	} {
		after := shop()
		change(after)
		c := compare(t, shop(), after)
		require.Len(t, c.Factors, 1, factor)
		require.Equal(t, factor, c.Factors[0].Factor)
		require.Negative(t, c.Factors[0].Change)
	}
}

// Three factors of a product, worked by hand and by all orders: 2·3·5 to 4·9·10.
func TestCompareIsShapley(t *testing.T) {
	of := func(e, i, r float64) *sci.Disclosure {
		d := shop()
		d.Unit.Scale, d.Unit.Total = 1, sci.Exactly(r)
		d.Grid.Value = sci.Exactly(i)
		d.Components = []sci.ComponentStatement{{ID: "x", Facility: sci.Exactly(e), NoHardware: "rented by the second"}}
		return d
	}
	c := compare(t, of(2, 3, 1.0/5), of(4, 9, 1.0/10))
	require.InDelta(t, 330, float64(c.Change), 1e-10)
	shapley := func(k int) float64 { // over all orders
		a, b := [3]float64{2, 3, 5}, [3]float64{4, 9, 10}
		var total float64
		for _, order := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			now := a
			for _, i := range order {
				before := now[0] * now[1] * now[2]
				now[i] = b[i]
				if i == k {
					total += now[0]*now[1]*now[2] - before
				}
			}
		}
		return total / 6
	}
	for k, f := range []sci.Factor{sci.FactorEnergy, sci.FactorIntensity, sci.FactorUnits} {
		require.InDelta(t, [3]float64{95, 140, 95}[k], changeOf(c, f), 1e-10, f)
		require.InDelta(t, shapley(k), changeOf(c, f), 1e-10, f)
	}
}

func TestCompareAddedAndRemoved(t *testing.T) {
	after := shop()
	after.Components[1].ID = "cache"
	c := compare(t, shop(), after)
	require.Equal(t, []string{"cache", "cache/disk"}, c.Added)
	require.Equal(t, []string{"db", "db/disk"}, c.Removed)
	require.Zero(t, changeOf(c, sci.FactorIntensity), "what is new has the intensity of now")
	for _, p := range c.Components {
		switch p.Status {
		case "added":
			require.Zero(t, p.Before)
			require.Equal(t, p.Change > 0, p.After > 0)
		case "removed":
			require.Zero(t, p.After)
			require.Negative(t, p.Change)
		}
	}
}

func TestCompareWhatIsNotSplit(t *testing.T) {
	total := func(o, m, c *sci.Figure) *sci.Disclosure {
		d := shop()
		d.Components = []sci.ComponentStatement{{ID: "all", Operational: o, Embodied: m, Carbon: c}}
		return d
	}
	apart := total(sci.Exactly(5000), sci.Exactly(1000), nil)
	c := compare(t, apart, total(nil, nil, sci.Exactly(7000)))
	require.Equal(t, []sci.FactorChange{{Factor: sci.FactorCarbon, Change: c.Change}}, c.Factors)
	require.InDelta(t, 1, float64(c.Change), 1e-12)
	c = compare(t, apart, total(sci.Exactly(4000), sci.Exactly(1000), nil))
	require.Equal(t, []sci.FactorChange{{Factor: sci.FactorOperational, Change: c.Change}}, c.Factors)

	only := total(nil, nil, nil)
	only.Components = nil
	only.Result = sci.Result{Operational: sci.Exactly(5000), Embodied: sci.Exactly(1000), Score: sci.Exactly(6)}
	require.Zero(t, compare(t, only, only).Change, "totals without components")
	require.Len(t, compare(t, apart, only).Removed, 1)
}

func TestCompareRefusesASide(t *testing.T) {
	for name, x := range map[string]struct {
		edit func(*sci.Disclosure)
		want error
	}{
		"no R":           {func(d *sci.Disclosure) { d.Unit.Total = nil }, sci.ErrUnitsMissing},
		"R of 0":         {func(d *sci.Disclosure) { d.Unit.Total = sci.Exactly(0) }, sci.ErrUnitsNotPositive},
		"a scale":        {func(d *sci.Disclosure) { d.Unit.Scale = -1 }, sci.ErrUnitsNotPositive},
		"two of one ID":  {func(d *sci.Disclosure) { d.Components[1].ID = "web" }, sci.ErrComponentTwice},
		"negative":       {func(d *sci.Disclosure) { d.Components[0].IT = sci.Exactly(-1) }, sci.ErrNegativeCarbon},
		"not finite":     {func(d *sci.Disclosure) { d.Components[0].IT = sci.Exactly(math.NaN()) }, sci.ErrNotFinite},
		"too large":      {func(d *sci.Disclosure) { d.Components[0].IT = sci.Exactly(1e308) }, sci.ErrNotFinite},
		"another score":  {func(d *sci.Disclosure) { d.Result.Score = sci.Exactly(7) }, sci.ErrInconsistent},
		"another total":  {func(d *sci.Disclosure) { d.Result.Carbon = sci.Exactly(7) }, sci.ErrInconsistent},
		"nothing stated": {func(d *sci.Disclosure) { d.Components = []sci.ComponentStatement{{ID: "web"}} }, sci.ErrNotMeasured},
	} {
		d := shop()
		x.edit(d)
		_, err := sci.Compare(shop(), d)
		require.ErrorIs(t, err, x.want, name)
		_, err = sci.Compare(d, shop())
		require.ErrorIs(t, err, x.want, name)
	}
	_, err := sci.Compare(nil, shop())
	require.ErrorIs(t, err, sci.ErrNotMeasured)
}

func TestCompareTakesRoundedFigures(t *testing.T) {
	d := shop()
	d.Components = []sci.ComponentStatement{{
		ID: "all", Operational: &sci.Figure{Value: 4.6, Within: 0.05}, Embodied: &sci.Figure{Value: 1.2, Within: 0.05},
	}}
	d.Unit.Scale, d.Unit.Total = 1, sci.Exactly(1)
	d.Result.Score = &sci.Figure{Value: 5.88, Within: 0.005}
	compare(t, d, d)
	d.Result.Score = &sci.Figure{Value: 5.98, Within: 0.005}
	_, err := sci.Compare(d, d)
	require.ErrorIs(t, err, sci.ErrInconsistent)
}

// The rate falls, the total does not.
func TestCompareShowsTheTotal(t *testing.T) {
	after := shop()
	after.Components[0].IT, after.Unit.Total = sci.Exactly(150), sci.Exactly(2e6)
	c := compare(t, shop(), after)
	require.Negative(t, c.Change)
	require.InDelta(t, 50*1.25*400, float64(c.Total.Change), 1e-6)
	require.Contains(t, c.String(), "; total 92.6 kgCO2e to 118 kgCO2e")
	require.Equal(t, "not measured", sci.Comparison{}.String())
}

// randomTree returns components that state their carbon in all the ways there
// are, with figures over many powers of ten.
func randomTree(rnd *rand.Rand, depth int) []sci.ComponentStatement {
	figure := func() *sci.Figure { return sci.Exactly(math.Exp(8 * rnd.NormFloat64())) }
	all := make([]sci.ComponentStatement, 1+rnd.IntN(6))
	for i := range all {
		c := &all[i]
		c.ID = fmt.Sprint("c", rnd.IntN(4), "-", i)
		c.NoHardware = "none"
		switch rnd.IntN(6) {
		case 0:
			c.IT = figure()
		case 1:
			c.Facility = figure()
		case 2:
			c.Operational, c.Embodied = figure(), figure()
		case 3:
			c.NoHardware, c.Carbon = "", figure()
		case 4:
			c.Facility, c.Embodied = figure(), figure()
			c.Grid = &sci.GridStatement{Value: figure()}
		case 5:
			c.IT, c.Embodied = sci.Exactly(0), sci.Exactly(0)
		}
		if depth > 0 && rnd.IntN(3) == 0 {
			c.Parts = randomTree(rnd, depth-1)
		}
	}
	return all
}

func TestCompareSumsExactly(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	random := func() *sci.Disclosure {
		d := &sci.Disclosure{Components: randomTree(rnd, 3)}
		d.Unit = sci.FunctionalUnit{Name: "x", Total: sci.Exactly(math.Exp(6 * rnd.NormFloat64()))}
		d.Site.PUE, d.Grid.Value = sci.Exactly(1+rnd.Float64()), sci.Exactly(800*rnd.Float64())
		return d
	}
	all := sci.AllowDifference("/components/*/*", "/components/*/*/*", "/components/*/*/*/*", "/components/*/*/*/*/*",
		"/components/*/*/*/*/*/*", "/components/*/*/*/*/*/*/*", "/components/*/*/*/*/*/*/*/*")
	for range 3000 {
		a, b := random(), random()
		c := compare(t, a, b, all)
		require.InDelta(t, float64(c.Total.Before)/a.Unit.Total.Value, float64(c.Before), 1e-12*sizes(c))
		require.InDelta(t, float64(c.Total.After)/b.Unit.Total.Value, float64(c.After), 1e-12*sizes(c))
		for _, p := range c.Components {
			require.InDelta(t, float64(p.After-p.Before), float64(p.Change), 1e-12*sizes(c), p.ID)
		}
		back := compare(t, b, a, all)
		for _, f := range c.Factors {
			require.InDelta(t, -float64(f.Change), changeOf(back, f.Factor), 1e-12*sizes(c), "there and back")
		}
	}
}

// sizes are those of all parts of a change, which bound how far rounding goes.
func sizes(c sci.Comparison) float64 {
	total := float64(c.Before + c.After)
	for _, p := range c.Components {
		for _, f := range p.Factors {
			total += math.Abs(float64(f.Change))
		}
	}
	return total
}

func TestCompareOfWhatNearlyCancels(t *testing.T) {
	a, b := shop(), shop()
	b.Unit.Total = sci.Exactly(1e6 * 1e9)
	for _, c := range []*sci.ComponentStatement{&b.Components[0], &b.Components[1], &b.Components[1].Parts[0]} {
		c.IT = sci.Exactly(c.IT.Value * 1e9)
		for i := range c.Hardware {
			c.Hardware[i].TE = sci.Exactly(1e15)
		}
	}
	c := compare(t, a, b)
	require.InDelta(t, 0, float64(c.Change), 1e-6*float64(c.Before), "as far as the quantum of parts 1e9 times as large")
	require.Greater(t, changeOf(c, sci.FactorEnergy), 1e8*float64(c.Before))
	requireExact(t, compare(t, b, a))
}

func TestCompareRefusesPartsThatOverflow(t *testing.T) {
	of := func(kWh, r float64) *sci.Disclosure {
		d := doubted(0)
		d.Grid.Value, d.Unit.Total = sci.Exactly(1), sci.Exactly(r)
		d.Components = []sci.ComponentStatement{{ID: "all", Facility: sci.Exactly(kWh)}}
		return d
	}
	_, err := sci.Compare(of(1, 1e-200), of(1e200, 1e200))
	require.ErrorIs(t, err, sci.ErrNotFinite)
	requireExact(t, compare(t, of(5e-324, 1), of(1e-323, 1))) // the least there are
}

// Carbon of no energy has no intensity.
func TestCompareOfCarbonWithoutEnergy(t *testing.T) {
	a, b := doubted(5), doubted(7)
	a.Components[0].Facility, b.Components[0].Facility = sci.Exactly(0), sci.Exactly(1)
	c := compare(t, a, b)
	require.Equal(t, []sci.FactorChange{{Factor: sci.FactorOperational, Change: 2}}, c.Factors)
}

func TestCompareDerivesWhatIsNotStated(t *testing.T) {
	d := shop()
	d.Unit.Scale, d.Unit.Total = 10, sci.Exactly(20)
	d.Components = []sci.ComponentStatement{
		{ID: "watts", Power: sci.Exactly(500), Hours: sci.Exactly(2), NoHardware: "x"}, // 1.25 kWh, 500 g
		{ID: "rest", Operational: sci.Exactly(40), Carbon: sci.Exactly(100)},           // M 60 g
		{ID: "other", Embodied: sci.Exactly(40), Carbon: sci.Exactly(100)},             // O 60 g
		{ID: "rate", Score: sci.Exactly(7)},                                            // 14 g
		{ID: "share", NoHardware: "", Hardware: []sci.Embodies{{
			TE: sci.Exactly(1000), Reserved: sci.Exactly(1), Lifespan: sci.Exactly(4), Share: sci.Exactly(0.5)}}}, // 125 g
	}
	c := compare(t, d, d)
	require.InEpsilon(t, 500+100+100+14+125, float64(c.Total.Before), 1e-14)
	require.InEpsilon(t, (500+100+100+14+125)/2.0, float64(c.Before), 1e-14)
}

// A group that prints the sum of its parts is not counted on top of them.
func TestCompareOfGroups(t *testing.T) {
	group := func() *sci.Disclosure {
		d := shop()
		total := 164*1.25*400 + 2*1e6*744/35040.0/4
		d.Components = []sci.ComponentStatement{{ID: "all", Sums: true, Carbon: sci.Exactly(total), Parts: d.Components}}
		return d
	}
	c := compare(t, group(), group())
	require.Equal(t, compare(t, shop(), shop()).Total, c.Total)
	require.Equal(t, "all/web", c.Components[0].ID)

	other := group()
	other.Grid.Source, other.Grid.Value = "owid", sci.Exactly(400.0000001)
	r, err := sci.Restate(other, group())
	require.NoError(t, err)
	require.Nil(t, r.Disclosure.Components[0].Carbon, "no longer the sum")
	require.InDelta(t, 0, float64(compare(t, group(), r.Disclosure).Change), 1e-12)

	other.Components[0].Carbon = sci.Exactly(1)
	_, err = sci.Compare(group(), other)
	require.ErrorIs(t, err, sci.ErrInconsistent)
	sums := group()
	sums.Components[0].Parts = []sci.ComponentStatement{{ID: "web"}}
	require.Equal(t, c.Total.Before, compare(t, sums, sums).Total.Before, "parts that state nothing")
}

func TestCompareAsJSON(t *testing.T) {
	after := shop()
	after.Components[0].IT = sci.Exactly(70)
	text, err := json.Marshal(compare(t, shop(), after))
	require.NoError(t, err)
	var c sci.Comparison
	require.NoError(t, json.Unmarshal(text, &c))
	requireExact(t, c)
}

func benchmarked(n int) *sci.Disclosure {
	d := shop()
	d.Components = make([]sci.ComponentStatement, n)
	for i := range d.Components {
		d.Components[i] = sci.ComponentStatement{
			ID: fmt.Sprint(i), IT: sci.Exactly(float64(i)), Hardware: shop().Components[0].Hardware,
		}
	}
	return d
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			before, after := benchmarked(n), benchmarked(n)
			after.Grid.Value = sci.Exactly(300)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sci.Compare(before, after); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/component")
		})
	}
}
