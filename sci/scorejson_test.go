package sci_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
)

func TestScoreJSON(t *testing.T) {
	exact := sci.Terms{Embodied: 1, R: 1, Unit: "job", Uncertainty: sci.Uncertainty{}}
	partly := sci.Terms{Operational: 1, R: 1, Signal: intensity.Signal{Kind: intensity.OffGrid}}
	for name, c := range map[string]struct {
		score sci.Score
		want  string
	}{
		"zero": {sci.Score{}, `null`},
		"little said": {mustScore(t, sci.Terms{Operational: 3, R: 2, Unit: "job"}).Per(10),
			`{"embodied_g":0,"functional_units":2,"operational_g":3,"per":10,"sci_g":15,"unit":"job"}`},
		"exact": {mustScore(t, exact),
			`{"embodied_g":1,"functional_units":1,"operational_g":0,"per":1,"sci_g":1,"uncertainty_g":{},"unit":"job"}`},
		"signal in part": {mustScore(t, partly),
			`{"embodied_g":0,"functional_units":1,"operational_g":1,"per":1,"sci_g":1,"signal":{"kind":"off-grid"},"unit":""}`},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(c.score)
			require.NoError(t, err)
			require.Equal(t, c.want, string(data))
			var read sci.Score
			require.NoError(t, json.Unmarshal(data, &read))
			require.Equal(t, c.score.String(), read.String())
			require.Equal(t, c.score.Terms, read.Terms)
		})
	}
}

func TestScoreJSONHasEverything(t *testing.T) {
	score := mustScore(t, full(1e6)).Per(1000)
	data, err := json.Marshal(score)
	require.NoError(t, err)
	var keys map[string]any
	require.NoError(t, json.Unmarshal(data, &keys))
	low, high, _ := score.Interval()
	require.Equal(t, map[string]any{
		"embodied_g": 11.2, "functional_units": 1e6, "operational_g": 20.0,
		"per": 1000.0, "sci_g": float64(score.Carbon()), "low_g": float64(low), "high_g": float64(high),
		"nature": "estimated", "unit": "token", "uncertainty_g": map[string]any{"pue": 3.0, "te.host": 8.5},
		"signal": map[string]any{"accounting": "production", "boundary": "lifecycle", "kind": "average"},
	}, keys)
	var read sci.Score
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, score, read)
}

func TestScoreJSONRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"figure of other terms": {`{"operational_g":3,"functional_units":2,"sci_g":3}`, sci.ErrInconsistent},
		"scale left out":        {`{"operational_g":3,"functional_units":2,"sci_g":1500,"unit":"job"}`, sci.ErrInconsistent},
		"no work":               {`{"operational_g":3,"functional_units":0}`, sci.ErrUnitsNotPositive},
		"nothing":               {`{}`, sci.ErrNotMeasured},
		"negative carbon":       {`{"operational_g":-3,"functional_units":1}`, sci.ErrNegativeCarbon},
		"per nothing":           {`{"operational_g":3,"functional_units":1,"per":0}`, sci.ErrUnitsNotPositive},
	} {
		t.Run(name, func(t *testing.T) {
			before := mustScore(t, full(3))
			read := before
			require.ErrorIs(t, json.Unmarshal([]byte(c.data), &read), c.want)
			require.Equal(t, before, read)
		})
	}
	for _, data := range []string{`3`, `{"operational_g":"3"}`, `{"functional_units":1,"nature":"guessed"}`, `{"signal":{"kind":"market"}}`} {
		require.ErrorContains(t, new(sci.Score).UnmarshalJSON([]byte(data)), "sci: decode score: ", data)
	}
}

func FuzzScoreJSON(f *testing.F) {
	for _, s := range []string{
		`null`, `{}`, `{"operational_g":3,"functional_units":2,"unit":"job","per":1000,"nature":"measured"}`,
		`{"embodied_g":1e300,"functional_units":1e-300,"uncertainty_g":{"a":1e308,"b":-1e308},"signal":{"kind":"average"}}`,
		`{"operational_g":1,"functional_units":1,"uncertainty_g":{}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var score sci.Score
		if json.Unmarshal(data, &score) != nil {
			return
		}
		first, err := json.Marshal(score)
		require.NoError(t, err, "nothing that was read is NaN or infinite")
		var again sci.Score
		require.NoError(t, json.Unmarshal(first, &again))
		second, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
		if score.Measured() {
			require.Equal(t, score.String(), again.String())
		}
	})
}
