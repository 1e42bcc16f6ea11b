package sci

import "math"

// A tally adds quantities up.
type tally struct {
	stated, other, deep    sum
	statedWithin           float64
	otherWithin, deepSlack float64
	apart                  float64 // by how much suspects are off, all together
	suspects, members      int
	open                   bool // something is not known: the sum is a lower bound
}

func (t *tally) add(q quantity) {
	best, other, deep := q.best(), q.other(), q.deep()
	if !best.known {
		t.open = true
		return
	}
	t.members++
	t.stated.add(best.value)
	t.statedWithin += best.within
	t.other.add(other.value)
	t.otherWithin += other.within
	t.deep.add(deep.value)
	t.deepSlack += deep.within
	if q.suspect {
		t.suspects++
		t.apart += math.Abs(best.value - other.value)
	}
}

func (t *tally) join(o tally) {
	for _, s := range []struct {
		sum  *sum
		from sum
	}{{&t.stated, o.stated}, {&t.other, o.other}, {&t.deep, o.deep}} {
		s.sum.add(s.from.total)
		s.sum.add(s.from.lost)
	}
	t.statedWithin += o.statedWithin
	t.otherWithin += o.otherWithin
	t.deepSlack += o.deepSlack
	t.apart += o.apart
	t.suspects += o.suspects
	t.members += o.members
	t.open = t.open || o.open
}

// total returns the sum of what is known; not known if nothing is.
func (t tally) total() reckoning {
	if t.members == 0 {
		return reckoning{}
	}
	return workedOut(t.stated.value(), t.statedWithin)
}

// whole returns the sum if all is known.
func (t tally) whole() reckoning {
	if t.open {
		return reckoning{}
	}
	return t.total()
}

// wants returns what the sum may be: of what is stated, of what it should be, and
// with several suspects anything between.
func (t tally) wants() []reckoning {
	all := []reckoning{t.total()}
	if t.suspects > 0 && t.members > 0 {
		all = append(all, workedOut(t.other.value(), t.otherWithin))
	}
	if t.suspects > 1 {
		all = append(all, workedOut(t.stated.value(), t.statedWithin+t.apart))
	}
	return all
}

// rounded reports whether f is the sum of the figures as they are printed, and
// not that of what they were rounded from.
func (t tally) rounded(f *Figure) (reckoning, bool) {
	deep := workedOut(t.deep.value(), t.deepSlack)
	if t.open || t.suspects > 0 || t.members < 2 || !deep.known || deep.within >= t.statedWithin {
		return deep, false
	}
	return deep, f.Agrees(t.stated.value(), 0) && !f.Agrees(deep.value, deep.within)
}
