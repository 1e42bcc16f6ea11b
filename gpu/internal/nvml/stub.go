//go:build !(linux && cgo) || nonvml

package nvml

// native says that this build has no NVML.
func native() Library { return nil }
