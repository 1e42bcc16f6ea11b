package sysfs

import (
	"slices"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A rail is a channel of an INA3221, the power monitor of NVIDIA Jetson
// modules: voltage and current by drivers/hwmon/ina3221.c, or power by NVIDIA's
// older ina3221x driver (JetPack 4).
type rail struct {
	voltagePath, currentPath string // mV and mA
	powerPath                string // mW, in place of the two

	voltage, current, power *value
}

func (r *rail) open(t Tree) (err error) {
	if r.powerPath != "" {
		r.power, err = openValue(t, r.powerPath)
		return err
	}
	if r.voltage, err = openValue(t, r.voltagePath); err != nil {
		return err
	}
	r.current, err = openValue(t, r.currentPath)
	return err
}

func (r *rail) close() {
	r.voltage.close()
	r.current.close()
	r.power.close()
	r.voltage, r.current, r.power = nil, nil, nil
}

func (r *rail) read(dst *driver.Sample) error {
	if r.power != nil {
		mw, err := r.power.positive()
		if err != nil {
			return err
		}
		return r.drawn(dst, float64(mw)/1e3)
	}
	mv, err := r.voltage.positive()
	if err != nil {
		return err
	}
	ma, err := r.current.positive()
	if err != nil {
		return err
	}
	return r.drawn(dst, float64(mv)*float64(ma)/1e6)
}

func (r *rail) drawn(dst *driver.Sample, w float64) error {
	if w >= absurdMicrowatts/1e6 {
		return fault("read", r.voltagePath+r.powerPath, errAbsurd)
	}
	dst.Instant, dst.InstantOK = units.Power(w), true
	return nil
}

// Names of rails, by label in the device trees of the Jetson boards. The GPU
// alone: AGX Orin and AGX Xavier, TX2, TX1 and Nano. Orin NX, Orin Nano and
// Xavier NX have one rail for CPU and GPU together
// (arch/arm64/boot/dts/nvidia/tegra234-p3767.dtsi): of them the whole module is
// read, which has memory in it, too.
var (
	gpuRails    = []string{"VDD_GPU_SOC", "VDD_GPU", "GPU", "VDD_SYS_GPU", "POM_5V_GPU"}
	moduleRails = []string{"VDD_IN", "POM_5V_IN"}
)

// findINA3221 finds the GPU of a Jetson: one device, whatever the number of
// rails. The GPU's rail is part of the module's: one of the two is read.
func findINA3221(t Tree) ([]*device, []source.Skip, error) {
	rails, err := listRails(t)
	if err != nil {
		return nil, nil, err
	}
	if label, at := pick(rails, gpuRails); at != nil {
		return []*device{jetson(t, label, at, source.GPU, source.AtBoard)}, nil, nil
	}
	if label, at := pick(rails, moduleRails); at != nil {
		return []*device{jetson(t, label, at, source.Module, source.AtModule)}, nil, nil
	}
	return nil, nil, nil
}

// A labelled is a rail and the I²C address of its monitor, such as "1-0040".
type labelled struct {
	label, address string
	rail           *rail
}

func pick(rails []labelled, labels []string) (string, *labelled) {
	for _, label := range labels {
		i := slices.IndexFunc(rails, func(r labelled) bool { return r.label == label })
		if i >= 0 {
			return label, &rails[i]
		}
	}
	return "", nil
}

func jetson(t Tree, label string, at *labelled, kind source.Kind, level source.Level) *device {
	socket := -1
	if kind == source.Module {
		socket = 0
	}
	return &device{tree: t, sensor: at.rail, id: driver.Identity{
		ID:     "ina3221/" + at.address + "/" + label,
		Model:  text(t, "firmware/devicetree/base/model"),
		Kind:   kind,
		Level:  level,
		Socket: socket,
		Source: "ina3221/" + label,
		Detail: at.rail.voltagePath + at.rail.powerPath,
	}}
}

const (
	ina3221  = "bus/i2c/drivers/ina3221"
	ina3221x = "bus/i2c/drivers/ina3221x"
)

// listRails returns the rails of all monitors. Channels 1 to 3 are rails; the
// sums after them are not.
func listRails(t Tree) ([]labelled, error) {
	addresses, err := t.List(ina3221)
	var rails []labelled
	for _, a := range addresses {
		rails = append(rails, hwmonRails(t, a)...)
	}
	older, olderErr := t.List(ina3221x)
	for _, a := range older {
		rails = append(rails, iioRails(t, a)...)
	}
	if err != nil && olderErr != nil {
		return nil, err
	}
	return rails, nil
}

func hwmonRails(t Tree, address string) (rails []labelled) {
	at := hwmon(t, ina3221+"/"+address, "ina3221")
	if at == "" {
		return nil
	}
	for _, n := range [...]string{"1", "2", "3"} {
		if label := text(t, at+"/in"+n+"_label"); label != "" {
			r := &rail{voltagePath: at + "/in" + n + "_input", currentPath: at + "/curr" + n + "_input"}
			rails = append(rails, labelled{label, address, r})
		}
	}
	return rails
}

func iioRails(t Tree, address string) (rails []labelled) {
	names, err := t.List(ina3221x + "/" + address)
	if err != nil {
		return nil
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "iio:device") {
			continue
		}
		at := ina3221x + "/" + address + "/" + name
		for _, n := range [...]string{"0", "1", "2"} {
			if label := text(t, at+"/rail_name_"+n); label != "" {
				rails = append(rails, labelled{label, address, &rail{powerPath: at + "/in_power" + n + "_input"}})
			}
		}
	}
	return rails
}
