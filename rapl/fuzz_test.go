package rapl_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

func FuzzParseName(f *testing.F) {
	for _, s := range []string{
		"package-0", "package-1-die-3", "psys", "psys-1", "core", "uncore", "dram", "package-", "package--1",
		"package-+1", "package-0-die-", "package-0-die-1-die-2", "package-99999999999", "psys-", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		domain, pkg, die := rapl.ParseName(s)
		require.GreaterOrEqual(t, pkg, -1)
		require.GreaterOrEqual(t, die, -1)
		switch domain {
		case rapl.DomainPackage:
			again := "package-" + strconv.Itoa(pkg)
			if die >= 0 {
				again += "-die-" + strconv.Itoa(die)
			}
			d2, p2, die2 := rapl.ParseName(again)
			require.Equal(t, []any{domain, pkg, die}, []any{d2, p2, die2})
			require.Equal(t, strings.Contains(s, "-die-"), die >= 0)
		case rapl.DomainPsys:
			require.GreaterOrEqual(t, pkg, 0)
		default:
			require.Equal(t, -1, pkg)
		}
	})
}

func FuzzParseDir(f *testing.F) {
	for _, s := range []string{
		"intel-rapl:0", "intel-rapl:a:1f", "intel-rapl-mmio:0", "intel-rapl-tpmi:3", "intel-rapl", "intel-rapl:",
		"intel-rapl:0:", "intel-rapl:0x1", "intel-rapl:+1", "dtpm:0", ":0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, ok := rapl.ParseDir(s)
		if !ok {
			return
		}
		control, rest, _ := strings.Cut(s, ":")
		require.True(t, strings.HasPrefix(control, "intel-rapl"))
		for index := range strings.SplitSeq(rest, ":") {
			_, err := strconv.ParseUint(index, 16, 32)
			require.NoError(t, err)
		}
	})
}

type textDevice string

func (d textDevice) Read(b []byte) (int, error) { return copy(b, d), nil }
func (d textDevice) Close() error               { return nil }

func FuzzReadRaw(f *testing.F) {
	for _, s := range []string{"0\n", "124599532281\n", "18446744073709551615\n", "18446744073709551616\n", "", "-1", "12 34"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		raw, op, err := rapl.ReadRaw(textDevice(s))
		if err != nil {
			require.Equal(t, "parse", op)
			require.Zero(t, raw)
			return
		}
		require.Equal(t, strconv.FormatUint(raw, 10), strings.TrimLeft(strings.TrimRight(s, " \t\r\n\x00"), "0")+zero(raw))
	})
}

func zero(raw uint64) string {
	if raw == 0 {
		return "0"
	}
	return ""
}

// FuzzCounter holds that whatever a counter shows, totals never fall and never
// exceed what the zone can draw.
func FuzzCounter(f *testing.F) {
	f.Add(uint64(ri), uint64(0), uint64(1e9), uint64(5), uint32(5000), uint32(1))
	f.Add(uint64(ra), uint64(ra), uint64(0), uint64(ra+1), uint32(1), uint32(700000))
	f.Add(uint64(0), uint64(1<<63), uint64(1<<64-1), uint64(0), uint32(0), uint32(0))
	f.Add(uint64(1<<64-1), uint64(1<<64-1), uint64(3), uint64(1<<63), uint32(9), uint32(4000000000))
	f.Fuzz(func(t *testing.T, top, a, b, c uint64, d1, d2 uint32) {
		tree := powercaptest.New(t)
		tree.Zone("intel-rapl:0", "package-0", a, top)
		synctest.Test(t, func(t *testing.T) {
			r := open(t, tree)
			start := time.Now()
			var last reading
			for i, raw := range []uint64{b, c, a} {
				tree.SetEnergy("intel-rapl:0", raw)
				time.Sleep(time.Duration([]uint32{d1, d2, d1}[i]) * time.Microsecond)
				got, _ := r.Read(nil)
				require.Len(t, got, 1)
				require.GreaterOrEqual(t, got[0].Total, last.Total)
				require.GreaterOrEqual(t, got[0].Missing, last.Missing)
				require.LessOrEqual(t, got[0].Missing, time.Since(start))
				slack := 3 * (5.0 + float64(top>>32)/1e6)
				require.LessOrEqual(t, got[0].Total.Joules(), 1000*time.Since(start).Seconds()+slack)
				last = got[0]
			}
		})
	})
}
