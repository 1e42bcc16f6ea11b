package units_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/units"
)

func Example() {
	const grid = 279.7 * units.GramPerKWh
	machine := units.Power(412)

	used := machine.For(3 * time.Hour)
	facility := units.PUE(1.2).Of(used)
	fmt.Println(used, "at the machine,", facility, "at the meter,", grid.Of(facility))
	// Output: 1.24 kWh at the machine, 1.48 kWh at the meter, 415 gCO2e
}

func Example_flag() {
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	limit := 300 * units.Watt
	flags.Var(&limit, "limit", "power limit of a card")

	if err := flags.Parse([]string{"-limit", "0.25kW"}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(limit)
	fmt.Println(limit.Set("250w"))
	// Output:
	// 250 W
	// units: parse power "250w": unknown unit "w", upper and lower case count; want a number, alone or with µW, mW, W, kW, MW, GW, such as 65 W
}

func Example_json() {
	text, err := json.Marshal(struct {
		Energy units.Energy `json:"energy_joules"`
		Carbon units.Carbon `json:"carbon_grams"`
	}{1.24 * units.KilowattHour, 312})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(text))
	// Output: {"energy_joules":4464000,"carbon_grams":312}
}

func ExampleEnergy() {
	e := units.Energy(1.24 * units.KilowattHour)
	fmt.Println(e)
	fmt.Printf("%.2f\n", e)
	// Output:
	// 1.24 kWh
	// 4464000.00
}

func ExampleEnergy_Over() {
	e := units.Energy(1.24 * units.KilowattHour)
	if p, ok := e.Over(72 * time.Minute); ok {
		fmt.Println(p)
	}
	_, ok := e.Over(0)
	fmt.Println(ok)
	// Output:
	// 1.03 kW
	// false
}

func ExamplePower_For() {
	fmt.Println((65 * units.Watt).For(100 * time.Millisecond))
	// Output: 6.5 J
}

func ExampleIntensity_Of() {
	grid := units.Intensity(44.2)
	fmt.Println(grid.Of(2 * units.KilowattHour))
	// Output: 88.4 gCO2e
}

func ExamplePoundsPerMWh() {
	fmt.Println(units.PoundsPerMWh(916))
	// Output: 415 gCO2e/kWh
}

func ExamplePUE_Of() {
	e := units.Energy(units.KilowattHour)
	fmt.Println(units.PUE(1.54).Of(e))
	fmt.Println(units.PUE(0).Of(e)) // not given
	// Output:
	// 1.54 kWh
	// 1 kWh
}

func ExampleMicrojoules() {
	before, after := units.Microjoules(61_000_000), units.Microjoules(67_510_000)
	fmt.Println(after-before, (after - before).Joules())
	// Output: 6.51 J 6.51
}
