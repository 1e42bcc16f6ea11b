package electricitymaps_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/electricitymaps"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// The transport stands in for the service here; leave it out. The token would
// come from wherever secrets are kept.
func ExampleNew() {
	p := electricitymaps.New(electricitymaps.Config{
		Key:   func(context.Context) (string, error) { return "your token", nil },
		Fetch: fetch.Options{Transport: ok(list("data", row(hour(0), "310", known), row(hour(1), "340", known)))},
	})
	s, err := p.Range(context.Background(), zone, day, day.Add(2*time.Hour))
	if err != nil {
		fmt.Println(fetch.Code(err), err)
		return
	}
	for _, p := range s.Points {
		fmt.Println(p.Start.Format("15:04"), p.Value, p.Quality, "-", p.Signal)
	}
	// Output:
	// 00:00 310 gCO2e/kWh measured - average lifecycle consumption
	// 01:00 340 gCO2e/kWh measured - average lifecycle consumption
}
