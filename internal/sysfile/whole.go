package sysfile

import "errors"

// ErrIrregular reports a pipe, a socket or a device where the kernel has a
// regular file: no tree of the kernel is like that.
var ErrIrregular = errors.New("not a regular file")

// ErrTooLong reports a file that is longer than any of its kind.
var ErrTooLong = errors.New("too long a file")

// Sizes that no file of a kind exceeds.
const (
	Attribute = 64 << 10 // a value of sysfs: one page, of 64 KiB at most
	Table     = 64 << 20 // of procfs: cpuinfo has some 2 KiB for each CPU
)

// ReadFile reads the regular file at path, of most bytes at most. It neither
// waits for a pipe nor reads for ever, as os.ReadFile does where a tree is not
// the kernel's.
func ReadFile(path string, most int) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, 0, min(most, 4<<10)+1)
	for {
		n, err := f.ReadAt(b[len(b):cap(b)], int64(len(b)))
		if err != nil {
			return nil, err
		}
		b = b[:len(b)+n]
		switch {
		case len(b) > most:
			return nil, ErrTooLong
		case n == 0:
			return b, nil
		case len(b) == cap(b):
			b = append(b, 0)[:len(b)]
		}
	}
}
