package sci

import (
	"math"
	"math/rand/v2"
	"slices"
)

// DefaultDraws is how many draws a [MonteCarlo] makes where nobody says.
const DefaultDraws = 10_000

// maxDraws bounds the memory of a simulation: 8 bytes a draw.
const maxDraws = 100_000_000

// A MonteCarlo draws inputs by chance, again and again. The same Seed draws the
// same: by the PCG of math/rand/v2.
type MonteCarlo struct {
	Draws int    // 0: DefaultDraws; at most 100 million
	Seed  uint64 // as it is; 0 is a seed like others
}

// A Simulation is what a [MonteCarlo] drew, in grams per Scale functional units.
type Simulation struct {
	Draws  int     `json:"draws"`
	Seed   uint64  `json:"seed"`
	Mean   float64 `json:"mean_g"`
	Sigma  float64 `json:"sigma_g"`  // standard deviation of the draws
	Low    float64 `json:"low_g"`    // quantile 0.025
	Median float64 `json:"median_g"` // quantile 0.5
	High   float64 `json:"high_g"`   // quantile 0.975

	sorted []float64
}

// Quantile returns what a part p of the draws is not above, between draws in
// proportion. A p outside 0 and 1 counts as the nearer end. It is 0 for the zero
// Simulation.
func (s *Simulation) Quantile(p float64) float64 {
	if s == nil || len(s.sorted) == 0 {
		return 0
	}
	at := unit(p) * float64(len(s.sorted)-1)
	i := int(at)
	low, high := s.sorted[i], s.sorted[min(i+1, len(s.sorted)-1)]
	return finite(low + (at-float64(i))*(high-low))
}

// Above returns the part of the draws that is above v.
func (s *Simulation) Above(v float64) float64 {
	if s == nil || len(s.sorted) == 0 {
		return 0
	}
	i, _ := slices.BinarySearchFunc(s.sorted, v, func(x, v float64) int {
		if x > v {
			return 1
		}
		return -1
	})
	return float64(len(s.sorted)-i) / float64(len(s.sorted))
}

// String returns the median with its 95 % interval, the draws and the seed.
func (s *Simulation) String() string {
	if s == nil || len(s.sorted) == 0 {
		return "not simulated"
	}
	return Digits(s.Median, s.Sigma) + " (" + Digits(s.Low, s.Sigma) + " to " + Digits(s.High, s.Sigma) + ", 95 %) g, " +
		count(float64(s.Draws)) + " draws of seed " + count(float64(s.Seed))
}

// run evaluates f on so many draws of all distributions.
func (mc MonteCarlo) run(dists []Dist, f func(drawn []float64) float64) (*Simulation, error) {
	if mc.Draws == 0 {
		mc.Draws = DefaultDraws
	}
	if mc.Draws < 2 || mc.Draws > maxDraws {
		return nil, refuse(ErrDistribution, "simulate with %d draws", mc.Draws)
	}
	for _, d := range dists {
		if err := d.check(); err != nil {
			return nil, err
		}
	}
	rnd := rand.New(rand.NewPCG(mc.Seed, 0))
	drawn := make([]float64, len(dists))
	s := &Simulation{Draws: mc.Draws, Seed: mc.Seed, sorted: make([]float64, mc.Draws)}
	for i := range s.sorted {
		for k, d := range dists {
			drawn[k] = d.draw(rnd)
		}
		s.sorted[i] = finite(f(drawn))
	}
	s.summarize()
	return s, nil
}

func (s *Simulation) summarize() {
	slices.Sort(s.sorted)
	n := float64(len(s.sorted))
	var mean, squares sum
	for _, v := range s.sorted {
		mean.add(v / n)
	}
	s.Mean = mean.value()
	for _, v := range s.sorted {
		squares.add((v - s.Mean) * (v - s.Mean) / (n - 1))
	}
	s.Sigma = finite(math.Sqrt(squares.value()))
	s.Low, s.Median, s.High = s.Quantile(0.025), s.Quantile(0.5), s.Quantile(0.975)
}
