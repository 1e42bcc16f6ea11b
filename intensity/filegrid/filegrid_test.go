package filegrid_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/filegrid"
	"github.com/scimeter/scimeter/units"
)

var lifecycle = intensity.AverageLifecycle(intensity.Consumption)

func files(texts ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i, text := range texts {
		m[fmt.Sprintf("%d.csv", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func config(texts ...string) filegrid.Config {
	return filegrid.Config{FS: files(texts...), Pattern: "*.csv", Signal: lifecycle, Zone: "RUR"}
}

func hour(h int) time.Time { return time.Date(1999, 3, 1, h, 0, 0, 0, time.UTC) }

// requireSeries compares with "hour-hour value", one for each point.
func requireSeries(t *testing.T, p *filegrid.Provider, zone string, want ...string) {
	t.Helper()
	s, err := p.Series(zone)
	require.NoError(t, err)
	var got []string
	for _, pt := range s.Points {
		require.NoError(t, pt.Valid())
		got = append(got, fmt.Sprintf("%s-%s %v", pt.Start.Format("15:04"), pt.End.Format("15:04"), float64(pt.Value)))
	}
	require.Equal(t, want, got)
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"with an end": {
			"start,end,gCO2e/kWh\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,100\n1999-03-01T01:00:00Z,1999-03-01T01:30:00Z,50.5\n",
			[]string{"00:00-01:00 100", "01:00-01:30 50.5"},
		},
		"without an end, with a gap": {
			"start,gCO2e/kWh\n1999-03-01T00:00:00Z,1\n1999-03-01T00:30:00Z,2\n1999-03-01T02:00:00Z,3\n",
			[]string{"00:00-00:30 1", "00:30-01:00 2", "02:00-02:30 3"},
		},
		"in any order, a mark at the front, CRLF, comments, spaces, quotes, no newline at the end": {
			"\ufeff# Source: nobody\r\n\"start\", gCO2e/kWh\r\n 1999-03-01T01:00:00Z, 2\r\n# half time\r\n\"1999-03-01T00:00:00Z\",\"1\"",
			[]string{"00:00-01:00 1", "01:00-02:00 2"},
		},
		"half hours that become quarter hours, and one alone": {
			"start,gCO2e/kWh\n1999-03-01T00:00:00Z,1\n1999-03-01T00:30:00Z,2\n1999-03-01T01:00:00Z,3\n1999-03-01T01:15:00Z,4\n1999-03-01T01:30:00Z,5\n1999-03-01T04:00:00Z,6\n1999-03-01T06:15:00Z,7\n",
			[]string{"00:00-00:30 1", "00:30-01:00 2", "01:00-01:15 3", "01:15-01:30 4", "01:30-01:45 5", "04:00-04:15 6", "06:15-06:30 7"},
		},
		"no figures": {
			"start,gCO2e/kWh\n1999-02-28T23:00:00Z,2\n1999-03-01T00:00:00Z,1\n1999-03-01T01:00:00Z,\n1999-03-01T02:00:00Z,null\n1999-03-01T03:00:00Z,NaN\n1999-03-01T04:00:00Z,N/A\n1999-03-01T05:00:00Z,0\n",
			[]string{"23:00-00:00 2", "00:00-01:00 1", "05:00-06:00 0"},
		},
		"more gaps than figures": {
			"start,gCO2e/kWh\n1999-03-01T00:00:00Z,1\n1999-03-01T01:00:00Z,\n1999-03-01T02:00:00Z,2\n1999-03-01T03:00:00Z,\n1999-03-01T04:00:00Z,3\n",
			[]string{"00:00-01:00 1", "02:00-03:00 2", "04:00-05:00 3"},
		},
		"the same twice": {
			"start,gCO2e/kWh\n1999-03-01T00:00:00Z,1\n1999-03-01T00:00:00Z,1\n1999-03-01T01:00:00Z,2\n",
			[]string{"00:00-01:00 1", "01:00-02:00 2"},
		},
		"offsets": {
			"start,gCO2e/kWh\n1999-03-01T01:00:00+01:00,1\n1999-02-28 20:00:00-05:00,2\n1999-03-01T02:00Z,3\n",
			[]string{"00:00-01:00 1", "01:00-02:00 2", "02:00-03:00 3"},
		},
		"UTC by name": {
			"Datetime (UTC),Country,Zone Id,Carbon Intensity gCO₂eq/kWh (direct),Carbon Intensity gCO₂eq/kWh (LCA),Data Source\n" +
				"1999-03-01 00:00:00,Ruritania,RUR,10,20,x\n1999-03-01 01:00,Ruritania,RUR,11,21,x\n",
			[]string{"00:00-01:00 20", "01:00-02:00 21"},
		},
		"an index without a name, as pandas writes it": {
			",UTC time,gCO2e/kWh,coal MWh\n0,1999-03-01 00:00:00,5,100\n1,1999-03-01 01:00:00,6,100\n",
			[]string{"00:00-01:00 5", "01:00-02:00 6"},
		},
		"seconds since 1970": {
			"unix,intensity_gco2e_per_kwh\n920246400,7\n920248200,8\n",
			[]string{"00:00-00:30 7", "00:30-01:00 8"},
		},
		"the last day of a month is not the first": {
			"start_utc,g/kWh\n1999-02-28T23:00,7\n1999-03-01T00:00,8\n",
			[]string{"23:00-00:00 7", "00:00-01:00 8"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := filegrid.Open(config(c.text))
			require.NoError(t, err)
			requireSeries(t, p, "RUR", c.want...)
		})
	}
}

// Case A1 in files: units are those of the column.
func TestUnits(t *testing.T) {
	for _, c := range []struct {
		column, text string
		want         float64
	}{
		{"lb/MWh", "1000", 453.59237},
		{"MOER lbs_CO2_per_MWh", "916", 415.49061092},
		{"pounds CO2 per MWh", "2340", 1061.4061458},
		{"kg/MWh", "123.4", 123.4},
		{"kgCO2e / MWh", "123.4", 123.4},
		{"kgCO2/kWh", "0.25", 250},
		{"t/GWh", "123.4", 123.4},
		{"tonnes CO2-eq per MWh", "0.5", 500},
		{"intensity_gco2e_per_kwh", "123.4", 123.4},
		{"Carbon Intensity (g CO₂ eq/kWh)", "123.4", 123.4},
		{"g/MWh", "123400", 123.4},
	} {
		cfg := config("start," + c.column + "\n1999-03-01T00:00:00Z," + c.text + "\n")
		cfg.Step = time.Hour
		cfg.Signal.Kind = intensity.ShortRunMarginal
		p, err := filegrid.Open(cfg)
		require.NoError(t, err, c.column)
		pt, err := p.At(hour(0))
		require.NoError(t, err)
		require.InEpsilon(t, c.want, float64(pt.Value), 1e-15, "case A1: %s; the factor of a unit may be rounded once", c.column)
	}
}

// The form of the files of EnsembleCI, which a config has to give a unit.
func TestUnitByConfigOfUTC(t *testing.T) {
	c := config(",UTC time,carbon_intensity,coal,nat_gas\n0,1999-03-01 00:00:00,431.5,1,2\n1,1999-03-01 01:00:00,430,1,2\n")
	c.Unit = 1
	p, err := filegrid.Open(c)
	require.NoError(t, err)
	requireSeries(t, p, "RUR", "00:00-01:00 431.5", "01:00-02:00 430")
}

func TestUnitByConfig(t *testing.T) {
	c := config("start,Carbon Intensity\n1999-03-01T00:00:00Z,1000\n")
	c.Step = time.Hour
	_, err := filegrid.Open(c)
	require.ErrorIs(t, err, filegrid.ErrUnit)
	c.Unit = intensity.PoundPerMWh
	p, err := filegrid.Open(c)
	require.NoError(t, err)
	pt, err := p.At(hour(0))
	require.NoError(t, err)
	require.Equal(t, 453.59237, float64(pt.Value))
	c.FS = files("start,kg/MWh\n1999-03-01T00:00:00Z,1000\n")
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, filegrid.ErrUnit, "two units")
}

func TestUTCByConfig(t *testing.T) {
	c := config("Time,end,g/kWh\n1999-03-01 00:00:00,1999-03-01 01:00:00,1\n1999-03-01T02:00:00+01:00,1999-03-01 02:00:00,2\n")
	_, err := filegrid.Open(c)
	require.ErrorIs(t, err, filegrid.ErrLocalTime)
	c.UTC = true
	p, err := filegrid.Open(c)
	require.NoError(t, err)
	requireSeries(t, p, "RUR", "00:00-01:00 1", "01:00-02:00 2")
}

const twoBoundaries = "time,kg/MWh direct,kg/MWh lifecycle\n1999-03-01T00:00:00Z,10,20\n1999-03-01T01:00:00Z,11,21\n"

func TestColumns(t *testing.T) {
	direct := lifecycle
	direct.Boundary = intensity.Direct
	for s, want := range map[intensity.Signal]units.Intensity{lifecycle: 20, direct: 10} {
		c := config(twoBoundaries)
		c.Signal = s
		p, err := filegrid.Open(c)
		require.NoError(t, err)
		pt, err := p.At(hour(0))
		require.NoError(t, err)
		require.Equal(t, want, pt.Value)
	}
	c := config(twoBoundaries)
	c.Column = "kg/MWh direct"
	_, err := filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrSignal, "what is named may not be of another signal either")

	c = config("time,local,a g/kWh,b g/kWh\n1999-03-01T00:00:00Z,1999-03-01T05:00:00Z,1,2\n")
	c.Step = time.Hour
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, filegrid.ErrHeader)
	require.ErrorContains(t, err, "Config.Column")
	c.Column, c.Time = "b g/kWh", "local"
	p, err := filegrid.Open(c)
	require.NoError(t, err)
	requireSeries(t, p, "RUR", "05:00-06:00 2")
}

// Files that are refused, and where they say what is wrong.
func TestRefused(t *testing.T) {
	const head = "start,gCO2e/kWh\n1999-03-01T00:00:00Z,1\n"
	for name, c := range map[string]struct {
		text         string
		err          error
		line, column int
	}{
		"nothing":                      {"", filegrid.ErrEmpty, 0, 0},
		"comments alone":               {"# x\n", filegrid.ErrEmpty, 0, 0},
		"a header alone":               {"start,g/kWh\n", filegrid.ErrEmpty, 0, 0},
		"no time":                      {"# x\nwhen,g/kWh\n", filegrid.ErrHeader, 2, 0},
		"no figures in any row":        {"start,g/kWh\n1999-03-01T00:00:00Z,\n1999-03-01T01:00:00Z,NA\n", filegrid.ErrEmpty, 0, 0},
		"no figure":                    {"start,MWh\n", filegrid.ErrHeader, 1, 0},
		"no unit":                      {"start,intensity\n", filegrid.ErrUnit, 1, 0},
		"another signal":               {"start,marginal lb/MWh\n", intensity.ErrSignal, 1, 0},
		"a local time":                 {head + "1999-03-01T01:00:00,2\n", filegrid.ErrLocalTime, 3, 1},
		"a local date":                 {head + "1999-03-02,2\n", filegrid.ErrLocalTime, 3, 1},
		"a time of another form":       {head + "01/03/1999 01:00,2\n", filegrid.ErrTime, 3, 1},
		"no time in a row":             {head + ",2\n", filegrid.ErrTime, 3, 1},
		"an abbreviation of a zone":    {head + "1999-03-01 01:00:00 CET,2\n", filegrid.ErrTime, 3, 1},
		"a local time called unix":     {"unix,g/kWh\n1999-03-01,2\n", filegrid.ErrTime, 2, 1},
		"seconds beyond the year 9999": {"unix,g/kWh\n253402300800,2\n", filegrid.ErrTime, 2, 1},
		"no number":                    {head + "1999-03-01T01:00:00Z,two\n", filegrid.ErrNumber, 3, 22},
		"a decimal comma":              {head + "1999-03-01T01:00:00Z,\"2,5\"\n", filegrid.ErrNumber, 3, 22},
		"a hexadecimal":                {head + "1999-03-01T01:00:00Z,0x10\n", filegrid.ErrNumber, 3, 22},
		"a negative figure":            {head + "1999-03-01T01:00:00Z,-5\n", intensity.ErrValue, 3, 22},
		"an infinite figure":           {head + "1999-03-01T01:00:00Z,Inf\n", intensity.ErrValue, 3, 22},
		"a figure of 1e400":            {head + "1999-03-01T01:00:00Z,1e400\n", intensity.ErrValue, 3, 22},
		"a figure beyond belief":       {head + "1999-03-01T01:00:00Z,10001\n", intensity.ErrValue, 3, 22},
		"a field too few":              {head + "1999-03-01T01:00:00Z\n", nil, 3, 1},
		"a field too many":             {head + "1999-03-01T01:00:00Z,2,5\n", nil, 3, 1},
		"an open quote":                {head + "\"1999-03-01T01:00:00Z,2\n", nil, 3, 25},
		"an end before the start":      {"start,end,g/kWh\n1999-03-01T01:00:00Z,1999-03-01T01:00:00Z,2\n", intensity.ErrWindow, 2, 22},
		"a contradiction":              {head + "1999-03-01T01:00:00Z,2\n1999-03-01T00:00:00Z,3\n", intensity.ErrOverlap, 4, 0},
		"a contradiction in part":      {"start,end,g/kWh\n1999-03-01T00:00:00Z,1999-03-01T02:00:00Z,1\n1999-03-01T01:00:00Z,1999-03-01T03:00:00Z,2\n", intensity.ErrOverlap, 3, 0},
		"no step":                      {head, filegrid.ErrStep, 2, 0},
		"a rare step that is smaller":  {"start,g/kWh\n" + halves(20) + "1999-03-02T00:15:00Z,2\n", filegrid.ErrStep, 22, 0},
		"no common step":               {head + "1999-03-01T01:00:00Z,2\n1999-03-01T02:30:00Z,3\n", filegrid.ErrStep, 4, 0},
		"a step of a month":            {head + "1999-04-01T00:00:00Z,2\n", filegrid.ErrStep, 2, 0},
		"a quality that is none":       {"start,g/kWh,quality\n1999-03-01T01:00:00Z,2,good\n", intensity.ErrQuality, 2, 24},
		"neither true nor false":       {"start,g/kWh,estimated\n1999-03-01T01:00:00Z,2,maybe\n", intensity.ErrQuality, 2, 24},
		"a zone without a name":        {"start,g/kWh,zone\n1999-03-01T01:00:00Z,2, \n", intensity.ErrZone, 2, 25},
		"a page of HTML":               {"<!DOCTYPE html><html>\n<body>502</body></html>", filegrid.ErrHeader, 1, 0},
		"UTF-16":                       {"\xff\xfes\x00t\x00", filegrid.ErrEncoding, 1, 1},
		"Latin-1":                      {head + "# M\xe4rz\n", filegrid.ErrEncoding, 3, 4},
		"JSON that is cut off":         {"{\n \"points\": [", nil, 2, 12},
		"JSON of something else":       {`[{"rating":1}]`, nil, 0, 0},
		"JSON without points":          {"{}", filegrid.ErrEmpty, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := filegrid.Open(config(c.text))
			e, ok := errors.AsType[*filegrid.Error](err)
			require.True(t, ok, "%v", err)
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
			}
			require.Equal(t, [2]int{c.line, c.column}, [2]int{e.Line, e.Column}, "%v", err)
			require.True(t, strings.HasPrefix(err.Error(), "filegrid: read "), err.Error())
		})
	}
}

// halves are so many half hours to midnight.
func halves(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%s,1\n", hour(24).Add(time.Duration(i-n+1)*30*time.Minute).Format(time.RFC3339))
	}
	return text.String()
}

func TestErrorText(t *testing.T) {
	_, err := filegrid.Open(config("start,g/kWh\n1999-03-01T01:00:00Z,two\n"))
	require.EqualError(t, err, `filegrid: read 0.csv: line 2, column 22: "g/kWh": "two": not a number`)
	_, err = filegrid.Open(config("start,g/kWh\n1999-03-01T01:00:00Z," + strings.Repeat("x", 5000) + "\n"))
	require.Less(t, len(err.Error()), 200)
}

func TestConfig(t *testing.T) {
	good := config("start,end,g/kWh\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,1\n")
	_, err := filegrid.Open(good)
	require.NoError(t, err)
	for name, change := range map[string]func(*filegrid.Config){
		"no FS":              func(c *filegrid.Config) { c.FS = nil },
		"no pattern":         func(c *filegrid.Config) { c.Pattern = "" },
		"a negative step":    func(c *filegrid.Config) { c.Step = -1 },
		"a negative unit":    func(c *filegrid.Config) { c.Unit = -1 },
		"an odd comma":       func(c *filegrid.Config) { c.Comma = '"' },
		"a part of a signal": func(c *filegrid.Config) { c.Signal.Boundary = 0 },
		"an odd quality":     func(c *filegrid.Config) { c.Quality = 99 },
	} {
		c := good
		change(&c)
		_, err := filegrid.Open(c)
		require.ErrorIs(t, err, filegrid.ErrConfig, name)
	}
	c := good
	c.Signal = intensity.Signal{}
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrSignal, "CSV does not say it")
	c = good
	c.Zone = ""
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, filegrid.ErrHeader, "nor the zone")
	c = good
	c.Pattern = "*.tsv"
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, fs.ErrNotExist)
	c = good
	c.Pattern = "[" // bad
	_, err = filegrid.Open(c)
	require.Error(t, err)
	c = good
	c.MaxBytes = 20
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, filegrid.ErrTooLarge)
	c = config("start\tg/kWh\n1999-03-01T00:00:00Z\t1\n")
	c.Comma, c.Step = '\t', time.Hour
	_, err = filegrid.Open(c)
	require.NoError(t, err)
}

const twoZones = `start,end,zone,gCO2e/kWh
1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,A,1
1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,B,2
`

func TestZones(t *testing.T) {
	c := config(twoZones)
	c.Zone = ""
	p, err := filegrid.Open(c)
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B"}, p.Zones())
	requireSeries(t, p, "B", "00:00-01:00 2")
	_, err = p.At(hour(0))
	require.ErrorIs(t, err, intensity.ErrZone)
	require.ErrorContains(t, err, `["A" "B"]`)
	_, err = p.Capabilities("C")
	require.ErrorIs(t, err, intensity.ErrUnknown)
	_, err = p.Current(t.Context(), "a")
	require.ErrorIs(t, err, intensity.ErrUnknown, "names are as they stand in the file")
	_, err = p.Range(t.Context(), "C", hour(0), hour(1))
	require.ErrorIs(t, err, intensity.ErrUnknown)
	_, err = p.Forecast(t.Context(), "C")
	require.ErrorIs(t, err, intensity.ErrUnknown)

	c.Zone = "B"
	p, err = filegrid.Open(c)
	require.NoError(t, err)
	pt, err := p.At(hour(0))
	require.NoError(t, err)
	require.Equal(t, "B", pt.Zone)
	c.Zone = "C"
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrZone)
}

// Several files are one series, and rows of a later revision win wherever they
// stand.
func TestSeveralFiles(t *testing.T) {
	p, err := filegrid.Open(config(
		"start,end,g/kWh,updated_at\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,9,1999-03-03T00:00:00Z\n",
		"start,end,g/kWh,updated_at\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,1,1999-03-02T00:00:00Z\n1999-03-01T01:00:00Z,1999-03-01T02:00:00Z,2,\n",
	))
	require.NoError(t, err)
	requireSeries(t, p, "RUR", "00:00-01:00 9", "01:00-02:00 2")
	pt, err := p.At(hour(0))
	require.NoError(t, err)
	require.Equal(t, time.Date(1999, 3, 3, 0, 0, 0, 0, time.UTC), pt.UpdatedAt)

	_, err = filegrid.Open(config(
		"start,end,g/kWh\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,9\n",
		"# again\nstart,end,g/kWh\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,1\n",
	))
	e, ok := errors.AsType[*filegrid.Error](err)
	require.True(t, ok)
	require.ErrorIs(t, err, intensity.ErrOverlap)
	require.NotZero(t, e.Line)
}

func TestQuality(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is 2000
		rows := "1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,1,%s\n2001-03-01T00:00:00Z,2001-03-01T01:00:00Z,2,%s\n"
		open := func(header, past, future string, q intensity.Quality) []intensity.Point {
			c := config("start,end,g/kWh," + header + "\n" + fmt.Sprintf(rows, past, future))
			c.Quality, c.Origin = q, "nobody, CC0"
			p, err := filegrid.Open(c)
			require.NoError(t, err)
			s, err := p.Series("RUR")
			require.NoError(t, err)
			return s.Points
		}
		for _, c := range []struct {
			header, past, future string
			config, first, then  intensity.Quality
		}{
			{"other", "", "", 0, intensity.Estimated, intensity.Forecast},
			{"other", "", "", intensity.Measured, intensity.Measured, intensity.Measured},
			{"quality", "measured", "Modelled", 0, intensity.Measured, intensity.Modelled},
			{"quality", "imputed", "", 0, intensity.Imputed, intensity.Forecast},
			{"Data Estimated", "True", "False", 0, intensity.Estimated, intensity.Forecast},
			{"estimated", "0", "1", 0, intensity.Measured, intensity.Estimated},
			{"estimated", "", "", intensity.Static, intensity.Static, intensity.Static},
		} {
			points := open(c.header, c.past, c.future, c.config)
			require.Equal(t, c.first, points[0].Quality, "%v", c)
			require.Equal(t, c.then, points[1].Quality, "%v", c)
			require.Equal(t, "0.csv, nobody, CC0", points[0].Origin.Detail)
			require.Equal(t, "filegrid", points[0].Origin.Name)
			require.Equal(t, points[0].Nature(), points[0].Origin.Nature)
		}
		measured := open("quality", "measured", "forecast", 0)
		require.Zero(t, measured[0].Hourly)
		require.InDelta(t, intensity.SigmaLive, measured[0].Origin.Sigma, 0)
		require.Greater(t, measured[1].Sigma, 0.1)
	})
}

func TestProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(90 * time.Minute)
		var text strings.Builder
		text.WriteString("start,g/kWh,issued_at\n")
		for h := range 6 {
			fmt.Fprintf(&text, "2000-01-01T%02d:00:00Z,%d,2000-01-01T00:00:00Z\n", h, h)
		}
		p, err := filegrid.Open(config(text.String()))
		require.NoError(t, err)
		c, err := p.Capabilities("RUR")
		require.NoError(t, err)
		require.Equal(t, intensity.Capabilities{
			Signal: lifecycle, Current: true, Range: true, Forecast: true,
			Step: time.Hour, Horizon: 4*time.Hour + 30*time.Minute,
		}, c)
		now, err := p.Current(t.Context(), "RUR")
		require.NoError(t, err)
		require.InDelta(t, 1, float64(now.Value), 0)
		s, err := p.Forecast(t.Context(), "RUR")
		require.NoError(t, err)
		require.Len(t, s.Points, 5, "with the running hour")
		require.Equal(t, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), s.Points[4].IssuedAt)
		midnight := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		s, err = p.Range(t.Context(), "RUR", midnight.Add(time.Hour), midnight.Add(2*time.Hour+1))
		require.NoError(t, err)
		require.Len(t, s.Points, 2, "half-open")
		_, err = p.Range(t.Context(), "RUR", midnight.Add(-time.Hour), midnight)
		require.ErrorIs(t, err, intensity.ErrGap)
		_, err = p.Range(t.Context(), "RUR", midnight, midnight)
		require.ErrorIs(t, err, intensity.ErrWindow)
		time.Sleep(6 * time.Hour)
		_, err = p.Forecast(t.Context(), "RUR")
		require.ErrorIs(t, err, intensity.ErrGap)
		c, err = p.Capabilities("RUR")
		require.NoError(t, err)
		require.False(t, c.Forecast)
	})
	synctest.Test(t, func(t *testing.T) {
		p, err := filegrid.Open(config("start,end,g/kWh\n2001-01-01T00:00:00Z,2001-01-01T01:00:00Z,1\n"))
		require.NoError(t, err)
		_, err = p.Current(t.Context(), "RUR")
		require.ErrorIs(t, err, intensity.ErrGap, "what is to come is not current")
	})
}

// The JSON of a series comes back as it was.
func TestJSON(t *testing.T) {
	p, err := filegrid.Open(config("start,g/kWh,quality\n1999-03-01T00:00:00Z,1.5,measured\n1999-03-01T01:00:00Z,2,imputed\n"))
	require.NoError(t, err)
	want, err := p.Series("RUR")
	require.NoError(t, err)
	text, err := json.Marshal(want)
	require.NoError(t, err)
	c := filegrid.Config{FS: files("\ufeff" + string(text)), Pattern: "0.csv"}
	p, err = filegrid.Open(c)
	require.NoError(t, err)
	got, err := p.Series("RUR")
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = p.At(hour(0))
	require.NoError(t, err)

	c.Signal = intensity.AverageLifecycle(intensity.Production)
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrSignal)
	c.Signal = lifecycle
	_, err = filegrid.Open(c)
	require.NoError(t, err)
	c.FS = files(strings.ReplaceAll(string(text), "RUR", ""))
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrZone)
	c.Zone = "RUR"
	_, err = filegrid.Open(c)
	require.NoError(t, err)
	c.FS = files(strings.ReplaceAll(string(text), ":1.5,", ":15000,"))
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrValue)
	c.FS = files(strings.ReplaceAll(string(text), ":1.5,", ":-1.5,"))
	_, err = filegrid.Open(c)
	require.ErrorIs(t, err, intensity.ErrValue)
}

func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	write := func(value string) {
		text := "start,end,g/kWh\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z," + value + "\n"
		tmp := filepath.Join(dir, "new")
		require.NoError(t, os.WriteFile(tmp, []byte(text), 0o600))
		require.NoError(t, os.Rename(tmp, filepath.Join(dir, "grid.csv")))
	}
	write("1")
	p, err := filegrid.Open(filegrid.Config{FS: os.DirFS(dir), Pattern: "grid.csv", Signal: lifecycle, Zone: "RUR", Every: time.Hour})
	require.NoError(t, err)
	refresh := func() error {
		before := time.Now()
		next, err := p.Refresh(t.Context())
		require.WithinRange(t, next, before.Add(time.Hour), time.Now().Add(time.Hour))
		return err
	}
	value := func() units.Intensity {
		pt, err := p.At(hour(0))
		require.NoError(t, err)
		return pt.Value
	}
	write("2")
	require.NoError(t, refresh())
	require.Equal(t, units.Intensity(2), value(), "at once, though it is of the same second and size")
	write("-3")
	require.ErrorIs(t, refresh(), intensity.ErrValue)
	require.Equal(t, units.Intensity(2), value(), "what was known stands")
	require.NoError(t, os.Remove(filepath.Join(dir, "grid.csv")))
	require.ErrorIs(t, refresh(), fs.ErrNotExist)
	require.Equal(t, units.Intensity(2), value())
}

// A file that has not changed is not read.
func TestRefreshLeavesAlone(t *testing.T) {
	m := config("start,end,g/kWh\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,1\n")
	file := m.FS.(fstest.MapFS)["0.csv"]
	file.ModTime = hour(0)
	opened := &counting{FS: m.FS}
	m.FS = opened
	p, err := filegrid.Open(m)
	require.NoError(t, err)
	for range 3 {
		_, err = p.Refresh(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, 1, opened.n)
	file.ModTime = hour(1)
	_, err = p.Refresh(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, opened.n)
}

// counting counts how often a file is read.
type counting struct {
	fs.FS
	n int
}

func (c *counting) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	return &reading{File: f, c: c}, err
}

func (c *counting) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }
func (c *counting) Glob(pattern string) ([]string, error) { return fs.Glob(c.FS, pattern) }

type reading struct {
	fs.File
	c    *counting
	once bool
}

func (r *reading) Read(b []byte) (int, error) {
	if !r.once {
		r.once = true
		r.c.n++
	}
	return r.File.Read(b)
}

// A chain takes the files as it takes any provider.
func TestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(90 * time.Minute)
		p, err := filegrid.Open(config("start,g/kWh\n2000-01-01T00:00:00Z,1\n2000-01-01T01:00:00Z,2\n2000-01-01T02:00:00Z,3\n"))
		require.NoError(t, err)
		chain, err := intensity.NewChain(intensity.ChainConfig{Live: []intensity.Live{{Provider: p, Zone: "RUR"}}, Hold: -1})
		require.NoError(t, err)
		_, err = chain.Refresh(t.Context())
		require.NoError(t, err)
		pt, err := chain.At(time.Now())
		require.NoError(t, err)
		require.InDelta(t, 2, float64(pt.Value), 0)
		pt, err = chain.At(time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, intensity.Forecast, pt.Quality)
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("\ufeffstart,end,zone,lb/MWh,quality,updated_at\r\n1999-03-01T00:00:00Z,1999-03-01T01:00:00Z,A,1,measured,\r\n"))
	f.Add([]byte("Datetime (UTC),gCO₂eq/kWh\n1999-03-01 00:00,1\n1999-03-01 01:00,\n"))
	f.Add([]byte("unix,kg/MWh,estimated\n0,1,true\n3600,2,false\n"))
	f.Add([]byte(`{"points":[{"start":"1999-03-01T00:00:00Z","end":"1999-03-01T01:00:00Z","intensity_gco2e_per_kwh":1,"signal":{"kind":"average","boundary":"lifecycle","accounting":"consumption"},"quality":"measured","zone":"A","origin":{"name":"x"}}]}`))
	f.Add([]byte("start,\"g/kWh\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := filegrid.Open(config(string(text)))
		if err != nil {
			_, ok := errors.AsType[*filegrid.Error](err)
			require.True(t, ok, "%v", err)
			return
		}
		for _, zone := range p.Zones() {
			s, err := p.Series(zone)
			require.NoError(t, err)
			require.NotEmpty(t, s.Points)
			for i, pt := range s.Points {
				require.NoError(t, pt.Valid())
				require.LessOrEqual(t, float64(pt.Value), 10_000.0)
				require.Equal(t, zone, pt.Zone)
				require.True(t, i == 0 || !pt.Start.Before(s.Points[i-1].End))
			}
			_, err = json.Marshal(s)
			require.NoError(t, err)
		}
	})
}

func BenchmarkAt(b *testing.B) {
	var text strings.Builder
	text.WriteString("start,g/kWh\n")
	for h := range 8760 {
		fmt.Fprintf(&text, "%s,%d\n", hour(h).Format(time.RFC3339), 100+h%24)
	}
	p, err := filegrid.Open(config(text.String()))
	require.NoError(b, err)
	at := hour(5000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.At(at); err != nil {
			b.Fatal(err)
		}
	}
}
