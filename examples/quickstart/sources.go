package main

import (
	"strings"

	"github.com/scimeter/scimeter/source"
)

func sources(t *text, r *result) {
	t.section("sources", "where energy is read, what was looked for in vain, and what nobody said")
	for _, z := range r.sources.Found {
		o := z.Origin
		t.item("found", "%s: %s, from %s, ±%.0f %% (1σ)%s%s", z.ID, o.Method, o.Name, 100*o.Sigma, after(": ", o.Detail), beside(z))
	}
	for _, s := range r.sources.Skipped {
		why := strings.TrimPrefix(s.Err.Error(), s.What+": ")
		t.item("skipped", "%s: %s%s", s.What, why, remedy(s.Remedy, why))
	}
	for _, a := range r.sources.Assumed {
		t.item("assumed", "%s: %s. Why: %s.%s", a.What, a.Value, a.Why, remedy(a.Remedy, ""))
	}
}

func beside(z source.Zone) string {
	if z.Beside {
		return " (overlaps others, so it is in no sum)"
	}
	return ""
}

// remedy says what a person can do, unless the reason has said it.
func remedy(what, reason string) string {
	if strings.Contains(reason, what) {
		return ""
	}
	return after(" Better: ", what)
}

// after returns s after a lead; nothing where there is no s.
func after(lead, s string) string {
	if s == "" {
		return ""
	}
	return lead + s
}
