package meter

// Cgroup returns the scope of a control group, version 2, with all below it.
// The path is as /proc/<pid>/cgroup shows it, such as
// "/system.slice/api.service", or that of its directory; "" is the group of
// this process, as it is at the first Read. Where hierarchies are mounted is
// read from /proc/self/mountinfo.
//
// Read fails with [ErrNoCgroup] where there is no version 2, with
// [os.ErrNotExist] while the group is not there, and with
// [errors.ErrUnsupported] off Linux. A group that is removed and made again, as
// systemd does when it starts a service anew, counts on.
func Cgroup(path string) Scope { return newCgroupScope(path) }
