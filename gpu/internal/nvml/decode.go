package nvml

import (
	"encoding/binary"
	"math"
)

// Types of values, nvmlValueType_t in nvml.h.
const (
	typeDouble   = 0
	typeUint     = 1
	typeUlong    = 2
	typeUllong   = 3
	typeSllong   = 4
	typeSint     = 5
	typeUshort   = 6
	maxExactly   = 1 << 63 // doubles from here on do not fit
	absentUint   = math.MaxUint32
	absentUllong = math.MaxUint64
)

// Value returns what f holds as a count; false: it has none, is negative, not a
// number, all ones, or of a type that nobody knew when this was written. The
// bytes behind a narrow value are not looked at.
func (f *Field) Value() (uint64, bool) {
	if f.Code != Success {
		return 0, false
	}
	word := binary.NativeEndian.Uint64(f.Raw[:])
	half := binary.NativeEndian.Uint32(f.Raw[:4])
	switch f.Type {
	case typeDouble:
		v := math.Float64frombits(word)
		return uint64(max(0, min(v, 0x1p62))), v >= 0 && v < maxExactly
	case typeUint:
		return uint64(half), half != absentUint
	case typeUlong, typeUllong:
		return word, word != absentUllong
	case typeSllong:
		return word, int64(word) >= 0
	case typeSint:
		return uint64(half), int32(half) >= 0
	case typeUshort:
		return uint64(binary.NativeEndian.Uint16(f.Raw[:2])), true
	}
	return 0, false
}

// nothing says why a field that was read has no value: all ones, which may be
// otherwise next time, or a type that stays unknown.
func (f *Field) nothing() Code {
	if f.Type > typeUshort {
		return NotSupported
	}
	return NotFound
}
