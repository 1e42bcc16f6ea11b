package fetch_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

var fixtures = flag.String("fixtures", "", "a `folder` of recorded answers, see testdata/README.md")

// recorded is where recorded answers may lie beside this checkout.
const recorded = "../../../shared/fixtures/intensity"

// An entry is one answer of a manifest.
type entry struct {
	File        string            `json:"file"`
	Status      int               `json:"status"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
}

// An expectation is a case of expect.json.
type expectation struct {
	File    string            `json:"file"`
	Call    string            `json:"call"`
	Zone    string            `json:"zone"`
	Now     time.Time         `json:"now"`
	From    time.Time         `json:"from"`
	To      time.Time         `json:"to"`
	Options map[string]string `json:"options"`
	Also    []also            `json:"also"`

	Points  []want `json:"points"`
	Error   string `json:"error"`
	Refused string `json:"refused"`

	provider string
}

type also struct {
	Path   string `json:"path"`
	File   string `json:"file"`
	Body   string `json:"body"`
	Status int    `json:"status"`
}

type want struct {
	Start   time.Time         `json:"start"`
	End     time.Time         `json:"end"`
	Value   figure            `json:"value"`
	Times   float64           `json:"times"` // 0: 1
	Quality intensity.Quality `json:"quality"`
}

// A figure is a number, or where it stands in the body, as a JSON pointer (RFC
// 6901) without escapes.
type figure struct {
	number float64
	at     string
}

func (f *figure) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		return json.Unmarshal(b, &f.at)
	}
	return json.Unmarshal(b, &f.number)
}

func (f figure) in(t *testing.T, body string) float64 {
	if f.at == "" {
		return f.number
	}
	var v any
	require.NoError(t, json.Unmarshal([]byte(body), &v))
	for _, key := range strings.Split(f.at, "/")[1:] {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			n, err := strconv.Atoi(key)
			require.NoError(t, err, f.at)
			require.Less(t, n, len(x), f.at)
			v = x[n]
		}
	}
	number, ok := v.(float64)
	require.True(t, ok, "no number at %s", f.at)
	return number
}

func TestFixtures(t *testing.T) {
	own, err := filepath.Glob("testdata/*/manifest.json")
	require.NoError(t, err)
	require.NotEmpty(t, own)
	for _, m := range own {
		dir := filepath.Dir(m)
		t.Run(filepath.Base(dir), func(t *testing.T) { runFixtures(t, dir, true) })
	}
	t.Run("recorded", func(t *testing.T) {
		if _, err := os.Stat(recorded); err != nil {
			t.Skip("not here")
		}
		runFixtures(t, recorded, true)
	})
	t.Run("asked for", func(t *testing.T) {
		if *fixtures == "" {
			t.Skip("no -fixtures")
		}
		runFixtures(t, *fixtures, true)
	})
}

// runFixtures runs every entry of the manifest in dir. In one that is complete
// each has an expectation.
func runFixtures(t *testing.T, dir string, complete bool) {
	var entries []entry
	read(t, filepath.Join(dir, "manifest.json"), &entries)
	require.NotEmpty(t, entries)
	cases := expectations(t, dir)
	for _, e := range entries {
		n := 0
		for _, x := range cases {
			if x.File != e.File {
				continue
			}
			n++
			t.Run(e.File+" "+x.Call+" "+x.Zone, func(t *testing.T) { x.check(t, dir, e) })
		}
		if n == 0 && complete {
			t.Errorf("%s has no expectation", e.File)
		}
	}
}

// expectations returns those of dir, else those kept here by file name.
func expectations(t *testing.T, dir string) []expectation {
	files := []string{filepath.Join(dir, "expect.json")}
	if _, err := os.Stat(files[0]); errors.Is(err, fs.ErrNotExist) {
		files, err = filepath.Glob("testdata/expect/*.json")
		require.NoError(t, err)
	}
	var all []expectation
	for _, f := range files {
		var list struct {
			Provider string        `json:"provider"`
			Cases    []expectation `json:"cases"`
		}
		readStrictly(t, f, &list)
		require.Contains(t, providers, list.Provider, f)
		for _, x := range list.Cases {
			x.provider = list.Provider
			x.valid(t)
			all = append(all, x)
		}
	}
	return all
}

func (x expectation) valid(t *testing.T) {
	outcomes := 0
	for _, said := range []bool{len(x.Points) > 0, x.Error != "", x.Refused != ""} {
		if said {
			outcomes++
		}
	}
	require.Equal(t, 1, outcomes, "%s: exactly one of points, error and refused", x.File)
	require.Contains(t, []string{"current", "range", "forecast"}, x.Call, x.File)
	require.False(t, x.Now.IsZero(), "%s: now is needed", x.File)
	require.Equal(t, x.Call == "range", x.From.Before(x.To), "%s: from and to are for a range", x.File)
}

// check serves the answer at the time of the case and compares the outcome.
func (x expectation) check(t *testing.T, dir string, e entry) {
	body := text(t, dir, e.File)
	service := x.serve(t, dir, e, body)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(x.Now))
		points, err := x.ask(t.Context(), providers[x.provider](fetch.Options{Transport: service}, x.Options))
		switch {
		case x.Refused != "":
			require.NotEmpty(t, fetch.Code(err), "refused: %s; got %v, %v", x.Refused, points, err)
			require.Empty(t, points)
		case x.Error != "":
			require.Equal(t, x.Error, fetch.Code(err), "%v", err)
			require.Empty(t, points)
		default:
			require.NoError(t, err)
			x.compare(t, points, body)
		}
		require.NotZero(t, service.Count(), "nothing was asked")
	})
}

func (x expectation) compare(t *testing.T, points []intensity.Point, body string) {
	require.Len(t, points, len(x.Points), "%v", points)
	for i, p := range points {
		w := x.Points[i]
		require.NoError(t, p.Valid())
		require.Equal(t, w.Start.UTC(), p.Start)
		require.Equal(t, w.End.UTC(), p.End)
		require.InDelta(t, w.Value.in(t, body)*cmp.Or(w.Times, 1), float64(p.Value), 1e-6)
		require.Equal(t, w.Quality, p.Quality)
		require.Equal(t, x.provider, p.Origin.Name)
	}
}

func (x expectation) ask(ctx context.Context, p intensity.Provider) ([]intensity.Point, error) {
	var s *intensity.Series
	var err error
	switch x.Call {
	case "current":
		p, err := p.(intensity.CurrentProvider).Current(ctx, x.Zone)
		if err != nil {
			return nil, err
		}
		return []intensity.Point{p}, nil
	case "range":
		s, err = p.(intensity.RangeProvider).Range(ctx, x.Zone, x.From, x.To)
	case "forecast":
		s, err = p.(intensity.ForecastProvider).Forecast(ctx, x.Zone)
	}
	if s == nil {
		return nil, err
	}
	return s.Points, err
}

// serve answers with body in the place of the one of the entry.
func (x expectation) serve(t *testing.T, dir string, e entry, body string) *fetchtest.Service {
	main := fetchtest.Answer{Status: e.Status, Header: map[string]string{"Content-Type": e.ContentType}, Body: body}
	for k, v := range e.Headers {
		main.Header[k] = v
	}
	extra := map[string]fetchtest.Answer{}
	for _, a := range x.Also {
		if a.File != "" {
			a.Body = text(t, dir, a.File)
		}
		extra[a.Path] = fetchtest.Answer{Status: a.Status, Body: a.Body}
	}
	return fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		for path, a := range extra {
			if strings.HasSuffix(r.URL.Path, path) {
				return a
			}
		}
		return main
	})
}

func text(t *testing.T, dir, file string) string {
	require.True(t, filepath.IsLocal(file), file)
	b, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(t, err)
	return string(b)
}

func read(t *testing.T, file string, v any) {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, v), file)
}

func readStrictly(t *testing.T, file string, v any) {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(v), file)
}

// The expectations name every class of error there is, and no other.
func TestFixtureCodes(t *testing.T) {
	codes := []string{"auth", "plan", "not-found", "request", "rate-limited", "temporary", "redirect", "too-large", "decode", "zone-mismatch", "no-data"}
	errs := []error{
		fetch.ErrAuth, fetch.ErrPlan, fetch.ErrNotFound, fetch.ErrRequest, fetch.ErrRateLimited, fetch.ErrTemporary,
		fetch.ErrRedirect, fetch.ErrTooLarge, fetch.ErrDecode, fetch.ErrZoneMismatch, fetch.ErrNoData,
	}
	for i, err := range errs {
		require.Equal(t, codes[i], fetch.Code(&fetch.Error{Err: err}), strconv.Itoa(i))
	}
	require.Empty(t, fetch.Code(context.Canceled))
	readme := text(t, "testdata", "README.md")
	require.False(t, slices.ContainsFunc(codes, func(c string) bool { return !strings.Contains(readme, "`"+c+"`") }))
}
