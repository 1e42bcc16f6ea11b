package intensity

import "fmt"

// A Kind says which power stations an intensity is about: all of them, or the
// ones that answer a change of demand. The zero Kind is invalid, so that a
// figure cannot leave it unsaid.
type Kind uint8

// The kinds.
const (
	ShortRunMarginal Kind = iota + 1 // the stations that answer a kWh more or less now
	LongRunMarginal                  // those and the ones built or closed because of it
	Average                          // all generation, by its share
	OffGrid                          // a supply of one's own that no grid backs
)

// A Boundary says which emissions of a power station count.
type Boundary uint8

// The boundaries.
const (
	Lifecycle Boundary = iota + 1 // with fuel supply, construction and disposal
	Direct                        // what leaves the stack
)

// An Accounting says whose generation counts.
type Accounting uint8

// The accountings.
const (
	Production  Accounting = iota + 1 // generated in the zone
	Consumption                       // used in the zone: imports in, exports out
)

// A Quality says how a figure of intensity came about. They are ordered: a
// smaller one is better.
type Quality uint8

// The qualities, from the best to the weakest.
const (
	Measured  Quality = iota + 1 // of the metered mix of that interval
	Estimated                    // a first estimate of the provider, revised later
	Imputed                      // filled in by the provider where it has no data
	Modelled                     // computed here from older data
	Forecast                     // of an interval that has not happened yet
	Static                       // of a year or a number that was given
)

var (
	kindNames       = []string{"", "short-run marginal", "long-run marginal", "average", "off-grid"}
	boundaryNames   = []string{"", "lifecycle", "direct"}
	accountingNames = []string{"", "production", "consumption"}
	qualityNames    = []string{"", "measured", "estimated", "imputed", "modelled", "forecast", "static"}
)

func (k Kind) known() bool       { return known(kindNames, k) }
func (b Boundary) known() bool   { return known(boundaryNames, b) }
func (a Accounting) known() bool { return known(accountingNames, a) }
func (q Quality) known() bool    { return known(qualityNames, q) }

// String returns the name, such as "short-run marginal"; the zero Kind is
// "unknown kind".
func (k Kind) String() string { return name(kindNames, k, "kind") }

// String returns "lifecycle" or "direct"; the zero Boundary is "unknown
// boundary".
func (b Boundary) String() string { return name(boundaryNames, b, "boundary") }

// String returns "production" or "consumption"; the zero Accounting is
// "unknown accounting".
func (a Accounting) String() string { return name(accountingNames, a, "accounting") }

// String returns the name, such as "measured"; the zero Quality is "unknown
// quality".
func (q Quality) String() string { return name(qualityNames, q, "quality") }

// MarshalText returns what String does, and an error for an invalid Kind.
func (k Kind) MarshalText() ([]byte, error) { return text(kindNames, k, "kind") }

// MarshalText returns what String does, and an error for an invalid Boundary.
func (b Boundary) MarshalText() ([]byte, error) { return text(boundaryNames, b, "boundary") }

// MarshalText returns what String does, and an error for an invalid
// Accounting.
func (a Accounting) MarshalText() ([]byte, error) { return text(accountingNames, a, "accounting") }

// MarshalText returns what String does, and an error for an invalid Quality.
func (q Quality) MarshalText() ([]byte, error) { return text(qualityNames, q, "quality") }

// UnmarshalText accepts what MarshalText makes.
func (k *Kind) UnmarshalText(b []byte) error { return parse(kindNames, k, b, "kind") }

// UnmarshalText accepts what MarshalText makes.
func (b *Boundary) UnmarshalText(t []byte) error { return parse(boundaryNames, b, t, "boundary") }

// UnmarshalText accepts what MarshalText makes.
func (a *Accounting) UnmarshalText(b []byte) error {
	return parse(accountingNames, a, b, "accounting")
}

// UnmarshalText accepts what MarshalText makes.
func (q *Quality) UnmarshalText(b []byte) error { return parse(qualityNames, q, b, "quality") }

func known[T ~uint8](names []string, v T) bool { return v > 0 && int(v) < len(names) }

func name[T ~uint8](names []string, v T, what string) string {
	if known(names, v) {
		return names[v]
	}
	return "unknown " + what
}

func text[T ~uint8](names []string, v T, what string) ([]byte, error) {
	if !known(names, v) {
		return nil, fmt.Errorf("intensity: write %s %d: no such value", what, uint8(v))
	}
	return []byte(names[v]), nil
}

func parse[T ~uint8](names []string, v *T, b []byte, what string) error {
	for i, n := range names[1:] {
		if n == string(b) {
			*v = T(i + 1)
			return nil
		}
	}
	return fmt.Errorf("intensity: read %s %.40q: want one of %q", what, b, names[1:])
}
