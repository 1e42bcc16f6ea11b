package estimate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func TestRows(t *testing.T) {
	rows := estimate.Rows()
	require.Len(t, rows, 14)
	seen := map[string]bool{}
	for _, r := range rows {
		require.False(t, seen[r.Name], r.Name)
		seen[r.Name] = true
		require.Positive(t, r.Idle, r.Name)
		require.Greater(t, r.Max, r.Idle, r.Name)
		require.Regexp(t, `^ccf 2021( |$)`, r.Source, r.Name)
	}
	require.Equal(t, estimate.Row{Name: "cascade-lake", Idle: 0.64, Max: 3.97, Sigma: 0.40, Source: "ccf 2021"}, row(t, "cascade-lake"))
}

func TestRowModel(t *testing.T) {
	m := row(t, "cascade-lake").Model(4)
	require.Equal(t, "estimate/ccf-cascade-lake", m.Name)
	require.Equal(t, source.AtNodeAC, m.Level)
	require.Equal(t, 0.40, m.Sigma)
	require.Contains(t, m.Detail, "ccf 2021")
	require.Equal(t, units.Power(2.56), m.Curve.Power(0))
	require.Equal(t, units.Power(15.88), m.Curve.Power(1))
	require.Equal(t, "estimate/mine", estimate.Row{Name: "mine", Max: 1}.Model(1).Name, "a row of the user is not said to be of another")
}

func TestParseRows(t *testing.T) {
	const head = "# source\nname,idle_w,max_w,sigma,source\n"
	got, err := estimate.ParseRows(strings.NewReader(head + "a,1,2.5,0.3,\"own, 2026\"\n# b\nc,0,1,1,x\n"))
	require.NoError(t, err)
	require.Equal(t, []estimate.Row{{"a", 1, 2.5, 0.3, "own, 2026"}, {"c", 0, 1, 1, "x"}}, got)
	for _, tt := range []struct {
		name, in string
		line     int
	}{
		{"nothing", "", 0},
		{"other columns", "name,max_w,idle_w,sigma,source\n", 1},
		{"no name", head + ",1,2,1,x\n", 3},
		{"falling", head + "a,1,2,1,x\nb,2,1,1,x\n", 4},
		{"no power", head + "a,0,0,1,x\n", 3},
		{"negative", head + "a,-1,2,1,x\n", 3},
		{"no number", head + "a,NaN,2,1,x\n", 3},
		{"endless", head + "a,1,Inf,1,x\n", 3},
		{"too much", head + "a,1,1001,1,x\n", 3},
		{"text", head + "a,1,two,1,x\n", 3},
		{"certain", head + "a,1,2,0,x\n", 3},
		{"wild", head + "a,1,2,11,x\n", 3},
		{"unsure", head + "a,1,2,NaN,x\n", 3},
		{"short", head + "a,1,2,1\n", 3},
		{"quote", head + "a,\"1,2,1,x\n", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := estimate.ParseRows(strings.NewReader(tt.in))
			require.Nil(t, rows)
			var e *estimate.TableError
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.line, e.Line, "%v", err)
		})
	}
}

func FuzzParseRows(f *testing.F) {
	f.Add("name,idle_w,max_w,sigma,source\na,1,2,1,x\n")
	f.Add("# c\nname,idle_w,max_w,sigma,source\n\"a\",1e2,0x1p8,0.4,\n")
	f.Fuzz(func(t *testing.T, in string) {
		rows, err := estimate.ParseRows(strings.NewReader(in))
		if err != nil {
			require.Nil(t, rows)
			return
		}
		for _, r := range rows {
			require.NotEmpty(t, r.Name)
			require.GreaterOrEqual(t, r.Idle, units.Power(0))
			require.LessOrEqual(t, r.Idle, r.Max)
			require.LessOrEqual(t, r.Max, units.Power(1000))
			require.Positive(t, r.Max)
			require.Positive(t, r.Sigma)
		}
	})
}
