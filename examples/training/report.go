package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/meter"
)

// report says what the run has used, over all its starts, by its journal.
func (t *trainer) report() error {
	f, err := os.Open(t.journalFile())
	if err != nil {
		return err
	}
	defer f.Close()
	starts := map[string]bool{}
	usage, damage := jsonl.Sum(func(yield func(jsonl.Entry, error) bool) {
		for e, err := range jsonl.Read(f) {
			if err == nil && e.Run == runName {
				starts[e.Start] = true
			}
			if !yield(e, err) {
				return
			}
		}
	}, runName)

	var b strings.Builder
	fmt.Fprintf(&b, "trained %d of %d epochs, starts: %d%s\n", t.Epoch, t.epochs, len(starts), t.progress())
	item := func(name string, value any) { fmt.Fprintf(&b, "  %-8s %v\n", name, value) }
	item("used", usage)
	item("energy", origin(usage))
	item("score", score(usage, unitSample, 1000))
	item("", score(usage, unitFlop, 1e12))
	if damage != nil {
		item("journal", strings.ReplaceAll(damage.Error(), "\n", "; ")+": not in the sum")
	}
	_, err = io.WriteString(t.out, b.String())
	return err
}

func (t *trainer) progress() string {
	if len(t.Losses) == 0 {
		return ""
	}
	return fmt.Sprintf("; loss %.4f in the first, %.4f in the last, %.1f %% of digits right that it never learned from",
		t.Losses[0], t.Losses[len(t.Losses)-1], 100*t.Network.accuracy(t.unseen))
}

// origin says how far the energy is to be trusted.
func origin(u meter.Usage) string {
	var from []string
	for _, z := range u.Zones {
		if !z.Zone.Beside {
			from = append(from, z.Zone.ID)
		}
	}
	text := fmt.Sprintf("%v, ±%.0f %% (1σ), from %s; ", u.EnergyNature, 100*u.EnergyUncertainty().Sigma()/max(float64(u.Energy()), 1e-6), strings.Join(from, ", "))
	if u.CountedFraction() == 0 {
		return text + "nothing is counted: no counter of this machine can be read"
	}
	return text + fmt.Sprintf("%.0f %% counted by hardware", 100*u.CountedFraction())
}

// score returns what n units emit, or why that is not known.
func score(u meter.Usage, unit string, n float64) any {
	s, err := u.Score(unit)
	if err != nil {
		return err
	}
	return s.Per(n)
}
