package fetch_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

func TestDecodeJSON(t *testing.T) {
	type form struct {
		A *float64     `json:"a"`
		N fetch.Number `json:"n"`
	}
	for body, want := range map[string]string{
		`{"a":1.5}`: "", ` {"a":null,"b":[1]} ` + "\n": "", `{}`: "", `null`: "",
		`{"a":1}x`: "something follows", `{"a":1}{}`: "something follows", `{"a":1},`: "something follows",
		`<html></html>`: "a page of HTML or XML", "": "EOF", `{"a":`: "unexpected EOF",
		`{"a":NaN}`: "invalid character", `{"a":1e400}`: "field a is not a float64 in range",
		`{"a":"1"}`: "field a is not a float64", `[1]`: "is not a",
		`{"n":"NaN"}`: `"NaN" is no number`, `{"n":true}`: `"true" is no number`, `{"n":[1]}`: "is no number",
	} {
		var v form
		err := fetch.DecodeJSON([]byte(body), &v)
		if want == "" {
			require.NoError(t, err, body)
			continue
		}
		require.ErrorContains(t, err, want, body)
		require.ErrorIs(t, err, fetch.ErrDecode, body)
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]fetch.Number{
		`1.5`: {1.5, true}, `"489"`: {489, true}, `" 14 "`: {14, true}, `null`: {}, `""`: {}, `" "`: {}, `-2e3`: {-2000, true}, `0`: {0, true},
	} {
		n := fetch.Number{Value: 9, Known: true}
		require.NoError(t, json.Unmarshal([]byte(text), &n), text)
		require.Equal(t, want, n, text)
	}
	for _, text := range []string{`"NaN"`, `"Inf"`, `"-infinity"`, `1e400`, `"1e400"`, `"0x1p4"`, `"1_000"`, `"n/e"`, `true`, `{}`, `"1,5"`} {
		var n fetch.Number
		require.Error(t, json.Unmarshal([]byte(text), &n), text)
	}
}

func TestValue(t *testing.T) {
	for _, v := range []float64{0, 1, 473.02, 10_000} {
		got, err := fetch.Value(v)
		require.NoError(t, err)
		require.InDelta(t, v, float64(got), 0)
	}
	for _, v := range []float64{-1, -1e-300, 10_001, 1e300, math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := fetch.Value(v)
		require.ErrorIs(t, err, fetch.ErrDecode, "%v", v)
	}
}

func TestInstant(t *testing.T) {
	for s, layout := range map[string]string{
		"2020-06-01T00:30Z": "2006-01-02T15:04Z", "2020-06-01T02:30:00+02:00": time.RFC3339, "2020-06-01T00:30": "2006-01-02T15:04",
	} {
		got, err := fetch.Instant(s, "2006", layout)
		require.NoError(t, err)
		require.Equal(t, time.Date(2020, 6, 1, 0, 30, 0, 0, time.UTC), got)
	}
	_, err := fetch.Instant(strings.Repeat("9", 1000), time.RFC3339)
	require.ErrorIs(t, err, fetch.ErrDecode)
	require.Less(t, len(err.Error()), 200)
}

func TestSameZone(t *testing.T) {
	require.NoError(t, fetch.SameZone("DE", "de"))
	require.ErrorIs(t, fetch.SameZone("FR", "DE"), fetch.ErrZoneMismatch)
	require.ErrorIs(t, fetch.SameZone("FR", ""), fetch.ErrZoneMismatch)
}

func TestPoint(t *testing.T) {
	from := time.Now().UTC().Truncate(time.Hour)
	last := 0.0
	for _, c := range []struct {
		name    string
		quality intensity.Quality
		start   time.Time
	}{
		{"measured", intensity.Measured, from},
		{"estimated", intensity.Estimated, from},
		{"a forecast for today", intensity.Forecast, from.Add(time.Hour)},
		{"a forecast for later", intensity.Forecast, from.Add(48 * time.Hour)},
		{"of a year", intensity.Static, from},
	} {
		p, err := hourly.Point("station", "made up", c.start, c.start.Add(time.Hour), 100, c.quality)
		require.NoError(t, err)
		require.NoError(t, p.Valid())
		require.Equal(t, p.Nature(), p.Origin.Weight(), c.name)
		require.InDelta(t, p.Uncertainty(time.Hour), p.Origin.Sigma, 1e-15)
		require.Greater(t, p.Origin.Sigma, last, c.name)
		last = p.Origin.Sigma
	}
	for name, err := range map[string]error{
		"negative":  pointError(hourly, from, from.Add(time.Hour), -1),
		"empty":     pointError(hourly, from, from, 1),
		"no signal": pointError(fetch.Query{Zone: "XX"}, from, from.Add(time.Hour), 1),
	} {
		require.ErrorIs(t, err, fetch.ErrDecode, name)
	}
}

func pointError(q fetch.Query, from, to time.Time, v float64) error {
	_, err := q.Point("station", "", from, to, v, intensity.Measured)
	return err
}

// Case A34: 0 north 0 east is a place.
func TestCoordinates(t *testing.T) {
	for zone, want := range map[string]fetch.Coordinates{
		"0,0": {}, "-0.0, 0": {Latitude: math.Copysign(0, -1)}, "52.5,-1.25": {52.5, -1.25}, "90,180": {90, 180}, "-90,-180": {-90, -180},
	} {
		got, ok := fetch.ParseCoordinates(zone)
		require.True(t, ok, "case A34: %s", zone)
		require.Equal(t, want, got)
	}
	require.Equal(t, "0,0", fetch.Coordinates{}.String())
	require.Equal(t, "52.5,-1.25", fetch.Coordinates{Latitude: 52.5, Longitude: -1.25}.String())
	for _, zone := range []string{"", "DE", "0", ",", "0,", "91,0", "0,181", "NaN,0", "0,Inf", "1,2,3", "1;2"} {
		_, ok := fetch.ParseCoordinates(zone)
		require.False(t, ok, zone)
	}
}

// The worst answers, through a whole client.
func TestWorst(t *testing.T) {
	fetchtest.Worst(t, `{"v":VALUE}`, func(service *fetchtest.Service) string {
		b, err := newStation(service).get(t.Context())
		if err != nil {
			return fetch.Code(err)
		}
		v := struct {
			V *float64 `json:"v"`
		}{}
		if err := fetch.DecodeJSON([]byte(b), &v); err != nil {
			return fetch.Code(err)
		}
		if v.V == nil {
			return "no-data"
		}
		_, err = fetch.Value(*v.V)
		return fetch.Code(err)
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`1`, `"489"`, `null`, `"NaN"`, `1e400`, `{`, `"\u0000"`, `""`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var n fetch.Number
		if err := fetch.DecodeJSON(b, &n); err != nil {
			require.ErrorIs(t, err, fetch.ErrDecode)
			return
		}
		require.False(t, math.IsNaN(n.Value) || math.IsInf(n.Value, 0))
		require.True(t, n.Known || n.Value == 0)
	})
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"error":{"message":"x"}}`))
	f.Add([]byte("Access denied"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := fetch.Answer{Body: b}.Message()
		require.LessOrEqual(t, len(m), 210)
		require.NotContains(t, m, "\n")
	})
}
