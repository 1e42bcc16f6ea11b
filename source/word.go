package source

import (
	"fmt"
	"strings"
)

// Words are how methods, natures, kinds, levels and qualities are written, in
// JSON and everywhere else: by name, and never by number.

// word finds the value among first to last whose name is text.
func word[T interface {
	~uint8
	fmt.Stringer
}](dst *T, text, what string, first, last T) error {
	for v := first; v <= last; v++ {
		if v.String() == text {
			*dst = v
			return nil
		}
	}
	var names []string
	for v := first; v <= last; v++ {
		names = append(names, v.String())
	}
	return fmt.Errorf("source: %s %.40q: not one of %s", what, text, strings.Join(names, ", "))
}

// Set sets m from its name. It makes *Method a flag.Value, as Set does of the
// other words; one that it refuses stays as it was.
func (m *Method) Set(name string) error { return word(m, name, "method", Counted, Estimated) }

// Set sets n from its name; "unknown" is the zero Nature.
func (n *Nature) Set(name string) error { return word(n, name, "nature", 0, NatureForecast) }

// Set sets k from its name.
func (k *Kind) Set(name string) error { return word(k, name, "kind", CPU, Loss) }

// Set sets l from its name.
func (l *Level) Set(name string) error { return word(l, name, "level", AtChip, AtNodeAC) }

// Set sets q from what String returns: "ok", or remarks with "|" between them.
func (q *Quality) Set(names string) error {
	var set Quality
	if names != "ok" {
		for name := range strings.SplitSeq(names, "|") {
			bit, err := remark(name)
			if err != nil {
				return err
			}
			set |= bit
		}
	}
	*q = set
	return nil
}

func remark(name string) (Quality, error) {
	for i, known := range qualityNames {
		if known == name {
			return 1 << i, nil
		}
	}
	return 0, fmt.Errorf("source: quality %.40q: not one of %s", name, strings.Join(qualityNames[:], ", "))
}
