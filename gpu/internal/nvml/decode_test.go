package nvml_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
	"github.com/stretchr/testify/require"
)

func raw(bits uint64) (b [8]byte) {
	binary.NativeEndian.PutUint64(b[:], bits)
	return b
}

func half(v uint32) [8]byte {
	b := raw(0xa5a5a5a5a5a5a5a5)
	binary.NativeEndian.PutUint32(b[:4], v)
	return b
}

func TestFieldValue(t *testing.T) {
	short := half(0)
	binary.NativeEndian.PutUint16(short[:2], 65535)
	for _, c := range []struct {
		name string
		f    nvml.Field
		want uint64
		ok   bool
	}{
		{"double", nvml.Field{Type: 0, Raw: raw(math.Float64bits(650_000.9))}, 650_000, true},
		{"double below zero", nvml.Field{Type: 0, Raw: raw(math.Float64bits(-1))}, 0, false},
		{"double that is no number", nvml.Field{Type: 0, Raw: raw(math.Float64bits(math.NaN()))}, 0, false},
		{"double without end", nvml.Field{Type: 0, Raw: raw(math.Float64bits(math.Inf(1)))}, 0, false},
		{"case L9: unsigned int, rubbish behind it", nvml.Field{Type: 1, Raw: half(700_000)}, 700_000, true},
		{"unsigned int of all ones", nvml.Field{Type: 1, Raw: half(math.MaxUint32)}, 0, false},
		{"unsigned long", nvml.Field{Type: 2, Raw: raw(1 << 40)}, 1 << 40, true},
		{"case L9: unsigned long long", nvml.Field{Type: 3, Raw: raw(math.MaxUint64 - 1)}, math.MaxUint64 - 1, true},
		{"case C10: unsigned long long of all ones", nvml.Field{Type: 3, Raw: raw(math.MaxUint64)}, 0, false},
		{"signed long long", nvml.Field{Type: 4, Raw: raw(5)}, 5, true},
		{"signed long long below zero", nvml.Field{Type: 4, Raw: raw(1 << 63)}, 0, false},
		{"signed int", nvml.Field{Type: 5, Raw: half(5)}, 5, true},
		{"signed int below zero", nvml.Field{Type: 5, Raw: half(1 << 31)}, 0, false},
		{"unsigned short", nvml.Field{Type: 6, Raw: short}, 65535, true},
		{"unknown", nvml.Field{Type: 7, Raw: raw(5)}, 0, false},
		{"case L9: a code", nvml.Field{Type: 3, Code: nvml.NotSupported, Raw: raw(5)}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := c.f.Value()
			require.Equal(t, c.ok, ok)
			if ok {
				require.Equal(t, c.want, got)
			}
		})
	}
}

// No bytes make a value of what is not one.
func FuzzFieldValue(f *testing.F) {
	f.Add(uint32(0), uint32(0), uint64(0x7ff0000000000000))
	f.Add(uint32(0), uint32(3), uint64(math.MaxUint64))
	f.Add(uint32(3), uint32(1), uint64(1))
	f.Fuzz(func(t *testing.T, code, kind uint32, bits uint64) {
		field := nvml.Field{Code: nvml.Code(code), Type: kind, Raw: raw(bits)}
		v, ok := field.Value()
		require.False(t, ok && (code != 0 || kind > 6 || v == math.MaxUint64))
		if ok && kind == 0 {
			require.Equal(t, uint64(min(math.Float64frombits(bits), 0x1p62)), v)
		}
	})
}

func TestErrorTexts(t *testing.T) {
	var gone error = &nvml.DriverError{Op: "read", Card: "GPU-1", Code: nvml.Uninitialized}
	require.EqualError(t, gone, "gpu: nvml: read GPU-1: NVML was shut down (NVML code 1)")
	require.ErrorIs(t, gone, driver.ErrDriverGone)
	require.Empty(t, nvml.Remedy(gone))
	require.Empty(t, nvml.Remedy(errors.New("of somebody else")))
	require.Equal(t, "success", nvml.Success.String())
}
