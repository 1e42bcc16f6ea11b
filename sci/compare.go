package sci

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/scimeter/scimeter/units"
)

// A Comparison is what changed from one score to another of the same method,
// and what made it change. Its figures are grams per Scale functional units but
// for those of Total.
//
// Before, After, Change and all parts of Change are multiples of one quantum, less
// than 1e-15 of what the sizes of the parts and scores add up to, so that float64
// adds and subtracts them without rounding: After − Before is Change, Factors sum to it, Components sum
// to it, and the Factors of each component to that component's, exactly and in
// every order. Nothing is left unexplained.
type Comparison struct {
	Unit   string       `json:"unit"`
	Scale  float64      `json:"per"`
	Before units.Carbon `json:"before_g"`
	After  units.Carbon `json:"after_g"`
	Change units.Carbon `json:"change_g"`

	Factors    []FactorChange    `json:"factors"`    // that made a part of the change
	Components []ComponentChange `json:"components"` // all, those of the first side first
	Added      []string          `json:"added,omitempty"`
	Removed    []string          `json:"removed,omitempty"`

	Total        Totals       `json:"total"`
	Significance Significance `json:"significance"`
	Simulation   *Simulation  `json:"simulation,omitempty"` // of Change, where it was asked for

	Allowed  []Difference `json:"allowed,omitempty"`  // of the methods, by AllowDifference
	Unstated []string     `json:"unstated,omitempty"` // parts of the method that neither side states: the same, on trust
	Cautions []string     `json:"cautions,omitempty"` // differences that may be a part of the action, or not

	before, after Uncertainty // per Scale units; nil: not known
}

// Totals are the carbon and the work behind two scores, in grams and functional
// units. A rate can fall while the total rises.
type Totals struct {
	Before      units.Carbon `json:"before_g"` // O + M
	After       units.Carbon `json:"after_g"`
	Change      units.Carbon `json:"change_g"`
	UnitsBefore float64      `json:"functional_units_before"`
	UnitsAfter  float64      `json:"functional_units_after"`
}

// A CompareOption changes what [Compare] does.
type CompareOption func(*comparing)

type comparing struct {
	allowed     []string
	independent []string
	simulation  *MonteCarlo
	inputs      []UncertainInput
}

// AllowDifference compares although the methods differ at these JSON pointers,
// which may have a * in place of a segment, as in "/components/*/nature". What
// was allowed is named in the result.
func AllowDifference(pointers ...string) CompareOption {
	return func(c *comparing) { c.allowed = append(c.allowed, pointers...) }
}

// Independent says of which inputs the errors of the two sides have nothing to
// do with each other, so that they do not cancel; an ID that ends in ":" stands
// for all that start with it. Those that start with "edge:", which a meter has
// for the ends of each window, always are. Give "read:" where the two sides were
// measured by unlike counters of the same name, on two machines.
func Independent(ids ...string) CompareOption {
	return func(c *comparing) { c.independent = append(c.independent, ids...) }
}

// Simulated adds a [Simulation] of the change. An input is the same on both
// sides in each draw unless [Independent] names it.
func Simulated(mc MonteCarlo, inputs ...UncertainInput) CompareOption {
	return func(c *comparing) { c.simulation, c.inputs = &mc, inputs }
}

// Compare returns what changed from a to b, and why. It refuses sides whose
// methods differ by a [*MethodError], which lists the fields; see [Restate]. It
// refuses a side without an R ([ErrUnitsMissing], [ErrUnitsNotPositive]) or
// carbon ([ErrNotMeasured]), one whose totals its components do not make
// ([ErrInconsistent]), and figures that are negative or not finite. It is safe
// for concurrent use and leaves a and b alone.
func Compare(a, b *Disclosure, opts ...CompareOption) (Comparison, error) {
	c := comparing{independent: []string{"edge:"}}
	for _, opt := range opts {
		opt(&c)
	}
	before, err := sideOf(a)
	if err != nil {
		return Comparison{}, err
	}
	after, err := sideOf(b)
	if err != nil {
		return Comparison{}, err
	}
	m := checkMethod(before, after)
	allowed, refused := c.allow(m.fields)
	if len(refused) > 0 {
		return Comparison{}, &MethodError{refused}
	}
	out, err := compareSides(before, after)
	if err != nil {
		return Comparison{}, err
	}
	out.Allowed, out.Unstated, out.Cautions = allowed, m.unstated, m.cautions
	out.before, out.after = c.doubts(before, "before"), c.doubts(after, "after")
	out.Significance = significanceOf(out.Change, out.before, out.after)
	if c.simulation != nil {
		out.Simulation, err = c.simulate(before, after)
	}
	return out, err
}

func (c *comparing) allow(fields []Difference) (allowed, refused []Difference) {
	for _, f := range fields {
		if slices.ContainsFunc(c.allowed, f.matches) {
			allowed = append(allowed, f)
			continue
		}
		refused = append(refused, f)
	}
	return allowed, refused
}

func (d Difference) matches(pattern string) bool {
	ok, err := path.Match(pattern, d.Path)
	return ok && err == nil || pattern == d.Path
}

func compareSides(a, b *side) (Comparison, error) {
	ids := idsOfBoth(a, b)
	at := attribute(a, b, ids)
	totalA, totalB := a.total().v, b.total().v
	g, change, err := at.settle(a.rate(totalA), b.rate(totalB))
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{
		Unit: b.d.Unit.Name, Scale: b.scale, Change: units.Carbon(change), Factors: at.byFactor().list(),
		Before: units.Carbon(g.round(a.rate(totalA))), After: units.Carbon(g.round(b.rate(totalB))),
		Total: Totals{units.Carbon(totalA), units.Carbon(totalB), units.Carbon(totalB - totalA), a.r, b.r},
	}
	c.Components = make([]ComponentChange, len(ids))
	for i, id := range ids {
		c.Components[i] = ComponentChange{
			ID: id, Before: units.Carbon(at.before[i]), After: units.Carbon(at.after[i]),
			Change: units.Carbon(at.rows[i].total()), Factors: at.rows[i].list(),
		}
		switch {
		case a.byID[id] == nil:
			c.Components[i].Status = "added"
			c.Added = append(c.Added, id)
		case b.byID[id] == nil:
			c.Components[i].Status = "removed"
			c.Removed = append(c.Removed, id)
		}
	}
	return c, nil
}

// Relative returns the change over the score before; false where that is 0.
func (c Comparison) Relative() (float64, bool) {
	if c.Before == 0 {
		return 0, false
	}
	return finite(float64(c.Change / c.Before)), true
}

// String returns the change for people, such as "12 gCO2e to 9 gCO2e per
// request, −25.0 % (−31.0 % to −19.0 %, 95 %): E −30.0 %, M +5.0 %; total 1.2
// kgCO2e to 1.8 kgCO2e". Parts are in per cent of the score before.
func (c Comparison) String() string {
	if c.Scale == 0 {
		return "not measured"
	}
	var b strings.Builder
	per := c.Unit
	if c.Scale != 1 {
		per = count(c.Scale) + " " + per
	}
	fmt.Fprintf(&b, "%v to %v per %s, %s", c.Before, c.After, per, c.share(c.Change))
	if s := c.Significance; s.Known {
		fmt.Fprintf(&b, " (%s to %s, 95 %%)", c.share(s.Low), c.share(s.High))
	}
	for i, f := range c.Factors {
		separator := ", "
		if i == 0 {
			separator = ": "
		}
		b.WriteString(separator + string(f.Factor) + " " + c.share(f.Change))
	}
	fmt.Fprintf(&b, "; total %v to %v", c.Total.Before, c.Total.After)
	return b.String()
}

// share returns a part of the change in per cent of the score before.
func (c Comparison) share(part units.Carbon) string {
	if c.Before == 0 {
		return part.String()
	}
	return strings.Replace(fmt.Sprintf("%+.1f %%", float64(100*part/c.Before)), "-", "−", 1)
}
