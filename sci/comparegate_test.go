package sci_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// doubted is a disclosure of so many grams per request, and what is uncertain.
func doubted(grams float64, doubts ...sci.InputDoubt) *sci.Disclosure {
	return &sci.Disclosure{
		Unit:        sci.FunctionalUnit{Name: "request", Total: sci.Exactly(1)},
		Components:  []sci.ComponentStatement{{ID: "all", Operational: sci.Exactly(grams), Embodied: sci.Exactly(0)}},
		Uncertainty: doubts,
	}
}

func TestSignificanceCancelsWhatIsShared(t *testing.T) {
	before := doubted(100, sci.InputDoubt{Input: "gain", Sigma: 5}, sci.InputDoubt{Input: "edge:package-0", Sigma: 3})
	after := doubted(80, sci.InputDoubt{Input: "gain", Sigma: 4}, sci.InputDoubt{Input: "edge:package-0", Sigma: 4})
	s := compare(t, before, after).Significance
	require.True(t, s.Known)
	require.InDelta(t, math.Sqrt(1+9+16), float64(s.Sigma), 1e-12, "edges are of each window")
	require.InDelta(t, -20/math.Sqrt(26), s.Z, 1e-12)
	require.InDelta(t, 8.77e-5, s.P, 1e-7, "two-sided, of 3.922 standard deviations")
	require.InDelta(t, -20-1.96*math.Sqrt(26), float64(s.Low), 1e-12)
	require.InDelta(t, -20+1.96*math.Sqrt(26), float64(s.High), 1e-12)
	require.True(t, s.At(0.999))
	require.False(t, s.At(0.99999))

	s = compare(t, before, after, sci.Independent("gain")).Significance
	require.InDelta(t, math.Sqrt(25+16+9+16), float64(s.Sigma), 1e-12)
	require.Equal(t, sci.Uncertainty{
		"gain (before)": -5, "gain (after)": 4, "edge:package-0 (before)": -3, "edge:package-0 (after)": 4,
	}, s.Uncertainty)
}

func TestSignificanceOfACommonGainAlone(t *testing.T) {
	gain := func(grams float64) *sci.Disclosure {
		return doubted(grams, sci.InputDoubt{Input: "intensity", Sigma: 0.3 * grams})
	}
	s := compare(t, gain(100), gain(100)).Significance
	require.Equal(t, sci.Significance{Known: true, P: 1, Uncertainty: sci.Uncertainty{"intensity": 0}}, s)
	s = compare(t, gain(100), gain(99)).Significance
	require.InDelta(t, 0.3, float64(s.Sigma), 1e-12)
	require.InDelta(t, -1/0.3, s.Z, 1e-9, "30 % of each side, and yet sure")

	exact := compare(t, doubted(100, sci.InputDoubt{Input: "x"}), doubted(99, sci.InputDoubt{Input: "x"})).Significance
	require.Equal(t, -math.MaxFloat64, exact.Z)
	require.Zero(t, exact.P)
}

func TestSignificanceByIntervals(t *testing.T) {
	side := func(grams, u float64) *sci.Disclosure {
		d := doubted(grams)
		low, high := sci.Lognormal(units.Carbon(grams), u)
		d.Result.Low, d.Result.High = sci.Exactly(float64(low)), sci.Exactly(float64(high))
		return d
	}
	s := compare(t, side(100, 0.03), side(80, 0.05)).Significance
	require.InDelta(t, 5, float64(s.Sigma), 1e-9, "3 g and 4 g that nobody knows to be shared")
	require.False(t, compare(t, side(100, 0.03), doubted(80)).Significance.Known)
	require.False(t, sci.Significance{}.At(0.5))
}

func TestGate(t *testing.T) {
	sigma := func(s float64) []sci.InputDoubt { return []sci.InputDoubt{{Input: "edge:x", Sigma: s}} }
	for name, x := range map[string]struct {
		after         float64
		before, noise []sci.InputDoubt
		gate          sci.Gate
		want          sci.Outcome
		reason        string
	}{
		"better":               {90, sigma(1), sigma(1), sci.Gate{}, sci.Pass, "−10.0 % is not above the threshold of +0 %"},
		"within the threshold": {104, sigma(0.1), sigma(0.1), sci.Gate{Threshold: 0.05}, sci.Pass, "+4.0 % is not above the threshold of +5 %"},
		"beyond it, for sure":  {110, sigma(1), sigma(1), sci.Gate{Threshold: 0.05}, sci.Fail, "+10.0 % is above the threshold of +5 % with more than 99.9 % confidence"},
		"beyond it, by chance": {110, sigma(9), sigma(9), sci.Gate{Threshold: 0.05}, sci.Pass, "but only with 64.9 % confidence, 95 % asked for"},
		"beyond, less asked":   {110, sigma(9), sigma(9), sci.Gate{Threshold: 0.05, Confidence: 0.6}, sci.Fail, "with 64.9 % confidence"},
		"hardly beyond it":     {101, sigma(30), sigma(30), sci.Gate{}, sci.Pass, "but only with 50.9 % confidence"},
		"beyond, not known":    {110, nil, sigma(9), sci.Gate{Threshold: 0.05}, sci.NotAssessable, "a side states no uncertainty"},
		"better, not known":    {99, nil, nil, sci.Gate{}, sci.Pass, "is not above"},
		"too little saved":     {95, sigma(1), sigma(1), sci.Gate{Threshold: -0.2}, sci.Fail, "−5.0 % is above the threshold of -20 %"},
	} {
		c := compare(t, doubted(100, x.before...), doubted(x.after, x.noise...))
		d, err := x.gate.Decide(c)
		require.NoError(t, err, name)
		require.Equal(t, x.want, d.Outcome, name)
		require.Contains(t, d.Reason, x.reason, name)
		require.InDelta(t, x.after/100-1, d.Increase, 1e-12, name)
	}
}

func TestGateSharesTheGain(t *testing.T) {
	gain := func(grams float64) *sci.Disclosure {
		return doubted(grams, sci.InputDoubt{Input: "intensity", Sigma: 0.3 * grams})
	}
	d, err := sci.Gate{Threshold: 0.05}.Decide(compare(t, gain(100), gain(105.1)))
	require.NoError(t, err)
	require.Equal(t, sci.Fail, d.Outcome, "5.1 % are above 5 % whatever the intensity is")
	require.InDelta(t, 1, d.Probability, 1e-3)
}

func TestGateNamesTheTotal(t *testing.T) {
	after := doubted(180)
	after.Unit.Total = sci.Exactly(2)
	d, err := sci.Gate{}.Decide(compare(t, doubted(100), after))
	require.NoError(t, err)
	require.Equal(t, "−10.0 % is not above the threshold of +0 %; the total rises all the same, by 80 gCO2e", d.Reason)
}

func TestGateRefuses(t *testing.T) {
	c := compare(t, doubted(100), doubted(100))
	for _, g := range []sci.Gate{{Threshold: -1}, {Threshold: math.NaN()}, {Threshold: math.Inf(1)}, {Confidence: 1}, {Confidence: 0.4}, {Confidence: math.NaN()}} {
		_, err := g.Decide(c)
		require.ErrorIs(t, err, sci.ErrGate)
	}
	_, err := sci.Gate{}.Decide(sci.Comparison{})
	require.ErrorIs(t, err, sci.ErrNotMeasured)
}

// From nothing to something is worse, and no share of nothing.
func TestGateFromNothing(t *testing.T) {
	c := compare(t, doubted(0, sci.InputDoubt{Input: "a"}), doubted(5, sci.InputDoubt{Input: "a", Sigma: 1}))
	_, ok := c.Relative()
	require.False(t, ok)
	d, err := sci.Gate{Threshold: 0.5}.Decide(c)
	require.NoError(t, err)
	require.Equal(t, sci.Fail, d.Outcome)
	require.Contains(t, d.Reason, "5 gCO2e is above")
}

func TestShares(t *testing.T) {
	u := sci.Uncertainty{"intensity": 4, "te.host": -3, "b": 0, "a": 0}
	shares := u.Shares()
	require.Equal(t, []string{"intensity", "te.host", "a", "b"}, []string{shares[0].Input, shares[1].Input, shares[2].Input, shares[3].Input})
	require.InDelta(t, 0.64, shares[0].Share, 1e-12)
	require.InDelta(t, 0.36, shares[1].Share, 1e-12)
	require.Equal(t, -3.0, shares[1].Sigma)
	require.Nil(t, sci.Uncertainty(nil).Shares())
}
