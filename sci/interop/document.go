package interop

import "github.com/scimeter/scimeter/sci"

// A Document is a disclosure that was read, and where its figures stand.
type Document struct {
	Disclosure *sci.Disclosure
	Format     string           // "scimeter", "impact-framework", "imp", "gsf-markdown"
	Places     map[string]Place // by JSON pointer into the Disclosure
	Notes      []sci.Finding    // what was understood in a way that the author should know of
}

// A Place is where something stands in a document; lines and columns count from
// 1, 0 is not known.
type Place struct {
	Line, Column int
	Text         string // as printed
}

// At returns the place of a path, or of what is nearest above it.
func (d *Document) At(path string) Place {
	for {
		if p, ok := d.Places[path]; ok {
			return p
		}
		i := lastSlash(path)
		if i < 0 {
			return Place{}
		}
		path = path[:i]
	}
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}
