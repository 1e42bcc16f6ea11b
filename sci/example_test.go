package sci_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func ExampleTerms_Score() {
	score, err := sci.Terms{
		Operational: 20 * units.Gram,
		Embodied:    11.2 * units.Gram,
		R:           1e6,
		Unit:        "token",
		Nature:      source.NatureEstimated,
		Uncertainty: sci.Uncertainty{"intensity": 3, sci.HostID: 8.5}, // grams
	}.Score()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(score.Per(1000))
	// Output: 31.2 mgCO2e per 1000 token (17.9–54.3, 95 %), estimated
}

// Carbon without work is a total, never a score.
func ExampleTerms_Score_noWork() {
	_, err := sci.Terms{Operational: 205 * units.Milligram, Unit: "request"}.Score()
	fmt.Println(errors.Is(err, sci.ErrUnitsNotPositive))
	fmt.Println(err)
	// Output:
	// true
	// sci: score per request with R = 0: R is not positive; report the carbon alone, or score a longer window
}

func ExampleScore_Add() {
	busy, _ := sci.Terms{Operational: 100, R: 1000, Unit: "request"}.Score()
	quiet, _ := sci.Terms{Operational: 100, R: 10, Unit: "request"}.Score()
	day, err := busy.Add(quiet)
	fmt.Println(day, err)
	// Output: 198 mgCO2e per request <nil>
}

func ExampleSystem() {
	requests := 25e6
	score, err := sci.System{
		Components: []sci.Component{{
			ID:        "web",
			IT:        48.372 * units.KilowattHour,
			PUE:       1.2,
			Intensity: new(units.Intensity(370)),
			Hardware:  []sci.Allocation{{TE: 4700 * units.Kilogram, Reserved: 744 * time.Hour}},
		}},
		R:    &requests,
		Unit: "request",
	}.Score()
	fmt.Println(score.Per(1000), err)
	// Output: 4.85 gCO2e per 1000 request <nil>
}

func ExampleServer_Of() {
	// A virtual machine of 4 vCPU and 16 GB on a host of 96 vCPU and 384 GB.
	host := sci.ServerFor(sci.Hardware{Sockets: 2, MemoryGB: 384})
	host.Share, host.MemoryShare = 4.0/96, 16.0/384
	fmt.Println(host.Of(time.Hour, 1))
	fmt.Println(host.Source)
	// Output:
	// 1.92 gCO2e
	// default: server, 2 sockets and 384 GB (Cloud Carbon Footprint coefficients, after Dell R740 LCA)
}

func ExampleSite_Water() {
	site := sci.Site{PUE: 1.11, WUE: new(units.WUE(0.03)), EWIF: new(units.EWIF(1.476))}
	use := site.Water(units.KilowattHour)
	fmt.Println(use.OnSite, "+", use.OffSite)
	fmt.Println(sci.OutsideDataCentre().Water(units.KilowattHour).Missing())
	// Output:
	// 30 mL + 1.64 L
	// [off-site]
}

func ExampleUncertainty_Minus() {
	before := sci.Uncertainty{"gain": 5, "edge.before": 0.3}
	after := sci.Uncertainty{"gain": 4.9, "edge.after": 0.3}
	saved := before.Minus(after) // the meter's gain is the same and cancels
	fmt.Printf("%.2f g, not %.2f g\n", saved.Sigma(), before.Plus(after).Sigma())
	// Output: 0.44 g, not 9.91 g
}

func ExampleProfile_Name() {
	average := intensity.AverageLifecycle(intensity.Production)
	marginal := intensity.Signal{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Production}
	fmt.Println(sci.ISO21031.Name(marginal))
	fmt.Println(sci.ISO21031.Name(average))
	// Output:
	// ISO/IEC 21031
	// SCI (GSF 1.1)
}
