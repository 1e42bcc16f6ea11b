package intensity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
)

// Two zones that the tables know to lie apart do not make one grid unasked.
func TestChainOfTwoPlaces(t *testing.T) {
	for _, tt := range []struct {
		first, zone, second, other string
		apart                      bool
	}{
		{"ukgrid", "GB", "electricitymaps", "DE", true},
		{"ukgrid", "GB", "electricitymaps", "GB", false},
		{"energidata", "DK1", "energidata", "DK2", true},
		{"energidata", "DK1", "electricitymaps", "DK-DK1", false},
		{"energidata", "DK1", "energycharts", "dk", false},
		{"eia", "PJM", "electricitymaps", "US-MIDA-PJM", false},
		{"eia", "PJM", "electricitymaps", "US-CAL-CISO", true},
		{"watttime", "PJM_DC", "eia", "PJM", false},
		{"rte", "FR", "energycharts", "fr", false},
		{"rte", "FR", "energycharts", "de", true},
		{"mine", "GB", "electricitymaps", "DE", false}, // nobody knows where that is
		{"ukgrid", "GB", "mine", "somewhere", false},
	} {
		cfg := intensity.ChainConfig{Live: []intensity.Live{{newStation(tt.first), tt.zone}, {newStation(tt.second), tt.other}}}
		_, err := intensity.NewChain(cfg)
		name := tt.first + ":" + tt.zone + " and " + tt.second + ":" + tt.other
		if !tt.apart {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, intensity.ErrZone, name)
		require.ErrorContains(t, err, "Elsewhere", name)
		cfg.Elsewhere = []string{tt.other}
		_, err = intensity.NewChain(cfg)
		require.NoError(t, err, name)
	}
}
