package interop_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci/interop"
)

// oracle is what the Impact Framework printed for a manifest of testdata/if.
type oracle struct {
	By    string
	Nodes map[string]struct {
		Outputs    []map[string]any
		Aggregated map[string]any
	}
}

func manifest(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "if", name+".yml"))
	require.NoError(t, err)
	return b
}

func TestCompatIsTheImpactFrameworkToTheLastBit(t *testing.T) {
	for _, name := range []string{"chain", "sync", "embodied", "mock", "mapping"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", "if", name+".json"))
			require.NoError(t, err)
			var want oracle
			require.NoError(t, json.Unmarshal(text, &want))
			require.NotEmpty(t, want.Nodes)

			got, err := interop.Run(manifest(t, name), interop.Compat)
			require.NoError(t, err)
			require.Empty(t, got.Notes)
			for path, node := range want.Nodes {
				n := got.Root
				if path != "" {
					n = got.Root.Child(strings.Split(path, "/")...)
				}
				require.NotNil(t, n, path)
				require.Len(t, n.Outputs, len(node.Outputs), path)
				for i, s := range node.Outputs {
					same(t, fmt.Sprintf("%s output %d", path, i), s, n.Outputs[i])
				}
				same(t, path+" aggregated", node.Aggregated, n.Aggregated)
			}
		})
	}
}

// same requires the same parameters and the same bits.
func same(t *testing.T, where string, want map[string]any, got interop.Sample) {
	t.Helper()
	for k, w := range want {
		require.Contains(t, got, k, where)
		if k == "timestamp" {
			require.Equal(t, w, got[k], where)
			continue
		}
		require.Equal(t, w, got[k], "%s: %s", where, k)
	}
	require.Len(t, got, len(want), where)
}
