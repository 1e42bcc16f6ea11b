package units_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

func TestMicrojoulesJoules(t *testing.T) {
	require.Equal(t, 262143.328850, units.Microjoules(262143328850).Joules())
	require.Equal(t, 9007199254.740991, units.Microjoules(1<<53-1).Joules())
	require.Equal(t, 18446744073709.551615, units.Microjoules(math.MaxUint64).Joules())
}

// A total of a journal comes back as it was, beyond what a float64 holds.
func TestMicrojoulesSetIsExact(t *testing.T) {
	for _, n := range []uint64{0, 1<<53 + 1, math.MaxUint64 - 1, math.MaxUint64} {
		for _, unit := range []string{"", " µJ", "uJ"} {
			var u units.Microjoules
			require.NoError(t, u.Set(strconv.FormatUint(n, 10)+unit))
			require.Equal(t, units.Microjoules(n), u)
		}
	}
}

// A decimal in any unit is the microjoules that it says, also where a float64
// does not hold them.
func TestMicrojoulesSetReadsUnitsExactly(t *testing.T) {
	for text, want := range map[string]units.Microjoules{
		"9007199254.740993 J":        1<<53 + 1,
		"9007199.254740993kJ":        1<<53 + 1,
		"18.446744073709551615 TJ":   math.MaxUint64,
		"18446744073709551.615 mJ":   math.MaxUint64,
		"1.8446744073709551615e13 J": math.MaxUint64,
		"18446744073709551614.5":     math.MaxUint64,
		"18446744073709551614.4999":  math.MaxUint64 - 1,
		"1234567890123456.789 mJ":    1234567890123456789,
		"0.0000005 J":                1,
		"0.00000049999 J":            0,
		"00012.5e-1 µJ":              1,
		".5":                         1,
		"5.":                         5,
		"1e-99999999999999999999":    0,
		"0e99999999999999999999 TJ":  0,
		"-0 J":                       0,
	} {
		u := units.Microjoules(7)
		require.NoError(t, u.Set(text), text)
		require.Equal(t, want, u, text)
	}
	for _, text := range []string{"18446744073709551615.5", "18.446744073709551616 TJ", "1e20 µJ", "100000000000000 J"} {
		u := units.Microjoules(7)
		require.ErrorContains(t, u.Set(text), "too large", text)
		require.Equal(t, units.Microjoules(7), u)
	}
}
