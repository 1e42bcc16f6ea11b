package main

import "math/rand/v2"

// Pixels of a digit, as on the display of a pocket calculator.
const (
	width  = 5
	height = 7
	pixels = width * height
	kinds  = 10
)

// noise is the standard deviation of each pixel, of which 0 is dark and 1 is
// bright: enough that some digits cannot be told.
const noise = 0.5

// segments are the bars that are bright, of each digit.
var segments = [kinds]string{"abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg"}

// bars are the pixels of each bar, as rows and columns: a is the top, b to f go
// around clockwise, g is in the middle.
var bars = map[rune][][2]int{
	'a': {{0, 1}, {0, 2}, {0, 3}},
	'b': {{1, 4}, {2, 4}},
	'c': {{4, 4}, {5, 4}},
	'd': {{6, 1}, {6, 2}, {6, 3}},
	'e': {{4, 0}, {5, 0}},
	'f': {{1, 0}, {2, 0}},
	'g': {{3, 1}, {3, 2}, {3, 3}},
}

// A digit is a noisy picture, and what it shows.
type digit struct {
	pixels [pixels]float64
	kind   int
}

// makeDigits returns n digits, the same ones for the same seed.
func makeDigits(n int, seed uint64) []digit {
	random := rand.New(rand.NewPCG(seed, 'd'))
	digits := make([]digit, n)
	for i := range digits {
		d := &digits[i]
		d.kind = random.IntN(kinds)
		for _, bar := range segments[d.kind] {
			for _, at := range bars[bar] {
				d.pixels[at[0]*width+at[1]] = 1
			}
		}
		for p := range d.pixels {
			d.pixels[p] += noise * random.NormFloat64()
		}
	}
	return digits
}
