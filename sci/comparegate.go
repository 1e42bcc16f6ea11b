package sci

import (
	"fmt"
	"math"
)

// A Gate stops a change that makes a score worse: by more than Threshold, and
// that for sure.
type Gate struct {
	// Threshold is the increase that is let through, relative to the score
	// before: 0.05 for 5 %, 0 for none. Below 0 it is a decrease that is asked
	// for.
	Threshold float64

	// Confidence is how sure it must be that the increase is above Threshold;
	// 0 stands for 0.95.
	Confidence float64
}

// A Decision is what a [Gate] says of a [Comparison].
type Decision struct {
	Outcome Outcome `json:"outcome"` // Pass; Fail: regressed; NotAssessable: above the threshold, and nobody knows how sure that is
	Reason  string  `json:"reason"`

	Increase    float64 `json:"increase"`    // relative to the score before; 0 where that is 0
	Probability float64 `json:"probability"` // that the increase is above the threshold; 0.5 where nobody knows
	Threshold   float64 `json:"threshold"`
	Confidence  float64 `json:"confidence"`
}

// Decide holds a comparison against the gate. It fails only an increase that is
// above the threshold with the confidence, by a one-sided test in which errors
// that both sides share cancel. It refuses a gate that cannot be ([ErrGate]) and
// the zero Comparison ([ErrNotMeasured]).
func (g Gate) Decide(c Comparison) (Decision, error) {
	g.Confidence = orElse(g.Confidence, 0.95)
	if !(g.Threshold > -1) || !isFinite(g.Threshold) || !(g.Confidence >= 0.5 && g.Confidence < 1) {
		return Decision{}, refuse(ErrGate, "gate at %v with confidence %v", g.Threshold, g.Confidence)
	}
	if c.Scale == 0 {
		return Decision{}, refuse(ErrNotMeasured, "gate a comparison")
	}
	d := Decision{Threshold: g.Threshold, Confidence: g.Confidence, Probability: 0.5}
	d.Increase, _ = c.Relative()
	above := float64(c.After) - (1+g.Threshold)*float64(c.Before)
	u := c.after.Minus(c.before.Scale(1 + g.Threshold))
	if u != nil {
		d.Probability = math.Erfc(-deviations(above, u.Sigma())/math.Sqrt2) / 2
	}
	d.judge(c, above, u != nil)
	return d, nil
}

func (d *Decision) judge(c Comparison, above float64, known bool) {
	limit := fmt.Sprintf("the threshold of %+.3g %%", 100*d.Threshold)
	change := c.share(c.Change)
	sure := fmt.Sprintf("with %s confidence, %.4g %% asked for", percent(d.Probability), 100*d.Confidence)
	switch {
	case above <= 0:
		d.Outcome, d.Reason = Pass, change+" is not above "+limit
	case !known:
		d.Outcome = NotAssessable
		d.Reason = change + " is above " + limit + "; a side states no uncertainty, so nobody knows whether by chance: state it by input"
	case d.Probability >= d.Confidence:
		d.Outcome, d.Reason = Fail, change+" is above "+limit+" "+sure
	default:
		d.Outcome, d.Reason = Pass, change+" is above "+limit+", but only "+sure+": measure longer to tell"
	}
	if c.Change <= 0 && c.Total.Change > 0 {
		d.Reason += "; the total rises all the same, by " + c.Total.Change.String()
	}
}

// percent returns a probability for people, never as certainty.
func percent(p float64) string {
	switch {
	case p > 0.999:
		return "more than 99.9 %"
	case p < 0.001:
		return "less than 0.1 %"
	}
	return fmt.Sprintf("%.3g %%", 100*p)
}
