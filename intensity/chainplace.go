package intensity

import (
	"fmt"
	"slices"
	"strings"
)

// near refuses a zone of another place than the first one, as far as the tables
// know both.
func (c *ChainConfig) near(l Live) error {
	first := c.Live[0]
	a, known := first.place()
	b, also := l.place()
	if !known || !also || !apart(a, b) || slices.Contains(c.Elsewhere, l.Zone) {
		return nil
	}
	return &ChainError{What: l.Provider.Name() + " " + l.Zone, Err: fmt.Errorf(
		"%w: it is %v, and %s %s is %v; list the zone in Elsewhere if it may stand in", ErrZone, b, first.Provider.Name(), first.Zone, a)}
}

// place returns where the zone is; false where the tables do not know.
func (l Live) place() (Place, bool) {
	p, err := Locate(l.Provider.Name() + ":" + l.Zone)
	return p, err == nil
}

// apart reports whether two places are different ones, and neither is a part of
// the other, as far as is known.
func apart(a, b Place) bool {
	if a.Country != b.Country {
		return true
	}
	x, known := a.ID(ElectricityMaps)
	y, also := b.ID(ElectricityMaps)
	return known && also && x.ID != y.ID && !strings.HasPrefix(x.ID, y.ID+"-") && !strings.HasPrefix(y.ID, x.ID+"-")
}
