package sci

import (
	"encoding/json"
	"fmt"
	"math"
)

// A Figure is a number as a document states it: its value, and how far off it may
// be because it was rounded. A nil *Figure is one that is not stated.
type Figure struct {
	Value  float64
	Within float64 // half of the last digit that was printed; 0: full precision
}

// Exactly returns a figure of full precision.
func Exactly(v float64) *Figure { return &Figure{Value: v} }

// Or returns the value of f; v if it is not stated.
func (f *Figure) Or(v float64) float64 {
	if f == nil {
		return v
	}
	return f.Value
}

// precise is the relative error that a figure of full precision may have: what
// a sum in another order, or decimal digits, bring about.
const precise = 1e-6

// Agrees reports whether f may be v, which was computed from figures that were
// rounded and so is itself off by at most within. One that is not stated agrees
// with all.
func (f *Figure) Agrees(v, within float64) bool {
	if f == nil {
		return true
	}
	if !isFinite(v) || !isFinite(f.Value) {
		return false
	}
	slack := f.Within + max(0, within) + precise*math.Max(math.Abs(v), math.Abs(f.Value))
	return math.Abs(f.Value-v) <= slack*(1+1e-9)
}

type figureJSON struct {
	Value  float64 `json:"value"`
	Within float64 `json:"within"`
}

// MarshalJSON writes a number, or {"value", "within"} where it was rounded.
func (f Figure) MarshalJSON() ([]byte, error) {
	if !isFinite(f.Value) || !amount(f.Within) {
		return nil, refuse(ErrNotFinite, "write a figure of %v within %v", f.Value, f.Within)
	}
	if f.Within == 0 {
		return json.Marshal(f.Value)
	}
	return json.Marshal(figureJSON(f))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Figure) UnmarshalJSON(b []byte) error {
	var v float64
	if err := json.Unmarshal(b, &v); err == nil {
		*f = Figure{Value: v}
		return nil
	}
	var j figureJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("sci: read a figure: %w", err)
	}
	if !isFinite(j.Value) || !amount(j.Within) {
		return refuse(ErrNotFinite, "read a figure of %v within %v", j.Value, j.Within)
	}
	*f = Figure(j)
	return nil
}
