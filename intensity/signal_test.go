package intensity_test

import (
	"encoding/json"
	"testing"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

func TestUnitsOfOthers(t *testing.T) {
	for lb, want := range map[units.Intensity]units.Intensity{1000: 453.59237, 916: 415.49061092, 2340: 1061.4061458} {
		require.InDelta(t, float64(want), float64(lb*intensity.PoundPerMWh), 1e-12*float64(want), "case A1: %v lb/MWh", float64(lb))
	}
	require.Equal(t, 475*units.GramPerKWh, 475*intensity.KilogramPerMWh)
	require.Equal(t, 475*units.GramPerKWh, 475*intensity.TonnePerGWh)
}

func TestSignalMustBeSaid(t *testing.T) {
	require.NoError(t, avg.Valid())
	require.Equal(t, "average lifecycle consumption", avg.String())
	require.Equal(t, "none", intensity.Point{}.InPlaceOf.String(), "of what stands in for nothing")
	for _, s := range []intensity.Signal{
		{},
		{Kind: intensity.Average},
		{Kind: intensity.Average, Boundary: intensity.Direct},
		{Boundary: intensity.Direct, Accounting: intensity.Production},
		{Kind: 5, Boundary: intensity.Direct, Accounting: intensity.Production},
		{Kind: intensity.Average, Boundary: 3, Accounting: intensity.Production},
		{Kind: intensity.Average, Boundary: intensity.Direct, Accounting: 3},
	} {
		require.ErrorIs(t, s.Valid(), intensity.ErrSignal, s.String())
	}
}

func TestWordsReadBack(t *testing.T) {
	want := []intensity.Signal{
		{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Consumption},
		{Kind: intensity.LongRunMarginal, Boundary: intensity.Lifecycle, Accounting: intensity.Production},
		{Kind: intensity.OffGrid, Boundary: intensity.Direct, Accounting: intensity.Production},
		avg,
	}
	b, err := json.Marshal(want)
	require.NoError(t, err)
	require.Contains(t, string(b), `{"kind":"short-run marginal","boundary":"direct","accounting":"consumption"}`)
	var got []intensity.Signal
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, want, got)

	for q := intensity.Measured; q <= intensity.Static; q++ {
		b, err := q.MarshalText()
		require.NoError(t, err)
		var back intensity.Quality
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, q, back)
	}
}

func TestWordsThatAreNone(t *testing.T) {
	_, err := json.Marshal(intensity.Signal{})
	require.ErrorContains(t, err, "kind 0")
	_, err = intensity.Quality(7).MarshalText()
	require.ErrorContains(t, err, "quality 7")
	var k intensity.Kind
	require.ErrorContains(t, k.UnmarshalText([]byte("marginal")), "short-run marginal")
	require.Error(t, k.UnmarshalText(nil))
	require.Equal(t, "unknown kind", k.String())
}
