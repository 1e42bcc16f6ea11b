package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/scimeter/scimeter/meter"
)

// An outcome is what one method made of one run.
type outcome struct {
	method       meter.Attribution
	cpu          time.Duration
	done         [kinds]int64
	samples      int64
	share        [kinds]float64 // of all the energy that work has caused
	sigma        [kinds]float64 // relative; 0: not claimed
	unattributed float64

	truth     [kinds]float64
	misbooked float64 // of the CPU time that is attributed, what is with the wrong kind
	worst     float64 // relative error of the kind that is most wrong
}

// take reads the shares of the kinds.
func (r *outcome) take(u meter.Usage) {
	work := float64(u.Microjoules - u.Static)
	for _, a := range u.Accounts {
		name := a.Account.Name()
		part := float64(a.Microjoules) / work
		r.samples = a.AllSamples
		switch {
		case name == meter.UnattributedAccount:
			r.unattributed = part
		case len(name) == 1:
			kind := name[0] - 'A'
			r.share[kind] = part
			r.sigma[kind], _ = a.Sigma()
		}
	}
}

// judge holds the shares against what the requests have cost.
func (r *outcome) judge(cost [kinds]float64) {
	sum, attributed := 0.0, 0.0
	for kind := range kinds {
		r.truth[kind] = float64(r.done[kind]) * cost[kind]
		sum += r.truth[kind]
		attributed += r.share[kind]
	}
	for kind := range kinds {
		r.truth[kind] /= sum
		miss := r.share[kind]/attributed - r.truth[kind]
		r.misbooked += math.Abs(miss) / 2
		if r.truth[kind] > 0 {
			r.worst = max(r.worst, math.Abs(miss)/r.truth[kind])
		}
	}
}

// interval is the one that is stated, 95 %: what sampling makes uncertain, and
// above that as much as is nobody's.
func (r *outcome) interval(kind int) (low, high float64) {
	d := 1.96 * r.sigma[kind] * r.share[kind]
	return r.share[kind] - d, r.share[kind] + d + r.unattributed
}

func (r *outcome) inside(kind int) bool {
	low, high := r.interval(kind)
	return low <= r.truth[kind] && r.truth[kind] <= high
}

func (r *outcome) raw(w io.Writer, mix string, run int) {
	for kind := range kinds {
		low, high := r.interval(kind)
		fmt.Fprintf(w, "%s,%d,%v,%.2f,%d,%.4f,%.4f,%c,%.4f,%.4f,%.4f,%.4f,%t\n", mix, run, r.method, r.cpu.Seconds(), r.samples,
			r.misbooked, r.unattributed, 'A'+kind, r.truth[kind], r.share[kind], low, high, r.inside(kind))
	}
}

func (o *options) head(w io.Writer) {
	fmt.Fprintf(w, "%d runs of %v of CPU time for each mix, %d workers on %d CPUs, profile %v in %v, %s, %s/%s.\n\n",
		o.runs, o.cpu, o.workers, runtime.NumCPU(), o.window, o.cycle, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(w, "| mix | method | CPU-seconds | samples | misbooked, median | highest | worst kind, median | unattributed, median | interval covers |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
}

// report prints one line for each method.
func report(w io.Writer, mix string, all []outcome) {
	for _, method := range []meter.Attribution{meter.InFlight, meter.CPUSamples} {
		var cpu, samples, misbooked, worst, unattributed []float64
		covered, stated := 0, 0
		for _, r := range all {
			if r.method != method {
				continue
			}
			cpu, samples = append(cpu, r.cpu.Seconds()), append(samples, float64(r.samples))
			misbooked, worst = append(misbooked, r.misbooked), append(worst, r.worst)
			unattributed = append(unattributed, r.unattributed)
			for kind := range kinds {
				if r.sigma[kind] == 0 {
					continue // nothing is claimed
				}
				stated++
				if r.inside(kind) {
					covered++
				}
			}
		}
		coverage := "none stated"
		if stated > 0 {
			coverage = fmt.Sprintf("%d of %d (%.0f %%)", covered, stated, 100*float64(covered)/float64(stated))
		}
		fmt.Fprintf(w, "| %s | %v | %.1f | %.0f | %.1f %% | %.1f %% | %.0f %% | %.1f %% | %s |\n", mix, method, median(cpu), median(samples),
			100*median(misbooked), 100*slices.Max(misbooked), 100*median(worst), 100*median(unattributed), coverage)
	}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
