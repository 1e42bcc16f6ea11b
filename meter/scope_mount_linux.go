package meter

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// A cgroupMount is where a hierarchy of cgroup v2 can be seen.
type cgroupMount struct {
	root  string // which of its directories is mounted
	point string // where
}

// eachMount calls f for each line of a /proc/<pid>/mountinfo. Lines that make
// no sense are passed over. The format is in section 3.5 of the kernel's
// Documentation/filesystems/proc.rst.
func eachMount(b []byte, f func(kind string, m cgroupMount)) {
	for line := range bytes.Lines(b) {
		front, back, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), " - ")
		fields := strings.Fields(front)
		if !ok || len(fields) < 5 {
			continue
		}
		kind, _, _ := strings.Cut(back, " ")
		f(kind, cgroupMount{root: unescape(fields[3]), point: unescape(fields[4])})
	}
}

// parseMountinfo returns the mounts of cgroup v2, and whether there is one of
// version 1.
func parseMountinfo(b []byte) (mounts []cgroupMount, v1 bool) {
	eachMount(b, func(kind string, m cgroupMount) {
		switch kind {
		case "cgroup":
			v1 = true
		case "cgroup2":
			mounts = append(mounts, m)
		}
	})
	return mounts, v1
}

// mountedOn reports whether a file system of that kind is mounted on point.
func mountedOn(b []byte, kind, point string) bool {
	found := false
	eachMount(b, func(k string, m cgroupMount) { found = found || k == kind && m.point == point })
	return found
}

// unescape undoes \040 and the like, by which the kernel writes white space and
// backslashes.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+4 <= len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out = append(out, byte(n))
				i += 3
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// parseCgroup returns the path of version 2 in /proc/<pid>/cgroup: the line
// whose hierarchy is 0.
func parseCgroup(b []byte) (string, bool) {
	for line := range bytes.Lines(b) {
		if p, ok := strings.CutPrefix(strings.TrimSuffix(string(line), "\n"), "0::/"); ok {
			return "/" + p, true
		}
	}
	return "", false
}

// dir returns the directory of the cgroup at path p as seen from this cgroup
// namespace; false if it is not below what is mounted.
func (m cgroupMount) dir(p string) (string, bool) {
	if within(p, m.point) {
		return p, true
	}
	if m.root == "/" || strings.HasPrefix(m.root, "/..") {
		// A root above that of the namespace shows more than ours.
		return path.Join(m.point, p), true
	}
	if !within(p, m.root) {
		return "", false
	}
	return path.Join(m.point, strings.TrimPrefix(p, m.root)), true
}

// A cgroupDir is a cgroup that was found.
type cgroupDir struct{ dir, top string }

// findCgroup returns where the cgroup at path p is; for "" that of this process.
func findCgroup(roots scopeRoots, p string) (cgroupDir, error) {
	if p == "" {
		return findCgroupOf(roots, roots.self)
	}
	mounts, err := readCgroupMounts(roots)
	if err != nil {
		return cgroupDir{}, err
	}
	return searchCgroup(preferBelow(mounts, roots.sys), p)
}

// findCgroupOf returns where the cgroup of a process is, whose files are in dir.
func findCgroupOf(roots scopeRoots, dir string) (cgroupDir, error) {
	mounts, err := readCgroupMounts(roots)
	if err != nil {
		return cgroupDir{}, err
	}
	b, err := sysfile.ReadFile(path.Join(dir, "cgroup"), sysfile.Table)
	if err != nil {
		return cgroupDir{}, err
	}
	p, ok := parseCgroup(b)
	if !ok {
		return cgroupDir{}, &errRemedy{ErrNoCgroup, remedyV2}
	}
	return searchCgroup(mounts, p)
}

func searchCgroup(mounts []cgroupMount, p string) (cgroupDir, error) {
	p = path.Clean("/" + p)
	for _, m := range mounts {
		dir, ok := m.dir(p)
		if !ok {
			continue
		}
		if _, err := os.Stat(path.Join(dir, "cpu.stat")); err == nil {
			return cgroupDir{dir: dir, top: m.point}, nil
		}
	}
	return cgroupDir{}, &errRemedy{
		fmt.Errorf("find cgroup %s below %s: %w", p, mounts[0].point, os.ErrNotExist),
		"the path is that after 0:: in /proc/<pid>/cgroup",
	}
}

const remedyV2 = "boot with systemd.unified_cgroup_hierarchy=1, or mount -t cgroup2 none /sys/fs/cgroup/unified"

// readCgroupMounts returns at least one mount, or an error.
func readCgroupMounts(roots scopeRoots) ([]cgroupMount, error) {
	b, err := sysfile.ReadFile(path.Join(roots.self, "mountinfo"), sysfile.Table)
	if err != nil {
		return nil, err
	}
	mounts, v1 := parseMountinfo(b)
	switch {
	case len(mounts) > 0:
		return mounts, nil
	case v1:
		return nil, &errRemedy{fmt.Errorf("%w, only version 1", ErrNoCgroup), remedyV2}
	}
	return nil, &errRemedy{ErrNoCgroup, remedyV2}
}

// preferBelow puts the mounts below the root of sysfs first, which is that of
// the machine where a container has it mounted.
func preferBelow(mounts []cgroupMount, sys string) []cgroupMount {
	var first, rest []cgroupMount
	for _, m := range mounts {
		if within(m.point, path.Clean(sys)) {
			first = append(first, m)
			continue
		}
		rest = append(rest, m)
	}
	return append(first, rest...)
}

// limits reads what the cgroup may use at most.
func (g cgroupDir) limits(proc string) cgroupLimits {
	l := readLimits(g.dir, g.top)
	if b, err := sysfile.ReadFile(path.Join(proc, "meminfo"), sysfile.Table); err == nil {
		l.total = parseMeminfoTotal(b)
	}
	return l
}

// cpus returns the list of CPUs that the cgroup may run on; false if no
// controller says. A group without the controller has what the one above has.
func (g cgroupDir) cpus() (string, bool) {
	for dir := g.dir; within(dir, g.top); dir = path.Dir(dir) {
		b, err := sysfile.ReadFile(path.Join(dir, "cpuset.cpus.effective"), sysfile.Attribute)
		if err == nil {
			return string(b), true
		}
		if !errors.Is(err, os.ErrNotExist) || dir == g.top {
			break
		}
	}
	return "", false
}
