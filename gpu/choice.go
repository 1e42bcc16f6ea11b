package gpu

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// A choice says which cards are read. Once a card was chosen, it is by its ID:
// indices move.
type choice struct {
	spec []string // nil: all
	by   string   // "gpu.Select", the name of a variable, or "": nothing says
	cuda bool     // integers are in the order of CUDA, and cards of others are not meant

	host    *host
	ids     map[string]bool
	met     map[string]bool           // parts of spec that have chosen
	slices  map[string][]driver.Slice // of a card, that were chosen by their UUID
	refused error                     // why none of NVIDIA's cards is read
	hidden  map[string]bool           // cards that this container was not given
	kept    map[string]bool           // cards that were chosen before there were several
	skips   []source.Skip
}

// all is what Select takes for every card.
const all = "all"

// newChoice returns what was selected, or what the environment says.
func newChoice(spec []string, h *host) *choice {
	c := &choice{host: h, spec: spec, ids: map[string]bool{}, met: map[string]bool{}, kept: map[string]bool{}, slices: map[string][]driver.Slice{}}
	if spec != nil {
		c.by = "gpu.Select"
		return c
	}
	if v, ok := h.lookup("CUDA_VISIBLE_DEVICES"); ok {
		c.by, c.cuda, c.spec = "CUDA_VISIBLE_DEVICES", true, cudaList(v)
		return c
	}
	if v, ok := h.lookup("NVIDIA_VISIBLE_DEVICES"); ok && v != "" && v != "void" {
		c.by, c.cuda, c.spec = "NVIDIA_VISIBLE_DEVICES", true, strings.Split(v, ",")
		if v == "none" {
			c.spec = []string{}
		}
	}
	return c
}

// cudaList returns what of a list CUDA takes: all up to the first that is not
// valid, such as -1.
func cudaList(v string) []string {
	list := []string{}
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if part == "" || strings.HasPrefix(part, "-") || part == "NoDevFiles" {
			break
		}
		list = append(list, part)
	}
	return list
}

// nvidia reports whether CUDA's variables speak of the card.
func nvidia(id driver.Identity) bool { return strings.HasPrefix(id.ID, "GPU-") }

// takes reports whether a card is read.
func (c *choice) takes(id driver.Identity) bool {
	switch {
	case c.hidden[id.ID]:
		return false
	case c.cuda && !nvidia(id):
		return true
	case c.spec == nil:
		return c.refused == nil || !nvidia(id) || c.kept[id.ID]
	}
	return c.ids[id.ID]
}

// resolve finds out which of all cards that are offered are meant. Those that
// were found before stay chosen.
func (c *choice) resolve(offers []offer) {
	c.skips = nil
	c.refused = nil
	if c.spec == nil {
		c.several(offers)
	}
	if c.spec == nil || c.cuda {
		c.hide(offers)
	}
	meant := offers
	if c.cuda {
		meant = slices.DeleteFunc(slices.Clone(offers), func(o offer) bool { return !nvidia(o.id) })
	}
	for _, s := range c.spec {
		if c.met[s] && s != all {
			continue
		}
		if err := c.one(s, meant); err != nil {
			c.skip(c.by+" "+s, fmt.Errorf("gpu: select %s: %w", s, err))
			if c.by == "CUDA_VISIBLE_DEVICES" && errors.Is(err, ErrNoSuchDevice) {
				break // CUDA takes what comes before alone
			}
			continue
		}
		c.met[s] = true
	}
	for _, o := range offers {
		if !c.takes(o.id) && c.refused == nil && !c.hidden[o.id.ID] {
			c.skip(zoneID(o.id.ID), &DeviceError{Device: o.id.ID, Op: "open", Err: fmt.Errorf("%w by %s", ErrNotSelected, c.by)})
		}
	}
}

func (c *choice) skip(what string, err error) {
	c.skips = append(c.skips, source.Skip{What: what, Err: err, Remedy: Remedy(err)})
}

// several refuses to guess whose cards are: a container that shows several of
// them and does not know the processes of the host has to say.
func (c *choice) several(offers []offer) {
	n := 0
	for _, o := range offers {
		if nvidia(o.id) {
			n++
		}
	}
	if n < 2 || c.host.comparable() {
		for _, o := range offers {
			c.kept[o.id.ID] = true
		}
		return
	}
	c.refused = ErrSeveral
	for _, o := range offers {
		if nvidia(o.id) && !c.kept[o.id.ID] {
			c.skip(zoneID(o.id.ID), &DeviceError{Device: o.id.ID, Op: "open", Err: ErrSeveral})
		}
	}
}

// hide leaves out cards that a container sees in sysfs, which shows those of the
// whole machine, and that it cannot open.
func (c *choice) hide(offers []offer) {
	c.hidden = map[string]bool{}
	if c.host.comparable() {
		return
	}
	for _, o := range offers {
		if o.id.Node != "" && !c.host.has(o.id.Node) {
			c.hidden[o.id.ID] = true
			c.skip(zoneID(o.id.ID), &DeviceError{Device: o.id.ID, Op: "open", Err: fmt.Errorf("%w: no /dev/%s", ErrNotGiven, o.id.Node)})
		}
	}
}

// one chooses what s means.
func (c *choice) one(s string, offers []offer) error {
	if s == all {
		for _, o := range offers {
			c.ids[o.id.ID] = true
		}
		return nil
	}
	if n, err := strconv.Atoi(s); err == nil {
		return c.index(n, offers)
	}
	if strings.HasPrefix(s, "MIG-") {
		return c.slice(s, offers)
	}
	return c.prefix(s, offers)
}

// index chooses by number. That of CUDA is the one of NVML only where CUDA was
// told to count by PCI address, or where all cards are the same, so that it
// finds none faster than another.
func (c *choice) index(n int, offers []offer) error {
	if n < 0 || len(offers) == 0 {
		return ErrNoSuchDevice
	}
	if c.by == "NVIDIA_VISIBLE_DEVICES" && len(offers) == len(c.spec) {
		for _, o := range offers { // the container shows these alone, and counts anew
			c.ids[o.id.ID] = true
		}
		return nil
	}
	if c.by == "CUDA_VISIBLE_DEVICES" && !c.inOrder(offers) {
		return fmt.Errorf("%w: CUDA counts the fastest card first, and the cards are of several models", ErrAmbiguousSelection)
	}
	if n >= len(offers) {
		return fmt.Errorf("%w: there are %d", ErrNoSuchDevice, len(offers))
	}
	c.ids[offers[n].id.ID] = true
	return nil
}

func (c *choice) inOrder(offers []offer) bool {
	if order, _ := c.host.lookup("CUDA_DEVICE_ORDER"); order == "PCI_BUS_ID" {
		return true
	}
	return !slices.ContainsFunc(offers, func(o offer) bool { return o.id.Model != offers[0].id.Model })
}

// slice chooses the card of a partition.
func (c *choice) slice(uuid string, offers []offer) error {
	var found *offer
	var part driver.Slice
	for i, o := range offers {
		for _, s := range o.back.partings[o.id.ID] {
			if !strings.HasPrefix(s.ID, uuid) {
				continue
			}
			if found != nil {
				return fmt.Errorf("%w: several partitions begin so", ErrAmbiguousSelection)
			}
			found, part = &offers[i], s
		}
	}
	if found == nil {
		return fmt.Errorf("%w has that partition", ErrNoSuchDevice)
	}
	id := found.id.ID
	c.ids[id] = true
	if !slices.Contains(c.slices[id], part) {
		c.slices[id] = append(c.slices[id], part)
	}
	return nil
}

// prefix chooses by ID, or by the beginning of one.
func (c *choice) prefix(s string, offers []offer) error {
	found := ""
	for _, o := range offers {
		switch {
		case o.id.ID == s || o.id.PCI == s && s != "":
			c.ids[o.id.ID] = true
			return nil
		case !strings.HasPrefix(o.id.ID, s):
		case found != "":
			return fmt.Errorf("%w: %s and %s begin so", ErrAmbiguousSelection, found, o.id.ID)
		default:
			found = o.id.ID
		}
	}
	if found == "" {
		return ErrNoSuchDevice
	}
	c.ids[found] = true
	return nil
}
