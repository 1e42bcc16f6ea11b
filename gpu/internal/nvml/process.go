package nvml

import (
	"sync"
	"sync/atomic"
)

// A process is the one NVML of this process: who uses it, and whether it is
// started. NVML counts starts itself; counting here too keeps a start of one
// driver out of the shutdown of another, which go-nvml does not.
type process struct {
	epoch atomic.Uint64 // goes on whenever handles become invalid
	busy  atomic.Int64  // calls inside the library

	mu    sync.Mutex // guards what follows, Load, Init and Shutdown
	lib   Library    // nil: not built in
	users int
	up    bool
	owed  atomic.Bool // a shutdown, until the last call has returned
}

// instance is shared since NVML is: the driver's state, the symbols of the
// program and the variables of go-nvml are the process's.
var instance = &process{lib: native()}

// acquire starts NVML for one more user.
func (p *process) acquire(paths []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lib == nil {
		return &LibraryError{Err: ErrNotBuiltIn, Remedy: builtInRemedy}
	}
	if err := p.lib.Load(paths); err != nil {
		return err
	}
	if err := p.start(); err != nil {
		return err
	}
	p.users++
	return nil
}

// start initialises NVML unless it is. The lock is held.
func (p *process) start() error {
	p.owed.Store(false)
	if p.up {
		return nil
	}
	if code := p.lib.Init(); code != Success {
		return &DriverError{Op: "init", Code: code}
	}
	p.up = true
	return nil
}

// release ends what acquire began. Where a call of a device has not returned,
// NVML is shut down when it does: a stuck card does not hold up its closing.
func (p *process) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users--
	p.settle()
}

// settle shuts NVML down if nobody uses it. The lock is held. The order of
// epoch and busy here and in enter makes sure that no call slips in.
func (p *process) settle() {
	if p.users > 0 || !p.up {
		return
	}
	p.epoch.Add(1)
	p.owed.Store(true)
	if p.busy.Load() == 0 {
		p.stop()
	}
}

// stop shuts NVML down. A code is of no interest: what else may be wrong, it
// is not up any more. The lock is held.
func (p *process) stop() {
	p.owed.Store(false)
	p.up = false
	p.lib.Shutdown()
}

// renew shuts NVML down and starts it, which is how it finds cards that are
// new or came back. While other drivers or a call that has not returned still
// need it, it stays as it is, unless it is gone anyway.
func (p *process) renew() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	shared := p.users > 1 || p.busy.Load() > 0
	if p.up && shared && !p.gone() {
		return nil
	}
	p.epoch.Add(1)
	if p.up && !shared && p.busy.Load() > 0 { // a call slipped in before the epoch went on
		return nil
	}
	if p.up {
		p.stop()
	}
	return p.start()
}

// gone reports whether somebody else shut NVML down.
func (p *process) gone() bool {
	_, code := p.lib.Count()
	return code == Uninitialized || code == DriverNotLoaded || code == VersionMismatch
}

// enter begins a call on a handle of an epoch; false: the handle is not valid
// any more. Every enter that returned true is followed by leave.
func (p *process) enter(epoch uint64) bool {
	p.busy.Add(1)
	if p.epoch.Load() == epoch {
		return true
	}
	p.leave()
	return false
}

func (p *process) leave() {
	if p.busy.Add(-1) > 0 || !p.owed.Load() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.owed.Load() && p.users == 0 && p.up && p.busy.Load() == 0 {
		p.stop()
	}
}
