package sci

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// hardwareOf compares how the hardware of a component is reckoned: devices of
// one name with each other, others with what is usual in the first disclosure.
// a is nil where the component is new.
func (m *methodCheck) hardwareOf(a, b *sideLine) {
	var old []Embodies
	if a != nil {
		old = a.c.Hardware
	}
	for i, j := range pairDevices(old, b.c.Hardware) {
		h := &b.c.Hardware[i]
		after := b.path + "/hardware/" + strconv.Itoa(i)
		if j < 0 {
			m.newDevice(after, h)
			continue
		}
		m.device(a.path+"/hardware/"+strconv.Itoa(j), after, &old[j], h)
	}
}

// pairDevices returns for each of hardware its place in old: that of the same
// name, the first with the first; -1 where there is none.
func pairDevices(old, hardware []Embodies) []int {
	places := map[string][]int{}
	for j, h := range old {
		places[h.Name] = append(places[h.Name], j)
	}
	pairs := make([]int, len(hardware))
	for i, h := range hardware {
		pairs[i] = -1
		if free := places[h.Name]; len(free) > 0 {
			pairs[i], places[h.Name] = free[0], free[1:]
		}
	}
	return pairs
}

func (m *methodCheck) device(path, afterPath string, a, b *Embodies) {
	m.same(path+"/lifespan_h", afterPath+"/lifespan_h", figureText(a.Lifespan), figureText(b.Lifespan))
	m.both(path+"/basis", afterPath+"/basis", a.Basis, b.Basis)
	m.both(path+"/stages", afterPath+"/stages", sortedText(a.Stages), sortedText(b.Stages))
	m.same(path+"/source", afterPath+"/source", a.Source, b.Source)
	if a.Vintage != b.Vintage {
		m.caution(path+"/vintage", strconv.Itoa(a.Vintage), strconv.Itoa(b.Vintage))
	}
}

// newDevice refuses hardware that is reckoned as none was before. Where its TE
// comes from is a caution alone: a new model has a footprint of its own.
func (m *methodCheck) newDevice(path string, h *Embodies) {
	usual := m.a.usualHardware()
	for _, f := range []struct {
		name, value string
		usual       map[string]bool
	}{
		{"/lifespan_h", figureText(h.Lifespan), usual.lifespans},
		{"/basis", h.Basis, usual.bases},
		{"/stages", sortedText(h.Stages), usual.stages},
	} {
		if len(f.usual) > 0 && !f.usual[f.value] {
			m.same(path+f.name, path+f.name, listText(f.usual), f.value)
		}
	}
	if !usual.sources[h.Source] {
		m.caution(path+"/source", listText(usual.sources), h.Source)
	}
}

// A usualHardware is what the hardware of a side has, each value once.
type usualHardware struct{ lifespans, bases, stages, sources map[string]bool }

func (s *side) usualHardware() *usualHardware {
	if s.usual != nil {
		return s.usual
	}
	u := &usualHardware{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, l := range s.lines {
		for i := range l.c.Hardware {
			h := &l.c.Hardware[i]
			u.lifespans[figureText(h.Lifespan)] = true
			u.bases[h.Basis] = true
			u.stages[sortedText(h.Stages)] = true
			u.sources[h.Source] = true
		}
	}
	s.usual = u
	return u
}

func listText(set map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(set)), " or ")
}

func figureText(f *Figure) string {
	if f == nil {
		return ""
	}
	return number(f.Value)
}
