package interop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/scimeter/scimeter/sci"
)

// MaxDocument is the largest document that [Read] and [Run] take, in bytes.
const MaxDocument = 10 << 20

// The names of the forms, as of Document.Format.
const (
	FormatScimeter        = "scimeter"
	FormatImpactFramework = "impact-framework"
	FormatIMP             = "imp"
	FormatISO             = "iso-yaml"
	FormatGSF             = "gsf-markdown"
)

// Read makes a document of what a file contains, whatever its name is; name is
// for messages alone. It knows our own JSON, manifests and outputs of the Impact
// Framework, IMP YAML, the YAML of Appendix A of SCI 1.0 and disclosures of the
// Green Software Foundation in Markdown. What is no such document, is not
// well-formed, or is larger than [MaxDocument] or nested deeper than 100 levels
// is an [*Error] with the line. What could be read in two ways is in
// Document.Notes.
func Read(name string, b []byte) (*Document, error) {
	doc, err := read(bytes.TrimPrefix(b, []byte("\ufeff")))
	if err != nil {
		return nil, named(err, name)
	}
	return doc, nil
}

func read(b []byte) (*Document, error) {
	switch {
	case len(b) > MaxDocument:
		return nil, &Error{Op: "read", Detail: fmt.Sprintf("%d bytes, at most %d are read", len(b), MaxDocument), Err: ErrTooLarge}
	case !utf8.Valid(b):
		return nil, &Error{Op: "read", Line: invalidLine(b), Detail: "text is not UTF-8", Err: ErrSyntax}
	case ours(b):
		return readScimeter(b)
	case looksLikeMarkdown(b):
		return readGSF(b)
	}
	root, err := parseYAML(b)
	if err != nil && !errors.Is(err, ErrTooLarge) && plainMarkdown(b) {
		return nil, noScore()
	}
	if err != nil {
		return nil, err
	}
	switch {
	case root.has("calculation") || root.has("submission"):
		return readIMP(root)
	case root.has("tree"):
		return readManifest(b, root)
	case root.at("sci").has("sci") || root.at("sci").has("software-boundary"):
		return readISO(root)
	}
	return nil, &Error{Op: "read", Line: 1, Err: ErrFormat}
}

func invalidLine(b []byte) int {
	line := 1
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		b = b[n:]
	}
	return line
}

var ourSchema = regexp.MustCompile(`"schema"\s*:\s*"scimeter\.`)

func ours(b []byte) bool {
	text := bytes.TrimSpace(b)
	return len(text) > 0 && text[0] == '{' && ourSchema.Match(text)
}

func readScimeter(b []byte) (*Document, error) {
	places, err := jsonPlaces(b)
	if err != nil {
		return nil, err
	}
	d, err := sci.ParseDisclosure(b)
	if err != nil {
		return nil, &Error{Op: "read", Err: err}
	}
	return &Document{Disclosure: d, Format: FormatScimeter, Places: places}, nil
}

// jsonPlaces returns where the values of a JSON document stand.
func jsonPlaces(b []byte) (map[string]Place, error) {
	w := jsonWalk{text: b, dec: json.NewDecoder(bytes.NewReader(b)), places: map[string]Place{}, line: 1}
	w.dec.UseNumber()
	if err := w.value("", 0); err != nil {
		var e *Error
		if errors.As(err, &e) {
			return nil, e
		}
		w.move(w.dec.InputOffset())
		return nil, &Error{Op: "read", Line: w.line, Detail: err.Error(), Err: ErrSyntax}
	}
	return w.places, nil
}

type jsonWalk struct {
	text      []byte
	dec       *json.Decoder
	places    map[string]Place
	at        int64 // that line and the start of it are of
	line      int
	lineStart int64
}

// move counts the lines up to an offset.
func (w *jsonWalk) move(offset int64) {
	for ; w.at < min(offset, int64(len(w.text))); w.at++ {
		if w.text[w.at] == '\n' {
			w.line++
			w.lineStart = w.at + 1
		}
	}
}

func (w *jsonWalk) value(path string, depth int) error {
	if depth > maxDepth {
		return &Error{Op: "read", Line: w.line, Detail: fmt.Sprintf("nested deeper than %d levels", maxDepth), Err: ErrTooLarge}
	}
	start := w.dec.InputOffset()
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	end := w.dec.InputOffset()
	for start < end && bytes.IndexByte([]byte(" \t\r\n,:"), w.text[start]) >= 0 {
		start++
	}
	w.move(start)
	place := Place{Line: w.line, Column: int(start-w.lineStart) + 1}
	delim, nested := token.(json.Delim)
	if !nested {
		place.Text = string(w.text[start:end])
	}
	w.places[path] = place
	if !nested {
		return nil
	}
	for i := 0; w.dec.More(); i++ {
		key := fmt.Sprint(i)
		if delim == '{' {
			name, err := w.dec.Token()
			if err != nil {
				return err
			}
			key = escape(fmt.Sprint(name))
		}
		if err := w.value(path+"/"+key, depth+1); err != nil {
			return err
		}
	}
	_, err = w.dec.Token()
	return err
}
