package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

// What the counters have moved by is what the machine has used. Of the last
// moments a part may not be settled yet.
func checkSamples(t *testing.T, s stranger) {
	t.Helper()
	require.GreaterOrEqual(t, len(s.Samples), 4)
	first, last := s.Samples[0], s.Samples[len(s.Samples)-1]
	require.InDelta(t, s.Usage.Own, last.Own-first.Own, 1e-6)
	require.InDelta(t, s.Usage.Busy, last.Busy-first.Busy, 1e-6)
	require.InDelta(t, s.Usage.Duration, last.Seconds-first.Seconds, 1e-6)

	var counted, settled uint64
	for i, z := range last.Zones {
		require.Equal(t, s.Usage.Zones[i].ID, z.ID)
		if s.Usage.Zones[i].Beside {
			continue
		}
		moved := z.Counter - first.Zones[i].Counter
		require.Equal(t, s.Usage.Zones[i].Counter, moved, z.ID)
		require.LessOrEqual(t, z.Total, moved, z.ID)
		counted += moved
		settled += z.Total
		require.Equal(t, s.Usage.Zones[i].Charged, z.Charged, z.ID)
	}
	require.Equal(t, s.Usage.Machine, settled)
	require.InEpsilon(t, counted, settled, 0.05, "waits to be settled: 10 ms of 200 at most")
	for i, sample := range s.Samples[1:] {
		for k, z := range sample.Zones {
			require.GreaterOrEqual(t, z.Counter, s.Samples[i].Zones[k].Counter, "%s fell", z.ID)
		}
	}
	checkLoss(t, s)
}

// E_IT is what is behind the power supply over its efficiency.
func checkLoss(t *testing.T, s stranger) {
	t.Helper()
	var behind, plug uint64
	for _, z := range s.Usage.Zones {
		switch {
		case z.Beside || z.Kind == "psu_loss":
		case z.Level == "node-ac":
			plug += z.Total
		default:
			behind += z.Total
		}
	}
	want := float64(plug) + float64(behind)/s.Usage.Method.Efficiency
	require.InDelta(t, want, s.Usage.Machine, 4*float64(len(s.Usage.Zones)), "rounded by the microjoule")
}

// Power times time is energy, for what is computed in that way. A zone is read
// some microseconds after the time of its sample, but on a machine that has much
// else to do it may be milliseconds: one run of several has to be right.
func TestPowerTimesTime(t *testing.T) {
	const runs = 10
	var off []string
	for range runs {
		s := ask(t)
		if off = mismatches(s); len(off) == 0 {
			return
		}
	}
	require.Empty(t, off)
}

// mismatches returns the estimated zones whose counter has moved by another
// energy than their power explains.
func mismatches(s stranger) (off []string) {
	first, last := s.Samples[0], s.Samples[len(s.Samples)-1]
	seconds, busy := last.Seconds-first.Seconds, last.Busy-first.Busy
	for i, z := range last.Zones {
		joules := float64(z.Counter-first.Zones[i].Counter) / 1e6
		for _, about := range s.Sources.Found {
			if about.ID != z.ID || about.Method != "estimated" || about.Idle == 0 {
				continue
			}
			watts := about.Idle
			if z.ID == "estimate/cpu" {
				idle, full, cpus, straight := line(s)
				if !straight {
					continue
				}
				watts = idle + (full-idle)*busy/(seconds*cpus)
			}
			if math.Abs(joules-watts*seconds) > 0.02*joules {
				off = append(off, fmt.Sprintf("%s: %g J, want %g W for %g s", z.ID, joules, watts, seconds))
			}
		}
	}
	return off
}

// line returns the power of the processors at rest and in full use, if the
// report says that it is a straight line of a known table.
func line(s stranger) (idle, full, cpus float64, ok bool) {
	for _, a := range s.Sources.Assumed {
		if a.What != "cpu power model" || !strings.Contains(a.Why, "ccf") {
			continue
		}
		var from, fromUnit, to, toUnit string
		n, _ := fmt.Sscanf(a.Value, "%s %s idle to %s %s with %g", &from, &fromUnit, &to, &toUnit, &cpus)
		var low, high units.Power
		ok = n == 5 && low.Set(from+fromUnit) == nil && high.Set(to+toUnit) == nil
		return float64(low), float64(high), cpus, ok
	}
	return 0, 0, 0, false
}

// The charge of every zone is computed anew from its counter and the CPU times,
// settled interval by settled interval, and so is what the hardware embodies.
func checkShare(t *testing.T, s stranger) {
	t.Helper()
	charged := make([]float64, len(s.Usage.Zones))
	var own, busy, at, held float64
	before := s.Samples[0]
	for _, now := range s.Samples[1:] {
		if now.Busy <= busy || now.Zones[0].Counter-s.Samples[0].Zones[0].Counter != now.Zones[0].Total {
			continue // not settled
		}
		ours := max(0, min(now.Own-own, now.Busy-busy))
		d := ours / (now.Busy - busy)
		own, busy = own+ours, now.Busy
		for i, z := range now.Zones {
			charged[i] += d * float64(z.Total-before.Zones[i].Total)
		}
		held += d * (now.Seconds - at)
		before, at = now, now.Seconds
	}
	for i, z := range s.Usage.Zones {
		require.InDelta(t, charged[i], z.Charged, 0.01*float64(z.Total)+2, z.ID)
	}
	m := s.Usage.Method
	grams := ((m.Embodied-m.EmbodiedMemory)*m.HostShare + m.EmbodiedMemory*m.MemoryShare) * held / m.Lifespan
	require.InDelta(t, grams, s.Usage.Embodied, 0.05*grams, "zones are read a little after the time of a sample")
}
