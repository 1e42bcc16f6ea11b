package render

import (
	"html/template"
	"strconv"
	"strings"
)

// rows writes the body of a table. A document has thousands of cells, for which
// the template would take most of the time of a page. What it writes is text and
// quoted attributes, which take the same escapes, and addresses that link let
// pass.
func rows(t table) template.HTML {
	var b strings.Builder
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = `<td role="cell" data-l="` + safe(c.Name) + `"`
		if c.Figure {
			labels[i] += ` class="n"`
		}
	}
	for _, row := range t.Rows {
		b.WriteString(`<tr role="row">`)
		for i, c := range row {
			if i == 0 {
				c.writeHeader(&b)
				continue
			}
			b.WriteString(labels[i])
			if c.Exact != "" {
				b.WriteString(` title="` + safe(c.Exact) + `"`)
			}
			b.WriteString(">")
			c.write(&b)
			b.WriteString("</td>")
		}
		b.WriteString("</tr>\n")
	}
	return template.HTML(b.String()) // all of it escaped above
}

// writeHeader writes the cell that names its row.
func (c cell) writeHeader(b *strings.Builder) {
	b.WriteString(`<th role="rowheader" scope="row"`)
	if c.Depth > 0 {
		b.WriteString(` class="deep d` + strconv.Itoa(min(c.Depth, deepest)) + `"`)
	}
	b.WriteString(">")
	c.write(b)
	b.WriteString("</th>")
}

// deepest is how far a row is moved in: the page has no class beyond it.
const deepest = 8

// write writes what is in the cell.
func (c cell) write(b *strings.Builder) {
	switch {
	case c.URL != "":
		b.WriteString(`<a href="` + safe(c.URL) + `" rel="noopener noreferrer nofollow">` + safe(c.Text) + "</a>")
	case c.Class != "":
		b.WriteString(`<span class="` + safe(c.Class) + `">` + safe(c.Text) + "</span>")
	default:
		b.WriteString(safe(c.Text))
	}
}

// safe returns s as text of HTML, or as the value of a quoted attribute.
func safe(s string) string { return template.HTMLEscapeString(subscript(s)) }
