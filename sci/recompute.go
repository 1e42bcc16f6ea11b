package sci

import "math"

// A reckoning is a figure that was worked out from stated ones, and how far off
// it may be because those were rounded.
type reckoning struct {
	value, within float64
	known         bool
}

func workedOut(value, within float64) reckoning {
	if !isFinite(value) || !amount(within) {
		return reckoning{}
	}
	return reckoning{value, within, true}
}

func (r reckoning) plus(o reckoning) reckoning {
	if !r.known || !o.known {
		return reckoning{}
	}
	return workedOut(r.value+o.value, r.within+o.within)
}

func (r reckoning) minus(o reckoning) reckoning { return r.plus(o.scale(-1)) }

func (r reckoning) times(o reckoning) reckoning {
	if !r.known || !o.known {
		return reckoning{}
	}
	slack := math.Abs(r.value)*o.within + math.Abs(o.value)*r.within + r.within*o.within
	return workedOut(r.value*o.value, slack)
}

// over is not known where o may be 0.
func (r reckoning) over(o reckoning) reckoning {
	least := math.Abs(o.value) - o.within
	if !r.known || !o.known || !(least > 0) {
		return reckoning{}
	}
	q := r.value / o.value
	return workedOut(q, (r.within+math.Abs(q)*o.within)/least)
}

func (r reckoning) scale(k float64) reckoning {
	if !r.known {
		return r
	}
	return workedOut(r.value*k, math.Abs(k)*r.within)
}

// figure returns r as one; nil if it is not known.
func (r reckoning) figure() *Figure {
	if !r.known {
		return nil
	}
	return &Figure{Value: r.value, Within: r.within}
}

// agrees reports whether both are known and may be the same.
func (r reckoning) agrees(o reckoning) bool {
	return r.known && o.known && r.figure().Agrees(o.value, o.within)
}

// sharp reports whether r is known well enough to recognise a factor by it.
func (r reckoning) sharp() bool {
	return r.known && r.within <= math.Abs(r.value)/10 && r.value != 0
}

// A quantity is a figure of a document in the light of those that it is made of.
type quantity struct {
	stated  reckoning // not known: not stated, or of no use
	derived reckoning // from its direct inputs
	suspect bool      // the two disagree, which is a finding already
}

// best returns what others compute with: what is stated, if anything is.
func (q quantity) best() reckoning {
	if q.stated.known {
		return q.stated
	}
	return q.derived
}

// other returns what others may have computed with instead: of a figure that is
// suspect what it should be. An error is then found where it was made and
// nowhere else, whether the document went on with it or without it.
func (q quantity) other() reckoning {
	if q.suspect {
		return q.derived
	}
	return q.best()
}

// blame returns q, of which something that was made of it disagrees: where nothing
// else says what q is, it may itself be wrong, and be what was implied.
func (q quantity) blame(implied reckoning) quantity {
	if q.derived.known || !q.stated.known || !implied.known {
		return q
	}
	return quantity{stated: q.stated, derived: implied, suspect: true}
}

// deep returns the figure with as little rounding in it as can be had.
func (q quantity) deep() reckoning {
	if q.derived.known && !q.suspect && (!q.stated.known || q.derived.within < q.stated.within) {
		return q.derived
	}
	return q.best()
}

// combine returns what f makes of two quantities: of what is stated and, where
// that is suspect, of what it should be.
func combine(a, b quantity, f func(a, b reckoning) reckoning) []reckoning {
	all := []reckoning{f(a.best(), b.best())}
	if a.suspect {
		all = append(all, f(a.other(), b.best()))
	}
	if b.suspect {
		all = append(all, f(a.best(), b.other()))
	}
	if a.suspect && b.suspect {
		all = append(all, f(a.other(), b.other()))
	}
	return all
}

func multiplied(a, b reckoning) reckoning { return a.times(b) }
func added(a, b reckoning) reckoning      { return a.plus(b) }
