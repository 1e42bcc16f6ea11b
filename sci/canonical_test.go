package sci_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// fullDisclosure is a document in which every field states something.
func fullDisclosure() *sci.Disclosure {
	d := &sci.Disclosure{}
	fill(reflect.ValueOf(d).Elem(), rand.New(rand.NewPCG(21031, 2024)), 2, false)
	d.Schema = sci.DisclosureSchema
	return d
}

// words are texts that a writer of JSON may get wrong.
var words = []string{
	"request", "naïve café", "\"quoted\\\"", "line\nbreak\ttab\r", "\x00\x1f\x7f", "<script>&amp;</script>", "\u2028\u2029", "日本 𝔾",
}

var numbers = []float64{
	1, -1, 0.1, 1e21, 123456789012345680000, 1e-6, 1e-7, 9.5367431640625e-7, 5e-324, math.MaxFloat64, 1 << 53, 1.0 / 3, -2.5e-10,
}

// fill states something everywhere, or here and there where gaps are allowed,
// with parts in parts as deep as given.
func fill(v reflect.Value, r *rand.Rand, deep int, gaps bool) {
	if gaps && v.Kind() != reflect.Struct && r.IntN(3) == 0 {
		return
	}
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(4e9), r.Int64N(1e9)).UTC()))
	case v.Type() == reflect.TypeFor[sci.Figure]():
		v.Field(0).SetFloat(numbers[r.IntN(len(numbers))])
		if r.IntN(2) == 0 {
			v.Field(1).SetFloat(math.Abs(numbers[r.IntN(len(numbers))]))
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), r, deep, false)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			parts := v.Field(i).Kind() == reflect.Slice && v.Field(i).Type().Elem() == v.Type()
			if parts && deep == 0 {
				continue
			}
			if parts {
				fill(v.Field(i), r, deep-1, gaps)
				continue
			}
			fill(v.Field(i), r, deep, gaps)
		}
	case v.Kind() == reflect.Slice:
		n := 1 + r.IntN(2)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(v.Index(i), r, deep, false)
		}
	case v.Kind() == reflect.String:
		v.SetString(words[r.IntN(len(words))])
	case v.Kind() == reflect.Float64:
		v.SetFloat(numbers[r.IntN(len(numbers))])
	case v.Kind() == reflect.Int:
		v.SetInt(1990 + r.Int64N(60))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	}
}

// What is written is read back as the same value, whatever is stated in it.
func TestParseOfCanonicalIsIdentity(t *testing.T) {
	docs := []*sci.Disclosure{fullDisclosure(), {Schema: sci.DisclosureSchema}}
	for seed := range uint64(300) {
		d := &sci.Disclosure{}
		fill(reflect.ValueOf(d).Elem(), rand.New(rand.NewPCG(seed, 1)), int(seed%3), true)
		d.Schema = sci.DisclosureSchema
		docs = append(docs, d)
	}
	for i, d := range docs {
		b, err := d.Canonical()
		require.NoError(t, err, "document %d", i)
		got, err := sci.ParseDisclosure(b)
		require.NoError(t, err, "document %d: %s", i, b)
		require.Equal(t, d, got, "document %d", i)
		again, err := got.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(b), string(again), "document %d", i)

		plain, err := json.Marshal(d) // says the same, in another form
		require.NoError(t, err)
		if d.Components != nil {
			require.Equal(t, decodedFloats(t, plain), decodedFloats(t, b))
		}
	}
}

func decodedFloats(t *testing.T, b []byte) any {
	var v any
	require.NoError(t, json.Unmarshal(b, &v))
	return v
}

func TestCanonicalBytes(t *testing.T) {
	in := func(zone string, hours int) time.Time {
		return time.Date(2026, 3, 1, 12, 0, 0, 500e6, time.FixedZone(zone, hours*3600))
	}
	empty := `{"boundary":{},"components":[],"functional_unit":{"name":""},"period":{},"profile":"","result":{},"schema":"","software":{"name":""}}`
	with := func(old, new string) string {
		require.Contains(t, empty, old)
		return strings.Replace(empty, old, new, 1)
	}
	score := func(v, within float64) sci.Disclosure {
		return sci.Disclosure{Result: sci.Result{Score: &sci.Figure{Value: v, Within: within}}}
	}
	for _, c := range []struct {
		name string
		d    sci.Disclosure
		want string
	}{
		{"nothing stated", sci.Disclosure{}, empty},
		{"empty lists are not stated", sci.Disclosure{
			Components: []sci.ComponentStatement{},
			Gaps:       []sci.GapStatement{},
			Memo:       sci.Memo{Instruments: []string{}},
		}, empty},
		{"time in another zone", sci.Disclosure{Period: sci.Period{Start: in("east", 5)}},
			with(`"period":{}`, `"period":{"start":"2026-03-01T07:00:00.5Z"}`)},
		{"shortest digits", score(0.30000000000000004, 0), with(`"result":{}`, `"result":{"score_g":0.30000000000000004}`)},
		{"zero that is stated", score(0, 0), with(`"result":{}`, `"result":{"score_g":0}`)},
		{"negative zero", score(math.Copysign(0, -1), 0), with(`"result":{}`, `"result":{"score_g":0}`)},
		{"large", score(1e21, 0), with(`"result":{}`, `"result":{"score_g":1e+21}`)},
		{"large without exponent", score(123456789e12, 0), with(`"result":{}`, `"result":{"score_g":123456789000000000000}`)},
		{"small", score(1.5e-7, 0), with(`"result":{}`, `"result":{"score_g":1.5e-7}`)},
		{"rounded", score(1.5, 0.05), with(`"result":{}`, `"result":{"score_g":{"value":1.5,"within":0.05}}`)},
		{"text", sci.Disclosure{Software: sci.Software{Name: "<a&\"\\\n\x01\u2028é>"}},
			with(`"software":{"name":""}}`, "\"software\":"+"{\"name\":\"<a&\\\"\\\\\\n\\u0001\u2028é>\"}}")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.d.Canonical()
			require.NoError(t, err)
			require.Equal(t, c.want, string(got))
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	loop := make([]sci.ComponentStatement, 1)
	loop[0].Parts = loop
	deep := sci.ComponentStatement{ID: "leaf"}
	for range 127 { // each takes two levels, the document and its list two more
		deep = sci.ComponentStatement{Parts: []sci.ComponentStatement{deep}}
	}
	fits := sci.Disclosure{Schema: sci.DisclosureSchema, Components: []sci.ComponentStatement{deep.Parts[0]}}
	b, err := fits.Canonical()
	require.NoError(t, err)
	_, err = sci.ParseDisclosure(b)
	require.NoError(t, err)

	for _, c := range []struct {
		name string
		d    sci.Disclosure
		want error
		at   string
	}{
		{"NaN", sci.Disclosure{Result: sci.Result{Score: sci.Exactly(math.NaN())}}, sci.ErrNotFinite, "/result/score_g"},
		{"infinity", sci.Disclosure{Uncertainty: []sci.InputDoubt{{}, {Sigma: math.Inf(-1)}}}, sci.ErrNotFinite, "/uncertainty/1/sigma_g"},
		{"NaN as a scale", sci.Disclosure{Unit: sci.FunctionalUnit{Scale: math.NaN()}}, sci.ErrNotFinite, "/functional_unit/scale"},
		{"negative rounding", sci.Disclosure{Result: sci.Result{TE: &sci.Figure{Value: 1, Within: -1}}}, sci.ErrNotFinite, "/result/te_g"},
		{"text that is none", sci.Disclosure{Software: sci.Software{Name: "\xff"}}, sci.ErrText, "/software/name"},
		{"year 12000", sci.Disclosure{Period: sci.Period{End: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}}, sci.ErrTime, "/period/end"},
		{"parts of themselves", sci.Disclosure{Components: loop}, sci.ErrTooLarge, "/components/0/parts/0"},
		{"one part too deep", sci.Disclosure{Components: []sci.ComponentStatement{deep}}, sci.ErrTooLarge, "/parts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.d.Canonical()
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.at)
			require.Empty(t, got)
			_, err = c.d.Digest()
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestParseDisclosureRefuses(t *testing.T) {
	doc := func(rest string) string { return `{"schema":"scimeter.disclosure/1"` + rest + `}` }
	for _, c := range []struct {
		name, json string
		want       error
		says       string
	}{
		{"nothing", ``, sci.ErrMalformed, ""},
		{"no object", `[]`, sci.ErrMalformed, ""},
		{"null", `null`, sci.ErrSchema, ""},
		{"no schema", `{"software":{}}`, sci.ErrSchema, `""`},
		{"another schema", `{"schema":"scimeter.usage/1"}`, sci.ErrSchema, "scimeter.usage/1"},
		{"version 0", `{"schema":"scimeter.disclosure/0"}`, sci.ErrSchema, ""},
		{"no version", `{"schema":"scimeter.disclosure/"}`, sci.ErrSchema, ""},
		{"newer, whatever else", `{"schema":"scimeter.disclosure/2","new":{"a":null}}`, sci.ErrSchemaNewer, "scimeter.disclosure/2"},
		{"much newer", `{"schema":"scimeter.disclosure/10"}`, sci.ErrSchemaNewer, "update the program"},
		{"unknown field", doc(`,"result":{"sci_g":1}`), sci.ErrFieldUnknown, "/result/sci_g"},
		{"key in another case", doc(`,"RESULT":{}`), sci.ErrFieldUnknown, "/RESULT"},
		{"unknown key with a slash", doc(`,"a/b~c%d":{}`), sci.ErrFieldUnknown, "/a~1b~0c%d"},
		{"twice", doc(`,"result":{"te_g":1,"te_g":2}`), sci.ErrFieldTwice, "/result/te_g"},
		{"missing number", doc(`,"gaps":[{"policy":"hold"}]`), sci.ErrFieldMissing, "/gaps/0"},
		{"null figure", doc(`,"result":{"te_g":null}`), sci.ErrMalformed, "leave out what is not stated"},
		{"wrong type", doc(`,"components":{}`), sci.ErrMalformed, "/components"},
		{"not finite", doc(`,"result":{"te_g":1e400}`), sci.ErrMalformed, ""},
		{"no time", doc(`,"period":{"start":"2026-01-01"}`), sci.ErrMalformed, ""},
		{"time before the year 0 in UTC", doc(`,"period":{"start":"0000-01-01T00:00:00+10:00"}`), sci.ErrTime, ""},
		{"more after its end", doc(``) + `{}`, sci.ErrMalformed, ""},
		{"no UTF-8", doc(`,"profile":"` + "\xff" + `"`), sci.ErrText, ""},
		{"too deep", doc(`,"components":` + strings.Repeat(`[{"parts":`, 300) + `[]` + strings.Repeat(`}]`, 300)), sci.ErrTooLarge, "/components/0/parts"},
		{"too large", strings.Repeat(" ", sci.MaxDisclosure+1), sci.ErrTooLarge, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := sci.ParseDisclosure([]byte(c.json))
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// Order, spaces, zones and ways to write a number are not part of a document.
func TestDigestIsOfTheDocument(t *testing.T) {
	digest := func(s string) string {
		d, err := sci.ParseDisclosure([]byte(s))
		require.NoError(t, err)
		h, err := d.Digest()
		require.NoError(t, err)
		return h
	}
	a := digest(`{"schema":"scimeter.disclosure/1","period":{"start":"2026-01-01T00:00:00Z"},"result":{"te_g":1500}}`)
	b := digest(` {"result": {"te_g": {"within": 0, "value": 1.5E3}}, "period": {"start": "2026-01-01T01:00:00.000+01:00"}, "gaps": [],
		"schema": "scimeter.disclosure\/1"}`)
	require.Equal(t, a, b)
	require.Len(t, a, 64)
	require.NotEqual(t, a, digest(`{"schema":"scimeter.disclosure/1","period":{"start":"2026-01-01T00:00:00Z"},"result":{"te_g":1501}}`))
}

func FuzzParseDisclosure(f *testing.F) {
	b, err := fullDisclosure().Canonical()
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"schema":"scimeter.disclosure/1","components":[{"id":"a","it_kwh":{"value":1,"within":0.5}}]}`))
	f.Add([]byte(`{"schema":"scimeter.disclosure/1","software":{"name":"\ud800"},"memo":{"instruments":[]}}`))
	s := publishedSchema(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := sci.ParseDisclosure(b)
		if err != nil {
			var typed *sci.Error
			require.ErrorAs(t, err, &typed)
			return
		}
		canonical, err := d.Canonical()
		require.NoError(t, err)
		require.Empty(t, s.valid(decoded(t, canonical), s, ""))
		again, err := sci.ParseDisclosure(canonical)
		require.NoError(t, err)
		require.Equal(t, d, again)
	})
}

func BenchmarkCanonical(b *testing.B) {
	d := fullDisclosure()
	d.Components = make([]sci.ComponentStatement, 1000)
	for i := range d.Components {
		fill(reflect.ValueOf(&d.Components[i]).Elem(), rand.New(rand.NewPCG(uint64(i), 1)), 0, false)
	}
	text, err := d.Canonical()
	require.NoError(b, err)
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = d.Canonical()
		}
		b.SetBytes(int64(len(text)))
	})
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = sci.ParseDisclosure(text)
		}
		b.SetBytes(int64(len(text)))
	})
}

func ExampleParseDisclosure() {
	d, err := sci.ParseDisclosure([]byte(`{
		"schema": "scimeter.disclosure/1",
		"software": {"name": "checkout"},
		"result": {"score_g": 0.016, "scor_low_g": 0.012}
	}`))
	fmt.Println(d == nil, err)
	// Output:
	// true sci: read /result/scor_low_g: "scor_low_g": field is not in the schema; look for a slip in its name
}
