package main

import (
	"fmt"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func energy(t *text, r *result) {
	u := r.usage
	t.section("energy", "of the machine by component, and what this process is charged of it")
	rows := [][]string{{"component", "machine", "charged", "", "95 % interval", "nature", "from"}}
	for _, z := range u.Zones {
		if !z.Zone.Beside {
			rows = append(rows, []string{
				z.Zone.ID, z.Total.String(), z.Charged.String(), part(z.Charged, z.Total),
				joules(z.Charged.Joules(), doubt(u, z)), nature(z).String(), z.Zone.Origin.Name,
			})
		}
	}
	t.table(append(rows, []string{
		"all", u.Machine.String(), u.Energy().String(), part(u.Microjoules, u.Machine),
		joules(float64(u.Energy()), u.EnergyUncertainty().Sigma()), u.EnergyNature.String(), "the sum",
	})...)
	origins(t, r)
	t.item("counted", "%.0f %% of what is charged, by hardware; the rest is modelled", 100*u.CountedFraction())
	t.item("not charged", "%v that the work of others caused, %v that flows anyway and is nobody's", u.Others, u.IdleUnreserved)
	low, high := u.Bounds()
	t.item("share", "%s of the %s of CPU time of the machine; policy %s; by another policy %v to %v would be charged",
		short(u.Own), short(u.Busy), u.Method.Policy, low, high)
	remarks(t, u)
}

// remarks says what went wrong while it was counted, which is rare.
func remarks(t *text, u meter.Usage) {
	for _, z := range u.Zones {
		if z.Missing > 0 || z.Quality != 0 {
			t.item("remark", "%s: %v, nothing was counted for %s", z.Zone.ID, z.Quality, short(z.Missing))
		}
	}
	if u.Missing != nil {
		t.item("remark", "%v", u.Missing)
	}
}

// nature is that of a charge: a share of what was measured is calculated.
func nature(z meter.ZoneTotal) source.Nature {
	if z.Charged == z.Total {
		return z.Zone.Origin.Weight()
	}
	return source.Weakest(z.Zone.Origin.Weight(), source.NatureCalculated)
}

// doubt is the standard uncertainty, in joules at its level, of what is charged
// of a zone: that of its own inputs, and its part of the doubt about the share of
// the work. Those of a usage are at the input of the machine, where the supply
// loss of a zone is in; the loss is a zone of its own here.
func doubt(u meter.Usage, z meter.ZoneTotal) float64 {
	all, own := u.EnergyUncertainty(), sci.Uncertainty{}
	add := func(zone string, part float64) {
		for _, input := range []string{"read:", "idle:", "edge:"} {
			own[input+zone] = part * all[input+zone]
		}
	}
	switch behind := z.Zone.Level < source.AtNodeAC; {
	case z.Zone.Kind == source.Loss:
		own["efficiency"] = all["efficiency"]
		for _, o := range u.Zones {
			if o.Zone.Level < source.AtNodeAC {
				add(o.Zone.ID, 1-u.Method.Efficiency)
			}
		}
	case behind:
		add(z.Zone.ID, u.Method.Efficiency)
	default:
		add(z.Zone.ID, 1)
	}
	if dynamic := u.Microjoules - u.Static; dynamic > 0 {
		own["attribution"] = all["attribution"] * float64(z.Charged-z.Static) / float64(dynamic)
	}
	return own.Sigma()
}

func part(of, whole units.Microjoules) string {
	return fmt.Sprintf("%.0f %%", 100*float64(of)/float64(max(whole, 1)))
}
