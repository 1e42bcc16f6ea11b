package meter

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// procDir is a procfs as a processFiles.
type procDir struct {
	root string
	own  bool // it is of the PID namespace of this process

	loadavg *sysfile.File
	last    [16]byte // number of the last process, of loadavg

	threads []int
	text    []byte
	below   map[int][]int // children by parent; nil: the kernel lists them
}

func (d *procDir) path(pid int, name string) string {
	return filepath.Join(d.root, strconv.Itoa(pid), name)
}

func (d *procDir) open(pid int) (statFile, error) {
	f, err := sysfile.Open(d.path(pid, "stat"))
	if err != nil {
		return nil, err
	}
	return f, nil
}

// moved looks at the number that the last process or thread got. It is of the
// namespace of the reader, so of another one it says nothing.
func (d *procDir) moved() bool {
	if !d.own {
		return true
	}
	if d.loadavg == nil {
		f, err := sysfile.Open(filepath.Join(d.root, "loadavg"))
		if err != nil {
			return true
		}
		d.loadavg = f
	}
	var b [128]byte
	n, err := d.loadavg.Read(b[:])
	if err != nil {
		return true
	}
	line := bytes.TrimSpace(b[:n])
	var last [16]byte
	copy(last[:], line[bytes.LastIndexByte(line, ' ')+1:])
	moved := last != d.last
	d.last = last
	return moved
}

func (d *procDir) close() error {
	if d.loadavg == nil {
		return nil
	}
	err := d.loadavg.Close()
	d.loadavg = nil
	return err
}

// list reads the parents of all processes, where the kernel does not list
// children (CONFIG_PROC_CHILDREN). Of those it may not see it knows nothing.
func (d *procDir) list() error {
	if d.below == nil && d.hasChildren() {
		return nil
	}
	pids, err := readNumbers(d.root, nil)
	if err != nil {
		return err
	}
	d.below = make(map[int][]int, len(pids))
	for _, pid := range pids {
		b, err := sysfile.ReadFile(d.path(pid, "stat"), sysfile.Table)
		if err != nil {
			continue
		}
		if p, err := procfs.ParsePIDStat(b); err == nil {
			d.below[p.Parent] = append(d.below[p.Parent], pid)
		}
	}
	return nil
}

// hasChildren tries the first process, which is there in every namespace, and
// then this one.
func (d *procDir) hasChildren() bool {
	for _, pid := range []int{1, os.Getpid()} {
		name := strconv.Itoa(pid)
		if _, err := os.Stat(d.path(pid, filepath.Join("task", name, "children"))); err == nil {
			return true
		}
	}
	return false
}

// children looks at each thread, since a child is that of the thread that made
// it.
func (d *procDir) children(pid int, pids []int) ([]int, error) {
	if d.below != nil {
		return append(pids, d.below[pid]...), nil
	}
	tasks := d.path(pid, "task")
	threads, err := readNumbers(tasks, d.threads[:0])
	d.threads = threads
	if err != nil {
		return pids, err
	}
	for _, tid := range threads {
		b, err := d.readWhole(filepath.Join(tasks, strconv.Itoa(tid), "children"))
		if err != nil && !isGone(err) {
			return pids, err
		}
		pids = parsePIDs(b, pids)
	}
	return pids, nil
}

// readWhole reads a file that may be longer than a page.
func (d *procDir) readWhole(name string) ([]byte, error) {
	f, err := sysfile.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if d.text == nil {
		d.text = make([]byte, os.Getpagesize())
	}
	for have := 0; ; {
		n, err := f.ReadAt(d.text[have:], int64(have))
		if err != nil || n == 0 {
			return d.text[:have], err
		}
		if have += n; have == len(d.text) {
			d.text = append(d.text, make([]byte, have)...)
		}
	}
}

// parsePIDs appends the numbers in b, which spaces divide.
func parsePIDs(b []byte, pids []int) []int {
	for field := range bytes.FieldsSeq(b) {
		if pid, err := sysfile.ParseUint(field); err == nil && pid > 0 && pid < 1<<31 {
			pids = append(pids, int(pid))
		}
	}
	return pids
}

// readNumbers appends the numbers among the names in a directory.
func readNumbers(dir string, numbers []int) ([]int, error) {
	f, err := os.Open(dir)
	if err != nil {
		return numbers, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	for _, name := range names {
		if n, err := strconv.Atoi(name); err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	if len(names) > 0 && errors.Is(err, fs.ErrNotExist) {
		err = nil // it ended while it was read
	}
	return numbers, err
}
