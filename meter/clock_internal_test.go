package meter

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A clock cannot be set in a bubble; what a meter remembers of it can.
func TestClock(t *testing.T) {
	for name, tt := range map[string]struct{ was, want time.Duration }{
		"case 47: set back by an hour, no effect": {time.Hour, time.Hour},
		"set ahead by a minute, no effect":        {-time.Minute, -time.Minute},
		"not set before: 1970":                    {-56 * 365 * 24 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Second)
				z := &zone{}
				m := &Meter{start: time.Now(), shift: tt.was, zones: []*zone{z}}
				n := m.instant(0)
				z.base.wall = n.wall(m.start)
				time.Sleep(5 * time.Second)
				m.setClock(&n, time.Now())
				require.Equal(t, time.Now().UTC().Round(0).Add(tt.want), n.wall(time.Now()))
				require.Equal(t, 5*time.Second, n.wall(time.Now()).Sub(z.base.wall), "energy is of these 5 s, not of what the clock made up")
			})
		})
	}
}
