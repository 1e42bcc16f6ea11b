package meter

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/source"
)

// cgroupLimits is the tightest that limits on the path of a cgroup leave it.
// cpu.weight is no limit: it says nothing unless all the others are busy.
type cgroupLimits struct {
	cpus   float64 // 0: no limit
	bytes  uint64  // valid if memory is set: a limit of 0 is possible
	memory bool
	total  uint64 // of the machine; 0: not known
}

// readLimits reads the limits of the cgroup in directory dir and of those above
// it up to top, the directory where the hierarchy is mounted. What is not there
// limits nothing.
func readLimits(dir, top string) cgroupLimits {
	var l cgroupLimits
	for within(dir, top) {
		if b, err := sysfile.ReadFile(filepath.Join(dir, "cpu.max"), sysfile.Attribute); err == nil {
			if cpus, ok := parseCPUMax(b); ok && (l.cpus == 0 || cpus < l.cpus) {
				l.cpus = cpus
			}
		}
		if b, err := sysfile.ReadFile(filepath.Join(dir, "memory.max"), sysfile.Attribute); err == nil {
			if n, ok := parseMemoryMax(b); ok && (!l.memory || n < l.bytes) {
				l.bytes, l.memory = n, true
			}
		}
		if dir == top {
			break
		}
		dir = filepath.Dir(dir)
	}
	return l
}

func within(dir, top string) bool {
	return dir == top || strings.HasPrefix(dir, strings.TrimSuffix(top, "/")+"/")
}

// parseCPUMax parses "200000 100000": a quota in a period, both in
// microseconds. It reports false if there is no limit ("max") or no sense.
func parseCPUMax(b []byte) (cpus float64, ok bool) {
	quota, period, found := bytes.Cut(bytes.TrimSpace(b), []byte(" "))
	if !found {
		return 0, false
	}
	q, err := sysfile.ParseUint(quota)
	if err != nil || q == 0 {
		return 0, false
	}
	p, err := sysfile.ParseUint(period)
	if err != nil || p == 0 {
		return 0, false
	}
	return float64(q) / float64(p), true
}

// parseMemoryMax parses a number of bytes. It reports false if there is no
// limit ("max") or no sense.
func parseMemoryMax(b []byte) (uint64, bool) {
	n, err := sysfile.ParseUint(b)
	return n, err == nil
}

// parseMeminfoTotal returns the memory of the machine in bytes, of /proc/meminfo; 0
// if it does not say.
func parseMeminfoTotal(b []byte) uint64 {
	_, rest, ok := bytes.Cut(b, []byte("MemTotal:"))
	if !ok {
		return 0
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	kB, err := sysfile.ParseUint(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(line), []byte("kB"))))
	if err != nil || kB > 1<<54 {
		return 0
	}
	return kB << 10
}

// reserve returns the limits as shares of a machine with so many CPUs, in a map
// that is used again.
func (l cgroupLimits) reserve(into map[source.Kind]float64, cpus int) map[source.Kind]float64 {
	clear(into)
	if l.cpus > 0 && cpus > 0 {
		into = put(into, source.CPU, min(1, l.cpus/float64(cpus)))
	}
	if l.memory && l.total > 0 {
		into = put(into, source.Memory, min(1, float64(l.bytes)/float64(l.total)))
	}
	return into
}

// reserveSocket is reserve for one of several sockets, of which a scope has
// nothing if it does not run there. Whose memory it uses is not known.
func (l cgroupLimits) reserveSocket(into map[source.Kind]float64, cpus int, here bool) map[source.Kind]float64 {
	l.memory = false
	into = l.reserve(into, cpus)
	if _, limited := into[source.CPU]; limited && !here {
		into[source.CPU] = 0
	}
	return into
}

func put(into map[source.Kind]float64, k source.Kind, share float64) map[source.Kind]float64 {
	if into == nil {
		into = make(map[source.Kind]float64, 2)
	}
	into[k] = share
	return into
}
