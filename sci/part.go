package sci

import (
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Part is a piece of hardware with a share of its own.
type Part struct {
	Name  string       // such as "H100 SXM"
	Kind  source.Kind  // what it is shared by: CPU, Memory or GPU
	TE    units.Carbon // of making and disposing of all of it
	Share float64      // the part of it that is this machine; 0 stands for 1

	// Sigma is the uncertainty of TE, ln of a geometric standard deviation; 0
	// stands for GPUSigma where Kind is GPU, else for ServerSigma. ID is the
	// input it belongs to; "" stands for GPUID or HostID in the same way.
	Sigma float64
	ID    string
}

// Of returns M of a share of the part for a time out of a lifespan; 0 stands
// for [DefaultLifespan]. It allocates nothing.
func (p Part) Of(d, lifespan time.Duration, share float64) units.Carbon {
	if p.Share != 0 {
		share = unit(share) * unit(p.Share)
	}
	return Amortize(p.TE, d, lifespan, share)
}

func (p Part) check() error {
	switch {
	case !isFinite(float64(p.TE)):
		return refuse(ErrNotFinite, "part %q with TE of %v g", p.Name, float64(p.TE))
	case p.TE < 0:
		return refuse(ErrNegativeCarbon, "part %q with TE of %v g", p.Name, float64(p.TE))
	case !fraction(p.Share):
		return refuse(ErrShare, "part %q with share %v", p.Name, p.Share)
	case !amount(p.Sigma):
		return refuse(ErrUncertainty, "part %q with uncertainty %v", p.Name, p.Sigma)
	}
	return nil
}

func fraction(f float64) bool { return f >= 0 && f <= 1 }
