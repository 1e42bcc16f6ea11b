package entsoe

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	// maxSteps bounds a period: a year of quarters of an hour and a day.
	maxSteps = 367 * 96

	// maxTotal bounds all steps of a document, so that a short text cannot grow
	// to an endless table. Three days of 25 types are 7200.
	maxTotal = 1 << 17

	// maxPower is more than a zone can generate, in MW.
	maxPower = 1e7
)

// resolutions are the lengths of a step that there are.
var resolutions = map[string]time.Duration{
	"PT15M": 15 * time.Minute,
	"PT30M": 30 * time.Minute,
	"PT60M": time.Hour,
	"PT1H":  time.Hour,
}

// A run is a period with a figure in MW for each of its steps; NaN where there
// is none.
type run struct {
	start time.Time
	step  time.Duration
	power []float64
}

// expand returns the steps of a period. On a curve A03 a step without a figure
// repeats the one before, up to the end of the period; on A01 it is missing. A
// figure below zero is a station's own use and becomes 0.
func (p period) expand(curve string) (run, error) {
	if curve == "" {
		curve = "A01"
	}
	if curve != "A01" && curve != "A03" {
		return run{}, fetch.Fail(fetch.ErrDecode, "a curve %.10q, not A01 or A03", curve)
	}
	r, err := p.empty()
	if err != nil {
		return run{}, err
	}
	next := 0 // the step behind the one read last
	for _, pt := range p.Points {
		at, err := strconv.Atoi(pt.Position)
		if err != nil || at <= next || at > len(r.power) {
			return run{}, fetch.Fail(fetch.ErrDecode, "position %.20q after %d of %d", pt.Position, next, len(r.power))
		}
		mw, err := quantity(pt.Quantity)
		if err != nil {
			return run{}, err
		}
		if curve == "A03" && next > 0 {
			repeat(r.power[next-1 : at-1])
		}
		r.power[at-1] = mw
		next = at
	}
	if curve == "A03" && next > 0 {
		repeat(r.power[next-1:])
	}
	return r, nil
}

// repeat fills a list with its first figure.
func repeat(power []float64) {
	for i := range power {
		power[i] = power[0]
	}
}

// empty returns the period without figures.
func (p period) empty() (run, error) {
	start, err := instant(p.Start)
	if err != nil {
		return run{}, err
	}
	end, err := instant(p.End)
	if err != nil {
		return run{}, err
	}
	step, ok := resolutions[p.Resolution]
	if !ok {
		return run{}, fetch.Fail(fetch.ErrDecode, "a resolution of %.20q", p.Resolution)
	}
	length := end.Sub(start)
	if length <= 0 || length%step != 0 || length/step > maxSteps || !start.Truncate(step).Equal(start) {
		return run{}, fetch.Fail(fetch.ErrDecode, "%.30q to %.30q are no steps of %s", p.Start, p.End, step)
	}
	r := run{start: start, step: step, power: make([]float64, length/step)}
	for i := range r.power {
		r.power[i] = math.NaN()
	}
	return r, nil
}

func instant(s string) (time.Time, error) {
	return fetch.Instant(s, "2006-01-02T15:04Z", time.RFC3339)
}

// quantity reads a figure in MW.
func quantity(s string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(math.Abs(v) <= maxPower) || strings.ContainsAny(s, "xXpP_") {
		return 0, fetch.Fail(fetch.ErrDecode, "a quantity of %.20q", s)
	}
	return max(v, 0), nil
}
