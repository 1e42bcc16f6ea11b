package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checkpoint.json")
	c, err := load(path, 5, 64)
	require.NoError(t, err, "none is there: the run begins")
	for _, batch := range batches(makeDigits(64, 5), 7) {
		c.Loss += c.Network.learn(batch, rate)
		c.Batch++
	}
	c.Network.B1[0], c.Network.B1[1], c.Network.B1[2] = math.Copysign(0, -1), math.SmallestNonzeroFloat64, 0.1
	c.Losses = []float64{2.0 / 3}
	require.NoError(t, c.write(path))
	got, err := load(path, 5, 64)
	require.NoError(t, err)
	require.Equal(t, c, got)
	require.Equal(t, bits(c.Network), bits(got.Network), "to the last bit")

	// What cannot be kept leaves what is there.
	c.Network.W1[0][0] = math.NaN()
	require.ErrorContains(t, c.write(path), "NaN")
	kept, err := load(path, 5, 64)
	require.NoError(t, err)
	require.Equal(t, got, kept)
	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing lies around")

	_, err = load(path, 6, 64)
	require.ErrorIs(t, err, errUsage)
	require.ErrorContains(t, err, "by seed 5")
	for _, text := range []string{``, `{`, `{}`, `{"schema":"scimeter.example.training/1","seed":5,"digits":64}`} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := load(path, 5, 64)
		require.ErrorContains(t, err, path, text)
	}
}

// bits are the weights as they are.
func bits(n *network) []uint64 {
	var all []uint64
	add := func(w ...float64) {
		for _, f := range w {
			all = append(all, math.Float64bits(f))
		}
	}
	for h := range n.W1 {
		add(n.W1[h][:]...)
	}
	for k := range n.W2 {
		add(n.W2[k][:]...)
	}
	add(n.B1[:]...)
	add(n.B2[:]...)
	return all
}
