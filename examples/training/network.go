package main

import (
	"math"
	"math/rand/v2"
)

// hidden is how many units lie between pixels and kinds.
const hidden = 64

// flops are the operations on floating point numbers that it takes to learn from
// one digit: each weight is multiplied and added once on the way forward, and
// once for its gradient; those of the second layer once more, on the way back.
// Activations and the step itself are left out: some 3 % more.
const flops = 4*pixels*hidden + 6*hidden*kinds

// A network has two layers: pixels to hidden units, which are linear above 0,
// and those to the probability of each kind.
type network struct {
	W1 [hidden][pixels]float64 `json:"w1"`
	B1 [hidden]float64         `json:"b1"`
	W2 [kinds][hidden]float64  `json:"w2"`
	B2 [kinds]float64          `json:"b2"`
}

// newNetwork returns one that knows nothing. Its weights are as large as keeps
// signals as large as they are, on their way through both layers.
func newNetwork(seed uint64) *network {
	random := rand.New(rand.NewPCG(seed, 'w'))
	n := &network{}
	for h := range n.W1 {
		for p := range n.W1[h] {
			n.W1[h][p] = math.Sqrt(2.0/pixels) * random.NormFloat64()
		}
	}
	for k := range n.W2 {
		for h := range n.W2[k] {
			n.W2[k][h] = math.Sqrt(1.0/hidden) * random.NormFloat64()
		}
	}
	return n
}

// An activity is what a digit causes in a network.
type activity struct {
	hidden [hidden]float64
	kinds  [kinds]float64 // probabilities
}

// look shows d to the network.
func (n *network) look(d *digit, s *activity) {
	for h := range n.W1 {
		sum := n.B1[h]
		for p, w := range n.W1[h] {
			sum += w * d.pixels[p]
		}
		s.hidden[h] = max(0, sum)
	}
	highest := math.Inf(-1)
	for k := range n.W2 {
		sum := n.B2[k]
		for h, w := range n.W2[k] {
			sum += w * s.hidden[h]
		}
		s.kinds[k] = sum
		highest = max(highest, sum)
	}
	whole := 0.0
	for k := range s.kinds {
		s.kinds[k] = math.Exp(s.kinds[k] - highest)
		whole += s.kinds[k]
	}
	for k := range s.kinds {
		s.kinds[k] /= whole
	}
}

// learn takes one step down the gradient of the mean loss of a batch, and
// returns the sum of the losses before it: cross-entropies, in nats. It goes
// through the batch in order, so that the same digits make the same weights, to
// the last bit.
func (n *network) learn(batch []*digit, rate float64) (loss float64) {
	var gradient network
	var s activity
	for _, d := range batch {
		n.look(d, &s)
		loss -= math.Log(max(s.kinds[d.kind], math.SmallestNonzeroFloat64))
		n.goBack(d, &s, &gradient)
	}
	n.add(&gradient, -rate/float64(len(batch)))
	return loss
}

// goBack adds to gradient what the loss of a digit changes by with each weight.
func (n *network) goBack(d *digit, s *activity, gradient *network) {
	s.kinds[d.kind]-- // the loss changes by that, with the sum of each kind
	var back [hidden]float64
	for k, slope := range s.kinds {
		gradient.B2[k] += slope
		for h := range back {
			gradient.W2[k][h] += slope * s.hidden[h]
			back[h] += slope * n.W2[k][h]
		}
	}
	for h, slope := range back {
		if s.hidden[h] == 0 {
			continue
		}
		gradient.B1[h] += slope
		for p, x := range d.pixels {
			gradient.W1[h][p] += slope * x
		}
	}
}

// add adds o to n, times a factor.
func (n *network) add(o *network, factor float64) {
	for h := range n.W1 {
		n.B1[h] += factor * o.B1[h]
		for p := range n.W1[h] {
			n.W1[h][p] += factor * o.W1[h][p]
		}
	}
	for k := range n.W2 {
		n.B2[k] += factor * o.B2[k]
		for h := range n.W2[k] {
			n.W2[k][h] += factor * o.W2[k][h]
		}
	}
}

// accuracy returns which part of the digits the network tells right.
func (n *network) accuracy(digits []digit) float64 {
	var s activity
	right := 0
	for i := range digits {
		n.look(&digits[i], &s)
		best := 0
		for k, p := range s.kinds {
			if p > s.kinds[best] {
				best = k
			}
		}
		if best == digits[i].kind {
			right++
		}
	}
	return float64(right) / float64(max(1, len(digits)))
}
