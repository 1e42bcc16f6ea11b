package meter_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
)

// patient is a source that says how long it may go unread.
type patient struct {
	meter.Source
	most time.Duration

	mu    sync.Mutex // guards reads
	reads []time.Time
}

func (p *patient) MaxInterval() time.Duration { return p.most }

func (p *patient) Read(dst []source.Reading) ([]source.Reading, error) {
	p.mu.Lock()
	p.reads = append(p.reads, time.Now())
	p.mu.Unlock()
	return p.Source.Read(dst)
}

func (p *patient) gaps() []time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	var gaps []time.Duration
	for i := 1; i < len(p.reads); i++ {
		gaps = append(gaps, p.reads[i].Sub(p.reads[i-1]))
	}
	return gaps
}

// TestPace: a machine at rest is read less often, as far as its sources allow,
// since nothing could be shared out; one that works is read at the interval.
func TestPace(t *testing.T) {
	const s = time.Second
	for name, tt := range map[string]struct {
		most time.Duration
		busy time.Duration // each second
		want []time.Duration
	}{
		"at rest":                  {0, time.Millisecond, []time.Duration{s, 2 * s, 4 * s, 8 * s, 8 * s}},
		"a counter that wraps":     {3 * s, time.Millisecond, []time.Duration{s, 2 * s, 3 * s, 3 * s, 3 * s}},
		"at work":                  {0, s, []time.Duration{s, s, s, s, s}},
		"a counter that has to be": {s / 2, time.Millisecond, []time.Duration{s / 2, s / 2, s / 2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				machine := metertest.New(8, package0(1))
				p := &patient{Source: machine.Source(), most: tt.most}
				m := begin(t, meter.WithSource(p), meter.WithScope(machine.Scope()))
				machine.Run(30*s, metertest.Phase{Busy: 30 * tt.busy, Energy: used("package-0", 60)})
				require.Equal(t, tt.want, p.gaps()[:len(tt.want)])
				_, err := m.Read(t.Context())
				require.NoError(t, err)
				asked := len(p.gaps())
				machine.Run(3*s, metertest.Phase{Energy: used("package-0", 6)})
				require.Equal(t, tt.want[0], p.gaps()[asked], "after a reading that somebody asked for")
			})
		})
	}
	t.Run("never beyond a minute", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(1))
			p := &patient{Source: machine.Source()}
			m := begin(t, meter.WithSource(p), meter.WithScope(machine.Scope()))
			machine.Run(61*s, metertest.Phase{Busy: s / 10, Energy: used("package-0", 61)})
			var last meter.Snapshot
			m.Last(&last)
			require.InDelta(t, 60, last.Zones[0].Total.Joules(), 1e-3, "shared out after a minute")
		})
	})
}
