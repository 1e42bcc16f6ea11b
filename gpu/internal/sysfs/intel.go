package sysfs

import (
	"errors"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// An intel is a card of xe (drivers/gpu/drm/xe/xe_hwmon.c) or i915
// (drivers/gpu/drm/i915/i915_hwmon.c), read by one file energyN_input in µJ.
type intel struct {
	path   string
	hidden time.Duration
	energy *value
}

func (x *intel) open(t Tree) (err error) {
	x.energy, err = openValue(t, x.path)
	return err
}

func (x *intel) close() {
	x.energy.close()
	x.energy = nil
}

const picojoulesPerMicrojoule = 1e6

func (x *intel) read(dst *driver.Sample) error {
	uj, err := x.energy.read()
	if err != nil {
		return err
	}
	dst.Counter, dst.CounterOK = uj, true
	dst.UnitPJ, dst.Width = picojoulesPerMicrojoule, 64
	dst.Hidden = x.hidden
	return nil
}

// register is what the energy register of the hardware holds: 32 bits of
// 2^-14 J, the scale that both drivers name in their comments. They add it up
// when the file is read and not otherwise, so that nobody sees two turns between
// two reads. On Battlemage it is one half of a 64-bit word of telemetry, and as
// narrow.
const register = (1 << 32) / (1 << 14) * units.Joule

// turn returns how long the register takes for a turn at the least: at a
// quarter more than p, the limit of a card, which it may exceed for a while.
func turn(p units.Power) time.Duration {
	if p <= 0 {
		p = bound
	}
	return time.Duration(float64(register) / (margin * float64(p)) * float64(time.Second))
}

const margin = 1.25 // [E]

func findXe(t Tree) ([]*device, []source.Skip, error)   { return findIntel(t, "xe") }
func findI915(t Tree) ([]*device, []source.Skip, error) { return findIntel(t, "i915") }

func findIntel(t Tree, name string) ([]*device, []source.Skip, error) {
	cards, err := cards(t, name)
	if err != nil {
		return nil, nil, err
	}
	var found []*device
	var skipped []source.Skip
	for _, c := range cards {
		d, err := findIntelCard(t, c, name)
		if err != nil {
			skipped = append(skipped, c.skip(name, err, intelRemedy(err)))
			continue
		}
		found = append(found, d)
	}
	return found, skipped, nil
}

// errIntegrated says why a card has no sensors: both drivers make them for
// cards of their own alone.
var errIntegrated = errors.New("no sensors: graphics of a processor")

func intelRemedy(err error) string {
	switch {
	case errors.Is(err, errIntegrated):
		return "none needed: the counters of the processor have the graphics in them"
	case errors.Is(err, errNoSensor):
		return "a newer kernel may show energy1_input or energy2_input for this card"
	}
	return remedy(err)
}

func findIntelCard(t Tree, c card, name string) (*device, error) {
	if c.hwmon == "" {
		return nil, errIntegrated
	}
	channel, level := c.energy(t)
	if channel == "" {
		return nil, errNoSensor
	}
	id := c.identity(t)
	id.Level = level
	id.Source = name + "/energy" + channel
	if !asleep(t, c.dir) {
		p := c.hwmon + "/power" + channel
		id.MaxPower = limit(t, p+"_max", p+"_rated_max", p+"_crit")
	}
	x := &intel{path: c.hwmon + "/energy" + channel + "_input", hidden: turn(id.MaxPower)}
	return &device{id: id, tree: t, status: c.dir + "/" + runtimeStatus, sensor: x}, nil
}

// energy returns the number of the file with the energy of the whole card, or,
// where there is none, with that of its package; "": neither. The package is
// part of the card: the two are never added. Before Linux 6.8 xe shows one file
// without a label, and i915 always does; both are of the package.
func (c card) energy(t Tree) (channel string, level source.Level) {
	for _, n := range [...]string{"1", "2"} {
		file := c.hwmon + "/energy" + n
		if !t.Exists(file + "_input") {
			continue
		}
		if text(t, file+"_label") == "card" {
			return n, source.AtBoard
		}
		return n, source.AtChip
	}
	return "", 0
}
