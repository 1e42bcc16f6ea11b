package meter_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// again writes u and reads it, and holds that all that leaves is the same.
func again(t *testing.T, u meter.Usage) meter.Usage {
	t.Helper()
	text, err := json.Marshal(u)
	require.NoError(t, err)
	var got meter.Usage
	require.NoError(t, json.Unmarshal(text, &got), string(text))
	second, err := json.Marshal(got)
	require.NoError(t, err)
	require.Equal(t, string(text), string(second))
	require.Equal(t, u.String(), got.String())
	for _, unit := range []string{"request", "nothing"} {
		score, err := u.Score(unit)
		same, failed := got.Score(unit)
		require.Equal(t, score, same)
		require.Equal(t, err == nil, failed == nil)
		require.Equal(t, u.Terms(unit), got.Terms(unit))
	}
	require.Equal(t, u.CountedFraction(), got.CountedFraction())
	require.Equal(t, u.Unread(), got.Unread())
	return got
}

func TestUsageIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steady := gridOf(time.Hour, 300)
		full := sample(t, meter.WithGrid(gridOf(10*time.Second, 320, 380)))
		got := again(t, full)
		require.Equal(t, full.Method.ID, got.Method.ID)
		require.Equal(t, full.Totals, got.Totals)
		repriced, err := got.Reprice(steady)
		require.NoError(t, err)
		want, err := full.Reprice(steady)
		require.NoError(t, err)
		require.Equal(t, want.Operational, repriced.Operational)
		again(t, want)

		again(t, sample(t))                                   // without a grid
		again(t, sample(t, meter.WithPolicy(meter.Marginal))) // idle excluded
		again(t, sample(t, meter.WithSite(sci.Site{PUE: 1.2, WUE: new(units.WUE(0.5))})))
		again(t, sample(t, meter.WithGrid(intensity.World())))

		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine))
		machine.Fail("package-0", errors.New("broken"))
		blind := window(t, m, func() { machine.Run(time.Second, metertest.Phase{}) })
		require.EqualError(t, again(t, blind).Missing, "broken")
		again(t, window(t, m, func() {})) // of no time
	})
	var zero meter.Usage
	require.NoError(t, json.Unmarshal([]byte("null"), &zero))
	require.Equal(t, meter.Usage{}, zero)
}

// A usage that was read is refused beside one of the same time, and added to
// what follows.
func TestUsagesReadAgainAreAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(20))
		m := begin(t, bare(machine, meter.WithGrid(intensity.Country("FR"))))
		run := m.Begin("run")
		lap := func() meter.Usage {
			m.Count("request", 10)
			machine.Run(time.Second, work("package-0", 5))
			return run.Lap()
		}
		first, gap, third := lap(), lap(), lap()
		_ = gap
		whole, err := run.End(t.Context())
		require.NoError(t, err)

		_, err = again(t, whole).Add(first)
		require.ErrorIs(t, err, meter.ErrOverlap)
		_, err = first.Add(again(t, whole))
		require.ErrorIs(t, err, meter.ErrOverlap)
		_, err = again(t, first).Add(again(t, first))
		require.ErrorIs(t, err, meter.ErrOverlap)

		sum, err := again(t, first).Add(again(t, third))
		require.NoError(t, err)
		live, err := first.Add(third)
		require.NoError(t, err)
		require.Equal(t, live.Totals, sum.Totals)
		require.Equal(t, live.Counts, sum.Counts)
		// The gap in a sum is known after it was read once more.
		_, err = again(t, sum).Add(third)
		require.ErrorIs(t, err, meter.ErrOverlap)
		all, err := again(t, sum).Add(gap)
		require.NoError(t, err)
		require.Equal(t, whole.Totals.Microjoules, all.Totals.Microjoules)
		text, err := json.Marshal(all)
		require.NoError(t, err)
		require.NotContains(t, string(text), `"windows"`, "three laps are one window")
		again(t, all)
	})
}

// A child of a meter is never added to it, from a file either.
func TestNestedUsageReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text := golden(t)
		var parent, child meter.Usage
		require.NoError(t, json.Unmarshal([]byte(text), &parent))
		nested := strings.Replace(text, `"meter": "0123456789abcdef"`, `"meter": "00000000000000aa", "parent": "0123456789abcdef"`, 1)
		require.NotEqual(t, text, nested)
		require.NoError(t, json.Unmarshal([]byte(nested), &child))
		require.Equal(t, "0123456789abcdef", child.Method.Parent)
		_, err := parent.Add(child)
		require.ErrorIs(t, err, meter.ErrOverlap)
		again(t, child)
		stranger := strings.Replace(text, `"meter": "0123456789abcdef"`, `"meter": "00000000000000bb"`, 1)
		require.NoError(t, json.Unmarshal([]byte(stranger), &child))
		sum, err := parent.Add(child)
		require.NoError(t, err, "of another machine")
		require.Contains(t, mustJSON(t, sum), `"windows":[{"meter":"0123456789abcdef"`)
		again(t, sum)
	})
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func golden(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/usage.json")
	require.NoError(t, err)
	return string(text)
}

func TestUsageOfANewerSchema(t *testing.T) {
	for schema, newer := range map[string]bool{
		"scimeter.usage/2": true, "scimeter.usage/17": true, "scimeter.usage/0": false, "scimeter.usage/1.5": false,
		"scimeter.quickstart/1": false, "": false, "scimeter.usage/": false,
	} {
		// The rest of a newer form may be anything.
		for _, text := range []string{strings.Replace(golden(t), "scimeter.usage/1", schema, 1), `{"schema":"` + schema + `","zones":7}`} {
			var u meter.Usage
			err := json.Unmarshal([]byte(text), &u)
			var refused *meter.SchemaError
			require.ErrorAs(t, err, &refused, schema)
			require.Equal(t, meter.SchemaError{Schema: schema, Newer: newer}, *refused)
			require.ErrorContains(t, err, "want scimeter.usage/1")
			require.Equal(t, newer, strings.Contains(err.Error(), "newer version"))
			require.Equal(t, meter.Usage{}, u)
		}
	}
}

func TestUsageRefuses(t *testing.T) {
	text := golden(t)
	var u meter.Usage
	require.NoError(t, json.Unmarshal([]byte(text), &u))
	for name, c := range map[string]struct{ old, new, want string }{
		"a key twice":          {`"name": "window"`, `"name": "window", "name": "other"`, `key "name" stands twice`},
		"a key twice, deeper":  {`"id": "rest"`, `"id": "rest", "id": "x"`, `key "id" stands twice`},
		"a count twice":        {`"request": 40`, `"request": 40, "request": 1`, `key "request" stands twice`},
		"a key in capitals":    {`"name": "window"`, `"name": "window", "Name": "other"`, "lower case"},
		"not UTF-8":            {`"window"`, "\"\xff\"", "UTF-8"},
		"NaN":                  {`"embodied_grams": 0`, `"embodied_grams": NaN`, "invalid character"},
		"infinite":             {`"embodied_grams": 0.`, `"embodied_grams": 1e999, "x": 0.`, "cannot unmarshal"},
		"negative energy":      {`"machine_microjoules": `, `"machine_microjoules": -`, "cannot unmarshal"},
		"negative carbon":      {`"operational_grams": 0`, `"operational_grams": -0`, "below 0"},
		"negative count":       {`"request": 40`, `"request": -40`, "counts: below 0"},
		"a count of no name":   {`"request": 40`, `"": 40`, "no name of a unit"},
		"a count with a bell":  {`"request": 40`, `"re\u0007quest": 40`, "no name of a unit"},
		"negative time":        {`"duration_seconds": 20`, `"duration_seconds": -20`, "duration_seconds: below 0"},
		"a world of energy":    {`"machine_microjoules": 2391304349`, `"machine_microjoules": 18446744073709551615`, "machine_microjoules: below 0, missing or too large"},
		"endless":              {`"duration_seconds": 20`, `"duration_seconds": 1e300`, "duration_seconds: below 0, missing or too large"},
		"not conserved":        {`"others_microjoules": 434782609`, `"others_microjoules": 434782608`, "machine_microjoules: the parts are not the whole"},
		"a zone not conserved": {`"others_microjoules": 400000000`, `"others_microjoules": 400000001`, `zone "package-0": the parts are not the whole`},
		"two energies":         {`"energy_joules": 652.173913`, `"energy_joules": 652.2`, "energy_joules are not"},
		"more static than all": {`"static_microjoules": 434782609`, `"static_microjoules": 652173914`, "more than all of it"},
		"no carbon":            {`"operational_grams": 0.08876811594777778,`, ``, "operational_grams"},
		"a nature":             {`"energy_nature": "estimated"`, `"energy_nature": "sure"`, "energy_nature"},
		"a kind":               {`"kind": "cpu"`, `"kind": "toaster"`, "toaster"},
		"a quality":            {`"kind": "cpu"`, `"kind": "cpu", "quality": "bad"`, "quality"},
		"a signal":             {`"average lifecycle production"`, `"average lifecycle"`, "signal"},
		"a signal of no kind":  {`"average lifecycle production"`, `"mean lifecycle production"`, "signal"},
		"a PUE":                {`"pue": 1.4`, `"pue": 0.4`, "method"},
		"a policy":             {`"policy": "reserved"`, `"policy": "fair"`, "method: policy"},
		"an efficiency":        {`"supply_efficiency": 0.92`, `"supply_efficiency": 0`, "method"},
		"a meter":              {`"meter": "0123456789abcdef"`, `"meter": "x"`, "method: meter"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(text, c.old, c.new, 1)
			require.NotEqual(t, text, bad, "the golden text has %s", c.old)
			before := u
			err := json.Unmarshal([]byte(bad), &u)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, before, u, "what is refused changes nothing")
		})
	}
	require.ErrorContains(t, json.Unmarshal([]byte(`{"schema":"scimeter.usage/1"}`), &u), "meter: read usage: ")
}

// Names that nobody may print do not leave, and one that is counted stays
// counted.
func TestNamesThatLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(20))
		m := begin(t, bare(machine))
		u := window(t, m, func() {
			for _, unit := range []string{"a\x00b", "a\nb", "\xff", "\xfe", "größe µ", strings.Repeat("ü", 1000), strings.Repeat("\x01", 100), ""} {
				m.Count(unit, 1)
			}
			machine.Run(time.Second, work("package-0", 5))
		})
		for unit, n := range map[string]float64{
			"a�b": 2, "�": 2, "größe µ": 1, strings.Repeat("ü", 62) + "…": 1, strings.Repeat("�", 41) + "…": 1,
		} {
			require.Equal(t, n, u.R(unit), unit)
			require.LessOrEqual(t, len(unit), 128)
		}
		require.Len(t, u.Counts, 5)
		again(t, u)
	})
}

func FuzzUsage(f *testing.F) {
	f.Add(golden(f))
	f.Add(strings.NewReplacer(`"meter": "0123456789abcdef"`, `"meter": ""`, "average lifecycle production", "short-run marginal direct consumption").Replace(golden(f)))
	f.Add(`{"schema":"scimeter.usage/2"}`)
	f.Add("null")
	f.Fuzz(func(t *testing.T, text string) {
		var u meter.Usage
		if json.Unmarshal([]byte(text), &u) != nil {
			return
		}
		once, err := json.Marshal(u)
		require.NoError(t, err)
		var read meter.Usage
		require.NoError(t, json.Unmarshal(once, &read))
		twice, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
		require.Equal(t, u.String(), read.String())
		for _, c := range u.Counts {
			score, err := u.Score(c.Unit)
			same, failed := read.Score(c.Unit)
			require.Equal(t, score, same)
			require.Equal(t, err == nil, failed == nil)
		}
		if sum, err := u.Add(read); err == nil {
			_ = sum.String()
		}
	})
}
