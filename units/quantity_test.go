package units_test

import (
	"flag"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

// A quantity is one type of the package, seen through a float64.
type quantity struct {
	name string
	hold func(v float64) (held float64, text string) // what the type makes of v, and prints
	set  func(text string) (float64, error)          // NaN beside an error: nothing was set
	json func() any                                  // a pointer to a new value
	// The values that Set accepts.
	least, most float64
}

func quantityOf[T ~float64 | ~uint64, P interface {
	*T
	flag.Value
}](name string, least, most float64) quantity {
	return quantity{
		name: name, least: least, most: most,
		hold: func(v float64) (float64, string) {
			q := T(v)
			return float64(q), P(&q).String()
		},
		set: func(text string) (float64, error) {
			q := T(7)
			err := P(&q).Set(text)
			if err != nil && q == 7 {
				return math.NaN(), err
			}
			return float64(q), err
		},
		json: func() any { return new(T) },
	}
}

const most = math.MaxFloat64

var quantities = []quantity{
	quantityOf[units.Energy]("Energy", -most, most),
	quantityOf[units.FacilityEnergy]("FacilityEnergy", -most, most),
	quantityOf[units.Microjoules]("Microjoules", 0, 1<<64-1<<11), // the largest float64 below 2^64
	quantityOf[units.Power]("Power", -most, most),
	quantityOf[units.Carbon]("Carbon", -most, most),
	quantityOf[units.Intensity]("Intensity", 0, most),
	quantityOf[units.Water]("Water", -most, most),
	quantityOf[units.WUE]("WUE", 0, most),
	quantityOf[units.EWIF]("EWIF", 0, most),
	quantityOf[units.PUE]("PUE", 1, most),
}

// requireClose checks that got is within half a unit of the last digit shown in
// text, and of the third where text shows fewer, of want. The arithmetic
// between the units may add a few roundings of a float64.
func (q quantity) requireClose(t *testing.T, want, got float64, text string) {
	t.Helper()
	numeral, word, _ := strings.Cut(text, " ")
	one, err := q.set("1 " + word)
	require.NoError(t, err)
	slack := math.Abs(want)*1e-15 + 4*math.SmallestNonzeroFloat64
	require.LessOrEqual(t, math.Abs(got-want), math.Pow10(lastDigit(t, numeral))/2*one+slack,
		"%s %v prints %q, which is read as %v", q.name, want, text, got)
}

// lastDigit returns the power of ten of the last digit of numeral, and no more
// than that of its third significant digit.
func lastDigit(t *testing.T, numeral string) int {
	t.Helper()
	mantissa, e, _ := strings.Cut(strings.TrimPrefix(numeral, "-"), "e")
	exponent := 0
	if e != "" {
		n, err := strconv.Atoi(e)
		require.NoError(t, err)
		exponent = n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	first := len(whole) - 1 - (len(digits) - len(strings.TrimLeft(digits, "0")))
	return exponent + min(-len(fraction), first-2)
}
