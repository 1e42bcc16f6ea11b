package render

// A cell is a text, what it is in full, and where it leads.
type cell struct {
	Text  string
	Exact string // in full precision; "" where Text is all there is
	URL   string // http or https; "" none
	Class string // how it is shown: "none", "pass", "fail", …
	Depth int    // how deep a component lies in others
}

func absent() cell { return cell{Text: "not stated", Class: "none"} }

// text returns a cell of words of the document.
func text(s string) cell {
	if s == "" {
		return absent()
	}
	return cell{Text: s}
}

// A column is a heading; figures stand to the right.
type column struct {
	Name   string
	Figure bool
}

// A table is rows of cells below columns; the first cell names the row.
type table struct {
	Title   string
	Columns []column
	Rows    [][]cell
}

// A fact is a name and what is stated under it.
type fact struct {
	Name  string
	Value cell
}

// A section is a part of a report.
type section struct {
	ID, Title string
	Lead      string // one or two sentences
	Facts     []fact
	Tables    []table
	Lists     []list
	Picture   *picture // shares, before the facts
	Outside   bool     // what is in it is not in the score
	Break     bool     // starts a page in print
	Empty     string   // said where there is nothing else
}

// A list is sentences of the document below a title.
type list struct {
	Title string
	Items []cell
}

// bare reports whether there is nothing in s.
func (s section) bare() bool {
	return len(s.Facts) == 0 && len(s.Tables) == 0 && len(s.Lists) == 0 && s.Picture == nil
}

// add appends a fact unless it is not stated.
func (s *section) add(name string, c cell) {
	if c.Class != "none" {
		s.Facts = append(s.Facts, fact{name, c})
	}
}

// tabulate appends a table unless it has no rows. Columns in which nothing is
// stated are left out.
func (s *section) tabulate(t table) {
	if len(t.Rows) == 0 {
		return
	}
	keep := make([]bool, len(t.Columns))
	for _, row := range t.Rows {
		for i, c := range row {
			keep[i] = keep[i] || c.Class != "none"
		}
	}
	t.Columns = kept(t.Columns, keep)
	for i, row := range t.Rows {
		t.Rows[i] = kept(row, keep)
		for j, c := range t.Rows[i] {
			if c.Class == "none" {
				t.Rows[i][j].Text, t.Rows[i][j].Exact = "–", "not stated"
			}
		}
	}
	s.Tables = append(s.Tables, t)
}

func kept[T any](all []T, keep []bool) []T {
	some := make([]T, 0, len(all))
	for i, v := range all {
		if keep[i] {
			some = append(some, v)
		}
	}
	return some
}

func (s *section) enlist(title string, items []string) {
	if len(items) == 0 {
		return
	}
	l := list{Title: title}
	for _, i := range items {
		l.Items = append(l.Items, text(i))
	}
	s.Lists = append(s.Lists, l)
}
