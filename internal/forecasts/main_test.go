package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

var midnight = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// values returns the values of a series by hour from midnight on.
func values(t *testing.T, s *intensity.Series) map[int]float64 {
	t.Helper()
	got := map[int]float64{}
	for _, p := range s.Points {
		require.Equal(t, time.Hour, p.End.Sub(p.Start))
		got[int(p.Start.Sub(midnight)/time.Hour)] = float64(p.Value)
	}
	return got
}

func TestReadSeries(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		columns
		want map[int]float64
	}{
		"half hours are averaged": {
			"Time,Carbon Intensity\n2020-01-01 00:00:00,100\n2020-01-01 00:30:00,200\n2020-01-01 01:00:00,50\n", columns{},
			map[int]float64{0: 150, 1: 50},
		},
		"rows without a number are gaps": {
			"# a note\nTime,Carbon Intensity\n2020-01-01 00:00,1\n2020-01-01 01:00,\n2020-01-01 02:00,NaN\n2020-01-01 03:00,null\n2020-01-01 04:00,0\n",
			columns{}, map[int]float64{0: 1, 4: 0},
		},
		"other columns and offsets": {
			"\ufeff,UTC time,carbon_intensity,coal\n0,2020-01-01T02:00:00+01:00,7,900\n", columns{}, map[int]float64{1: 7},
		},
		"named columns": {
			"Datetime (UTC),Carbon Intensity (direct),Carbon Intensity (LCA)\n2020-01-01 00:00:00,1,2\n",
			columns{value: "Carbon Intensity (LCA)"}, map[int]float64{0: 2},
		},
		"seconds, in any order": {
			"unix,unixtime,intensity\n9,1577840400,3\n9,1577836800,4\n", columns{time: "unixtime"}, map[int]float64{0: 4, 1: 3},
		},
		"hourly without times": {",0\n0,5\n1,6\n", columns{value: "0", start: midnight.Add(time.Hour)}, map[int]float64{1: 5, 2: 6}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := readSeries(strings.NewReader(c.text), c.columns)
			require.NoError(t, err)
			require.Equal(t, c.want, values(t, s))
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, err = z.Write([]byte(c.text))
			require.NoError(t, err)
			require.NoError(t, z.Close())
			again, err := readSeries(&packed, c.columns)
			require.NoError(t, err)
			require.Equal(t, s, again)
		})
	}
}

func TestReadSeriesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "names of the columns",
		"a,b\n1,2\n":                           "-column",
		"a,intensity\n1,2\n":                   "-time",
		"time,intensity\nyesterday,2\n":        "row 1: time",
		"time,intensity\n2020-01-01\n":         "row 1: 1 columns",
		"time,intensity\n2020-01-01,-1\n":      "-1 gCO2e/kWh",
		"time,intensity\n2020-01-01,\"2\n":     "row 1",
		"\x1f\x8bnot gzip":                     "gzip",
		"time,intensity\n99999999999999999,1a": "",
	} {
		_, err := readSeries(strings.NewReader(text), columns{})
		if want != "" {
			require.ErrorContains(t, err, want, "%q", text)
		}
	}
	require.ErrorContains(t, run(&bytes.Buffer{}, options{}), "-file")
	require.ErrorContains(t, run(&bytes.Buffer{}, options{files: []string{"x"}, days: 8}), "want 1 to 7")
}

func FuzzReadSeries(f *testing.F) {
	f.Add("Time,Carbon Intensity\n2020-01-01 00:00:00,100\n")
	f.Add(",0\n0,1e309\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := readSeries(strings.NewReader(text), columns{})
		if err != nil {
			return
		}
		for _, p := range s.Points {
			require.NoError(t, p.Valid())
		}
	})
}

// write makes an hourly file of a function.
func write(t *testing.T, hours int, f func(i int) float64) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,intensity\n")
	for i := range hours {
		fmt.Fprintf(&b, "%s,%v\n", midnight.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), f(i))
	}
	name := filepath.Join(t.TempDir(), "grid.csv")
	require.NoError(t, os.WriteFile(name, []byte(b.String()), 0o600))
	return name
}

// A grid that is 100 and 200 by turns, 12 hours each: the model and the day
// before are right, and what was last is off by half of the time.
func TestEvaluation(t *testing.T) {
	name := write(t, 66*24, func(i int) float64 { return float64(100 + 100*(i/12%2)) })
	var got bytes.Buffer
	require.NoError(t, run(&got, options{files: []string{name}, days: 4}))
	require.Equal(t, `**grid.csv**, 2 origins from 2020-03-02 to 2020-03-03, by the hour.

| day ahead | persistence | same hour yesterday | EWProfile | better than the same hour by | MAE / mean |
| --- | --- | --- | --- | --- | --- |
| 1 | 50.00 % | 0.00 % | 0.00 % | – | 0.00 % |
| 2 | 50.00 % | 0.00 % | 0.00 % | – | 0.00 % |
| 3 | 50.00 % | 0.00 % | 0.00 % | – | 0.00 % |
| 4 | 50.00 % | 0.00 % | 0.00 % | – | 0.00 % |

| day ahead | in the 90 % band | its width / mean | in the 95 % band | its width / mean | in 95 % of Sigma |
| --- | --- | --- | --- | --- | --- |
| 1 | 100.0 % | 0.00 | 100.0 % | 0.00 | 100.0 % |
| 2 | 100.0 % | 0.00 | 100.0 % | 0.00 | 100.0 % |
| 3 | 100.0 % | 0.00 | 100.0 % | 0.00 | 100.0 % |
| 4 | 100.0 % | 0.00 | 100.0 % | 0.00 | 100.0 % |

`, got.String())

	require.ErrorContains(t, run(&got, options{files: []string{write(t, 100, func(int) float64 { return 1 })}, days: 4}), "no origin")
}

func TestOrigins(t *testing.T) {
	name := write(t, 40*24, func(i int) float64 { return 100 + 20*math.Sin(float64(i)/3) })
	var got bytes.Buffer
	o := options{files: []string{name}, days: 1, from: midnight.Add(30 * day), origins: 3}
	require.NoError(t, run(&got, o))
	require.Contains(t, got.String(), "3 origins from 2020-01-31 to 2020-02-02")
	var again bytes.Buffer
	require.NoError(t, run(&again, o))
	require.Equal(t, got.String(), again.String())
}

// What an origin is told of the figures after it is what it is held against,
// and nothing else.
func TestEvaluationDoesNotLookAhead(t *testing.T) {
	s := &intensity.Series{}
	for i := range 100 {
		s.Points = append(s.Points, intensity.Point{
			Start: midnight.Add(time.Duration(i) * time.Hour), End: midnight.Add(time.Duration(i+1) * time.Hour),
			Value: units.Intensity(i), Signal: intensity.AverageLifecycle(intensity.Production), Quality: intensity.Measured,
		})
	}
	past := before(s, midnight.Add(50*time.Hour))
	require.Len(t, past.Points, 50)
	require.Equal(t, 50, cap(past.Points))
	require.Equal(t, 26.0, sameHour(past, midnight.Add(50*time.Hour), 0, -1))
	require.Equal(t, 49.0, sameHour(past, midnight.Add(50*time.Hour), 23, -1))
	require.Equal(t, -1.0, sameHour(past, midnight.Add(500*time.Hour), 0, -1))
}

// traces are the histories of 2020 that lie beside the checkout where the
// project is built. They are not ours to pass on.
var traces = filepath.Join("..", "..", "..", "shared", "fixtures", "traces")

func TestTraces(t *testing.T) {
	for grid, name := range map[string]string{
		"DE": "lwa_de_2020_15min.csv.gz", "GB": "lwa_gb_2020_30min.csv.gz", "FR": "lwa_fr_2020_30min.csv.gz",
	} {
		f, err := os.Open(filepath.Join(traces, name))
		if err != nil {
			t.Skip("no trace: ", err)
		}
		defer f.Close()
		s, err := readSeries(f, columns{})
		require.NoError(t, err)
		r, err := evaluate(s, options{days: 4, model: intensity.EWProfile{Step: time.Hour}})
		require.NoError(t, err)
		require.Greater(t, r.origins, 300)
		t.Run("case A38: "+grid+", at least 5 % better than the same hour yesterday", func(t *testing.T) {
			for i := range r.days {
				require.LessOrEqual(t, r.days[i].model.mape(), 0.95*r.days[i].yesterday.mape(), "day %d", i+1)
			}
		})
		t.Run("case A39: "+grid+", the 90 % band holds 86 to 93 %", func(t *testing.T) {
			for i := range r.days {
				held := r.days[i].held[0] / r.days[i].model.n
				require.True(t, 0.86 <= held && held <= 0.93, "day %d: %v", i+1, held)
			}
		})
		t.Run("case A39: "+grid+", the intervals of Sigma hold 90 % and more", func(t *testing.T) {
			for i := range r.days {
				require.GreaterOrEqual(t, r.days[i].stated/r.days[i].model.n, 0.90, "day %d", i+1)
			}
		})
	}
}
