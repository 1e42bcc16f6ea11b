package sci

import (
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// Terms are what a score is made of, of one window and one scope. The zero
// Terms say that nothing was measured.
type Terms struct {
	Operational units.Carbon     // O, ΣE·I, in grams; not negative
	Embodied    units.Carbon     // M, in grams; not negative
	R           float64          // how many functional units were done
	Unit        string           // the functional unit, singular, such as "request"
	Signal      intensity.Signal // of the intensity in O; zero: not said
	Nature      source.Nature    // of the weakest input; zero: not said
	Uncertainty Uncertainty      // of O + M in grams, by input; nil: not known

	// IdleExcluded is the flag idle_excluded: energy that flows whether or not
	// anything runs is left out, against E-02 of the specification. The score
	// says so wherever it is shown.
	IdleExcluded bool

	// Incomplete says that a part of the energy was not read: the score is a
	// lower bound, and says so wherever it is shown.
	Incomplete bool

	// Conversions are those by which figures per other functional units came
	// in: rule R-02 of the specification has them disclosed. See [Terms.Convert].
	Conversions []Conversion
}

// Total returns O + M in grams.
func (t Terms) Total() units.Carbon {
	return units.Carbon(finite(float64(t.Operational) + float64(t.Embodied)))
}

// Score returns (O + M) per R. It refuses Terms that nobody filled
// ([ErrNotMeasured]), an R that is not positive and finite
// ([ErrUnitsNotPositive]) and carbon that is negative or not finite.
func (t Terms) Score() (Score, error) {
	if t.isZero() {
		return Score{}, ErrNotMeasured
	}
	if !(t.R > 0) || !isFinite(t.R) {
		return Score{}, refuse(ErrUnitsNotPositive, "score per %s with R = %v", t.unit(), t.R)
	}
	if err := t.check(); err != nil {
		return Score{}, err
	}
	return Score{Terms: t}, nil
}

// Add returns the terms of two windows, or of two scopes that do not overlap,
// taken together: ΣO, ΣM and ΣR. Nature is the weakest, or not said if one is
// not; uncertainties add by input. A window without work (R = 0) keeps its
// carbon in the sum. Unlike units ([ErrUnitMismatch]) or signals
// ([ErrSignalMismatch]) are refused. The zero Terms change nothing.
func (t Terms) Add(o Terms) (Terms, error) { return Aggregate(t, o) }

// merge takes everything of o over to t but its amounts and its uncertainty.
func (t *Terms) merge(o *Terms) error {
	switch {
	case o.isZero():
		return nil
	case t.isZero():
		*t = *o
		return nil
	}
	unit, err := t.mergeUnit(o)
	if err != nil {
		return err
	}
	signal, err := t.mergeSignal(o)
	if err != nil {
		return err
	}
	t.Unit, t.Signal, t.Nature = unit, signal, t.mergeNature(o)
	t.Conversions = mergeConversions(t.Conversions, o.Conversions)
	t.IdleExcluded = t.IdleExcluded || o.IdleExcluded
	t.Incomplete = t.Incomplete || o.Incomplete
	return nil
}

func (t *Terms) mergeUnit(o *Terms) (string, error) {
	switch {
	case t.Unit == o.Unit, o.Unit == "" && o.R == 0:
		return t.Unit, nil
	case t.Unit == "" && t.R == 0:
		return o.Unit, nil
	}
	return "", refuse(ErrUnitMismatch, "add %q and %q", t.unit(), o.unit())
}

func (t *Terms) mergeSignal(o *Terms) (intensity.Signal, error) {
	var none intensity.Signal
	switch {
	case t.Signal == o.Signal, o.Signal == none && o.Operational == 0:
		return t.Signal, nil
	case t.Signal == none && t.Operational == 0:
		return o.Signal, nil
	}
	return none, refuse(ErrSignalMismatch, "add carbon priced by %v and by %v", t.Signal, o.Signal)
}

func (t *Terms) mergeNature(o *Terms) source.Nature {
	switch {
	case o.Total() == 0 && o.Nature == 0:
		return t.Nature
	case t.Total() == 0 && t.Nature == 0:
		return o.Nature
	case t.Nature == 0 || o.Nature == 0:
		return 0 // what is not said of a part cannot be said of the sum
	}
	return source.Weakest(t.Nature, o.Nature)
}

// check refuses amounts that no window can have.
func (t *Terms) check() error {
	if err := t.checkAmounts(); err != nil {
		return err
	}
	return t.Uncertainty.check()
}

func (t *Terms) checkAmounts() error {
	switch {
	case !isFinite(t.R) || t.R < 0:
		return refuse(ErrUnitsNotPositive, "terms per %s with R = %v", t.unit(), t.R)
	case !isFinite(float64(t.Operational)) || !isFinite(float64(t.Embodied)):
		return refuse(ErrNotFinite, "terms with O = %v g and M = %v g", float64(t.Operational), float64(t.Embodied))
	case t.Operational < 0 || t.Embodied < 0:
		return refuse(ErrNegativeCarbon, "terms with O = %v g and M = %v g", float64(t.Operational), float64(t.Embodied))
	}
	return nil
}

func (t *Terms) isZero() bool {
	return t.Operational == 0 && t.Embodied == 0 && t.R == 0 && t.Unit == "" &&
		t.Signal == intensity.Signal{} && t.Nature == 0 && t.Uncertainty == nil && !t.IdleExcluded && !t.Incomplete && t.Conversions == nil
}

func (t Terms) unit() string {
	if t.Unit == "" {
		return "unit"
	}
	return t.Unit
}
