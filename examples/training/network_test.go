package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// batches of digits, in order.
func batches(digits []digit, size int) [][]*digit {
	var all [][]*digit
	for i := range digits {
		if i%size == 0 {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], &digits[i])
	}
	return all
}

// It learns: the loss falls by more than half, and what it was never shown is
// told better than the one in ten of a guess.
func TestLossFallsByHalf(t *testing.T) {
	digits, unseen := makeDigits(4000, 1), makeDigits(1000, 2)
	n := newNetwork(1)
	require.Less(t, n.accuracy(unseen), 0.3)
	var losses []float64
	for range 5 {
		loss := 0.0
		for _, batch := range batches(digits, batchSize) {
			loss += n.learn(batch, rate)
		}
		losses = append(losses, loss/float64(len(digits)))
	}
	for i := range losses[1:] {
		require.Less(t, losses[i+1], losses[i])
	}
	require.Less(t, losses[4], losses[0]/2)
	require.Greater(t, n.accuracy(unseen), 0.85)
}

// The gradient is what the loss changes by when a weight does.
func TestGradient(t *testing.T) {
	batch := batches(makeDigits(3, 7), 3)[0]
	n := newNetwork(7)
	before := *n
	n.learn(batch, 1)
	loss := func(change func(*network)) float64 {
		changed := before
		change(&changed)
		return changed.learn(batch, 0) / 3
	}
	const tiny = 1e-6
	for name, at := range map[string]func(*network) *float64{
		"w1": func(n *network) *float64 { return &n.W1[5][11] },
		"b1": func(n *network) *float64 { return &n.B1[40] },
		"w2": func(n *network) *float64 { return &n.W2[3][9] },
		"b2": func(n *network) *float64 { return &n.B2[8] },
	} {
		slope := (loss(func(n *network) { *at(n) += tiny }) - loss(func(n *network) { *at(n) -= tiny })) / (2 * tiny)
		require.InDelta(t, slope, *at(&before)-*at(n), 1e-7, name)
		require.NotZero(t, slope, name)
	}
}

func TestDigits(t *testing.T) {
	require.Equal(t, makeDigits(100, 3), makeDigits(100, 3))
	require.NotEqual(t, makeDigits(100, 3), makeDigits(100, 4))
	var mean [kinds][pixels]float64
	var count [kinds]int
	for _, d := range makeDigits(20_000, 1) {
		count[d.kind]++
		for p, x := range d.pixels {
			mean[d.kind][p] += x
		}
	}
	eight := func(p int) float64 { return mean[8][p] / float64(count[8]) }
	require.InDelta(t, 1, eight(1), 0.1, "the bar at the top")
	require.InDelta(t, 1, eight(3*width+2), 0.1, "and in the middle")
	require.InDelta(t, 0, eight(0), 0.1, "and no corner")
	require.InDelta(t, 0, mean[0][3*width+2]/float64(count[0]), 0.1, "a zero has no middle")
}
