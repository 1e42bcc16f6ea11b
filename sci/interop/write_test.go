package interop_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

// A maker makes disclosures of figures and words by chance.
type maker struct{ *rand.Rand }

func newRand() *rand.Rand { return rand.New(rand.NewPCG(7, 11)) }

func (m maker) maybe(f func()) {
	if m.IntN(4) > 0 {
		f()
	}
}

// figure is of full precision, or rounded to some digits.
func (m maker) figure(most float64) *sci.Figure {
	v := m.Float64() * most
	decimals := m.IntN(6)
	rounded := math.Round(v*math.Pow(10, float64(decimals))) / math.Pow(10, float64(decimals))
	return &sci.Figure{Value: rounded, Within: 0.5 * math.Pow(10, -float64(decimals))}
}

func (m maker) words(n int) string {
	list := []string{"query", "cold", "store", "gateway", "batch", "north", "wind | sun", "Linz", "box", "caché"}
	text := list[m.IntN(len(list))]
	for range m.IntN(n) {
		text += " " + list[m.IntN(len(list))]
	}
	return text
}

func (m maker) disclosure() *sci.Disclosure {
	day := time.Date(2026, time.Month(1+m.IntN(12)), 1+m.IntN(28), 0, 0, 0, 0, time.UTC)
	d := &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.GSF11, Components: []sci.ComponentStatement{}}
	d.Software = sci.Software{Name: m.words(2), Version: "v1.2", Organization: m.words(3), Contact: m.words(2), Email: "a@example.org", Description: m.words(6), URL: "https://example.org/report", ID: "c0ffee00-0000-4000-8000-000000000001"}
	d.Period = sci.Period{Start: day, End: day.AddDate(0, 0, 1+m.IntN(40)), Calculated: day.AddDate(0, 2, 0)}
	d.Unit = sci.FunctionalUnit{Name: []string{"request", "API query", "batch", "bus"}[m.IntN(4)], Scale: []float64{1, 1000, 1e6}[m.IntN(3)]}
	d.Unit.Total = sci.Exactly(float64(1 + m.IntN(1e9)))
	m.maybe(func() {
		d.Boundary.Included = []sci.BoundaryItem{{Name: m.words(3), Description: m.words(3), Why: m.words(3)}}
	})
	m.maybe(func() {
		d.Boundary.Excluded = []sci.BoundaryItem{{Name: m.words(3), Description: m.words(3), Why: m.words(3)}}
	})
	m.maybe(func() { d.Unit.Rationale, d.Unit.Counting, d.Unit.Symbol = m.words(5), m.words(5), "req" })
	m.maybe(func() { d.Site.PUE = &sci.Figure{Value: 1.25, Within: 0.005} })
	d.Grid = sci.GridStatement{Value: m.figure(900), Approach: "location-based", Zone: m.words(2), Source: "2024 table of " + m.words(1), Vintage: 2024, Kind: "average", Granularity: "annual"}
	for i := range m.IntN(4) {
		c := sci.ComponentStatement{ID: fmt.Sprintf("%s %d", m.words(2), i), Method: m.words(4), Source: m.words(2)}
		c.Facility = m.figure(100)
		if d.Site.PUE != nil {
			c.IT = m.figure(100)
		}
		m.maybe(func() { c.Power, c.Hours = m.figure(500), sci.Exactly(float64(m.IntN(1000))) })
		m.maybe(func() {
			h := sci.Embodies{Name: m.words(2), TE: m.figure(2e6), Lifespan: sci.Exactly(35040), Reserved: sci.Exactly(744), Share: sci.Exactly(0.25), M: m.figure(3e4), Source: "2023 sheet", Vintage: 2023}
			c.Hardware = []sci.Embodies{h}
		})
		d.Components = append(d.Components, c)
	}
	d.Result = sci.Result{Facility: m.figure(1e4), Operational: m.figure(1e7), Embodied: m.figure(1e7), Score: m.figure(5000)}
	d.Method = sci.MethodStatement{Approach: "hybrid", Formula: "(O + M) / R"}
	m.maybe(func() { d.Method.Assumptions = []string{m.words(4), m.words(4) + " — " + m.words(4)} })
	return d
}

type writer struct {
	name   string
	write  func(io.Writer, *sci.Disclosure) error
	format string
	carry  func(*sci.Disclosure) // takes out what the form has no place for
}

var writers = []writer{
	{"GSF form", interop.WriteGSFForm, interop.FormatGSF, func(d *sci.Disclosure) {}},
	{"IMP", interop.WriteIMP, interop.FormatIMP, carryIMP},
	{"ISO", interop.WriteISO, interop.FormatISO, carryISO},
	{"Impact Framework", interop.WriteImpactFramework, interop.FormatImpactFramework, carryManifest},
}

// carryIMP takes shares for what is printed of them.
func carryIMP(d *sci.Disclosure) {
	for _, c := range d.Components {
		for i := range c.Hardware {
			c.Hardware[i].Share.Within = 0.005
		}
	}
}

func carryISO(d *sci.Disclosure) {
	names := []sci.BoundaryItem{}
	for _, b := range d.Boundary.Included {
		names = append(names, sci.BoundaryItem{Name: b.Name})
	}
	if len(names) == 0 {
		names = []sci.BoundaryItem{{Name: "all"}}
	}
	soft := d.Software
	soft.Description = ""
	*d = sci.Disclosure{Schema: d.Schema, Profile: d.Profile, Software: soft,
		Period:     sci.Period{Start: d.Period.Start, Calculated: d.Period.Calculated},
		Boundary:   sci.BoundaryStatement{Included: names},
		Unit:       sci.FunctionalUnit{Name: d.Unit.Name, Scale: d.Unit.Scale},
		Components: []sci.ComponentStatement{}, Result: sci.Result{Score: d.Result.Score},
		Method: sci.MethodStatement{Formula: d.Method.Formula}}
}

func TestWrittenFormsReadBackAsTheSame(t *testing.T) {
	for _, w := range writers {
		t.Run(w.name, func(t *testing.T) {
			m := maker{newRand()}
			for range 300 {
				d := m.disclosure()
				w.carry(d)
				var text bytes.Buffer
				require.NoError(t, w.write(&text, d))
				doc, err := interop.Read("made.txt", text.Bytes())
				require.NoError(t, err, text.String())
				require.Equal(t, w.format, doc.Format, text.String())
				if w.format == interop.FormatImpactFramework {
					sameManifest(t, d, doc.Disclosure, text.String())
					continue
				}
				require.Empty(t, doc.Notes, text.String())
				require.Equal(t, d, doc.Disclosure, text.String())
				var again bytes.Buffer
				require.NoError(t, w.write(&again, doc.Disclosure))
				require.Equal(t, text.String(), again.String())
			}
		})
	}
}

func carryManifest(d *sci.Disclosure) {
	d.Unit.Total = sci.Exactly(d.Unit.Scale * float64(1+int(d.Unit.Total.Value)%5000))
}

// sameManifest requires the figures that a manifest carries.
func sameManifest(t *testing.T, want, got *sci.Disclosure, text string) {
	t.Helper()
	require.Equal(t, want.Period.Start, got.Period.Start)
	require.Equal(t, want.Period.End, got.Period.End)
	require.Equal(t, want.Unit.Name, got.Unit.Name)
	require.Equal(t, want.Unit.Total.Value, got.Unit.Total.Value, text)
	require.Equal(t, want.Unit.Scale, max(1, got.Unit.Scale))
	require.Equal(t, want.Result.Operational, got.Result.Operational)
	require.Equal(t, want.Result.Embodied, got.Result.Embodied)
	require.Equal(t, want.Result.Facility, got.Result.Facility)
	score := (want.Result.Operational.Value + want.Result.Embodied.Value) / (want.Unit.Total.Value / want.Unit.Scale)
	require.InEpsilon(t, score, got.Result.Score.Value, 1e-12) // one division
	require.Len(t, got.Components, len(want.Components), text)
	for i, c := range want.Components {
		require.Equal(t, c.ID, got.Components[i].ID)
		require.Equal(t, c.Facility, got.Components[i].Facility)
		require.Equal(t, c.IT, got.Components[i].IT)
	}
}

func TestWritersRefuse(t *testing.T) {
	for _, w := range writers {
		require.ErrorIs(t, w.write(io.Discard, nil), interop.ErrCannotCarry, w.name)
		bad := &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.GSF11, Result: sci.Result{Score: sci.Exactly(math.NaN())}}
		require.Error(t, w.write(io.Discard, bad), w.name)
	}
	var e *interop.Error
	err := interop.WriteISO(io.Discard, &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.GSF11})
	require.True(t, errors.As(err, &e))
	require.Contains(t, e.Detail, "a contact, its email, a UUID")
	require.ErrorContains(t, interop.WriteImpactFramework(io.Discard, &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.GSF11}), "how many units were done")
}
