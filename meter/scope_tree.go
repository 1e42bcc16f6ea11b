package meter

// Tree returns the scope of the process pid and of its descendants from the
// first Read on: what they did before is not charged. Who becomes a member
// stays one, though its parent dies.
//
// The CPU time of a child that was waited for is that of its parent, so even
// those that live for less than a tick are charged. Of a child that nobody in
// the tree waits for, the time after the last Read is lost. Times come in ticks
// of 10 ms, those of this process in nanoseconds.
//
// The number pid is that of this process's own procfs where it names this
// process or one below it, else that of HOST_PROC, if that is set. Limits are
// those of the cgroup of pid.
//
// Looking for new members takes at most about a hundredth of the time; one that
// is found late is charged late. Read fails with [os.ErrNotExist] if there is no
// such process at the first one, and with [errors.ErrUnsupported] off Linux.
func Tree(pid int) Scope { return newTreeScope(pid) }
