package ukgrid_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

func ExampleNew() {
	uk := ukgrid.New(ukgrid.Config{Fetch: fetch.Options{
		Cache:     &fetch.Cache{},          // with Dir, past days are kept on disk
		Transport: recorded("1999-05-04T"), // leave it out to ask the service itself
	}})
	from := time.Date(1999, 5, 4, 8, 0, 0, 0, time.UTC)
	past, err := uk.Range(context.Background(), "GB", from, from.Add(time.Hour))
	if err != nil {
		fmt.Println(fetch.Code(err), err)
		return
	}
	for _, p := range past.Points {
		fmt.Println(p.Start.Format("15:04"), p.Value, p.Quality, "-", p.Signal)
	}
	// Output:
	// 08:00 147 gCO2e/kWh measured - average direct consumption
	// 08:30 141 gCO2e/kWh measured - average direct consumption
}

// recorded answers with two half hours that are made up.
func recorded(day string) *fetchtest.Service {
	return fetchtest.Answers(fetchtest.Answer{Body: `{"data":[
		{"from":"` + day + `08:00Z","to":"` + day + `08:30Z","intensity":{"forecast":151,"actual":147}},
		{"from":"` + day + `08:30Z","to":"` + day + `09:00Z","intensity":{"forecast":140,"actual":141}}]}`})
}
