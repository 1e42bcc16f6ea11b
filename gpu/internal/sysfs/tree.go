package sysfs

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// A Tree is a sysfs, by slash-separated paths from its root. It is the seam
// for tests: for errors of the kernel, and to see what is touched.
type Tree interface {
	List(dir string) ([]string, error)  // the names in it, sorted
	Target(link string) (string, error) // of a symbolic link, as it is written
	Open(file string) (File, error)     // for reading
	Exists(file string) bool            // without opening it
	String() string                     // the root, for messages
}

// A File is a kept descriptor. Read fills b from the start of the file with
// one system call.
type File interface {
	Read(b []byte) (int, error)
	Close() error
}

// Disk returns the tree below a folder. An empty root stands for $HOST_SYS,
// and /sys where that is not set.
func Disk(root string) Tree {
	return disk(cmp.Or(root, os.Getenv("HOST_SYS"), "/sys"))
}

type disk string

func (d disk) path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

func (d disk) String() string { return string(d) }

func (d disk) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(d.path(dir))
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

func (d disk) Target(link string) (string, error) {
	target, err := os.Readlink(d.path(link))
	return filepath.ToSlash(target), err
}

func (d disk) Exists(file string) bool {
	_, err := os.Stat(d.path(file))
	return err == nil
}

func (d disk) Open(file string) (File, error) {
	f, err := sysfile.Open(d.path(file))
	if err != nil {
		return nil, err
	}
	return f, nil
}

// maxText bounds what is read of a file for its text: an attribute of sysfs
// has a page at most.
const maxText = 4096

// content returns what a file holds, read once.
func content(t Tree, file string) ([]byte, error) {
	f, err := t.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, maxText)
	n, err := f.Read(b)
	if err != nil {
		return nil, err
	}
	return b[:n], nil
}

// text returns the first line of a file without its end, or a string of the
// device tree without its zero byte; "" where it was not to be read.
func text(t Tree, file string) string {
	b, err := content(t, file)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(strings.TrimRight(line, "\x00"))
}

// base returns the last element of what a link points to; "" where there is no
// such link.
func base(t Tree, link string) string {
	target, err := t.Target(link)
	if err != nil {
		return ""
	}
	return path.Base(target)
}
