package casdk_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/casdk"
	"github.com/scimeter/scimeter/intensity/fetch"
)

func ExampleNew() {
	from := time.Date(1999, 5, 4, 8, 0, 0, 0, time.UTC)
	recorded := answer("[" + row("eastus", from, `"00:05:00"`, "412") + "]")
	p, err := casdk.New(casdk.Config{
		Signal: intensity.Signal{ // the service does not say: this is WattTime's
			Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Consumption,
		},
		Source: "WattTime",
		Step:   5 * time.Minute,
		Fetch: fetch.Options{
			BaseURL:   "http://localhost:8090",
			Transport: recorded, // leave it out to ask the service itself
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	past, err := p.Range(context.Background(), "eastus", from, from.Add(5*time.Minute))
	if err != nil {
		fmt.Println(fetch.Code(err), err)
		return
	}
	for _, pt := range past.Points {
		fmt.Println(pt.Start.Format("15:04"), pt.Value, pt.Quality, "-", pt.Signal)
	}
	// Output:
	// 08:00 412 gCO2e/kWh estimated - short-run marginal direct consumption
}
