package entsoe_test

import (
	"context"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/intensity/entsoe"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// The transport stands in for the platform here; leave it out, and take the key
// from where your program keeps such things.
func ExampleNew() {
	platform := fetchtest.Answers(fetchtest.Answer{Body: document(
		series{code: "B04", points: "1=300", resolution: "PT60M"},
		series{code: "B19", points: "1=700", resolution: "PT60M"},
	)})
	p := entsoe.New(entsoe.Config{
		Key:   func(context.Context) (string, error) { return "your security token", nil },
		Fetch: fetch.Options{Transport: platform},
	})

	s, err := p.Range(context.Background(), "10YFI-1--------U", noon, noon.Add(time.Hour))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := s.Points[0]
	fmt.Printf("%s %.1f %s, %s\n", now.Start.Format(time.RFC3339), float64(now.Value), now.Quality, now.Signal)
	// Output: 2024-05-06T12:00:00Z 154.7 measured, average lifecycle production
}
