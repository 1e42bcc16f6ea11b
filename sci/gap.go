package sci

import (
	"cmp"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// Names of what is done about a gap, as a [GapStatement] has them.
const (
	GapFail        = "fail"
	GapHold        = "hold"
	GapAnnual      = "annual-fallback"
	GapOtherSignal = "other-signal" // of package intensity
)

// A GapPolicy says what is done about energy without an intensity. The zero
// GapPolicy is [Fail]. Nothing is ever filled with 0, and whatever a policy
// fills is in [Joined.Filled].
type GapPolicy struct{ steps []gapStep }

type gapStep struct {
	name   string
	maxAge time.Duration
	annual units.Intensity
	source string
}

// FailAtGaps refuses energy without an intensity ([ErrIntensityGap]). It is what
// [Join] does.
func FailAtGaps() GapPolicy { return GapPolicy{} }

// Hold takes the intensity of the last step before a gap that has one, for energy
// up to maxAge from where that step ended: of a step that is longer only so much.
// Steps need their Start and End for it, and come in the order of time.
func Hold(maxAge time.Duration) GapPolicy {
	return GapPolicy{[]gapStep{{name: GapHold, maxAge: maxAge}}}
}

// AnnualFallback takes the annual intensity of the grid, which is the coarsest
// that the specification takes (rule I-05); source says where it comes from. It
// has to be location-based, of the same signal as the steps.
func AnnualFallback(annual units.Intensity, source string) GapPolicy {
	return GapPolicy{[]gapStep{{name: GapAnnual, annual: annual, source: source}}}
}

// Else returns the policy that does as p and, about what that leaves open, as
// next.
func (p GapPolicy) Else(next GapPolicy) GapPolicy {
	return GapPolicy{append(p.steps[:len(p.steps):len(p.steps)], next.steps...)}
}

// String returns the policy for people, such as "hold for up to 2h0m0s, else
// annual-fallback of 52 g/kWh (ember-2024)".
func (p GapPolicy) String() string {
	text := ""
	for _, s := range p.steps {
		if text != "" {
			text += ", else "
		}
		text += s.String()
	}
	return cmp.Or(text, GapFail)
}

func (s gapStep) String() string {
	if s.name == GapHold {
		return fmt.Sprintf("%s for up to %v", GapHold, s.maxAge)
	}
	text := fmt.Sprintf("%s of %.5g g/kWh", s.name, float64(s.annual))
	if s.source != "" {
		text += " (" + s.source + ")"
	}
	return text
}

// A Fill is energy that a policy priced.
type Fill struct {
	Policy      string // GapHold, GapAnnual or GapOtherSignal
	What        string // the policy in words
	Energy      units.FacilityEnergy
	Operational units.Carbon
}

// Join prices each step by its own intensity, and by p where it has none.
// Beside what [Join] refuses, it refuses an annual intensity that is negative or
// not finite, and steps without times, or out of their order, where it has to
// hold ([ErrPeriod]).
func (p GapPolicy) Join(steps ...Step) (Joined, error) {
	w := joining{filled: make([]filling, len(p.steps))}
	for i, s := range p.steps {
		err := Step{Intensity: &s.annual}.check(i)
		if err == nil && s.maxAge < 0 {
			err = refuse(ErrPeriod, "hold for %v", s.maxAge)
		}
		if err != nil {
			return Joined{}, err
		}
	}
	for i := range steps {
		if err := w.step(p, i, &steps[i]); err != nil {
			return Joined{}, err
		}
	}
	j := w.joined(p)
	if open := w.open.value(); open > 0 {
		return j, refuse(ErrIntensityGap, "%v of %v kWh", open/units.KilowattHour, j.Energy.KWh())
	}
	return j, nil
}

// A joining prices step after step.
type joining struct {
	all, covered, open, grams sum
	filled                    []filling

	last  units.Intensity // of the last step that had one
	until time.Time       // where that ended; zero: there is none
	at    time.Time       // where the last step ended
}

type filling struct{ energy, grams sum }

func (w *joining) step(p GapPolicy, i int, s *Step) error {
	if err := s.check(i); err != nil {
		return err
	}
	energy := s.Energy
	w.all.add(float64(energy))
	if !s.End.IsZero() && s.Start.Before(w.at) {
		for _, g := range p.steps {
			if g.name == GapHold {
				return refuse(ErrPeriod, "step %d starts at %v, before the last has ended", i, s.Start)
			}
		}
	}
	w.at = s.End
	if s.Intensity != nil {
		w.covered.add(float64(energy))
		w.grams.add(float64(s.Intensity.Of(energy)))
		w.last, w.until = *s.Intensity, s.End
		return nil
	}
	for k, g := range p.steps {
		if energy <= 0 {
			return nil
		}
		price, part, err := w.fill(g, i, s)
		if err != nil {
			return err
		}
		// part is of the whole step; what was filled before is its beginning.
		fill := min(energy, max(0, s.Energy*units.FacilityEnergy(part)-(s.Energy-energy)))
		energy -= fill
		w.filled[k].energy.add(float64(fill))
		w.filled[k].grams.add(float64(price.Of(fill)))
	}
	w.open.add(float64(energy))
	return nil
}

// fill returns the intensity that g has for the step, and for which part of it.
func (w *joining) fill(g gapStep, i int, s *Step) (units.Intensity, float64, error) {
	switch {
	case g.name != GapHold:
		return g.annual, 1, nil
	case s.End.IsZero() || !s.End.After(s.Start):
		return 0, 0, refuse(ErrPeriod, "step %d without times, which holding an intensity needs", i)
	case w.until.IsZero():
		return 0, 0, nil
	}
	// The distance is taken first: until plus maxAge may lie beyond all times.
	held := g.maxAge - s.Start.Sub(w.until)
	return w.last, unit(float64(held) / float64(s.End.Sub(s.Start))), nil
}

func (w *joining) joined(p GapPolicy) Joined {
	j := Joined{Energy: facility(w.all), Covered: facility(w.covered)}
	for k, f := range w.filled {
		if f.energy.value() == 0 {
			continue
		}
		w.grams.add(f.grams.value())
		j.Filled = append(j.Filled, Fill{
			p.steps[k].name, p.steps[k].String(), facility(f.energy), units.Carbon(f.grams.value()),
		})
	}
	j.Operational = units.Carbon(w.grams.value())
	return j
}

// Gaps returns what was filled as a [Disclosure] states it, with the part of the
// energy; nil where there was no gap.
func (j Joined) Gaps() []GapStatement {
	var gaps []GapStatement
	for _, f := range j.Filled {
		gaps = append(gaps, GapStatement{Policy: f.Policy, Share: unit(float64(f.Energy) / float64(j.Energy)), What: f.What})
	}
	return gaps
}

// JoinedOf returns what package intensity integrated: energy priced by held
// figures and by a fallback is in Filled, that of an allowed signal too.
func JoinedOf(r intensity.Result) Joined {
	j := Joined{Energy: r.Energy, Operational: r.Carbon}
	names := map[intensity.Reason]string{
		intensity.Held: GapHold, intensity.FellBack: GapAnnual, intensity.OtherSignal: GapOtherSignal,
	}
	covered := sum{total: float64(r.Covered)}
	for _, s := range r.Substitutions {
		covered.add(-float64(s.Energy))
		what := fmt.Sprintf("%v: %s, %s", s.Reason, s.Zone, s.Origin.Name)
		j.Filled = append(j.Filled, Fill{names[s.Reason], what, s.Energy, s.Carbon})
	}
	covered.total = max(covered.total, -covered.lost)
	j.Covered = facility(covered)
	return j
}
