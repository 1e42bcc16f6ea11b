package meter

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
)

// ParentEnv is the variable that tells a program of the meter around it: the
// [Method.ID] of one whose scope has the program in it. [Meter.Environ] makes
// it; [Start] heeds it even without [FromEnv], since figures would otherwise
// be added up twice.
const ParentEnv = "SCIMETER_PARENT"

// living are the meters of this process that have started and not stopped. Two
// views of the same joules may be started by packages that do not know of one
// another, so nothing narrower than the process can tell.
var living roll

// A roll lists meters in the order of their start. It is safe for concurrent
// use.
type roll struct {
	mu     sync.Mutex // guards meters
	meters []*Meter
}

// enter gives m its ID and, where there is one, its parent.
func (r *roll) enter(m *Meter, parent string) {
	m.present.Store(m.method)
	m.method.ID = fmt.Sprintf("%016x", rand.Uint64())
	m.method.Whole = m.cpu.Whole
	if !m.method.Whole { // it is never summed with meters of what runs on it
		m.method.Parent = parent
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.meters {
		if m.method.Parent == "" && o.Method().Whole == m.method.Whole && o.Covers(m) {
			m.method.Parent = o.Method().root()
		}
	}
	r.meters = append(r.meters, m)
}

// leave is the end of m as one of them.
func (r *roll) leave(m *Meter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.meters = slices.DeleteFunc(r.meters, func(o *Meter) bool { return o == m })
}

// root is the meter whose figures are summed in place of this one's.
func (d *Method) root() string {
	if d.Parent != "" {
		return d.Parent
	}
	return d.ID
}

// Covers reports whether m and o count some of the same energy, as far as their
// scopes tell: they are one meter, their scopes are the same, or one contains
// the other. Of a scope that is not of this package only its own method
// Holds(Scope) bool tells what it contains.
func (m *Meter) Covers(o *Meter) bool {
	if m == nil || o == nil {
		return false
	}
	return m == o || m.Method().Whole || o.Method().Whole || contains(m.scope, o.scope) || contains(o.scope, m.scope)
}

// contains reports whether the scope outer has inner in it.
func contains(outer, inner Scope) bool {
	o, ok := outer.(interface{ Holds(inner Scope) bool })
	return ok && o.Holds(inner)
}

// leaderOf returns the process that a scope is about; 0 if it is about none.
func leaderOf(s Scope) int {
	if l, ok := s.(interface{ leader() int }); ok {
		return l.leader()
	}
	return 0
}

// Environ returns the setting that tells a program of m, to be added to the
// environment of a child that the scope of m has in it:
//
//	cmd.Env = append(os.Environ(), m.Environ())
//
// Give it to the child only if the figures of m leave this process: the child
// keeps its own out of what is summed. That of a nil Meter sets nothing.
func (m *Meter) Environ() string {
	if m == nil {
		return ParentEnv + "="
	}
	return ParentEnv + "=" + m.Method().root()
}

var errParent = errors.New("not the ID of a meter")

// parentGiven returns the parent that the environment names; "" if none.
func parentGiven() (string, error) {
	id := os.Getenv(ParentEnv)
	if id == "" {
		return "", nil
	}
	if err := checkID(id); err != nil {
		return "", &OptionError{Option: ParentEnv, Want: "what Meter.Environ returns, or nothing", Err: err}
	}
	return id, nil
}

func checkID(id string) error {
	if _, err := strconv.ParseUint(id, 16, 64); err != nil || len(id) != 16 {
		return errParent
	}
	return nil
}
