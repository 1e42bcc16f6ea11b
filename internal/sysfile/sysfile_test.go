package sysfile_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/sysfile"
)

func TestParseUint(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want uint64
		err  error
	}{
		{"0\n", 0, nil},
		{"262143328850\n", 262143328850, nil},
		{"18446744073709551615\n", 1<<64 - 1, nil},
		{"18446744073709551616\n", 0, sysfile.ErrRange},
		{"", 0, sysfile.ErrSyntax},
		{"\n", 0, sysfile.ErrSyntax},
		{"abc", 0, sysfile.ErrSyntax},
		{"12 34", 0, sysfile.ErrSyntax},
		{"-1", 0, sysfile.ErrSyntax},
		{"+1", 0, sysfile.ErrSyntax},
	} {
		got, err := sysfile.ParseUint([]byte(tt.in))
		require.ErrorIs(t, err, tt.err, "%q", tt.in)
		require.Equal(t, tt.want, got, "%q", tt.in)
	}
}

func FuzzParseUint(f *testing.F) {
	f.Add("12\n")
	f.Add("18446744073709551616")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := sysfile.ParseUint([]byte(s))
		if err != nil {
			require.Zero(t, got)
			return
		}
		again, err := sysfile.ParseUint([]byte(strconv.FormatUint(got, 10)))
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}

func TestCountList(t *testing.T) {
	for in, want := range map[string]int{"0\n": 1, "0-3,7\n": 5, "0-63": 64, "": 0} {
		got, err := sysfile.CountList(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
	for _, in := range []string{"a", "3-1", "-", "0-9999999999", "1,,2"} {
		_, err := sysfile.CountList(in)
		require.ErrorIs(t, err, sysfile.ErrSyntax, in)
	}
}

func TestFileIsReadAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	require.NoError(t, os.WriteFile(path, []byte("1\n"), 0o600))
	f, err := sysfile.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var buf [16]byte
	n, err := f.Read(buf[:])
	require.NoError(t, err)
	require.Equal(t, "1\n", string(buf[:n]))
	require.NoError(t, os.WriteFile(path, []byte("23\n"), 0o600))
	n, err = f.Read(buf[:])
	require.NoError(t, err)
	require.Equal(t, "23\n", string(buf[:n]))
	_, err = sysfile.Open(path + "-absent")
	require.ErrorIs(t, err, os.ErrNotExist)
}
