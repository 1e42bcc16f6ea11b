package sysfile

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// A File is a kept descriptor. It is safe for concurrent reads, but not for a
// read beside Close.
//
// It is no [os.File]: that registers the descriptor with the poller and makes
// it non-blocking, which some drivers answer with EAGAIN for ever.
type File struct{ fd int }

// Open opens the file at path for reading.
func Open(path string) (*File, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return &File{fd: fd}, nil
	}
}

// Read reads the file from its start into b with one system call, which is
// repeated only when a signal interrupts it. The error is the kernel's number.
func (f *File) Read(b []byte) (int, error) {
	for {
		n, err := unix.Pread(f.fd, b, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, err
		}
		return n, nil
	}
}

// ReadAt is Read from an offset, for files longer than b.
func (f *File) ReadAt(b []byte, off int64) (int, error) {
	for {
		n, err := unix.Pread(f.fd, b, off)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, err
		}
		return n, nil
	}
}

// Close closes the descriptor.
func (f *File) Close() error { return unix.Close(f.fd) }
