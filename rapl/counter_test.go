package rapl_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

const (
	ri = powercaptest.IntelRange
	ra = powercaptest.AMDRange
)

// A step is a value of the counter, and what it has to add.
type step struct {
	after   time.Duration
	raw     uint64
	delta   units.Microjoules
	quality source.Quality
	gap     time.Duration
}

const sec = time.Second

var counterCases = []struct {
	name  string
	zone  string // "": package-0
	top   uint64
	rated uint64 // µW; 0: not said
	first uint64
	steps []step
}{
	{name: "case 1: a plain difference", top: ri, first: 124599532281, steps: []step{
		{60 * sec, 129999532281, 5400000000, 0, 0}}},
	{name: "case 2: a wrap counts its last unit", top: ri, first: 262000000000, steps: []step{
		{5 * sec, 356671150, 500000061, source.Wrapped, 0}}},
	{name: "case 3: a late wrap is ambiguous", top: ri, first: 212143328850, steps: []step{
		{300 * sec, 908522, 50000908583, source.Wrapped | source.Ambiguous, 0}}},
	{name: "case 4: no movement is no energy", top: ri, first: 7, steps: []step{
		{5 * sec, 7, 0, 0, 0}}},
	{name: "case 5: a reset is a gap", top: ri, first: 100000000000, steps: []step{
		{5 * sec, 5000000, 0, source.Reset, 5 * sec},
		{5 * sec, 255000000, 250000000, 0, 0}}},
	{name: "case 6: a step back is counted once", top: ri, first: 100000000000, steps: []step{
		{5 * sec, 99999999939, 0, source.Jitter, 0},
		{5 * sec, 100000000061, 61, 0, 0}}},
	{name: "case 7: a wrap on AMD", top: ra, first: 65500000000, steps: []step{
		{1 * sec, 67389013, 100000015, source.Wrapped, 0}}},
	{name: "case 8: at a rated power", top: ra, rated: 133333334, first: 0, steps: []step{
		{163 * sec, 1000, 1000, 0, 0},
		{600 * sec, 2000, 1000, source.Ambiguous, 0},
		{164 * sec, 3000, 1000, source.Ambiguous, 0}}},
	{name: "case 9: without a range a fall is a reset", top: 0, first: 100000000000, steps: []step{
		{5 * sec, 5000000, 0, source.Reset, 5 * sec},
		{5 * sec, 6000000, 1000000, 0, 0}}},
	{name: "case 10: a jump is implausible", top: ri, first: 100e6, steps: []step{
		{1 * sec, 200000e6, 0, source.Implausible, 1 * sec},
		{1 * sec, 200001e6, 1e6, 0, 0}}},
	{name: "case 11: beyond the range is corrupt", top: ri, first: 100e6, steps: []step{
		{5 * sec, ri + 1, 0, source.Implausible, 0},
		{5 * sec, 200e6, 100e6, 0, 0}}},
	{name: "case 12: a unit of one joule", zone: "psys", top: powercaptest.PsysRange, first: 10e6, steps: []step{
		{sec / 2, 10e6, 0, source.Coarse, 0},
		{sec / 2, 11e6, 1e6, source.Coarse, 0},
		{sec / 2, 211e6, 200e6, 0, 0}}},
	{name: "case 13: a wrap to zero", top: ri, first: ri, steps: []step{
		{5 * sec, 0, 61, source.Wrapped, 0}}},
	{name: "a unit beyond what is drawn in no time is a late update", top: ri, first: 0, steps: []step{
		{time.Microsecond, 1e6, 1e6, 0, 0}}},
	{name: "a fall of more than noise is no jitter", top: ri, first: 100000e6, steps: []step{
		{1 * sec, 99994e6, 0, source.Reset, 1 * sec}}},
	{name: "a step back is no wrap, even where there was time for one", top: ri, first: 100000e6, steps: []step{
		{262140 * time.Millisecond, 99999999939, 0, source.Jitter, 0}}},
	{name: "the most that is possible is counted", top: ri, first: 0, steps: []step{
		{1 * sec, 1005e6, 1005e6, 0, 0},
		{1 * sec, 2010e6 + 1, 0, source.Implausible, 1 * sec}}},
}

func TestCounter(t *testing.T) {
	for _, tt := range counterCases {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
				name := tt.zone
				if name == "" {
					name = "package-0"
				}
				tree.Zone("intel-rapl:0", name, tt.first, tt.top)
				if tt.rated > 0 {
					tree.Set("intel-rapl:0", "constraint_0_max_power_uw", strconv.FormatUint(tt.rated, 10)+"\n")
				}
				r := open(t, tree)
				var want source.Reading
				for i, s := range tt.steps {
					tree.SetEnergy("intel-rapl:0", s.raw)
					got := read(t, r, s.after)["rapl/"+name]
					want.Total += s.delta
					want.Missing += s.gap
					require.Equal(t, want.Total, got.Total, "step %d", i)
					require.Equal(t, s.quality, got.Quality, "step %d", i)
					require.Equal(t, want.Missing, got.Missing, "step %d", i)
				}
			})
		})
	}
}

func TestCounterStart(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 124599532281, ri)
		got := read(t, open(t, tree), 0)["rapl/package-0"]
		require.Zero(t, got.Total, "case 14: the first read is no energy since boot")
		require.Zero(t, got.Missing)
	})
}

func TestCounterIsFull(t *testing.T) {
	const years = 365 * 24 * time.Hour
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, 0)
		tree.Set("intel-rapl:0", "constraint_0_max_power_uw", "10000000000\n")
		r := open(t, tree)
		tree.SetEnergy("intel-rapl:0", math.MaxUint64-50)
		require.EqualValues(t, uint64(math.MaxUint64-50), read(t, r, 40*years)["rapl/package-0"].Total)
		tree.SetEnergy("intel-rapl:0", 0)
		read(t, r, time.Second)
		tree.SetEnergy("intel-rapl:0", 51)
		for range 2 {
			got, err := try(r, time.Second)
			require.ErrorIs(t, err, rapl.ErrSaturated, "case 15: a total that is full says so, and stays")
			require.EqualValues(t, uint64(math.MaxUint64), got["rapl/package-0"].Total)
			tree.SetEnergy("intel-rapl:0", 102)
		}
	})
}

func TestPower(t *testing.T) {
	for _, tt := range []struct {
		zone, rated string
		want        units.Power
	}{
		{"package-0", "", 1000},
		{"dram", "", 200},
		{"psys", "", 4000},
		{"package-0", "350000000\n", 1050},
		{"package-0", "15000000\n", 250}, // which draws 60 W for half a minute
		{"package-0", "0\n", 1000},
		{"package-0", "junk", 1000},
		{"package-0", "18446744073709551615\n", 1000},
	} {
		tree := powercaptest.New(t)
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		dir, i := "intel-rapl:0", 0
		switch tt.zone {
		case "dram":
			dir, i = "intel-rapl:0:0", 1
			tree.Zone(dir, tt.zone, 0, ri)
		case "psys":
			dir, i = "intel-rapl:1", 1
			tree.Zone(dir, tt.zone, 0, ri)
		}
		if tt.rated != "" {
			tree.Set(dir, "constraint_1_max_power_uw", tt.rated)
		}
		require.InDelta(t, float64(tt.want), float64(open(t, tree).Zones()[i].MaxPower()), 1e-9, "%v %q", tt.zone, tt.rated)
	}
}

func TestMaxInterval(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 0, 0)
	require.Equal(t, time.Minute, open(t, tree).MaxInterval(), "no range is known")
	tree.Zone("intel-rapl:1", "package-1", 0, ri)
	require.Equal(t, 65535832212*time.Nanosecond, open(t, tree).MaxInterval(), "262143.32885 J / (4 x 1000 W)")
	tree.Zone("intel-rapl:2", "package-2", 0, ra)
	require.Equal(t, 16383152746*time.Nanosecond, open(t, tree).MaxInterval())
	tree.Zone("intel-rapl:3", "package-3", 0, 41e6)
	require.Equal(t, 10250*time.Microsecond, open(t, tree).MaxInterval(), "as good as the shortest")
	tree.Zone("intel-rapl:4", "package-4", 0, 39e6)
	require.Equal(t, 10250*time.Microsecond, open(t, tree).MaxInterval(), "what wraps within that has no range")
}
