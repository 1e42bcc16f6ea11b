package otelsci

import (
	"cmp"
	"slices"
	"strings"

	"github.com/scimeter/scimeter/meter"
)

// An about is the series that tells how all others are made.
type about struct {
	zones  int // of which opts tells
	method *meter.Method
	opts   options
}

// observe observes 1.
func (a *about) observe(o observer, s *meter.Snapshot, c *collector) {
	if a.opts == nil || a.zones != len(s.Zones) || a.method != s.Method {
		a.zones, a.method, a.opts = len(s.Zones), s.Method, c.describe(s)
	}
	o.see(info, 1, a.opts)
}

// describe returns what is chosen, given or assumed.
func (c *collector) describe(s *meter.Snapshot) options {
	m := cmp.Or(s.Method, c.method)
	return with(
		scopeKey.String(m.Scope), policyKey.String(m.Policy.String()), reservedKey.String(m.ReservedBy),
		boundaryKey.String(boundary(s)), natureAttr(natureOf(s.Zones, c.machine)),
		pueKey.Float64(float64(m.Site.PUE)), pueSourceKey.String(m.SiteSource),
		embodiedKey.String(m.Server.Source), parentKey.String(m.Parent),
	)
}

// boundary names what is in the energy: the kinds of zones that are summed, in
// alphabetical order.
func boundary(s *meter.Snapshot) string {
	var kinds []string
	for i := range s.Zones {
		if z := &s.Zones[i].Zone; !z.Beside {
			kinds = append(kinds, z.Kind.String())
		}
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), ",")
}
