package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

// report prints what the requests since the report before have emitted, and
// where the intensity is from, until ctx ends, and then the rest, unless that is
// but a moment.
func report(ctx context.Context, m *meter.Meter, chain *intensity.Chain, every time.Duration, w io.Writer) error {
	before, err := m.Read(ctx)
	if err != nil {
		return err
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for over, some := false, false; !over; some = true {
		select {
		case <-ctx.Done():
			over = true
		case <-tick.C:
		}
		now, err := m.Read(context.WithoutCancel(ctx))
		if err != nil {
			return err
		}
		if over && some && now.At.Sub(before.At) < every/2 {
			return nil
		}
		usage, err := now.Sub(before)
		if err != nil {
			return err
		}
		before = now
		if _, err := fmt.Fprintf(w, "\n%s\n%s", requests(usage), grid(now, chain)); err != nil {
			return err
		}
	}
	return nil
}

// requests says what one request has emitted, of the window.
func requests(u meter.Usage) string {
	score, err := u.Score("request")
	if err != nil { // none came, or the grid is not known
		return fmt.Sprintf("%v: %v", u, err)
	}
	return fmt.Sprintf("%.0f requests in %v: %v", u.R("request"), u.Duration().Round(time.Millisecond), score)
}

// grid says how much carbon a kWh is now, and how far to trust that.
func grid(s meter.Snapshot, chain *intensity.Chain) string {
	p := s.Intensity
	if p.Valid() != nil {
		return fmt.Sprintf("  grid     not known yet: %v\n", s.Missing)
	}
	text := fmt.Sprintf("  grid     %v in %s, %v, ±%.0f %% (1σ)\n", p.Value, p.Zone, p.Signal, 100*p.Uncertainty(time.Hour))
	text += fmt.Sprintf("  source   %s: %s\n", p.Origin.Name, p.Origin.Detail)
	text += fmt.Sprintf("  stage    %s%s\n", stage(p), age(p, s.At))
	if p.InPlaceOf != (intensity.Signal{}) {
		text += fmt.Sprintf("  instead  of %v, for want of it\n", p.InPlaceOf)
	}
	if s.Correction != 0 {
		text += fmt.Sprintf("  since    what was booked is off by %+.3g g, as is known by now\n", float64(s.Correction))
	}
	return text
}

// stage says which part of the chain has answered.
func stage(p intensity.Point) string {
	switch _, way, _ := strings.Cut(p.Origin.Name, "/"); {
	case way == "hold":
		return "the figure before, held"
	case strings.HasSuffix(way, "nowcast"):
		return "modelled from the past days"
	case p.Quality == intensity.Static:
		return "annual figure"
	case p.Quality == intensity.Forecast:
		return "forecast of the provider"
	}
	return "live, " + p.Quality.String()
}

// age says how old the figure is, or else its interval; that of an annual figure
// means nothing.
func age(p intensity.Point, now time.Time) string {
	made, what := p.Start, "since its interval began"
	switch {
	case p.Quality == intensity.Static:
		return ""
	case !p.Known.IsZero():
		made, what = p.Known, "since the last figure ended"
	case !p.IssuedAt.IsZero():
		made, what = p.IssuedAt, "since it was issued"
	case !p.UpdatedAt.IsZero():
		made, what = p.UpdatedAt, "since it was revised"
	}
	return fmt.Sprintf(", %v %s", max(0, now.Sub(made)).Round(time.Second), what)
}
