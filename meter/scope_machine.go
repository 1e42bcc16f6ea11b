package meter

// Machine returns the scope of everything that runs on this machine: all of
// its energy is charged.
func Machine() Scope { return newMachineScope() }
