package sci_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

var perRequest = sci.Conversion{From: "transaction", To: "request", Factor: 1.8, Why: "counted over a week"}

func scoreOf(t *testing.T, g units.Carbon, r float64, unit string) sci.Score {
	t.Helper()
	return mustScore(t, sci.Terms{Operational: g, R: r, Unit: unit, Uncertainty: sci.Uncertainty{"i": float64(g) / 10}})
}

func TestUnlikeUnitsAddByADisclosedConversion(t *testing.T) {
	web, db := scoreOf(t, 10, 10, "request"), scoreOf(t, 50, 100, "transaction")
	_, err := sci.Assemble("request", web, db)
	require.ErrorIs(t, err, sci.ErrUnitMismatch)
	_, err = web.Add(db)
	require.ErrorIs(t, err, sci.ErrUnitMismatch)

	all, err := sci.AssembleBy("request", []sci.Conversion{perRequest}, web, db)
	require.NoError(t, err)
	require.InEpsilon(t, 1.9, float64(all.Carbon()), 1e-12)
	require.Equal(t, []sci.Conversion{perRequest}, all.Conversions)
	require.InEpsilon(t, 0.1, all.Uncertainty.Sigma()/float64(all.Total()), 1e-12, "uncertainties are scaled with their figures")

	// The other way round: a request is 1/1.8 of what a transaction needs.
	per, err := sci.AssembleBy("transaction", []sci.Conversion{perRequest}, db, web)
	require.NoError(t, err)
	require.InEpsilon(t, 1.9/1.8, float64(per.Carbon()), 1e-12)

	back, err := per.Convert(perRequest)
	require.NoError(t, err)
	require.InEpsilon(t, 1.9, float64(back.Carbon()), 1e-12)
	require.Equal(t, []sci.Conversion{perRequest}, back.Conversions, "each is named once")

	sum, err := mustConvert(t, db).Add(web)
	require.NoError(t, err)
	require.Equal(t, []sci.Conversion{perRequest}, sum.Conversions)
	require.InEpsilon(t, 60/(100/1.8+10), float64(sum.Carbon()), 1e-12)
}

func mustConvert(t *testing.T, s sci.Score) sci.Score {
	t.Helper()
	s, err := s.Convert(perRequest)
	require.NoError(t, err)
	return s
}

func TestConversionsTravelAsJSON(t *testing.T) {
	s := mustConvert(t, scoreOf(t, 50, 100, "transaction"))
	b, err := json.Marshal(s)
	require.NoError(t, err)
	var read sci.Score
	require.NoError(t, json.Unmarshal(b, &read))
	require.Equal(t, s.Conversions, read.Conversions)
}

func TestConvertRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		c    sci.Conversion
		want error
	}{
		"without a reason":  {sci.Conversion{From: "transaction", To: "request", Factor: 1.8}, sci.ErrUnitMismatch},
		"of other units":    {sci.Conversion{From: "page", To: "user", Factor: 2, Why: "w"}, sci.ErrUnitMismatch},
		"by 0":              {sci.Conversion{From: "transaction", To: "request", Why: "w"}, sci.ErrConversion},
		"by less":           {sci.Conversion{From: "transaction", To: "request", Factor: -1, Why: "w"}, sci.ErrConversion},
		"by what underflow": {sci.Conversion{From: "transaction", To: "request", Factor: 5e-324, Why: "w"}, sci.ErrConversion},
		"by NaN":            {sci.Conversion{From: "transaction", To: "request", Factor: math.NaN(), Why: "w"}, sci.ErrConversion},
		"to itself":         {sci.Conversion{From: "transaction", To: "transaction", Factor: 1, Why: "w"}, sci.ErrConversion},
		"to nothing":        {sci.Conversion{From: "transaction", Factor: 1, Why: "w"}, sci.ErrConversion},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scoreOf(t, 1, 1, "transaction").Convert(c.c)
			require.ErrorIs(t, err, c.want)
			_, err = sci.AssembleBy("request", []sci.Conversion{c.c}, scoreOf(t, 1, 1, "request"), scoreOf(t, 1, 1, "transaction"))
			require.Error(t, err)
		})
	}
}
