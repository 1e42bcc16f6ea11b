package procfs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/procfs"
)

const stat = `cpu  10 20 30 400 50 6 7 8 9 1
cpu0 4 10 10 200 20 3 3 4 0 0
cpu2 6 10 20 200 30 3 4 4 0 0
intr 1 2 3
`

func TestParseStat(t *testing.T) {
	var all procfs.Times
	cpus := map[int]time.Duration{}
	err := procfs.ParseStat([]byte(stat), &all, func(cpu int, t procfs.Times) { cpus[cpu] = t.Busy() })
	require.NoError(t, err)
	require.Equal(t, 730*time.Millisecond, all.Busy(), "guest, idle, iowait and steal are out")
	require.Equal(t, map[int]time.Duration{0: 300 * time.Millisecond, 2: 430 * time.Millisecond}, cpus)
}

func TestParseStatRefuses(t *testing.T) {
	for _, in := range []string{"", "cpu", "cpu  1 2 3\n", "cpu  a b c d\n", "cpu  1 2 3 18446744073709551615\n", "intr 0\n"} {
		var all procfs.Times
		require.ErrorIs(t, procfs.ParseStat([]byte(in), &all, nil), procfs.ErrSyntax, "%q", in)
	}
}

func TestParsePIDStat(t *testing.T) {
	line := "4242 (a) b (c)) Z 17 4242 17 0 -1 4194304 95 1000 0 0 150 50 30 20 20 0 1 0 987654 2 0\n"
	got, err := procfs.ParsePIDStat([]byte(line))
	require.NoError(t, err)
	require.Equal(t, procfs.Process{
		PID: 4242, Parent: 17, State: 'Z', Start: 987654,
		Own: 2 * time.Second, Reaped: 500 * time.Millisecond,
	}, got)
	for _, in := range []string{"", "1", "1 (a", "1 (a)", "x (a) R 1 ", "0 (a) R 1 2", line[:60]} {
		_, err := procfs.ParsePIDStat([]byte(in))
		require.ErrorIs(t, err, procfs.ErrSyntax, "%q", in)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add(stat)
	f.Fuzz(func(t *testing.T, s string) {
		var all procfs.Times
		if procfs.ParseStat([]byte(s), &all, func(int, procfs.Times) {}) == nil {
			require.GreaterOrEqual(t, all.User, time.Duration(0))
		}
	})
}

func FuzzParsePIDStat(f *testing.F) {
	f.Add("1 (init) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 9 10 11\n")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := procfs.ParsePIDStat([]byte(s))
		if err == nil {
			require.Positive(t, p.PID)
			require.GreaterOrEqual(t, p.Own, time.Duration(0))
			require.GreaterOrEqual(t, p.Reaped, time.Duration(0))
		}
	})
}
