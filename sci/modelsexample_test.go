package sci_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// What a server embodies, from what it is built of. Only the processor and the
// memory are known here, so that the range is wide.
func ExampleInventory_Bill() {
	bill, err := sci.Inventory{
		CPUs: []sci.CPUs{{Units: 2, Cores: 24}},
		RAM:  []sci.Modules{{Units: 12, GB: 32}},
		SSDs: []sci.Drives{{GB: 400}},
		PSUs: []sci.PSUs{{Units: 2}},
		Case: sci.RackCase, Motherboard: true, Assembly: true,
	}.Bill()
	if err != nil {
		fmt.Println(err)
		return
	}
	total := bill.Total()
	low, high := total.Range()
	fmt.Printf("%v (%v to %v), without %v\n", total.TE(), low, high, total.Lacks())
	m, _ := total.Allocate(30*24*time.Hour, 0, 8, 48).Carbon()
	fmt.Printf("8 of 48 cores for 30 days: %v\n", m)
	// Output:
	// 968 kgCO2e (736 kgCO2e to 1.99 tCO2e), without [transport end-of-life]
	// 8 of 48 cores for 30 days: 3.31 kgCO2e
}

// The footprint that a manufacturer prints is of the whole life. Most of it is
// use, which O counts already.
func ExampleOEM_Embodiment() {
	sheet := sci.OEM{Name: "PowerEdge R740", Total: 8640 * units.Kilogram, Source: "Dell PCF"}
	_, err := sheet.Embodiment()
	fmt.Println(errors.Is(err, sci.ErrStageSplit))

	sheet.Stages = map[string]float64{sci.StageUse: 0.843, sci.StageManufacturing: 0.152, sci.StageTransport: 0.005}
	e, err := sheet.Embodiment()
	fmt.Println(e.TE(), e.Stages(), err)
	// Output:
	// true
	// 1.36 tCO2e [manufacturing transport] <nil>
}

// Scores per unlike units add up where it is said how many of the one go into
// one of the other.
func ExampleAssembleBy() {
	web, _ := sci.Terms{Operational: 1000, R: 1000, Unit: "request"}.Score()
	db, _ := sci.Terms{Operational: 900, R: 1800, Unit: "transaction"}.Score()
	per := sci.Conversion{From: "transaction", To: "request", Factor: 1.8, Why: "counted in the same hour"}
	score, err := sci.AssembleBy("request", []sci.Conversion{per}, web, db)
	fmt.Println(score, err)
	// Output: 1.9 gCO2e per request <nil>
}

// A gap of the grid's figures is filled by a policy, and said to be.
func ExampleGapPolicy_Join() {
	grid := new(units.Intensity(60))
	midnight := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	steps := []sci.Step{
		{Energy: units.KilowattHour, Intensity: grid, Start: midnight, End: midnight.Add(time.Hour)},
		{Energy: units.KilowattHour, Start: midnight.Add(time.Hour), End: midnight.Add(2 * time.Hour)},
	}
	_, err := sci.Join(steps...)
	fmt.Println(err)
	joined, err := sci.Hold(30 * time.Minute).Else(sci.AnnualFallback(52, "ember-2024")).Join(steps...)
	fmt.Println(joined.Operational, err)
	for _, g := range joined.Gaps() {
		fmt.Printf("%.0f %% of the energy: %s\n", 100*g.Share, g.What)
	}
	// Output:
	// sci: 1 of 2 kWh: energy has no intensity; fill the gap by a policy that the report names
	// 116 gCO2e <nil>
	// 25 % of the energy: hold for up to 30m0s
	// 25 % of the energy: annual-fallback of 52 g/kWh (ember-2024)
}

// The same system, with what flows anyway and without.
func ExampleSystem_Split() {
	s := sci.System{R: new(1000.0), Unit: "request", Components: []sci.Component{{
		ID: "host", IT: 2 * units.KilowattHour, PUE: 1.2, Intensity: new(units.Intensity(250)), Idle: new(0.6),
	}}}
	score, _ := s.Score()
	split, _ := s.Split()
	active, _ := s.ActiveScore()
	fmt.Println(score)
	fmt.Println(split)
	fmt.Println(active)
	// Output:
	// 600 mgCO2e per request
	// 960 Wh active, 1.44 kWh idle (60 %)
	// 240 mgCO2e per request, idle excluded
}
