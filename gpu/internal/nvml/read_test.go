//go:build linux && cgo && !nonvml

package nvml_test

import (
	"errors"
	"math"
	"testing"
	"testing/fstest"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

// read reads a card that must answer.
func read(t testing.TB, c driver.Device) driver.Sample {
	t.Helper()
	var s driver.Sample
	require.NoError(t, c.Read(&s))
	return s
}

func TestRead(t *testing.T) {
	_, cards := open(t, 2)
	shop.state.put(0, energyMJ, 1_000_350)
	before := time.Now()
	s := read(t, cards[0])
	require.WithinRange(t, s.At, before, time.Now())
	require.Positive(t, s.Took)
	require.LessOrEqual(t, s.At.Sub(before), time.Since(before))
	s.At, s.Took = time.Time{}, 0
	require.Equal(t, driver.Sample{
		Counter: 1_000_350, CounterOK: true, UnitPJ: 1_000_000_000, Width: 64,
		Instant: 300 * units.Watt, InstantOK: true, Average: 290 * units.Watt, AverageOK: true,
	}, s)
	require.Equal(t, driver.Identity{
		ID: "GPU-00000001-0000-0000-0000-000000000000", Index: 1, Model: "NVIDIA Fake 80GB", PCI: "0000:3c:00.0",
		Kind: source.GPU, Level: source.AtBoard, Socket: -1, MaxPower: 700 * units.Watt, Window: time.Second,
		Source: "nvml", Detail: "0000:3c:00.0",
	}, cards[1].Identity())
}

// One call a read, and nothing of it on the heap.
func TestReadIsCheap(t *testing.T) {
	_, cards := open(t, 1)
	var s driver.Sample
	before := [...]int64{shop.state.get(fieldsCalls), shop.state.get(energyCalls), shop.state.get(powerCalls)}
	for range 100 {
		require.NoError(t, cards[0].Read(&s))
	}
	after := [...]int64{shop.state.get(fieldsCalls), shop.state.get(energyCalls), shop.state.get(powerCalls)}
	require.Equal(t, [...]int64{before[0] + 100, before[1], before[2]}, after)
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = cards[0].Read(&s) }))
}

func TestFieldTypes(t *testing.T) {
	for _, c := range []struct {
		name         string
		set          func(fakeState)
		counter      uint64 // 0: absent
		instant, avg units.Power
	}{
		{"case L9: counter ULL, power UINT", func(fakeState) {}, 1_000_000, 300, 290},
		{"case L9: counter ULONG, power ULL", func(s fakeState) {
			s.put(0, energyType, 2)
			s.put(0, instantType, 3)
		}, 1_000_000, 300, 290},
		{"case L9: counter DOUBLE, power SINT and USHORT", func(s fakeState) {
			s.put(0, energyType, 0)
			s.put(0, instantType, 5)
			s.put(0, averageType, 6)
			s.put(0, averageMW, 65_000)
		}, 1_000_000, 300, 65},
		{"case L9: instant with code 3 is absent alone", func(s fakeState) { s.put(0, instantRet, 3) }, 1_000_000, 0, 290},
		{"case L9: average with code 999 is absent alone", func(s fakeState) { s.put(0, averageRet, 999) }, 1_000_000, 300, 0},
		{"case L9: counter with code 3 is read by its own function", func(s fakeState) { s.put(0, energyRet, 3) }, 1_000_000, 300, 290},
		{"case L9: no counter at all", func(s fakeState) {
			s.put(0, energyRet, 3)
			s.put(0, energyCode, 3)
		}, 0, 300, 290},
		{"case C10: a counter of all ones", func(s fakeState) { s.put(0, energyMJ, -1) }, 0, 300, 290},
		{"a power of all ones", func(s fakeState) { s.put(0, instantMW, math.MaxUint32) }, 1_000_000, 0, 290},
		{"a negative power", func(s fakeState) {
			s.put(0, instantMW, -5)
			s.put(0, instantType, 5)
		}, 1_000_000, 0, 290},
		{"a type of a later driver", func(s fakeState) { s.put(0, instantType, 9) }, 1_000_000, 0, 290},
		{"code 2 for fields that the driver is too old for", func(s fakeState) {
			s.put(0, instantRet, 2)
			s.put(0, averageRet, 2)
		}, 1_000_000, 0, 280},
		{"code 4 for the batch", func(s fakeState) { s.put(0, fieldsCode, 4) }, 1_000_000, 0, 280},
		{"powers of neither kind", func(s fakeState) {
			s.put(0, instantRet, 3)
			s.put(0, averageRet, 3)
			s.put(0, powerMW, math.MaxUint32)
		}, 1_000_000, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, cards := open(t, 1)
			c.set(shop.state)
			s := read(t, cards[0])
			require.Equal(t, c.counter, s.Counter)
			require.Equal(t, c.counter != 0, s.CounterOK)
			require.Equal(t, c.instant, s.Instant)
			require.Equal(t, c.instant != 0, s.InstantOK)
			require.Equal(t, c.avg, s.Average)
			require.Equal(t, c.avg != 0, s.AverageOK)
		})
	}
}

// GetPowerUsage is a mean of one second from Ampere on, GA100 excepted.
func TestUsageByGeneration(t *testing.T) {
	for _, c := range []struct {
		name         string
		major, minor int64
		instant      bool
		window       time.Duration
	}{
		{"V100", 7, 0, true, 0},
		{"A100", 8, 0, true, 0},
		{"A40", 8, 6, false, time.Second},
		{"H100", 9, 0, false, time.Second},
		{"not known", 0, 0, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			shop.state.reset(1)
			shop.state.put(0, fieldsCode, 3)
			shop.state.put(0, major, c.major)
			shop.state.put(0, minor, c.minor)
			_, cards, err := tryOpen(t, 0)
			require.NoError(t, err)
			s := read(t, cards[0])
			require.Equal(t, c.instant, s.InstantOK)
			require.Equal(t, !c.instant, s.AverageOK)
			require.Equal(t, 280*units.Watt, max(s.Instant, s.Average))
			require.Equal(t, c.window, cards[0].Identity().Window)
			require.Equal(t, 700*units.Watt, cards[0].Identity().MaxPower, "by GetEnforcedPowerLimit")
		})
	}
}

func TestStrikes(t *testing.T) {
	t.Run("case G4: not supported once, then fine", func(t *testing.T) {
		_, cards := open(t, 1)
		for range 5 {
			shop.state.put(0, instantRet, 3)
			require.False(t, read(t, cards[0]).InstantOK)
			require.False(t, read(t, cards[0]).InstantOK)
			shop.state.put(0, instantRet, 0)
			require.True(t, read(t, cards[0]).InstantOK)
		}
	})
	t.Run("case G4: three in a row", func(t *testing.T) {
		d, cards := open(t, 1)
		shop.state.put(0, instantRet, 3)
		for range 3 {
			require.False(t, read(t, cards[0]).InstantOK)
		}
		shop.state.put(0, instantRet, 0)
		s := read(t, cards[0])
		require.False(t, s.InstantOK, "asked for again")
		require.True(t, s.CounterOK && s.AverageOK)
		again, _, err := d.Rescan()
		require.NoError(t, err)
		require.True(t, read(t, again[0]).InstantOK, "not probed again")
	})
	t.Run("case G4: of the batch", func(t *testing.T) {
		_, cards := open(t, 1)
		shop.state.put(0, fieldsCode, 3)
		for range 3 {
			require.True(t, read(t, cards[0]).CounterOK, "by its own function")
		}
		calls := shop.state.get(fieldsCalls)
		require.True(t, read(t, cards[0]).CounterOK)
		require.Equal(t, calls, shop.state.get(fieldsCalls))
	})
	t.Run("case G4: of everything", func(t *testing.T) {
		_, cards := open(t, 1)
		for _, i := range []int{fieldsCode, energyCode, powerCode} {
			shop.state.put(0, i, 3)
		}
		for range 4 {
			var s driver.Sample
			require.ErrorIs(t, cards[0].Read(&s), driver.ErrNotSupported)
			require.False(t, s.CounterOK || s.InstantOK || s.AverageOK)
		}
	})
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		code int64
		want error
	}{
		{"15", 15, driver.ErrLost},
		{"16", 16, driver.ErrResetRequired},
		{"28", 28, driver.ErrLost},
		{"case G5: 1", 1, driver.ErrDriverGone},
		{"9", 9, driver.ErrDriverGone},
		{"18", 18, driver.ErrDriverGone},
		{"4", 4, driver.ErrPermission},
		{"3", 3, driver.ErrNotSupported},
		{"999", 999, nil},
		{"10", 10, nil},
	} {
		t.Run(c.name+" of the card", func(t *testing.T) {
			_, cards := open(t, 2)
			shop.state.put(0, code, c.code)
			var s driver.Sample
			err := cards[0].Read(&s)
			var e *nvml.DriverError
			require.ErrorAs(t, err, &e)
			require.Equal(t, nvml.Code(c.code), e.Code)
			require.Equal(t, cards[0].Identity().ID, e.Card)
			require.Equal(t, c.want, errors.Unwrap(err))
			require.False(t, s.CounterOK || s.InstantOK || s.AverageOK)
			require.True(t, read(t, cards[1]).CounterOK, "the other card")
		})
	}
	t.Run("15 of one field, before one that is not supported", func(t *testing.T) {
		_, cards := open(t, 1)
		shop.state.put(0, instantRet, 15)
		shop.state.put(0, averageRet, 3)
		var s driver.Sample
		require.ErrorIs(t, cards[0].Read(&s), driver.ErrLost)
		require.Zero(t, s.Counter)
		require.False(t, s.CounterOK || s.InstantOK)
	})
}

func TestCardsThatAreSkipped(t *testing.T) {
	with := func(t *testing.T, set func(fakeState)) ([]driver.Device, []source.Skip, error) {
		t.Helper()
		shop.state.reset(2)
		set(shop.state)
		d := nvml.New(nvml.Options{Paths: []string{shop.library(t)}})
		cards, skipped, err := d.Open()
		require.NoError(t, d.Close())
		require.Zero(t, shop.state.get(inits))
		return cards, skipped, err
	}
	t.Run("no card", func(t *testing.T) {
		_, _, err := with(t, func(s fakeState) { s.set(count, 0) })
		require.ErrorIs(t, err, nvml.ErrNoDevices)
		require.Contains(t, err.Error(), "nvidia-smi -L")
		require.Contains(t, nvml.Remedy(err), "--gpus all")
	})
	t.Run("case S11: a Jetson, where all is not supported", func(t *testing.T) {
		_, skipped, err := with(t, func(s fakeState) {
			for c := range 2 {
				s.put(c, fieldsCode, 3)
				s.put(c, energyCode, 3)
				s.put(c, powerCode, 3)
			}
		})
		require.ErrorIs(t, err, nvml.ErrNoDevices)
		require.Len(t, skipped, 2)
		require.ErrorIs(t, skipped[0].Err, driver.ErrNotSupported)
		require.Contains(t, skipped[0].Remedy, "INA3221")
	})
	t.Run("one without a handle", func(t *testing.T) {
		cards, skipped, err := with(t, func(s fakeState) { s.put(0, code, 15) })
		require.NoError(t, err)
		require.Len(t, cards, 1)
		require.Equal(t, 1, cards[0].Identity().Index)
		require.Equal(t, "nvml/card 0", skipped[0].What)
		require.ErrorIs(t, skipped[0].Err, driver.ErrLost)
	})
	t.Run("one without a name", func(t *testing.T) {
		cards, skipped, err := with(t, func(s fakeState) { s.put(1, uuidCode, 999) })
		require.NoError(t, err)
		require.Len(t, cards, 1)
		require.Equal(t, "nvml/card 1", skipped[0].What)
		require.Contains(t, skipped[0].Remedy, "create it anew")
	})
	t.Run("a counter that may not be read", func(t *testing.T) {
		cards, skipped, err := with(t, func(s fakeState) {
			s.put(0, energyRet, 4)
			s.put(0, energyCode, 4)
		})
		require.NoError(t, err)
		require.Len(t, cards, 2)
		require.Equal(t, "nvml/"+cards[0].Identity().ID+"/counter", skipped[0].What)
		require.ErrorIs(t, skipped[0].Err, driver.ErrPermission)
		require.NotEmpty(t, skipped[0].Remedy)
	})
}

// Grace boards answer in the scope of the module too.
func TestModules(t *testing.T) {
	sys := fstest.MapFS{
		"bus/pci/devices/0000:3b:00.0/local_cpulist":              {Data: []byte("0-71\n")},
		"bus/pci/devices/0000:3c:00.0/local_cpulist":              {Data: []byte("72-143\n")},
		"devices/system/cpu/cpu0/topology/physical_package_id":    {Data: []byte("0\n")},
		"devices/system/cpu/cpu72/topology/physical_package_id":   {Data: []byte("1\n")},
		"bus/pci/devices/0000:3d:00.0/local_cpulist":              {Data: []byte("\n")},
		"devices/system/cpu/cpu9999/topology/physical_package_id": {Data: []byte("x\n")},
	}
	modules := func(t *testing.T, n int) []driver.Device {
		t.Helper()
		shop.state.reset(n)
		for c := range n {
			shop.state.put(c, module, 1)
		}
		_, cards, err := tryOpen(t, 0, func(o *nvml.Options) { o.Sys = sys })
		require.NoError(t, err)
		return cards
	}
	t.Run("case S12: the scope is the module's", func(t *testing.T) {
		for i, c := range modules(t, 2) {
			id := c.Identity()
			require.Equal(t, source.Module, id.Kind)
			require.Equal(t, source.AtModule, id.Level)
			require.Equal(t, i, id.Socket)
			require.Equal(t, 1200*units.Watt, id.MaxPower)
			s := read(t, c)
			require.True(t, s.CounterOK)
			require.Equal(t, 800*units.Watt, s.Instant)
			require.Equal(t, 790*units.Watt, s.Average)
		}
	})
	t.Run("the power of the card does not stand in for it", func(t *testing.T) {
		c := modules(t, 1)[0]
		shop.state.put(0, instantRet, 3)
		shop.state.put(0, averageRet, 3)
		s := read(t, c)
		require.True(t, s.CounterOK)
		require.False(t, s.InstantOK || s.AverageOK)
	})
	t.Run("cards that may share one are cards, without a counter", func(t *testing.T) {
		for i, c := range modules(t, 3) { // of the third the socket is not known
			id := c.Identity()
			require.Equal(t, source.GPU, id.Kind)
			require.Equal(t, source.AtBoard, id.Level)
			require.Equal(t, []int{0, 1, -1}[i], id.Socket, "that it is next to")
			require.Equal(t, 700*units.Watt, id.MaxPower)
			s := read(t, c)
			require.False(t, s.CounterOK)
			require.Equal(t, 300*units.Watt, s.Instant)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name string
		set  func(fakeState)
	}{
		{"batch", func(fakeState) {}},
		{"functions", func(s fakeState) { s.put(0, fieldsCode, 3) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			shop.state.reset(1)
			c.set(shop.state)
			_, cards, err := tryOpen(b, 0)
			require.NoError(b, err)
			var s driver.Sample
			for range 3 {
				require.NoError(b, cards[0].Read(&s))
			}
			b.ReportAllocs()
			for b.Loop() {
				_ = cards[0].Read(&s)
			}
			require.True(b, s.CounterOK)
		})
	}
}
