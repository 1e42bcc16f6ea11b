package sci_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// r740 is the inventory of the case boa-r740, what it leaves open set or not.
func r740(open bool) sci.Inventory {
	inv := sci.Inventory{
		CPUs: []sci.CPUs{{Units: 2, Cores: 24}}, RAM: []sci.Modules{{Units: 12, GB: 32}}, SSDs: []sci.Drives{{GB: 400}},
		PSUs: []sci.PSUs{{Units: 2}}, Case: sci.RackCase, Motherboard: true, Assembly: true,
	}
	if !open {
		inv.CPUs[0].MM2PerCore, inv.RAM[0].Density = sci.Range{Mode: 24.5}, sci.Range{Mode: 1.79}
		inv.SSDs[0].Density, inv.PSUs[0].Kg = sci.Range{Mode: 50.6}, sci.Range{Mode: 2.99}
	}
	return inv
}

func TestBillHasARangeOfWhatIsOpen(t *testing.T) {
	known, err := r740(false).Bill()
	require.NoError(t, err)
	open, err := r740(true).Bill()
	require.NoError(t, err)
	require.InEpsilon(t, 967.8678116103958e3, float64(known.Total().TE()), 1e-12)
	require.InEpsilon(t, float64(known.Total().TE()), float64(open.Total().TE()), 1e-12, "the defaults are those of the R740")
	low, high := known.Total().Range()
	require.Equal(t, []units.Carbon{known.Total().TE(), known.Total().TE()}, []units.Carbon{low, high})

	// 2 CPUs of 24 · 15.75 and 32.5 mm2, 12 modules at 2.375 and 0.625 GB/cm2,
	// a drive at 128 and 16.4 GB/cm2, two supplies of 1 and 5 kg, and the rest.
	low, high = open.Total().Range()
	rest := 150 + 66.1 + 6.68
	require.InEpsilon(t, 1e3*(2*(24*15.75*0.0197+9.14)+12*(32/2.375*2.2+5.22)+400/128.0*2.2+6.34+2*24.3+rest), float64(low), 1e-12)
	require.InEpsilon(t, 1e3*(2*(24*32.5*0.0197+9.14)+12*(32/0.625*2.2+5.22)+400/16.4*2.2+6.34+2*5*24.3+rest), float64(high), 1e-12)

	total := open.Total()
	require.Equal(t, making, total.Stages())
	require.Equal(t, []string{sci.StageTransport, sci.StageEndOfLife}, total.Lacks())
	require.Equal(t, "bottom-up", total.Method())
	require.Equal(t, "UBA TEXTE 94/2021; Dell R740 LCA 2019", total.Source())
}

func TestBillOfOtherParts(t *testing.T) {
	card, err := sci.Accelerators().Find("NVIDIA H100 80GB HBM3", 80e9)
	require.NoError(t, err)
	bill, err := sci.Inventory{
		CPUs: []sci.CPUs{{DieMM2: sci.Range{Mode: 1008}}}, HDDs: 2, Case: sci.BladeCase,
		RAM:          []sci.Modules{{GB: 32, Density: sci.Range{Mode: 2}}, {Units: 2, GB: 16, Density: sci.Range{Mode: 2}}},
		Accelerators: []sci.Accelerator{card, card},
	}.Bill()
	require.NoError(t, err)
	for name, kg := range map[string]float64{
		"cpu": 1008*0.0197 + 9.14, "hdd": 62.22, "case": 85.9, "ram": 64/2.0*2.2 + 3*5.22, card.Model: 2 * float64(card.TE/units.Kilogram),
	} {
		line, ok := bill.Of(name)
		require.True(t, ok, name)
		require.InEpsilon(t, kg, float64(line.TE()/units.Kilogram), 1e-12, name)
	}
	_, ok := bill.Of("psu")
	require.False(t, ok, "what is not in the inventory is absent")

	s := bill.Server()
	require.NoError(t, s.Check())
	require.Len(t, s.Accelerators, 2)
	ram, _ := bill.Of("ram")
	require.Equal(t, ram.TE(), s.Memory)
	require.InEpsilon(t, float64(bill.Total().TE()-2*card.TE), float64(s.Embodied), 1e-12)
	m, _ := s.Accrue(sci.DefaultLifespan, func(source.Kind) float64 { return 1 })
	require.InEpsilon(t, float64(bill.Total().TE()), float64(m), 1e-12)
}

func TestBillIsStated(t *testing.T) {
	bill, err := r740(true).Bill()
	require.NoError(t, err)
	stated, err := bill.Embodies(876*time.Hour, 0, 8, 32, "vCPU")
	require.NoError(t, err)
	require.Len(t, stated, 7)
	var m float64
	for _, e := range stated {
		m += e.M.Value
		require.Equal(t, "modelled", e.Nature)
		require.Equal(t, []any{876.0, 35040.0, 8.0, 32.0, "vCPU"}, []any{e.Reserved.Value, e.Lifespan.Value, e.RR.Value, e.ToR.Value, e.Basis})
		require.NotContains(t, e.Stages, sci.StageUse)
	}
	require.InEpsilon(t, float64(bill.Total().TE())/40/4, m, 1e-12)
	_, err = bill.Embodies(time.Hour, 0, 33, 32, "vCPU")
	require.ErrorIs(t, err, sci.ErrShare)
}

func TestInventoryRefuses(t *testing.T) {
	for name, inv := range map[string]sci.Inventory{
		"nothing":                 {},
		"a cpu of unknown size":   {CPUs: []sci.CPUs{{Units: 1}}},
		"cores below 0":           {CPUs: []sci.CPUs{{Cores: -4}}},
		"a die of NaN":            {CPUs: []sci.CPUs{{DieMM2: sci.Range{Mode: math.NaN()}}}},
		"a range the wrong way":   {CPUs: []sci.CPUs{{DieMM2: sci.Range{Low: 3, Mode: 2, High: 1}}}},
		"areas the wrong way":     {CPUs: []sci.CPUs{{Cores: 1, MM2PerCore: sci.Range{Low: 3, Mode: 2, High: 1}}}},
		"memory of unknown size":  {RAM: []sci.Modules{{Units: 2}}},
		"memory of no density":    {RAM: []sci.Modules{{GB: 1, Density: sci.Range{Mode: -1}}}},
		"drives below 0":          {SSDs: []sci.Drives{{Units: -1, GB: 1}}},
		"hard disks below 0":      {HDDs: -1},
		"more than a server has":  {HDDs: 1 << 30},
		"a supply of endless kg":  {PSUs: []sci.PSUs{{Kg: sci.Range{Mode: math.Inf(1)}}}},
		"a case that is not made": {Case: 9},
	} {
		t.Run(name, func(t *testing.T) {
			bill, err := inv.Bill()
			require.ErrorIs(t, err, sci.ErrInventory)
			require.Nil(t, bill)
		})
	}
	_, err := sci.Inventory{Accelerators: []sci.Accelerator{{Model: "x", TE: 1}}}.Bill()
	require.ErrorIs(t, err, sci.ErrStage)
}

func TestHardwareWithDrivesAndAccelerators(t *testing.T) {
	hw := sci.Hardware{Sockets: 2, MemoryGB: 384, SSDs: 2, HDDs: 1, Accelerators: 8}
	s := sci.ServerFor(hw)
	require.InEpsilon(t, 1610.7916666666667+250, float64(s.Embodied/units.Kilogram), 1e-12)
	require.Len(t, s.Accelerators, 8)
	require.Equal(t, 150*units.Kilogram, s.Accelerators[0].TE)
	require.Contains(t, s.Source, "3 drives")
	require.Len(t, sci.Server{}.For(hw).Accelerators, 8)
	require.Empty(t, sci.ServerFor(sci.Hardware{Virtual: true, SSDs: 3, Accelerators: 1}).Accelerators, "a virtual machine shows no real ones")

	bill := hw.Bill()
	low, high := bill.Total().Range()
	require.InEpsilon(t, 3060.7916666666667, float64(bill.Total().TE()/units.Kilogram), 1e-12)
	require.InEpsilon(t, 1860.7916666666667/1.5+1200/1.9, float64(low/units.Kilogram), 1e-12)
	require.InEpsilon(t, 1860.7916666666667*1.5+1200*1.9, float64(high/units.Kilogram), 1e-12)
	require.InDelta(t, sci.ServerSigma, bill.Server().Sigma, 1e-12)
	require.Equal(t, sci.Hardware{}.Bill().Total().TE(), sci.Hardware{SSDs: -4, Accelerators: -1}.Bill().Total().TE())
}
