package main

import (
	"math"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/units"
)

// A model gives the power of packages of so much TDP at a load.
type model struct {
	name  string
	power func(tdp, load float64) float64
}

// fromTDP are the models that know TDP alone. The last is that of package
// estimate.
var fromTDP = []model{
	{"constant 0.5·TDP", func(tdp, _ float64) float64 { return 0.5 * tdp }},
	{"linear TDP·u", func(tdp, u float64) float64 { return tdp * u }},
	{"cubic (CodeCarbon)", func(tdp, u float64) float64 { return power(estimate.Cubic{TDP: units.Power(tdp)}, u) }},
	{"Teads", func(tdp, u float64) float64 { return power(estimate.Teads{TDP: units.Power(tdp)}, u) }},
	{"Boavizta Platinum, full load at TDP", func(tdp, u float64) float64 {
		return tdp * power(estimate.XeonPlatinum, u) / power(estimate.XeonPlatinum, 1)
	}},
	{"Fan, 0.12 + 0.9·(2u − u^1.4)", func(tdp, u float64) float64 { return tdp * fan(u) }},
	{"**ours, 0.12 + 0.58·u**", func(tdp, u float64) float64 { return power(estimate.TDP(units.Power(tdp)).Curve, u) }},
}

// fromMax are shapes for a machine whose power at full load is known; their
// first argument is that.
var fromMax = []model{
	{"linear from 0.12 (ours, calibrated)", func(full, u float64) float64 { return power(calibrated(full), u) }},
	{"Teads shape", func(full, u float64) float64 {
		return full * power(estimate.Teads{TDP: 1}, u) / power(estimate.Teads{TDP: 1}, 1)
	}},
	{"Fan shape", func(full, u float64) float64 { return full * fan(u) / fan(1) }},
	{"cubic shape", func(full, u float64) float64 { return power(estimate.Cubic{TDP: units.Power(full)}, u) }},
}

// calibrated takes 0.12 of full load for the power at rest, which the points
// do not have.
func calibrated(full float64) estimate.Curve {
	return estimate.Linear{Idle: units.Power(0.12 * full), Max: units.Power(full)}
}

func power(c estimate.Curve, load float64) float64 { return float64(c.Power(load)) }

// fan is the curve of X. Fan, W.-D. Weber and L. A. Barroso, "Power
// provisioning for a warehouse-sized computer", ISCA 2007, on a floor of 0.12.
func fan(u float64) float64 { return 0.12 + 0.9*(2*u-math.Pow(u, 1.4)) }

// interval returns the factor of a lognormal 95 % interval of a relative
// standard uncertainty: it goes from 1/factor to factor times the figure.
func interval(sigma float64) float64 { return math.Exp(1.96 * math.Sqrt(math.Log1p(sigma*sigma))) }

// sigmaOf returns the relative standard uncertainty of a lognormal whose
// logarithm has the standard deviation s.
func sigmaOf(s float64) float64 { return math.Sqrt(math.Expm1(s * s)) }
