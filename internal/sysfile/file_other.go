//go:build !linux

package sysfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// A File is a kept descriptor. It is safe for concurrent reads, but not for a
// read beside Close.
type File struct{ f *os.File }

// Open opens the regular file at path for reading; what is none is refused with
// [ErrIrregular], a directory as the system does.
func Open(path string) (*File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrIrregular}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &File{f: f}, nil
}

// Read reads the file from its start into b.
func (f *File) Read(b []byte) (int, error) { return f.ReadAt(b, 0) }

// ReadAt is Read from an offset, for files longer than b.
func (f *File) ReadAt(b []byte, off int64) (int, error) {
	n, err := f.f.ReadAt(b, off)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Close closes the descriptor.
func (f *File) Close() error { return f.f.Close() }
