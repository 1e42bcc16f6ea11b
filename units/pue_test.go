package units_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

func TestPUE(t *testing.T) {
	for _, c := range []struct {
		p     units.PUE
		valid bool
		of1kJ units.FacilityEnergy
	}{
		{0, false, 1000}, // not given
		{1, true, 1000},
		{1.25, true, 1250},
		{0.999, false, 1000},
		{-1.2, false, 1000},
		{units.PUE(math.NaN()), false, 1000},
		{units.PUE(math.Inf(1)), false, 1000},
	} {
		require.Equal(t, c.valid, c.p.Valid(), "%v", c.p)
		require.Equal(t, c.of1kJ, c.p.Of(units.Kilojoule), "%v", c.p)
	}
}
