package sci_test

import (
	"errors"
	"fmt"

	"github.com/scimeter/scimeter/sci"
)

// release is the disclosure of a release of a service: energy at the facility,
// and what is uncertain of its carbon.
func release(kWh, requests float64) *sci.Disclosure {
	return &sci.Disclosure{
		Profile: sci.GSF11,
		Unit:    sci.FunctionalUnit{Name: "request", Scale: 1000, Total: sci.Exactly(requests)},
		Grid:    sci.GridStatement{Value: sci.Exactly(300), Kind: "average", Source: "ember-2024", Zone: "DE"},
		Components: []sci.ComponentStatement{
			{ID: "web", Facility: sci.Exactly(kWh), Embodied: sci.Exactly(500)},
		},
		Uncertainty: []sci.InputDoubt{
			{Input: "intensity:DE", Sigma: kWh * 300 * 0.22}, // 22 % of O, on both sides
			{Input: "edge:package-0", Sigma: 40},             // of each window
		},
	}
}

func ExampleCompare() {
	change, err := sci.Compare(release(10, 1e6), release(8, 1.1e6))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(change)
	fmt.Printf("two-sided p below 0.01: %v\n", change.Significance.At(0.99))
	for _, f := range change.Factors {
		fmt.Println(f.Factor, f.Change)
	}
	// Output:
	// 3.5 gCO2e to 2.64 gCO2e per 1000 request, −24.7 % (−35.2 % to −14.2 %, 95 %): E −16.4 %, R −8.3 %; total 3.5 kgCO2e to 2.9 kgCO2e
	// two-sided p below 0.01: true
	// E -573 mgCO2e
	// R -291 mgCO2e
}

// Scores of unlike methods are refused, and one can be restated.
func ExampleRestate() {
	before, after := release(10, 1e6), release(9, 1e6)
	after.Grid.Source, after.Grid.Value = "vendor", sci.Exactly(120)
	_, err := sci.Compare(before, after)
	if refusal, ok := errors.AsType[*sci.MethodError](err); ok {
		fmt.Println(refusal.Fields[0])
	}
	restated, err := sci.Restate(after, before)
	if err != nil {
		fmt.Println(err)
		return
	}
	change, err := sci.Compare(before, restated.Disclosure)
	fmt.Println(change, err)
	// Output:
	// /intensity/source: "ember-2024" and "vendor"
	// 3.5 gCO2e to 3.2 gCO2e per 1000 request, −8.6 %: E −8.6 %; total 3.5 kgCO2e to 3.2 kgCO2e <nil>
}

func ExampleGate_Decide() {
	change, err := sci.Compare(release(10, 1e6), release(12, 1e6))
	if err != nil {
		fmt.Println(err)
		return
	}
	decision, err := sci.Gate{Threshold: 0.05, Confidence: 0.95}.Decide(change)
	fmt.Println(decision.Outcome, err)
	fmt.Println(decision.Reason)
	// Output:
	// fail <nil>
	// +17.1 % is above the threshold of +5 % with more than 99.9 % confidence, 95 % asked for
}

func ExampleSimulate() {
	s, err := sci.Simulate(release(10, 1e6), sci.MonteCarlo{Seed: 1},
		sci.UncertainInput{ID: "intensity:DE", Of: sci.FactorIntensity, Dist: sci.LognormalAbout(1, 0.22)},
		sci.UncertainInput{ID: "te.host", Of: sci.FactorEmbodied, Dist: sci.LognormalAbout(1, sci.ServerSigma)},
	)
	fmt.Println(s, err)
	// Output: 3.53 (2.42 to 5.21, 95 %) g, 10000 draws of seed 1 <nil>
}

// A PUE that nobody states, of which a range is known.
func ExampleExtremes() {
	d := release(10, 1e6)
	d.Components[0].IT, d.Components[0].Facility = d.Components[0].Facility, nil
	low, high, err := sci.Extremes(d, sci.UncertainInput{
		ID: "pue", Of: sci.FactorPUE, Dist: sci.Triangular(1.1, 1.54, 2), Absolute: true,
	})
	fmt.Println(low, high, err)
	// Output: 3.8 gCO2e 6.5 gCO2e <nil>
}

func ExampleUncertainty_Shares() {
	u := sci.Uncertainty{"intensity:DE": 3, sci.HostID: 8.5, "edge:package-0": 0.2}
	for _, s := range u.Shares() {
		fmt.Printf("%s %.1f %%\n", s.Input, 100*s.Share)
	}
	// Output:
	// te.host 88.9 %
	// intensity:DE 11.1 %
	// edge:package-0 0.0 %
}

func ExampleDigits() {
	fmt.Println(sci.Digits(31.2346, 8.4976))
	fmt.Println(sci.Digits(31.2346, 0.0123))
	fmt.Println(sci.PlusMinus(4567, 123))
	// Output:
	// 31.2
	// 31.235
	// 4570 ± 120
}
