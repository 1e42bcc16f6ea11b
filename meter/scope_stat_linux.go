package meter

import (
	"bytes"
	"time"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

const (
	// statLine holds the first line of /proc/stat: ten numbers of at most 20
	// digits.
	statLine = 256

	// statPerCPU is what a first read of all lines allows for each; it is
	// doubled until they fit.
	statPerCPU = 128
)

// scopeStat reads the busy time of the machine, which is the denominator of
// every share. The kernel writes the whole of /proc/stat for each read, but
// only what is asked for is copied and parsed.
type scopeStat struct {
	file *sysfile.File
	buf  []byte

	all   time.Duration   // never falls
	each  []time.Duration // by number of CPU; of one that went offline, the last
	lines int             // CPUs listed, as of the last readAll
	note  func(cpu int, t procfs.Times)
}

func (s *scopeStat) open(proc string) error {
	if s.file != nil {
		return nil
	}
	f, err := sysfile.Open(proc + "/stat")
	if err != nil {
		return err
	}
	s.file = f
	if s.buf == nil {
		s.buf = make([]byte, statLine)
		s.note = s.noteCPU
	}
	return nil
}

// read takes in the first line alone.
func (s *scopeStat) read() error {
	n, err := s.pread(s.buf[:statLine])
	if err != nil {
		return err
	}
	line := s.buf[:n]
	if bytes.IndexByte(line, '\n') < 0 {
		return procfs.ErrSyntax // cut off: its last number may not be whole
	}
	var t procfs.Times
	if err := procfs.ParseStat(line, &t, nil); err != nil {
		return err
	}
	s.all = max(s.all, t.Busy())
	return nil
}

// readAll takes in the lines of each CPU as well.
func (s *scopeStat) readAll() error {
	lines, err := s.cpuLines()
	if err != nil {
		return err
	}
	var t procfs.Times
	s.lines = 0
	if err := procfs.ParseStat(lines, &t, s.note); err != nil {
		return err
	}
	s.all = max(s.all, t.Busy())
	return nil
}

// cpuLines reads until a line is not of a CPU, and returns those before it.
func (s *scopeStat) cpuLines() ([]byte, error) {
	for {
		n, err := s.pread(s.buf)
		if err != nil {
			return nil, err
		}
		b := s.buf[:n]
		whole := n < len(s.buf)
		for rest := b; ; {
			i := bytes.IndexByte(rest, '\n')
			if i < 0 {
				break
			}
			if rest = rest[i+1:]; len(rest) >= 3 && !bytes.HasPrefix(rest, []byte("cpu")) {
				return b[:n-len(rest)], nil
			}
		}
		if whole {
			return b, nil
		}
		s.buf = make([]byte, max(2*len(s.buf), statLine+len(s.each)*statPerCPU))
	}
}

// pread lets go of a file that fails, so that the next Read opens it anew: the
// server of a file system in user space, such as lxcfs, may have been replaced.
func (s *scopeStat) pread(b []byte) (int, error) {
	n, err := s.file.Read(b)
	if err != nil {
		_ = s.close()
	}
	return n, err
}

func (s *scopeStat) noteCPU(cpu int, t procfs.Times) {
	s.lines++
	for len(s.each) <= cpu {
		s.each = append(s.each, 0)
	}
	s.each[cpu] = max(s.each[cpu], t.Busy())
}

func (s *scopeStat) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
