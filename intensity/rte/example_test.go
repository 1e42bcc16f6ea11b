package rte_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/rte"
)

// The transport stands in for the service here; leave it out.
func ExampleNew() {
	service := fetchtest.Answers(fetchtest.Answer{
		Body: `{"total_count":1,"results":[{"taux_co2":17,"date_heure":"2024-09-12T02:45:00+02:00"}]}`,
	})
	p := rte.New(rte.Config{Fetch: fetch.Options{Transport: service}})

	now, err := p.Current(context.Background(), "FR")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(now.Start.Format(time.RFC3339), float64(now.Value), now.Quality, now.Signal)
	// Output: 2024-09-12T00:45:00Z 17 estimated average direct production
}
