package render_test

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/render"
)

// ledger returns the rows of d by the names of their columns.
func ledger(t *testing.T, d *sci.Disclosure) []map[string]string {
	var out bytes.Buffer
	require.NoError(t, render.CSV(&out, d))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	var named []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, c := range row {
			m[rows[0][i]] = c
		}
		named = append(named, m)
	}
	return named
}

// The rows add up to the carbon of the document, and market-based figures are in
// none.
func TestLedgerAddsUp(t *testing.T) {
	d := sample()
	terms := map[string]float64{}
	for _, row := range ledger(t, d) {
		g, err := strconv.ParseFloat(row["gco2e"], 64)
		require.NoError(t, err)
		terms[row["term"]] += g
		require.NotEqual(t, "12400", row["gco2e"])
	}
	require.Len(t, terms, 2)
	require.InEpsilon(t, d.Result.Operational.Value, terms["O"], 1e-12) // the order of the sum
	require.InEpsilon(t, d.Result.Embodied.Value, terms["M"], 1e-12)
}

func TestLedgerScopes(t *testing.T) {
	for _, c := range []struct{ tenure, o, m string }{
		{sci.TenureOwned, "S2", "S3 cat 2"},
		{sci.TenureColocated, "S3 cat 8", "S3 cat 2"},
		{sci.TenureLeased, "S3 cat 8", "S3 cat 8"},
		{sci.TenureCloud, "S3 cat 1", "S3 cat 1"},
		{"", "", ""},
		{"borrowed", "", ""},
	} {
		t.Run(c.tenure, func(t *testing.T) {
			whole := machine("rack", "server", 1, 1, 1e6, 1, c.tenure)
			inherits := machine("node", "server", 1, 1, 1e6, 1, "")
			whole.Parts = []sci.ComponentStatement{inherits}
			rows := ledger(t, &sci.Disclosure{Components: []sci.ComponentStatement{whole}})
			require.Len(t, rows, 4)
			for i, want := range []string{c.o, c.m, c.o, c.m} {
				require.Equal(t, want, rows[i]["scope"], "row %d", i)
			}
			require.Equal(t, "rack / node", rows[2]["component"])
		})
	}
}

// No carbon is in two rows, whatever a component states of it.
func TestLedgerCountsOnce(t *testing.T) {
	hardware := []sci.Embodies{{Name: "a", M: sci.Exactly(3)}, {Name: "b", M: sci.Exactly(4)}}
	for _, c := range []struct {
		name string
		c    sci.ComponentStatement
		want []string // term and grams
	}{
		{"M of each device", sci.ComponentStatement{Embodied: sci.Exactly(7), Hardware: hardware}, []string{"M 3", "M 4"}},
		{"a device without M", sci.ComponentStatement{Embodied: sci.Exactly(7), Hardware: append([]sci.Embodies{{Name: "c"}}, hardware...)},
			[]string{"M 7", "M ", "M ", "M "}},
		{"neither", sci.ComponentStatement{Hardware: append([]sci.Embodies{{Name: "c"}}, hardware...)}, []string{"M ", "M 3", "M 4"}},
		{"no device", sci.ComponentStatement{Embodied: sci.Exactly(7)}, []string{"M 7"}},
		{"only carbon", sci.ComponentStatement{Carbon: sci.Exactly(9)}, []string{"C 9"}},
		{"carbon beside its terms", sci.ComponentStatement{Carbon: sci.Exactly(9), Operational: sci.Exactly(2), Embodied: sci.Exactly(7)},
			[]string{"O 2", "M 7"}},
		{"energy without intensity", sci.ComponentStatement{Facility: sci.Exactly(2)}, []string{"O "}},
		{"a sum of its parts", sci.ComponentStatement{
			Sums: true, Carbon: sci.Exactly(9), Operational: sci.Exactly(9), Parts: []sci.ComponentStatement{{Operational: sci.Exactly(9)}},
		}, []string{"O 9"}},
		{"on top of its parts", sci.ComponentStatement{
			Operational: sci.Exactly(9), Parts: []sci.ComponentStatement{{Operational: sci.Exactly(1)}},
		}, []string{"O 9", "O 1"}},
		{"nothing", sci.ComponentStatement{ID: "idle"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, row := range ledger(t, &sci.Disclosure{Components: []sci.ComponentStatement{c.c}}) {
				got = append(got, row["term"]+" "+row["gco2e"])
			}
			require.Equal(t, c.want, got)
		})
	}
}
