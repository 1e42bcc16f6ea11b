package rapl

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// A device is an open counter: the seam for faults in tests and for a backend
// over perf events. Read fills b with the decimal value, from its start, in one
// attempt. (A perf backend counts in 64 bits that the kernel extends; it has to
// be read within 2^31 units, half the time that powercap allows.)
type device interface {
	Read(b []byte) (int, error)
	Close() error
}

type opener func(path string) (device, error)

func openFile(path string) (device, error) {
	f, err := sysfile.Open(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// maxInterrupts bounds how often a read is repeated when signals interrupt it.
const maxInterrupts = 100

// valueSize has room for 2^64 - 1, a line end and one byte that must not come.
const valueSize = 24

var errLong = errors.New("more text than a number has")

// readRaw reads dev into buf and parses it. Nothing but an interrupted call is
// repeated: some drivers answer EAGAIN for ever.
func readRaw(dev device, buf []byte) (raw uint64, op string, err error) {
	var n int
	for range maxInterrupts {
		n, err = dev.Read(buf)
		if err == nil || !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return 0, "read", err
	}
	if n == len(buf) {
		return 0, "parse", errLong
	}
	if raw, err = sysfile.ParseUint(buf[:n]); err != nil {
		return 0, "parse", err
	}
	return raw, "", nil
}

// gone tells whether err says that what was open does not exist any more.
// A kept descriptor of a removed sysfs file answers ENODEV.
func gone(err error) bool {
	return errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) || errors.Is(err, fs.ErrNotExist) ||
		errors.Is(err, syscall.EBADF) || errors.Is(err, fs.ErrClosed) || denied(err)
}

func denied(err error) bool { return errors.Is(err, fs.ErrPermission) }
