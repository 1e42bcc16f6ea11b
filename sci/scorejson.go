package sci

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// scoreJSON is a [Score] as JSON, keys in alphabetical order and with their
// units. The grams of sci_g, low_g and high_g are per "per" functional units.
type scoreJSON struct {
	Conversions  []Conversion `json:"conversions,omitempty"`
	Embodied     float64      `json:"embodied_g"`
	R            float64      `json:"functional_units"`
	High         float64      `json:"high_g,omitzero"`
	IdleExcluded bool         `json:"idle_excluded,omitzero"`
	Incomplete   bool         `json:"incomplete,omitzero"`
	Low          float64      `json:"low_g,omitzero"`
	Nature       string       `json:"nature,omitzero"`
	Operational  float64      `json:"operational_g"`
	Per          float64      `json:"per"`
	SCI          *float64     `json:"sci_g"`
	Signal       signalJSON   `json:"signal,omitzero"`
	Uncertainty  Uncertainty  `json:"uncertainty_g,omitzero"`
	Unit         string       `json:"unit"`
}

// signalJSON is an [intensity.Signal] of which not all need be said.
type signalJSON struct {
	Accounting intensity.Accounting `json:"accounting,omitzero"`
	Boundary   intensity.Boundary   `json:"boundary,omitzero"`
	Kind       intensity.Kind       `json:"kind,omitzero"`
}

// MarshalJSON returns the score and its terms, the same bytes for the same
// score. The zero Score is null.
func (s Score) MarshalJSON() ([]byte, error) {
	if !s.Measured() {
		return []byte("null"), nil
	}
	figure := float64(s.Carbon())
	j := scoreJSON{
		Embodied:    float64(s.Embodied),
		R:           s.R,
		Operational: float64(s.Operational),
		Per:         s.Scale(),
		SCI:         &figure,
		Signal:      signalJSON{s.Signal.Accounting, s.Signal.Boundary, s.Signal.Kind},
		Uncertainty: s.Uncertainty,
		Unit:        s.Unit,

		Conversions:  s.Conversions,
		IdleExcluded: s.IdleExcluded,
		Incomplete:   s.Incomplete,
	}
	if s.Nature != 0 {
		j.Nature = s.Nature.String()
	}
	if low, high, ok := s.Interval(); ok {
		j.Low, j.High = float64(low), float64(high)
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON makes. It takes the terms and works out
// the rest anew: a figure sci_g that they do not make is [ErrInconsistent],
// terms without a score are refused as by [Terms.Score]. Null is the zero
// Score. On an error s is left alone.
func (s *Score) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*s = Score{}
		return nil
	}
	j := scoreJSON{Per: 1}
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("sci: decode score: %w", err)
	}
	read, err := j.score()
	if err != nil {
		return err
	}
	*s = read
	return nil
}

func (j scoreJSON) score() (Score, error) {
	nature, err := natureOf(j.Nature)
	if err != nil {
		return Score{}, err
	}
	s, err := Terms{
		Operational: units.Carbon(j.Operational),
		Embodied:    units.Carbon(j.Embodied),
		R:           j.R,
		Unit:        j.Unit,
		Signal:      intensity.Signal{Kind: j.Signal.Kind, Boundary: j.Signal.Boundary, Accounting: j.Signal.Accounting},
		Nature:      nature,
		Uncertainty: j.Uncertainty,

		Conversions:  j.Conversions,
		IdleExcluded: j.IdleExcluded,
		Incomplete:   j.Incomplete,
	}.Score()
	if err != nil {
		return Score{}, err
	}
	if !(j.Per > 0) {
		return Score{}, refuse(ErrUnitsNotPositive, "decode score per %v", j.Per)
	}
	s = s.Per(j.Per)
	if j.SCI != nil && !same(*j.SCI, float64(s.Carbon())) {
		return Score{}, refuse(ErrInconsistent, "decode score: sci_g %v beside %v from its terms", *j.SCI, float64(s.Carbon()))
	}
	return s, nil
}

// same reports whether two figures are equal but for rounding.
func same(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}

func natureOf(name string) (source.Nature, error) {
	if name == "" {
		return 0, nil
	}
	for n := source.NatureMeasured; n <= source.NatureForecast; n++ {
		if n.String() == name {
			return n, nil
		}
	}
	return 0, fmt.Errorf("sci: decode score: nature %.40q: want measured, calculated, estimated or forecast", name)
}
