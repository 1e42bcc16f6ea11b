package intensity_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

func TestPointRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		spec func(*intensity.Point)
		want error
	}{
		{"NaN", func(p *intensity.Point) { p.Value = units.Intensity(math.NaN()) }, intensity.ErrValue},
		{"infinite", func(p *intensity.Point) { p.Value = units.Intensity(math.Inf(1)) }, intensity.ErrValue},
		{"negative", func(p *intensity.Point) { p.Value = -5 }, intensity.ErrValue},
		{"sigma NaN", func(p *intensity.Point) { p.Sigma = math.NaN() }, intensity.ErrValue},
		{"hourly infinite", func(p *intensity.Point) { p.Hourly = math.Inf(1) }, intensity.ErrValue},
		{"zero length", func(p *intensity.Point) { p.End = p.Start }, intensity.ErrWindow},
		{"reversed", func(p *intensity.Point) { p.Start, p.End = p.End, p.Start }, intensity.ErrWindow},
		{"no signal", func(p *intensity.Point) { p.Signal = intensity.Signal{} }, intensity.ErrSignal},
		{"no quality", func(p *intensity.Point) { p.Quality = 0 }, intensity.ErrQuality},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pt(time.Hour, 2*time.Hour, 30)
			c.spec(&p)
			require.ErrorIs(t, p.Valid(), c.want)
			_, err := intensity.NewSeries(pt(0, time.Hour, 10), p)
			require.ErrorIs(t, err, c.want)
			var pe *intensity.PointError
			require.ErrorAs(t, err, &pe)
			require.Equal(t, "T", pe.Point.Zone)
			_, err = json.Marshal(p)
			require.Error(t, err)
		})
	}
	zero := pt(0, time.Hour, 0)
	require.NoError(t, zero.Valid(), "a windy hour may truly be 0 at the stack")
}

func TestPointJSON(t *testing.T) {
	p := pt(time.Hour, 2*time.Hour, 42.5)
	p.Origin = source.Origin{Method: source.Sampled, Nature: source.NatureCalculated, Name: "live", Detail: "v3", Sigma: 0.05}
	p.UpdatedAt = at(90 * time.Minute)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"start":"2026-03-02T01:00:00Z","end":"2026-03-02T02:00:00Z","intensity_gco2e_per_kwh":42.5,
		"signal":{"kind":"average","boundary":"lifecycle","accounting":"consumption"},"quality":"measured",
		"relative_sigma":0.05,"relative_sigma_of_one_hour":0,"zone":"T",
		"origin":{"method":"sampled","nature":"calculated","name":"live","detail":"v3","relative_sigma":0.05},
		"updated_at":"2026-03-02T01:30:00Z"}`, string(b))
	var back intensity.Point
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, p, back)
	held := p
	held.Known = at(time.Hour)
	h, err := json.Marshal(held)
	require.NoError(t, err)
	require.Contains(t, string(h), `"known_until":"2026-03-02T01:00:00Z"`)
	var again intensity.Point
	require.NoError(t, json.Unmarshal(h, &again))
	require.Equal(t, held, again)

	for old, bad := range map[string]string{
		`"sampled"`:              `"guessed"`,
		`"calculated"`:           `"true"`,
		`42.5`:                   `-42.5`,
		`"kind":"average"`:       `"kind":"mean"`,
		`"2026-03-02T02:00:00Z"`: `"2026-03-02T01:00:00Z"`,
	} {
		require.Error(t, json.Unmarshal([]byte(strings.Replace(string(b), old, bad, 1)), &back), bad)
	}
	require.Equal(t, p, back, "a refused point leaves what was there")
}

func TestNatureOfQuality(t *testing.T) {
	want := map[intensity.Quality]source.Nature{
		intensity.Measured: source.NatureMeasured, intensity.Estimated: source.NatureEstimated,
		intensity.Imputed: source.NatureEstimated, intensity.Modelled: source.NatureEstimated,
		intensity.Forecast: source.NatureForecast, intensity.Static: source.NatureEstimated,
	}
	for q, n := range want {
		require.Equal(t, n, intensity.Point{Quality: q}.Nature(), q.String())
	}
}

func TestQualityNames(t *testing.T) {
	for q, want := range map[intensity.Quality]string{
		intensity.Measured: "measured", intensity.Estimated: "estimated", intensity.Imputed: "imputed",
		intensity.Modelled: "modelled", intensity.Forecast: "forecast", intensity.Static: "static",
	} {
		require.Equal(t, want, q.String())
	}
}
