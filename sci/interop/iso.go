package interop

import (
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// readISO reads the report of Appendix A of SCI 1.0, which is ISO/IEC
// 21031:2024: a score, what it is per, and who answers for it.
func readISO(root node) (*Document, error) {
	r := impReader{newReading(FormatISO)}
	r.m = marksPoint
	d := r.d
	d.Components = []sci.ComponentStatement{}
	n, meta := root.at("sci"), root.at("metadata")
	d.Profile = sci.ISO21031
	if version := meta.at("sci-version").text(); version == "1.1" {
		d.Profile = sci.GSF11
	}
	r.figure(&d.Result.Score, "/result/score_g", n.at("sci"), false)
	if v, err := number(n.at("r")); err == nil && !n.at("r").null() && v > 0 {
		d.Unit.Scale = v
		r.at("/functional_unit/scale", n.at("r").place())
	}
	r.word(&d.Unit.Name, "/functional_unit/name", n.at("r-source"))
	r.isoBoundary(n.at("software-boundary"))
	r.word(&d.Software.Name, "/software/name", meta.at("name"))
	r.word(&d.Software.Contact, "/software/contact", meta.at("contact-name"))
	r.word(&d.Software.Email, "/software/email", meta.at("contact-email"))
	r.word(&d.Software.Organization, "/software/organization", meta.at("organization"))
	r.word(&d.Software.ID, "/software/id", meta.at("guid"))
	r.word(&d.Software.Version, "/software/version", meta.at("entity-version"))
	r.word(&d.Software.URL, "/software/url", meta.at("report-information-url"))
	r.word(&d.Method.Formula, "/methodology/formula", meta.at("calculation-information"))
	if on := dates(meta.at("calculation-date").text()); len(on) > 0 {
		d.Period.Calculated = on[0].Time
		r.at("/period/calculated", meta.at("calculation-date").place())
	}
	if start := dates(meta.at("workload-start-time").text()); len(start) > 0 {
		d.Period.Start = start[0].Time
		r.at("/period/start", meta.at("workload-start-time").place())
	}
	return r.doc, nil
}

// isoBoundary reads a text, a list of names or a list of names with what they
// are.
func (r impReader) isoBoundary(n node) {
	to := &r.d.Boundary.Included
	if text := n.text(); text != "" {
		for name := range strings.SplitSeq(text, "; ") {
			*to = append(*to, sci.BoundaryItem{Name: strings.TrimSpace(name)})
		}
		r.at("/boundary/included", n.place())
	}
	for _, item := range n.items() {
		if item.text() != "" {
			*to = append(*to, sci.BoundaryItem{Name: item.text()})
		}
		for _, p := range item.pairs() {
			*to = append(*to, sci.BoundaryItem{Name: p.key, Description: p.value.text()})
		}
	}
}
