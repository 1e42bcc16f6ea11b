package gpu_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// A crooked driver does with a sample what a test says.
type crooked struct {
	answer func(*driver.Sample) error
	open   func()
	id     driver.Identity
}

func (c *crooked) Name() string { return "crooked" }

func (c *crooked) Open() ([]driver.Device, []source.Skip, error) {
	if c.open != nil {
		c.open()
	}
	return []driver.Device{c}, nil, nil
}

func (c *crooked) Rescan() ([]driver.Device, []source.Skip, error) { return c.Open() }
func (c *crooked) Close() error                                    { return nil }
func (c *crooked) Identity() driver.Identity                       { return c.id }
func (c *crooked) Processes() ([]driver.Process, error)            { panic("no such symbol") }
func (c *crooked) Slices() ([]driver.Slice, error)                 { return nil, nil }

func (c *crooked) Read(s *driver.Sample) error { return c.answer(s) }

// case A7, and whatever else panics in a driver: it fails, and nothing else.
func TestPanickingDriver(t *testing.T) {
	fine := func(s *driver.Sample) error {
		*s = driver.Sample{Counter: 1000, CounterOK: true, UnitPJ: 1e9, Width: 64, At: time.Now()}
		return nil
	}
	t.Run("open", func(t *testing.T) {
		_, err := gpu.Open(gpu.WithDriver(&crooked{open: func() { panic("out of range") }}))
		require.ErrorContains(t, err, "no card can be read")
		require.ErrorIs(t, err, gpu.ErrNoDevices)
	})
	t.Run("read and list", func(t *testing.T) {
		c := &crooked{answer: fine, id: driver.Identity{ID: "x"}}
		broken := false
		c.answer = func(s *driver.Sample) error {
			if broken {
				panic("out of range")
			}
			return fine(s)
		}
		r, err := gpu.Open(gpu.WithDriver(c), cards(1).Option())
		require.NoError(t, err)
		defer r.Close()
		_, err = r.Attribute()
		require.EqualError(t, err, "gpu: list processes x: panic: no such symbol")
		broken = true
		got, err := r.Read(nil)
		require.EqualError(t, err, "gpu: read x: panic: out of range")
		require.Len(t, got, 2, "what was said at the start, and the other card")
		got, err = r.Read(got[:0])
		require.Error(t, err)
		require.Len(t, got, 1)
	})
}

func TestMaxInterval(t *testing.T) {
	for _, c := range []struct {
		sample driver.Sample
		want   time.Duration
	}{
		{driver.Sample{UnitPJ: 1e9, Width: 64}, 0},
		{driver.Sample{UnitPJ: 1e6, Width: 64, Hidden: 209 * time.Second}, 209 * time.Second},
		{driver.Sample{UnitPJ: 1e12, Shift: 14, Width: 32}, 262_143_999_938_964 * time.Nanosecond / 1250},
	} {
		d := &crooked{id: driver.Identity{ID: "x", MaxPower: 1000}, answer: func(s *driver.Sample) error {
			*s = c.sample
			s.CounterOK = true
			return nil
		}}
		r, err := gpu.Open(gpu.WithDriver(d))
		require.NoError(t, err)
		require.InDelta(t, c.want, r.MaxInterval(), 1e6)
		require.NoError(t, r.Close())
	}
}

// A call that takes long blurs the edges of a window.
func TestWindowOfASlowDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		d := &crooked{id: driver.Identity{ID: "x", MaxPower: 700}, answer: func(s *driver.Sample) error {
			time.Sleep(60 * time.Millisecond)
			ticks := time.Since(start) / (100 * time.Millisecond)
			*s = driver.Sample{
				Counter: uint64(ticks) * 70_000, CounterOK: true, UnitPJ: 1e9, Width: 64, Instant: 700, InstantOK: true,
				At: time.Now().Add(-30 * time.Millisecond), Took: 60 * time.Millisecond,
			}
			return nil
		}}
		r, err := gpu.Open(gpu.WithDriver(d))
		require.NoError(t, err)
		defer r.Close()
		w := r.Begin()
		time.Sleep(10 * time.Second)
		used, err := w.Final(t.Context())
		require.NoError(t, err)
		x := used.Devices[0]
		want := 700 * used.To.Sub(used.From).Seconds()
		require.InDelta(t, want, x.Energy.Joules(), 3*x.Edge.Joules())
		require.Greater(t, x.Edge.Joules(), 10.0)
	})
}

// case S7: of a pair that is reported once, the second is told and not read.
func TestPair(t *testing.T) {
	d := &crooked{id: driver.Identity{ID: "second", Parent: "GPU-0"}, answer: func(*driver.Sample) error { panic("read") }}
	r, err := gpu.Open(cards(1).Option(), gpu.WithDriver(d))
	require.NoError(t, err)
	defer r.Close()
	got, err := r.Read(nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.ErrorIs(t, r.Report().Skipped[0].Err, gpu.ErrElsewhere)
}

// A counter whose unit changes is another counter.
func TestUnitChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unit := uint64(1e9)
		d := &crooked{id: driver.Identity{ID: "x"}}
		d.answer = func(s *driver.Sample) error {
			*s = driver.Sample{Counter: uint64(time.Now().UnixMilli()) * 100, CounterOK: true, UnitPJ: unit, Width: 64}
			return nil
		}
		r, err := gpu.Open(gpu.WithDriver(d))
		require.NoError(t, err)
		defer r.Close()
		for _, c := range []struct {
			unit           uint64
			total, missing int
		}{{1e9, 100, 0}, {1e8, 100, 1}, {1e8, 110, 1}} {
			unit = c.unit
			time.Sleep(time.Second)
			got, err := r.Read(nil)
			require.NoError(t, err)
			require.Equal(t, c.total, int(got[0].Total/joule))
			require.Equal(t, time.Duration(c.missing)*time.Second, got[0].Missing)
		}
	})
}
