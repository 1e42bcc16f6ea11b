package procfs

import (
	"bytes"
	"time"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// A Process is what /proc/<pid>/stat says of one process.
type Process struct {
	PID, Parent int
	State       byte   // 'Z' is a zombie: dead, and not yet reaped
	Start       uint64 // ticks after boot; with PID it names a process for good

	// Own is the user and system time of the process, Reaped that of the
	// children it has waited for.
	Own, Reaped time.Duration
}

// ParsePIDStat parses /proc/<pid>/stat. The name of the command is skipped to
// its last parenthesis, since a process chooses it freely. It allocates
// nothing.
func ParsePIDStat(b []byte) (Process, error) {
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 1 || end < open || end+4 > len(b) {
		return Process{}, ErrSyntax
	}
	pid, err := sysfile.ParseUint(b[:open])
	if err != nil || pid == 0 || pid > 1<<31 {
		return Process{}, ErrSyntax
	}
	p := Process{PID: int(pid), State: b[end+2]}
	// Field numbers are those of proc(5); the state is 3.
	var times [4]time.Duration
	field := 3
	rest := b[end+2:]
	for len(rest) > 0 && field < 22 {
		i := bytes.IndexByte(rest, ' ')
		if i < 0 {
			return Process{}, ErrSyntax
		}
		rest = rest[i+1:]
		field++
		if field != 4 && (field < 14 || field > 17) && field != 22 {
			continue
		}
		n, err := leadingUint(rest)
		if err != nil {
			return Process{}, err
		}
		switch {
		case field == 4:
			p.Parent = int(min(n, 1<<31))
		case field == 22:
			p.Start = n
		default:
			times[field-14] = time.Duration(min(n, 1<<60/uint64(Tick))) * Tick
		}
	}
	if field < 22 {
		return Process{}, ErrSyntax
	}
	p.Own, p.Reaped = times[0]+times[1], times[2]+times[3]
	return p, nil
}

func leadingUint(b []byte) (uint64, error) {
	if i := bytes.IndexAny(b, " \n"); i >= 0 {
		b = b[:i]
	}
	n, err := sysfile.ParseUint(b)
	if err != nil {
		return 0, ErrSyntax
	}
	return n, nil
}
