package sci_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func TestCompareRefusesAnotherMethod(t *testing.T) {
	yes := true
	for path, x := range map[string]struct {
		edit          func(*sci.Disclosure)
		before, after string
	}{
		"/profile":                   {func(d *sci.Disclosure) { d.Profile = sci.ISO21031 }, "gsf-1.1", "iso-21031-2024"},
		"/functional_unit/name":      {func(d *sci.Disclosure) { d.Unit.Name = "visit" }, "request", "visit"},
		"/functional_unit/scale":     {func(d *sci.Disclosure) { d.Unit.Scale = 1 }, "1000", "1"},
		"/boundary/included":         {func(d *sci.Disclosure) { d.Boundary.Included = d.Boundary.Included[:1] }, "db, web", "web"},
		"/boundary/excluded":         {func(d *sci.Disclosure) { d.Boundary.Excluded = []sci.BoundaryItem{{Name: "cdn"}} }, "", "cdn"},
		"/boundary/shared":           {func(d *sci.Disclosure) { d.Boundary.Shared = []sci.BoundaryItem{{Name: "cdn"}} }, "", "cdn"},
		"/intensity/kind":            {func(d *sci.Disclosure) { d.Grid.Kind = "short-run marginal" }, "average", "short-run marginal"},
		"/intensity/boundary":        {func(d *sci.Disclosure) { d.Grid.Boundary = "direct" }, "lifecycle", "direct"},
		"/intensity/accounting":      {func(d *sci.Disclosure) { d.Grid.Accounting = "" }, "production", ""},
		"/intensity/approach":        {func(d *sci.Disclosure) { d.Grid.Approach = "market-based" }, "", "market-based"},
		"/intensity/source":          {func(d *sci.Disclosure) { d.Grid.Source = "owid" }, "ember-2024", "owid"},
		"/intensity/granularity":     {func(d *sci.Disclosure) { d.Grid.Granularity = "hourly" }, "", "hourly"},
		"/intensity/losses_included": {func(d *sci.Disclosure) { d.Grid.Losses = &yes }, "", "true"},
		"/site/pue_source":           {func(d *sci.Disclosure) { d.Site.Source = "default" }, "operator", "default"},
		"/methodology/policy":        {func(d *sci.Disclosure) { d.Method.Policy = "marginal" }, "reserved", "marginal"},
		"/methodology/approach":      {func(d *sci.Disclosure) { d.Method.Approach = "calculation" }, "", "calculation"},
		"/result/idle_excluded":      {func(d *sci.Disclosure) { d.Result.IdleExcluded = true }, "", "true"},
		"/ai/persona":                {func(d *sci.Disclosure) { d.AI = &sci.AIStatement{Persona: "consumer"} }, "", "consumer"},
		"/components/0/nature":       {func(d *sci.Disclosure) { d.Components[0].Nature = "estimated" }, "", "estimated"},
		"/components/0/method":       {func(d *sci.Disclosure) { d.Components[0].Method = "c" }, "", "c"},
		"/components/0/coverage":     {func(d *sci.Disclosure) { d.Components[0].Coverage = []string{"gpu", "cpu"} }, "", "cpu, gpu"},
		"/components/0/idle_excluded": {
			func(d *sci.Disclosure) { d.Components[0].IdleTaken = true }, "", "true"},
		"/components/1/parts/0/embodied_g": {
			func(d *sci.Disclosure) { d.Components[1].Parts[0].NoHardware = "" }, "stated", ""},
		"/components/0/intensity/kind": {func(d *sci.Disclosure) {
			grid := d.Grid
			grid.Kind = "off-grid"
			d.Components[0].Grid = &grid
		}, "average", "off-grid"},
		"/components/0/site/pue_source": {func(d *sci.Disclosure) {
			d.Components[0].Site = &sci.SiteStatement{PUE: sci.Exactly(1.1), Source: "default"}
		}, "operator", "default"},
		"/components/0/hardware/0/lifespan_h": {
			func(d *sci.Disclosure) { d.Components[0].Hardware[0].Lifespan = sci.Exactly(52560) }, "35040", "52560"},
		"/components/0/hardware/0/basis": {
			func(d *sci.Disclosure) { d.Components[0].Hardware[0].Basis = "GB" }, "vCPU", "GB"},
		"/components/0/hardware/0/source": {
			func(d *sci.Disclosure) { d.Components[0].Hardware[0].Source = "default" }, "vendor LCA", "default"},
		"/components/0/hardware/0/stages": {
			func(d *sci.Disclosure) { d.Components[0].Hardware[0].Stages = nil }, "manufacturing, materials", ""},
	} {
		after := shop()
		x.edit(after)
		_, err := sci.Compare(shop(), after)
		require.ErrorIs(t, err, sci.ErrNotComparable, path)
		refusal, ok := errors.AsType[*sci.MethodError](err)
		require.True(t, ok, path)
		want := sci.Difference{Path: path, Before: x.before, After: x.after}
		require.Equal(t, []sci.Difference{want}, refusal.Fields)
		require.ErrorContains(t, err, want.String())

		c := compare(t, shop(), after, sci.AllowDifference(path))
		require.Equal(t, []sci.Difference{want}, c.Allowed)
	}
}

func TestCompareNamesAllDifferences(t *testing.T) {
	after := shop()
	after.Profile, after.Grid.Kind, after.Site.Source, after.Method.Policy = sci.ISO21031, "marginal", "x", "y"
	after.Unit.Name, after.Boundary.Included, after.Grid.Source = "visit", nil, "z"
	_, err := sci.Compare(shop(), after, sci.AllowDifference("/site/*"))
	refusal, ok := errors.AsType[*sci.MethodError](err)
	require.True(t, ok)
	require.Len(t, refusal.Fields, 6)
	require.ErrorContains(t, err, "; and 1 more: ")
	_, err = sci.Compare(shop(), after, sci.AllowDifference("["))
	require.ErrorIs(t, err, sci.ErrNotComparable)
}

func TestCompareGivesBothPlaces(t *testing.T) {
	after := shop()
	after.Components[0], after.Components[1] = after.Components[1], after.Components[0]
	compare(t, shop(), after)
	after.Components[0].Nature = "estimated"
	_, err := sci.Compare(shop(), after)
	refusal, ok := errors.AsType[*sci.MethodError](err)
	require.True(t, ok)
	require.Equal(t, []sci.Difference{
		{Path: "/components/1/nature", AfterPath: "/components/0/nature", After: "estimated"},
	}, refusal.Fields)
}

func TestCompareOfNewHardware(t *testing.T) {
	after := shop()
	h := &after.Components[0].Hardware[0]
	h.Name, h.Source, h.TE = "new host", "its LCA", sci.Exactly(8e5)
	c := compare(t, shop(), after)
	require.Contains(t, c.Cautions, `/components/0/hardware/0/source: "vendor LCA" and "its LCA"`)

	h.Lifespan = sci.Exactly(52560)
	_, err := sci.Compare(shop(), after)
	refusal, ok := errors.AsType[*sci.MethodError](err)
	require.True(t, ok)
	require.Equal(t, []sci.Difference{{Path: "/components/0/hardware/0/lifespan_h", Before: "35040", After: "52560"}}, refusal.Fields)
}

func TestCompareCautions(t *testing.T) {
	after := shop()
	after.Grid.Vintage, after.Components[0].Source, after.Components[0].Hardware[0].Vintage = 2025, "rapl", 2024
	after.Result.Incomplete = true
	after.Method.Assumptions = []string{"x"}
	c := compare(t, shop(), after)
	require.Equal(t, []string{
		`/intensity/vintage: "0" and "2025"`, "/result/incomplete: a score is a lower bound",
		"/methodology/assumptions: they differ; read both", `/components/0/source: not stated and "rapl"`,
		`/components/0/hardware/0/vintage: "0" and "2024"`,
	}, c.Cautions)

	bare := &sci.Disclosure{Components: shop().Components, Unit: sci.FunctionalUnit{Name: "x", Total: sci.Exactly(1)}}
	bare.Site.PUE, bare.Grid.Value = sci.Exactly(1), sci.Exactly(1)
	require.Subset(t, compare(t, bare, bare).Unstated, []string{
		"/profile", "/boundary/included", "/intensity/kind", "/intensity/source", "/site/pue_source", "/methodology/policy",
	})
}
