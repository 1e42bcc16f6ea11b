package main

import (
	"fmt"
	"io"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
)

// writeText writes the report for people.
func writeText(w io.Writer, r *result) error {
	t := &text{w: w}
	t.print("This process has used %v, %s.\n", r.usage, r.usage.Nature)
	for _, section := range []func(*text, *result){work, sources, energy, carbon, scores, measuring} {
		section(t, r)
	}
	t.print("\nThe same with the raw counters, to compute every figure anew: -json\n")
	return t.err
}

func work(t *text, r *result) {
	t.section("work", "what was done, and what this process is charged meanwhile")
	rows := [][]string{{"", "done", "one is", "time", "CPU time", "energy", "power"}}
	for _, p := range r.phases {
		rows = append(rows, append([]string{p.unit, fmt.Sprintf("%.0f", p.usage.R(p.unit)), p.what}, pace(p.usage)...))
	}
	t.table(append(rows, append([]string{"all", "", ""}, pace(r.usage)...))...)
}

func pace(u meter.Usage) []string {
	power, _ := u.Energy().Over(u.Duration())
	return []string{short(u.Duration()), short(u.Own), u.Energy().String(), power.String()}
}

func scores(t *text, r *result) {
	t.section(sci.GSF11.Name(r.usage.Signal), "C / R of each phase, R being what was done in it")
	for _, p := range r.phases {
		score, err := p.usage.Score(p.unit)
		if err != nil {
			t.item(p.unit, "no score: %v", err)
			continue
		}
		t.item(p.unit, "%v", score.Per(p.per))
		t.item("", "(O %v + M %v) / R %.0f", p.usage.Operational, p.usage.Embodied, p.usage.R(p.unit))
	}
}

func measuring(t *text, r *result) {
	u := r.usage
	t.section("measuring", "what it has cost, which is a part of the figures above")
	t.item("start", "%s, by the clock", short(r.starting))
	if u.Effort.CPU <= 0 || u.Own <= 0 {
		t.item("reading", "%d times; no clock of this system tells what CPU time that took", u.Effort.Reads)
		return
	}
	t.item("reading", "%d times, %s of CPU time together, %.2g %% of what this process used; %v of energy go with that",
		u.Effort.Reads, short(u.Effort.CPU), 100*float64(u.Effort.CPU)/float64(u.Own), u.MeterEnergy())
}

// short returns d with three digits.
func short(d time.Duration) string {
	digit := time.Nanosecond
	for d/digit >= 1000 {
		digit *= 10
	}
	return d.Round(digit).String()
}
