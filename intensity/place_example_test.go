package intensity_test

import (
	"errors"
	"fmt"

	"github.com/scimeter/scimeter/intensity"
)

func ExampleLocate() {
	p, err := intensity.Locate("us-west-2")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p)
	for _, s := range []intensity.System{intensity.ElectricityMaps, intensity.EIA, intensity.ENTSOE} {
		id, ok := p.ID(s)
		if !ok {
			fmt.Println(s, "does not know it")
			continue
		}
		fmt.Println(s, id.ID, id.Confidence)
	}
	// Output:
	// aws:us-west-2 (Oregon, United States)
	// electricitymaps US-NW-BPAT disputed
	// eia BPAT disputed
	// entsoe does not know it
}

func ExampleAmbiguousError() {
	_, err := intensity.Locate("northeurope")
	var e *intensity.AmbiguousError
	if errors.As(err, &e) {
		fmt.Println(e.Candidates)
	}
	// Output: [azure:northeurope gcp:europe-north1]
}
