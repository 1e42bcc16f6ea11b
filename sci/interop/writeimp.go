package interop

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/scimeter/scimeter/sci"
)

// WriteIMP writes d as an IMP document, the YAML that a submission to the
// self-certification of the Green Software Foundation may be made in. What that
// form has no key for, but [Read] understands, has a key that starts with x_;
// what neither has is left out: parts are listed as components, and uncertainty,
// gaps, memo and water are not in it. A figure that is not finite is an [*Error].
func WriteIMP(w io.Writer, d *sci.Disclosure) error {
	if err := writable(d); err != nil {
		return err
	}
	m := newMap()
	m.text("name", kebab(d.Software.Name))
	m.text("description", summary(d))
	tags := newMap()
	tags.text("kind", "sci")
	tags.text("category", "other")
	m.under("tags", tags)
	m.under("submission", impSubmission(d))
	m.under("boundary", impBoundary(d.Boundary))
	m.under("functional_unit", impUnit(d.Unit))
	m.under("calculation", impCalculation(d))
	m.under("methodology", impMethod(d.Method))
	return m.write(w, "")
}

var notKebab = regexp.MustCompile(`[^a-z0-9]+`)

// kebab makes a name of small letters, digits and hyphens, 3 to 100 of them.
func kebab(s string) string {
	s = strings.Trim(notKebab.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if len(s) > 100 {
		s = strings.Trim(s[:100], "-")
	}
	if len(s) < 3 {
		s = strings.Trim(s+"-sci", "-")
	}
	return s
}

// summary says in a sentence what a document is.
func summary(d *sci.Disclosure) string {
	text := "Software Carbon Intensity of " + d.Software.Name
	if d.Result.Score != nil {
		text += fmt.Sprintf(": %s gCO2eq per %s", digitsOf(d.Result.Score), perUnits(d.Unit))
	}
	if !d.Period.Start.IsZero() && !d.Period.End.IsZero() {
		text += fmt.Sprintf(", %s to %s", printStart(d.Period.Start), printEnd(d.Period.End))
	}
	return text + "."
}

func impSubmission(d *sci.Disclosure) yamlMap {
	m, applicant, software, period := newMap(), newMap(), newMap(), newMap()
	s := d.Software
	applicant.text("organization", s.Organization)
	applicant.text("contact_name", s.Contact)
	applicant.text("contact_email", s.Email)
	software.text("name", s.Name)
	software.text("version", s.Version)
	software.text("description", s.Description)
	software.text("documentation", s.URL)
	software.text("x_guid", s.ID)
	if p := d.Period; !p.Start.IsZero() {
		period.text("start_date", printStart(p.Start))
	}
	if p := d.Period; !p.End.IsZero() {
		period.text("end_date", printEnd(p.End))
		if !p.Start.IsZero() {
			period.number("duration_hours", p.End.Sub(p.Start).Hours())
		}
	}
	if on := d.Period.Calculated; !on.IsZero() {
		period.text("submission_date", printStart(on))
	}
	m.under("applicant", applicant)
	m.under("software", software)
	m.under("measurement_period", period)
	return m
}

func impBoundary(b sci.BoundaryStatement) yamlMap {
	m := newMap()
	side := func(items []sci.BoundaryItem, why string) []yamlMap {
		var out []yamlMap
		for _, item := range items {
			i := newMap()
			i.text("component", item.Name)
			i.text("description", item.Description)
			i.text(why, item.Why)
			out = append(out, i)
		}
		return out
	}
	m.list("included", side(b.Included, "justification"))
	m.list("excluded", side(b.Excluded, "rationale"))
	m.list("shared_infrastructure", side(b.Shared, "allocation_method"))
	return m
}

func impUnit(u sci.FunctionalUnit) yamlMap {
	m := newMap()
	m.text("unit", perUnits(u))
	m.text("unit_symbol", u.Symbol)
	m.text("rationale", u.Rationale)
	m.text("measurement_method", u.Counting)
	m.figure("total_units", u.Total)
	var factors []yamlMap
	for _, c := range u.Conversions {
		if c.Factor == 0 {
			continue
		}
		f := newMap()
		f.text("from", c.From)
		f.text("to", c.To)
		f.number("factor", 1/c.Factor)
		f.text("justification", c.Why)
		factors = append(factors, f)
	}
	m.list("conversion_factors", factors)
	return m
}

func impCalculation(d *sci.Disclosure) yamlMap {
	m, score := newMap(), newMap()
	score.figure("value", d.Result.Score)
	score.text("unit", "gCO2eq per "+perUnits(d.Unit))
	score.text("formula", d.Method.Formula)
	score.figure("x_low", d.Result.Low)
	score.figure("x_high", d.Result.High)
	m.under("score", score)
	m.under("energy", impEnergy(d))
	m.under("carbon_intensity", impIntensity(d.Grid))
	m.under("embodied_emissions", impEmbodied(d))
	m.figure("x_operational_g", d.Result.Operational)
	m.figure("x_carbon_g", d.Result.Carbon)
	return m
}

func impEnergy(d *sci.Disclosure) yamlMap {
	m := newMap()
	if d.Result.Facility != nil {
		m.figure("value", d.Result.Facility)
		m.text("unit", "kWh")
	}
	m.figure("x_it_kwh", d.Result.IT)
	m.figure("pue", d.Site.PUE)
	m.text("x_pue_source", d.Site.Source)
	var items []yamlMap
	for _, c := range flatten(d.Components, "") {
		i := newMap()
		i.text("name", c.id)
		own, it, facility := c.IT, c.Facility, "x_facility_kwh"
		if d.Site.PUE == nil {
			own, it, facility = c.Facility, c.IT, "x_it_kwh"
		}
		i.figure("energy_kwh", own)
		if d.Site.PUE == nil {
			i.figure(facility, it)
		} else {
			i.figure(facility, c.Facility)
		}
		i.figure("x_power_w", c.Power)
		i.figure("x_hours", c.Hours)
		i.figure("x_operational_g", c.Operational)
		i.figure("x_embodied_g", c.Embodied)
		i.text("calculation", c.Method)
		i.text("data_source", c.Source)
		i.text("x_no_hardware", c.NoHardware)
		items = append(items, i)
	}
	m.list("components", items)
	return m
}

func impIntensity(g sci.GridStatement) yamlMap {
	m := newMap()
	if g.Value != nil {
		m.figure("value", g.Value)
		m.text("unit", "gCO2eq/kWh")
	}
	m.text("location", g.Zone)
	m.text("approach", g.Approach)
	m.text("x_kind", g.Kind)
	m.text("x_granularity", g.Granularity)
	m.text("x_boundary", g.Boundary)
	m.text("x_remark", g.Remark)
	if g.Source != "" {
		s := newMap()
		s.text("name", g.Source)
		s.text("type", "grid-data")
		if g.Vintage != 0 {
			s.number("year", float64(g.Vintage))
		}
		m.list("data_sources", []yamlMap{s})
	}
	var regions []yamlMap
	for _, r := range g.Regions {
		i := newMap()
		i.text("region", r.Zone)
		i.number("percentage", r.Share*100)
		i.figure("carbon_intensity", r.Value)
		regions = append(regions, i)
	}
	m.list("regional_breakdown", regions)
	return m
}

func impEmbodied(d *sci.Disclosure) yamlMap {
	m := newMap()
	if d.Result.Embodied != nil {
		m.figure("value", d.Result.Embodied)
		m.text("unit", "gCO2eq")
	}
	m.figure("x_total_g", d.Result.TE)
	var items []yamlMap
	for _, c := range flatten(d.Components, "") {
		for _, h := range c.Hardware {
			i := newMap()
			i.text("name", c.id)
			i.text("type", h.Name)
			i.figure("embodied_total", h.TE)
			i.figure("expected_lifespan_hours", h.Lifespan)
			i.figure("time_reserved_hours", h.Reserved)
			i.figure("resource_share", shareOf(h))
			i.figure("allocated_emissions", h.M)
			i.text("data_source", h.Source)
			items = append(items, i)
		}
	}
	m.list("hardware_components", items)
	return m
}

// shareOf is the share of the resources of a device, stated or of two counts.
func shareOf(h sci.Embodies) *sci.Figure {
	if h.Share == nil && h.RR != nil && h.ToR != nil && h.ToR.Value > 0 {
		return sci.Exactly(h.RR.Value / h.ToR.Value)
	}
	return h.Share
}

func impMethod(s sci.MethodStatement) yamlMap {
	m := newMap()
	m.text("approach", s.Approach)
	for _, side := range []struct {
		key, item string
		from      []string
	}{{"assumptions", "assumption", s.Assumptions}, {"limitations", "limitation", s.Limitations}} {
		var items []yamlMap
		for _, text := range side.from {
			i := newMap()
			what, why, has := strings.Cut(text, " — ")
			i.text(side.item, what)
			if has && side.key == "assumptions" {
				i.text("justification", why)
			} else {
				i.text("mitigation", why)
			}
			items = append(items, i)
		}
		m.list(side.key, items)
	}
	return m
}

// WriteISO writes d in the form of Appendix A of SCI 1.0, which is ISO/IEC
// 21031:2024: the score and who answers for it. What that requires and d has not
// is an [*Error] that names it. Figures other than the score are not in it.
func WriteISO(w io.Writer, d *sci.Disclosure) error {
	if err := writable(d); err != nil {
		return err
	}
	if err := isoComplete(d); err != nil {
		return err
	}
	m, s, meta := newMap(), newMap(), newMap()
	var names []string
	for _, item := range d.Boundary.Included {
		names = append(names, item.Name)
	}
	s.text("software-boundary", strings.Join(names, "; "))
	s.figure("sci", d.Result.Score)
	s.number("r", scaleOf(d.Unit))
	s.text("r-source", d.Unit.Name)
	meta.text("name", d.Software.Name)
	meta.text("contact-name", d.Software.Contact)
	meta.text("contact-email", d.Software.Email)
	meta.text("organization", d.Software.Organization)
	meta.text("guid", d.Software.ID)
	meta.text("entity-version", d.Software.Version)
	version := 1.1
	if d.Profile == sci.ISO21031 {
		version = 1
	}
	meta.figure("sci-version", &sci.Figure{Value: version, Within: 0.05})
	meta.text("calculation-date", d.Period.Calculated.UTC().Format(time.RFC3339Nano))
	if !d.Period.Start.IsZero() {
		meta.text("workload-start-time", d.Period.Start.UTC().Format(time.RFC3339Nano))
	}
	meta.text("calculation-information", d.Method.Formula)
	meta.text("report-information-url", d.Software.URL)
	m.under("sci", s)
	m.under("metadata", meta)
	return m.write(w, "")
}

// isoComplete names what Appendix A requires and d does not state.
func isoComplete(d *sci.Disclosure) error {
	var missing []string
	for _, r := range []struct {
		what string
		has  bool
	}{
		{"the software boundary", len(d.Boundary.Included) > 0}, {"the score", d.Result.Score != nil},
		{"the functional unit", d.Unit.Name != ""}, {"the name", d.Software.Name != ""},
		{"a contact", d.Software.Contact != ""}, {"its email", d.Software.Email != ""}, {"a UUID", d.Software.ID != ""},
		{"the version", d.Software.Version != ""}, {"the date of calculation", !d.Period.Calculated.IsZero()},
	} {
		if !r.has {
			missing = append(missing, r.what)
		}
	}
	if len(missing) > 0 {
		return &Error{Op: "write", Detail: "ISO YAML requires " + strings.Join(missing, ", "), Err: ErrCannotCarry}
	}
	return nil
}
