package rapl_test

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

// A chip is the hardware: a counter of 32 bits that power goes into, and the
// driver's arithmetic in nanojoules (intel_rapl_common.c).
type chip struct {
	unit   uint64  // nJ
	limit  float64 // W
	rng    *rand.Rand
	since  time.Time
	used   float64 // µJ, all of it
	power  float64 // W, from since on
	states uint64  // at the start

	faulty bool // the next read fails
}

// pass lets the chip use energy up to now, at a power that changes at random.
func (c *chip) pass() {
	now := time.Now()
	for c.since.Before(now) {
		d := min(now.Sub(c.since), time.Duration(c.rng.Int64N(int64(10*time.Second)))+1)
		c.used += c.power * float64(d) / 1e3
		c.since = c.since.Add(d)
		c.power = c.rng.Float64() * c.limit
	}
}

func (c *chip) uj() uint64 {
	c.pass()
	raw := (c.states + uint64(c.used*1e3/float64(c.unit))) % (1 << 32)
	return raw * c.unit / 1000
}

func (c *chip) top() uint64 { return (1<<32 - 1) * c.unit / 1000 }

func (c *chip) Read(b []byte) (int, error) {
	if c.faulty {
		return 0, syscall.EINVAL
	}
	return copy(b, strconv.FormatUint(c.uj(), 10)+"\n"), nil
}

func (c *chip) Close() error { return nil }

// TestSimulation reads four counters at random times, shorter apart than half
// of what their range allows, and lets reads fail, but not two in a row.
func TestSimulation(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			tree := powercaptest.New(t)
			synctest.Test(t, func(t *testing.T) { simulate(t, tree, rand.New(rand.NewPCG(seed, 2))) })
		})
	}
}

func simulate(t *testing.T, tree *powercaptest.Tree, rng *rand.Rand) {
	chips := map[string]*chip{}
	zone := func(dir, name string, unit uint64, limit float64) {
		c := &chip{unit: unit, limit: limit, rng: rng, since: time.Now(), states: rng.Uint64N(1 << 32)}
		chips[dir] = c
		tree.Zone(dir, name, 0, c.top())
	}
	zone("intel-rapl:0", "package-0", 61035, 800)
	zone("intel-rapl:0:0", "dram", 15300, 160)
	zone("intel-rapl:1", "package-1", 15258, 800)
	zone("intel-rapl:2", "package-2", 61035, 5)
	r := open(t, tree, rapl.WithOpener(func(path string) (rapl.Device, error) {
		return chips[filepath.Base(filepath.Dir(path))], nil
	}))
	ids := map[string]string{
		"intel-rapl:0": "rapl/package-0", "intel-rapl:0:0": "rapl/package-0/dram",
		"intel-rapl:1": "rapl/package-1", "intel-rapl:2": "rapl/package-2",
	}
	start := map[string]float64{}
	for dir, c := range chips {
		start[dir] = c.used
	}
	const longest = ra / 1000 * int64(time.Microsecond) / 2 // range / (2 x 1000 W)
	last := map[string]uint64{}
	for range 300 {
		for _, c := range chips {
			c.faulty = !c.faulty && rng.IntN(8) == 0
		}
		got, _ := try(r, time.Duration(rng.Int64N(longest)))
		for dir, c := range chips {
			x, ok := got[ids[dir]]
			require.Equal(t, c.faulty, !ok)
			if !ok {
				continue
			}
			c.pass()
			require.Zero(t, x.Missing)
			require.GreaterOrEqual(t, uint64(x.Total), last[dir])
			last[dir] = uint64(x.Total)
			require.InDelta(t, c.used-start[dir], float64(x.Total), 2*float64(c.unit)/1000, "%s: two units", dir)
		}
	}
	require.Greater(t, float64(last["intel-rapl:1"]), 3.0*ra, "it wrapped")
}
