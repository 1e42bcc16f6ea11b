package meter

import (
	"time"

	"github.com/scimeter/scimeter/source"
)

// A Scope says whose energy a meter charges: [Process], [Tree], [Cgroup],
// [Machine], that of meter/metertest, or one of your own.
//
// Read fills in c with what is true now. All durations are cumulative since
// some fixed instant, and none ever falls; Read may keep the map and the
// slice of c and use them again. A scope is read by one goroutine at a time.
// If it has a method Close() error, the meter calls it when it stops; if it has
// a method Holds(Scope) bool, that says what other scopes it contains; if it has
// a method
//
//	Has(pid int, started time.Time) (has, known bool)
//
// that says whether a process is in it, by its number in this process's own
// procfs and when it started, for cards that tell who is on them. It is called
// by several goroutines, beside Read. Without it those are this process and the
// ones that it started.
type Scope interface {
	Read(c *CPU) error
	String() string // such as "process" or "cgroup /system.slice/api.service"
}

// CPU is how much of a machine a scope has used, and how much is set aside for
// it.
type CPU struct {
	Own     time.Duration // CPU time of the scope
	Busy    time.Duration // busy CPU time of the machine: the denominator
	Suspend time.Duration // time in which the machine slept
	CPUs    int           // CPUs online: the capacity, whatever the affinity

	// Whole says that the scope is the machine: every share of it is 1.
	Whole bool

	// Reserved is the share of the machine's capacity that limits set aside
	// for the scope, by kind of resource: CPU, Memory, GPU. An absent kind has
	// no limit.
	Reserved map[source.Kind]float64

	// Sockets has one CPU for each socket, in order, where the affinity of the
	// scope pins it to one of them; nil otherwise.
	Sockets []CPU
}
