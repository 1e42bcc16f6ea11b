package intensity_test

import (
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

func ExampleCountry_At() {
	p, err := intensity.Country("FR").At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f gCO2e/kWh in %s (%s), %s\n", float64(p.Value), p.Zone, p.Origin.Name, p.Signal)
	fmt.Printf("for one hour ± %.0f %%, for a week ± %.0f %%\n", 100*p.Uncertainty(time.Hour), 100*p.Uncertainty(7*24*time.Hour))
	// Output:
	// 44.18 gCO2e/kWh in FRA (ember-2024), average lifecycle production
	// for one hour ± 26 %, for a week ± 16 %
}

func ExampleLookup() {
	for _, place := range []string{"IE", "US-CAL-CISO", "aws:eu-central-1", "frnace"} {
		c, err := intensity.Lookup(place)
		if err != nil {
			fmt.Println("unknown:", err.(*intensity.UnknownError).Like)
			continue
		}
		fmt.Println(place, "is in", c.Name())
	}
	// Output:
	// IE is in Ireland
	// US-CAL-CISO is in United States
	// aws:eu-central-1 is in Germany
	// unknown: [france]
}

func ExampleWorldSpread() {
	low, high := intensity.WorldSpread()
	fmt.Printf("of ten countries one is below %.0f and one above %.0f gCO2e/kWh\n", float64(low), float64(high))
	// Output: of ten countries one is below 100 and one above 640 gCO2e/kWh
}

func ExampleIntegrate() {
	signal := intensity.AverageLifecycle(intensity.Consumption)
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	hour := func(n int, value units.Intensity) intensity.Point {
		start := noon.Add(time.Duration(n) * time.Hour)
		return intensity.Point{
			Start: start, End: start.Add(time.Hour), Value: value, Signal: signal,
			Quality: intensity.Measured, Sigma: intensity.SigmaLive, Zone: "DE",
		}
	}
	grid, err := intensity.NewSeries(hour(0, 300), hour(1, 100))
	if err != nil {
		fmt.Println(err)
		return
	}
	// 1 kW in a facility of PUE 1 from 12:30 to 14:30: the last half hour has
	// no figure.
	use, err := intensity.Steady(noon.Add(30*time.Minute), noon.Add(150*time.Minute), units.Kilowatt, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := intensity.Integrate(grid, []intensity.Delta{use}, intensity.Options{Gap: intensity.Skip()})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f g, %.0f %% covered\n", float64(r.Carbon), 100*r.Coverage)
	_, err = intensity.Integrate(grid, []intensity.Delta{use}, intensity.Options{})
	fmt.Println(err)
	// Output:
	// 250 g, 75 % covered
	// intensity: zone "DE": no figure in [2026-03-02T14:00:00Z, 2026-03-02T14:30:00Z) (30m0s)
}
