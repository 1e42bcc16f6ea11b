package sysfs

import (
	"errors"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// An amd is a card of amdgpu, read by its table gpu_metrics and, where that
// lacks something, by the sensors that drivers/gpu/drm/amd/pm/amdgpu_pm.c shows
// as power1_input (of now, since Linux 6.6) or power1_average.
type amd struct {
	dir, hwmon string

	table   File // nil: none
	input   *value
	average *value
	buf     [metricsSize]byte
	trial   trial
	wide    bool // the counter has passed 2^32
	zero    time.Time
}

func (a *amd) open(t Tree) error {
	a.zero = time.Now()
	var tableErr, powerErr error
	if a.table, tableErr = t.Open(a.dir + "/gpu_metrics"); tableErr != nil {
		a.table, tableErr = nil, fault("open", a.dir+"/gpu_metrics", tableErr)
	}
	a.input, powerErr = openValue(t, a.hwmon+"/power1_input")
	if powerErr != nil {
		a.average, powerErr = openValue(t, a.hwmon+"/power1_average")
	}
	if a.table == nil && powerErr != nil {
		return errors.Join(tableErr, powerErr)
	}
	return nil
}

func (a *amd) close() {
	if a.table != nil {
		a.table.Close()
	}
	a.input.close()
	a.average.close()
	a.table, a.input, a.average = nil, nil, nil
}

// read fills in what it gets. It fails where there is neither energy nor power.
func (a *amd) read(dst *driver.Sample) error {
	m, tableErr := a.metrics()
	if m.wattsOK {
		a.power(dst, m)
	}
	var powerErr error
	if !m.wattsOK || !m.energyOK {
		powerErr = a.sensors(dst)
	}
	if m.energyOK {
		a.counter(dst, m)
	}
	switch {
	case dst.CounterOK, dst.InstantOK, dst.AverageOK:
		return nil
	case powerErr != nil:
		return powerErr
	case tableErr == nil:
		tableErr = driver.ErrNotSupported
	}
	return fault("read", a.dir+"/gpu_metrics", tableErr)
}

// metrics reads the table. Where it fails there is nothing in it, and it
// allocates nothing: a table of an unknown revision fails every time.
func (a *amd) metrics() (metrics, error) {
	if a.table == nil {
		return metrics{}, nil
	}
	n, err := a.table.Read(a.buf[:])
	if err != nil {
		return metrics{}, err
	}
	return decode(a.buf[:n])
}

func (a *amd) power(dst *driver.Sample, m metrics) {
	w := units.Power(m.watts)
	if m.layout.instant {
		dst.Instant, dst.InstantOK = w, true
		return
	}
	dst.Average, dst.AverageOK = w, true
}

// sensors reads the power of hwmon, which is finer than that of the table.
func (a *amd) sensors(dst *driver.Sample) error {
	switch {
	case a.input != nil:
		uw, err := a.input.read()
		if w, ok := watts(uw); err == nil && ok {
			dst.Instant, dst.InstantOK = w, true
		}
		return err
	case a.average != nil:
		uw, err := a.average.read()
		if w, ok := watts(uw); err == nil && ok {
			dst.Average, dst.AverageOK = w, true
		}
		return err
	}
	return nil
}

// The unit is 2^-16 J.
const (
	amdShift  = 16
	amdUnitPJ = 1e12
)

func (a *amd) counter(dst *driver.Sample, m metrics) {
	w, ok := dst.Average, dst.AverageOK
	if dst.InstantOK {
		w, ok = dst.Instant, true
	}
	at := time.Since(a.zero)
	if m.clockOK && m.clock < 1<<62 {
		at = time.Duration(m.clock)
	}
	if ok && !a.trial.admit(point{m.energy, float64(w), at}, m.layout.unsure) {
		return
	}
	if !ok && m.layout.unsure && !a.trial.trusted {
		return
	}
	a.wide = a.wide || m.energy >= 1<<32
	dst.Counter, dst.CounterOK = m.energy, true
	dst.UnitPJ, dst.Shift, dst.Width = amdUnitPJ, amdShift, 64
	if m.layout.narrow && !a.wide {
		dst.Width = 32
	}
}

// findAMD finds the cards of amdgpu.
func findAMD(t Tree) ([]*device, []source.Skip, error) {
	cards, err := cards(t, "amdgpu")
	if err != nil {
		return nil, nil, err
	}
	var found []*device
	var skipped []source.Skip
	first := "" // ID of the last first die seen
	for _, c := range cards {
		d, second, err := findAMDCard(t, c)
		if err == nil && second && first == "" {
			err = errSecondDie
		}
		if err != nil {
			skipped = append(skipped, c.skip("amdgpu", err, amdRemedy(err)))
			continue
		}
		if second {
			d.id.Parent = first
		} else if twoDies(c.device) {
			first = d.id.ID
		}
		found = append(found, d)
	}
	return found, skipped, nil
}

var (
	errAPU       = errors.New("a processor with graphics, whose power has the CPU in it")
	errSecondDie = errors.New("the second die of a card whose first die reports the power of both")
)

func amdRemedy(err error) string {
	switch {
	case errors.Is(err, errAPU):
		return "none needed: the counters of the processor have the graphics in them"
	case errors.Is(err, errSecondDie):
		return "make the first die of the card visible, too"
	}
	return remedy(err)
}

// findAMDCard returns a card, and whether it is the second die of one. Of a card
// that sleeps nothing is read but what the kernel remembers.
func findAMDCard(t Tree, c card) (d *device, second bool, err error) {
	if c.hwmon != "" && text(t, c.hwmon+"/in1_label") == "vddnb" {
		return nil, false, errAPU // amdgpu_pm.c shows it for these alone
	}
	id := c.identity(t)
	id.Source = "amdgpu/power"
	if !asleep(t, c.dir) {
		id.MaxPower = limit(t, c.hwmon+"/power1_cap_max", c.hwmon+"/power1_cap", c.hwmon+"/power1_cap_default")
		b, _ := content(t, c.dir+"/gpu_metrics")
		format, rev, _, ok := revision(b)
		if ok && format >= 2 {
			return nil, false, errAPU
		}
		m, err := decode(b)
		if err == nil && m.energyOK {
			id.Source = fmt.Sprintf("amdgpu/gpu_metrics-%d.%d", format, rev)
		}
		second = err == nil && twoDies(c.device) && m.watts == 0 && m.energy == 0
	}
	if c.device == deviceMI300A {
		id.Kind, id.Level, id.Socket = source.Module, source.AtModule, socket(t, c.dir)
	}
	if c.hwmon == "" && !t.Exists(c.dir+"/gpu_metrics") {
		return nil, false, errNoSensor
	}
	var s sensor = &amd{dir: c.dir, hwmon: c.hwmon}
	if second {
		s = shadow{}
	}
	return &device{id: id, tree: t, status: c.dir + "/" + runtimeStatus, sensor: s}, second, nil
}

// twoDies reports whether a card is an Instinct MI250 or MI250X: two PCI
// devices, of which the first reports the power of both, and the second 0 W and
// no energy (aldebaran_ppt.c).
func twoDies(device string) bool { return device == "0x7408" || device == "0x740c" }

// deviceMI300A is the Instinct MI300A: processor, memory and graphics in one
// package, which its power is of.
const deviceMI300A = "0x74a0"

// A shadow is a device whose energy is in that of its parent.
type shadow struct{}

func (shadow) open(Tree) error           { return nil }
func (shadow) read(*driver.Sample) error { return errShadow }
func (shadow) close()                    {}

var errShadow = fmt.Errorf("%w: its energy is in that of another", driver.ErrNotSupported)
