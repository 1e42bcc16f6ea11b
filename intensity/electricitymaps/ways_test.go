package electricitymaps_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	em "github.com/scimeter/scimeter/intensity/electricitymaps"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// older is an answer of the older form.
func older(value string) string {
	return `{"_disclaimer":"x","status":"ok","countryCode":"XX-ONE","data":{"datetime":"2000-03-01T03:00:00.000Z","carbonIntensity":` + value +
		`,"fossilFuelPercentage":42.2},"units":{"carbonIntensity":"gCO2eq/kWh"}}`
}

// mixed is an answer of version 4 with these sources of what is used.
func mixed(mix string) string {
	return `{"data":[{"datetime":"2000-03-01T03:00:00.000Z","updatedAt":"2000-03-01T04:00:00.000Z","isEstimated":false,"estimationMethod":null,"breakdownType":"flow-traced","mix":{` + mix + `}}]}`
}

// breakdown is an answer of version 3 with these sources of what is used and
// what is made.
func breakdown(used, made string) string {
	return `{"zone":"XX-ONE","datetime":"2000-03-01T03:00:00.000Z","updatedAt":"2000-03-01T04:00:00.000Z","powerConsumptionBreakdown":{` + used +
		`},"powerProductionBreakdown":{` + made + `},"powerImportBreakdown":{"YY":9},"powerConsumptionTotal":1,"isEstimated":false,"estimationMethod":null}`
}

func TestMix(t *testing.T) {
	const rest = `,"nuclear":null,"hydro storage":{"charge":5,"discharge":null},"battery storage":{"charge":null,"discharge":10},"flows":{"exports":900,"imports":800}`
	for _, c := range []struct {
		name string
		em.Config
		body    string
		want    float64
		quality intensity.Quality
	}{
		{"case A40: flows are no source", em.Config{Version: em.V4}, mixed(`"coal":10,"wind":80` + rest), (10*820 + 80*11 + 10*358.44) / 100, intensity.Estimated},
		{"all known", em.Config{Version: em.V4}, mixed(`"coal":10,"wind":80,"hydro storage":{"charge":null,"discharge":10},"flows":{}`), (10*820 + 80*11 + 10*362.9) / 100, intensity.Measured},
		{"direct", em.Config{Version: em.V4, Boundary: intensity.Direct}, mixed(`"coal":10,"wind":80` + rest), (10*760 + 10*297.68) / 100, intensity.Estimated},
		{"a source of another name", em.Config{Version: em.V4}, mixed(`"tidal":10,"wind":10`), (700 + 11) / 2.0, intensity.Estimated},
		{"no storage", em.Config{Version: em.V4}, mixed(`"wind":10,"hydro storage":null,"battery storage":{}`), 11, intensity.Measured},
		{"version 3, used", em.Config{}, breakdown(`"gas":30,"hydro discharge":10,"solar":0`, `"gas":1`), (30*490 + 10*362.9) / 40, intensity.Measured},
		{"version 3, made", em.Config{Accounting: intensity.Production}, breakdown(`"gas":1`, `"oil":10,"biomass":10,"nuclear":null,"solar":-3`), (650 + 230) / 2, intensity.Estimated},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, hour(20), func(t *testing.T) {
				c.Mix = true
				s := ok(c.body)
				p, err := with(s, c.Config).Current(t.Context(), zone)
				require.NoError(t, err)
				require.InDelta(t, c.want, float64(p.Value), 1e-9)
				require.Equal(t, c.quality, p.Quality)
				require.Contains(t, p.Origin.Detail, "IPCC AR5")
			})
		})
	}
	in(t, hour(20), func(t *testing.T) {
		for _, body := range []string{mixed(`"wind":0,"flows":{"imports":9}`), mixed(`"wind":null`), breakdown(`"wind":-1`, ``), row(hour(3), "5", known)} {
			_, err := with(ok(body), em.Config{Version: em.V4, Mix: true}).Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNoData, body)
		}
		for _, bad := range []string{`"wind":"much"`, `"hydro storage":7`, `"coal":{"discharge":1}`} {
			_, err := with(ok(mixed(bad)), em.Config{Version: em.V4, Mix: true}).Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrDecode, bad)
		}
		_, err := with(ok("{}"), em.Config{Mix: true}).Forecast(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNoData)
	})
}

// The mix of what is made is not that of what is used. The service takes
// flowTraced for both and does not heed it.
func TestMixOfWhat(t *testing.T) {
	used := mixed(`"coal":10,"wind":90`)
	made := strings.ReplaceAll(used, "flow-traced", "normal")
	unsaid := strings.ReplaceAll(used, `"breakdownType":"flow-traced",`, "")
	for _, c := range []struct {
		body string
		of   intensity.Accounting
		good bool
	}{
		{used, intensity.Consumption, true}, {made, intensity.Consumption, false}, {unsaid, intensity.Consumption, false},
		{used, intensity.Production, false}, {made, intensity.Production, true}, {unsaid, intensity.Production, false},
	} {
		in(t, hour(20), func(t *testing.T) {
			p, err := with(ok(c.body), em.Config{Version: em.V4, Mix: true, Accounting: c.of}).Current(t.Context(), zone)
			if !c.good {
				require.ErrorIs(t, err, fetch.ErrDecode, c.body)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.of, p.Signal.Accounting)
		})
	}
	in(t, hour(20), func(t *testing.T) {
		for unit, class := range map[string]error{"MW": nil, "%": fetch.ErrDecode} {
			_, err := with(ok(strings.ReplaceAll(used, `"isEstimated"`, `"unit":"`+unit+`","isEstimated"`)), em.Config{Version: em.V4, Mix: true}).Current(t.Context(), zone)
			require.ErrorIs(t, err, class, unit)
		}
	})
}

// A token of the sandbox gets figures that nobody measured or estimated.
func TestSandbox(t *testing.T) {
	const made = `,"updatedAt":"2000-03-01T03:10:00.000Z","isEstimated":true,"estimationMethod":"SANDBOX_MODE_DATA"`
	for name, c := range map[string]struct {
		body string
		em.Config
	}{
		"latest":          {row(hour(3), "140", made), em.Config{}},
		"version 4":       {row(hour(3), "140", made), em.Config{Version: em.V4}},
		"one row of two":  {list("data", row(hour(2), "140", known), row(hour(3), "140", made)), em.Config{}},
		"a null":          {list("data", row(hour(2), "140", known), row(hour(3), "null", made)), em.Config{}},
		"in a disclaimer": {row(hour(3), "140", known+`,"_disclaimer":"This is Sandbox mode: figures are not right."`), em.Config{}},
		"mix":             {strings.ReplaceAll(mixed(`"coal":1`), `"estimationMethod":null`, `"estimationMethod":"SANDBOX_MODE_DATA"`), em.Config{Version: em.V4, Mix: true}},
		"the older form":  {strings.ReplaceAll(older("91"), `"_disclaimer":"x"`, `"_disclaimer":"SANDBOX MODE"`), em.Config{Version: em.HomeAssistant}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, hour(20), func(t *testing.T) {
				s := ok(c.body)
				p := with(s, c.Config)
				for range 5 {
					_, err := p.Current(t.Context(), zone)
					require.ErrorIs(t, err, fetch.ErrPlan)
					require.ErrorContains(t, err, "sandbox")
				}
				require.Equal(t, 1, s.Count(), "another token is needed")
			})
		})
	}
}

func TestFactors(t *testing.T) {
	life, direct := em.Factors(intensity.Lifecycle), em.Factors(intensity.Direct)
	require.Len(t, life, len(direct))
	for source, v := range direct {
		require.Greater(t, life[source], v, source)
	}
	life["coal"] = 0
	require.EqualValues(t, 820, em.Factors(intensity.Lifecycle)["coal"], "a copy")
}

func TestOlderForm(t *testing.T) {
	in(t, hour(4), func(t *testing.T) {
		s := ok(older("91"))
		p := with(s, em.Config{Version: em.HomeAssistant})
		got, err := p.Current(t.Context(), zone)
		require.NoError(t, err)
		require.EqualValues(t, 91, got.Value)
		require.Equal(t, intensity.Estimated, got.Quality, "it does not say")
		require.Equal(t, "/v3/home-assistant", s.Requests()[0].URL.Path)
		_, err = p.Range(t.Context(), zone, day, hour(1))
		require.ErrorIs(t, err, fetch.ErrNoData)
		_, err = p.Forecast(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNoData)
		c, err := p.Capabilities(zone)
		require.NoError(t, err)
		require.Equal(t, intensity.Capabilities{Signal: p.Signal(), Current: true, Step: time.Hour, Settle: 7 * 24 * time.Hour}, c)

		_, err = p.Current(t.Context(), "FR")
		require.ErrorIs(t, err, fetch.ErrZoneMismatch)
		_, err = with(ok(strings.ReplaceAll(older("91"), "gCO2eq/kWh", "lb/MWh")), em.Config{Version: em.HomeAssistant}).Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrDecode, "another unit")
		nothing := `{"_disclaimer":"x","status":"no-data","countryCode":"XX-ONE","data":{},"units":{}}`
		for _, v := range []em.Version{em.HomeAssistant, em.V3} {
			_, err = with(ok(nothing), em.Config{Version: v}).Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNoData, "case A8: no data, with status 200")
		}
	})
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		name string
		em.Config
		path string
		want url.Values
	}{
		{"version 3", em.Config{}, "/v3/carbon-intensity/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "shouldUseFallbackCallerLookup": {"false"}, "emissionFactorType": {"lifecycle"}}},
		{"version 3, direct", em.Config{Boundary: intensity.Direct}, "/v3/carbon-intensity/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "shouldUseFallbackCallerLookup": {"false"}, "emissionFactorType": {"direct"}}},
		{"version 3, mix", em.Config{Mix: true}, "/v3/power-breakdown/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "shouldUseFallbackCallerLookup": {"false"}}},
		{"version 4", em.Config{Version: em.V4}, "/v4/carbon-intensity/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "disableCallerLookup": {"true"}, "flowTraced": {"true"}, "emissionFactorType": {"lifecycle"}}},
		{"version 4, production", em.Config{Version: em.V4, Accounting: intensity.Production}, "/v4/carbon-intensity/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "disableCallerLookup": {"true"}, "flowTraced": {"false"}, "emissionFactorType": {"lifecycle"}}},
		{"version 4, mix", em.Config{Version: em.V4, Mix: true}, "/v4/electricity-mix/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "disableCallerLookup": {"true"}, "breakdownType": {"flow-traced"}}},
		{"version 4, mix, production", em.Config{Version: em.V4, Mix: true, Accounting: intensity.Production}, "/v4/electricity-mix/latest",
			url.Values{"zone": {zone}, "temporalGranularity": {"hourly"}, "disableCallerLookup": {"true"}, "breakdownType": {"normal"}}},
		{"the older form", em.Config{Version: em.HomeAssistant}, "/v3/home-assistant", url.Values{"zone": {zone}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, hour(4), func(t *testing.T) {
				s := ok("{}")
				_, err := with(s, c.Config).Current(t.Context(), zone)
				require.ErrorIs(t, err, fetch.ErrNoData)
				r := s.Requests()[0]
				require.Equal(t, "api.electricitymaps.com", r.URL.Host)
				require.Equal(t, c.path, r.URL.Path)
				require.Equal(t, c.want, r.URL.Query())
				require.Equal(t, token, r.Header.Get("auth-token"))
				require.NotContains(t, r.URL.String(), token)
			})
		})
	}
}

// What version 4 says of a figure must be what was asked for: the three are
// three signals.
func TestVersion4(t *testing.T) {
	answer := func(kind string, traced bool) string {
		return strings.ReplaceAll(row(hour(3), "75", known+fmt.Sprintf(`,"flowTraced":%t,"temporalGranularity":"hourly"`, traced)), "lifecycle", kind)
	}
	for _, c := range []struct {
		b    intensity.Boundary
		a    intensity.Accounting
		body string
	}{
		{intensity.Lifecycle, intensity.Consumption, answer("lifecycle", true)},
		{intensity.Direct, intensity.Consumption, answer("direct", true)},
		{intensity.Lifecycle, intensity.Production, answer("lifecycle", false)},
	} {
		in(t, hour(20), func(t *testing.T) {
			for _, boundary := range []intensity.Boundary{intensity.Lifecycle, intensity.Direct} {
				for _, accounting := range []intensity.Accounting{intensity.Consumption, intensity.Production} {
					p := with(ok(c.body), em.Config{Version: em.V4, Boundary: boundary, Accounting: accounting})
					got, err := p.Current(t.Context(), zone)
					if boundary != c.b || accounting != c.a {
						require.ErrorIs(t, err, fetch.ErrDecode)
						continue
					}
					require.NoError(t, err)
					require.Equal(t, intensity.Signal{Kind: intensity.Average, Boundary: c.b, Accounting: c.a}, got.Signal)
					require.Equal(t, p.Signal(), got.Signal)
				}
			}
		})
	}
	in(t, hour(20), func(t *testing.T) { // rows alone, which may leave the zone out; a row by itself never does
		_, err := with(ok(strings.ReplaceAll(row(hour(2), "75", known), `"zone":"XX-ONE",`, "")), em.Config{Version: em.V4}).Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrZoneMismatch)
		bare := strings.ReplaceAll(row(hour(2), "75", known), `"zone":"XX-ONE",`, "")
		s, err := with(ok(`{"data":[`+bare+`]}`), em.Config{Version: em.V4}).Range(t.Context(), zone, hour(2), hour(3))
		require.NoError(t, err)
		require.Len(t, s.Points, 1)
		_, err = with(ok(`{"zone":"FR","data":[`+bare+`]}`), em.Config{Version: em.V4}).Range(t.Context(), zone, hour(2), hour(3))
		require.ErrorIs(t, err, fetch.ErrZoneMismatch)
		for _, empty := range []string{`{"data":[]}`, `{"data":null}`} {
			_, err = with(ok(empty), em.Config{Version: em.V4}).Range(t.Context(), zone, hour(2), hour(3))
			require.ErrorIs(t, err, fetch.ErrNoData)
		}
	})
}

// What one version or way says is not kept for another in a cache that they
// share.
func TestSharedCache(t *testing.T) {
	in(t, day.AddDate(0, 1, 0), func(t *testing.T) {
		cache := &fetch.Cache{}
		for value, c := range map[string]em.Config{"100": {}, "200": {Version: em.V4}, "": {Mix: true}, "-": {Version: em.V4, Mix: true}} {
			body := list("data", row(day, value, known))
			switch value {
			case "":
				body = `{"zone":"XX-ONE","data":[` + strings.ReplaceAll(breakdown(`"gas":1`, ``), "T03:", "T00:") + `]}`
			case "-":
				body = strings.ReplaceAll(mixed(`"coal":1`), "T03:", "T00:")
			}
			c.Fetch.Cache = cache
			want := map[string]float64{"100": 100, "200": 200, "": 490, "-": 820}[value]
			for range 2 {
				series, err := with(ok(body), c).Range(t.Context(), zone, day, hour(1))
				require.NoError(t, err)
				require.Equal(t, want, float64(series.Points[0].Value))
			}
		}
	})
}

func TestZones(t *testing.T) {
	s := ok("{}")
	for _, good := range []string{"DE", "DK-DK1", "US-CAL-CISO", "AU-NSW", "US-NW-PACW", "GB-ZET"} {
		c, err := provider(s).Capabilities(good)
		require.NoError(t, err)
		require.Equal(t, intensity.Capabilities{
			Signal:  intensity.AverageLifecycle(intensity.Consumption),
			Current: true, Range: true, Forecast: true, Step: time.Hour, Horizon: 24 * time.Hour, Settle: 7 * 24 * time.Hour,
		}, c)
	}
	asks := func(c em.Config, zone string, class error) {
		p := with(s, c)
		_, err := p.Capabilities(zone)
		require.ErrorIs(t, err, class, zone)
		_, err = p.Current(t.Context(), zone)
		require.ErrorIs(t, err, class, zone)
		_, err = p.Range(t.Context(), zone, day, hour(1))
		require.ErrorIs(t, err, class, zone)
		_, err = p.Forecast(t.Context(), zone)
		require.ErrorIs(t, err, class, zone)
	}
	for _, bad := range []string{"", "de", "D", "DE ", "DEU", "0,0", "52.5,13.4", "DE&lat=1", "CAISO_NORTH", "DE-"} {
		asks(em.Config{}, bad, fetch.ErrNotFound)
	}
	for _, c := range []em.Config{
		{Version: 9}, {Boundary: 9}, {Accounting: 9}, {Horizon: 5 * time.Hour}, {Horizon: -time.Hour},
		{Accounting: intensity.Production},
		{Version: em.HomeAssistant, Boundary: intensity.Direct}, {Version: em.HomeAssistant, Mix: true},
	} {
		asks(c, "DE", fetch.ErrRequest)
	}
	require.Zero(t, s.Count())
}

func FuzzDecode(f *testing.F) {
	f.Add(row(hour(3), "140", known), byte(0))
	f.Add(list("history", row(hour(3), "null", guessed)), byte(0))
	f.Add(mixed(`"coal":1,"hydro storage":{"discharge":2},"flows":{"exports":3}`), byte(3))
	f.Add(breakdown(`"coal":1`, `"gas":2`), byte(4))
	f.Add(older("12"), byte(2))
	f.Fuzz(func(t *testing.T, body string, way byte) {
		c := []em.Config{{}, {Version: em.V4}, {Version: em.HomeAssistant}, {Version: em.V4, Mix: true}, {Mix: true}}[int(way)%5]
		p, err := with(ok(body), c).Current(t.Context(), zone)
		if err != nil {
			require.NotEmpty(t, fetch.Code(err), "%v", err)
			return
		}
		require.NoError(t, p.Valid())
	})
}
