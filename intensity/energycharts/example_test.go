package energycharts_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/energycharts"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// The transport stands in for the service here; leave it out.
func ExampleNew() {
	service := fetchtest.Answers(fetchtest.Answer{
		Body: `{"unix_seconds":[1717970400,1717971300],"co2eq":[401.5,null],"co2eq_forecast":[null,390]}`,
	})
	p := energycharts.New(energycharts.Config{Fetch: fetch.Options{Transport: service}})

	now, err := p.Current(context.Background(), "de")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(now.Start.Format(time.RFC3339), float64(now.Value), now.Quality, now.Signal)
	// Output: 2024-06-09T22:00:00Z 401.5 measured average lifecycle production
}
