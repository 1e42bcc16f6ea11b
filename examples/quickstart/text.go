package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// width is how many columns the report fills.
const width = 100

// A text is the report for people: sections of tables and of paragraphs. The
// first error of its writer stays.
type text struct {
	w   io.Writer
	err error
}

func (t *text) print(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

// section begins a section.
func (t *text) section(name, about string) { t.print("\n%s: %s\n", strings.ToUpper(name), about) }

// table prints rows in columns.
func (t *text) table(rows ...[]string) {
	var b strings.Builder
	columns := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(columns, "  "+strings.Join(row, "\t"))
	}
	_ = columns.Flush() // into memory: it never fails
	t.print("%s", b.String())
}

// item prints a name and what there is to say of it, in lines of width columns
// that are indented below the first.
func (t *text) item(name, format string, args ...any) {
	const indent = 15
	line := fmt.Sprintf("  %-*s", indent-2, name)
	if utf8.RuneCountInString(line) > indent {
		line += "  "
	}
	for word := range strings.FieldsSeq(fmt.Sprintf(format, args...)) {
		if utf8.RuneCountInString(line)+utf8.RuneCountInString(word) > width {
			t.print("%s\n", strings.TrimRight(line, " "))
			line = strings.Repeat(" ", indent)
		}
		line += word + " "
	}
	t.print("%s\n", strings.TrimRight(line, " "))
}
