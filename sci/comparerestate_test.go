package sci_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func restate(t *testing.T, b, a *sci.Disclosure) sci.Restatement {
	t.Helper()
	text, err := json.Marshal(b)
	require.NoError(t, err)
	r, err := sci.Restate(b, a)
	require.NoError(t, err)
	after, err := json.Marshal(b)
	require.NoError(t, err)
	require.Equal(t, string(text), string(after), "b is left alone")
	return r
}

// What was made by another method, restated, is what the method would have made.
func TestRestateGivesTheSame(t *testing.T) {
	for name, edit := range map[string]func(*sci.Disclosure){
		"profile":   func(d *sci.Disclosure) { d.Profile = sci.ISO21031 },
		"scale":     func(d *sci.Disclosure) { d.Unit.Scale = 1 },
		"PUE":       func(d *sci.Disclosure) { d.Site.PUE, d.Site.Source = sci.Exactly(1.54), "default" },
		"intensity": func(d *sci.Disclosure) { d.Grid.Value, d.Grid.Source = sci.Exactly(333), "owid" },
		"kind":      func(d *sci.Disclosure) { d.Grid.Value, d.Grid.Kind = sci.Exactly(800), "short-run marginal" },
		"lifespan":  func(d *sci.Disclosure) { d.Components[0].Hardware[0].Lifespan = sci.Exactly(52560) },
		"TE": func(d *sci.Disclosure) {
			d.Components[1].Hardware[0].TE, d.Components[1].Hardware[0].Source = sci.Exactly(3e6), "default"
		},
		"one grid": func(d *sci.Disclosure) {
			d.Components[0].Grid = &sci.GridStatement{Value: sci.Exactly(9), Source: "owid"}
		},
		"M and no TiR": statesM,
		"a new device": func(d *sci.Disclosure) {
			h := &d.Components[0].Hardware[0]
			h.Name, h.Lifespan = "another", sci.Exactly(52560)
		},
		"M of a TE": func(d *sci.Disclosure) {
			h := &d.Components[0].Hardware[0]
			h.TE, h.Stages, h.M = sci.Exactly(4e6), nil, sci.Exactly(4e6*744/35040.0*4/16)
		},
		"all": func(d *sci.Disclosure) {
			d.Unit.Scale = 1
			d.Site.PUE, d.Site.Source = sci.Exactly(1.54), "default"
			d.Grid.Value, d.Grid.Source = sci.Exactly(333), "owid"
			d.Components[0].Hardware[0].Lifespan = sci.Exactly(52560)
		},
	} {
		b := shop()
		edit(b)
		_, err := sci.Compare(shop(), b)
		require.ErrorIs(t, err, sci.ErrNotComparable, name)
		r := restate(t, b, shop())
		require.Empty(t, r.Remaining, name)
		require.NotEmpty(t, r.Restated, name)
		c := compare(t, shop(), r.Disclosure)
		require.InDelta(t, 0, float64(c.Change), 1e-12, name)
	}
}

// A component that states the value alone goes by the words said of all.
func TestRestateOfComponentsWithTheirOwnValues(t *testing.T) {
	valued := func(source string, value float64) *sci.Disclosure {
		d := shop()
		d.Grid.Source = source
		for i := range d.Components {
			d.Components[i].Grid = &sci.GridStatement{Value: sci.Exactly(value)}
		}
		d.Components = append(d.Components, sci.ComponentStatement{ID: "host", Embodied: sci.Exactly(100)})
		return d
	}
	_, err := sci.Compare(valued("ember-2024", 400), valued("owid", 500))
	refusal, ok := errors.AsType[*sci.MethodError](err)
	require.True(t, ok)
	require.Equal(t, []sci.Difference{{Path: "/intensity/source", Before: "ember-2024", After: "owid"}}, refusal.Fields)
	r := restate(t, valued("owid", 500), valued("ember-2024", 400))
	require.Empty(t, r.Remaining)
	require.InDelta(t, 0, float64(compare(t, valued("ember-2024", 400), r.Disclosure).Change), 1e-12)

	elsewhere := valued("owid", 500)
	elsewhere.Components[0].Grid.Zone = "FR"
	r = restate(t, elsewhere, valued("ember-2024", 400))
	require.Equal(t, "/intensity/source", r.Remaining[0].Path, "web goes by it, and has no figure of the other source")
	require.Equal(t, "owid", r.Disclosure.Grid.Source)
}

func statesM(d *sci.Disclosure) {
	h := &d.Components[0].Hardware[0]
	h.Lifespan, h.Reserved, h.M = sci.Exactly(17520), nil, sci.Exactly(1e6*744/17520.0*4/16)
	d.Components[0].Embodied = h.M
}

func TestRestateStatesTheTotals(t *testing.T) {
	b := shop()
	b.Grid.Source, b.Grid.Value = "owid", sci.Exactly(800)
	o, m := 164*1.25*800, 2*1e6*744/35040.0/4
	b.Result = sci.Result{
		IT: sci.Exactly(164), Facility: sci.Exactly(205), Operational: sci.Exactly(o), Embodied: sci.Exactly(m),
		Carbon: sci.Exactly(o + m), Score: sci.Exactly((o + m) / 1000), Low: sci.Exactly(1), High: sci.Exactly(1000),
	}
	b.Components[0].Score = sci.Exactly((100*1.25*800 + m/2) / 1000)
	b.Uncertainty = []sci.InputDoubt{{Input: "intensity", Sigma: 3}}
	r := restate(t, b, shop()).Disclosure
	require.InEpsilon(t, o/2, r.Result.Operational.Value, 1e-12)
	require.InEpsilon(t, o/2+m, r.Result.Carbon.Value, 1e-12)
	require.InEpsilon(t, (o/2+m)/1000, r.Result.Score.Value, 1e-12)
	require.Equal(t, 205.0, r.Result.Facility.Value)
	require.Nil(t, r.Result.Low)
	require.Nil(t, r.Uncertainty, "it was that of another intensity")

	b = shop()
	b.Unit.Scale, b.Unit.Total = 1, sci.Exactly(1e3)
	b.Components = []sci.ComponentStatement{{ID: "web", Score: sci.Exactly(7)}}
	b.Result.Score, b.Result.Low = sci.Exactly(7), sci.Exactly(5)
	b.Uncertainty = []sci.InputDoubt{{Input: "intensity", Sigma: 3}}
	r = restate(t, b, shop()).Disclosure
	require.Equal(t, 7000.0, r.Result.Score.Value)
	require.Equal(t, 5000.0, r.Result.Low.Value)
	require.Equal(t, 7000.0, r.Components[0].Score.Value)
	require.Len(t, r.Uncertainty, 1, "of the same carbon")
}

func TestRestateConvertsUnits(t *testing.T) {
	b := shop()
	b.Unit.Name, b.Unit.Total = "transaction", sci.Exactly(1.8e6)
	b.Unit.Conversions = []sci.Conversion{{From: "transaction", To: "request", Factor: 1.8}}
	r := restate(t, b, shop())
	require.Empty(t, r.Remaining)
	require.InDelta(t, 0, float64(compare(t, shop(), r.Disclosure).Change), 1e-12)

	a := shop()
	a.Unit.Conversions = []sci.Conversion{{From: "request", To: "visit", Factor: 4}}
	b = shop()
	b.Unit.Name, b.Unit.Total = "visit", sci.Exactly(2.5e5)
	r = restate(t, b, a)
	require.Empty(t, r.Remaining)
	require.Equal(t, 1e6, r.Disclosure.Unit.Total.Value)
	require.Zero(t, compare(t, a, r.Disclosure).Change)
}

func TestRestateNamesWhatItCannot(t *testing.T) {
	for name, x := range map[string]struct {
		edit func(*sci.Disclosure)
		path string
	}{
		"another unit":     {func(d *sci.Disclosure) { d.Unit.Name = "visit" }, "/functional_unit/name"},
		"another profile":  {func(d *sci.Disclosure) { d.Profile = "swi-0.1" }, "/profile"},
		"a boundary":       {func(d *sci.Disclosure) { d.Boundary.Included = nil }, "/boundary/included"},
		"a policy":         {func(d *sci.Disclosure) { d.Method.Policy = "marginal" }, "/methodology/policy"},
		"a zone":           {func(d *sci.Disclosure) { d.Grid.Source, d.Grid.Zone = "owid", "FR" }, "/intensity/source"},
		"a share":          {func(d *sci.Disclosure) { d.Components[0].Hardware[0].Basis = "GB" }, "/components/0/hardware/0/basis"},
		"M in a sum":       {sumOfM, "/components/0/hardware/0/lifespan_h"},
		"facility energy":  {func(d *sci.Disclosure) { d.Site.Source = "x"; facilityAlone(d.Components) }, "/site/pue_source"},
		"energy not known": {func(d *sci.Disclosure) { d.Grid.Source = "x"; carbonAlone(d.Components) }, "/intensity/source"},
	} {
		b := shop()
		x.edit(b)
		r := restate(t, b, shop())
		require.Len(t, r.Remaining, 1, name)
		require.Equal(t, x.path, r.Remaining[0].Path, name)
		require.Empty(t, r.Restated, name)
		_, err := sci.Compare(shop(), r.Disclosure)
		require.ErrorIs(t, err, sci.ErrNotComparable, name)
		require.Zero(t, compare(t, b, r.Disclosure).Change, name)
	}
	_, err := sci.Restate(nil, shop())
	require.ErrorIs(t, err, sci.ErrNotMeasured)
	_, err = sci.Restate(shop(), &sci.Disclosure{})
	require.ErrorIs(t, err, sci.ErrUnitsMissing)
}

func sumOfM(d *sci.Disclosure) {
	c := &d.Components[0]
	c.Embodied, c.Hardware[0].Reserved, c.Hardware[0].Lifespan = sci.Exactly(5000), nil, sci.Exactly(52560)
}

func facilityAlone(components []sci.ComponentStatement) {
	for i := range components {
		c := &components[i]
		c.Facility, c.IT = sci.Exactly(c.IT.Value*1.25), nil
		facilityAlone(c.Parts)
	}
}

func carbonAlone(components []sci.ComponentStatement) {
	for i := range components {
		c := &components[i]
		c.Operational, c.IT = sci.Exactly(c.IT.Value*1.25*400), nil
		carbonAlone(c.Parts)
	}
}
