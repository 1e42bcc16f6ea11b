// Package procfs parses the files of Linux procfs that say who used the
// processors: the denominator of every share.
package procfs

import (
	"bytes"
	"errors"
	"time"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// Tick is the unit of CPU times in procfs: USER_HZ is 100 on every
// architecture that Go runs on (include/asm-generic/param.h of Linux).
const Tick = 10 * time.Millisecond

// ErrSyntax reports that a file does not read as the kernel writes it.
var ErrSyntax = errors.New("unexpected text")

// Times are the cumulative times of a CPU, or of all of them.
type Times struct {
	User, Nice, System, Idle, IOWait, IRQ, SoftIRQ, Steal time.Duration
}

// Busy returns the time in which work was done. Guest time is inside User;
// idle, iowait and steal are out.
func (t Times) Busy() time.Duration { return t.User + t.Nice + t.System + t.IRQ + t.SoftIRQ }

// ParseStat parses /proc/stat: all gets the first line, and each is called for
// every line of one CPU, if it is not nil. It allocates nothing.
func ParseStat(b []byte, all *Times, each func(cpu int, t Times)) error {
	line, rest := cutLine(b)
	if !bytes.HasPrefix(line, []byte("cpu ")) {
		return ErrSyntax
	}
	t, err := parseTimes(line[len("cpu "):])
	if err != nil {
		return err
	}
	*all = t
	for each != nil {
		line, rest = cutLine(rest)
		if !bytes.HasPrefix(line, []byte("cpu")) {
			return nil
		}
		if err := parseCPU(line[len("cpu"):], each); err != nil {
			return err
		}
	}
	return nil
}

func parseCPU(line []byte, each func(cpu int, t Times)) error {
	number, times, ok := bytes.Cut(line, []byte(" "))
	if !ok {
		return ErrSyntax
	}
	cpu, err := sysfile.ParseUint(number)
	if err != nil || cpu > 1<<20 {
		return ErrSyntax
	}
	t, err := parseTimes(times)
	if err != nil {
		return err
	}
	each(int(cpu), t)
	return nil
}

// parseTimes wants at least four fields, as Linux 2.6 had; guest times, which
// are counted in user and nice already, are left out.
func parseTimes(b []byte) (Times, error) {
	var f [8]time.Duration
	n := 0
	for n < len(f) {
		b = bytes.TrimLeft(b, " ")
		if len(b) == 0 {
			break
		}
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			end = len(b)
		}
		ticks, err := sysfile.ParseUint(b[:end])
		if err != nil || ticks > 1<<62/uint64(Tick) {
			return Times{}, ErrSyntax
		}
		f[n] = time.Duration(ticks) * Tick
		b = b[end:]
		n++
	}
	if n < 4 {
		return Times{}, ErrSyntax
	}
	return Times{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]}, nil
}

func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}
