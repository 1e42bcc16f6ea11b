package render_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/render"
)

var errBroken = errors.New("broken")

// broken is a writer that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func pageOf(t testing.TB, d *sci.Disclosure) string {
	var out bytes.Buffer
	require.NoError(t, render.HTML(&out, d, verdicts(), findings()))
	return out.String()
}

// The page lets nothing in: its policy allows its own style and no other.
func TestPageStandsAlone(t *testing.T) {
	page := pageOf(t, sample())
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
	require.NotNil(t, style)
	sum := sha256.Sum256([]byte(style[1]))
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	require.NotNil(t, policy)
	require.Equal(t, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; base-uri 'none'; form-action 'none'",
		html.UnescapeString(policy[1]))
	for _, bad := range []string{"<script", "<link", "<img", "<iframe", "@import", " style=", " on", "src="} {
		require.NotContains(t, regexp.MustCompile(`>[^<]*<`).ReplaceAllString(page, "><"), bad)
	}
	require.NotContains(t, style[1], "http")
	require.NotRegexp(t, `url\([^#]`, style[1])
}

// What can be saved from the page is the document, to the byte.
func TestPageCarriesTheDocument(t *testing.T) {
	page := pageOf(t, sample())
	data := regexp.MustCompile(`download="Harbour-search\.sci\.json" href="data:application/json;base64,([^"]*)"`).FindStringSubmatch(page)
	require.NotNil(t, data)
	b, err := base64.StdEncoding.DecodeString(html.UnescapeString(data[1]))
	require.NoError(t, err)
	d, err := sci.ParseDisclosure(b)
	require.NoError(t, err)
	require.Equal(t, sample(), d)
	sum := sha256.Sum256(b)
	require.Contains(t, page, "<code>"+hex.EncodeToString(sum[:])+"</code>")
}

// Figures are printed as coarse as they are known, with all digits at hand.
func TestFiguresAndTheirPrecision(t *testing.T) {
	for _, c := range []struct {
		name      string
		score     *sci.Figure
		low, high float64
		want      string // as printed
		title     string
	}{
		{"wide", sci.Exactly(26.7123), 18.1, 39.4, "26.7 gCO₂e", "26.7123 gCO₂e per 1000 request"},
		{"narrow", sci.Exactly(26.7123), 26.5, 26.9, "26.71 gCO₂e", "26.7123"},
		{"very wide", sci.Exactly(26.7123), 2, 300, "27 gCO₂e", "26.7123"},
		{"in milligrams", sci.Exactly(0.0162), 0.012, 0.022, "16.2 mgCO₂e", "0.0162"},
		{"rounded by its author", &sci.Figure{Value: 4.85, Within: 0.005}, 0, 0, "4.85 gCO₂e", "4.85 ± 0.005 by rounding"},
		{"uncertainty not stated", sci.Exactly(1.0 / 3), 0, 0, "333.3 mgCO₂e", "0.3333333333333333"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := sample()
			d.Result.Score, d.Result.Low, d.Result.High, d.Uncertainty = c.score, nil, nil, nil
			if c.high > 0 {
				d.Result.Low, d.Result.High = sci.Exactly(c.low), sci.Exactly(c.high)
			}
			page := pageOf(t, d)
			score := regexp.MustCompile(`<p class="score" title="([^"]*)"><span class="figure">([^<]*)</span> <span class="unit">([^<]*)</span>`)
			m := score.FindStringSubmatch(page)
			require.NotNil(t, m)
			require.Equal(t, c.want, m[2]+" "+m[3])
			require.Contains(t, m[1], c.title)
			require.Equal(t, c.high > 0, strings.Contains(page, "With 95 % between"))
		})
	}
}

// The picture of the interval is where its figures are.
func TestIntervalPicture(t *testing.T) {
	d := sample()
	d.Result.Score, d.Result.Low, d.Result.High = sci.Exactly(20), sci.Exactly(10), sci.Exactly(40)
	page := pageOf(t, d) // from 0 to 50, the first round number with room above 40
	require.Contains(t, page, `<rect class="span" x="20%" y="15" width="60%"`)
	require.Contains(t, page, `<circle class="dot" cx="40%"`)
	require.Contains(t, page, `it lies between 10.0 and 40.0, on a scale from 0 to 50.</desc>`)
	for _, c := range [][3]float64{{5, 10, 40}, {50, 10, 40}, {20, -1, 40}, {20, 40, 10}, {20, 20, 0}} {
		d.Result.Score, d.Result.Low, d.Result.High = sci.Exactly(c[0]), sci.Exactly(c[1]), sci.Exactly(c[2])
		require.NotContains(t, pageOf(t, d), `class="interval"`, "%v", c)
	}
}

// Lengths of bars are shares, and every bar has its words.
func TestSharesPicture(t *testing.T) {
	d := sample()
	d.Result.Operational, d.Result.Embodied = sci.Exactly(75), sci.Exactly(25)
	page := pageOf(t, d)
	require.Contains(t, page, `</title><rect class="track" width="100%" height="16"/><rect class="o" width="75%" height="16"/></svg>`)
	require.Contains(t, page, `</title><rect class="track" width="100%" height="16"/><rect class="m" x="75%" width="25%" height="16"/></svg>`)
	require.Regexp(t, `<title>Operational: E · I: 75\S* gCO₂e · 75 %</title>`, page)
	require.Regexp(t, `<title>Embodied: M: 25\S* gCO₂e · 25 %</title>`, page)
	for _, bar := range regexp.MustCompile(`<svg width="100%"[^>]*>(?:</?[a-z]+ ?[^>]*>|[^<])*?</svg>`).FindAllString(page, -1) {
		require.Contains(t, bar, "<title")
	}
}

// What is not in the score stands apart, and changes nothing.
func TestMemoStandsOutside(t *testing.T) {
	page := pageOf(t, sample())
	outside := regexp.MustCompile(`(?s)<section id="memo" class="part outside">.*?</section>`).FindString(page)
	require.Contains(t, outside, "not in the score")
	for _, s := range []string{"market-based", "Training of the model", "Guarantees of origin"} {
		require.Contains(t, outside, s)
	}
	rest := strings.SplitN(strings.Replace(page, outside, "", 1), `<section id="data"`, 2)[0]
	require.NotContains(t, rest, "market-based")
	require.NotContains(t, rest, "Guarantees of origin")
}

// A figure that the document leaves to be worked out is marked; one that cannot
// be is not stated, never 0.
func TestWorkedOutFigures(t *testing.T) {
	d := &sci.Disclosure{
		Schema: sci.DisclosureSchema, Site: sci.SiteStatement{PUE: sci.Exactly(1.25)}, Grid: sci.GridStatement{Value: sci.Exactly(400)},
		Components: []sci.ComponentStatement{
			{ID: "a", IT: sci.Exactly(2), Hardware: []sci.Embodies{{
				Name: "server", TE: sci.Exactly(35_040), Reserved: sci.Exactly(1), Lifespan: sci.Exactly(35_040), RR: sci.Exactly(1),
				ToR: sci.Exactly(4),
			}}},
			{ID: "b", Hardware: []sci.Embodies{{Name: "unknown", TE: sci.Exactly(1e6)}}},
		},
	}
	var out bytes.Buffer
	require.NoError(t, render.Markdown(&out, d, nil, nil))
	require.Contains(t, out.String(), "| a | 2 | 1.25 | 2.5\\* | 400 | 1\\* | 0.00025\\* | 1\\* |")
	require.Contains(t, out.String(), "| b | – | – | – | – | – | – | – |")
	require.Contains(t, out.String(), "worked out from other figures")
	out.Reset()
	require.NoError(t, render.CSV(&out, d))
	require.Contains(t, out.String(), ",/components/0,a,,O,,1000,yes,2,2.5,400,")
	require.Contains(t, out.String(), ",/components/0/hardware/0,a,server,M,,0.25,yes,")
	require.Contains(t, out.String(), ",/components/1/hardware/0,b,unknown,M,,,,")
}

func ExampleMarkdown() {
	d := &sci.Disclosure{
		Schema:   sci.DisclosureSchema,
		Software: sci.Software{Name: "checkout"},
		Unit:     sci.FunctionalUnit{Name: "order", Total: sci.Exactly(1000)},
		Result:   sci.Result{Operational: sci.Exactly(75), Embodied: sci.Exactly(25), Score: sci.Exactly(0.1)},
	}
	var out bytes.Buffer
	if err := render.Markdown(&out, d, nil, nil); err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, " = ") || strings.Contains(line, "█") || strings.Contains(line, "▒") {
			fmt.Print(line)
		}
	}
	// Output:
	// (75 + 25 gCO2e) / 1000 = 100 mgCO2e per order
	// | Operational: E · I | ███████████████████████ | 75 gCO2e · 75 % |
	// | Embodied: M | ▒▒▒▒▒▒▒▒ | 25 gCO2e · 25 % |
}

// large is a document of n components, each with a device.
func large(n int) *sci.Disclosure {
	d := sample()
	d.Components = nil
	for i := range n {
		d.Components = append(d.Components, machine("component-"+strconv.Itoa(i), "cpu", 100+float64(i%17), 1, 1_610_790, 0.5, sci.TenureOwned))
	}
	return d
}

func BenchmarkRender(b *testing.B) {
	d := large(1000)
	for _, c := range []struct {
		name  string
		write func(io.Writer, *sci.Disclosure) error
	}{{"html", writers["search.html"]}, {"markdown", writers["search.md"]}, {"csv", writers["search.csv.golden"]}} {
		b.Run(c.name+"/1000 components", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, c.write(io.Discard, d))
			}
		})
	}
}

// Checks of words that this package does not know are shown as they are.
func TestUnknownWordsAreShown(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, render.HTML(&out, sample(), []sci.Verdict{{Rule: "Z-99", Outcome: "waived"}}, []sci.Finding{{Code: "odd", Severity: "info"}}))
	for _, want := range []string{">Z-99<", ">waived<", ">odd<", ">info<"} {
		require.Contains(t, out.String(), want)
	}
}
