package intensity

import (
	"slices"
	"time"
)

// A Policy says what [Integrate] does where the grid has no figure. The zero
// Policy is [Fail].
type Policy struct {
	mode mode
	max  time.Duration
	grid Grid
}

type mode uint8

const (
	fail mode = iota
	hold
	fallback
	skip
)

// Fail ends the integration with the [*GapError].
func Fail() Policy { return Policy{} }

// Hold uses the last figure before the gap for up to max from its start, with
// the uncertainty that grows with its age; what is longer is skipped. An hour
// is a good limit: beyond it a model is nearer.
func Hold(max time.Duration) Policy { return Policy{mode: hold, max: max} }

// Fallback asks another grid, and names it in [Result.Substitutions]. A gap of
// that grid ends the integration.
func Fallback(grid Grid) Policy { return Policy{mode: fallback, grid: grid} }

// Skip leaves the energy without a price, which lowers the coverage. It is
// never spread over the rest.
func Skip() Policy { return Policy{mode: skip} }

// Options say how [Integrate] works. The zero Options fail at a gap and take
// the signal of the grid.
type Options struct {
	Gap Policy

	// Signal is the one that is wanted; zero: that of the first figure of the
	// grid. Allow lists the signals that may stand in for it, in the grid or in
	// its fallback; each use is named in [Result.Substitutions].
	Signal Signal
	Allow  []Signal
}

func (o Options) allows(s Signal) bool { return slices.Contains(o.Allow, s) }

// heldErrors are the mean errors of the last hourly value as a stand-in for
// now, by its age, on eleven grids from July to December 2021, times 1.25 for
// a standard deviation. A day on the same hour comes round, and they are smaller
// (9.3 %, and 12.2 % after two days); that is not counted upon: an older figure
// is never the surer one. The last row is an engineering choice [E].
var heldErrors = []struct {
	age   time.Duration
	sigma float64
}{
	{0, 0},
	{1 * time.Hour, 1.25 * 0.025},
	{2 * time.Hour, 1.25 * 0.044},
	{6 * time.Hour, 1.25 * 0.101},
	{12 * time.Hour, 1.25 * 0.133},
	{7 * 24 * time.Hour, 1.25 * 0.16},
}

// heldSigma returns the relative standard uncertainty of a value held so long,
// between the points of heldErrors in proportion, and the last one beyond.
func heldSigma(age time.Duration) float64 {
	for i, e := range heldErrors[1:] {
		if before := heldErrors[i]; age <= e.age {
			part := float64(age-before.age) / float64(e.age-before.age)
			return before.sigma + part*(e.sigma-before.sigma)
		}
	}
	return heldErrors[len(heldErrors)-1].sigma
}
