//go:build linux && cgo && !nvml && !nonvml

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// A program that has NVML in it does not start without the driver where its
// linker binds all symbols at once, as some distributions have it by default.
// So the usual build of the quickstart leaves it out, and -gpu makes another one,
// which binds a symbol when it is called.
var withNVML = []string{"build", "-buildvcs=false", "-tags=nvml", "-ldflags=-extldflags=-Wl,-z,lazy", "-o"}

// again becomes the quickstart with package gpu in it, if that can be built and
// started here, and returns if it cannot.
func again(ctx context.Context, args []string, stdout, stderr io.Writer) {
	info, ok := debug.ReadBuildInfo()
	if !ok || stdout != io.Writer(os.Stdout) {
		return // a test: the other program would write elsewhere
	}
	dir, err := os.MkdirTemp("", "quickstart")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "quickstart")
	fmt.Fprintln(stderr, "quickstart: building again with package gpu")
	if exec.CommandContext(ctx, "go", append(slices.Clone(withNVML), program, info.Path)...).Run() != nil ||
		exec.CommandContext(ctx, program, "-help").Run() != nil { // it starts, or the linker ends it
		return
	}
	f, err := os.Open(program)
	if err != nil {
		return
	}
	defer f.Close()
	os.RemoveAll(dir) // nothing is left behind by who does not come back
	_ = syscall.Exec("/proc/self/fd/"+strconv.Itoa(int(f.Fd())), append([]string{os.Args[0]}, args...), os.Environ())
}

// cards says why there are none in this build.
func cards() meter.Option { return meter.WithSource(apart{}) }

// apart is a source that has nothing.
type apart struct{}

func (apart) Report() source.Report {
	return source.Report{Skipped: []source.Skip{{
		What: "gpu", Err: errors.New("left out of this build, which starts without a driver however it is linked; another one could not be built and started here"),
		Remedy: "with the sources: go run -tags nvml -ldflags=-extldflags=-Wl,-z,lazy ./examples/quickstart -gpu; " +
			"on musl, and for AMD and Intel alone: CGO_ENABLED=0 go run ./examples/quickstart -gpu",
	}}}
}

func (apart) Read(dst []source.Reading) ([]source.Reading, error) { return dst, nil }
func (apart) Close() error                                        { return nil }
