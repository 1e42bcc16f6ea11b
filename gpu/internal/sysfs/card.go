package sysfs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

const classDRM = "class/drm"

// A card is a PCI device with a node of the direct rendering manager:
// class/drm/cardN, a link to devices/pci…/drm/cardN, whose device is a link
// back to the PCI device.
type card struct {
	dir    string // such as "class/drm/card0/device"
	node   string // such as "card0"
	pci    string // such as "0000:3b:00.0"
	vendor string // such as "0x1002"
	device string // such as "0x74a1"
	hwmon  string // folder of the sensors; "": none
	index  int    // among those of one driver
}

// cards returns the cards of a driver by their PCI address. Outputs such as
// card0-HDMI-A-1 and the render nodes are no cards.
func cards(t Tree, driver string) ([]card, error) {
	nodes, err := t.List(classDRM)
	if err != nil {
		return nil, err
	}
	var found []card
	for _, node := range nodes {
		number, ok := strings.CutPrefix(node, "card")
		if !ok || number == "" || strings.Trim(number, "0123456789") != "" {
			continue
		}
		dir := classDRM + "/" + node + "/device"
		if base(t, dir+"/driver") != driver {
			continue
		}
		found = append(found, card{
			dir: dir, node: node, pci: base(t, dir),
			vendor: text(t, dir+"/vendor"), device: text(t, dir+"/device"),
			hwmon: hwmon(t, dir, driver),
		})
	}
	slices.SortFunc(found, func(a, b card) int { return cmp.Compare(a.pci, b.pci) })
	found = slices.CompactFunc(found, func(a, b card) bool { return a.pci == b.pci })
	for i := range found {
		found[i].index = i
	}
	return found, nil
}

// hwmon returns the folder of the sensors of a device that have a name. One
// device may have several: i915 adds i915_gt0 and so on, one per tile.
func hwmon(t Tree, dir, name string) string {
	names, err := t.List(dir + "/hwmon")
	if err != nil {
		return ""
	}
	for _, n := range names {
		if at := dir + "/hwmon/" + n; text(t, at+"/name") == name {
			return at
		}
	}
	return ""
}

// identity returns what is known of a card whatever its make.
func (c card) identity(t Tree) driver.Identity {
	return driver.Identity{
		ID: c.pci, Index: c.index, PCI: c.pci,
		Model:  model(c.vendor, c.device, text(t, c.dir+"/product_name")),
		Kind:   source.GPU,
		Level:  source.AtBoard,
		Socket: socket(t, c.dir),
		Node:   c.render(t),
		Detail: c.dir,
	}
}

// render returns the node below /dev that work on the card goes through. There
// is none in the tree of another machine, whose /dev is elsewhere.
func (c card) render(t Tree) string {
	if t.String() != ownSysfs {
		return ""
	}
	names, _ := t.List(c.dir + "/drm")
	for _, n := range names {
		if strings.HasPrefix(n, "renderD") {
			return "dri/" + n
		}
	}
	return ""
}

// ownSysfs is where the sysfs of this machine is.
const ownSysfs = "/sys"

// errNoSensor says that the kernel shows neither energy nor power of a card.
var errNoSensor = errors.New("no sensor of energy or power")

func (c card) skip(name string, err error, remedy string) source.Skip {
	return source.Skip{What: name + "/" + c.pci, Err: fmt.Errorf("%s (%s): %w", c.node, c.pci, err), Remedy: remedy}
}

// socket returns the processor package that a PCI device is local to; -1: not
// known.
func socket(t Tree, dir string) int {
	first := text(t, dir+"/local_cpulist")
	if i := strings.IndexAny(first, ",-"); i >= 0 {
		first = first[:i]
	}
	if first == "" {
		return -1
	}
	n, ok := number(t, "devices/system/cpu/cpu"+first+"/topology/physical_package_id")
	if !ok || n > maxSocket {
		return -1
	}
	return int(n)
}

const maxSocket = 1 << 10

// bound is the power that a card is taken never to exceed where no file tells:
// more than any card of 2025 draws. [E]
const bound = 1500 * units.Watt
