package meter_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
)

// TestVisibleCard: a GPU that nobody asked for is told of, with the line that
// asks for it.
func TestVisibleCard(t *testing.T) {
	card := metertest.Package(1)
	card.ID, card.Kind = "gpu/GPU-1", source.GPU
	for name, tt := range map[string]struct {
		vendor string
		zones  []source.Zone
		told   bool
	}{
		"NVIDIA":              {"0x10de", nil, true},
		"AMD":                 {"0x1002", nil, true},
		"a screen":            {"0x1234", nil, false},
		"one that is metered": {"0x10de", []source.Zone{card}, false},
	} {
		t.Run(name, func(t *testing.T) {
			sys := t.TempDir()
			dir := filepath.Join(sys, "class/drm/card0/device")
			require.NoError(t, os.MkdirAll(dir, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "vendor"), []byte(tt.vendor+"\n"), 0o600))
			machine := metertest.New(1, append(tt.zones, metertest.Package(0))...)
			m, err := meter.Start(t.Context(), machine.Options(), meter.WithRoots("", sys))
			require.NoError(t, err)
			defer m.Stop()
			told := false
			for _, s := range m.Sources().Skipped {
				told = told || s.What == "gpu" && s.Remedy == "meter.WithSource(gpu.Auto())"
			}
			require.Equal(t, tt.told, told)
		})
	}
}
