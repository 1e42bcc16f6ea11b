package sci

import "slices"

// Verify returns what is wrong in d, as far as d itself lets one tell: it
// recomputes every figure from those that it is made of, and looks for what
// cannot be. It does not change d, and is safe for concurrent use on one d.
//
// Each error is reported once, where it was made: a figure is held against the
// stated values of its direct inputs, and of a figure that was found wrong
// against what it should be as well, so that nothing that was computed from an
// error is a finding. The rounding of printed figures ([Figure].Within) is
// followed through: a correct document of rounded figures has no findings.
//
// A document without findings is one that does not contradict itself; whether
// it is true, and whether it meets a profile, is another question: see
// [Conform]. A nil Disclosure has no findings.
func Verify(d *Disclosure) []Finding {
	if d == nil {
		return nil
	}
	return examine(d).findings
}

// examine returns what can be recomputed of d, and what is wrong in it.
func examine(d *Disclosure) *verifier {
	v := &verifier{
		d:    d,
		bad:  map[*Figure]bool{},
		said: map[string]bool{},

		means: map[*Figure]reckoning{},
	}
	v.figures()
	v.dates()
	v.fractions()
	v.statements()
	v.texts()
	v.compute()
	v.water()
	v.interval()
	v.natures()
	return v
}

// A verifier holds what was found so far.
type verifier struct {
	d        *Disclosure
	findings []Finding
	bad      map[*Figure]bool // of no use to others: found wrong as such
	said     map[string]bool  // codes with the paths or texts they were said of

	scale     float64   // of the functional unit
	r         reckoning // how many were done
	pue, grid sharedInput
	done      sharedInput           // R
	doubted   *Finding              // about the intensity that components share
	means     map[*Figure]reckoning // of regions, where an intensity is not that
	nodes     []node
	result    [quantities]quantity
	zeroFound bool // a component has an M of 0 without a cause
	wrongSums bool // a figure that scores are made of is suspect
}

// find adds a finding; of a code and a path only the first.
func (v *verifier) find(code, path, message string, stated *Figure, derived reckoning) {
	v.keep(finding(code, path, message, stated, derived))
}

func (v *verifier) keep(f Finding) {
	if key := f.Code + " " + f.Path; !v.said[key] {
		v.said[key] = true
		v.findings = append(v.findings, f)
	}
}

// once reports whether a code is said of a text for the first time.
func (v *verifier) once(code, text string) bool {
	key := code + "\x00" + text
	if v.said[key] {
		return false
	}
	v.said[key] = true
	return true
}

// spoil says that a figure is of no use to others.
func (v *verifier) spoil(f *Figure) { v.bad[f] = true }

// known returns what is stated; not known if it is not stated or of no use.
func (v *verifier) known(f *Figure) reckoning {
	if f == nil || v.bad[f] {
		return reckoning{}
	}
	return workedOut(f.Value, f.Within)
}

// positive is known of a figure that is above 0.
func (v *verifier) positive(f *Figure) reckoning {
	if r := v.known(f); r.value > 0 {
		return r
	}
	return reckoning{}
}

func (v *verifier) plain(f *Figure) quantity { return quantity{stated: v.known(f)} }

func finding(code, path, message string, stated *Figure, derived reckoning) Finding {
	f := Finding{Code: code, Path: path, Message: message, Derived: derived.figure()}
	if stated != nil && isFinite(stated.Value) && amount(stated.Within) {
		f.Stated = new(*stated)
	}
	if i := slices.IndexFunc(findingCodes[:], func(c FindingCode) bool { return c.Code == code }); i >= 0 {
		f.Severity, f.Remedy = findingCodes[i].Severity, findingCodes[i].Remedy
		f.Rules = slices.Clone(findingCodes[i].Rules)
	}
	return f
}
