package sci_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// An author writes disclosures whose figures are all computed from one another.
// What he gets wrong he goes on with.
type author struct {
	rng   *rand.Rand
	wrong map[string]float64 // by path, a factor
}

func (a *author) figure(path string, v float64) *sci.Figure {
	if k, ok := a.wrong[path]; ok {
		v *= k
	}
	return sci.Exactly(v)
}

func (a *author) disclosure(n int) *sci.Disclosure {
	d := &sci.Disclosure{
		Period: sci.Period{Start: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)},
		Unit:   sci.FunctionalUnit{Name: "request", Scale: 1000, Total: sci.Exactly(float64(1e6 + a.rng.IntN(1e8)))},
		Site:   sci.SiteStatement{PUE: sci.Exactly(1.05 + float64(a.rng.IntN(50))/100)},
		Grid:   sci.GridStatement{Value: sci.Exactly(float64(40 + a.rng.IntN(700))), Kind: "average", Vintage: 2024},
	}
	var it, facility, o, m, te float64
	for i := range n {
		c := a.component(d, fmt.Sprintf("/components/%d", i))
		c.ID = fmt.Sprint("server ", i)
		d.Components = append(d.Components, c)
		it += c.IT.Value
		facility += c.Facility.Value
		o += c.Operational.Value
		m += c.Embodied.Value
		for _, e := range c.Hardware {
			te += e.TE.Value
		}
	}
	r := &d.Result
	r.IT, r.Facility = a.figure("/result/it_kwh", it), a.figure("/result/facility_kwh", facility)
	r.Operational, r.Embodied = a.figure("/result/operational_g", o), a.figure("/result/embodied_g", m)
	r.TE = a.figure("/result/te_g", te)
	r.Carbon = a.figure("/result/carbon_g", r.Operational.Value+r.Embodied.Value)
	r.Score = a.figure("/result/score_g", r.Carbon.Value/d.Unit.Total.Value*1000)
	return d
}

func (a *author) component(d *sci.Disclosure, path string) sci.ComponentStatement {
	c := sci.ComponentStatement{Kind: "server", Power: sci.Exactly(float64(100 + a.rng.IntN(900))), Hours: sci.Exactly(744)}
	c.IT = a.figure(path+"/it_kwh", c.Power.Value*c.Hours.Value/1000)
	c.Facility = a.figure(path+"/facility_kwh", c.IT.Value*d.Site.PUE.Value)
	c.Operational = a.figure(path+"/operational_g", c.Facility.Value*d.Grid.Value.Value)
	m := 0.0
	for i := range 1 + a.rng.IntN(3) {
		e := sci.Embodies{
			Name: fmt.Sprint("host ", i), TE: sci.Exactly(float64(300+a.rng.IntN(2000)) * 1000),
			Reserved: sci.Exactly(744), Lifespan: sci.Exactly(35040),
			RR: sci.Exactly(float64(1 + a.rng.IntN(96))), ToR: sci.Exactly(96), Basis: "vCPU",
		}
		e.M = a.figure(fmt.Sprintf("%s/hardware/%d/embodied_g", path, i), e.TE.Value*744/35040*e.RR.Value/96)
		m += e.M.Value
		c.Hardware = append(c.Hardware, e)
	}
	c.Embodied = a.figure(path+"/embodied_g", m)
	c.Carbon = a.figure(path+"/carbon_g", c.Operational.Value+c.Embodied.Value)
	c.Score = a.figure(path+"/score_g", c.Carbon.Value/d.Unit.Total.Value*1000)
	return c
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// rounded returns v as it is printed with so many digits.
func rounded(v float64, digits int) sci.Figure {
	if v == 0 {
		return sci.Figure{}
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-float64(digits-1))
	return sci.Figure{Value: math.Round(v/unit) * unit, Within: unit / 2}
}

// Correct documents have no findings, however few digits they print.
func TestVerifyIsSilentOnRoundedFigures(t *testing.T) {
	rng := newRand(5)
	for range 300 {
		a := author{rng: rng}
		d := a.disclosure(1 + rng.IntN(8))
		require.Empty(t, sci.Verify(d))
		figures := map[string]*sci.Figure{}
		figuresOf(reflect.ValueOf(d), "", figures)
		for _, f := range figures {
			*f = rounded(f.Value, 2+rng.IntN(5))
		}
		require.Empty(t, sci.Verify(d))
	}
	d := certificate(t, "correct")
	figures := map[string]*sci.Figure{}
	figuresOf(reflect.ValueOf(d), "", figures)
	for _, f := range figures {
		*f = rounded(f.Value, 4)
	}
	require.Empty(t, sci.Verify(d))
}

// An error that the author went on with is found where it was made, and nowhere
// else.
func TestVerifyFindsWhereAnErrorWasMade(t *testing.T) {
	rng := newRand(7)
	a := author{rng: rng}
	figures := map[string]*sci.Figure{}
	d := a.disclosure(3)
	figuresOf(reflect.ValueOf(d), "", figures)
	leaves := []string{"power_w", "hours", "te_g", "reserved_h", "lifespan_h", "reserved_resources", "total_resources", "total", "pue", "g_per_kwh"}
	for path := range figures {
		if name := path[lastSlash(path)+1:]; slices.Contains(leaves, name) && path != "/result/te_g" {
			continue
		}
		for _, k := range []float64{0.7, 1.13, 1000, 1e-3, 2} {
			a := author{rng: newRand(7), wrong: map[string]float64{path: k}}
			found := sci.Verify(a.disclosure(3))
			require.Len(t, found, 1, "%s x %v: %+v", path, k, found)
			require.Equal(t, path, found[0].Path, found[0].Message)
			if k == 1000 || k == 1e-3 {
				require.Equal(t, "scale_error", withoutPower(found[0].Code))
			}
		}
	}
}

// withoutPower is for scores, of which a thousandth has a name of its own.
func withoutPower(code string) string {
	if code == "scale_not_applied" {
		return "scale_error"
	}
	return code
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}
