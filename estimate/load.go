package estimate

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// A load reads the cumulative busy time of all CPUs of the machine.
type load interface {
	busy() (time.Duration, error)
	close() error
}

// openLoad opens the source of CPU time and reads it once, so that a machine
// without one is refused at the start.
func openLoad(c Config) (load, time.Duration, error) {
	l, err := newLoad(c)
	if err != nil {
		return nil, 0, err
	}
	first, err := l.busy()
	if err != nil {
		l.close()
		return nil, 0, err
	}
	return l, first, nil
}

func newLoad(c Config) (load, error) {
	if c.Busy != nil {
		return given(c.Busy), nil
	}
	if runtime.GOOS != "linux" {
		return psutilLoad{}, nil
	}
	path := filepath.Join(procRoot(c), "stat")
	f, err := sysfile.Open(path)
	if err != nil {
		return nil, &LoadError{path, loadRemedy, err}
	}
	return &statLoad{file: f, path: path}, nil
}

const loadRemedy = "mount procfs, or point HOST_PROC at it"

// given is CPU time that the caller reads.
type given func() (time.Duration, error)

func (g given) busy() (time.Duration, error) {
	d, err := g()
	if err != nil {
		return 0, &LoadError{Err: err}
	}
	return d, nil
}

func (g given) close() error { return nil }

// statLoad reads the first line of /proc/stat. The kernel makes the whole text
// at each read, however little of it is asked for.
type statLoad struct {
	file *sysfile.File
	path string
	buf  [512]byte // the first line has ten numbers of at most 20 digits
}

func (s *statLoad) busy() (time.Duration, error) {
	n, err := s.file.Read(s.buf[:])
	if err != nil {
		return 0, &LoadError{s.path, loadRemedy, err}
	}
	var all procfs.Times
	if err := procfs.ParseStat(s.buf[:n], &all, nil); err != nil {
		return 0, &LoadError{s.path, loadRemedy, err}
	}
	return all.Busy(), nil
}

func (s *statLoad) close() error { return s.file.Close() }

func procRoot(c Config) string { return cmp.Or(c.Proc, os.Getenv("HOST_PROC"), "/proc") }

func sysRoot(c Config) string { return cmp.Or(c.Sys, os.Getenv("HOST_SYS"), "/sys") }
