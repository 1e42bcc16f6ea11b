package intensity_test

import (
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

// A meter with this grid asks the provider by itself. Until it has, and whenever
// the provider is down for long, the annual figure of the country stands in,
// which has to be listed, since it is another signal.
func ExampleNewChain() {
	annual := intensity.Country("GB")
	grid, err := intensity.NewChain(intensity.ChainConfig{
		Live:   []intensity.Live{{Provider: ukgrid.New(ukgrid.Config{}), Zone: "GB"}},
		Static: []intensity.Grid{annual},
		Allow:  []intensity.Signal{intensity.AverageLifecycle(intensity.Production)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// m, err := meter.Start(ctx, meter.WithGrid(grid))
	p, err := grid.At(time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Quality, p.Value, "of", p.Origin.Name)
	fmt.Println("in place of", p.InPlaceOf)
	// Output:
	// static 211 gCO2e/kWh of ember-2024
	// in place of average direct consumption
}
