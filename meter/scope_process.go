package meter

// Process returns the scope of this process alone, which is the default. What
// its children use belongs to others; [Tree] takes them in.
//
// It is charged in its socket alone where its affinity, as it was at the start
// of the process, keeps it on one of several. What limits of its cgroup set
// aside is looked up once a minute. Off Linux it has neither, and a Suspend of
// zero.
func Process() Scope { return newProcessScope() }
