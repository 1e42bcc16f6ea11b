package sci

import (
	"math"
	"strings"

	"github.com/scimeter/scimeter/units"
)

// A Significance says how sure a change is. Uncertainty is that of the
// difference, input by input: what both sides share cancels as far as it moves
// both alike. Figures are grams per Scale functional units.
type Significance struct {
	// Known is false where a side states no uncertainty: then there is nothing
	// else here.
	Known bool         `json:"known"`
	Sigma units.Carbon `json:"sigma_g"` // 1σ of the change
	Low   units.Carbon `json:"low_g"`   // 95 % interval of the change
	High  units.Carbon `json:"high_g"`
	Z     float64      `json:"z"` // the change over Sigma
	P     float64      `json:"p"` // two-sided: of a change so large by chance alone

	Uncertainty Uncertainty `json:"uncertainty_g,omitempty"` // of the change, by input
}

// At reports whether the change is significant at a confidence such as 0.95:
// that it is known, and P below 1 − confidence.
func (s Significance) At(confidence float64) bool { return s.Known && s.P < 1-confidence }

func significanceOf(change units.Carbon, before, after Uncertainty) Significance {
	u := after.Minus(before)
	if u == nil {
		return Significance{}
	}
	s := Significance{Known: true, Uncertainty: u, Sigma: units.Carbon(u.Sigma())}
	s.Low, s.High = change-coverage*s.Sigma, change+coverage*s.Sigma
	s.Z = deviations(float64(change), float64(s.Sigma))
	s.P = math.Erfc(math.Abs(s.Z) / math.Sqrt2)
	return s
}

// deviations returns v over sigma: as far as a float64 goes where sigma is 0
// and v is not.
func deviations(v, sigma float64) float64 {
	if v == 0 {
		return 0
	}
	return finite(v / sigma)
}

// doubts returns the uncertainty of a score by input: as stated, or as one
// input of its own where only the interval is stated; nil if neither is.
// Inputs that the sides do not share get the name of the side.
func (c *comparing) doubts(s *side, name string) Uncertainty {
	if len(s.d.Uncertainty) == 0 {
		return intervalDoubt(s, name)
	}
	u := Uncertainty{}
	for _, d := range s.d.Uncertainty {
		id := d.Input
		if c.isIndependent(id) {
			id += " (" + name + ")"
		}
		u[id] = finite(u[id] + s.rate(finite(d.Sigma)))
	}
	return u
}

func (c *comparing) isIndependent(id string) bool {
	for _, own := range c.independent {
		if id == own || strings.HasSuffix(own, ":") && strings.HasPrefix(id, own) {
			return true
		}
	}
	return false
}

// intervalDoubt undoes [Lognormal].
func intervalDoubt(s *side, name string) Uncertainty {
	low, high := s.d.Result.Low, s.d.Result.High
	if low == nil || high == nil || !(low.Value > 0) || !(high.Value >= low.Value) || !isFinite(high.Value) {
		return nil
	}
	spread := math.Log(high.Value/low.Value) / (2 * coverage)
	relative := math.Sqrt(math.Expm1(spread * spread))
	return Uncertainty{"interval (" + name + ")": finite(relative * s.rate(s.total().v))}
}
