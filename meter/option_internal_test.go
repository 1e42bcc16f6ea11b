package meter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// More CPUs than there are would otherwise be all of them, without a word.
func TestReservationFits(t *testing.T) {
	for name, c := range map[string]struct {
		reservation *Reservation
		by          string
		cpus        int
		want        string
	}{
		"nothing declared":  {nil, "", 4, ""},
		"all of them":       {&Reservation{CPUs: 4}, "", 4, ""},
		"half of one":       {&Reservation{CPUs: 0.5}, "", 4, ""},
		"memory alone":      {&Reservation{MemoryGB: 1e6}, "", 4, ""},
		"the whole machine": {&Reservation{Whole: true}, "", 4, ""},
		"not known":         {&Reservation{CPUs: 64}, "", 0, ""},
		"too many": {&Reservation{CPUs: 4.5}, "", 4,
			"meter: WithReservation: want at most the 4 CPUs of this machine, not 4.5; declare all of it as the whole machine"},
		"too many of the environment": {&Reservation{CPUs: 64}, "SCIMETER_CPUS", 2,
			"meter: SCIMETER_CPUS: want at most the 2 CPUs of this machine, not 64; declare all of it as the whole machine"},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&config{reservation: c.reservation, cpusBy: c.by}).fit(c.cpus)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
}
