package sci_test

import (
	"fmt"

	"github.com/scimeter/scimeter/sci"
)

// A score that was never divided by the number of users, and energy that was
// printed in watt-hours.
func ExampleVerify() {
	d := &sci.Disclosure{
		Unit: sci.FunctionalUnit{Name: "user", Total: sci.Exactly(500)},
		Site: sci.SiteStatement{PUE: sci.Exactly(1.2)},
		Grid: sci.GridStatement{Value: sci.Exactly(400)},
		Components: []sci.ComponentStatement{{
			ID:       "server",
			Power:    sci.Exactly(300),
			Hours:    sci.Exactly(10),
			IT:       sci.Exactly(3000), // Wh
			Facility: sci.Exactly(3.6),
			Embodied: sci.Exactly(60),
		}},
		Result: sci.Result{
			Operational: sci.Exactly(1440),
			Embodied:    sci.Exactly(60),
			Carbon:      sci.Exactly(1500),
			Score:       sci.Exactly(1500),
		},
	}
	for _, f := range sci.Verify(d) {
		fmt.Println(f.Severity, f.Path, f.Code)
		fmt.Println("  ", f.Message)
	}
	// Output:
	// error /components/0/it_kwh scale_error
	//    states 3000 where power times hours is 3: off by 10^3, as Wh for kWh
	// error /result/score_g r_not_applied
	//    states 1500 where O + M per R is 3: it is the total, which was never divided by R
}
