package electricitymaps

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
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

	Status  string `json:"status"` // of the older form
	Country string `json:"countryCode"`
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

// decode reads the points of an answer.
func decode(body []byte, q fetch.Query, w ways) ([]intensity.Point, error) {
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
	if w.version == HomeAssistant {
		a.Zone = a.Country
	}
	if w.version != V4 || a.Zone != "" { // version 4 may leave it out
		if err := fetch.SameZone(q.Zone, a.Zone); err != nil {
			return nil, err
		}
	}
	var points []intensity.Point
	for _, r := range list {
		p, ok, err := r.point(q, w, a)
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
	list := append(append(append([]row(nil), a.History...), a.Data...), a.Forecast...)
	if a.Time != "" {
		list = append(list, a.row)
	}
	return list
}

// point returns the figure of a row; false if there is none.
func (r row) point(q fetch.Query, w ways, a answer) (intensity.Point, bool, error) {
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
	if err := r.valid(); err != nil {
		return intensity.Point{}, false, err
	}
	value, whole := r.value(q.Signal, w)
	if value == nil {
		return intensity.Point{}, false, nil
	}
	p, err := q.Point(name, r.detail(w), start, start.Add(time.Hour), *value, r.quality(start, whole, a))
	if err != nil {
		return p, false, err
	}
	updated := r.Updated
	if updated == "" {
		updated = a.Updated
	}
	if updated == "" {
		return p, true, nil
	}
	t, err := fetch.Instant(updated, time.RFC3339)
	if p.UpdatedAt = t; p.Quality == intensity.Forecast {
		p.IssuedAt, p.UpdatedAt = t, time.Time{}
	}
	return p, err == nil, err
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
	case r.Step != "" && r.Step != "hourly":
		return fetch.Fail(fetch.ErrDecode, "temporalGranularity %.20q, asked for hourly", r.Step)
	}
	return nil
}

// quality is measured only where the service says that the figure of an hour
// that is over is no estimate, and nothing is missing in it.
func (r row) quality(start time.Time, whole bool, a answer) intensity.Quality {
	switch {
	case len(a.Forecast) > 0:
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
	if !bytes.Contains(a.Body, []byte(`"error"`)) {
		return fetch.Classify(a)
	}
	var said struct {
		Error string `json:"error"`
	}
	switch err := json.Unmarshal(a.Body, &said); {
	case err != nil || said.Error == "":
	case strings.Contains(said.Error, "zoneKey="):
		return fetch.ErrPlan
	case strings.HasPrefix(said.Error, "No recent data"):
		return fetch.ErrNoData
	case a.Status == http.StatusOK:
		return fetch.ErrRequest
	}
	return fetch.Classify(a)
}
