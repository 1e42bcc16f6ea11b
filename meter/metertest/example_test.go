package metertest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// A machine that has worked for somebody else half of the time.
func ExampleMachine() {
	machine := metertest.New(4, metertest.Package(0))
	m, err := meter.Start(context.Background(), machine.Options(), meter.WithoutRest())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Stop()
	usage, err := m.Measure(context.Background(), "job", func(context.Context) error {
		machine.Run(0, metertest.Phase{
			Own: 30 * time.Second, Busy: time.Minute,
			Energy: map[string]units.Microjoules{"package-0": 1000e6},
		})
		return nil
	})
	fmt.Println(usage.Energy(), usage.EnergyNature, err)
	// Output: 500 J calculated <nil>
}

// Energy per operation, beside the time of it.
func ExampleBenchmark() {
	_ = func(b *testing.B) {
		data := make([]int, 1<<16) // set-up is not measured
		for i := range data {
			data[i] = i * 7919 % len(data)
		}
		defer metertest.Benchmark(b)()
		for b.Loop() {
			slices.Sort(slices.Clone(data))
		}
	}
}

// TestDoc is the example of the package comment.
func TestDoc(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0))
		m := metertest.Start(t, machine)
		task := m.Begin("job")
		machine.Run(time.Hour, metertest.Phase{
			Own: time.Hour, Busy: 2 * time.Hour,
			Energy: map[string]units.Microjoules{"package-0": 72_000e6},
		})
		usage, err := task.End(t.Context())
		require.NoError(t, err)
		require.Equal(t, units.Energy(36_000), usage.Energy())
	})
}
