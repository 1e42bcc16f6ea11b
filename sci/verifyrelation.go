package sci

import (
	"fmt"
	"math"
)

// A relation is a figure, and what it should be by its direct inputs.
type relation struct {
	path    string
	figure  *Figure
	want    []reckoning // any of these will do
	code    string      // of a plain mismatch
	from    string      // what want was made of, in words
	energy  bool        // the figure is one of energy
	open    bool        // want is a lower bound
	guesses func() []guess
}

// A guess is a value that a known mistake would give.
type guess struct {
	code  string
	value reckoning
	why   string
}

// settle holds a figure against what it should be. The finding is nil if it
// agrees, or if there is nothing to tell by.
func (v *verifier) settle(r relation) (quantity, *Finding) {
	want := r.want[0]
	q := quantity{stated: v.known(r.figure), derived: want}
	if r.open {
		q.derived = reckoning{}
	}
	if !want.known || !q.stated.known {
		return q, nil
	}
	for _, w := range r.want {
		if q.stated.agrees(w) {
			return q, nil
		}
	}
	if r.open && q.stated.value > want.value {
		f := r.factor(want)
		q.suspect = f != nil
		return q, f
	}
	f := r.diagnose(want)
	q.suspect, q.derived = true, want
	return q, f
}

// check is settle for a figure of which nobody else can be the cause.
func (v *verifier) check(r relation) quantity {
	q, f := v.settle(r)
	if f != nil {
		v.keep(*f)
	}
	return q
}

func (r relation) diagnose(want reckoning) *Finding {
	if f := r.lastDigit(want); f != nil {
		return f
	}
	if r.guesses != nil {
		for _, g := range r.guesses() {
			if g.value.sharp() && r.figure.Agrees(g.value.value, g.value.within) {
				return r.finding(g.code, g.why, want)
			}
		}
	}
	if f := r.factor(want); f != nil {
		return f
	}
	return r.finding(r.code, "", want)
}

func (r relation) finding(code, why string, want reckoning) *Finding {
	message := fmt.Sprintf("states %.9g where %s is %.9g", r.figure.Value, r.from, want.value)
	if why != "" {
		message += ": " + why
	}
	f := finding(code, r.path, message, r.figure, want)
	return &f
}

// lastDigit finds what was cut off rather than rounded, or made of inputs that
// were rounded more than they are printed: it is off by less than one unit of
// the last digit.
func (r relation) lastDigit(want reckoning) *Finding {
	off := math.Abs(r.figure.Value - want.value)
	if r.figure.Within == 0 || off > (2*r.figure.Within+want.within)*(1+1e-9) || off > math.Abs(want.value)/4 {
		return nil
	}
	return r.finding(codeLastDigit, "off by less than one unit of the last digit", want)
}

// loose is how far a factor of ten may be off and still be seen as one.
const loose = 1e-3

// jouleFactor is between a watt-hour and a kilojoule, and so with a power of ten
// between any unit of time times power and one of energy.
const jouleFactor = 3.6

// factor finds a power of ten, and in energy 3.6 times one.
func (r relation) factor(want reckoning) *Finding {
	stated := workedOut(r.figure.Value, r.figure.Within)
	if !stated.sharp() || !want.sharp() || stated.value*want.value < 0 {
		return nil
	}
	ratio := stated.value / want.value
	if n, ok := powerOfTen(ratio, stated, want); ok && n != 0 {
		return r.finding(codeScaleError, fmt.Sprintf("off by 10^%d%s", n, r.hint(n)), want)
	}
	if !r.energy {
		return nil
	}
	for _, k := range []float64{jouleFactor, 1 / jouleFactor} {
		if n, ok := powerOfTen(ratio*k, stated, want); ok && n*int(math.Copysign(1, 1-k)) >= 0 {
			return r.finding(codeEnergyUnit, fmt.Sprintf("off by a factor of %.6g, as between joules and watt-hours, or seconds and hours", ratio), want)
		}
	}
	return nil
}

func (r relation) hint(n int) string {
	switch {
	case r.energy && n == 3:
		return ", as Wh for kWh"
	case r.energy && n == -3:
		return ", as MWh for kWh"
	case n == -3:
		return ", as kg for g"
	case n == -6:
		return ", as t for g"
	case n == 3:
		return ", as mg for g"
	}
	return ""
}

// powerOfTen returns n of a ratio that is 10^n, as far as the rounding of what
// it was made of lets one tell.
func powerOfTen(ratio float64, a, b reckoning) (int, bool) {
	n := math.Round(math.Log10(ratio))
	slack := a.within/math.Abs(a.value) + b.within/math.Abs(b.value) + loose
	if !isFinite(n) || math.Abs(n) > 30 {
		return 0, false
	}
	return int(n), math.Abs(ratio/math.Pow(10, n)-1) <= slack
}
