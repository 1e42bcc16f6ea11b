package rapl

import (
	"time"

	"github.com/scimeter/scimeter/source"
)

const (
	twinSamples = 3   // at which two dies have to agree
	twinMoves   = 100 // how many times their tolerance lies between two of them [E]
)

// A twin is what is known of a zone that may show the counter of another die
// of its package, as those of some AMD parts do.
//
// As long as it may, it is not counted: a mirror is then never counted twice,
// and nothing has to be taken back. Dies of their own differ at the first look
// as soon as they have been up for some seconds. If they did start alike, they
// count from their first difference on, and the time before is missing; no
// energy held back comes in one piece. After three equal samples with much
// movement in between a twin is sure, and is not read any more.
type twin struct {
	of    *Zone  // nil: none
	sure  bool   // closed
	moved uint64 // µJ since the last sample
	agree int    // samples
}

// single tells whether z cannot be a mirror of another die.
func (z *Zone) single() bool {
	return z.key.die < 0 || z.key.domain != DomainPackage && z.key.domain != DomainDRAM
}

// settled tells whether there is no need to open the zone.
func (t *twin) settled() bool { return t.sure && t.of.dev != nil }

// shadow follows raw without counting it.
func (z *Zone) shadow(raw uint64, at time.Time) (source.Quality, error) {
	total, since := z.total, z.at
	q, err := z.step(raw, at)
	z.twin.moved = satAdd(z.twin.moved, z.total-total)
	z.total = total
	if q&(source.Reset|source.Implausible) == 0 && z.at.After(since) {
		z.missing += z.at.Sub(since)
	}
	return q, err
}

// compareTwins returns the dies that prove now to be of their own, and finds
// those that do not.
func (r *Reader) compareTwins() (proven []*Zone) {
	for _, z := range r.zones {
		if z.proven || z.dev == nil || z.err != nil || !z.primed {
			continue
		}
		z.compare(r.twinOf(z))
		if z.proven {
			proven = append(proven, z)
		}
	}
	return proven
}

// twinOf returns the die that counts and that z agrees with, or nil.
func (r *Reader) twinOf(z *Zone) *Zone {
	for _, o := range r.zones {
		same := o.key.domain == z.key.domain && o.key.pkg == z.key.pkg
		if same && o != z && o.proven && o.dev != nil && o.agrees(z) {
			return o
		}
	}
	return nil
}

func (z *Zone) compare(other *Zone) {
	t := &z.twin
	if other == nil {
		z.proven, z.twin = true, twin{}
		return
	}
	if t.of != other {
		*t = twin{of: other, agree: 1}
		return
	}
	if t.moved < twinMoves*z.noise {
		return
	}
	t.moved = 0
	t.agree++
	if t.agree >= twinSamples {
		t.sure = true
		z.shut()
	}
}

// agrees tells whether a and b may be one counter, read at two times.
func (a *Zone) agrees(b *Zone) bool {
	apart := a.at.Sub(b.at).Abs() + a.took + b.took
	tolerance := satAdd(max(a.noise, b.noise), energy(max(a.power, b.power), apart))
	diff := max(a.last, b.last) - min(a.last, b.last)
	if top := min(a.top, b.top); top > 0 && diff <= top {
		diff = min(diff, top-diff) // around the end of the range
	}
	return diff <= tolerance
}
