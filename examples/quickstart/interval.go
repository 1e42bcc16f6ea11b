package main

import (
	"fmt"
	"math"

	"github.com/scimeter/scimeter/units"
)

// interval returns the 95 % interval of a figure of which sigma is the standard
// uncertainty. It is lognormal, as that of a score.
func interval(figure, sigma float64) (low, high float64) {
	if !(figure > 0) {
		return figure, figure
	}
	u := sigma / figure
	k := math.Exp(1.96 * math.Sqrt(math.Log1p(u*u)))
	return figure / k, figure * k
}

func joules(figure, sigma float64) string {
	low, high := interval(figure, sigma)
	return fmt.Sprintf("%v to %v", units.Energy(low), units.Energy(high))
}

func grams(figure units.Carbon, sigma float64) string {
	low, high := interval(float64(figure), sigma)
	return fmt.Sprintf("%v to %v", units.Carbon(low), units.Carbon(high))
}
