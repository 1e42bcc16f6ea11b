package rapl

// Device is what is open where a counter is read.
type Device = device

// WithOpener puts open in place of opening files.
func WithOpener(open func(path string) (Device, error)) Option {
	return func(r *Reader) { r.open = open }
}

// What is tested by itself, because it parses.
var (
	OpenFile  = openFile
	ParseName = parseName
	ParseDir  = parseDir
	ReadRaw   = func(d Device) (uint64, string, error) { return readRaw(d, make([]byte, valueSize)) }
)
