// Package machine tells what machine this is, from files of Linux alone: what
// the sources need to know of it, and what the defaults rest on.
package machine

import (
	"bufio"
	"bytes"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// Facts are what is known of a machine. What could not be read is zero.
type Facts struct {
	Vendor        string // of the CPU: "GenuineIntel", "AuthenticAMD", "HygonGenuine"
	Model         string // of the CPU, such as "AMD EPYC 7R13 Processor"
	Family, Code  int    // of the CPU: family and model number on x86
	Sockets, CPUs int    // CPUs are those online; at least 1
	Hypervisor    bool   // the processor says that it is a virtual one
	MemoryBytes   uint64
	Cloud         string // vendor recognised from DMI: "aws", "gcp", "azure", …; "": none
	Chassis       Chassis
}

// A Chassis says what a machine is built as.
type Chassis uint8

// The chassis; the zero Chassis is not known.
const (
	Server Chassis = iota + 1
	Desktop
	Laptop
)

// Read reads the facts below the roots of procfs and sysfs, which are "/proc"
// and "/sys" on the machine itself. It never fails: what is not there is zero.
func Read(proc, sys string) Facts {
	f := Facts{CPUs: OnlineCPUs(sys)}
	if b, err := sysfile.ReadFile(filepath.Join(proc, "cpuinfo"), sysfile.Table); err == nil {
		parseCPUInfo(b, &f)
	}
	if b, err := sysfile.ReadFile(filepath.Join(proc, "meminfo"), sysfile.Table); err == nil {
		f.MemoryBytes = parseMemTotal(b)
	}
	readDMI(filepath.Join(sys, "class/dmi/id"), &f)
	if f.Sockets == 0 {
		f.Sockets = 1
	}
	return f
}

// OnlineCPUs returns how many CPUs are online, whatever the affinity of this
// process; where sysfs does not say, how many Go sees.
func OnlineCPUs(sys string) int {
	b, err := sysfile.ReadFile(filepath.Join(sys, "devices/system/cpu/online"), sysfile.Attribute)
	if err == nil {
		if n, err := sysfile.CountList(string(b)); err == nil && n > 0 {
			return n
		}
	}
	return runtime.NumCPU()
}

func parseCPUInfo(b []byte, f *Facts) {
	sockets := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "vendor_id":
			f.Vendor = value
		case "model name":
			f.Model = value
		case "cpu family":
			f.Family, _ = strconv.Atoi(value)
		case "model":
			f.Code, _ = strconv.Atoi(value)
		case "physical id":
			sockets[value] = true
		case "flags":
			f.Hypervisor = strings.Contains(" "+value+" ", " hypervisor ")
		}
	}
	f.Sockets = len(sockets)
}

func parseMemTotal(b []byte) uint64 {
	for line := range strings.Lines(string(b)) {
		rest, ok := strings.CutPrefix(line, "MemTotal:")
		if !ok {
			continue
		}
		kb, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 54)
		if err != nil {
			return 0
		}
		return kb << 10
	}
	return 0
}

// Classes of PCI that a card for computing has, by vendor: those that draw a
// screen of a server or laptop are of others, or of another class.
var cardClasses = map[string][]string{
	"0x10de": {"0x0300", "0x0302"},           // NVIDIA: VGA and 3D controllers
	"0x1002": {"0x0302", "0x0380", "0x1200"}, // AMD: 3D, display, processing accelerators
}

// CountCards returns how many cards for computing the machine has, whether or
// not this process may use them; 0 where sysfs does not say.
func CountCards(sys string) int {
	devices, _ := filepath.Glob(filepath.Join(sys, "bus/pci/devices/*/vendor"))
	n := 0
	for _, file := range devices {
		vendor, err := sysfile.ReadFile(file, sysfile.Attribute)
		classes := cardClasses[strings.TrimSpace(string(vendor))]
		if err != nil || classes == nil {
			continue
		}
		class, _ := sysfile.ReadFile(filepath.Join(filepath.Dir(file), "class"), sysfile.Attribute)
		for _, c := range classes {
			if strings.HasPrefix(string(class), c) {
				n++
			}
		}
	}
	return n
}
