package render

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// A report is a document made ready to be shown, in whatever form.
type report struct {
	d         *sci.Disclosure
	canonical []byte
	rel       float64 // relative standard uncertainty of the score; 0 not known
	parts     []part

	Title    string
	Lead     []string // whose it is, of what time
	Profile  string
	Score    cell
	Per      string // such as "per 1000 request"
	Interval *interval
	Flags    []cell // what a reader has to know beside the figure
	Sections []section
	Digest   string
	Made     string // the tool and the schema
}

// newReport refuses a document that has no canonical form.
func newReport(d *sci.Disclosure, verdicts []sci.Verdict, findings []sci.Finding) (*report, error) {
	canonical, err := d.Canonical()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(canonical)
	r := &report{d: d, canonical: canonical, Digest: hex.EncodeToString(sum[:]), rel: uncertaintyOf(d), parts: parts(d)}
	r.Title = orElse(d.Software.Name, "Unnamed software")
	if d.Software.Version != "" {
		r.Title += " " + d.Software.Version
	}
	r.Lead = lead(d)
	r.Profile = profileName(d)
	r.Made = strings.TrimSpace(d.Tool.Name + " " + d.Tool.Version)
	r.score()
	r.flags(verdicts, findings)
	r.Sections = r.sections(verdicts, findings)
	return r, nil
}

func (r *report) sections(verdicts []sci.Verdict, findings []sci.Finding) []section {
	all := []section{
		r.shares(), r.components(), r.hardware(), r.intensity(), r.unit(), r.ai(), r.boundary(), r.method(), r.doubts(), r.gaps(),
		r.conformance(verdicts), r.findings(findings), r.memo(), r.sources(), r.identity(),
	}
	var shown []section
	for _, s := range all {
		if !s.bare() || s.Empty != "" {
			shown = append(shown, s)
		}
	}
	return shown
}

func lead(d *sci.Disclosure) []string {
	var lines []string
	for _, s := range []string{d.Software.Organization, span(d.Period)} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

const minute = "2006-01-02 15:04"

// span returns the period in words.
func span(p sci.Period) string {
	start, end := p.Start.UTC(), p.End.UTC()
	switch {
	case p.Start.IsZero() && p.End.IsZero():
		return ""
	case p.End.IsZero():
		return "from " + start.Format(minute) + " UTC"
	case p.Start.IsZero():
		return "until " + end.Format(minute) + " UTC"
	}
	return start.Format(minute) + " – " + end.Format(minute) + " UTC"
}

// profileName returns the edition that the document claims.
func profileName(d *sci.Disclosure) string {
	switch d.Profile {
	case "":
		return "no profile stated"
	case sci.ISO21031:
		if strings.Contains(d.Grid.Kind, "marginal") {
			return "ISO/IEC 21031:2024"
		}
		return "claims " + string(d.Profile)
	case sci.GSF11:
		return "SCI (GSF 1.1)"
	}
	return string(d.Profile)
}

// score sets the figure, what it is per and how far it may be off.
func (r *report) score() {
	res := r.d.Result
	r.Per = "per " + r.scaled()
	r.Score = cell{Text: "no score", Class: "none"}
	if res.Score == nil {
		return
	}
	u := fit(carbonUnits, res.Score)
	r.Score = quantity(res.Score, u, r.rel, true)
	r.Score.Exact += " gCO2e " + r.Per
	r.Interval = intervalOf(res, u, r.rel)
}

// scaled returns the functional unit with its scale, such as "1000 request".
func (r *report) scaled() string {
	name := orElse(r.d.Unit.Name, "functional unit")
	if s := r.d.Unit.Scale; s != 0 && s != 1 {
		return count(s) + " " + name
	}
	return name
}

// An interval is where the score lies at 95 %, and places in a picture of it.
type interval struct {
	Low, High, Top        cell
	LowAt, At, HighAt     float64 // % of the width
	Width                 float64
	LowText, Text, HiText string
	Unit                  string
}

// intervalOf returns nil where the document states none that can be shown.
func intervalOf(r sci.Result, u unit, rel float64) *interval {
	low, high, v := r.Low.Or(0), r.High.Or(0), r.Score.Or(0)
	if r.Low == nil || r.High == nil || low < 0 || low > v || v > high || high <= 0 {
		return nil
	}
	top := ceiling(high / u.size * 1.08)
	at := func(g float64) float64 { return math.Round(g/u.size/top*1000) / 10 }
	alike := func(g float64) float64 { // as fine as the score
		if g == 0 {
			return 0
		}
		return rel * v / g
	}
	i := &interval{
		Unit:  u.name,
		Low:   quantity(r.Low, u, alike(low), false),
		High:  quantity(r.High, u, alike(high), false),
		Top:   cell{Text: group(trim(sci.Digits(top, top*unknownSigma)))},
		LowAt: at(low), At: at(v), HighAt: at(high),
	}
	i.Width = math.Round((i.HighAt-i.LowAt)*10) / 10
	i.LowText, i.Text, i.HiText = i.Low.Text, digits(r.Score, u, rel), i.High.Text
	return i
}

// ceiling returns the first round number that is not below v.
func ceiling(v float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(v)))
	if step == 0 || step-step != 0 {
		return v
	}
	for _, k := range []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		if k*step >= v {
			return k * step
		}
	}
	return v
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
