package main

import (
	"fmt"
	"io"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A claim is a model with the interval that is printed for it. Both powers are
// at the same level: rest is added to what was measured.
type claim struct {
	name  string
	sigma float64
	power func(c computer, load float64) float64
	rest  func(c computer) float64
}

// tenth is a rest that does not depend on load, as large as brings the power
// of a server at rest to 0.2 of full load, which is what SPECpower has at the
// wall.
func tenth(c computer) float64 { return 0.1 * c.full(true) }

func none(computer) float64 { return 0 }

func claims(machines []computer) []claim {
	line := func(c computer, u float64) float64 { return power(calibrated(c.full(true)), u) }
	chip := estimate.Calibrated(1, 2, source.AtChip).Sigma
	wall := estimate.Calibrated(1, 2, source.AtNodeAC).Sigma
	return []claim{
		{"TDP·(0.12 + 0.58·u)", estimate.TDPSigma, func(c computer, u float64) float64 {
			return power(estimate.TDP(units.Power(c.tdp)).Curve, u)
		}, none},
		{"the same, full load from the three other machines", estimate.TDPSigma, func(c computer, u float64) float64 {
			return c.tdp * (estimate.TDPIdle + (othersFull(machines, c)-estimate.TDPIdle)*u)
		}, none},
		{"calibrated at the chip", chip, line, none},
		{"calibrated at the wall, rest assumed", wall, line, tenth},
		{"a row, as far as the curve goes, rest assumed", estimate.RowSigma, line, tenth},
		{"the row that the machine has (two have), rest and η assumed", estimate.Rows()[2].Sigma, func(c computer, u float64) float64 {
			name, _ := estimate.Processor{Model: c.cpu}.Architecture()
			return atChip(c, u, name)
		}, tenth},
		{"processor not known, rest and η assumed", estimate.DefaultSigma, func(c computer, u float64) float64 {
			return atChip(c, u, "average-aws")
		}, tenth},
	}
}

// supply is the efficiency that the meter assumes of a power supply.
const supply = 0.92

// atChip is what a row at the wall leaves for the packages: 0 where there is
// no such row.
func atChip(c computer, load float64, name string) float64 {
	for _, r := range estimate.Rows() {
		if r.Name == name {
			return max(0, power(r.Model(c.cpus).Curve, load)*supply-tenth(c))
		}
	}
	return 0
}

// coverage counts the points inside of the 95 % intervals that the package
// prints.
func coverage(w io.Writer, machines []computer) {
	fmt.Fprint(w, "\n**The intervals that are printed**, 95 %, lognormal, and the share of points inside.\n\n")
	fmt.Fprint(w, "| model | 1σ | interval | points inside | below | above |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, cl := range claims(machines) {
		n, below, above := cl.count(machines)
		in := n - below - above
		fmt.Fprintf(w, "| %s | %.0f %% | ×/÷ %.2f | %d of %d (%.0f %%) | %d | %d |\n", cl.name, 100*cl.sigma,
			interval(cl.sigma), in, n, 100*float64(in)/float64(n), below, above)
	}
}

func (cl claim) count(machines []computer) (n, below, above int) {
	factor := interval(cl.sigma)
	for _, c := range machines {
		rest := cl.rest(c)
		for _, p := range c.points {
			guess := cl.power(c, p.load)
			if guess == 0 {
				continue // the model has nothing to say
			}
			n++
			guess += rest
			switch {
			case p.watts+rest < guess/factor:
				below++
			case p.watts+rest > guess*factor:
				above++
			}
		}
	}
	return n, below, above
}

// othersFull is the mean of P(100 %)/TDP over both kinds of load of all
// machines but c.
func othersFull(machines []computer, c computer) float64 {
	sum, n := 0.0, 0.0
	for _, o := range machines {
		if o.cpu != c.cpu {
			sum += (o.full(true) + o.full(false)) / o.tdp
			n += 2
		}
	}
	return sum / n
}
