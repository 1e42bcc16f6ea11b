package estimate

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// slack is how far the busy time of a CPU may run ahead of the clock between
// two reads: the kernel books it in ticks of 10 ms, field by field, and late
// for a CPU that sleeps [E].
const slack = 100 * time.Millisecond

// An integral turns time and busy time into energy. A straight line is
// computed from the cumulative times, so that a total depends on no sampling;
// any other curve is evaluated on the mean load of each interval.
type integral struct {
	curve Curve
	line  Linear // when straight
	isLin bool
	cpus  float64

	at      time.Time     // of the read before
	busy    time.Duration // as read then
	elapsed time.Duration // since the start
	worked  time.Duration // busy time counted since the start
	carried time.Duration // busy time that no interval had room for yet (curves)
	joules  float64       // of a curve
	total   units.Microjoules
}

func newIntegral(c Curve, cpus int, at time.Time, busy time.Duration) integral {
	line, ok := c.(Linear)
	return integral{curve: c, line: line, isLin: ok, cpus: float64(cpus), at: at, busy: busy}
}

// advance counts what happened since the read before.
func (g *integral) advance(at time.Time, busy time.Duration) source.Quality {
	dt := max(at.Sub(g.at), 0)
	work, quality := g.work(dt, busy-g.busy)
	if dt > 0 {
		g.at = at
	}
	g.busy = busy
	g.elapsed += dt
	g.worked += work
	if g.isLin {
		g.total = max(g.total, microjoules(g.straight()))
		return quality
	}
	g.joules += g.bent(dt, work)
	g.total = max(g.total, microjoules(g.joules))
	return quality
}

// work bounds how much busy time an interval can have: CPU time that falls
// starts anew, and more than all CPUs can work is not believed.
func (g *integral) work(dt, work time.Duration) (time.Duration, source.Quality) {
	if work < 0 {
		return 0, source.Reset
	}
	if room := g.cpus * float64(dt); float64(work) > room+g.cpus*float64(slack) {
		return time.Duration(room), source.Implausible
	}
	return work, 0
}

func (g *integral) straight() float64 {
	static := float64(g.line.Idle) * g.elapsed.Seconds()
	return static + float64(g.line.Max-g.line.Idle)*g.worked.Seconds()/g.cpus
}

// bent books the energy of one interval. Busy time beyond full load, which is
// a late tick, is of the next.
func (g *integral) bent(dt, work time.Duration) float64 {
	g.carried += work
	if dt <= 0 {
		return 0
	}
	room := g.cpus * float64(dt)
	used := min(float64(g.carried), room)
	g.carried -= time.Duration(used)
	return float64(g.curve.Power(used/room)) * dt.Seconds()
}

// microjoules rounds a cumulative energy.
func microjoules(joules float64) units.Microjoules {
	if !(joules > 0) {
		return 0
	}
	return units.Microjoules(math.Round(min(joules, 1e12) * 1e6))
}
