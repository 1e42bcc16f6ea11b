package estimate_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/source"
)

func ExampleOpen() {
	s, err := estimate.Open(estimate.Config{}) // this machine
	if err != nil {
		fmt.Println(err) // not even CPU time can be read: says what to do
		return
	}
	defer s.Close()
	z := s.Report().Found[0]
	fmt.Println(z.Kind, z.Origin.Method, z.Origin.Sigma > 0)
	// Output: cpu estimated true
}

func ExampleCalibrated() {
	model := estimate.Calibrated(61, 214, source.AtNodeAC) // watts, read off a plug
	s, err := estimate.Open(estimate.Config{Model: model})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	z := s.Report().Found[0]
	fmt.Println(z.Origin.Name, z.Level, float64(z.Idle))
	// Output: estimate/calibrated node-ac 61
}

func ExampleParseRows() {
	rows, err := estimate.ParseRows(strings.NewReader(`# measured in our rack, July 2026
name,idle_w,max_w,sigma,source
epyc-3,0.52,2.20,0.35,rack 2026
`))
	fmt.Println(rows[0].Model(64).Name, err) // for Config.Rows
	// Output: estimate/rack-epyc-3 <nil>
}

func ExampleTDP() {
	curve := estimate.TDP(90).Curve
	for _, load := range []float64{0, 0.5, 1} {
		fmt.Printf("%.1f W\n", float64(curve.Power(load)))
	}
	// Output:
	// 10.8 W
	// 36.9 W
	// 63.0 W
}

func ExampleProcessor_Architecture() {
	p := estimate.Processor{Model: "AMD EPYC 7R13 Processor", Family: 25, Number: 1}
	fmt.Println(p.Architecture())
	// Output: epyc-3 true
}

// A row of the table for four CPUs, with CPU time that the caller reads.
func ExampleConfig_busy() {
	busy := time.Duration(0)
	s, err := estimate.Open(estimate.Config{
		Model: estimate.Rows()[5].Model(4), CPUs: 4,
		Busy: func() (time.Duration, error) { return busy, nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	fmt.Println(s.Report().Found[0].Origin.Detail)
	// Output: 0.64 to 3.97 W per CPU at the wall, ccf 2021
}
