package meter

import (
	"path/filepath"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// maxSockets bounds the numbers of sockets. Where firmware numbers them by
// offsets in a table, as some arm64 machines do, they are not told apart.
const maxSockets = 64

// A scopeTopology says which CPU is in which socket, by physical package id,
// the number that powercap zones carry too.
type scopeTopology struct {
	online []int // CPUs; nil: not known
	of     []int // socket by number of CPU, -1: not known
	cpus   []int // online CPUs of each socket
}

// readTopology reads what sysfs says. A machine that hides its topology has no
// sockets.
func readTopology(sys string) scopeTopology {
	var t scopeTopology
	dir := filepath.Join(sys, "devices/system/cpu")
	t.online = readCPUs(sys, "online")
	for _, cpu := range t.online {
		socket := readSocket(filepath.Join(dir, "cpu"+strconv.Itoa(cpu)))
		if socket < 0 {
			t.of, t.cpus = nil, nil
			return t
		}
		for len(t.of) <= cpu {
			t.of = append(t.of, -1)
		}
		for len(t.cpus) <= socket {
			t.cpus = append(t.cpus, 0)
		}
		t.of[cpu] = socket
		t.cpus[socket]++
	}
	return t
}

// readCPUs reads one of the lists of CPUs; nil if it is not there.
func readCPUs(sys, list string) []int {
	b, err := sysfile.ReadFile(filepath.Join(sys, "devices/system/cpu", list), sysfile.Attribute)
	if err != nil {
		return nil
	}
	var cpus []int
	if sysfile.EachInList(string(b), func(cpu int) { cpus = append(cpus, cpu) }) != nil {
		return nil
	}
	return cpus
}

func readSocket(dir string) int {
	id, err := sysfile.ReadUint(filepath.Join(dir, "topology/physical_package_id"))
	if err != nil || id >= maxSockets {
		return -1
	}
	return int(id)
}

// several reports whether the machine has more than one socket.
func (t *scopeTopology) several() bool {
	n := 0
	for _, cpus := range t.cpus {
		if cpus > 0 {
			n++
		}
	}
	return n > 1
}

// pinned returns the one socket that all of the online CPUs for which allowed
// holds are in; -1 if there is none, or the machine has only one.
func (t *scopeTopology) pinned(allowed func(cpu int) bool) int {
	socket := -1
	if allowed == nil || !t.several() {
		return socket
	}
	for _, cpu := range t.online {
		if !allowed(cpu) {
			continue
		}
		if socket >= 0 && t.of[cpu] != socket {
			return -1
		}
		socket = t.of[cpu]
	}
	return socket
}

// scopeSockets are the shares of sockets in a scope that is pinned to one.
type scopeSockets struct {
	socket int             // it is pinned to; -1: none
	own    []time.Duration // by socket, as long as it was pinned there
	busy   []time.Duration // by socket
}

// charge books what the scope has used to the socket that holds it.
func (s *scopeSockets) charge(t *scopeTopology, used time.Duration, each []time.Duration) {
	for len(s.own) < len(t.cpus) {
		s.own = append(s.own, 0)
		s.busy = append(s.busy, 0)
	}
	s.own[s.socket] += used
	clear(s.busy)
	for cpu, socket := range t.of {
		if socket >= 0 && cpu < len(each) {
			s.busy[socket] += each[cpu]
		}
	}
}
