package intensity_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

// FuzzForecast makes a history of bytes: steps, gaps and values as they come,
// up to the largest number there is.
func FuzzForecast(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03 a few points and then some more"), uint8(1), uint16(10), uint16(96*60), uint64(1))
	f.Add([]byte{0xff, 0xef, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1}, uint8(3), uint16(4000), uint16(1), uint64(2))
	f.Fuzz(func(t *testing.T, b []byte, steps uint8, late, ahead uint16, seed uint64) {
		ps := fuzzed(b, steps, seed)
		s, err := intensity.NewSeries(ps...)
		require.NoError(t, err)
		issued := day.Add(time.Duration(late) * time.Minute)
		horizon := time.Duration(ahead) * time.Minute
		o, err := intensity.EWProfile{}.Forecast(s, issued, horizon)
		if err != nil {
			if horizon <= intensity.MaxHorizon {
				require.ErrorIs(t, err, intensity.ErrHistory)
			}
			return
		}
		sound(t, o, issued.Add(horizon))
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
		again, err := intensity.EWProfile{}.Forecast(&intensity.Series{Points: ps}, issued, horizon)
		require.NoError(t, err)
		require.Equal(t, o, again)
		known := slices.DeleteFunc(slices.Clone(ps), func(p intensity.Point) bool { return p.End.After(issued) })
		again, err = intensity.EWProfile{}.Forecast(&intensity.Series{Points: known}, issued, horizon)
		require.NoError(t, err)
		require.Equal(t, o, again, "what ends later does not count")
	})
}

// fuzzed returns points around the day of the tests.
func fuzzed(b []byte, steps uint8, seed uint64) []intensity.Point {
	r := rand.New(rand.NewPCG(seed, uint64(steps)))
	lengths := []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute, 5 * time.Minute, 7 * time.Minute, 3 * time.Hour}
	step := lengths[int(steps)%len(lengths)]
	from := -time.Duration(r.IntN(70)) * aDay
	var ps []intensity.Point
	for from < 12*time.Hour && len(ps) < 3000 {
		if steps&0x40 != 0 {
			step = lengths[r.IntN(len(lengths))]
		}
		if r.IntN(256) >= int(steps)/4 {
			p := pt(from, from+step, 0)
			p.Value = units.Intensity(valueOf(b, r))
			p.Quality = 1 + intensity.Quality(r.IntN(3))
			ps = append(ps, p)
		}
		from += step
	}
	return ps
}

// valueOf returns a value that a point may have, made of some of the bytes.
func valueOf(b []byte, r *rand.Rand) float64 {
	if len(b) == 0 {
		return 600 * r.Float64()
	}
	var raw [8]byte
	copy(raw[:], b[r.IntN(len(b)):])
	v := math.Abs(math.Float64frombits(binary.LittleEndian.Uint64(raw[:])))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.MaxFloat64
	}
	return v
}

func FuzzSplice(f *testing.F) {
	f.Add(uint64(1), uint64(2), uint8(0), uint8(70))
	f.Fuzz(func(t *testing.T, one, two uint64, a, b uint8) {
		first, err := intensity.NewSeries(fuzzed(nil, a, one)...)
		require.NoError(t, err)
		second, err := intensity.NewSeries(fuzzed(nil, b, two)...)
		require.NoError(t, err)
		got, err := intensity.Splice(first, second)
		require.NoError(t, err)
		for i, p := range got.Points {
			require.NoError(t, p.Valid())
			require.False(t, i > 0 && p.Start.Before(got.Points[i-1].End))
		}
		r := rand.New(rand.NewPCG(one, two))
		for range 300 {
			at := day.Add(time.Duration(r.IntN(72*24*60)-70*24*60) * time.Minute)
			want, err := first.At(at)
			if err != nil {
				want, err = second.At(at)
			}
			p, found := got.At(at)
			require.Equal(t, err == nil, found == nil)
			require.Equal(t, want.Value, p.Value)
		}
	})
}
