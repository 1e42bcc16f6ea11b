package sysfs

import (
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// A meter is an ACPI power meter (drivers/hwmon/acpi_power_meter.c), read by
// power1_average, a mean over power1_average_interval.
type meter struct {
	path    string
	average *value
}

func (m *meter) open(t Tree) (err error) {
	m.average, err = openValue(t, m.path)
	return err
}

func (m *meter) close() {
	m.average.close()
	m.average = nil
}

func (m *meter) read(dst *driver.Sample) error {
	uw, err := m.average.read()
	if err != nil {
		return err
	}
	w, ok := watts(uw)
	if !ok {
		return fault("read", m.path, errAbsurd)
	}
	dst.Average, dst.AverageOK = w, true
	return nil
}

// The meters of a Grace socket by power1_oem_info, from the one that holds all
// others: the module with GPU and memory; Grace, which is the next two; the
// cores; what is around them. The widest of a socket is read, since adding
// another would count it twice.
var graceMeters = [...]struct {
	prefix, id string
	kind       source.Kind
	level      source.Level
}{
	{"Module Power Socket ", "module", source.Module, source.AtModule},
	{"Grace Power Socket ", "cpu", source.CPU, source.AtChip},
	{"CPU Power Socket ", "cpu", source.CPU, source.AtChip},
}

// findGrace finds the modules of a Grace machine, and where a socket has no
// meter of a module, its processor.
func findGrace(t Tree) ([]*device, []source.Skip, error) {
	names, err := t.List("class/hwmon")
	if err != nil {
		return nil, nil, err
	}
	dirs := map[string]string{} // by power1_oem_info
	for _, name := range names {
		dir := "class/hwmon/" + name + "/device"
		if info := text(t, dir+"/power1_oem_info"); info != "" && t.Exists(dir+"/power1_average") {
			dirs[info] = dir
		}
	}
	var found []*device
	for n := range maxGrace {
		for _, m := range graceMeters {
			dir, ok := dirs[m.prefix+strconv.Itoa(n)]
			if !ok {
				continue
			}
			id := graceIdentity(t, dir, len(found), n)
			id.ID = "grace/" + m.id + "-" + strconv.Itoa(n)
			id.Kind, id.Level = m.kind, m.level
			id.Source = "acpi_power_meter/" + strings.ToLower(strings.Fields(m.prefix)[0])
			found = append(found, &device{id: id, tree: t, sensor: &meter{path: dir + "/power1_average"}})
			break
		}
	}
	return found, nil, nil
}

// maxGrace bounds the sockets looked for: there are four at most.
const maxGrace = 16

func graceIdentity(t Tree, dir string, index, socket int) driver.Identity {
	ms, _ := number(t, dir+"/power1_average_interval")
	return driver.Identity{
		Index:    index,
		Model:    "NVIDIA Grace",
		Socket:   socket,
		MaxPower: limit(t, dir+"/power1_cap_max"),
		Window:   time.Duration(min(ms, maxIntervalMS)) * time.Millisecond,
		Detail:   dir,
	}
}

const maxIntervalMS = 1000 * 60
