package sysfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// A tree that is not the kernel's may hold anything: nothing of it is waited
// for. Without the check this test never ends.
func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, unix.Mkfifo(pipe, 0o600))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(pipe, link))
	for _, path := range []string{pipe, link, "/dev/zero", "/dev/null"} {
		_, err := sysfile.Open(path)
		require.ErrorIs(t, err, sysfile.ErrIrregular, path)
		_, err = sysfile.ReadFile(path, sysfile.Attribute)
		require.ErrorIs(t, err, sysfile.ErrIrregular, path)
		_, err = sysfile.ReadUint(path)
		require.ErrorIs(t, err, sysfile.ErrIrregular, path)
	}
	_, err := sysfile.Open(dir)
	require.ErrorIs(t, err, syscall.EISDIR)
}

// What was opened without waiting is read as any descriptor: a driver that
// heeds O_NONBLOCK would answer EAGAIN.
func TestDescriptorMayWait(t *testing.T) {
	before := openFiles(t)
	f, err := sysfile.Open("/proc/self/stat")
	require.NoError(t, err)
	defer f.Close()
	var blocking bool
	for fd := range openFiles(t) {
		if before[fd] {
			continue
		}
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err == nil { // else it was that of the listing
			blocking = flags&unix.O_NONBLOCK == 0
			require.True(t, blocking)
		}
	}
	require.True(t, blocking, "the descriptor was found")
}

func openFiles(t *testing.T) map[int]bool {
	t.Helper()
	open := map[int]bool{}
	for fd := range 256 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); err == nil {
			open[fd] = true
		}
	}
	return open
}

func TestReadFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	for _, size := range []int{0, 1, 4096, 4097, 10_000} {
		text := strings.Repeat("x", size)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		got, err := sysfile.ReadFile(path, size)
		require.NoError(t, err, size)
		require.Equal(t, text, string(got))
		if size > 0 {
			_, err = sysfile.ReadFile(path, size-1)
			require.ErrorIs(t, err, sysfile.ErrTooLong, size)
		}
	}
	require.NoError(t, os.Truncate(path, 1<<40)) // with a hole: no disk is that large
	_, err := sysfile.ReadUint(path)
	require.ErrorIs(t, err, sysfile.ErrTooLong)
}
