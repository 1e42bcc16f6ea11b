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

// Open opens the regular file at path for reading, as all files of sysfs and
// procfs are; what is none is refused with [ErrIrregular]. It never waits: a
// pipe without a writer would hold whoever opens it for ever.
func Open(path string) (*File, error) {
	fail := func(err error) (*File, error) { return nil, &fs.PathError{Op: "open", Path: path, Err: err} }
	if err := regular(func(st *unix.Stat_t) error { return unix.Stat(path, st) }); err != nil {
		return fail(err) // before it is opened: to open some devices is to act
	}
	var fd int
	err := again(func() (err error) {
		fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
		return err
	})
	if err != nil {
		return fail(err)
	}
	err = regular(func(st *unix.Stat_t) error { return unix.Fstat(fd, st) })
	if err == nil {
		err = unix.SetNonblock(fd, false) // it was for the opening alone
	}
	if err != nil {
		unix.Close(fd)
		return fail(err)
	}
	return &File{fd: fd}, nil
}

// regular says why what stat looks at is no regular file.
func regular(stat func(*unix.Stat_t) error) error {
	var st unix.Stat_t
	if err := again(func() error { return stat(&st) }); err != nil {
		return err
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return nil
	case unix.S_IFDIR:
		return unix.EISDIR
	}
	return ErrIrregular
}

// again repeats a call for as long as signals interrupt it.
func again(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

// Read reads the file from its start into b with one system call, which is
// repeated only when a signal interrupts it. The error is the kernel's number.
func (f *File) Read(b []byte) (int, error) { return f.ReadAt(b, 0) }

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
