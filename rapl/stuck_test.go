package rapl_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
)

// The counter of node_exporter#1808 is package-15 of an XCP-ng guest.
func TestStuck(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.CPU("GenuineIntel", 6, 85, "hypervisor")
		tree.Zone("intel-rapl:0", "package-15", 184467440, ri)
		tree.Zone("intel-rapl:1", "package-0", 0, ri)
		r := open(t, tree)
		var quality source.Quality
		var told int
		var busy time.Duration
		for i := range 30 {
			busy += 500 * time.Millisecond
			tree.Busy(busy)
			tree.SetEnergy("intel-rapl:1", uint64(i+1)*20e6)
			got, err := try(r, time.Second)
			if errors.Is(err, rapl.ErrStuck) {
				told++
				require.Equal(t, 12*time.Second, time.Duration(i+1)*time.Second, "case 34: after ten busy looks")
			}
			if x, ok := got["rapl/package-15"]; ok {
				quality |= x.Quality
				require.Zero(t, x.Total)
			}
			require.EqualValues(t, (i+1)*20e6, got["rapl/package-0"].Total)
		}
		require.Equal(t, 1, told, "case 34: told once")
		require.Equal(t, source.Stuck, quality)
		require.Equal(t, []string{"rapl/package-0"}, found(r), "case 34: excluded")
		require.ErrorIs(t, skipped(r)["rapl/package-15"].Err, rapl.ErrStuck)
		require.NotEmpty(t, skipped(r)["rapl/package-15"].Remedy)

		tree.SetEnergy("intel-rapl:0", 200e6)
		x := read(t, r, time.Minute)["rapl/package-15"]
		require.Zero(t, x.Total, "it moves again: a new baseline")
		require.Equal(t, 89*time.Second, x.Missing)
		tree.SetEnergy("intel-rapl:0", 300e6)
		require.EqualValues(t, 100e6, read(t, r, time.Second)["rapl/package-15"].Total)
	})
}

func TestNotStuck(t *testing.T) {
	for _, tt := range []struct {
		name, zone string
		busy       time.Duration // per second
		still      int           // seconds between two movements
	}{
		{"the machine is idle", "package-0", 50 * time.Millisecond, 100},
		{"it moves now and then", "package-0", time.Second, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
				tree.Zone("intel-rapl:0", tt.zone, 0, ri)
				r := open(t, tree)
				for i := range 60 {
					tree.Busy(time.Duration(i) * tt.busy)
					tree.SetEnergy("intel-rapl:0", uint64(i/tt.still)*1000)
					require.Zero(t, read(t, r, time.Second)["rapl/package-0"].Quality)
				}
			})
		})
	}
	t.Run("graphics may be off", func(t *testing.T) {
		bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
			tree.Zone("intel-rapl:0", "package-0", 0, ri)
			tree.Zone("intel-rapl:0:0", "uncore", 0, ri)
			r := open(t, tree)
			for i := range 60 {
				tree.Busy(time.Duration(i) * time.Second)
				tree.SetEnergy("intel-rapl:0", uint64(i)*1000)
				require.Zero(t, read(t, r, time.Second)["rapl/package-0/uncore"].Quality)
			}
		})
	})
}
