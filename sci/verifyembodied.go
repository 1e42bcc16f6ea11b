package sci

import (
	"fmt"
	"strconv"
	"strings"
)

// The lifespans that the submission form of the Green Software Foundation
// accepts without a question, in hours: 2 to 7 years of 365 days
// (Green-Software-Foundation/certification, rules of the IMP schema).
const (
	leastLifespan = 2 * 8760
	mostLifespan  = 7 * 8760
)

// embodied computes M and TE of a component.
func (v *verifier) embodied(n *node) {
	c := n.c
	var m, te tally
	for i := range c.Hardware {
		e := &c.Hardware[i]
		row, rowTE := v.hardware(e, n.path+"/hardware/"+strconv.Itoa(i), c)
		m.add(row)
		te.add(rowTE)
	}
	nothing := quantity{stated: workedOut(0, 0)}
	if len(c.Hardware) == 0 && (c.NoHardware != "" || c.Embodied == nil && isNetwork(c)) {
		m.add(nothing)
	}
	if len(c.Hardware) == 0 && (c.NoHardware != "" || c.Embodied.Or(0) == 0) {
		te.add(nothing)
	}
	n.te, n.own[qTE] = te, quantity{derived: te.whole()}
	n.own[qEmbodied] = v.total(totalOf{
		path:   n.path + "/embodied_g",
		figure: c.Embodied,
		tally:  m,
		q:      qEmbodied,
		code:   "embodied_mismatch",
		te:     te.whole(),
	})
	v.zeroEmbodied(n)
}

// hardware computes M and TE of a row.
func (v *verifier) hardware(e *Embodies, path string, c *ComponentStatement) (m, te quantity) {
	v.teRange(e, path)
	v.useStage(e, path)
	te = v.plain(e.TE)
	rs, ts := v.resourceShare(e, path), v.timeShare(e, path, c)
	all := te.best()
	m = v.check(relation{
		path:   path + "/embodied_g",
		figure: e.M,
		want:   combine(quantity{stated: all.times(ts)}, rs, multiplied),
		code:   "embodied_row_mismatch",
		from:   "TE times TiR/EL times RR/ToR",
		guesses: func() []guess {
			return []guess{
				{"te_not_time_shared", all, "it is all of TE"},
				{"te_not_time_shared", all.times(rs.best()), "it is TE by resource share, without TiR/EL"},
				{"resource_share_not_applied", all.times(ts), "it is TE by time share, without RR/ToR"},
			}
		},
	})
	if m.suspect {
		te = te.blame(m.stated.over(ts.times(rs.best())))
	}
	return m, te
}

// resourceShare returns RS of a row; one that cannot be is not known. Hardware of
// which no share is stated is charged whole.
func (v *verifier) resourceShare(e *Embodies, path string) quantity {
	ratio := v.known(e.RR).over(v.positive(e.ToR))
	ratioKnown := ratio.known
	share := v.known(e.Share)
	switch {
	case share.known && share.value-share.within > 1+precise:
		v.find("resource_share_above_one", path+"/resource_share", fmt.Sprintf("the share is %.6g of the hardware", share.value), e.Share, ratio)
		return quantity{}
	case ratioKnown && ratio.value-ratio.within > 1+precise:
		v.find("resource_share_above_one", path+"/reserved_resources", fmt.Sprintf("RR is %.6g times ToR", ratio.value), e.RR, reckoning{})
		return quantity{}
	case share.known && ratioKnown:
		return v.check(relation{
			path:   path + "/resource_share",
			figure: e.Share,
			want:   []reckoning{ratio},
			code:   "resource_share_mismatch",
			from:   "RR/ToR",
		})
	case share.known:
		return quantity{stated: share}
	case ratioKnown:
		return quantity{stated: ratio}
	case e.Share == nil && e.RR == nil && e.ToR == nil:
		return quantity{stated: workedOut(1, 0)}
	}
	return quantity{}
}

// timeShare returns TS of a row; one that cannot be is not known.
func (v *verifier) timeShare(e *Embodies, path string, c *ComponentStatement) reckoning {
	tir, el := v.known(e.Reserved), v.positive(e.Lifespan)
	ts := tir.over(el)
	switch {
	case ts.known && ts.value-ts.within > 1+precise:
		v.find("reserved_exceeds_lifespan", path+"/reserved_h", fmt.Sprintf("%.6g h are reserved of a life of %.6g h", tir.value, el.value), e.Reserved, el)
		return reckoning{}
	case el.known && (el.value+el.within < leastLifespan || el.value-el.within > mostLifespan):
		v.find("lifespan_implausible", path+"/lifespan_h", fmt.Sprintf("the hardware is expected to serve %.4g years", el.value/8760), e.Lifespan, reckoning{})
		return reckoning{}
	}
	if v.longer(path+"/reserved_h", "reserved_exceeds_period", e.Reserved, c) {
		return reckoning{}
	}
	return ts
}

func (v *verifier) teRange(e *Embodies, path string) {
	te, low, high := v.known(e.TE), v.known(e.Low), v.known(e.High)
	switch {
	case low.known && high.known && low.value > high.value:
		v.find("te_range", path+"/te_low_g", "the low end of TE is above the high end", e.Low, high)
		return
	case te.known && low.known && te.value+te.within < low.value-low.within-precise*low.value:
		v.find("te_range", path+"/te_g", "TE is below its low end", e.TE, low)
	case te.known && high.known && te.value-te.within > high.value+high.within+precise*high.value:
		v.find("te_range", path+"/te_g", "TE is above its high end", e.TE, high)
	default:
		return
	}
	v.spoil(e.TE)
}

func isNetwork(c *ComponentStatement) bool {
	for _, text := range []string{c.Kind, c.ID} {
		text = strings.ToLower(text)
		for _, word := range []string{"network", "transfer", "cdn", "traffic", "egress"} {
			if strings.Contains(text, word) {
				return true
			}
		}
	}
	return false
}

// duplicates looks for hardware and components that are there twice.
func (v *verifier) duplicates() {
	ids := map[string]bool{}
	for i := range v.d.Components {
		c := &v.d.Components[i]
		if c.ID != "" && ids[c.ID] {
			v.find("component_duplicate", "/components/"+strconv.Itoa(i)+"/id", fmt.Sprintf("a component %q is there already", c.ID), nil, reckoning{})
		}
		ids[c.ID] = true
	}
	v.hardwareTwice()
	v.missingEmbodied()
}

// A device is how one may tell that rows are about the same hardware: of a
// component, or of it and what it is a part of, name and TE are the same.
type device struct {
	path, name string
	te         float64
}

// A charge is how much of a device rows have charged so far.
type charge struct {
	basis string
	share float64
	part  bool // a row has less than all of it
	rows  int
	told  bool
}

// hardwareTwice looks for hardware that is charged on two bases, or for more than
// all of it. Rows that each have all of a device are of several alike.
func (v *verifier) hardwareTwice() {
	charged := map[device]charge{}
	for i := range v.nodes {
		n := &v.nodes[i]
		if n.c.Units != nil && n.c.Units.Value > 1 {
			continue
		}
		for j := range n.c.Hardware {
			e := &n.c.Hardware[j]
			if e.Name == "" || e.TE == nil {
				continue
			}
			key := device{n.path, strings.ToLower(e.Name), e.TE.Value}
			ch, ok := charged[key]
			if !ok {
				ch = charged[device{above(n.path), key.name, key.te}]
			}
			if why := ch.add(e, v.shareOf(e)); why != "" && !ch.told {
				ch.told = true
				v.find("te_allocated_twice", n.path+"/hardware/"+strconv.Itoa(j), fmt.Sprintf("%q is charged already: %s", e.Name, why), nil, reckoning{})
			}
			charged[key] = ch
		}
	}
}

// above returns the path of what a component is a part of.
func above(path string) string {
	return path[:max(0, strings.LastIndex(path, "/parts/"))]
}

func (v *verifier) shareOf(e *Embodies) float64 {
	share := v.known(e.Share)
	if !share.known {
		share = v.known(e.RR).over(v.positive(e.ToR))
	}
	if !share.known {
		return 1
	}
	return share.value - share.within
}

// add says why a row cannot be there beside the others; "" if it can.
func (c *charge) add(e *Embodies, share float64) string {
	other := c.basis
	if e.Basis != "" {
		c.basis = e.Basis
	}
	c.rows++
	c.share += share
	c.part = c.part || share < 1-precise
	switch {
	case c.rows > 1 && other != "" && e.Basis != "" && !strings.EqualFold(other, e.Basis):
		return "once by " + other + ", once by " + e.Basis
	case c.rows > 1 && c.part && c.share > 1+precise:
		return fmt.Sprintf("the shares add up to %.4g of it", c.share)
	}
	return ""
}
