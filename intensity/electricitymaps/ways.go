package electricitymaps

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// ways are what of the Config changes requests and answers.
type ways struct {
	version Version
	mix     bool
	horizon time.Duration
	signal  intensity.Signal
}

// zones is how the names look.
var zones = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,8}){0,3}$`)

// horizons are those that the service knows.
var horizons = []time.Duration{0, 6 * time.Hour, 24 * time.Hour, 48 * time.Hour, 72 * time.Hour}

// query is the key for a zone.
func (w ways) query(zone string) (fetch.Query, error) {
	fail := func(class error, detail string) (fetch.Query, error) {
		return fetch.Query{}, &fetch.Error{Provider: name, Op: "zone " + strconv.Quote(zone), Err: class, Detail: detail}
	}
	if detail := w.impossible(); detail != "" {
		return fail(fetch.ErrRequest, detail)
	}
	if !zones.MatchString(zone) {
		return fail(fetch.ErrNotFound, `want a zone of Electricity Maps, such as "DE" or "US-CAL-CISO"; coordinates are not taken`)
	}
	return fetch.Query{Signal: w.signal, Zone: zone, Vintage: w.vintage(), Step: time.Hour, Settle: settle, Chunk: chunk}, nil
}

// vintage keeps apart in a cache what the Config asks for by another path.
func (w ways) vintage() string {
	var names []string
	if w.version == V4 {
		names = append(names, "v4")
	}
	if w.mix {
		names = append(names, "mix")
	}
	return strings.Join(names, " ")
}

// impossible says what of the Config cannot be had; "" if all can.
func (w ways) impossible() string {
	produced := w.signal.Accounting == intensity.Production
	switch {
	case w.version > HomeAssistant:
		return "want version V3, V4 or HomeAssistant"
	case w.signal.Valid() != nil:
		return "want a boundary and an accounting that exist"
	case w.version == HomeAssistant && (w.mix || w.signal != intensity.AverageLifecycle(intensity.Consumption)):
		return "HomeAssistant has the average lifecycle consumption alone: want V3 or V4"
	case w.version == V3 && produced && !w.mix:
		return "V3 has the intensity of production in its mix alone: want V4, or Mix"
	case !slices.Contains(horizons, w.horizon):
		return "want a horizon of 6, 24, 48 or 72 hours"
	}
	return ""
}

// check returns fetch.ErrNoData for what the API has not.
func (w ways) check(op string) error {
	switch {
	case w.version == HomeAssistant:
		return &fetch.Error{Provider: name, Op: op, Err: fetch.ErrNoData, Detail: "HomeAssistant has the newest figure alone"}
	case w.mix && op == "forecast":
		return &fetch.Error{Provider: name, Op: op, Err: fetch.ErrNoData, Detail: "there is none of the mix"}
	}
	return nil
}

// request is the question for "latest", "history", "past-range" or "forecast".
func (w ways) request(q fetch.Query, when string, extra url.Values) fetch.Request {
	v := url.Values{"zone": {q.Zone}}
	for k, s := range extra {
		v[k] = s
	}
	path := "/v3/carbon-intensity/"
	switch {
	case w.version == HomeAssistant:
		return fetch.Request{Path: "/v3/home-assistant", Query: v}
	case w.version == V4 && w.mix:
		path = "/v4/electricity-mix/"
	case w.version == V4:
		path = "/v4/carbon-intensity/"
	case w.mix:
		path = "/v3/power-breakdown/"
	}
	v.Set("temporalGranularity", "hourly")
	if w.version == V4 {
		v.Set("disableCallerLookup", "true")
	} else {
		v.Set("shouldUseFallbackCallerLookup", "false")
	}
	switch {
	case w.version == V4 && w.mix: // which does not heed flowTraced
		v.Set("breakdownType", w.breakdown())
	case w.version == V4:
		v.Set("flowTraced", strconv.FormatBool(w.traced()))
	}
	if !w.mix {
		v.Set("emissionFactorType", w.factorType())
	}
	return fetch.Request{Path: path + when, Query: v}
}

// ahead are the parameters of a forecast.
func (w ways) ahead() url.Values {
	if w.horizon == 0 {
		return nil
	}
	return url.Values{"horizonHours": {strconv.Itoa(int(w.horizon / time.Hour))}}
}

func (w ways) traced() bool { return w.signal.Accounting == intensity.Consumption }

// breakdown is traced as the mix of version 4 has it.
func (w ways) breakdown() string {
	if w.traced() {
		return "flow-traced"
	}
	return "normal"
}

func (w ways) factorType() string { return w.signal.Boundary.String() }

// instant writes t as the service wants it.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// joined is two parts of one range. One of them without figures is a gap.
func joined(a, b *intensity.Series, aErr, bErr error) (*intensity.Series, error) {
	var points []intensity.Point
	for _, s := range []*intensity.Series{a, b} {
		if s != nil {
			points = append(points, s.Points...)
		}
	}
	if len(points) == 0 {
		return nil, worse(aErr, bErr)
	}
	var errs []error
	for _, err := range []error{aErr, bErr} {
		if err != nil && !errors.Is(err, fetch.ErrNoData) {
			errs = append(errs, err)
		}
	}
	s, err := intensity.NewSeries(points...)
	return s, errors.Join(append(errs, err)...)
}

// worse returns the first that is more than a lack of figures.
func worse(a, b error) error {
	if a == nil || errors.Is(a, fetch.ErrNoData) && b != nil {
		return b
	}
	return a
}
