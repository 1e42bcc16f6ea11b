package sci_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// oneMachine is a document of 100 kWh at 400 g/kWh, and of 1 t that was reserved
// for a hundredth of its life, half of it: 40 kg and 5 kg over 1000 requests.
func oneMachine() *sci.Disclosure {
	return &sci.Disclosure{
		Unit: sci.FunctionalUnit{Name: "request", Total: sci.Exactly(1000)},
		Grid: sci.GridStatement{Value: sci.Exactly(400), Kind: "average"},
		Components: []sci.ComponentStatement{{
			ID: "machine", Facility: sci.Exactly(100), Operational: sci.Exactly(40_000), Embodied: sci.Exactly(5000), Carbon: sci.Exactly(45_000),
			Hardware: []sci.Embodies{{
				TE: sci.Exactly(1e6), Reserved: sci.Exactly(350.4), Lifespan: sci.Exactly(35040), RR: sci.Exactly(8), ToR: sci.Exactly(16), M: sci.Exactly(5000),
			}},
		}},
		Result: sci.Result{Score: sci.Exactly(45)},
	}
}

func TestSensitivityIsRecomputed(t *testing.T) {
	v := verdictOf(t, oneMachine(), sci.GSF11, "K-01")
	require.Equal(t, sci.Pass, v.Outcome, v.Evidence)
	require.Equal(t, "recomputed, the score of 45 g falls with each: E 10 % lower: 41 g; I 10 % lower: 41 g; TE 10 % lower: 44.5 g; "+
		"TiR 10 % lower: 44.5 g; RR 10 % lower: 44.5 g; EL 10 % higher: 44.5455 g", v.Evidence)
}

// A score that does not follow from its inputs does not fall when they do.
func TestInsensitiveScores(t *testing.T) {
	for name, c := range map[string]struct {
		edit edit
		path string
	}{
		"O below E x I":  {func(d *sci.Disclosure) { d.Components[0].Operational = sci.Exactly(30_000) }, "/components/0/operational_g"},
		"I is negative":  {func(d *sci.Disclosure) { d.Grid.Value, d.Components[0].Operational = sci.Exactly(-4), nil }, "/components/0/operational_g"},
		"TE is negative": {func(d *sci.Disclosure) { d.Components[0].Hardware[0].TE.Value = -1e6 }, "/result/score_g"},
		"score too low":  {func(d *sci.Disclosure) { d.Result.Score = sci.Exactly(38) }, "/result/score_g"},
		"totals alone": {func(d *sci.Disclosure) {
			d.Components, d.Result = nil, sci.Result{Facility: sci.Exactly(100), Operational: sci.Exactly(10_000), Embodied: sci.Exactly(1)}
		}, "/result/operational_g"},
	} {
		t.Run(name, func(t *testing.T) {
			d := oneMachine()
			c.edit(d)
			v := verdictOf(t, d, sci.GSF11, "K-01")
			require.Equal(t, sci.Fail, v.Outcome, v.Evidence)
			require.Equal(t, "insensitive", v.Code)
			require.Equal(t, c.path, v.Path, v.Evidence)
		})
	}
}

// Of a term that is 0 nothing can become less: which one it is is the evidence.
func TestConformNamesTheTermThatIsZero(t *testing.T) {
	for name, c := range map[string]struct {
		edit     edit
		path     string
		evidence string
	}{
		"O": {func(d *sci.Disclosure) { d.Components[0].Operational = sci.Exactly(0) }, "/components/0/operational_g", "O is 0 g, which no change of its inputs makes less"},
		"I": {func(d *sci.Disclosure) { d.Grid.Value, d.Components[0].Operational = sci.Exactly(0), sci.Exactly(0) }, "/components/0/operational_g", "O is 0 g, which no change of its inputs makes less"},
		"M": {func(d *sci.Disclosure) { d.Components[0].Hardware[0].M = sci.Exactly(0) }, "/components/0/hardware/0/embodied_g", "M is 0 g, which no change of its inputs makes less"},
	} {
		t.Run(name, func(t *testing.T) {
			d := oneMachine()
			c.edit(d)
			v := verdictOf(t, d, sci.GSF11, "K-01")
			require.Equal(t, sci.NotAssessable, v.Outcome)
			require.Equal(t, c.path, v.Path)
			require.Equal(t, c.evidence, v.Evidence)
		})
	}
}

// A system of its own may well have no carbon in its energy, and documents of
// totals or without R leave nothing to change.
func TestSensitivityIsNotAssessable(t *testing.T) {
	for name, edit := range map[string]edit{
		"no R":      func(d *sci.Disclosure) { d.Unit.Total = nil },
		"no inputs": func(d *sci.Disclosure) { d.Components, d.Result = nil, sci.Result{Carbon: sci.Exactly(45_000)} },
		"off-grid": func(d *sci.Disclosure) {
			d.Grid = sci.GridStatement{Kind: "off-grid", Boundary: "direct", Value: sci.Exactly(0)}
			d.Components[0] = sci.ComponentStatement{ID: "panel", Facility: sci.Exactly(1), Operational: sci.Exactly(0)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := oneMachine()
			edit(d)
			v := verdictOf(t, d, sci.GSF11, "K-01")
			require.Equal(t, sci.NotAssessable, v.Outcome, v.Evidence)
		})
	}
}

// Rounding is no insensitivity: figures as they were printed still pass.
func TestSensitivityOfRoundedFigures(t *testing.T) {
	d := oneMachine()
	d.Components[0].Operational = &sci.Figure{Value: 40_100, Within: 500}
	d.Components[0].Hardware[0].M = &sci.Figure{Value: 0, Within: 50_000}
	d.Components[0].Embodied, d.Components[0].Carbon, d.Result.Score = nil, nil, &sci.Figure{Value: 45, Within: 0.5}
	v := verdictOf(t, d, sci.GSF11, "K-01")
	require.Equal(t, sci.Pass, v.Outcome, v.Evidence)
}

func ExampleConform() {
	d := oneMachine()
	verdicts := sci.Conform(d, sci.ISO21031)
	for _, v := range verdicts {
		if v.Outcome == sci.Fail {
			fmt.Printf("%s (%s) at %s: %s\n", v.Rule, v.Level, v.Path, v.Evidence)
		}
	}
	fmt.Println(sci.Summary(verdicts))
	// Output:
	// S-05 (procedure) at /boundary/included: the boundary is not disclosed
	// I-ISO (shall) at /intensity/kind: the intensity of "machine" is "average", and ISO/IEC 21031:2024 takes none but marginal ones
	// 14 pass, 2 fail, 22 not assessable (failed: S-05, I-ISO)
}

func BenchmarkConform(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := oneMachine()
			machine := d.Components[0]
			d.Components = nil
			for i := range n {
				machine.ID = fmt.Sprint("machine ", i)
				d.Components = append(d.Components, machine)
			}
			d.Result = sci.Result{}
			b.ReportAllocs()
			for b.Loop() {
				sci.Conform(d, sci.GSF11)
			}
		})
	}
}
