package render_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/render"
)

// attacks are texts that want to be more than text.
var attacks = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`</style></title></svg><svg onload=alert(1)>`,
	`javascript:alert(1)`,
	`{{.CSS}}`,
	"`--><iframe src=//evil.example>",
	`=HYPERLINK("http://evil.example","x")`,
	"\t=1+1",
	"+cmd|' /C calc'!A0",
	"-2+3", "@SUM(1)", "＝1+1", "\u00a0=1",
	"a | b\n| c | d |\n\n# heading",
	"[click](javascript:alert(1)) ![x](http://evil.example/x.png) http://evil.example www.evil.example x@evil.example",
	"1. item", "- item", "\u202e gnp.exe", strings.Repeat("W", 2000),
}

// hostile is a document of which every text is an attack.
func hostile(attack string) (*sci.Disclosure, []sci.Verdict, []sci.Finding) {
	d, v, f := sample(), verdicts(), findings()
	for _, root := range []any{d, &v, &f} {
		replaceText(reflect.ValueOf(root).Elem(), attack)
	}
	d.Schema = sci.DisclosureSchema
	return d, v, f
}

func replaceText(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			replaceText(v.Elem(), s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				replaceText(v.Field(i), s)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			replaceText(v.Index(i), s)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() || v.Type() == reflect.TypeFor[sci.Profile]() {
			v.SetString(s)
		}
	}
}

// tags are the elements that the page may have, and the attributes of each.
var (
	tag       = regexp.MustCompile(`<(/?)([a-zA-Z][^\s/>]*)([^>]*)>`)
	attribute = regexp.MustCompile(`\s([a-zA-Z-]+)=`)
	elements  = strings.Fields(`html head meta title style body svg defs pattern rect line circle desc header main footer p h1 h2 h3 span
		section figure figcaption div strong ul li nav a dl dt dd table thead tbody tr th td details summary pre code`)
	attributes = strings.Fields(`lang charset http-equiv content name class width height aria-hidden focusable id patternUnits
		patternTransform aria-label aria-labelledby title role x y rx x1 x2 y1 y2 cx cy r href rel download scope data-l tabindex`)
)

// No text of a document becomes markup, an attribute or an address that runs.
func TestHTMLOfHostileText(t *testing.T) {
	for _, attack := range attacks {
		t.Run(attack[:min(len(attack), 20)], func(t *testing.T) {
			d, v, f := hostile(attack)
			var out bytes.Buffer
			require.NoError(t, render.HTML(&out, d, v, f))
			page := quoted.ReplaceAllStringFunc(out.String(), func(s string) string { return strings.NewReplacer("<", "(", ">", ")").Replace(s) })
			for _, m := range tag.FindAllStringSubmatch(page, -1) {
				require.Contains(t, elements, m[2], "%s", m[0])
				for _, a := range attribute.FindAllStringSubmatch(quoted.ReplaceAllString(m[3], `""`), -1) {
					require.Contains(t, attributes, a[1], "%s", m[0])
				}
			}
			for _, m := range regexp.MustCompile(`\b(?:href|src)="([^"]*)"`).FindAllStringSubmatch(out.String(), -1) {
				ok := strings.HasPrefix(m[1], "#") || strings.HasPrefix(m[1], "data:application/json;base64,") || strings.HasPrefix(m[1], "https://")
				require.True(t, ok, "%.80s", m[1])
			}
			require.Greater(t, len(page), 10_000)
		})
	}
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// No text of a document starts a line, a cell, a link or HTML of its own.
func TestMarkdownOfHostileText(t *testing.T) {
	var plain bytes.Buffer
	d, v, f := hostile("x")
	require.NoError(t, render.Markdown(&plain, d, v, f))
	shape := func(s string) []string {
		var lines []string
		for l := range strings.Lines(s) {
			l = strings.ReplaceAll(l, `\|`, "")
			lines = append(lines, string([]byte{byte('0' + strings.Count(l, "|")%64), l[0]}))
		}
		return lines
	}
	for _, attack := range attacks {
		t.Run(attack[:min(len(attack), 20)], func(t *testing.T) {
			var out bytes.Buffer
			d, v, f := hostile(attack)
			require.NoError(t, render.Markdown(&out, d, v, f))
			require.Len(t, shape(out.String()), len(shape(plain.String())), "%s", out.String())
			body := strings.ReplaceAll(out.String(), "```text", "")
			for _, bad := range []string{"<script", "<img", "<svg", "<iframe", "://", "www.", "@evil"} {
				require.NotContains(t, body, bad)
			}
			require.NotRegexp(t, `[^\\]\]\(`, body, "a link")
		})
	}
}

// No cell of the ledger is a formula to a spreadsheet.
func TestLedgerOfHostileText(t *testing.T) {
	for _, attack := range attacks {
		d, _, _ := hostile(attack)
		var out bytes.Buffer
		require.NoError(t, render.CSV(&out, d))
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 11)
		for _, row := range rows[1:] {
			for i, cell := range row {
				trimmed := strings.TrimLeft(cell, " \u00a0\t\r\n")
				require.NotRegexp(t, `^[=@＝＋－＠]`, trimmed, rows[0][i])
				require.NotRegexp(t, `^[+-][^0-9]`, trimmed, rows[0][i])
				require.NotContains(t, cell, "\n")
			}
		}
	}
}

// What has no canonical form is not rendered either.
func TestRefusals(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			d := sample()
			d.Components[0].IT = sci.Exactly(math.NaN())
			var out bytes.Buffer
			require.ErrorIs(t, write(&out, d), sci.ErrNotFinite)
			require.Empty(t, out.String())
			d = sample()
			d.Software.Name = "\xff"
			require.ErrorIs(t, write(&out, d), sci.ErrText)
			require.ErrorIs(t, write(broken{}, sample()), errBroken)
		})
	}
}

// Figures that no picture can show leave the picture out, not the page.
func TestAbsurdFigures(t *testing.T) {
	for _, v := range []float64{0, -1, 5e-324, math.MaxFloat64, -math.MaxFloat64, 1e-30} {
		d := sample()
		setFigures(reflect.ValueOf(d).Elem(), v)
		for name, write := range writers {
			var out bytes.Buffer
			require.NoError(t, write(&out, d), name)
			require.NotRegexp(t, `NaN|Inf\b|%!`, pictures(out.String()), "%s of %v", name, v)
		}
	}
	for name, write := range writers {
		var out bytes.Buffer
		require.NoError(t, write(&out, &sci.Disclosure{}), name)
	}
}

// pictures returns the drawn parts of a page.
func pictures(page string) string {
	return strings.Join(regexp.MustCompile(`<(?:rect|line|circle|td|dd)[^>]*>[^<]*`).FindAllString(page, -1), "\n")
}

func setFigures(v reflect.Value, to float64) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*sci.Figure]() && !v.IsNil() {
			v.Set(reflect.ValueOf(sci.Exactly(to)))
			return
		}
		if !v.IsNil() {
			setFigures(v.Elem(), to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				setFigures(v.Field(i), to)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			setFigures(v.Index(i), to)
		}
	case reflect.Float64:
		v.SetFloat(to)
	}
}
