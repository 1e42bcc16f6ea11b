package energycharts

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "Energy-Charts.info, Fraunhofer ISE, CC BY 4.0"

// latest is the largest time that is believed, in seconds: the year 2200.
const latest = 7_258_118_400

// An answer is three lists side by side. A figure is null where there is none;
// the list of forecasts is null in its past.
type answer struct {
	Seconds  []int64    `json:"unix_seconds"` // starts of steps
	Figures  []*float64 `json:"co2eq"`
	Forecast []*float64 `json:"co2eq_forecast"` // may be absent
}

// decode reads the points of an answer, of which the zone is not checked
// because it is not said. One without figures is fetch.ErrNoData.
func decode(body []byte, q fetch.Query) ([]intensity.Point, error) {
	var a answer
	if err := fetch.DecodeJSON(body, &a); err != nil {
		return nil, err
	}
	if len(a.Seconds) == 0 {
		return nil, fetch.ErrNoData
	}
	step, err := a.step()
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	var points []intensity.Point
	for i := range a.Seconds {
		value, quality := a.at(i)
		if value == nil || *value == 0 && q.Signal.Boundary == intensity.Lifecycle {
			continue // no grid has a lifecycle of 0: it stands for nothing
		}
		start := time.Unix(a.Seconds[i], 0)
		p, err := q.Point(name, detail, start, start.Add(step), *value, quality)
		if err != nil {
			return nil, err
		}
		if quality == intensity.Forecast && p.End.After(now) {
			p.IssuedAt = now // of the past it is not known
		}
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	return points, nil
}

// step returns the length of the steps, a quarter, half or full hour by
// country: the least distance of two. A single one is taken for a quarter.
func (a answer) step() (time.Duration, error) {
	n := len(a.Seconds)
	if len(a.Figures) != n || len(a.Forecast) != n && len(a.Forecast) != 0 {
		return 0, fetch.Fail(fetch.ErrDecode, "lists of %d times, %d figures and %d forecasts", n, len(a.Figures), len(a.Forecast))
	}
	step := time.Hour
	if n == 1 {
		step = quarter
	}
	for i, s := range a.Seconds {
		if s < 0 || s > latest {
			return 0, fetch.Fail(fetch.ErrDecode, "%d is no time", s)
		}
		if i == 0 {
			continue
		}
		d := s - a.Seconds[i-1]
		if d <= 0 {
			return 0, fetch.Fail(fetch.ErrDecode, "times do not ascend")
		}
		if d < int64(step/time.Second) {
			step = time.Duration(d) * time.Second
		}
	}
	if !slices.Contains([]time.Duration{quarter, 2 * quarter, 4 * quarter}, step) {
		return 0, fetch.Fail(fetch.ErrDecode, "steps of %s", step)
	}
	return step, nil
}

// at returns the figure of step i, else its forecast, else nil.
func (a answer) at(i int) (*float64, intensity.Quality) {
	if a.Figures[i] != nil || len(a.Forecast) == 0 {
		return a.Figures[i], intensity.Measured
	}
	return a.Forecast[i], intensity.Forecast
}

// measured returns the points that are no forecasts.
func measured(points []intensity.Point) []intensity.Point {
	return slices.DeleteFunc(points, func(p intensity.Point) bool { return p.Quality == intensity.Forecast })
}
