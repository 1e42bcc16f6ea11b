package interop_test

import (
	"fmt"
	"strings"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

// A disclosure in Markdown is read to figures, each with its place.
func ExampleRead() {
	const text = `## Section 2 — Your SCI Score
**Your SCI score:** 2.29 gCO2eq per 1,000 API requests
## Section 4 — Functional Unit (R)
**Total units in measurement period:** 25,000,000 requests
## Section 5 — Energy (E) and Carbon Intensity (I)
**Total energy consumed:** 28.58 kWh
`
	doc, err := interop.Read("disclosure.md", []byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	d := doc.Disclosure
	fmt.Println(d.Result.Score.Value, "±", d.Result.Score.Within, "g per", d.Unit.Scale, d.Unit.Name)
	fmt.Println("energy in line", doc.At("/result/facility_kwh").Line)
	// Output:
	// 2.29 ± 0.005 g per 1000 API request
	// energy in line 6
}

// A score over time is not the mean of scores.
func ExampleRun() {
	const manifest = `
aggregation: {metrics: [carbon, requests, sci], type: time}
initialize: {plugins: {sci: {method: Sci, path: builtin, config: {functional-unit: requests}, parameter-metadata: {inputs: {carbon: {aggregation-method: {time: sum, component: sum}}, requests: {aggregation-method: {time: sum, component: sum}}}}}}}
tree:
  children:
    web:
      pipeline: {compute: [sci]}
      inputs:
        - {timestamp: "2026-03-01T00:00:00Z", duration: 60, carbon: 100, requests: 10}
        - {timestamp: "2026-03-01T00:01:00Z", duration: 60, carbon: 100, requests: 1000}
`
	for _, mode := range []interop.Mode{interop.Compat, interop.Strict} {
		got, err := interop.Run([]byte(manifest), mode)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.4g g per request\n", got.Root.Child("web").Aggregated["sci"])
	}
	// Output:
	// 5.05 g per request
	// 0.198 g per request
}

// ISO YAML is the score and who answers for it.
func ExampleWriteISO() {
	err := interop.WriteISO(new(strings.Builder), &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.ISO21031, Software: sci.Software{Name: "api"}})
	fmt.Println(err)
	// Output:
	// interop: write: ISO YAML requires the software boundary, the score, the functional unit, a contact, its email, a UUID, the version, the date of calculation: the form cannot carry it
}
