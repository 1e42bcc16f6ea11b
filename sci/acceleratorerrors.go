package sci

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The refusals of accelerators.
var (
	// ErrUnknownModel (accelerator_unknown) says that no row of a table is
	// called as an accelerator is. What is returned is a [*ModelError].
	ErrUnknownModel error = &Error{"accelerator_unknown", "no embodied carbon is known of this accelerator; give it by AcceleratorTable.With"}

	// ErrAccelerator (accelerator_invalid) says that a row of a table says
	// nothing, or what no accelerator has.
	ErrAccelerator error = &Error{"accelerator_invalid", "row is not usable; give a model, kg above 0, and low_kg and high_kg on both sides of it"}

	// ErrAcceleratorsTwice (accelerators_given_twice) says that TE of a server
	// has its accelerators in it and that they are given beside it, too.
	ErrAcceleratorsTwice error = &Error{"accelerators_given_twice", "the accelerators would be counted twice; leave them out, or give TE of the host without them"}
)

// A ModelError says that a table has no accelerator of a name, or several.
// [errors.Is] takes it for [ErrUnknownModel].
type ModelError struct {
	Model   string
	Memory  uint64   // bytes; 0: not known
	Nearest []string // models of the table that are called the most alike
}

// Error names the model, what is nearest to it, and the remedy.
func (e *ModelError) Error() string {
	s := fmt.Sprintf("sci: find accelerator %q", e.Model)
	if e.Memory != 0 {
		s += fmt.Sprintf(" of %.4g GB", float64(e.Memory)/1e9)
	}
	if len(e.Nearest) > 0 {
		s += fmt.Sprintf(" (nearest: %s)", strings.Join(e.Nearest, ", "))
	}
	return s + ": " + ErrUnknownModel.(*Error).Detail
}

// Unwrap returns [ErrUnknownModel].
func (e *ModelError) Unwrap() error { return ErrUnknownModel }

// maxNearest is how many names an error offers, and longestName how much of a
// name is looked at for that.
const (
	maxNearest  = 3
	longestName = 64
)

// nearest returns the models whose names differ least from key.
func (t AcceleratorTable) nearest(key string) []string {
	type candidate struct {
		model string
		far   int
	}
	var all []candidate
	for _, a := range t {
		far := distance(key, nameKey(a.Model))
		for _, n := range a.Names {
			far = min(far, distance(key, nameKey(n)))
		}
		all = append(all, candidate{a.Model, far})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var models []string
	for _, c := range all[:min(maxNearest, len(all))] {
		models = append(models, c.model)
	}
	return models
}

// What it takes to make one name of another. To add a letter is cheap: what is
// missing from a name is most often its end.
const (
	addLetter    = 1
	removeLetter = 6
	changeLetter = 6
)

// distance returns what it takes to make b of a.
func distance(a, b string) int {
	a, b = a[:min(len(a), longestName)], b[:min(len(b), longestName)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j * addLetter
	}
	for i := range len(a) {
		corner := row[0]
		row[0] += removeLetter
		for j := range len(b) {
			above := row[j+1]
			step := corner
			if a[i] != b[j] {
				step = min(corner+changeLetter, above+removeLetter, row[j]+addLetter)
			}
			row[j+1], corner = step, above
		}
	}
	return row[len(b)]
}
