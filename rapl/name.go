package rapl

import (
	"fmt"
	"strconv"
	"strings"
)

// A Domain is the part of a machine that a zone counts.
type Domain uint8

// The domains. DomainOther is a zone with a name that this package does not
// know: it is shown, never summed.
const (
	DomainOther   Domain = iota
	DomainPackage        // cores, caches, uncore, integrated graphics and memory controller of a socket or die
	DomainCore           // the cores of a package; on AMD one core of it
	DomainUncore         // the integrated graphics of a client part
	DomainDRAM           // the memory modules of a socket: a child of the package, and not in its energy
	DomainPsys           // the platform: what that covers is up to the board
)

var domainNames = [...]string{"other", "package", "core", "uncore", "dram", "psys"}

// String returns the name of d, such as "package".
func (d Domain) String() string {
	if int(d) < len(domainNames) {
		return domainNames[d]
	}
	return fmt.Sprintf("Domain(%d)", uint8(d))
}

// An access is one of the ways to the same counters, best first.
type access uint8

const (
	byMSR   access = iota // model specific registers: Intel, AMD and Hygon
	byTPMI                // topology aware registers: newer Xeons
	byMMIO                // a mirror in the thermal device of client parts
	byOther               // a control type that is not known yet
)

var accessNames = [...]string{"rapl/msr", "rapl/tpmi", "rapl/mmio", "rapl/other"}

// A key tells one physical counter from another. Zones of equal key mirror
// each other.
type key struct {
	domain   Domain
	pkg, die int    // -1: none
	dir      string // of DomainOther alone
}

// id returns the identity that users see, such as "rapl/package-0/dram".
func (k key) id() string {
	switch k.domain {
	case DomainPackage:
		return k.packageID()
	case DomainCore, DomainUncore, DomainDRAM:
		return k.packageID() + "/" + k.domain.String()
	case DomainPsys:
		if k.pkg > 0 {
			return "rapl/psys-" + strconv.Itoa(k.pkg)
		}
		return "rapl/psys"
	}
	return "rapl/" + k.dir
}

func (k key) packageID() string {
	id := "rapl/package-" + strconv.Itoa(k.pkg)
	if k.die >= 0 {
		id += "-die-" + strconv.Itoa(k.die)
	}
	return id
}

// parseDir tells whether name is the directory of a RAPL zone: the name of a
// control type and hexadecimal indices, "%s:%x" of dev_set_name in
// drivers/powercap/powercap_sys.c.
func parseDir(name string) (access, bool) {
	control, rest, ok := strings.Cut(name, ":")
	if !ok || !strings.HasPrefix(control, "intel-rapl") {
		return 0, false
	}
	for index := range strings.SplitSeq(rest, ":") {
		if _, err := strconv.ParseUint(index, 16, 32); err != nil || index[0] == '+' {
			return 0, false
		}
	}
	switch control {
	case "intel-rapl":
		return byMSR, true
	case "intel-rapl-tpmi":
		return byTPMI, true
	case "intel-rapl-mmio":
		return byMMIO, true
	}
	return byOther, true
}

// parseName parses the text of a file "name": package-N, package-N-die-D,
// core, uncore, dram, psys or psys-N, as rapl_init_domains and
// rapl_add_package of drivers/powercap/intel_rapl_common.c write them. pkg and
// die are -1 where the name does not say.
func parseName(name string) (d Domain, pkg, die int) {
	switch name {
	case "core":
		return DomainCore, -1, -1
	case "uncore":
		return DomainUncore, -1, -1
	case "dram":
		return DomainDRAM, -1, -1
	case "psys":
		return DomainPsys, 0, -1
	}
	if rest, ok := strings.CutPrefix(name, "psys-"); ok {
		if n, ok := parseNumber(rest); ok {
			return DomainPsys, n, -1
		}
		return DomainOther, -1, -1
	}
	rest, ok := strings.CutPrefix(name, "package-")
	if !ok {
		return DomainOther, -1, -1
	}
	first, second, dies := strings.Cut(rest, "-die-")
	pkg, ok = parseNumber(first)
	if !ok {
		return DomainOther, -1, -1
	}
	if !dies {
		return DomainPackage, pkg, -1
	}
	if die, ok = parseNumber(second); !ok {
		return DomainOther, -1, -1
	}
	return DomainPackage, pkg, die
}

// parseNumber parses what the kernel prints with %d of a number that is not
// negative.
func parseNumber(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil || s[0] == '+' {
		return 0, false
	}
	return int(n), true
}
