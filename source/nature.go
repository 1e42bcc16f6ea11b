package source

import "fmt"

// A Method says how a number came about at its root. The zero Method is
// invalid: who makes a zone has to say.
type Method uint8

// The methods.
const (
	Counted   Method = iota + 1 // a hardware counter of energy
	Sampled                     // power, sampled and integrated
	Estimated                   // a model
)

// String returns the name of m, such as "counted".
func (m Method) String() string {
	switch m {
	case Counted:
		return "counted"
	case Sampled:
		return "sampled"
	case Estimated:
		return "estimated"
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}

// A Nature says how much a figure may be trusted as a measurement. They are
// ordered: of several inputs a figure has the weakest, which is the largest.
// The zero Nature means that nothing was said.
type Nature uint8

// The natures, from the strongest to the weakest.
const (
	NatureMeasured   Nature = iota + 1 // read off hardware
	NatureCalculated                   // arithmetic on measurements, such as a share
	NatureEstimated                    // a model had a part in it
	NatureForecast                     // it has not happened yet
)

// String returns the name of n, such as "measured"; "unknown" for zero.
func (n Nature) String() string {
	switch n {
	case 0:
		return "unknown"
	case NatureMeasured:
		return "measured"
	case NatureCalculated:
		return "calculated"
	case NatureEstimated:
		return "estimated"
	case NatureForecast:
		return "forecast"
	}
	return fmt.Sprintf("Nature(%d)", uint8(n))
}

// Weakest returns the weakest of ns: what a figure made of them has.
func Weakest(ns ...Nature) Nature {
	var w Nature
	for _, n := range ns {
		w = max(w, n)
	}
	return w
}
