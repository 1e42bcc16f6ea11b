package sci

import (
	"fmt"
	"strings"
	"time"
)

// implausible looks at what the energy of a component means for its hardware.
func (v *verifier) implausible(n *node) {
	c := n.c
	v.idle(n)
	if n.own[qIT].suspect || n.own[qFacility].suspect {
		return
	}
	if v.zeroEnergy(n) {
		return
	}
	watts, path, figure := v.watts(n)
	limit := limitOf(c)
	switch {
	case !watts.known || limit == 0:
	case watts.value-watts.within > limit:
		v.find("power_implausible", path, fmt.Sprintf("%.6g W are more than a device of kind %q takes", watts.value, c.Kind), figure, reckoning{})
	case watts.value+watts.within < leastPower:
		v.find("power_implausible", path, fmt.Sprintf("%.6g W are less than a device of kind %q takes", watts.value, c.Kind), figure, reckoning{})
	}
}

// leastPower is below what anything takes that is switched on [E].
const leastPower = 1e-3 // W

// crowd is how many devices a component may be of that does not say [E].
const crowd = 20

// A powerLimit is more than a device of a kind takes: the largest that is sold,
// and room for another generation [E].
type powerLimit struct {
	words string
	watts float64
}

// powerLimits are searched in this order.
var powerLimits = [...]powerLimit{
	{"gpu accelerator tpu npu", 3000},                        // GB200: 1200 W a GPU (NVIDIA DGX GB200 datasheet)
	{"cpu processor socket", 2000},                           // Xeon 6980P and EPYC 9965: 500 W TDP (Intel, AMD product pages)
	{"memory dram ram", 2000},                                // 0.284 W/GB (Boavizta), 4 TB a server, and room
	{"laptop notebook", 400},                                 // supplies of up to 330 W
	{"phone tablet mobile", 100},                             //
	{"desktop workstation pc", 2500},                         // a household socket of 230 V and 10 A
	{"rack", 300e3},                                          // NVL72: 120 kW a rack (NVIDIA DGX GB200 datasheet)
	{"server host node machine vm instance container", 20e3}, // DGX H100: 10.2 kW (NVIDIA DGX H100 datasheet)
	{"switch router", 30e3},                                  // modular chassis
}

// limitOf returns what a component of this many devices does not exceed, per
// device; 0 where its kind is not known.
func limitOf(c *ComponentStatement) float64 {
	for _, l := range powerLimits {
		for word := range strings.FieldsSeq(l.words) {
			if hasWord(c.Kind, word) {
				if c.Units == nil {
					return crowd * l.watts
				}
				return l.watts
			}
		}
	}
	return 0
}

// watts returns the power per device, and the figure that says so.
func (v *verifier) watts(n *node) (reckoning, string, *Figure) {
	c := n.c
	watts, name, figure := v.known(c.Power), "/power_w", c.Power
	hours := v.positive(c.Hours)
	if !watts.known {
		watts, name, figure = n.own[qIT].stated.over(hours).scale(1e3), "/it_kwh", c.IT
	}
	if !watts.known {
		watts, name, figure = n.own[qFacility].stated.over(hours).scale(1e3), "/facility_kwh", c.Facility
	}
	devices := v.positive(c.Units)
	if !devices.known || v.deviceHours(c) {
		devices = workedOut(1, 0)
	}
	return watts.over(devices), n.path + name, figure
}

// period returns how long the measured time is; 0 where that is not stated.
func (v *verifier) period() time.Duration {
	p := v.d.Period
	if p.Start.IsZero() || p.End.IsZero() {
		return 0
	}
	return max(0, p.End.Sub(p.Start))
}

// deviceHours reports whether hours were counted for each device apart.
func (v *verifier) deviceHours(c *ComponentStatement) bool {
	return v.period() > 0 && v.known(c.Hours).value > v.period().Hours()*(1+periodSlack)
}

// periodSlack is how much longer than the period something may be reserved: a
// month is 28 to 31 days [E].
const periodSlack = 0.02

// longer reports hours that the period does not have: a period of dates may or may not have
// its last day in it.
func (v *verifier) longer(path, code string, f *Figure, c *ComponentStatement) bool {
	hours := v.known(f)
	most := v.period().Hours() * (1 + periodSlack)
	if p := v.d.Period; p.End.Equal(p.End.Truncate(day)) {
		most += day.Hours()
	}
	if c.Units == nil && code == "hours_exceed_period" || v.period() == 0 || !hours.known {
		return false
	}
	if units := v.known(c.Units); units.value > 1 {
		most *= units.value
	}
	if hours.value-hours.within <= most {
		return false
	}
	v.find(code, path, fmt.Sprintf("%.6g h do not go into a period of %.6g h", hours.value, v.period().Hours()), f, reckoning{})
	return true
}

// idle wants idle energy to be a part of the energy.
func (v *verifier) idle(n *node) {
	c := n.c
	all := n.own[qFacility].best()
	if !all.known {
		all = n.own[qIT].best()
	}
	idle := v.known(c.Idle)
	if !all.known || !idle.known || n.own[qFacility].suspect || n.own[qIT].suspect {
		return
	}
	if idle.value-idle.within > all.value+all.within+precise*all.value {
		v.find("idle_exceeds_energy", n.path+"/idle_kwh", "more energy is idle than there is", c.Idle, all)
	}
}

// isMachine reports whether c is a machine of its own, rather than a part of one
// of which some software may well be charged nothing.
func isMachine(c *ComponentStatement) bool {
	for _, word := range []string{"server", "switch", "router", "host", "machine", "vm", "instance", "node"} {
		if hasWord(c.Kind, word) {
			return true
		}
	}
	return false
}

// zeroEnergy looks for hardware that is there and takes nothing: a switch
// without traffic still takes tens of watts.
func (v *verifier) zeroEnergy(n *node) bool {
	c := n.c
	if len(c.Hardware) == 0 && !(v.known(c.Hours).value > 0) && !isMachine(c) {
		return false
	}
	for _, f := range []namedFigure{{"power_w", c.Power}, {"it_kwh", c.IT}, {"facility_kwh", c.Facility}} {
		if f.figure != nil && !v.bad[f.figure] && f.figure.Value == 0 && f.figure.Within == 0 {
			v.find("energy_zero", n.path+"/"+f.name, "hardware that is switched on takes energy, work or not", f.figure, reckoning{})
			return true
		}
	}
	return false
}
