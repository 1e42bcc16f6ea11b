package render

import (
	"bufio"
	"io"
	"math"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// Markdown writes a disclosure as a page of Markdown with tables as GitHub has
// them. Verdicts are those of [sci.Conform]; without any, those that the
// document brings along. Findings are those of [sci.Verify].
func Markdown(w io.Writer, d *sci.Disclosure, verdicts []sci.Verdict, findings []sci.Finding) error {
	r, err := newReport(d, verdicts, findings)
	if err != nil {
		return err
	}
	m := &markdown{out: bufio.NewWriter(w)}
	m.head(r)
	for _, s := range r.Sections {
		m.section(s)
	}
	return m.out.Flush() // keeps the first error of all writes
}

type markdown struct{ out *bufio.Writer }

func (m *markdown) print(parts ...string) {
	for _, p := range parts {
		_, _ = m.out.WriteString(p) // Flush has the error
	}
}

func (m *markdown) head(r *report) {
	m.print("# Software carbon intensity of ", escape(r.Title), "\n\n")
	for _, l := range r.Lead {
		m.print(escape(l), "  \n")
	}
	m.print("Profile: ", escape(r.Profile), "\n\n## ", escape(r.Score.Text+" "+r.Per), "\n\n")
	if i := r.Interval; i != nil {
		m.print("95 % interval: ", escape(i.LowText+" – "+i.HiText+" "+i.Unit), "\n\n")
		m.print("```text\n", i.plain(), "\n```\n\n")
	}
	for _, f := range r.Flags {
		m.print("- ", escape(f.Text), "\n")
	}
	m.print("\n")
}

// plainWidth is how many characters a picture in text is wide.
const plainWidth = 60

// plain draws the interval in text.
func (i *interval) plain() string {
	at := func(percent float64) int { return int(math.Round(percent / 100 * (plainWidth - 1))) }
	line := []rune(strings.Repeat("·", plainWidth))
	for k := at(i.LowAt); k <= at(i.HighAt); k++ {
		line[k] = '─'
	}
	line[at(i.LowAt)], line[at(i.HighAt)] = '├', '┤'
	line[at(i.At)] = '●'
	return "0 " + string(line) + " " + i.Top.Text
}

func (m *markdown) section(s section) {
	m.print("## ", escape(s.Title), "\n\n")
	if s.bare() {
		m.print(escape(s.Empty), "\n\n")
		return
	}
	if s.Lead != "" {
		m.print(escape(s.Lead), "\n\n")
	}
	if s.Picture != nil {
		m.picture(s.Picture)
	}
	m.facts(s.Facts)
	for _, t := range s.Tables {
		m.table(t)
	}
	for _, l := range s.Lists {
		m.print("**", escape(l.Title), "**\n\n")
		for _, i := range l.Items {
			m.print("- ", escape(i.Text), "\n")
		}
		m.print("\n")
	}
}

func (m *markdown) facts(facts []fact) {
	if len(facts) == 0 {
		return
	}
	m.print("| | |\n|---|---|\n")
	for _, f := range facts {
		m.print("| ", escape(f.Name), " | ", f.Value.markdown(), " |\n")
	}
	m.print("\n")
}

func (m *markdown) table(t table) {
	if t.Title != "" {
		m.print("**", escape(t.Title), "**\n\n")
	}
	rule := "|"
	for _, c := range t.Columns {
		m.print("| ", escape(c.Name), " ")
		if c.Figure {
			rule += "---:|"
		} else {
			rule += "---|"
		}
	}
	m.print("|\n", rule, "\n")
	for _, row := range t.Rows {
		for _, c := range row {
			m.print("| ", strings.Repeat("↳ ", min(c.Depth, 8)), c.markdown(), " ")
		}
		m.print("|\n")
	}
	m.print("\n")
}

func (m *markdown) picture(p *picture) {
	m.print("**", escape(p.Title), "**\n\n| | | |\n|---|---|---|\n")
	for _, b := range p.Bars {
		bar := strings.Repeat("█", blocks(b.O)) + strings.Repeat("▒", blocks(b.M))
		m.print("| ", escape(b.Name), " | ", bar, " | ", escape(b.Value), " |\n")
	}
	m.print("\n")
	if p.Key {
		m.print("█ operational, ▒ embodied\n\n")
	}
	if p.More != "" {
		m.print(escape(p.More), "\n\n")
	}
}

// blocks returns how many characters of 30 a share is; one for any that is not 0.
func blocks(percent float64) int {
	n := int(math.Round(percent * 0.3))
	if n == 0 && percent > 0 {
		return 1
	}
	return n
}

func (c cell) markdown() string {
	if c.URL != "" {
		return "<" + strings.NewReplacer("|", "%7C", "\\", "%5C").Replace(c.URL) + ">"
	}
	return escape(c.Text)
}

// markup is what means something to Markdown, or to the HTML in it.
var markup = strings.NewReplacer(
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "#", "\\#", "|", "\\|", "~", "\\~", "!", "\\!",
	"$", "\\$", "<", "&lt;", ">", "&gt;", "&", "&amp;", "://", ":&#47;/", "@", "&#64;", "www.", "www&#46;",
)

// escape returns text that stays text in Markdown: no markup, no address that
// leads somewhere, one line.
func escape(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }), " ")
	s = markup.Replace(s)
	if s != "" && strings.ContainsRune("-+=:0123456789", rune(s[0])) {
		return guard(s)
	}
	return s
}

// guard keeps the beginning of a line from making a list or a rule of it.
func guard(s string) string {
	digits := strings.TrimLeft(s, "0123456789")
	switch {
	case strings.HasPrefix(digits, ". ") || strings.HasPrefix(digits, ") "):
		return s[:len(s)-len(digits)] + "\\" + digits
	case strings.ContainsRune("-+=:", rune(s[0])):
		return "\\" + s
	}
	return s
}
