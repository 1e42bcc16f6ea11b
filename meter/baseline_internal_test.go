package meter

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestQuietPowersAreBounded: the quantile stays what it is of all powers.
func TestQuietPowersAreBounded(t *testing.T) {
	var b baseline
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		b.see(50+50*r.Float64(), time.Second, 0)
		require.Less(t, len(b.quiet), 2*quietRoom)
	}
	require.True(t, slices.IsSorted(b.quiet))
	watts, sigma := b.power("")
	require.Greater(t, watts, 50.0)
	require.Less(t, watts, 60.0, "a tenth of 50 to 100 W, and what was kept of it is low")
	require.Equal(t, quietSigma, sigma)
	require.False(t, b.assumed(""))
}

func TestResidueKeepsWhatIsRoundedOff(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		var left residue
		sum, n := 0.0, uint64(0)
		for range 10_000 {
			x := r.Float64() * 10
			sum += x
			n += left.floor(x, 1<<60)
		}
		require.InDelta(t, sum, float64(n), 1)
		require.Less(t, float64(left), 1.0)
	}
	var left residue
	for range 10 {
		require.LessOrEqual(t, left.floor(1.7, 1), uint64(1), "never more than there is")
	}
	require.Zero(t, left, "and the excess is not kept")
	require.Zero(t, left.floor(-5, 10))
}

// TestStepLog holds it against a sum by cell, for zones that come in any order.
func TestStepLog(t *testing.T) {
	start := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 9))
		var l stepLog
		booked := map[time.Time]float64{}
		var views []stepLog
		var then []map[time.Time]float64
		for i := range 400 {
			cell := start.Add(time.Duration(i/10-r.IntN(4)) * stepWidth)
			from := cell.Add(time.Duration(r.Int64N(int64(time.Minute))))
			l.add(Step{from, from.Add(time.Minute), 1, 2, cell})
			booked[cell]++
			if r.IntN(10) == 0 {
				views = append(views, l.view())
				copied := map[time.Time]float64{}
				for k, v := range booked {
					copied[k] = v
				}
				then = append(then, copied)
			}
		}
		end := l.view()
		for i, before := range views {
			got := map[time.Time]float64{}
			for _, s := range end.since(before) {
				require.False(t, s.End.Before(s.Start))
				require.False(t, s.Start.Before(s.cell))
				got[s.cell] += float64(s.Energy)
				require.InDelta(t, 2*float64(s.Energy), float64(s.Booked), 1e-9)
			}
			for cell, e := range booked {
				require.InDelta(t, e-then[i][cell], got[cell], 1e-9, cell)
			}
		}
	}
}
