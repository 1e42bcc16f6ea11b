package sci_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func TestDigits(t *testing.T) {
	for _, x := range []struct {
		value, sigma float64
		want         string
	}{
		{31.2346, 8.5, "31.2"},
		{31.2346, 0.0123, "31.235"},
		{31.2, 0.0123, "31.200"},
		{4567, 123, "4570"},
		{4567, 0.5, "4567.00"},
		{9.96, 0.99, "9.96"},
		{9.996, 0.99, "10.00"},
		{9.96, 1.2, "10.0"},
		{5, 0.0996, "5.00"}, // 0.10
		{5, 0.0994, "5.000"},
		{-31.2346, 8.5, "-31.2"},
		{3, 123, "0"},
		{8, 123, "10"},
		{-8, 123, "-10"},
		{0, 5, "0"},
		{1.23456e-9, 1e-11, "1.235e-9"},
		{1.23456e12, 1e10, "1.235e12"},
		{9.9999e6, 1000, "9999900"},
		{9.99996e6, 1000, "1.00000e7"},
		{31.2346, 0, "31.2346"},
		{31.2346, math.NaN(), "31.2346"},
		{31.2346, math.Inf(1), "31.2346"},
		{100, -1, "100"},
		{math.NaN(), 1, "unknown"},
		{math.Inf(-1), 1, "unknown"},
		{math.MaxFloat64, 1, "1.7976931348623157e308"},
		{1, math.SmallestNonzeroFloat64, "1.0000000000000000"},
	} {
		require.Equal(t, x.want, sci.Digits(x.value, x.sigma), "%v ± %v", x.value, x.sigma)
	}
}

func TestPlusMinus(t *testing.T) {
	require.Equal(t, "31.2 ± 8.5", sci.PlusMinus(31.2346, 8.4976))
	require.Equal(t, "4570 ± 120", sci.PlusMinus(4567, 123))
	require.Equal(t, "0 ± 120", sci.PlusMinus(3, 123))
	require.Equal(t, "5.00 ± 0.10", sci.PlusMinus(5, 0.0996))
	require.Equal(t, "5", sci.PlusMinus(5, 0))
	require.Equal(t, "unknown", sci.PlusMinus(math.NaN(), 1))
}

func FuzzDigits(f *testing.F) {
	f.Add(31.2346, 8.5)
	f.Add(9.996, 0.99)
	f.Add(-1e300, 1e-300)
	f.Fuzz(func(t *testing.T, value, sigma float64) {
		text := sci.Digits(value, sigma)
		if math.IsNaN(value) || math.IsInf(value, 0) {
			require.Equal(t, "unknown", text)
			return
		}
		read, err := strconv.ParseFloat(text, 64)
		if math.Abs(value) > 1e308 {
			return // rounded up, beyond what a float64 holds
		}
		require.NoError(t, err)
		if sigma > 0 && !math.IsInf(sigma, 0) {
			require.LessOrEqual(t, math.Abs(read-value), 0.06*sigma+1e-15*math.Abs(value), "half of the second digit of sigma at most")
			return
		}
		require.Equal(t, value, read)
	})
}
