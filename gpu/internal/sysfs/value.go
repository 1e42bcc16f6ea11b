package sysfs

import (
	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/units"
)

// valueSize has room for 2^63 with a sign, and a line end.
const valueSize = 24

// A value is a kept file that holds one decimal number.
type value struct {
	file File // nil: not there
	path string
	buf  [valueSize]byte
}

func openValue(t Tree, path string) (*value, error) {
	f, err := t.Open(path)
	if err != nil {
		return nil, fault("open", path, err)
	}
	return &value{file: f, path: path}, nil
}

// read returns the number, which is not negative. It allocates nothing unless
// it fails.
func (v *value) read() (uint64, error) {
	n, err := v.file.Read(v.buf[:])
	if err != nil {
		return 0, fault("read", v.path, err)
	}
	x, err := sysfile.ParseUint(v.buf[:n])
	if err != nil {
		return 0, fault("parse", v.path, err)
	}
	return x, nil
}

// positive is read for a number with a sign: sensors of current swing around
// nothing, and what is below it counts as nothing.
func (v *value) positive() (uint64, error) {
	n, err := v.file.Read(v.buf[:])
	if err != nil {
		return 0, fault("read", v.path, err)
	}
	digits, negative := v.buf[:n], false
	if n > 0 && digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	x, err := sysfile.ParseUint(digits)
	if err != nil {
		return 0, fault("parse", v.path, err)
	}
	if negative {
		return 0, nil
	}
	return x, nil
}

func (v *value) close() {
	if v != nil && v.file != nil {
		v.file.Close()
	}
}

// number returns the number in a file, read once; false where there is none.
func number(t Tree, path string) (uint64, bool) {
	b, err := content(t, path)
	if err != nil {
		return 0, false
	}
	n, err := sysfile.ParseUint(b)
	return n, err == nil
}

// absurdMicrowatts is what no card and no module draws: 65535 W, all ones of the
// 16-bit watts of amdgpu's tables. It has those of wider fields above it, such
// as the 4294967295000 µW that drivers/hwmon/acpi_power_meter.c makes of the
// 2^32 - 1 mW by which ACPI says "not known" (ACPI 6.5, 10.4.1, _PMM).
const absurdMicrowatts = 65535 * 1000000

// watts returns a power in µW; false means that it is a sentinel.
func watts(microwatts uint64) (units.Power, bool) {
	if microwatts >= absurdMicrowatts {
		return 0, false
	}
	return units.Power(float64(microwatts) / 1e6), true
}

// limit returns the largest of the powers in files, in µW: a bound for what is
// plausible. 0: none is there.
func limit(t Tree, paths ...string) units.Power {
	var most units.Power
	for _, p := range paths {
		if n, ok := number(t, p); ok {
			if w, ok := watts(n); ok {
				most = max(most, w)
			}
		}
	}
	return most
}
