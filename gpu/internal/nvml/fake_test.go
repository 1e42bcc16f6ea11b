//go:build linux && cgo && !nonvml

package nvml_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
	"github.com/stretchr/testify/require"
)

// The numbers that testdata/fake_nvml.c shares with the tests: first those of
// all cards, then a block for each card. The C file has the same lists.
const (
	inits = iota
	initCalls
	shutdownCalls
	initCode
	count
	fieldsCalls
	energyCalls
	powerCalls
	block
	blocked
	utilCount
	utilGrow
	utilCode
	utilStamp
	utilSince
	procs
	procsGrow
	mps
	migOn
	migCount
	shown
	utilCalls

	globals = 32
	slots   = globals + 16*cardSlots
)

const (
	code = iota
	uuidCode
	fieldsCode
	energyMJ
	instantMW
	averageMW
	limitMW
	energyRet
	instantRet
	averageRet
	energyType
	instantType
	averageType
	energyCode
	powerCode
	powerMW
	module
	major
	minor
	memory
	blocks
	procsCode
	serial

	cardSlots = 32
)

const stateEnv = "FAKE_NVML_STATE"

// A fakeState is the memory that a stand-in library works on.
type fakeState []int64

func (s fakeState) get(i int) int64       { return atomic.LoadInt64(&s[i]) }
func (s fakeState) set(i int, v int64)    { atomic.StoreInt64(&s[i], v) }
func (s fakeState) card(c, i int) *int64  { return &s[globals+c*cardSlots+i] }
func (s fakeState) put(c, i int, v int64) { atomic.StoreInt64(s.card(c, i), v) }

// reset describes n good cards, H100s at 300 W, of which each has used c + 1 kJ.
func (s fakeState) reset(n int) {
	for i := range s {
		s.set(i, 0)
	}
	s.set(count, int64(n))
	for c := range n {
		for i, v := range map[int]int64{
			energyMJ: int64(c+1) * 1_000_000, energyType: 3, instantMW: 300_000, instantType: 1,
			averageMW: 290_000, averageType: 1, powerMW: 280_000, limitMW: 700_000,
			major: 9, minor: 0, memory: 81559 << 20, serial: int64(c),
		} {
			s.put(c, i, v)
		}
	}
}

// mapState makes the file of a state and maps it.
func mapState(path string) (fakeState, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := f.Truncate(slots * 8); err != nil {
		return nil, err
	}
	mem, err := syscall.Mmap(int(f.Fd()), 0, slots*8, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*int64)(unsafe.Pointer(&mem[0])), slots), nil
}

// A workshop builds libraries and programs, each once.
type workshop struct {
	dir   string
	state fakeState // of the library that this process loads

	mu   sync.Mutex // guards done, and is held while one is built
	done map[string]error
}

var shop workshop

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "nvml")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "state")
		state, err := mapState(path)
		if err != nil {
			panic(err)
		}
		if err := os.Setenv(stateEnv, path); err != nil { // cgo sets it for C too
			panic(err)
		}
		shop.dir, shop.state, shop.done = dir, state, map[string]error{}
		return m.Run()
	}())
}

// build runs a command that makes the file name, unless it was made before.
func (w *workshop) build(t testing.TB, name string, command ...string) string {
	t.Helper()
	need(t, command[0])
	w.mu.Lock()
	defer w.mu.Unlock()
	path := filepath.Join(w.dir, name)
	err, ok := w.done[name]
	if !ok {
		var out []byte
		out, err = exec.CommandContext(t.Context(), command[0], append(command[1:], "-o", path)...).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%v: %w\n%s", command, err, out)
		}
		w.done[name] = err
	}
	require.NoError(t, err)
	return path
}

// library returns a stand-in for NVML that lacks what the defines say.
func (w *workshop) library(t testing.TB, defines ...string) string {
	t.Helper()
	args := []string{"gcc", "-O1", "-shared", "-fPIC", "testdata/fake_nvml.c"}
	for _, d := range defines {
		args = append(args, "-D"+d)
	}
	return w.build(t, "libfake"+strings.Join(defines, "")+".so", args...)
}

// probe returns the program of testdata/probe, built with these flags.
func (w *workshop) probe(t testing.TB, flags ...string) string {
	t.Helper()
	need(t, "gcc")
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, strings.Join(flags, ""))
	// go build wants its flags before the package, and -o is one: it comes last here.
	args := append([]string{"go", "build", "-C", "testdata/probe", "-buildvcs=false"}, flags...)
	return w.build(t, "probe"+name, args...)
}

// A child is a program that ran to its end.
type child struct {
	out  string
	code int
}

// run runs a program on a state of its own.
func run(t *testing.T, program string, set func(fakeState), env []string, args ...string) child {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state")
	state, err := mapState(path)
	require.NoError(t, err)
	state.reset(2)
	if set != nil {
		set(state)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(append(os.Environ(), stateEnv+"="+path), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		require.ErrorAs(t, err, new(*exec.ExitError), "%s", out)
	}
	require.Zero(t, state.get(inits), "NVML is still up:\n%s", out)
	return child{string(out), cmd.ProcessState.ExitCode()}
}

// alive checks that the program went on after all it tried.
func (c child) alive(t *testing.T) string {
	t.Helper()
	require.Zero(t, c.code, c.out)
	require.Contains(t, c.out, "alive\n")
	return c.out
}

// open opens n cards of the stand-in in this process.
func open(t testing.TB, n int, opts ...func(*nvml.Options)) (*nvml.Driver, []driver.Device) {
	t.Helper()
	d, devices, err := tryOpen(t, n, opts...)
	require.NoError(t, err)
	require.Len(t, devices, n)
	return d, devices
}

func tryOpen(t testing.TB, n int, opts ...func(*nvml.Options)) (*nvml.Driver, []driver.Device, error) {
	t.Helper()
	if n > 0 {
		shop.state.reset(n)
	}
	opt := nvml.Options{Paths: []string{shop.library(t)}}
	for _, o := range opts {
		o(&opt)
	}
	d := nvml.New(opt)
	devices, _, err := d.Open()
	t.Cleanup(func() {
		require.NoError(t, d.Close())
		require.Zero(t, shop.state.get(inits), "NVML is still up")
	})
	return d, devices, err
}
