package entsoe

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "ENTSO-E generation by type, lifecycle factors of IPCC AR5"

// Our choices: a type matters if it ever made this part of the largest sum of
// the document, and a mix of which more than that part is not named is
// estimated.
const (
	matters = 0.02
	vague   = 0.10
)

var errSteps = fetch.Fail(fetch.ErrTooLarge, "more than %d steps", maxTotal)

// A mix is the generation of a zone by type, in MW, over steps of one length.
type mix struct {
	step  time.Duration
	power map[string]map[time.Time]float64 // by type and start
	runs  map[string][]run                 // while step is not known
}

// mix returns the generation of the zone in a document, in its shortest step.
// What is consumed is left out. An area that is not the zone is
// fetch.ErrZoneMismatch.
func (d document) mix(zone string) (*mix, error) {
	m := &mix{step: time.Hour, power: map[string]map[time.Time]float64{}, runs: map[string][]run{}}
	total := 0
	for _, s := range d.Series {
		if err := s.check(zone); err != nil {
			return nil, err
		}
		if s.In == "" {
			continue // pumping, charging, own use
		}
		for _, p := range s.Periods {
			r, err := p.expand(s.Curve)
			if err != nil {
				return nil, err
			}
			if total += len(r.power); total > maxTotal {
				return nil, errSteps
			}
			m.step = min(m.step, r.step)
			m.runs[s.Code] = append(m.runs[s.Code], r)
		}
	}
	return m, m.spread()
}

// check refuses a series that is not of the zone, or not of power by type.
func (s series) check(zone string) error {
	area := s.In
	if area == "" {
		area = s.Out
	}
	if err := fetch.SameZone(zone, area); err != nil {
		return err
	}
	if s.Unit != "MAW" || s.Code == "" {
		return fetch.Fail(fetch.ErrDecode, "a series in %.20q of type %.20q, not in MAW of a type", s.Unit, s.Code)
	}
	return nil
}

// spread lays the runs onto the steps of the mix. Power is the same in each
// part of a longer step.
func (m *mix) spread() error {
	total := 0
	for code, runs := range m.runs {
		at := map[time.Time]float64{}
		m.power[code] = at
		for _, r := range runs {
			parts := int(r.step / m.step)
			if total += parts * len(r.power); total > maxTotal {
				return errSteps
			}
			for i := range parts * len(r.power) {
				mw := r.power[i/parts]
				start := r.start.Add(time.Duration(i) * m.step)
				if math.IsNaN(mw) {
					continue
				}
				if old, ok := at[start]; ok && old != mw {
					return fetch.Fail(fetch.ErrDecode, "type %.10q has %v and %v MW at %s", code, old, mw, start.Format(time.RFC3339))
				}
				at[start] = mw
			}
		}
	}
	m.runs = nil
	return nil
}

// points returns the intensity of each step that is complete. None is
// fetch.ErrNoData.
func (m *mix) points(q fetch.Query, t table, updated time.Time) ([]intensity.Point, error) {
	sums := m.sums(t)
	needed := m.needed(t, sums)
	now := time.Now() // what happened has no later step, whatever a curve repeats
	var points []intensity.Point
	for _, start := range slices.SortedFunc(maps.Keys(sums), time.Time.Compare) {
		s := sums[start]
		if s.power <= 0 || start.After(now) || slices.ContainsFunc(needed, func(code string) bool { return !m.has(code, start) }) {
			continue
		}
		quality := intensity.Measured
		if s.unnamed > vague*s.power {
			quality = intensity.Estimated
		}
		p, err := q.Point(name, detail, start, start.Add(m.step), s.carbon/s.power, quality)
		if err != nil {
			return nil, err
		}
		p.UpdatedAt = updated
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	return points, nil
}

// A sum is one step over all types.
type sum struct{ power, carbon, unnamed float64 }

// sums adds up what counts as generation. Types come in order, so that the
// rounding is the same each time.
func (m *mix) sums(t table) map[time.Time]sum {
	all := map[time.Time]sum{}
	for _, code := range m.codes() {
		f, ok := t.of(code)
		if !ok {
			continue
		}
		for start, mw := range m.power[code] {
			s := all[start]
			s.power += mw
			s.carbon += mw * float64(f)
			if !t.named(code) {
				s.unnamed += mw
			}
			all[start] = s
		}
	}
	return all
}

// needed returns the types without which a step is not complete. A store may
// have no figure while it is filled.
func (m *mix) needed(t table, sums map[time.Time]sum) []string {
	most := 0.0
	for _, s := range sums {
		most = max(most, s.power)
	}
	var codes []string
	for _, code := range m.codes() {
		if slices.Contains(stores, code) {
			continue
		}
		for _, mw := range m.power[code] {
			if mw > 0 && mw >= matters*most {
				codes = append(codes, code)
				break
			}
		}
	}
	return codes
}

func (m *mix) has(code string, start time.Time) bool {
	_, ok := m.power[code][start]
	return ok
}

func (m *mix) codes() []string { return slices.Sorted(maps.Keys(m.power)) }
