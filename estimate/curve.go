package estimate

import (
	"math"

	"github.com/scimeter/scimeter/units"
)

// A Curve gives the power of a machine from its load, which is the busy share
// of all its CPUs: 0 is idle, 1 is all of them busy. A load outside of that is
// the nearest of the two, one that is no number is 0, and the power is finite
// and never negative.
//
// A Curve is used by one goroutine at a time and keeps no state.
type Curve interface {
	Power(load float64) units.Power
}

// Linear is a straight line from Idle to Max. Energy under it depends on time
// and on CPU time alone, and so not on how often it is sampled.
type Linear struct {
	Idle, Max units.Power
}

// Power returns the power at a load between 0 and 1.
func (l Linear) Power(load float64) units.Power {
	return watts(float64(l.Idle) + clamp(load)*float64(l.Max-l.Idle))
}

// Teads is the curve that Teads measured on servers, as a share of TDP, with
// straight lines between its four points.
type Teads struct {
	TDP units.Power
}

// teads has the points as share of CPUs busy and share of TDP drawn. Source:
// Teads Engineering, "Building an AWS EC2 carbon emissions dataset", 2021; the
// same points are in the teads-curve plugin of the Impact Framework (MIT).
var teads = [...]struct{ load, share float64 }{{0, 0.12}, {0.10, 0.32}, {0.50, 0.75}, {1, 1.02}}

// Power returns the power at a load between 0 and 1.
func (t Teads) Power(load float64) units.Power {
	u := clamp(load)
	for i := 1; i < len(teads); i++ {
		from, to := teads[i-1], teads[i]
		if u <= to.load {
			share := from.share + (to.share-from.share)*(u-from.load)/(to.load-from.load)
			return watts(share * float64(t.TDP))
		}
	}
	return watts(teads[len(teads)-1].share * float64(t.TDP))
}

// Log is the consumption profile of Boavizta, A·ln(B·(x+C))+D in watts, where
// x is the load in per cent. It is never below a watt.
type Log struct {
	A, B, C, D float64
}

// The profiles of Boavizta by family of Xeon, in watts for one package.
// Source: Boavizta API 2.4.1, cpu_profile.csv (AGPL-3.0; the figures alone).
var (
	XeonPlatinum = Log{171.1813, 0.0354, 36.8953, -10.1336}
	XeonGold     = Log{35.5688, 0.2438, 9.6694, -0.6087}
	XeonSilver   = Log{20.7794, 0.3043, 8.4241, 0.8613}
	XeonE5       = Log{48.9167, 0.1349, 15.7262, -4.654}
	XeonE3       = Log{342.3624, 0.0347, 36.8952, -16.4022}
	XeonE        = Log{55.6501, 0.0467, 20.4146, 4.24362}
)

// Power returns the power at a load between 0 and 1.
func (l Log) Power(load float64) units.Power {
	w := l.A*math.Log(l.B*(100*clamp(load)+l.C)) + l.D
	if !(w >= 1) { // no number, too
		return 1
	}
	return watts(w)
}

// Cubic is the curve of CodeCarbon, TDP·(0.1 + 0.9·u³). Of the shapes here it
// is the worst where the power at full load is known: see docs/accuracy.md.
type Cubic struct {
	TDP units.Power
}

// Power returns the power at a load between 0 and 1.
func (c Cubic) Power(load float64) units.Power {
	u := clamp(load)
	return watts(float64(c.TDP) * (0.1 + 0.9*u*u*u))
}

func clamp(load float64) float64 {
	if !(load > 0) {
		return 0
	}
	return min(load, 1)
}

// maxPower bounds what a curve may give: no machine draws a megawatt.
const maxPower = 1e6

func watts(w float64) units.Power {
	if !(w > 0) {
		return 0
	}
	return units.Power(min(w, maxPower))
}
