package meter_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// scripted starts a meter on a machine that uses what it is told to, so that
// examples print the same everywhere.
func scripted() (*metertest.Machine, *meter.Meter) {
	machine := metertest.New(4, metertest.Package(0))
	m, err := meter.Start(context.Background(), machine.Options(),
		meter.WithGrid(intensity.Fixed{Value: 400, Sigma: 0.1, Signal: intensity.AverageLifecycle(intensity.Consumption)}),
		meter.WithSite(sci.Site{PUE: 1.2, PUESigma: 0.05}),
		meter.WithIdlePower("package-0", 1e-9, 0),
		meter.WithoutRest(),
	)
	if err != nil {
		log.Fatal(err)
	}
	return machine, m
}

// train stands for an epoch of real work, which uses so many joules.
func train(machine *metertest.Machine, joules float64) (tokens float64) {
	machine.Run(0, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: map[string]units.Microjoules{
		"package-0": units.Microjoules(joules * 1e6),
	}})
	return 100 * joules
}

func ExampleStart() {
	ctx := context.Background()
	m, err := meter.Start(ctx, meter.WithGrid(intensity.Country("FR")))
	if err != nil {
		log.Fatal(err) // says what was tried, and how to allow it
	}
	defer m.Stop()
	for _, zone := range m.Sources().Found {
		log.Println(zone.ID, zone.Origin.Method)
	}
	for _, skip := range m.Sources().Skipped {
		log.Println(skip.What, skip.Err, skip.Remedy)
	}
}

func ExampleMeter_Measure() {
	machine, m := scripted()
	defer m.Stop()
	usage, err := m.Measure(context.Background(), "train", func(context.Context) error {
		train(machine, 5000)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(usage.Energy(), "at the machine,", usage.Facility, "at the facility")
	fmt.Println(usage.EnergyNature)
	// Output:
	// 1.39 Wh at the machine, 1.67 Wh at the facility
	// measured
}

func ExampleUsage_Score() {
	machine, m := scripted()
	defer m.Stop()
	run := m.Begin("train")
	run.Count("token.train", train(machine, 5000))
	usage, err := run.End(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	score, err := usage.Score("token.train")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(score.Per(1000))
	_, err = usage.Score("token.serve")
	fmt.Println(err)
	// Output:
	// 1.33 mgCO2e per 1000 token.train (1.07–1.66, 95 %), estimated
	// meter: score per token.serve: sci: R was not counted; count the functional units that were done; counted are token.train
}

func ExampleUsage_Reprice() {
	machine, m := scripted()
	defer m.Stop()
	run := m.Begin("train")
	train(machine, 5000)
	usage, err := run.End(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	green, err := usage.Reprice(intensity.Fixed{Value: 30, Signal: intensity.AverageLifecycle(intensity.Consumption)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(usage.Operational, "at 400 g/kWh,", green.Operational, "at 30 g/kWh")
	// Output:
	// 667 mgCO2e at 400 g/kWh, 50 mgCO2e at 30 g/kWh
}

func ExampleTask_Lap() {
	machine, m := scripted()
	defer m.Stop()
	run := m.Begin("train")
	for epoch := range 3 {
		run.Count("token.train", train(machine, 1000*float64(epoch+1)))
		lap := run.Lap()
		fmt.Println(epoch, lap.Energy(), lap.R("token.train"), "tokens")
	}
	usage, err := run.End(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("all:", usage.Energy(), usage.R("token.train"), "tokens")
	// Output:
	// 0 1 kJ 100000 tokens
	// 1 2 kJ 200000 tokens
	// 2 3 kJ 300000 tokens
	// all: 1.67 Wh 600000 tokens
}
