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
