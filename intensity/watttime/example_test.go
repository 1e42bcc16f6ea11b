package watttime_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/watttime"
)

// The transport stands in for the service here; leave it out. User and password
// would come from wherever secrets are kept.
func ExampleNew() {
	from := time.Date(2000, 3, 1, 0, 0, 0, 0, time.UTC)
	wt := watttime.New(watttime.Config{
		Login: func(context.Context) (user, password string, err error) { return "someone", "something", nil },
		Fetch: fetch.Options{Transport: fetchtest.Answers(
			fetchtest.Answer{Body: `{"token":"for half an hour"}`},
			fetchtest.Answer{Body: body(about(""), row(from, "1000", ""))},
		)},
	})
	s, err := wt.Range(context.Background(), zone, from, from.Add(5*time.Minute))
	if err != nil {
		fmt.Println(fetch.Code(err), err)
		return
	}
	fmt.Println(s.Points[0].Value, s.Points[0].Quality, "-", s.Points[0].Signal)
	// Output: 454 gCO2e/kWh estimated - short-run marginal direct consumption
}
