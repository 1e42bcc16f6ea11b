package gputest

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// A Machine has cards, and the driver that reads them. It is safe for
// concurrent use.
type Machine struct {
	mu        sync.Mutex // guards what follows
	cards     []*Card
	env       map[string]string
	container bool
	hidden    []string // nodes
	failing   error
	block     chan struct{}
	counts    Counts
}

// Counts is how often the driver was called.
type Counts struct{ Open, Rescan, Close int }

// New returns a machine with these cards, in this order. Nothing of its
// environment is that of the test: no variable is set.
func New(cards ...Spec) *Machine {
	m := &Machine{env: map[string]string{}}
	for _, s := range cards {
		m.Plug(s)
	}
	return m
}

// Option has gpu.Open and gpu.Auto read the cards of m, in place of those of
// the machine that the test runs on.
func (m *Machine) Option() gpu.Option { return gpu.WithDriver(fake{m}) }

// Cards returns the cards of m, in their order.
func (m *Machine) Cards() []*Card {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.cards)
}

// Card returns the card of that ID; nil if there is none.
func (m *Machine) Card(id string) *Card {
	for _, c := range m.Cards() {
		if c.id.ID == id {
			return c
		}
	}
	return nil
}

// Plug adds a card behind the others. The driver finds it when it looks again.
func (m *Machine) Plug(s Spec) *Card {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.ID == "" {
		s.ID = fmt.Sprintf("GPU-%d", len(m.cards))
	}
	c := newCard(s)
	m.cards = append(m.cards, c)
	return c
}

// PlugFirst is Plug, in front of the other cards: their indices move.
func (m *Machine) PlugFirst(s Spec) *Card {
	c := m.Plug(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cards = append([]*Card{c}, m.cards[:len(m.cards)-1]...)
	return c
}

// Setenv sets a variable as the program under test sees it, such as
// CUDA_VISIBLE_DEVICES.
func (m *Machine) Setenv(name, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.env[name] = value
}

// Contain puts the program under test into a container: processes have other
// numbers there than on the host.
func (m *Machine) Contain() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.container = true
}

// Hide takes a node out of the /dev of the program under test, as a container
// has it that was not given the card with that Spec.Node.
func (m *Machine) Hide(node string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hidden = append(m.hidden, node)
}

// FailOpen lets the driver fail to open and to look again; nil: it works.
func (m *Machine) FailOpen(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failing = err
}

// BlockOpen lets the driver hang when it is opened, until the function that is
// returned is called.
func (m *Machine) BlockOpen() (unblock func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := make(chan struct{})
	m.block = c
	return sync.OnceFunc(func() { close(c) })
}

// Counts returns how often the driver was called.
func (m *Machine) Counts() Counts {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts
}

// A fake is the driver of a Machine.
type fake struct{ m *Machine }

// Name returns the name of the driver.
func (fake) Name() string { return "fake" }

// Open returns the cards.
func (f fake) Open() ([]driver.Device, []source.Skip, error) {
	return f.find(func(c *Counts) { c.Open++ })
}

// Rescan returns the cards that are there now.
func (f fake) Rescan() ([]driver.Device, []source.Skip, error) {
	return f.find(func(c *Counts) { c.Rescan++ })
}

func (f fake) find(count func(*Counts)) ([]driver.Device, []source.Skip, error) {
	f.m.mu.Lock()
	count(&f.m.counts)
	block := f.m.block
	f.m.mu.Unlock()
	if block != nil {
		<-block
	}
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if f.m.failing != nil {
		return nil, nil, f.m.failing
	}
	var devices []driver.Device
	for i, c := range f.m.cards {
		if !c.absent() {
			devices = append(devices, device{c, i})
		}
	}
	if len(devices) == 0 {
		return nil, nil, errNone
	}
	return devices, nil, nil
}

var errNone = errors.New("gputest: the machine has no card")

// Close counts.
func (f fake) Close() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	f.m.counts.Close++
	return nil
}

// LookupEnv returns a variable of Setenv.
func (f fake) LookupEnv(name string) (string, bool) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	v, ok := f.m.env[name]
	return v, ok
}

// HostPIDs reports whether processes have the numbers of the host.
func (f fake) HostPIDs() bool {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return !f.m.container
}

// Node reports whether /dev has a node.
func (f fake) Node(name string) bool {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return !slices.Contains(f.m.hidden, name)
}

// A device is a handle of a card.
type device struct {
	card  *Card
	index int
}

// Identity returns what does not change.
func (d device) Identity() driver.Identity {
	id := d.card.identity()
	id.Index = d.index
	return id
}

// Read reads the card.
func (d device) Read(dst *driver.Sample) error { return d.card.read(dst) }

// Processes returns what SetProcesses said.
func (d device) Processes() ([]driver.Process, error) { return d.card.list() }

// Slices returns what SetSlices said.
func (d device) Slices() ([]driver.Slice, error) {
	d.card.mu.Lock()
	defer d.card.mu.Unlock()
	return slices.Clone(d.card.parts), nil
}

func kindOf(s Spec) (source.Kind, source.Level) {
	if s.Module {
		return source.Module, source.AtModule
	}
	return source.GPU, source.AtBoard
}
