package meter

import "strconv"

func cgroupName(path string) string {
	if path == "" {
		return "cgroup of this process"
	}
	return "cgroup " + path
}

func treeName(pid int) string { return "tree " + strconv.Itoa(pid) }
