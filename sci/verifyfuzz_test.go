package sci_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// odd are figures that documents should not have.
var odd = []float64{
	0, -1, 1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1e-300, 1e300, 1000, 3.6e6,
}

// mutate changes a document as a script says: of each three bytes two name a
// figure and one what becomes of it.
func mutate(d *sci.Disclosure, script []byte) {
	figures := map[string]*sci.Figure{}
	figuresOf(reflect.ValueOf(d), "", figures)
	paths := slices.Sorted(maps.Keys(figures))
	for len(script) >= 3 {
		f := figures[paths[(int(script[0])<<8|int(script[1]))%len(paths)]]
		switch op := int(script[2]); {
		case op < len(odd):
			f.Value = odd[op]
		case op < 2*len(odd):
			f.Within = odd[op-len(odd)]
		default:
			f.Value *= odd[op%len(odd)]
		}
		script = script[3:]
	}
}

func FuzzVerify(f *testing.F) {
	for _, seed := range []string{"", "\x00\x01\x03", "\x00\x10\x05\x00\x11\x10\x00\x30\x06", "\x00\x05\x20\x00\x50\xff"} {
		f.Add([]byte(seed), "covered by PPAs, not offsets (60 %, 30%)")
	}
	correct, err := json.Marshal(certificate(f, "correct"))
	require.NoError(f, err)
	codes := map[string]bool{}
	for _, c := range sci.FindingCodes() {
		codes[c.Code] = true
	}
	f.Fuzz(func(t *testing.T, script []byte, words string) {
		var d sci.Disclosure
		require.NoError(t, json.Unmarshal(correct, &d))
		mutate(&d, script)
		d.Grid.Remark, d.Grid.Zone, d.Components[0].Hardware[0].Source, d.Method.Assumptions[0] = words, words, words, words
		if len(script) > 40 {
			d.Components[1].Sums, d.Components[5].Sums = true, false
			d.Site.PUE = nil
		}
		wellFormed(t, codes, sci.Verify(&d))
	})
}

// FuzzVerifyDocument decodes whatever is a disclosure.
func FuzzVerifyDocument(f *testing.F) {
	correct, err := json.Marshal(certificate(f, "correct"))
	require.NoError(f, err)
	f.Add(correct)
	f.Add([]byte(`{"components":[{"sums_parts":true,"parts":[{},{"it_kwh":1}],"facility_kwh":{"value":1,"within":9}}]}`))
	codes := map[string]bool{}
	for _, c := range sci.FindingCodes() {
		codes[c.Code] = true
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d sci.Disclosure
		if json.Unmarshal(b, &d) == nil {
			wellFormed(t, codes, sci.Verify(&d))
		}
	})
}

// wellFormed holds findings against what all of them promise.
func wellFormed(t *testing.T, codes map[string]bool, found []sci.Finding) {
	t.Helper()
	_, err := json.Marshal(found) // refuses figures that are not finite
	require.NoError(t, err)
	said := map[string]bool{}
	for _, f := range found {
		require.True(t, codes[f.Code], f.Code)
		require.True(t, strings.HasPrefix(f.Path, "/"), f.Path)
		require.NotContains(t, f.Message, "NaN")
		require.NotContains(t, f.Message, "Inf")
		require.False(t, said[f.Code+f.Path], "%s at %s twice", f.Code, f.Path)
		said[f.Code+f.Path] = true
	}
}

// grown is a correct document of n components.
func grown(n int) *sci.Disclosure {
	d := (&author{rng: newRand(3)}).disclosure(n)
	for i := range d.Components {
		d.Components[i].Source = "RAPL counters of the host, no PPAs are used"
		d.Components[i].Hardware[0].Source = fmt.Sprint("Cloud Carbon Footprint, row ", i)
	}
	return d
}

func BenchmarkVerify(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		b.Run(fmt.Sprint(n, "_components"), func(b *testing.B) {
			d := grown(n)
			require.Empty(b, sci.Verify(d))
			b.ReportAllocs()
			for b.Loop() {
				sci.Verify(d)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/component")
		})
	}
}

// A document in which everything is wrong is no slower by more than its findings.
func TestVerifyOfMuchThatIsWrong(t *testing.T) {
	d := grown(2000)
	for i := range d.Components {
		d.Components[i].Carbon.Value *= 1.1 + float64(i%7)
		d.Components[i].IT.Value *= 1.3 + float64(i%5)
	}
	found := sci.Verify(d)
	require.Greater(t, len(found), 4000-1)
	require.LessOrEqual(t, len(found), 4000+1)
}
