// Package sysfile reads files of the kernel that are filled anew at each read,
// such as those of sysfs and procfs: the descriptor stays open, and a read is
// one system call at offset 0.
package sysfile

import (
	"errors"
	"strconv"
)

// ErrSyntax reports that a file holds no decimal number.
var ErrSyntax = errors.New("not a decimal number")

// ErrRange reports a number that does not fit 64 bits.
var ErrRange = errors.New("number out of range")

// ReadUint reads a file once, by its path, as a decimal number.
func ReadUint(path string) (uint64, error) {
	b, err := ReadFile(path, Attribute)
	if err != nil {
		return 0, err
	}
	return ParseUint(b)
}

// ParseUint parses a decimal number and the white space after it, as the
// kernel prints one. It allocates nothing.
func ParseUint(b []byte) (uint64, error) {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return 0, ErrSyntax
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, ErrSyntax
		}
		d := uint64(c - '0')
		if n > (1<<64-1-d)/10 {
			return 0, ErrRange
		}
		n = n*10 + d
	}
	return n, nil
}

func isSpace(c byte) bool { return c == '\n' || c == ' ' || c == '\t' || c == '\r' || c == 0 }

// CountList returns how many members a kernel list such as "0-3,7" has.
func CountList(list string) (int, error) {
	total := 0
	err := EachInList(list, func(int) { total++ })
	return total, err
}

// maxListed bounds a list, so that a corrupt one cannot keep a reader busy.
const maxListed = 1 << 20

// EachInList calls f for each member of a kernel list such as "0-3,7".
func EachInList(list string, f func(n int)) error {
	rest := []byte(list)
	for len(rest) > 0 && isSpace(rest[len(rest)-1]) {
		rest = rest[:len(rest)-1]
	}
	for len(rest) > 0 {
		part := rest
		rest = nil
		for i, c := range part {
			if c == ',' {
				part, rest = part[:i], part[i+1:]
				break
			}
		}
		lo, hi, err := span(string(part))
		if err != nil {
			return err
		}
		for n := lo; n <= hi; n++ {
			f(n)
		}
	}
	return nil
}

func span(s string) (lo, hi int, err error) {
	first, last := s, s
	for i := range len(s) {
		if s[i] == '-' {
			first, last = s[:i], s[i+1:]
			break
		}
	}
	if lo, err = strconv.Atoi(first); err != nil {
		return 0, 0, ErrSyntax
	}
	if hi, err = strconv.Atoi(last); err != nil || hi < lo || hi > maxListed || lo < 0 {
		return 0, 0, ErrSyntax
	}
	return lo, hi, nil
}
