package main

import (
	"errors"
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// day is the distance of two origins.
const day = 24 * time.Hour

// warmUp is what a calibration on 30 days for four days ahead wants before the
// first origin: 28 days of profile and 33 of origins.
const warmUp = 61 * day

// levels are those of the bands that are looked at.
var levels = []float64{0.90, 0.95}

// A result is what an evaluation found.
type result struct {
	first, last time.Time // origins
	origins     int
	days        []dayResult
}

// A dayResult is of one day ahead.
type dayResult struct {
	persistence, yesterday, model score
	held                          []float64 // points inside of the band of each level
	width                         []float64 // sum of the widths
	stated                        float64   // points inside of the 95 % interval of Sigma
}

// A score collects errors.
type score struct {
	n, percent, grams, was float64
}

// add takes in what was forecast and what was. Of 0 there is no percentage.
func (s *score) add(forecast, was float64) {
	if was > 0 {
		s.n++
		s.percent += 100 * math.Abs(forecast-was) / was
		s.grams += math.Abs(forecast - was)
		s.was += was
	}
}

func (s *score) mape() float64     { return s.percent / s.n }
func (s *score) relative() float64 { return 100 * s.grams / s.was }

func evaluate(s *intensity.Series, o options) (*result, error) {
	if len(s.Points) == 0 {
		return nil, errors.New("no figures")
	}
	r := &result{days: make([]dayResult, o.days)}
	for i := range r.days {
		r.days[i].held, r.days[i].width = make([]float64, len(levels)), make([]float64, len(levels))
	}
	origin := o.from
	if origin.IsZero() {
		origin = s.Points[0].Start.Add(warmUp + day - 1).Truncate(day)
	}
	end := s.Points[len(s.Points)-1].End
	for ; !origin.Add(time.Duration(o.days) * day).After(end); origin = origin.Add(day) {
		if o.origins > 0 && r.origins == o.origins {
			break
		}
		if err := r.origin(s, origin, o); err != nil {
			return nil, err
		}
	}
	if r.origins == 0 || !r.scored() {
		return nil, errors.New("no origin: two months of history come before the first, and the days ahead after it")
	}
	return r, nil
}

// scored reports whether every day ahead has figures to hold it against.
func (r *result) scored() bool {
	return !slices.ContainsFunc(r.days, func(d dayResult) bool { return d.model.n == 0 })
}

// origin takes in the forecast of one origin. One whose history does not carry
// a forecast is passed over.
func (r *result) origin(s *intensity.Series, t time.Time, o options) error {
	past := before(s, t)
	out, err := o.model.Forecast(past, t, time.Duration(o.days)*day)
	if errors.Is(err, intensity.ErrHistory) {
		return nil
	}
	if err != nil {
		return err
	}
	if r.origins++; r.first.IsZero() {
		r.first = t
	}
	r.last = t
	last := float64(past.Points[len(past.Points)-1].Value)
	for i := range r.days {
		for h := range 24 {
			ahead := time.Duration(i)*day + time.Duration(h)*time.Hour
			was, err := s.At(t.Add(ahead))
			if err != nil {
				continue
			}
			if err := r.days[i].point(out, was); err != nil {
				return err
			}
			r.days[i].persistence.add(last, float64(was.Value))
			r.days[i].yesterday.add(sameHour(past, t, h, last), float64(was.Value))
		}
	}
	return nil
}

// before returns the figures that end by t.
func before(s *intensity.Series, t time.Time) *intensity.Series {
	n := len(s.Points)
	for n > 0 && s.Points[n-1].End.After(t) {
		n--
	}
	return &intensity.Series{Points: s.Points[:n:n]}
}

// sameHour returns the newest figure of that hour of the day.
func sameHour(past *intensity.Series, t time.Time, hour int, otherwise float64) float64 {
	for back := 1; back <= 7; back++ {
		if p, err := past.At(t.Add(time.Duration(hour)*time.Hour - time.Duration(back)*day)); err == nil {
			return float64(p.Value)
		}
	}
	return otherwise
}

// point takes in what was forecast for the time of a figure.
func (d *dayResult) point(out *intensity.Outlook, was intensity.Point) error {
	p, err := out.At(was.Start)
	if err != nil {
		return err
	}
	d.model.add(float64(p.Value), float64(was.Value))
	if was.Value <= 0 {
		return nil
	}
	for i, level := range levels {
		b, err := out.Band(was.Start, level)
		if err != nil {
			return err
		}
		if b.Contains(was.Value) {
			d.held[i]++
		}
		d.width[i] += float64(b.High - b.Low)
	}
	if math.Abs(math.Log(float64(was.Value)/float64(p.Value))) <= 1.96*math.Sqrt(math.Log1p(p.Sigma*p.Sigma)) {
		d.stated++
	}
	return nil
}
