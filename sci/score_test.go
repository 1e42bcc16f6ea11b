package sci_test

import (
	"bytes"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

var (
	average  = intensity.AverageLifecycle(intensity.Production)
	marginal = intensity.Signal{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Production}
)

// full has something in every field.
func full(r float64) sci.Terms {
	return sci.Terms{
		Operational: 20, Embodied: 11.2, R: r, Unit: "token", Signal: average, Nature: source.NatureEstimated,
		Uncertainty: sci.Uncertainty{"pue": 3, "te.host": 8.5},
	}
}

func mustScore(t *testing.T, terms sci.Terms) sci.Score {
	t.Helper()
	s, err := terms.Score()
	require.NoError(t, err)
	return s
}

func TestScoreString(t *testing.T) {
	for name, c := range map[string]struct {
		terms sci.Terms
		per   float64
		want  string
	}{
		"zero":                   {sci.Terms{}, 1, "not measured"},
		"all":                    {full(1e6), 1000, "31.2 mgCO2e per 1000 token (17.9–54.3, 95 %), estimated"},
		"per one":                {full(1e6), 1, "31.2 µgCO2e per token (17.9–54.3, 95 %), estimated"},
		"idle excluded":          {sci.Terms{Operational: 5, R: 10, Unit: "job", IdleExcluded: true}, 1, "500 mgCO2e per job, idle excluded"},
		"no uncertainty":         {sci.Terms{Operational: 5, R: 10, Unit: "job", Nature: source.NatureMeasured}, 1, "500 mgCO2e per job, measured"},
		"exact":                  {sci.Terms{Operational: 5, R: 10, Unit: "job", Uncertainty: sci.Uncertainty{}}, 1, "500 mgCO2e per job"},
		"nothing said":           {sci.Terms{Embodied: 1500, R: 1}, 1, "1.5 kgCO2e per unit"},
		"no carbon":              {sci.Terms{R: 4, Unit: "job", Uncertainty: sci.Uncertainty{"pue": 1}}, 1, "0 gCO2e per job"},
		"prefix after rounding":  {sci.Terms{Operational: 0.9996, R: 1, Unit: "job"}, 1, "1 gCO2e per job"},
		"high in unit of figure": {sci.Terms{Operational: 900, R: 1, Unit: "job", Uncertainty: sci.Uncertainty{"x": 900}}, 1, "900 gCO2e per job (176–4600, 95 %)"},
		"large scale":            {sci.Terms{Operational: 2e8, R: 5e22, Unit: "FLOP"}, 1e15, "4 gCO2e per 1e15 FLOP"},
		"million":                {sci.Terms{Operational: 6.5e6, R: 5e10, Unit: "token"}, 1e6, "130 gCO2e per 1000000 token"},
		"fraction":               {sci.Terms{Operational: 8, R: 2, Unit: "day"}, 0.5, "2 gCO2e per 0.5 day"},
	} {
		t.Run(name, func(t *testing.T) {
			score, _ := c.terms.Score()
			require.Equal(t, c.want, score.Per(c.per).String())
		})
	}
}

func TestScoreRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		terms sci.Terms
		want  error
	}{
		"nothing measured":  {sci.Terms{}, sci.ErrNotMeasured},
		"no work":           {sci.Terms{Operational: 1, Unit: "job"}, sci.ErrUnitsNotPositive},
		"negative work":     {sci.Terms{Operational: 1, R: -1}, sci.ErrUnitsNotPositive},
		"work is NaN":       {sci.Terms{Operational: 1, R: math.NaN()}, sci.ErrUnitsNotPositive},
		"work is infinite":  {sci.Terms{Operational: 1, R: math.Inf(1)}, sci.ErrUnitsNotPositive},
		"offsets":           {sci.Terms{Operational: -1, Embodied: 3, R: 1}, sci.ErrNegativeCarbon},
		"negative embodied": {sci.Terms{Operational: 3, Embodied: -1, R: 1}, sci.ErrNegativeCarbon},
		"carbon is NaN":     {sci.Terms{Operational: units.Carbon(math.NaN()), R: 1}, sci.ErrNotFinite},
		"infinite embodied": {sci.Terms{Embodied: units.Carbon(math.Inf(1)), R: 1}, sci.ErrNotFinite},
		"doubt is infinite": {sci.Terms{Operational: 1, R: 1, Uncertainty: sci.Uncertainty{"x": math.Inf(1)}}, sci.ErrNotFinite},
	} {
		t.Run(name, func(t *testing.T) {
			score, err := c.terms.Score()
			require.ErrorIs(t, err, c.want)
			require.Zero(t, score)
			require.Equal(t, 1, strings.Count(err.Error(), "sci: "))
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestErrorsAreToldApartByCode(t *testing.T) {
	_, err := sci.Terms{Operational: 1}.Score()
	require.ErrorIs(t, err, &sci.Error{Code: "functional_units_not_positive"})
	require.NotErrorIs(t, err, sci.ErrUnitsMissing)
	require.EqualError(t, err, "sci: score per unit with R = 0: R is not positive; report the carbon alone, or score a longer window")
}

func TestPerChangesTheScaleAlone(t *testing.T) {
	score := mustScore(t, full(1e6))
	scaled := score.Per(1000)
	require.Equal(t, score.Terms, scaled.Terms)
	require.Equal(t, 1000.0, scaled.Scale())
	require.InEpsilon(t, 0.0312, float64(scaled.Carbon()), 1e-15)
	for _, n := range []float64{0, -5, math.NaN(), math.Inf(1)} {
		require.Equal(t, scaled, scaled.Per(n))
	}
	require.Equal(t, score.String(), scaled.Per(1).String())
}

func TestAddIsARatioOfSums(t *testing.T) {
	a, b := full(10), full(1000)
	got, err := mustScore(t, a).Per(1000).Add(mustScore(t, b))
	require.NoError(t, err)
	require.InEpsilon(t, 62.4/1010*1000, float64(got.Carbon()), 1e-12)
	require.Equal(t, sci.Uncertainty{"pue": 6, "te.host": 17}, got.Uncertainty)
	require.Equal(t, source.NatureEstimated, got.Nature)
	require.Equal(t, 1000.0, got.Scale())

	same, err := sci.Score{}.Add(got)
	require.NoError(t, err)
	require.Equal(t, got, same)
	same, err = got.Add(sci.Score{})
	require.NoError(t, err)
	require.Equal(t, got, same)
}

func TestAddRefusesWhatIsUnlike(t *testing.T) {
	score := mustScore(t, full(10))
	unit, signal, unsaid := full(10), full(10), full(10)
	unit.Unit, signal.Signal, unsaid.Signal = "request", marginal, intensity.Signal{}
	for want, terms := range map[error]sci.Terms{sci.ErrUnitMismatch: unit, sci.ErrSignalMismatch: signal} {
		_, err := score.Add(mustScore(t, terms))
		require.ErrorIs(t, err, want)
		_, err = mustScore(t, terms).Add(score)
		require.ErrorIs(t, err, want)
	}
	_, err := score.Add(mustScore(t, unsaid))
	require.ErrorIs(t, err, sci.ErrSignalMismatch)
}

func TestAggregate(t *testing.T) {
	idle := sci.Terms{Embodied: 5, Nature: source.NatureCalculated, Uncertainty: sci.Uncertainty{"te.host": 2}}
	for name, c := range map[string]struct {
		windows []sci.Terms
		want    sci.Terms
	}{
		"nothing": {nil, sci.Terms{}},
		"a window without work keeps its carbon": {
			[]sci.Terms{idle, full(10), idle},
			sci.Terms{Operational: 20, Embodied: 21.2, R: 10, Unit: "token", Signal: average,
				Nature: source.NatureEstimated, Uncertainty: sci.Uncertainty{"pue": 3, "te.host": 12.5}},
		},
		"what one does not say the sum does not say": {
			[]sci.Terms{full(1), {Operational: 1, R: 1, Unit: "token", Signal: average}},
			sci.Terms{Operational: 21, Embodied: 11.2, R: 2, Unit: "token", Signal: average},
		},
		"a window without carbon says nothing": {
			[]sci.Terms{{R: 3, Unit: "token"}, full(1), {}, {R: 2, Unit: "token"}},
			full(6),
		},
		"a large term does not swallow small ones": {
			append([]sci.Terms{{Operational: 1e16, R: 1}}, repeat(sci.Terms{Operational: 1, R: 1}, 100)...),
			sci.Terms{Operational: 1e16 + 100, R: 101},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sci.Aggregate(c.windows...)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func repeat(terms sci.Terms, n int) []sci.Terms {
	all := make([]sci.Terms, n)
	for i := range all {
		all[i] = terms
	}
	return all
}

func TestAggregateRefuses(t *testing.T) {
	_, err := sci.Aggregate(full(1), sci.Terms{Operational: 1, R: -1, Unit: "token", Signal: average})
	require.ErrorIs(t, err, sci.ErrUnitsNotPositive)
	_, err = sci.Aggregate(full(1), sci.Terms{Operational: -1, R: 1, Unit: "token", Signal: average})
	require.ErrorIs(t, err, sci.ErrNegativeCarbon)
	_, err = sci.Aggregate(full(1), sci.Terms{Embodied: 1, R: 1})
	require.ErrorIs(t, err, sci.ErrUnitMismatch)
	none, err := sci.Aggregate()
	require.NoError(t, err)
	_, err = none.Score()
	require.ErrorIs(t, err, sci.ErrNotMeasured)
}

func TestAssembleAddsFiguresWhateverTheirR(t *testing.T) {
	web := mustScore(t, sci.Terms{Operational: 100, R: 100, Unit: "request", Uncertainty: sci.Uncertainty{"i": 10}}).Per(1000)
	db := mustScore(t, sci.Terms{Operational: 1, R: 2, Unit: "request", Uncertainty: sci.Uncertainty{"i": 0.1}})
	got, err := sci.Assemble("request", web, db)
	require.NoError(t, err)
	require.InEpsilon(t, 1500.0, float64(got.Carbon()), 1e-12)
	require.InEpsilon(t, 15.0, got.Uncertainty["i"], 1e-12)

	_, err = sci.Assemble("request")
	require.ErrorIs(t, err, sci.ErrNotMeasured)
	_, err = sci.Assemble("request", web, sci.Score{})
	require.ErrorIs(t, err, sci.ErrNotMeasured)
	_, err = sci.Assemble("page", web, db)
	require.ErrorIs(t, err, sci.ErrUnitMismatch)
}

func TestIntervalIsAbsentWhereNothingIsKnown(t *testing.T) {
	known := full(10)
	for name, terms := range map[string]sci.Terms{
		"not known": {Operational: 1, R: 1},
		"exact":     {Operational: 1, R: 1, Uncertainty: sci.Uncertainty{}},
		"no carbon": {R: 1, Uncertainty: known.Uncertainty},
		"no score":  {Operational: 1, Uncertainty: known.Uncertainty},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, ok := sci.Score{Terms: terms}.Interval()
			require.False(t, ok)
		})
	}
}

func TestFiguresStayFinite(t *testing.T) {
	huge := sci.Terms{Operational: math.MaxFloat64, Embodied: math.MaxFloat64, R: math.SmallestNonzeroFloat64,
		Unit: "job", Uncertainty: sci.Uncertainty{"a": math.MaxFloat64, "b": math.MaxFloat64}}
	score := mustScore(t, huge)
	low, high, ok := score.Interval()
	require.True(t, ok)
	for _, c := range []units.Carbon{score.Total(), score.Carbon(), low, high} {
		require.False(t, math.IsInf(float64(c), 0) || math.IsNaN(float64(c)))
	}
	sum, err := score.Add(score)
	require.NoError(t, err)
	require.Equal(t, units.Carbon(math.MaxFloat64), sum.Total())
	require.NotContains(t, score.String(), "Inf")
	require.Zero(t, sci.Score{Terms: sci.Terms{Operational: 5}}.Carbon())
}

func TestScoreLogs(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("x", "score", sci.Score{})
	log.Info("x", "score", mustScore(t, sci.Terms{Operational: 5, R: 10}))
	log.Info("x", "score", mustScore(t, sci.Terms{
		Operational: 1, R: 1, Unit: "job", Signal: average, Nature: source.NatureMeasured, Uncertainty: sci.Uncertainty{"i": 0.5},
		IdleExcluded: true,
	}))
	lines := strings.Split(b.String(), "\n")
	require.Equal(t, `level=INFO msg=x score="not measured"`, lines[0])
	require.Equal(t, `level=INFO msg=x score.sci_g=0.5 score.per=1 score.unit=unit`, lines[1])
	require.Regexp(t, `^level=INFO msg=x score.sci_g=1 score.per=1 score.unit=job score.low_g=0.396188\d* score.high_g=2.52405\d* `+
		`score.nature=measured score.idle_excluded=true score.signal="average lifecycle production"$`, lines[2])
}

func TestProfileName(t *testing.T) {
	long := marginal
	long.Kind = intensity.LongRunMarginal
	for _, c := range []struct {
		profile sci.Profile
		signal  intensity.Signal
		want    string
	}{
		{sci.ISO21031, marginal, "ISO/IEC 21031"},
		{sci.ISO21031, long, "ISO/IEC 21031"},
		{sci.ISO21031, average, "SCI (GSF 1.1)"},
		{sci.ISO21031, intensity.Signal{Kind: intensity.OffGrid}, "SCI (GSF 1.1)"},
		{sci.ISO21031, intensity.Signal{}, "SCI (GSF 1.1)"},
		{sci.GSF11, marginal, "SCI (GSF 1.1)"},
		{"", marginal, "SCI (GSF 1.1)"},
	} {
		require.Equal(t, c.want, c.profile.Name(c.signal), "%s with %v", c.profile, c.signal)
	}
}
