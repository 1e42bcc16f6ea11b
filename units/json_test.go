package units_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

func TestJSONIsABareNumber(t *testing.T) {
	for _, q := range quantities {
		v := q.json()
		require.NoError(t, json.Unmarshal([]byte("4464000"), v), q.name)
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, "4464000", string(text), q.name)

		for _, bad := range []string{`"1.24 kWh"`, `"NaN"`, "NaN", "1e999", "-1e999"} {
			require.Error(t, json.Unmarshal([]byte(bad), v), "%s %s", q.name, bad)
		}
	}
	_, err := json.Marshal(units.Energy(math.NaN()))
	require.Error(t, err, "a leak is loud")
}

func TestJSONOfMicrojoulesIsExact(t *testing.T) {
	text, err := json.Marshal(units.Microjoules(math.MaxUint64))
	require.NoError(t, err)
	require.Equal(t, "18446744073709551615", string(text))
	var u units.Microjoules
	require.NoError(t, json.Unmarshal(text, &u))
	require.Equal(t, units.Microjoules(math.MaxUint64), u)
}

// Logs for people have the text, logs for machines the number.
func TestLog(t *testing.T) {
	var text, machine bytes.Buffer
	e := units.Energy(4464000)
	slog.New(slog.NewTextHandler(&text, nil)).Info("epoch", "energy", e)
	slog.New(slog.NewJSONHandler(&machine, nil)).Info("epoch", "energy", e)
	require.Contains(t, text.String(), `energy="1.24 kWh"`)
	require.Contains(t, machine.String(), `"energy":4464000}`)
}
