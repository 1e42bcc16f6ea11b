package scimeter_test

import (
	"go/ast"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A room is a row of the import table: what the packages of one folder may
// import beside internal/….
type room struct {
	ours   []string // folders of this module
	std    []string // of the standard library, if not all but the network
	never  []string // of the standard library
	others []string // of other modules: these packages, not what lies below them
}

const (
	sysUnix  = "golang.org/x/sys/unix"
	sysWin   = "golang.org/x/sys/windows"
	cpuUsage = "github.com/shirou/gopsutil/v3/cpu"
	memUsage = "github.com/shirou/gopsutil/v3/mem"
	hostEnv  = "github.com/shirou/gopsutil/v3/common" // the keys of its roots; links nothing
	otelRoot = "go.opentelemetry.io/otel"
)

// rooms is the import table of the module. A package that is not in it fails,
// so that a new package starts with the decision where it stands.
var rooms = map[string]room{
	".":         {},
	"units":     {},
	"source":    {ours: []string{"units"}},
	"intensity": {ours: []string{"units", "source"}},
	"intensity/fetch": {
		ours:   []string{"units", "source", "intensity"},
		std:    []string{"net", "net/http"},
		others: []string{"golang.org/x/sync/singleflight", "golang.org/x/time/rate", "github.com/cenkalti/backoff/v5"},
	},
	"intensity/fetch/fetchtest": {ours: []string{"units", "source", "intensity", "intensity/fetch"}, std: []string{"net", "net/http", "net/http/httptest"}},
	"sci":                       {ours: []string{"units", "source", "intensity"}, never: []string{"os", "io/ioutil", "syscall"}},
	// YAML, which only those need who read or write the documents of others.
	"sci/interop": {ours: []string{"units", "source", "intensity", "sci"}, others: []string{"go.yaml.in/yaml/v3"}},
	// Templates stay out of sci, which is in every program that has a meter.
	"sci/render": {ours: []string{"units", "source", "intensity", "sci"}},
	"planner":    {ours: []string{"units", "source", "intensity"}},
	"rapl":       {ours: []string{"units", "source"}, others: []string{sysUnix}},
	"estimate":   {ours: []string{"units", "source"}, others: []string{cpuUsage, memUsage, hostEnv, sysUnix, sysWin}},
	"gpu": {
		ours:   []string{"units", "source", "gpu/internal/driver", "gpu/internal/accum", "gpu/internal/nvml", "gpu/internal/sysfs"},
		others: []string{sysUnix},
	},
	"gpu/gputest":         {ours: []string{"units", "source", "gpu", "gpu/internal/driver"}},
	"gpu/internal/driver": {ours: []string{"units", "source"}},
	"gpu/internal/accum":  {ours: []string{"units", "source", "gpu/internal/driver"}},
	"gpu/internal/sysfs":  {ours: []string{"units", "source", "gpu/internal/driver"}, others: []string{sysUnix}},
	"gpu/internal/nvml": {
		ours:   []string{"units", "source", "gpu/internal/driver"},
		others: []string{sysUnix, "github.com/NVIDIA/go-nvml/pkg/nvml", "github.com/NVIDIA/go-nvml/pkg/dl"},
	},
	"meter": {
		ours:   []string{"units", "source", "rapl", "estimate", "intensity", "sci"},
		others: []string{sysUnix, cpuUsage, memUsage, hostEnv},
	},
	"meter/metertest": {ours: []string{"units", "source", "rapl", "estimate", "intensity", "sci", "meter"}},
	"meter/meterhttp": {ours: []string{"meter"}, std: []string{"net/http"}},
	// Tokens of models, for those who call or serve them by HTTP.
	"meter/meterai": {ours: []string{"units", "meter"}, std: []string{"net/http"}},
	"exporters/otelsci": {
		ours: []string{"units", "source", "meter", "sci", "intensity", "meter/meterhttp"},
		others: []string{
			otelRoot, otelRoot + "/attribute", otelRoot + "/metric", otelRoot + "/trace",
		},
	},
	"exporters/carbonz":      {ours: []string{"units", "source", "meter", "sci"}, std: []string{"net/http"}},
	"exporters/jsonl":        {ours: []string{"units", "source", "meter", "sci"}},
	"exporters/emissionscsv": {ours: []string{"units", "source", "meter", "sci"}},
}

// below is the row of every package under internal.
var below = room{ours: []string{"units", "source"}, others: []string{sysUnix, sysWin}}

// testHelp is what a package made for tests may import on top of its row.
var testHelp = []string{"testing", "testing/synctest", "github.com/stretchr/testify/require"}

// provider is the row of each live API below intensity.
var provider = room{ours: []string{"units", "source", "intensity", "intensity/fetch"}, std: []string{"net/http"}}

// roomOf returns the row of the package in dir.
func roomOf(dir string) (room, bool) {
	if r, ok := rooms[dir]; ok {
		return r, true
	}
	if strings.HasPrefix(dir, "intensity/") {
		return provider, true
	}
	if strings.HasPrefix(dir, "internal/") {
		return below, true
	}
	r, ok := rooms[dir]
	return r, ok
}

// refuses says why the package in dir may not import p; "" if it may.
func refuses(dir, p string) string {
	r, ok := roomOf(dir)
	if !ok {
		return "has no row in the import table: add one to layering_test.go"
	}
	own, isOwn := strings.CutPrefix(p, module+"/")
	switch {
	case p == "C":
		return "imports C, which breaks builds without cgo"
	case strings.HasSuffix(dir, "test") && slices.Contains(testHelp, p):
		return ""
	case isOwn && (strings.HasPrefix(own, "internal/") || slices.Contains(r.ours, own)):
		return ""
	case isOwn || p == module:
		return "imports " + p + ", which stands beside or above it"
	case standard(p):
		return r.refusesStd(p)
	case !slices.Contains(r.others, p):
		return "imports " + p + ", which its row does not name"
	}
	return ""
}

// refusesStd is refuses for the standard library. The network is what a row has
// to ask for by name.
func (r room) refusesStd(p string) string {
	if slices.Contains(r.std, p) {
		return ""
	}
	top, _, _ := strings.Cut(p, "/")
	if (top == "net" && p != "net/url") || slices.Contains(r.never, top) || slices.Contains(r.never, p) {
		return "imports " + p + ", which its row forbids"
	}
	if p == "testing" || strings.HasPrefix(p, "testing/") {
		return "imports " + p + ", which is for tests"
	}
	return ""
}

// standard reports whether p is a path of the standard library: no dot in its
// first element.
func standard(p string) bool {
	top, _, _ := strings.Cut(p, "/")
	return !strings.Contains(top, ".")
}

func TestLayering(t *testing.T) {
	for _, f := range library(t) {
		require.NotEmpty(t, f.dir)
		_, ok := roomOf(f.dir)
		if !ok {
			t.Errorf("%s: package %s %s", f.name, f.dir, refuses(f.dir, ""))
			continue
		}
		for _, p := range f.imports() {
			if why := refuses(f.dir, p); why != "" {
				t.Errorf("%s: %s", f.name, why)
			}
		}
	}
}

// The table is held by a test, and this holds the test: what it would say of
// imports that nobody has written yet.
func TestLayeringRefuses(t *testing.T) {
	own := func(dir string) string { return module + "/" + dir }
	for _, c := range []struct {
		dir, path string
		ok        bool
	}{
		{"units", "math", true},
		{"units", "golang.org/x/sys/unix", false},
		{"units", own("source"), false},
		{"units", own("internal/sysfile"), true},
		{"source", own("units"), true},
		{"source", "net/http", false},
		{"rapl", sysUnix, true},
		{"rapl", cpuUsage, false},
		{"rapl", own("meter"), false},
		{"rapl", own("estimate"), false},
		{"estimate", memUsage, true},
		{"estimate", "github.com/shirou/gopsutil/v3/host", false},
		{"intensity", "net/http", false},
		{"intensity", "net/url", true},
		{"sci", "os", false},
		{"sci", "os/exec", false},
		{"sci", "strconv", true},
		{"meter", own("gpu"), false},
		{"meter", own("exporters/otelsci"), false},
		{"meter", "net", false},
		{"meter", "net/http", false},
		{"meter", "testing", false},
		{"meter", module, false},
		{"meter/metertest", "testing", true},
		{"meter/metertest", own("meter"), true},
		{"exporters/otelsci", otelRoot + "/metric", true},
		{"exporters/otelsci", otelRoot + "/sdk/metric", false},
		{"exporters/otelsci", otelRoot + "/metric/noop", false},
		{"internal/sysfile", own("units"), true},
		{"internal/sysfile", own("meter"), false},
		{"internal/sysfile", own("internal/procfs"), true},
		{"internal/systest", "testing", true},
		{"internal/systest", sysUnix, true},
		{"rapl", "C", false},
		{"nowhere", "fmt", false},
	} {
		t.Run(c.dir+" imports "+c.path, func(t *testing.T) {
			require.Equal(t, c.ok, refuses(c.dir, c.path) == "", refuses(c.dir, c.path))
		})
	}
}

// Every row names rooms of the table, and the rooms form layers.
func TestLayeringHasNoCycle(t *testing.T) {
	var visit func(dir string, above []string)
	visit = func(dir string, above []string) {
		require.NotContains(t, above, dir, "a cycle through %s", dir)
		r, ok := rooms[dir]
		require.True(t, ok, "%s stands in a row and has none", dir)
		for _, d := range r.ours {
			visit(d, append(slices.Clone(above), dir))
		}
	}
	for dir := range rooms {
		visit(dir, nil)
	}
}

// What a package drags into the binary of its user is part of its interface.
func TestDependencies(t *testing.T) {
	pure := func(p string) bool { return standard(p) || strings.HasPrefix(p, module) }
	offline := func(p string) bool { return p != "net" && p != "net/http" && p != module+"/gpu" }
	for _, c := range []struct {
		dir  string
		what string
		ok   func(string) bool
	}{
		{"units", "the standard library alone", pure},
		{"source", "the standard library alone", pure},
		{"intensity", "the standard library alone", pure},
		{"sci", "the standard library alone", pure},
		{"rapl", "x/sys beside the standard library", func(p string) bool {
			return pure(p) || strings.HasPrefix(p, "golang.org/x/sys/")
		}},
		{"estimate", "no network", offline},
		{"meter", "no network and no GPU library", offline},
		{"exporters/otelsci", "no SDK", func(p string) bool { return !strings.HasPrefix(p, otelRoot+"/sdk") }},
	} {
		t.Run(c.dir+" needs "+c.what, func(t *testing.T) {
			t.Parallel()
			deps, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./"+c.dir).Output()
			require.NoError(t, err, "go list -deps ./%s", c.dir)
			paths := strings.Fields(string(deps))
			require.Contains(t, paths, module+"/"+c.dir)
			require.Empty(t, slices.DeleteFunc(paths, c.ok))
		})
	}
}

// The score is arithmetic: the same terms give the same score at any time.
func TestScoreHasNoClock(t *testing.T) {
	clock := []string{
		"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.AfterFunc",
		"time.Tick", "time.NewTimer", "time.NewTicker",
	}
	for _, f := range library(t) {
		if f.dir != "sci" {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			if name := selected(n); slices.Contains(clock, name) {
				t.Errorf("%s: sci uses %s", f.at(n), name)
			}
			return true
		})
	}
}
