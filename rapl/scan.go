package rapl

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/source"
)

const (
	energyFile = "energy_uj"
	rangeFile  = "max_energy_range_uj"
)

var errNoEnergy = errors.New("no energy counter, power alone")

// An entry is a zone directory as found.
type entry struct {
	dir    string // such as "intel-rapl:0:1"
	path   string // the real directory, links resolved
	name   string // text of the file "name"
	access access
	key    key
	parent string // ID of the zone above; "": none
	bare   bool   // without energy_uj
}

// A survey is what the powercap class shows at one time.
type survey struct {
	entries []*entry
	masked  []string // links that lead nowhere
}

// scan lists the RAPL zones below class, the directory class/powercap of
// sysfs: a flat list of links to the control types and to all their zones.
// Names without the prefix of RAPL are of other drivers and are passed over.
// known tells whose a directory is that has lost its name.
func scan(class string, known func(path string) (key, bool)) (survey, error) {
	var s survey
	names, err := os.ReadDir(class)
	if err != nil {
		return s, err
	}
	byPath, byDir := map[string]*entry{}, map[string]*entry{}
	for _, n := range names {
		name := n.Name()
		if !strings.HasPrefix(name, "intel-rapl") {
			continue
		}
		real, err := filepath.EvalSymlinks(filepath.Join(class, name))
		if err != nil { // not there, as in a container, or a link in a circle
			s.masked = append(s.masked, name)
			continue
		}
		access, ok := parseDir(name)
		if !ok {
			continue
		}
		e := readEntry(name, real, access)
		if e.name == "" {
			if k, ok := known(real); ok {
				e.key = k
			}
		}
		s.entries = append(s.entries, e)
		byPath[real], byDir[name] = e, e
	}
	for _, e := range s.entries {
		e.inherit(byPath, byDir)
	}
	slices.SortStableFunc(s.entries, compareEntries)
	return s, nil
}

func readEntry(dir, path string, a access) *entry {
	e := &entry{dir: dir, path: path, access: a}
	if b, err := sysfile.ReadFile(filepath.Join(path, "name"), sysfile.Attribute); err == nil {
		e.name = strings.TrimSpace(string(b))
	}
	e.key.domain, e.key.pkg, e.key.die = parseName(e.name)
	_, err := os.Lstat(filepath.Join(path, energyFile))
	e.bare = errors.Is(err, fs.ErrNotExist)
	return e
}

// inherit takes package and die from the zone above, which is found by path:
// indices follow the order of registration and mean nothing.
func (e *entry) inherit(byPath, byDir map[string]*entry) {
	up := byPath[filepath.Dir(e.path)]
	if up == nil { // a tree that was copied flat
		up = byDir[e.dir[:max(0, strings.LastIndexByte(e.dir, ':'))]]
	}
	within := up != nil && up.key.domain == DomainPackage
	if within {
		e.parent = up.key.id()
	}
	switch e.key.domain {
	case DomainCore, DomainUncore, DomainDRAM:
		if within {
			e.key.pkg, e.key.die = up.key.pkg, up.key.die
			return
		}
		e.key = key{domain: DomainOther, pkg: -1, die: -1, dir: e.dir}
	case DomainOther:
		e.key.dir = e.dir
	}
}

func compareEntries(a, b *entry) int {
	if c := compareKeys(a.key, b.key); c != 0 {
		return c
	}
	if a.access != b.access {
		return int(a.access) - int(b.access)
	}
	return strings.Compare(a.dir, b.dir)
}

// compareKeys puts packages in order, each with its children, and what is of
// no package last.
func compareKeys(a, b key) int {
	aside := func(k key) int {
		switch k.domain {
		case DomainPsys:
			return 1
		case DomainOther:
			return 2
		}
		return 0
	}
	for _, d := range [...]int{aside(a) - aside(b), a.pkg - b.pkg, a.die - b.die, int(a.domain) - int(b.domain)} {
		if d != 0 {
			return d
		}
	}
	return strings.Compare(a.dir, b.dir)
}

// describe says what a meter has to know of e.
func (e *entry) describe(h host, platform bool) source.Zone {
	z := source.Zone{
		ID: e.key.id(), Name: e.name, Parent: e.parent,
		Kind: source.CPU, Level: source.AtChip,
		Socket: e.key.pkg, Die: e.key.die,
		Beside: e.key.beside(platform),
		Origin: source.Origin{
			Method: source.Counted, Nature: h.nature, Sigma: packageSigma,
			Name: accessNames[e.access], Detail: e.path,
		},
	}
	switch e.key.domain {
	case DomainDRAM:
		z.Kind, z.Origin.Sigma = source.Memory, dramSigma
	case DomainPsys:
		z.Kind, z.Level, z.Origin.Sigma = source.Platform, source.AtNodeDC, 0
	case DomainOther:
		z.Origin.Sigma = 0
	}
	return z
}

// beside tells whether zones of k stand beside the sum. Packages and memory
// make it, or the platform in their place; core and uncore are parts of their
// package.
func (k key) beside(platform bool) bool {
	switch k.domain {
	case DomainPackage, DomainDRAM:
		return platform
	case DomainPsys:
		return !platform
	}
	return true
}

// readLimits reads what the counter of e needs to know: its range, 0 where
// there is none, and what the zone never exceeds, in µW.
func (e *entry) readLimits() (top, power uint64) {
	top, err := sysfile.ReadUint(filepath.Join(e.path, rangeFile))
	if err != nil {
		top = 0
	}
	usual := usualPower(e.key.domain)
	power = usual
	if rated := e.readRated(); rated > 0 {
		power = max(3*rated, usual/4)
	}
	return top, power
}

// readRated returns the largest of constraint_*_max_power_uw, or 0.
func (e *entry) readRated() uint64 {
	const constraints = 3 // long term, short term, peak power
	var rated uint64
	for i := range constraints {
		name := "constraint_" + strconv.Itoa(i) + "_max_power_uw"
		uw, err := sysfile.ReadUint(filepath.Join(e.path, name))
		if err == nil && uw <= maxRated {
			rated = max(rated, uw)
		}
	}
	return rated
}
