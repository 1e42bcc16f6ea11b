package ember_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/ember"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

func ExampleNew() {
	p := ember.New(ember.Config{
		Key:   func(context.Context) (string, error) { return "your key", nil },
		Fetch: fetch.Options{Transport: recorded()}, // leave it out to ask the service itself
	})
	from := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	s, err := p.Range(context.Background(), "FRA", from, from.AddDate(2, 0, 0))
	if err != nil {
		fmt.Println(fetch.Code(err), err)
		return
	}
	for _, pt := range s.Points {
		fmt.Println(pt.Start.Year(), pt.Value, pt.Quality, "-", pt.Signal)
	}
	// Output:
	// 2021 61.5 gCO2e/kWh static - average lifecycle production
	// 2022 77 gCO2e/kWh static - average lifecycle production
}

func ExampleProvider_Grid() {
	p := ember.New(ember.Config{
		Key:   func(context.Context) (string, error) { return "your key", nil },
		Fetch: fetch.Options{Transport: recorded()},
	})
	grid, err := p.Grid("FRA")
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := grid.Refresh(context.Background()); err != nil { // a meter does this by itself
		fmt.Println(fetch.Code(err), err)
		return
	}
	pt, err := grid.At(time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pt.Value, "-", pt.Origin.Detail)
	// Output: 77 gCO2e/kWh - annual average; Ember, CC BY 4.0, vintage 2022
}

// recorded answers with two years that are made up.
func recorded() *fetchtest.Service {
	return answer(row("France", "FRA", 2021, "61.5"), row("France", "FRA", 2022, "77"))
}
