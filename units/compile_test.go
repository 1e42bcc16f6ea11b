package units_test

import (
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"
)

// errorsOf returns what the compiler says of an expression over one value of
// each type.
func errorsOf(t *testing.T, expr string) []string {
	t.Helper()
	m := openModule(t)
	_, problems := m.snippet(t, m.path+"/snippet", `package snippet
import (
	"time"
	"`+m.path+`/units"
)
func _(
	e units.Energy, f units.FacilityEnergy, mj units.Microjoules, p units.Power, c units.Carbon, i units.Intensity,
	w units.Water, wue units.WUE, ewif units.EWIF, pue units.PUE, d time.Duration,
) any {
	return `+expr+`
}`)
	return problems
}

func TestProductsWithoutMeaningDoNotCompile(t *testing.T) {
	for expr, want := range map[string]string{
		"e * p":                          "mismatched types",
		"e * i":                          "mismatched types",
		"f * i":                          "mismatched types",
		"e * pue":                        "mismatched types",
		"e * wue":                        "mismatched types",
		"p * d":                          "mismatched types",
		"e / d":                          "mismatched types",
		"e + f":                          "mismatched types",
		"e - f":                          "mismatched types",
		"e < f":                          "mismatched types",
		"e + mj":                         "mismatched types",
		"e + p":                          "mismatched types",
		"c + w":                          "mismatched types",
		"c + i":                          "mismatched types",
		"wue + ewif":                     "mismatched types",
		"units.Kilogram + units.Litre":   "mismatched types",
		"i.Of(e)":                        "cannot use e",
		"i.Of(c)":                        "cannot use c",
		"wue.Of(f)":                      "cannot use f",
		"ewif.Of(e)":                     "cannot use e",
		"pue.Of(f)":                      "cannot use f", // twice
		"pue.Of(pue.Of(e))":              "cannot use pue.Of(e)",
		"wue.Of(pue.Of(e))":              "cannot use pue.Of(e)",
		"i.Of(mj)":                       "cannot use mj",
		"pue.Of(mj)":                     "cannot use mj",
		"pue.Of(mj.Joules())":            "cannot use mj.Joules()",
		"p.For(e)":                       "cannot use e",
		"map[units.Energy]bool{f: true}": "cannot use f",
		"[]units.FacilityEnergy{e}":      "cannot use e",
		"[]units.Energy([]units.FacilityEnergy{f})": "cannot convert",
	} {
		problems := errorsOf(t, expr)
		require.Len(t, problems, 1, expr)
		require.Contains(t, problems[0], want, expr)
	}
}

func TestProductsWithMeaningCompile(t *testing.T) {
	for _, expr := range []string{
		"e + 2*e - 3*units.KilowattHour",
		"f - f/2 + 3*units.KilowattHour",
		"p + 3*units.Kilowatt",
		"p.For(d) + e",
		"i.Of(pue.Of(e)) + 3*units.Kilogram",
		"wue.Of(e) + ewif.Of(pue.Of(e)) - units.Litre",
		"mj - mj/2",
		"3*units.GramPerKWh < i",
		"e / e",
	} {
		require.Empty(t, errorsOf(t, expr), expr)
	}
}

// Every quantity prints and parses. None writes its own JSON, or text, which
// encoding/json would use in its place.
func TestMethodsOfEveryQuantity(t *testing.T) {
	m := openModule(t)
	pkg, err := m.Import(m.path + "/units")
	require.NoError(t, err)

	var names []string
	for _, name := range pkg.Scope().Names() {
		object, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !object.Exported() {
			continue
		}
		if _, number := object.Type().Underlying().(*types.Basic); !number {
			continue
		}
		names = append(names, name)
		methods := types.NewMethodSet(types.NewPointer(object.Type()))
		for _, has := range []string{"String", "Set"} {
			require.NotNil(t, methods.Lookup(pkg, has), "%s.%s", name, has)
		}
		for _, not := range []string{"MarshalText", "UnmarshalText", "AppendText", "MarshalJSON", "UnmarshalJSON", "Format"} {
			require.Nil(t, methods.Lookup(pkg, not), "%s.%s", name, not)
		}
	}
	var tested []string
	for _, q := range quantities {
		tested = append(tested, q.name)
	}
	require.ElementsMatch(t, names, tested, "the tests go over every quantity")
}
