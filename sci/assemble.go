package sci

import "github.com/scimeter/scimeter/units"

// Assemble returns the score of a system from those of its parts, each per the
// same functional unit of that system: the figures add up, as in step 4 of the
// specification, whatever R they were measured over. The result has the R of
// the first part. Parts per another unit are refused ([ErrUnitMismatch]), as
// are unlike signals; no part at all is [ErrNotMeasured].
func Assemble(unit string, parts ...Score) (Score, error) {
	terms := make([]Terms, len(parts))
	for i, p := range parts {
		if !p.Measured() {
			return Score{}, refuse(ErrNotMeasured, "part %d per %s", i, unit)
		}
		if p.Unit != unit {
			return Score{}, refuse(ErrUnitMismatch, "part %d per %q of a system per %q", i, p.unit(), unit)
		}
		k := parts[0].R / p.R
		terms[i] = p.Terms
		terms[i].Operational *= units.Carbon(k)
		terms[i].Embodied *= units.Carbon(k)
		terms[i].Uncertainty = p.Uncertainty.Scale(k)
	}
	all, err := Aggregate(terms...)
	if err != nil || len(parts) == 0 {
		return Score{}, orNotMeasured(err)
	}
	all.R = parts[0].R
	s, err := all.Score()
	s.scale = parts[0].scale
	return s, err
}

func orNotMeasured(err error) error {
	if err == nil {
		return ErrNotMeasured
	}
	return err
}
