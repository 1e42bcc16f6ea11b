package sci

import (
	"time"

	"github.com/scimeter/scimeter/units"
)

// DefaultLifespan is how long hardware is expected to serve where nobody says
// otherwise: 35,040 h, four years of 365 days, as the examples of the SCI
// specification, the Cloud Carbon Footprint and Boavizta have it.
const DefaultLifespan = 35040 * time.Hour

// Amortize returns M = TE·TS·RS: the part of te, the carbon of making and
// disposing of hardware, that falls to a share of it reserved for a time out
// of its lifespan; 0 stands for [DefaultLifespan]. It never returns more than
// te nor less than 0: a share counts as within 0 and 1, a time as within 0 and
// the lifespan. [Allocation.Carbon] refuses instead.
func Amortize(te units.Carbon, reserved, lifespan time.Duration, share float64) units.Carbon {
	if !(te > 0) || lifespan < 0 {
		return 0
	}
	if lifespan == 0 {
		lifespan = DefaultLifespan
	}
	return units.Carbon(finite(float64(te)) * unit(float64(reserved)/float64(lifespan)) * unit(share))
}

// An Allocation is hardware of which part was reserved for a time: the terms
// of M = TE·(TiR/EL)·(RR/ToR), checked.
type Allocation struct {
	TE       units.Carbon  // of making and disposing of all of it, without use
	Reserved time.Duration // TiR
	Lifespan time.Duration // EL; 0: DefaultLifespan

	// RR is what is reserved of the resources ToR, in any one unit, such as
	// vCPUs. A ToR of 0 says that the hardware is not split: all is reserved.
	// Basis names that unit.
	RR, ToR float64
	Basis   string

	// Device is what TE is of, with its stages, range and source; nil: not said.
	// [Embodiment.Allocate] sets it.
	Device *Embodiment

	// Beyond allows Reserved to exceed Lifespan, for hardware that serves
	// longer than it was expected to and whose figure says so.
	Beyond bool
}

// Carbon returns M. It refuses a TE that is negative ([ErrNegativeCarbon]) or
// not finite, a lifespan that is negative or shorter than the time reserved
// ([ErrLifespan]), a negative time, and a share outside 0 and 1 ([ErrShare]).
func (a Allocation) Carbon() (units.Carbon, error) {
	share, err := a.share()
	if err != nil {
		return 0, err
	}
	lifespan := a.lifespan()
	switch {
	case !isFinite(float64(a.TE)):
		return 0, refuse(ErrNotFinite, "allocate TE of %v g", float64(a.TE))
	case a.TE < 0:
		return 0, refuse(ErrNegativeCarbon, "allocate TE of %v g", float64(a.TE))
	case lifespan < 0 || a.Reserved < 0:
		return 0, refuse(ErrLifespan, "allocate %v of %v", a.Reserved, lifespan)
	case a.Reserved > lifespan && !a.Beyond:
		return 0, refuse(ErrLifespan, "allocate %v of %v", a.Reserved, lifespan)
	}
	return units.Carbon(finite(float64(a.TE) * (float64(a.Reserved) / float64(lifespan)) * share)), nil
}

func (a Allocation) lifespan() time.Duration {
	if a.Lifespan == 0 {
		return DefaultLifespan
	}
	return a.Lifespan
}

func (a Allocation) share() (float64, error) {
	switch {
	case a.ToR == 0 && a.RR == 0:
		return 1, nil
	case a.ToR > 0 && a.RR >= 0 && a.RR <= a.ToR && isFinite(a.ToR):
		return a.RR / a.ToR, nil
	}
	return 0, refuse(ErrShare, "allocate RR %v of ToR %v", a.RR, a.ToR)
}
