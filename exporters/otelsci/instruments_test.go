package otelsci_test

import (
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
)

func TestVersion(t *testing.T) {
	require.Regexp(t, regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`), otelsci.Version)
}

// The comment of the package has the table as it is in the code.
func TestTableIsDocumented(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	require.Contains(t, f.Doc.Text(), "\n\n"+otelsci.Table()+"\n", "doc.go has another table than instruments.go")
}

// Units are UCUM, and survive the way to Prometheus: what has braces is
// dropped there, and a gauge of "1" is taken for a ratio.
func TestUnits(t *testing.T) {
	allowed := []string{
		"J", "W", "g", "L", "s", "{error}", "{functional_unit}", "{info}", "{state}",
		"g/{functional_unit}", "{gCO2e}/{kWh}",
	}
	seen := map[string]bool{}
	for _, row := range otelsci.Rows() {
		require.Contains(t, allowed, row.Unit, row.Name)
		require.Regexp(t, `^(sci|hw)\.[a-z_]+(\.[a-z_]+)*$`, row.Name)
		require.Regexp(t, `^[A-Z0-9].*\.$`, row.Text)
		require.False(t, seen[row.Name], row.Name)
		seen[row.Name] = true
	}
}

// What is emitted is as the table says: names, units, texts, sorts, attributes.
func TestEmittedIsInTheTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		check(t, hardware(t, otelsci.WithHardwareMetrics()))
	})
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1)
		r.run()
		all := r.collect()
		check(t, all)
		require.Subset(t, names(all), []string{"sci.score", "sci.water", "sci.carbon.intensity.age"})
	})
}

func check(t *testing.T, all map[string]metricdata.Metrics) {
	t.Helper()
	for name, m := range all {
		i := slices.IndexFunc(otelsci.Rows(), func(r otelsci.Row) bool { return r.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		row := otelsci.Rows()[i]
		require.Equal(t, row.Unit, m.Unit, name)
		require.Equal(t, row.Text, m.Description, name)
		require.Equal(t, row.Kind, kind(m), name)
		require.NotZero(t, points(m), name)
		for _, p := range data(m) {
			for _, kv := range p.Attributes.ToSlice() {
				require.Contains(t, row.Keys, kv.Key, name)
			}
		}
	}
}

// kind returns what sort of instrument a metric is of.
func kind(m metricdata.Metrics) string {
	switch d := m.Data.(type) {
	case metricdata.Sum[float64]:
		if d.IsMonotonic {
			return "counter"
		}
		return "up-down counter"
	case metricdata.Gauge[float64]:
		return "gauge"
	case metricdata.Histogram[float64]:
		return "histogram"
	}
	return ""
}

func points(m metricdata.Metrics) int {
	if d, ok := m.Data.(metricdata.Histogram[float64]); ok {
		return len(d.DataPoints)
	}
	return len(data(m))
}
