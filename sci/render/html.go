package render

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"math"
	"strings"
	"sync"

	"github.com/scimeter/scimeter/sci"
)

//go:embed page.html.tmpl
var pageHTML string

//go:embed page.css
var pageCSS string

// HTML writes a disclosure as one file that needs nothing else: no script, no
// style, font or picture from elsewhere, and a Content-Security-Policy that lets
// none in. It reads on a telephone, in print, in light and in dark. It carries
// the canonical JSON of the document, to be saved. Verdicts and findings are as
// of [Markdown].
func HTML(w io.Writer, d *sci.Disclosure, verdicts []sci.Verdict, findings []sci.Finding) error {
	r, err := newReport(d, verdicts, findings)
	if err != nil {
		return err
	}
	t, err := page()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, newView(r)); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

var page = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{"co2": subscript, "tail": tail, "rows": rows}).Parse(pageHTML)
})

// A view is what the template sees: a report, and what only a page needs.
type view struct {
	*report
	CSS      template.CSS
	Policy   string
	JSON     string       // for people
	Download template.URL // of the canonical bytes
	FileName string
	Size     string
}

func newView(r *report) view {
	sum := sha256.Sum256([]byte(pageCSS))
	v := view{
		report:   r,
		CSS:      template.CSS(pageCSS),
		Policy:   "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Download: template.URL("data:application/json;base64," + base64.StdEncoding.EncodeToString(r.canonical)), // our own bytes
		FileName: fileName(r.d.Software.Name) + ".sci.json",
		Size:     count(math.Ceil(float64(len(r.canonical))/1000)) + " kB",
	}
	var indented bytes.Buffer
	if json.Indent(&indented, r.canonical, "", "  ") == nil {
		v.JSON = indented.String()
	}
	return v
}

// fileName returns what of a name every system takes as the name of a file.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, name)
	name = strings.Trim(name, "-.")
	return orElse(name[:min(len(name), 60)], "disclosure")
}

// subscript sets the 2 of CO2e low.
func subscript(s string) string { return strings.ReplaceAll(s, "CO2e", "CO₂e") }

// tail splits a figure from its unit: "31 mgCO2e" is 31 and mgCO2e.
func tail(s string) []string {
	figure, unit, _ := strings.Cut(s, " ")
	return []string{figure, unit}
}
