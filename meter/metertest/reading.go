package metertest

import (
	"errors"
	"math"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// read takes one reading of s between two reports and checks all three.
func (c *check) read(s meter.Source) {
	var before, after source.Report
	var got []source.Reading
	var err error
	kept := source.Reading{Zone: "metertest: given", Total: 1<<63 + 1, At: time.Now(), Missing: -1}
	dst := append(make([]source.Reading, 0, 8), kept)
	c.during("report", func() { before = s.Report() })
	from := time.Now()
	c.during("read", func() { got, err = s.Read(dst) })
	to := time.Now()
	c.during("report", func() { after = s.Report() })
	if len(got) == 0 || got[0] != kept {
		c.fault("read: what dst held is gone: append to it")
		return
	}
	c.report(before)
	c.report(after)
	seen := map[string]bool{}
	for _, r := range got[1:] {
		if seen[r.Zone] {
			c.fault("zone %q %w", r.Zone, errTwice)
		}
		seen[r.Zone] = true
		c.reading(r, from, to)
	}
	for _, z := range before.Found {
		if err == nil && !seen[z.ID] && finds(after, z.ID) {
			c.fault("zone %q %w", z.ID, errNoAnswer)
		}
	}
}

// monotonic reports whether t has a reading of the monotonic clock, which Round
// strips.
func monotonic(t time.Time) bool { return t != t.Round(0) }

func finds(r source.Report, id string) bool {
	for _, z := range r.Found {
		if z.ID == id {
			return true
		}
	}
	return false
}

// maxPower is more than anything draws that one source reads, in W.
const maxPower = 1e8

// reading checks r, which was taken between from and to.
func (c *check) reading(r source.Reading, from, to time.Time) {
	if _, known := c.zones[r.Zone]; !known {
		c.fault("zone %q %w", r.Zone, errUnknown)
	}
	switch late := r.Quality&source.Late != 0; {
	case r.At.IsZero():
		c.fault("zone %q: reading without a time", r.Zone)
	case !monotonic(r.At) && monotonic(to): // there is none in a bubble of testing/synctest
		c.fault("zone %q: time without a monotonic reading, as time.Now has it", r.Zone)
	case r.At.After(to):
		c.fault("zone %q: time after the end of the read", r.Zone)
	case r.At.Before(from) && !late:
		c.fault("zone %q: time before the read, and not marked late", r.Zone)
	}
	if r.Missing < 0 {
		c.fault("zone %q: missing time below 0", r.Zone)
	}
	last, ok := c.last[r.Zone]
	c.last[r.Zone] = r
	if !ok {
		return
	}
	if r.Missing < last.Missing {
		c.fault("zone %q: missing time fell", r.Zone)
	}
	if r.At.Before(last.At) {
		c.fault("zone %q: time went back", r.Zone)
	}
	if r.Total < last.Total {
		c.fault("zone %q: total fell", r.Zone)
	} else if j := (r.Total - last.Total).Joules(); j > maxPower*(r.At.Sub(last.At).Seconds()+1) {
		c.fault("zone %q: total rose by more than any machine draws", r.Zone)
	}
}

// report checks r.
func (c *check) report(r source.Report) {
	found := map[string]bool{}
	for _, z := range r.Found {
		if found[z.ID] {
			c.fault("report: two zones %q", z.ID)
		}
		found[z.ID] = true
		c.zone(z)
		if first, ok := c.zones[z.ID]; ok && first != z {
			c.fault("report: zone %q is described anew: what is new has a new ID", z.ID)
			continue
		}
		c.zones[z.ID] = z
	}
	for _, s := range r.Skipped {
		switch {
		case s.What == "":
			c.fault("report: something without a name is skipped")
		case s.Err == nil:
			c.fault("report: %q is skipped without a reason", s.What)
		case found[s.What]:
			c.fault("report: %q is both found and skipped", s.What)
		}
	}
	for _, a := range r.Assumed {
		if a.What == "" || a.Value == "" {
			c.fault("report: an assumption without a name or a value: %+v", a)
		}
	}
}

// zone checks how a zone is described.
func (c *check) zone(z source.Zone) {
	want := func(ok bool, what string) {
		if !ok {
			c.fault("report: zone %q: %w", z.ID, errors.New(what))
		}
	}
	want(z.ID != "", "no ID")
	want(z.ID != "rest" && z.ID != "psu_loss", "the ID is that of a zone of the meter")
	want(z.Kind >= source.CPU && z.Kind <= source.Loss, "no kind")
	want(z.Level >= source.AtChip && z.Level <= source.AtNodeAC, "no level")
	want(z.Origin.Method >= source.Counted && z.Origin.Method <= source.Estimated, "no method of its origin")
	want(z.Origin.Nature <= source.NatureForecast, "an unknown nature of its origin")
	want(z.Origin.Name != "", "no name of its origin")
	want(z.Socket >= -1 && z.Die >= -1, "a socket or die below -1, which says that it is of none")
	want(z.Parent != z.ID || z.ID == "", "it is its own parent")
	want(z.Period >= 0, "a period below 0")
	want(amount(z.Origin.Sigma), "an uncertainty that is below 0 or no number")
	want(amount(float64(z.Idle)) && amount(z.IdleSigma), "an idle power that is below 0 or no number")
}

// amount reports whether f is at least 0 and finite.
func amount(f float64) bool { return f >= 0 && f <= math.MaxFloat64 }
