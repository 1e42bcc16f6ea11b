package electricitymaps

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "Electricity Maps, under contract"

// A row is one hour. Older answers leave out what is said once around them.
type row struct {
	Zone       string   `json:"zone"`
	Intensity  *float64 `json:"carbonIntensity"` // null: not known
	Time       string   `json:"datetime"`        // the start, in UTC
	Updated    string   `json:"updatedAt"`
	FactorType string   `json:"emissionFactorType"`
	Traced     *bool    `json:"flowTraced"`
	Step       string   `json:"temporalGranularity"`
	Estimated  *bool    `json:"isEstimated"`
	Method     string   `json:"estimationMethod"`
	amounts
}

// An answer is a row by itself, or rows under a name that goes with the path.
type answer struct {
	row
	History  []row `json:"history"`
	Data     rows  `json:"data"`
	Forecast []row `json:"forecast"`

	Disclaimer json.RawMessage `json:"_disclaimer"`

	Status  string `json:"status"` // of the older form
	Country string `json:"countryCode"`
	Units   struct {
		Intensity string `json:"carbonIntensity"`
	} `json:"units"`
}

// rows are a list, or in the older form one.
type rows []row

// UnmarshalJSON accepts a row, a list of them and null.
func (r *rows) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if bytes.HasPrefix(b, []byte("[")) {
		return json.Unmarshal(b, (*[]row)(r))
	}
	*r = make(rows, 1)
	return json.Unmarshal(b, &(*r)[0])
}

// decode reads the points of the answer to a question about "latest",
// "history", "past-range" or "forecast".
func decode(body []byte, q fetch.Query, w ways, when string) ([]intensity.Point, error) {
	var a answer
	if err := fetch.DecodeJSON(body, &a); err != nil {
		return nil, err
	}
	if a.Status == "no-data" {
		return nil, fetch.ErrNoData
	}
	list := a.all()
	if len(list) == 0 {
		return nil, fetch.ErrNoData
	}
	if err := a.check(q, w, when); err != nil {
		return nil, err
	}
	var points []intensity.Point
	for _, r := range list {
		p, ok, err := r.point(q, w, a, when)
		if err != nil {
			return nil, err
		}
		if ok {
			points = append(points, p)
		}
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	return points, nil
}

func (a answer) all() []row {
	list := slices.Concat(a.History, a.Data, a.Forecast)
	if a.Time != "" {
		list = append(list, a.row)
	}
	return list
}

// check refuses an answer that as a whole is about something else.
func (a answer) check(q fetch.Query, w ways, when string) error {
	zone := a.Zone
	if w.version == HomeAssistant {
		zone = a.Country
	}
	// Lists of version 4 may leave the zone out.
	if bare := a.Time != ""; w.version != V4 || bare || zone != "" {
		if err := fetch.SameZone(q.Zone, zone); err != nil {
			return err
		}
	}
	switch {
	case bytes.Contains(bytes.ToUpper(a.Disclaimer), []byte("SANDBOX")):
		return errSandbox
	case len(a.Forecast) > 0 && when != "forecast":
		return fetch.Fail(fetch.ErrDecode, "a forecast, asked for %s", when)
	case a.Units.Intensity != "" && a.Units.Intensity != "gCO2eq/kWh":
		return fetch.Fail(fetch.ErrDecode, "unit %.20q, want gCO2eq/kWh", a.Units.Intensity)
	}
	return nil
}

// errSandbox is what a token for trying out gets: figures that are made up, of
// which the service says so here and there.
var errSandbox = fetch.Fail(fetch.ErrPlan, "a token of the sandbox, whose figures are made up")

// point returns the figure of a row; false if there is none.
func (r row) point(q fetch.Query, w ways, a answer, when string) (intensity.Point, bool, error) {
	start, err := fetch.Instant(r.Time, time.RFC3339)
	if err != nil {
		return intensity.Point{}, false, err
	}
	if !start.Equal(start.Truncate(time.Hour)) {
		return intensity.Point{}, false, fetch.Fail(fetch.ErrDecode, "%.40s is not the start of an hour", r.Time)
	}
	for _, x := range []row{r, a.row} {
		if err := x.check(q, w); err != nil {
			return intensity.Point{}, false, err
		}
	}
	if err := r.valid(w); err != nil {
		return intensity.Point{}, false, err
	}
	value, whole := r.value(q.Signal, w)
	if value == nil {
		return intensity.Point{}, false, nil
	}
	p, err := q.Point(name, r.detail(w), start, start.Add(time.Hour), *value, r.quality(start, whole, when))
	if err != nil {
		return p, false, err
	}
	err = date(&p, cmp.Or(r.Updated, a.Updated))
	return p, err == nil, err
}

// date says when the figure was made, as far as the service does. The forecast
// of a time that has come was made before it, but not known when.
func date(p *intensity.Point, updated string) error {
	now := time.Now()
	if updated == "" {
		if p.Quality == intensity.Forecast && p.End.After(now) {
			p.IssuedAt = now.UTC()
		}
		return nil
	}
	t, err := fetch.Instant(updated, time.RFC3339)
	if p.Quality == intensity.Forecast {
		p.IssuedAt = t
	} else {
		p.UpdatedAt = t
	}
	return err
}

// check refuses what is about something else than was asked. Names that an
// answer does not have say nothing.
func (r row) check(q fetch.Query, w ways) error {
	switch {
	case r.Zone != "" && fetch.SameZone(q.Zone, r.Zone) != nil:
		return fetch.SameZone(q.Zone, r.Zone)
	case !w.mix && r.FactorType != "" && r.FactorType != w.factorType():
		return fetch.Fail(fetch.ErrDecode, "emissionFactorType %.20q, asked for %s", r.FactorType, w.factorType())
	case r.Traced != nil && *r.Traced != w.traced():
		return fetch.Fail(fetch.ErrDecode, "flowTraced %t, asked for %t", *r.Traced, w.traced())
	case strings.HasPrefix(r.Method, "SANDBOX"):
		return errSandbox
	case r.Step != "" && r.Step != "hourly":
		return fetch.Fail(fetch.ErrDecode, "temporalGranularity %.20q, asked for hourly", r.Step)
	}
	return nil
}

// quality is measured only where the service says that the figure of an hour
// that is over is no estimate, and nothing is missing in it.
func (r row) quality(start time.Time, whole bool, when string) intensity.Quality {
	switch {
	case when == "forecast":
		return intensity.Forecast
	case whole && r.Estimated != nil && !*r.Estimated && r.Method == "" && !start.Add(time.Hour).After(time.Now()):
		return intensity.Measured
	}
	return intensity.Estimated
}

// value returns the figure, nil if there is none, and whether it is of all
// sources.
func (r row) value(s intensity.Signal, w ways) (v *float64, whole bool) {
	if !w.mix {
		return r.Intensity, true
	}
	return r.mean(s)
}

// methods is how the names of ways to estimate look, as TIME_SLICER_AVERAGE.
var methods = regexp.MustCompile(`^[A-Z][A-Z_]{2,40}$`)

func (r row) detail(w ways) string {
	s := detail
	if w.mix {
		s = "mix of " + s + "; factors of IPCC AR5 and Electricity Maps"
	}
	if methods.MatchString(r.Method) {
		s += ", " + r.Method
	}
	return s
}

// classify knows that 401 is also said to a plan that leaves something out,
// and that an error may come with status 200.
func classify(a fetch.Answer) error {
	var said struct {
		Error string `json:"error"`
	}
	switch a.Status {
	case http.StatusOK, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		if !bytes.Contains(a.Body, []byte(`"error"`)) || json.Unmarshal(a.Body, &said) != nil {
			return fetch.Classify(a)
		}
	}
	switch {
	case said.Error == "":
		return fetch.Classify(a)
	case strings.HasPrefix(said.Error, "No recent data"):
		return fetch.ErrNoData
	case a.Status != http.StatusNotFound && strings.Contains(said.Error, "zoneKey="):
		return fetch.ErrPlan
	case a.Status == http.StatusOK:
		return fetch.ErrRequest
	}
	return fetch.Classify(a)
}
