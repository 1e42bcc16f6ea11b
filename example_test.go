package scimeter_test

import (
	"context"
	"fmt"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

// A training run, and what a thousand tokens of it have cost.
func Example() {
	train := func(batch string) float64 { return float64(len(batch)) }
	finetune := func(ctx context.Context, batches []string) error {
		m, err := meter.Start(ctx, meter.WithGrid(intensity.Country("FR")))
		if err != nil {
			return err // says what was tried and how to allow it
		}
		defer m.Stop()

		run := m.Begin("finetune")
		for _, batch := range batches {
			run.Count("token", train(batch))
		}
		used, err := run.End(ctx)
		if err != nil {
			return err
		}
		score, err := used.Score("token")
		if err != nil {
			return err
		}
		fmt.Println(score.Per(1000)) // with its 95 % interval and its nature
		return nil
	}
	_ = finetune(context.Background(), nil)
}
