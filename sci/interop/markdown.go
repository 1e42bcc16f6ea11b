package interop

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A mdText is a piece of a Markdown document, and where it stands.
type mdText struct {
	text         string
	line, column int
	section      int    // of the seven; 0 is none of them
	sub          string // heading below the section, lower case
}

func (t mdText) place() Place {
	return Place{Line: t.line, Column: t.column, Text: short(strings.ReplaceAll(t.text, "\n", " "))}
}

// A mdField is a label with its text.
type mdField struct {
	label string // lower case, without marks around it
	mdText
}

// A mdTable is a table: the words of its header in lower case.
type mdTable struct {
	mdText
	header []string
	rows   [][]mdText
}

// A mdDocument is a Markdown document, as far as disclosures need it.
type mdDocument struct {
	fields []mdField
	tables []mdTable
	code   []mdText // lines of code blocks
	prose  []mdText // all other lines

	headings []mdText // each with the section before it
}

var (
	headingForm   = regexp.MustCompile(`^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$`)
	fieldForm     = regexp.MustCompile(`^\s*(?:[-*+]\s+)?(?:\*\*|__)(.+?)(?:\*\*|__)\s*:?\s*(.*)$`)
	plainForm     = regexp.MustCompile(`^\s*(?:[-*+]\s+)?([A-Z][\w /()'’,?-]{1,70}?)\s*:\s+(\S.*)$`)
	separatorForm = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)
	fenceForm     = regexp.MustCompile("^\\s*(```|~~~)")
	emphasisForm  = regexp.MustCompile("\\*\\*|__|`")
)

// looksLikeMarkdown tells a disclosure from YAML, in which # starts a comment.
func looksLikeMarkdown(b []byte) bool {
	hits, keys := 0, 0
	for line := range strings.Lines(string(b[:min(len(b), 1<<20)])) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case headingForm.MatchString(line) && sectionOf(line) > 0,
			strings.HasPrefix(strings.TrimSpace(line), "|") && strings.Count(line, "|") > 2,
			strings.HasPrefix(line, "**"):
			hits++
		case topKey.MatchString(line):
			keys++
		}
	}
	return hits >= 3 && hits > keys
}

var (
	yamlKey  = regexp.MustCompile(`^\s*(?:- )?["\w./-]+:(?:\s|$)`)
	listItem = regexp.MustCompile(`^\s*(?:[*+]|\d+\.)\s+\S`)
)

// plainMarkdown tells Markdown of any subject from YAML with comments in it: by
// headings, tables and emphasis, of which there are more than keys.
func plainMarkdown(b []byte) bool {
	hits, keys := 0, 0
	for line := range strings.Lines(string(b[:min(len(b), 1<<20)])) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case headingForm.MatchString(line), fenceForm.MatchString(line), listItem.MatchString(line),
			strings.HasPrefix(strings.TrimSpace(line), "|") && strings.Count(line, "|") > 1,
			strings.HasPrefix(line, "**"):
			hits++
		case yamlKey.MatchString(line):
			keys++
		}
	}
	return hits > keys
}

// noScore is what is said of Markdown that is about something else.
func noScore() error {
	return &Error{Op: "read", Line: 1, Detail: "no SCI disclosure: no section with a score", Err: ErrFormat}
}

var topKey = regexp.MustCompile(`^(name|description|tags|tree|initialize|aggregation|submission|boundary|calculation|functional_unit|methodology|sci|metadata)\s*:`)

// sectionWords are what the headings of the seven sections say, in whatever
// order and with whatever numbers.
var sectionWords = []struct {
	form *regexp.Regexp
	n    int
}{
	{regexp.MustCompile(`attestation|checklist|version history|community|attachment|challenge`), 8},
	{regexp.MustCompile(`functional unit|\(r\)`), 4},
	{regexp.MustCompile(`embodied|\(m\)`), 6},
	{regexp.MustCompile(`energy|carbon intensity|electricity|\(e\)|\(i\)`), 5},
	{regexp.MustCompile(`boundary|scope|included|excluded`), 3},
	{regexp.MustCompile(`method|calculation|assumption`), 7},
	{regexp.MustCompile(`score|result`), 2},
	{regexp.MustCompile(`about|organi[sz]ation|applicant|your software|identity`), 1},
}

func sectionOf(heading string) int {
	heading = strings.ToLower(heading)
	for _, s := range sectionWords {
		if s.form.MatchString(heading) {
			return s.n
		}
	}
	return 0
}

func clean(s string) string {
	return strings.TrimSpace(emphasisForm.ReplaceAllString(s, ""))
}

func label(s string) string {
	return strings.ToLower(strings.TrimRight(clean(s), ":?* "))
}

// column returns the place in a line at which text starts, from 1.
func column(line, text string) int {
	i := strings.Index(line, text)
	if i < 0 || text == "" {
		return 1
	}
	return utf8.RuneCountInString(line[:i]) + 1
}

// parseMarkdown takes a document apart. Nothing is refused: what is not
// understood is prose.
func parseMarkdown(text string) *mdDocument {
	p := mdParser{lines: strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), doc: &mdDocument{}}
	for p.i = 0; p.i < len(p.lines); p.i++ {
		p.next()
	}
	return p.doc
}

type mdParser struct {
	lines   []string
	i       int
	section int
	sub     string
	level   int // of the headings of sections
	doc     *mdDocument
}

func (p *mdParser) here(text string) mdText {
	return mdText{text: text, line: p.i + 1, column: column(p.lines[p.i], text), section: p.section, sub: p.sub}
}

func (p *mdParser) next() {
	line := p.lines[p.i]
	switch {
	case fenceForm.MatchString(line):
		p.block()
	case headingForm.MatchString(line):
		p.heading(headingForm.FindStringSubmatch(line))
	case p.atTable():
		p.table()
	case strings.HasPrefix(strings.TrimSpace(line), "|"):
		// a row of no table
	case fieldForm.MatchString(line):
		m := fieldForm.FindStringSubmatch(line)
		p.field(m[1], m[2])
	case plainForm.MatchString(line):
		m := plainForm.FindStringSubmatch(line)
		p.doc.fields = append(p.doc.fields, mdField{label(m[1]), p.here(clean(m[2]))})
	case strings.TrimSpace(line) != "":
		p.doc.prose = append(p.doc.prose, p.here(clean(line)))
	}
}

// heading enters a section. A heading further down names a part of one.
func (p *mdParser) heading(m []string) {
	level, text := len(m[1]), strings.ToLower(clean(m[2]))
	n := sectionOf(text)
	p.doc.headings = append(p.doc.headings, p.here(clean(m[2])))
	if level <= 2 || p.level == 0 || level <= p.level {
		if n > 0 || level > 1 {
			p.section, p.sub = n, ""
		}
		if n > 0 && level > 1 {
			p.level = level
		}
		return
	}
	p.sub = text
}

func (p *mdParser) block() {
	fence := strings.TrimSpace(p.lines[p.i])[:3]
	for p.i++; p.i < len(p.lines); p.i++ {
		line := p.lines[p.i]
		if strings.HasPrefix(strings.TrimSpace(line), fence) {
			return
		}
		if strings.TrimSpace(line) != "" {
			t := p.here(strings.TrimSpace(line))
			t.text = strings.TrimRight(line, " \t")
			p.doc.code = append(p.doc.code, t)
		}
	}
}

func (p *mdParser) atTable() bool {
	return p.i+1 < len(p.lines) && strings.Contains(p.lines[p.i], "|") &&
		strings.Contains(p.lines[p.i+1], "|") && separatorForm.MatchString(p.lines[p.i+1])
}

func (p *mdParser) table() {
	t := mdTable{mdText: p.here(strings.TrimSpace(p.lines[p.i]))}
	for _, cell := range p.cells() {
		t.header = append(t.header, strings.ToLower(cell.text))
	}
	for p.i += 2; p.i < len(p.lines) && strings.Contains(p.lines[p.i], "|"); p.i++ {
		t.rows = append(t.rows, p.cells())
	}
	p.i--
	if len(t.header) == 2 && strings.HasPrefix(t.header[0], "field") {
		for _, row := range t.rows {
			if len(row) > 1 {
				p.doc.fields = append(p.doc.fields, mdField{label(row[0].text), row[1]})
			}
		}
		return
	}
	p.doc.tables = append(p.doc.tables, t)
}

// cells splits the line at hand.
func (p *mdParser) cells() []mdText {
	line := strings.TrimRight(p.lines[p.i], " \t")
	var out []mdText
	start := 0
	add := func(end int) {
		raw := line[start:end]
		text := clean(strings.ReplaceAll(raw, `\|`, "|"))
		lead := utf8.RuneCountInString(line[:start]) + len(raw) - len(strings.TrimLeft(raw, " \t"))
		out = append(out, mdText{text: text, line: p.i + 1, column: lead + 1, section: p.section, sub: p.sub})
	}
	for i := 0; i < len(line); i++ {
		if line[i] != '|' || i > 0 && line[i-1] == '\\' {
			continue
		}
		if strings.TrimSpace(line[:i]) != "" || start > 0 {
			add(i)
		}
		start = i + 1
	}
	if start < len(line) {
		add(len(line))
	}
	return out
}

// field reads a label and its text, which may be below it.
func (p *mdParser) field(name, value string) {
	t := p.here(strings.TrimSpace(value))
	if strings.TrimSpace(clean(value)) == "" {
		t = p.below()
	}
	t.text = clean(t.text)
	p.doc.fields = append(p.doc.fields, mdField{label(name), t})
}

// below returns the paragraph or list under the line at hand.
func (p *mdParser) below() mdText {
	i := p.i + 1
	for i < len(p.lines) && strings.TrimSpace(p.lines[i]) == "" {
		i++
	}
	var text []string
	first := i
	for ; i < len(p.lines); i++ {
		line := p.lines[i]
		if strings.TrimSpace(line) == "" || headingForm.MatchString(line) || fenceForm.MatchString(line) ||
			fieldForm.MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "|") || strings.HasPrefix(line, "---") {
			break
		}
		text = append(text, strings.TrimSpace(line))
	}
	if len(text) == 0 {
		return p.here("")
	}
	p.i = first
	t := p.here(text[0])
	t.text = strings.Join(text, "\n")
	p.i = i - 1
	return t
}
