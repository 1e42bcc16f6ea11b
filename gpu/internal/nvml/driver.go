package nvml

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strconv"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// Options are what a [Driver] may be told. The zero Options are for use.
type Options struct {
	// Paths are where the library is looked for; nil: the name the dynamic
	// linker knows it by, then the folders of [DefaultPaths]. The first that is
	// found stays for the life of the process, whatever a later driver asks for.
	Paths []string

	// Sys is the file system to ask for the socket of a module; nil: /sys.
	Sys fs.FS

	// Library is used instead of the one of the process.
	Library Library
}

// DefaultPaths returns where NVML is looked for: by the name that the dynamic
// linker knows, and in folders it may not know. They are of Debian, of Red Hat,
// of the device plugin of GKE, of NVIDIA's GPU operator, of WSL 2 and of NixOS.
func DefaultPaths() []string {
	arch := runtime.GOARCH
	if debian, ok := multiarch[arch]; ok {
		arch = debian
	}
	const name = "libnvidia-ml.so.1"
	return []string{
		name,
		"/usr/lib/" + arch + "-linux-gnu/" + name,
		"/usr/lib64/" + name,
		"/usr/local/nvidia/lib64/" + name,
		"/run/nvidia/driver/usr/lib/" + arch + "-linux-gnu/" + name,
		"/usr/lib/wsl/lib/" + name,
		"/run/opengl-driver/lib/" + name,
	}
}

// multiarch has what Debian calls the processors that NVIDIA has drivers for.
var multiarch = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

// A Driver reads the cards that NVML shows. Its methods are called by one
// goroutine at a time, as [driver.Driver] says; several drivers may be open at
// once. Open and Rescan may block in the driver of the system.
type Driver struct {
	opt  Options
	proc *process
	open bool
}

var _ driver.Driver = (*Driver)(nil)

// New returns a driver that was not opened.
func New(opt Options) *Driver {
	if opt.Paths == nil {
		opt.Paths = DefaultPaths()
	}
	if opt.Sys == nil {
		opt.Sys = os.DirFS("/sys")
	}
	proc := instance
	if opt.Library != nil {
		proc = &process{lib: opt.Library}
	}
	return &Driver{opt: opt, proc: proc}
}

// Name returns "nvml".
func (*Driver) Name() string { return "nvml" }

// Open loads NVML and finds the cards. An error is a [*LibraryError], a
// [*DriverError] or [ErrNoDevices]; nothing is open then.
func (d *Driver) Open() ([]driver.Device, []source.Skip, error) {
	if d.open {
		return d.Rescan()
	}
	if err := d.proc.acquire(d.opt.Paths); err != nil {
		return nil, nil, err
	}
	devices, skipped, err := d.scan().answer()
	if err != nil {
		d.proc.release()
		return nil, skipped, err
	}
	d.open = true
	return devices, skipped, nil
}

// Rescan finds the cards after a hot-plug, a loss or [driver.ErrDriverGone].
// Where a card is lost or sysfs shows more of them than NVML does, or does not
// tell, NVML is started anew: the devices of before answer ErrDriverGone from
// then on, and cards whose only client this process was may start their
// counters anew. While another driver of this process is open, or a call has
// not returned, NVML keeps running. After an error it may be called again.
func (d *Driver) Rescan() ([]driver.Device, []source.Skip, error) {
	if !d.open {
		return d.Open()
	}
	if devices, skipped, ok := d.look(); ok {
		return devices, skipped, nil
	}
	if err := d.proc.renew(); err != nil {
		return nil, nil, err
	}
	return d.scan().answer()
}

// look finds the cards as long as all of them are well and none seems to be
// missing; false: it takes a new start to know.
func (d *Driver) look() ([]driver.Device, []source.Skip, bool) {
	f := d.scan()
	plugged, err := fs.Glob(d.opt.Sys, "bus/pci/drivers/nvidia/*:*:*.*")
	if err != nil || len(plugged) == 0 || len(plugged) > f.shown || f.sick {
		return nil, nil, false
	}
	devices, skipped, err := f.answer()
	return devices, skipped, err == nil
}

// Close ends the use of NVML. A call that has not returned is not waited for:
// NVML is shut down when it does. Closing twice does nothing.
func (d *Driver) Close() error {
	if d.open {
		d.open = false
		d.proc.release()
	}
	return nil
}

// A finding is what a scan saw.
type finding struct {
	shown   int // cards that NVML has
	cards   []*device
	skipped []source.Skip
	sick    bool // one of them is lost, or the driver is
	err     error
}

// scan asks for every card.
func (d *Driver) scan() (f finding) {
	epoch := d.proc.epoch.Load()
	d.proc.busy.Add(1)
	defer d.proc.leave()
	n, code := d.proc.lib.Count()
	if code != Success {
		return finding{sick: true, err: &DriverError{Op: "count cards", Code: code}}
	}
	f.shown = n
	for i := range n {
		c, err := d.find(i, epoch)
		if e, ok := errors.AsType[*DriverError](err); ok {
			f.sick = f.sick || e.Code.grave()
		}
		if err == nil || c.card != nil && !denied(err) {
			f.cards = append(f.cards, c)
			continue
		}
		f.skipped = append(f.skipped, source.Skip{What: "nvml/" + c.id.ID, Err: err, Remedy: Remedy(err)})
	}
	f.skipped = append(f.skipped, separate(f.cards)...)
	return f
}

// answer is what Open and Rescan return.
func (f finding) answer() ([]driver.Device, []source.Skip, error) {
	if f.err != nil {
		return nil, nil, f.err
	}
	if len(f.cards) == 0 {
		return nil, f.skipped, &ScanError{Cards: f.shown}
	}
	devices := make([]driver.Device, 0, len(f.cards))
	for _, c := range f.cards {
		f.skipped = append(f.skipped, c.shortcomings()...)
		devices = append(devices, c)
	}
	return devices, f.skipped, nil
}

// find returns card i, and an error of its first read. Without a handle it is
// not for use, and has an ID all the same.
func (d *Driver) find(i int, epoch uint64) (*device, error) {
	name := "card " + strconv.Itoa(i)
	c := &device{proc: d.proc, epoch: epoch, id: driver.Identity{ID: name, Index: i}}
	card, code := d.proc.lib.Card(i)
	if code != Success {
		return c, &DriverError{Op: "open", Card: name, Code: code}
	}
	var desc Description
	if code := card.Describe(&desc); code != Success {
		return c, &DriverError{Op: "identify", Card: name, Code: code}
	}
	c.describe(card, &desc, d.opt.Sys)
	return c, c.probe()
}

// denied reports whether a card will not be read whatever happens. One that is
// only lost just now is handed on: package gpu waits for it.
func denied(err error) bool {
	return errors.Is(err, driver.ErrNotSupported) || errors.Is(err, driver.ErrPermission)
}

// A ScanError says that NVML works and no card can be used. It is an
// [ErrNoDevices]; why, say the skipped cards.
type ScanError struct {
	Cards int // that NVML shows
}

// Error says how many cards there are, and what to do.
func (e *ScanError) Error() string {
	text := "gpu: open nvml: " + ErrNoDevices.Error()
	if e.Cards > 0 {
		return text + ", of " + strconv.Itoa(e.Cards)
	}
	return withRemedy(text, devicesRemedy)
}

// Unwrap returns ErrNoDevices.
func (*ScanError) Unwrap() error { return ErrNoDevices }
