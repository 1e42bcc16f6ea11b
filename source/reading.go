package source

import (
	"strings"
	"time"

	"github.com/scimeter/scimeter/units"
)

// Quality is a set of remarks on a reading. They stay set for the reading in
// whose interval they happened.
type Quality uint16

// The remarks.
const (
	Wrapped     Quality = 1 << iota // the counter went through its top, and was repaired
	Reset                           // the counter started anew; what it counted in between is missing
	Jitter                          // the counter fell by less than its noise; nothing was counted
	Implausible                     // more than the zone can draw; not counted
	Ambiguous                       // so late that whole wraps may be missing: a lower bound
	Stuck                           // the counter does not move although the machine works
	Late                            // the device answered late; the reading is of an earlier time
	Coarse                          // the unit of the counter is too large for this interval
	Bridged                         // part of it is power times time: the counter had nothing to say
	Gap                             // part of the time nothing was counted: Missing has grown
)

var qualityNames = [...]string{
	"wrapped", "reset", "jitter", "implausible", "ambiguous", "stuck", "late", "coarse",
	"bridged", "gap",
}

// String returns the remarks, such as "wrapped|ambiguous"; "ok" for none.
func (q Quality) String() string {
	if q == 0 {
		return "ok"
	}
	var names []string
	for i, name := range qualityNames {
		if q&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// A Reading is what a zone has used since its source was opened.
type Reading struct {
	Zone    string            // ID of the zone
	Total   units.Microjoules // since open; it never falls
	At      time.Time         // with a monotonic reading: the middle of this zone's call
	Missing time.Duration     // cumulative time in which nothing was counted
	Quality Quality           // of the time since the reading before
}

// A Use is the weight of a process in a zone since the call before.
type Use struct {
	Zone    string
	PID     int
	Started time.Time
	Weight  float64
}
