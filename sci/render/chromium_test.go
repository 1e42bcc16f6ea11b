package render_test

import (
	"bytes"
	"context"
	"html"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// chromium returns a headless browser; the test is skipped where there is none,
// and fails where there has to be one.
func chromium(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("TEST_REQUIRE_CHROMIUM") == "1" {
		t.Fatal("TEST_REQUIRE_CHROMIUM=1, and no chromium, chromium-browser or google-chrome on PATH")
	}
	t.Skip("no chromium, chromium-browser or google-chrome on PATH")
	return ""
}

// browse runs the browser on a file, and returns what it prints and complains of.
func browse(t *testing.T, browser, file string, flags ...string) (out, complaints string) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
		"--enable-logging=stderr", "--user-data-dir=" + t.TempDir(),
	}, flags...)
	cmd := exec.CommandContext(ctx, browser, append(args, "file:///"+strings.TrimPrefix(filepath.ToSlash(file), "/"))...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), "%s", stderr.String())
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, "CONSOLE") {
			complaints += line
		}
	}
	return stdout.String(), complaints
}

// pageFile writes the page of d to a file.
func pageFile(t *testing.T, d *sci.Disclosure) string {
	file := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(file, []byte(pageOf(t, d)), 0o600))
	return file
}

func TestPageInABrowser(t *testing.T) {
	browser := chromium(t)
	dom, complaints := browse(t, browser, pageFile(t, sample()), "--dump-dom")
	require.Empty(t, complaints)
	for _, want := range []string{
		`<span class="figure">26.7</span>`, "18.1", "39.4", "452 kgCO₂e · 92 %", "39.6 kgCO₂e · 8.0 %", "ranking-gpu", "331.7", "M-02", "total_mismatch",
		"12.4 kgCO₂e",
	} {
		require.Contains(t, dom, want)
	}
}

// measure is a page that shows another one in a frame of each width, and writes
// down what stands out of it.
const measure = `<!DOCTYPE html><html><body><pre id="r"></pre><script>
const widths = [320, 375, 768, 1024, 1025, 1280];
let left = widths.length;
for (const w of widths) {
	const f = document.createElement("iframe");
	f.style.width = w + "px"; f.style.height = "800px"; f.style.border = 0;
	f.onload = () => {
		const doc = f.contentDocument, wide = [];
		for (const e of doc.body.querySelectorAll("*")) {
			const b = e.getBoundingClientRect();
			if (b.width > 1 && (b.right > w + 1 || b.left < -1) && !e.closest("svg,thead")) wide.push(e.tagName + ":" + Math.round(b.right));
		}
		const font = parseFloat(f.contentWindow.getComputedStyle(doc.querySelector("td")).fontSize);
		const styled = f.contentWindow.getComputedStyle(doc.querySelector(".hero")).borderTopLeftRadius;
		document.getElementById("r").textContent += w + " " + doc.documentElement.scrollWidth + " " + (font >= 12) + " " + styled + " " + wide.slice(0, 5) + ";";
	};
	f.srcdoc = PAGE;
	document.body.append(f);
}
</script></body></html>`

// The page is as wide as the window, on a telephone too, whatever stands in it.
func TestPageFitsEveryWidth(t *testing.T) {
	browser := chromium(t)
	long, _, _ := hostile(strings.Repeat("W", 500))
	for name, d := range map[string]*sci.Disclosure{"sample": sample(), "long words": long} {
		t.Run(name, func(t *testing.T) {
			quoted := strings.NewReplacer("\\", `\\`, "`", "\\`", "${", `\${`, "</script", `<\/script`).Replace(pageOf(t, d))
			file := filepath.Join(t.TempDir(), "frame.html")
			require.NoError(t, os.WriteFile(file, []byte(strings.Replace(measure, "PAGE", "`"+quoted+"`", 1)), 0o600))
			dom, complaints := browse(t, browser, file, "--dump-dom", "--virtual-time-budget=10000")
			require.Empty(t, complaints)
			result := regexp.MustCompile(`<pre id="r">([^<]*)</pre>`).FindStringSubmatch(dom)
			require.NotNil(t, result)
			lines := strings.Split(strings.TrimSuffix(html.UnescapeString(result[1]), ";"), ";")
			require.ElementsMatch(t, []string{
				"320 320 true 14px ", "375 375 true 14px ", "768 768 true 14px ", "1024 1024 true 14px ", "1025 1025 true 14px ",
				"1280 1280 true 14px ",
			}, lines)
		})
	}
}

// A picture of the page is not blank, in light and in dark.
func TestPageIsDrawn(t *testing.T) {
	browser := chromium(t)
	page := pageFile(t, sample())
	ground := map[string]uint32{}
	for name, flags := range map[string][]string{"light": nil, "dark": {"--blink-settings=preferredColorScheme=0"}} {
		shot := filepath.Join(t.TempDir(), "page.png")
		_, complaints := browse(t, browser, page, append(flags, "--window-size=1000,1400", "--screenshot="+shot)...)
		require.Empty(t, complaints)
		f, err := os.Open(shot)
		require.NoError(t, err)
		img, err := png.Decode(f)
		require.NoError(t, f.Close())
		require.NoError(t, err)
		colours := map[[3]uint32]int{}
		for y := 0; y < img.Bounds().Dy(); y += 3 {
			for x := 0; x < img.Bounds().Dx(); x += 3 {
				r, g, b, _ := img.At(x, y).RGBA()
				colours[[3]uint32{r >> 8, g >> 8, b >> 8}]++
			}
		}
		require.Greater(t, len(colours), 20, name)
		ground[name], _, _, _ = img.At(2, 2).RGBA()
	}
	require.Greater(t, ground["light"], uint32(0xe000))
	require.Less(t, ground["dark"], uint32(0x3000))
}
