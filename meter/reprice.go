package meter

import (
	"fmt"
	"math"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// Reprice returns u with the carbon of its energy as g knows the intensities
// now: after an outage of a provider, a revision, or with another signal. The
// energy stays as it was. What g does not know has no price then, whatever it
// had before. Within a step energy counts as even in time.
func (u Usage) Reprice(g Grid) (Usage, error) {
	switch {
	case !u.measured():
		return Usage{}, fmt.Errorf("meter: reprice: %w", sci.ErrNotMeasured)
	case g == nil:
		return Usage{}, fmt.Errorf("meter: reprice: %w", ErrNoIntensity)
	}
	p := pricer{grid: g, pue: 1} // steps are at the facility's meter already
	out := u
	out.Steps = make([]Step, 0, len(u.Steps))
	out.Operational, out.Unpriced = 0, 0
	for _, s := range u.Steps {
		out.reprice(&p, s)
	}
	if p.err != nil && out.Operational == 0 && u.Microjoules > 0 {
		return Usage{}, fmt.Errorf("meter: reprice: %w", p.err)
	}
	out.Signal, out.Priced = p.signal, priced(p.grids)
	out.Unpriced = min(out.Unpriced, out.Microjoules)
	out.Nature = out.nature(worst(p.grids))
	out.doubts = u.repriced(&p, float64(out.Operational))
	out.Accounts = repriceAccounts(u, out)
	out.Zones = repriceZones(u, out)
	return out, nil
}

// reprice books a step again, cut where the new intensities change.
func (u *Usage) reprice(p *pricer, s Step) {
	unpriced := 0.0
	p.eachPoint(s.Start, s.End, func(at piece, point intensity.Point, err error) {
		e := s.Energy * units.FacilityEnergy(at.part)
		step := Step{at.from, at.to, e, point.Value.Of(e), at.cell}
		if err == nil {
			p.credit(e, step.Booked, &point)
		} else {
			unpriced += at.part
		}
		u.Operational += step.Booked
		u.Steps = append(u.Steps, step)
	})
	if u.Facility > 0 {
		lost := unpriced * float64(s.Energy/u.Facility)
		u.Unpriced += units.Microjoules(math.Round(lost * float64(u.Microjoules)))
	}
}

// repriced returns the doubts of u at its new carbon: those of the energy are
// carried over at the mean price, those of the old intensities are left out.
func (u Usage) repriced(p *pricer, grams float64) doubts {
	d := doubts{energy: u.doubts.energy, carbon: sci.Uncertainty{}}
	if e := float64(u.Energy()); e > 0 {
		for id, joules := range u.doubts.energy {
			d.add(id, 0, joules/e*grams)
		}
	}
	d.add(pueID, 0, grams*u.Method.Site.PUESigma/max(float64(u.Method.Site.PUE), 1))
	d.grids(p.grids, u.Measured)
	for _, id := range []string{sci.HostID, sci.GPUID, sci.LifespanID} {
		d.add(id, 0, u.doubts.carbon[id])
	}
	return d
}

// repriceAccounts and repriceZones give each owner its part of the new carbon:
// that of the old where there was some, else that of the energy.
func repriceAccounts(u, out Usage) []AccountTotal {
	accounts := make([]AccountTotal, 0, len(u.Accounts))
	var energy, unpriced units.Microjoules // of the accounts so far
	for _, a := range u.Accounts {
		part := fraction(float64(a.Operational), float64(u.Operational), float64(a.Microjoules), float64(u.Microjoules))
		a.Operational = out.Operational * units.Carbon(part)
		energy += a.Microjoules
		upto := units.Microjoules(math.Round(float64(out.Unpriced) * fraction(0, 0, float64(energy), float64(u.Microjoules))))
		a.Unpriced = min(upto-unpriced, a.Microjoules)
		unpriced += a.Unpriced
		accounts = append(accounts, a)
	}
	return accounts
}

func repriceZones(u, out Usage) []ZoneTotal {
	zones := make([]ZoneTotal, 0, len(u.Zones))
	for _, z := range u.Zones {
		part := fraction(float64(z.Operational), float64(u.Operational), float64(z.Charged), float64(u.Microjoules))
		z.Operational = out.Operational * units.Carbon(part)
		zones = append(zones, z)
	}
	return zones
}

// fraction returns a/all, or b/other where all is nothing.
func fraction(a, all, b, other float64) float64 {
	switch {
	case all > 0:
		return a / all
	case other > 0:
		return b / other
	}
	return 0
}
