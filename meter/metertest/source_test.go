package metertest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/units"
)

func TestSourceOfMachine(t *testing.T) {
	m := metertest.New(4, metertest.Package(0), metertest.DRAM(0))
	metertest.TestSource(t, func() (meter.Source, error) { return m.Source(), nil }, metertest.WithoutAllocations())
}

// A machine that works, and loses a zone and finds it again, keeps the
// contract.
func TestSourceBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := metertest.New(4, metertest.Package(0), metertest.DRAM(0))
		n := 0
		metertest.TestSource(t, func() (meter.Source, error) { return m.Source(), nil }, metertest.Between(func() {
			n++
			m.Run(time.Second, metertest.Phase{Energy: map[string]units.Microjoules{"package-0": 20e6}})
			switch n % 10 {
			case 3:
				m.Fail("dram-0", errors.New("gone"))
			case 6:
				m.Fail("dram-0", nil)
			}
		}))
		require.Equal(t, 100, n)
	})
}

func TestSourceOfCounters(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 200e6, powercaptest.IntelRange)
	tree.Zone("intel-rapl:0:0", "dram", 100e6, powercaptest.DRAMRange)
	tree.Zone("intel-rapl:1", "psys", 100e6, powercaptest.PsysRange)
	uj := uint64(200e6)
	metertest.TestSource(t, func() (meter.Source, error) { return rapl.Open(tree.Root) },
		metertest.WithoutAllocations(), metertest.Between(func() {
			uj++
			tree.SetEnergy("intel-rapl:0", uj)
		}))
}

func TestSourceOfEstimates(t *testing.T) {
	metertest.TestSource(t, func() (meter.Source, error) {
		row := estimate.Row{Name: "metertest", Idle: 1, Max: 4, Source: "none"}
		busy := func() (time.Duration, error) { return 0, nil }
		return estimate.Open(estimate.Config{Model: row.Model(4), CPUs: 4, Busy: busy, MemoryGB: 16})
	}, metertest.WithoutAllocations())
}
