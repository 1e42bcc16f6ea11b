package eia_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/eia"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// The transport stands in for the service here; leave it out. The key would come
// from wherever secrets are kept.
func ExampleNew() {
	service := fetchtest.Answers(fetchtest.Answer{Body: `{"response":{"total":2,"frequency":"hourly","data":[
		{"period":"2024-05-06T10","respondent":"CISO","fueltype":"NG","value":30,"value-units":"megawatthours"},
		{"period":"2024-05-06T10","respondent":"CISO","fueltype":"WND","value":70,"value-units":"megawatthours"}]}}`})
	p := eia.New(eia.Config{
		Key:   func(context.Context) (string, error) { return "TOKEN", nil },
		Fetch: fetch.Options{Transport: service},
	})
	from := time.Date(2024, 5, 6, 9, 0, 0, 0, time.UTC)
	s, err := p.Range(context.Background(), "CISO", from, from.Add(time.Hour))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Points[0].Value, s.Points[0].Quality, s.Points[0].Signal)
	// Output: 155 gCO2e/kWh measured average lifecycle production
}
