package units_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// PUE is applied exactly once because Energy and FacilityEnergy are types and
// only PUE.Of leads from one to the other. Go would allow a conversion, so this
// test forbids it in every package but units, and with it that of a zone's
// Microjoules to either: package meter alone makes Energy of their Joules.
func TestNoConversionBetweenEnergies(t *testing.T) {
	m := openModule(t)
	require.Contains(t, m.files, m.path+"/units", "the walk found the module")
	for _, p := range slices.Sorted(maps.Keys(m.files)) {
		_, err := m.Import(p)
		require.NoError(t, err)
		if p == m.path+"/units" {
			continue
		}
		for _, f := range m.files[p] {
			for _, bad := range m.laundered(p, f) {
				t.Error(bad)
			}
		}
	}
}

func TestConversionsThatAreCaught(t *testing.T) {
	for _, c := range []struct {
		expr string
		ok   bool
	}{
		{expr: `units.FacilityEnergy(e)`},
		{expr: `units.Energy(f)`},
		{expr: `units.Energy(mj)`},
		{expr: `units.FacilityEnergy(mj)`},
		{expr: `units.Energy(mj.Joules())`},
		{expr: `units.FacilityEnergy(float64(e))`},
		{expr: `units.Energy(float64(f))`},
		{expr: `units.Energy(0.9 * float64(f))`},
		{expr: `units.Energy(math.Max(float64(f), 0))`},
		{expr: `units.FacilityEnergy(e.KWh() * units.KilowattHour)`},
		{expr: `units.FacilityEnergy(usage.Energies[0])`},
		{expr: `units.FacilityEnergy(slices.Max(usage.Energies))`},
		{expr: `units.Energy(pue.Of(e))`},
		{expr: `*(*units.Energy)(&f)`},
		{expr: `(units.FacilityEnergy)((e))`},
		{expr: `alias(e)`},
		{expr: `func() units.FacilityEnergy { return units.FacilityEnergy(usage.Total()) }()`},

		{ok: true, expr: `units.Energy(3.6e6)`},
		{ok: true, expr: `units.FacilityEnergy(2 * units.KilowattHour)`},
		{ok: true, expr: `units.Energy(float64(e) / 2)`},
		{ok: true, expr: `units.FacilityEnergy(x)`},
		{ok: true, expr: `units.Energy(math.Sqrt(x))`},
		{ok: true, expr: `units.FacilityEnergy(float64(pue.Of(e)) / 2)`},
		{ok: true, expr: `pue.Of(e)`},
		{ok: true, expr: `units.Microjoules(math.Round(float64(e) * 1e6))`},
	} {
		require.Equal(t, c.ok, len(conversionsIn(t, "rapl", c.expr)) == 0, c.expr)
	}
}

func TestConversionsOfPackageMeter(t *testing.T) {
	require.Empty(t, conversionsIn(t, "meter", `units.Energy(mj.Joules())`))
	require.Empty(t, conversionsIn(t, "meter", `units.Energy((mj.Joules() + x) / 0.92)`))
	require.Len(t, conversionsIn(t, "meter", `units.Energy(mj)`), 1, "a million times too much")
	require.Len(t, conversionsIn(t, "meter", `units.Energy(float64(mj) / 1e6)`), 1)
	require.Len(t, conversionsIn(t, "meter", `units.FacilityEnergy(mj.Joules())`), 1)
	require.Len(t, conversionsIn(t, "meter", `units.FacilityEnergy(e)`), 1)
}

// conversionsIn returns what is found in an expression of the package named
// pkg. It type-checks, so that what is caught here would have been built.
func conversionsIn(t *testing.T, pkg, expr string) []string {
	t.Helper()
	m := openModule(t)
	p := m.path + "/" + pkg
	f, problems := m.snippet(t, p, `package snippet
import (
	"math"
	"slices"
	"`+m.path+`/units"
)
type alias = units.FacilityEnergy
type account struct{ Energies []units.Energy }
func (account) Total() units.Energy { return 0 }
func _(e units.Energy, f units.FacilityEnergy, mj units.Microjoules, pue units.PUE, x float64, usage account) any {
	_, _ = math.Pi, slices.Max[[]int]
	return `+expr+`
}`)
	require.Empty(t, problems, expr)
	return m.laundered(p, f)
}

// laundered returns the forbidden conversions of the file f of the package p.
// It sees what stands inside the conversion, not what went into a variable of
// type float64 before it.
func (m *module) laundered(p string, f *ast.File) []string {
	var found []string
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || !m.info.Types[call.Fun].IsType() {
			return true
		}
		target := m.energy(m.info.Types[call.Fun].Type)
		if target != "Energy" && target != "FacilityEnergy" {
			return true
		}
		if source := m.otherEnergy(p, target, call.Args[0]); source != "" {
			found = append(found, m.complaint(call.Pos(), source, target))
		}
		return true
	})
	return found
}

func (m *module) complaint(pos token.Pos, source, target string) string {
	where := strings.TrimPrefix(m.fset.Position(pos).String(), m.root)
	remedy := "take the energy in as " + target
	if target == "FacilityEnergy" {
		remedy = "use PUE.Of"
	}
	return fmt.Sprintf("%s: %s becomes %s; %s", where, source, target, remedy)
}

// otherEnergy returns the first type of energy but target that goes into arg.
// What target itself is made of, such as the Energy in PUE.Of(e), is let be.
func (m *module) otherEnergy(p, target string, arg ast.Expr) string {
	found := ""
	ast.Inspect(arg, func(n ast.Node) bool {
		expr, ok := n.(ast.Expr)
		if !ok || found != "" {
			return false
		}
		source := m.energy(m.info.Types[expr].Type)
		switch {
		case source == target:
			return false
		case source == "" && target == "Energy" && p == m.path+"/meter" && m.isJoules(expr):
			return false
		}
		found = source
		return found == ""
	})
	return found
}

// isJoules reports whether expr is a call of Microjoules.Joules.
func (m *module) isJoules(expr ast.Expr) bool {
	call, ok := expr.(*ast.CallExpr)
	if !ok {
		return false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	return ok && method.Sel.Name == "Joules" && m.energy(m.info.Types[method.X].Type) == "Microjoules"
}

// energy returns the name of t where it is a type of energy of package units,
// or a pointer to one.
func (m *module) energy(t types.Type) string {
	if t == nil {
		return ""
	}
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != m.path+"/units" {
		return ""
	}
	switch name := named.Obj().Name(); name {
	case "Energy", "FacilityEnergy", "Microjoules":
		return name
	}
	return ""
}
