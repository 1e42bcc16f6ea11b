package sci

import (
	"math"
	"strconv"
	"strings"
)

// sigmaDigits are the significant digits of a standard uncertainty that tell
// anything: two, as the GUM (JCGM 100:2008, 7.2.6) has it.
const sigmaDigits = 2

// Digits returns value for people, no finer than its standard uncertainty sigma
// allows: rounded where sigma has its second significant digit. It prints all
// digits where sigma is not positive and finite, and "unknown" for a value that
// is not finite. It is for printing alone: sums are made of full precision.
func Digits(value, sigma float64) string {
	if !isFinite(value) {
		return "unknown"
	}
	if !(sigma > 0) || !isFinite(sigma) {
		return plain(value, strconv.FormatFloat(value, 'e', -1, 64))
	}
	return rounded(value, place(sigma))
}

// PlusMinus returns value and sigma for people, both rounded as [Digits] does,
// such as "31.2 ± 8.5"; value alone where sigma is not positive and finite.
func PlusMinus(value, sigma float64) string {
	if !isFinite(value) || !(sigma > 0) || !isFinite(sigma) {
		return Digits(value, sigma)
	}
	return rounded(value, place(sigma)) + " ± " + rounded(sigma, place(sigma))
}

// place returns the power of ten of the last digit of sigma that tells anything.
func place(sigma float64) int {
	return exponentOf(strconv.FormatFloat(sigma, 'e', sigmaDigits-1, 64)) - (sigmaDigits - 1)
}

// longest is how many digits behind the first a float64 has at most.
const longest = 16

// rounded returns value to the digit of 10^place.
func rounded(value float64, place int) string {
	unit := math.Pow10(place)
	if math.Abs(value) < 0.5*unit {
		return "0"
	}
	digits := exponentOf(strconv.FormatFloat(value, 'e', -1, 64)) - place // behind the first
	if digits < 0 {
		value, digits = math.Copysign(unit, value), 0
	}
	text := strconv.FormatFloat(value, 'e', min(digits, longest), 64)
	carried := exponentOf(text) - place
	if v, err := strconv.ParseFloat(text, 64); err == nil && carried > digits { // 9.96 to 10.0
		text = strconv.FormatFloat(v, 'e', min(carried, longest), 64)
	}
	return plain(value, text)
}

func exponentOf(text string) int {
	_, exp, _ := strings.Cut(text, "e")
	n, err := strconv.Atoi(exp)
	if err != nil {
		return 0
	}
	return n
}

// plain returns the digits of text, which has an exponent, without one where
// people can read that.
func plain(value float64, text string) string {
	exp := exponentOf(text)
	if value == 0 {
		return "0"
	}
	mantissa, _, _ := strings.Cut(text, "e")
	if exp < -4 || exp >= 7 {
		return mantissa + "e" + strconv.Itoa(exp)
	}
	_, fraction, _ := strings.Cut(mantissa, ".")
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(v, 'f', max(0, len(fraction)-exp), 64)
}
