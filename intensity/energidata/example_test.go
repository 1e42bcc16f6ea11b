package energidata_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/energidata"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// The transport stands in for the service here; leave it out.
func ExampleNew() {
	service := fetchtest.Answers(fetchtest.Answer{Body: `{"total":1,"limit":12,"dataset":"CO2Emis","records":[
		{"Minutes5UTC":"2024-05-06T11:55:00","PriceArea":"DK1","CO2Emission":90.5}]}`})
	p := energidata.New(energidata.Config{Fetch: fetch.Options{Transport: service}})

	now, err := p.Current(context.Background(), "DK1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(now.Start.Format(time.RFC3339), float64(now.Value), now.Quality, now.Signal)
	// Output: 2024-05-06T11:55:00Z 90.5 measured average direct consumption
}
