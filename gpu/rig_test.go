package gpu_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

const joule = units.Microjoules(1e6)

// bubble runs f on a clock of its own, with the cards of m opened.
func bubble(t *testing.T, f func(t *testing.T, m *gputest.Machine, r *rig), specs ...gputest.Spec) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(specs...)
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		defer func() { require.NoError(t, r.Close()) }()
		f(t, m, &rig{Reader: r, t: t})
	})
}

// A rig reads as a meter does, once a second.
type rig struct {
	*gpu.Reader
	t    *testing.T
	last map[string]source.Reading
	err  error
	took time.Duration
}

// read reads all cards now.
func (r *rig) read() map[string]source.Reading {
	r.t.Helper()
	from := time.Now()
	got, err := r.Read(nil)
	r.err, r.took = err, time.Since(from)
	now := map[string]source.Reading{}
	for _, x := range got {
		require.NotContains(r.t, now, x.Zone, "once for each zone")
		if before, ok := r.last[x.Zone]; ok {
			require.GreaterOrEqual(r.t, x.Total, before.Total, "totals never fall")
			require.GreaterOrEqual(r.t, x.Missing, before.Missing)
			require.False(r.t, x.At.Before(before.At), "time never goes back")
		}
		require.False(r.t, x.At.After(time.Now()))
		now[x.Zone] = x
		if r.last == nil {
			r.last = map[string]source.Reading{}
		}
		r.last[x.Zone] = x
	}
	return now
}

// run reads once a second for so long. It returns what was said of a zone.
func (r *rig) run(d time.Duration, zone string) (q source.Quality) {
	r.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(time.Second, time.Until(end)))
		q |= r.read()[zone].Quality
	}
	return q
}

// state returns how a card answers.
func (r *rig) state(id string) gpu.State { return r.Device(id).Status().State }
