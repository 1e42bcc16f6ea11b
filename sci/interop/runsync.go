package interop

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// A grid is the time that samples are brought to, in ms and s.
type grid struct {
	start, end     float64 // ms
	interval, step float64 // s
	pads           bool
}

// A slice is one step of time, of a sample or of nothing.
type slice struct {
	of   Sample
	at   float64 // ms
	over float64 // s, that of is spread over
	void bool    // nothing was observed
}

func (c *call) grid() (grid, error) {
	start, ok := instant(c.set.text["start-time"])
	end, also := instant(c.set.text["end-time"])
	g := grid{start, end, c.set.numbers["interval"], c.set.numbers["upsampling-resolution"], c.set.flags["allow-padding"]}
	if g.step == 0 {
		g.step = 1
	}
	if !ok || !also || start >= end || !(g.interval > 0) || g.step < 1 {
		return g, c.refuse("start-time, end-time, interval or upsampling-resolution is missing or no such value")
	}
	if math.Mod(g.interval, g.step) != 0 {
		return g, c.refuse("an interval of %v s is not a multiple of the resolution of %v s", g.interval, g.step)
	}
	return g, nil
}

// synchronise brings samples to one grid of time.
func (c *call) synchronise(in []Sample) ([]Sample, error) {
	g, err := c.grid()
	if err != nil {
		return nil, err
	}
	if len(in) == 0 {
		return nil, c.refuse("there is no sample")
	}
	steps, err := c.slices(in, g)
	if err != nil {
		return nil, err
	}
	steps = slices.DeleteFunc(steps, func(s slice) bool {
		return s.at < g.start || s.at > g.end || c.mode == Strict && s.at >= g.end
	})
	byTime := func(i, j int) bool { return steps[i].at < steps[j].at }
	if !sort.SliceIsSorted(steps, byTime) {
		sort.SliceStable(steps, byTime)
	}
	var out []Sample
	for i := range steps {
		from, to := int(float64(i)*g.interval/g.step), int(float64(i+1)*g.interval/g.step)
		if from >= len(steps) {
			break
		}
		frame := steps[from:min(to, len(steps))]
		if c.mode == Compat {
			s, err := c.frameCompat(frame, g.step)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
			continue
		}
		s, err := c.frameStrict(frame, g.step)
		if err != nil {
			return nil, err
		}
		if s != nil {
			out = append(out, s)
		}
	}
	return out, nil
}

type spanned struct{ from, to float64 } // ms

func (c *call) span(s Sample) (spanned, float64, error) {
	text, _ := s["timestamp"].(string)
	at, ok := instant(text)
	if !ok {
		return spanned{}, 0, c.refuse("timestamp %v is none", s["timestamp"])
	}
	d, err := c.number(s, "duration")
	if err == nil && !(d > 0) {
		err = c.refuse("duration is %v", d)
	}
	return spanned{at, at + d*1000}, d, err
}

// slices cuts samples into steps, and fills the time between and around them.
func (c *call) slices(in []Sample, g grid) ([]slice, error) {
	first, _, err := c.span(in[0])
	if err != nil {
		return nil, err
	}
	var out []slice
	if first.from > g.start {
		if out, err = c.fill(out, in[0], g.start, first.from, g, true); err != nil {
			return nil, err
		}
	}
	end := first.from
	for i, s := range in {
		span, d, err := c.span(s)
		if err != nil {
			return nil, err
		}
		if span.from < end {
			return nil, c.refuse("samples overlap at %v", s["timestamp"])
		}
		if (i > 0 || len(out) > 0) && math.Mod(d, g.step) != 0 {
			return nil, c.refuse("a duration of %v s is not a multiple of the resolution of %v s", d, g.step)
		}
		if gap := (span.from - end) / 1000; i > 0 && gap > 1 {
			if out, err = c.fill(out, s, end, span.from, g, false); err != nil {
				return nil, err
			}
		}
		if c.samples+len(out)+int(min(d/g.step, 1e9)) > c.budget.steps {
			return nil, c.tooLong()
		}
		second := math.Floor(span.from/1000) * 1000
		for t := 0.0; t <= d-g.step; t += g.step {
			out = append(out, slice{s, second + t*1000, d, false})
		}
		end = span.to
	}
	if end < g.end {
		return c.fill(out, in[len(in)-1], end, g.end, g, true)
	}
	return out, nil
}

func (c *call) tooLong() error {
	return &Error{Op: "run", Line: c.line, Detail: fmt.Sprintf("plugin %s: more than %d steps of time", c.name, c.budget.steps), Err: ErrTooLarge}
}

// fill adds steps in which nothing was observed.
func (c *call) fill(out []slice, like Sample, from, to float64, g grid, edge bool) ([]slice, error) {
	if edge && !g.pads {
		return nil, c.refuse("the samples do not span the time, and allow-padding is false")
	}
	seconds := (to - from) / 1000
	if math.Mod(seconds, g.step) != 0 {
		return nil, c.refuse("a gap of %v s is not a multiple of the resolution of %v s", seconds, g.step)
	}
	if float64(len(out))+seconds/g.step > float64(c.budget.steps) {
		return nil, c.tooLong()
	}
	c.deviate("if_padding", c.where, "the Impact Framework takes 0 for what was not observed, also for averages such as an intensity; here such time has none")
	for at := from; at < to; at += g.step * 1000 {
		out = append(out, slice{like, math.Floor(at/1000) * 1000, g.step, true})
	}
	return out, nil
}

// value is what a step has of a parameter, as the original comes to it.
func (c *call) value(s slice, parameter, method string, step float64) any {
	v := s.of[parameter]
	switch {
	case method == "none":
		return nil
	case s.void && (parameter == "time-reserved" || c.mapped["time-reserved"] == parameter):
		return step
	case s.void && (method == "avg" || method == "sum"):
		return 0.0
	case method == "sum" && !s.void:
		if f, ok := v.(float64); ok {
			return f / (s.over / step)
		}
	}
	return v
}

// frameCompat brings a bucket together as the original does: what comes last is
// divided by, but not added to, an average.
func (c *call) frameCompat(frame []slice, step float64) (Sample, error) {
	acc := Sample{}
	for i, s := range frame {
		for parameter := range s.of {
			switch parameter {
			case "timestamp":
				acc[parameter] = printInstant(frame[0].at)
				continue
			case "duration":
				d, _ := acc[parameter].(float64)
				acc[parameter] = d + step
				continue
			}
			method := c.methodOf(parameter).time
			v := c.value(s, parameter, method, step)
			if method == "none" || method == "copy" {
				acc[parameter] = v
				continue
			}
			before, _ := acc[parameter].(float64)
			if method == "avg" && len(frame) > 1 && i == len(frame)-1 {
				acc[parameter] = before / float64(len(frame))
				continue
			}
			f, ok := v.(float64)
			if !ok {
				return nil, c.refuse("%s is %v, not a number", parameter, v)
			}
			acc[parameter] = before + f
		}
	}
	return acc, nil
}

// frameStrict brings a bucket together: sums of what was observed, averages over
// the time in which something was, which is its duration. A bucket in which
// nothing was observed is none.
func (c *call) frameStrict(frame []slice, step float64) (Sample, error) {
	acc := Sample{"timestamp": printInstant(frame[0].at)}
	count := map[string]float64{}
	observed := 0.0
	for _, s := range frame {
		if s.void {
			continue
		}
		observed += step
		acc["duration"] = observed
		for parameter, v := range s.of {
			method := c.methodOf(parameter).time
			if parameter == "timestamp" || parameter == "duration" || method == "none" {
				continue
			}
			if method == "copy" {
				acc[parameter] = v
				continue
			}
			f, ok := v.(float64)
			if !ok {
				return nil, c.refuse("%s is %v, not a number", parameter, v)
			}
			if method == "sum" {
				f /= s.over / step
			}
			before, _ := acc[parameter].(float64)
			acc[parameter] = before + f
			count[parameter]++
		}
	}
	if observed == 0 {
		return nil, nil
	}
	for parameter, n := range count {
		if c.methodOf(parameter).time == "avg" {
			acc[parameter] = acc[parameter].(float64) / n
			if n > 1 {
				c.deviate("if_last_sample", c.where, "the Impact Framework leaves the last sample of each bucket out of the averages of %s", c.name)
			}
		}
	}
	return acc, nil
}
