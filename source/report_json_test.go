package source_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/source"
)

func everything() source.Report {
	return source.Report{
		Found: []source.Zone{
			{
				ID: "rapl/package-0", Name: "package-0", Kind: source.CPU, Level: source.AtChip, Socket: 0, Die: -1,
				Idle: 12.5, IdleSigma: 0.1, Period: time.Millisecond, Unit: 61,
				Origin: source.Origin{Method: source.Counted, Nature: source.NatureEstimated, Name: "rapl/msr", Detail: "/sys/x", Sigma: 0.03},
			},
			{
				ID: "GPU-1", Model: "NVIDIA H100", Parent: "module", Kind: source.GPU, Level: source.AtBoard, Socket: 1, Die: 2, Beside: true,
				Origin: source.Origin{Method: source.Sampled, Nature: source.NatureMeasured, Name: "nvml"},
			},
		},
		Skipped: []source.Skip{{What: "rapl", Err: errors.New("permission denied"), Remedy: "run as root"}, {What: "x"}},
		Assumed: []source.Assumption{{What: "pue", Value: "1.54", Why: "a survey", Remedy: "give it"}},
	}
}

func TestReportJSON(t *testing.T) {
	text, err := json.Marshal(everything())
	require.NoError(t, err)
	require.JSONEq(t, `{"found":[
		{"id":"rapl/package-0","name":"package-0","kind":"cpu","level":"chip","socket":0,"idle_watts":12.5,"idle_relative_uncertainty":0.1,
		 "period_seconds":0.001,"unit_microjoules":61,"method":"counted","nature":"estimated","source":"rapl/msr","detail":"/sys/x","relative_uncertainty":0.03},
		{"id":"GPU-1","model":"NVIDIA H100","parent":"module","kind":"gpu","level":"board","socket":1,"die":2,"beside":true,
		 "method":"sampled","nature":"measured","source":"nvml","relative_uncertainty":0}],
		"skipped":[{"what":"rapl","why":"permission denied","remedy":"run as root"},{"what":"x"}],
		"assumed":[{"what":"pue","value":"1.54","why":"a survey","remedy":"give it"}]}`, string(text))

	var got source.Report
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, everything(), got)

	text, err = json.Marshal(source.Report{})
	require.NoError(t, err)
	require.Equal(t, `{"found":[],"skipped":[],"assumed":[]}`, string(text))
}

func TestReportJSONRefuses(t *testing.T) {
	const zone = `"id":"x","kind":"cpu","level":"chip","method":"counted","nature":"measured","source":"s","relative_uncertainty":0`
	read := func(text string) (source.Report, error) {
		r := source.Report{Assumed: []source.Assumption{{What: "stays"}}}
		return r, json.Unmarshal([]byte(text), &r)
	}
	_, err := read(`{"found":[{` + zone + `}]}`)
	require.NoError(t, err)
	for bad, want := range map[string]string{
		`"kind":"toaster"`:           `source: read report: zone "x": source: kind "toaster": not one of cpu, memory`,
		`"kind":"CPU"`:               "not one of",
		`"kind":1`:                   "cannot unmarshal",
		`"level":""`:                 "not one of chip",
		`"method":"Method(0)"`:       "not one of counted",
		`"nature":"sure"`:            "not one of unknown, measured",
		`"relative_uncertainty":-1`:  "below 0",
		`"idle_watts":-1`:            "below 0",
		`"period_seconds":-1`:        "below 0",
		`"period_seconds":1e18`:      "too large",
		`"socket":-2`:                "below 0",
		`"unit_microjoules":-1`:      "cannot unmarshal",
		`"relative_uncertainty":NaN`: "invalid character",
	} {
		_, err := read(`{"found":[{` + zone + `,` + bad + `}]}`)
		require.ErrorContains(t, err, want, bad)
	}
	_, err = read(`{"found":[{}]}`)
	require.ErrorContains(t, err, "not one of")
}

func TestWords(t *testing.T) {
	for m := source.Counted; m <= source.Estimated; m++ {
		var got source.Method
		require.NoError(t, got.Set(m.String()))
		require.Equal(t, m, got)
	}
	for k := source.CPU; k <= source.Loss; k++ {
		var got source.Kind
		require.NoError(t, got.Set(k.String()))
		require.Equal(t, k, got)
	}
	for l := source.AtChip; l <= source.AtNodeAC; l++ {
		var got source.Level
		require.NoError(t, got.Set(l.String()))
		require.Equal(t, l, got)
	}
	for n := source.Nature(0); n <= source.NatureForecast; n++ {
		var got source.Nature
		require.NoError(t, got.Set(n.String()))
		require.Equal(t, n, got)
	}
	for q := source.Quality(0); q < source.Gap<<1; q++ {
		got := source.Wrapped
		require.NoError(t, got.Set(q.String()))
		require.Equal(t, q, got)
	}
	q := source.Stuck
	for _, bad := range []string{"", "wrapped|", "ok|wrapped", "Wrapped"} {
		require.ErrorContains(t, q.Set(bad), "not one of wrapped, ", bad)
	}
	require.Equal(t, source.Stuck, q, "what is refused changes nothing")
}

func FuzzReportJSON(f *testing.F) {
	text, err := json.Marshal(everything())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"found":[{"id":"x","kind":"cpu"}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r source.Report
		if json.Unmarshal(b, &r) != nil {
			return
		}
		once, err := json.Marshal(r)
		require.NoError(t, err)
		var again source.Report
		require.NoError(t, json.Unmarshal(once, &again))
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}
