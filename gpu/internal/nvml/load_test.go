//go:build linux && cgo && !nonvml

package nvml_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scimeter/scimeter/gpu/internal/nvml"
	"github.com/stretchr/testify/require"
)

// What a card of the stand-in reads in the probe.
const (
	counted = "counter 1000000 true"
	batched = "instant 300 W true average 290 W true"
	older   = "instant 0 W false average 280 W true" // by GetPowerUsage
)

// place puts a file under the loader's own name into a folder of its own, and
// returns what lets the loader find it there.
func place(t *testing.T, target string) []string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Symlink(target, filepath.Join(dir, "libnvidia-ml.so.1")))
	return []string{"LD_LIBRARY_PATH=" + dir}
}

func TestNoLibrary(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "libnvidia-ml.so.1")
	t.Run("case L1: paths that were tried", func(t *testing.T) {
		out := run(t, shop.probe(t), nil, nil, "-paths", nowhere+",libnosuch-ml.so.1").alive(t)
		require.Contains(t, out, "error: gpu: open nvml: no NVIDIA driver library; tried "+nowhere+", libnosuch-ml.so.1 (install")
		require.Contains(t, out, "remedy: install the NVIDIA driver")
	})
	t.Run("case L1: paths of their own", func(t *testing.T) {
		for _, path := range nvml.DefaultPaths() {
			if _, err := os.Stat(path); err == nil {
				t.Skip("this machine has a driver, at " + path)
			}
		}
		out := run(t, shop.probe(t), nil, nil).alive(t)
		if strings.Contains(out, "card 0") {
			t.Skip("this machine has a driver")
		}
		for _, path := range nvml.DefaultPaths() {
			require.Contains(t, out, path)
		}
	})
}

func TestInitCodes(t *testing.T) {
	texts := map[string]int64{}
	for _, c := range []struct {
		name string
		code int64
		want []string
	}{
		{"case L2: 9", 9, []string{"kernel module is not loaded", "modprobe nvidia"}},
		{"case L2: 17", 17, []string{"operating system refused", "/dev/nvidiactl"}},
		{"case L2: 18", 18, []string{"different versions", "restart the machine"}},
		{"case L2: 4", 4, []string{"no permission", "/dev/nvidia0"}},
		{"case L2: 28", 28, []string{"the card is not there", "lspci"}},
		{"case L2: 999", 999, []string{"unknown error", "create it anew"}},
		{"a code of a later driver", 77, []string{"unfamiliar answer (NVML code 77)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := func(s fakeState) { s.set(initCode, c.code) }
			out := run(t, shop.probe(t), set, nil, "-paths", shop.library(t)).alive(t)
			line, _, _ := strings.Cut(out, "\n")
			require.True(t, strings.HasPrefix(line, "error: gpu: nvml: init: "), out)
			for _, want := range c.want {
				require.Contains(t, line, want)
			}
			require.NotContains(t, texts, line, "the same text as another code")
			texts[line] = c.code
		})
	}
}

func TestOldDrivers(t *testing.T) {
	for _, c := range []struct {
		name    string
		lacks   []string
		counter string
		power   string
	}{
		{"a driver that has it all", nil, counted, batched},
		{"case L3: no GetFieldValues", []string{"NO_FIELDS"}, counted, older},
		{"case L4: no energy", []string{"NO_ENERGY"}, "counter 0 false", batched},
		{"case L4: neither energy nor fields", []string{"NO_ENERGY", "NO_FIELDS"}, "counter 0 false", older},
		{"no GetPowerUsage", []string{"NO_POWER"}, counted, batched},
		{"neither power nor fields", []string{"NO_POWER", "NO_FIELDS"}, counted, "instant 0 W false average 0 W false"},
		{"no MIG", []string{"NO_MIG"}, counted, batched},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := run(t, shop.probe(t), nil, nil, "-paths", shop.library(t, c.lacks...)).alive(t)
			require.Contains(t, out, c.counter+" "+c.power+" err <nil>")
			require.Contains(t, out, "card 1 ")
			require.NotContains(t, out, "error:")
		})
	}
	t.Run("nothing but handles and identity", func(t *testing.T) {
		lib := shop.library(t, "BARE", "NO_MIG", "NO_FIELDS", "NO_ENERGY", "NO_POWER")
		out := run(t, shop.probe(t), nil, nil, "-paths", lib).alive(t)
		require.Contains(t, out, "shows no card that can be measured, of 2\n")
		require.Contains(t, out, "skipped nvml/GPU-00000000-0000-0000-0000-000000000000: ")
	})
	t.Run("counter without names, lists or limits", func(t *testing.T) {
		out := run(t, shop.probe(t), nil, nil, "-paths", shop.library(t, "BARE", "NO_MIG")).alive(t)
		require.Contains(t, out, `000000000000 ""  max 700 W window 1s`)
		require.Contains(t, out, counted)
		require.Contains(t, out, "processes 0 err gpu: nvml: list processes of GPU-")
	})
}

func TestWrongLibrary(t *testing.T) {
	need(t, "gcc")
	out, err := exec.CommandContext(t.Context(), "gcc", "-print-file-name=libc.so.6").Output()
	require.NoError(t, err)
	libc, err := filepath.EvalSymlinks(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("#!/bin/sh\necho not a library, but long enough to have a header of one\n"), 0o755))
	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o644))
	for _, c := range []struct{ name, file, want string }{
		{"case L5: libc", libc, "libnvidia-ml.so.1 has no function nvmlInit_v2"},
		{"case L5: no shutdown", shop.library(t, "NO_SHUTDOWN"), "libnvidia-ml.so.1 has no function nvmlShutdown"},
		{"case L5: a text", text, "libnvidia-ml.so.1"},
		{"case L5: an empty file", empty, "libnvidia-ml.so.1"},
		{"case L5: a folder", t.TempDir(), "libnvidia-ml.so.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := place(t, c.file)
			out := run(t, shop.probe(t), nil, env, "-paths", "libnvidia-ml.so.1").alive(t)
			require.Contains(t, out, "error: gpu: open nvml: not the NVIDIA driver library; tried libnvidia-ml.so.1; ")
			require.Contains(t, out, c.want)
		})
		t.Run(c.name+", and the driver in another folder", func(t *testing.T) {
			env := place(t, c.file)
			out := run(t, shop.probe(t), nil, env, "-paths", "libnvidia-ml.so.1,"+shop.library(t)).alive(t)
			require.Contains(t, out, counted+" "+batched)
		})
	}
}

func TestLinkModes(t *testing.T) {
	none := filepath.Join(t.TempDir(), "libnvidia-ml.so.1")
	without := func(t *testing.T, program string, env ...string) child {
		t.Helper()
		return run(t, program, nil, env, "-paths", none)
	}
	works := func(t *testing.T, program string) {
		t.Helper()
		require.Contains(t, without(t, program).alive(t), "no NVIDIA driver library")
		out := run(t, program, nil, nil, "-paths", shop.library(t)).alive(t)
		require.Contains(t, out, counted+" "+batched)
	}
	t.Run("case L7: default", func(t *testing.T) { works(t, shop.probe(t)) })
	t.Run("case L7: pie", func(t *testing.T) { works(t, shop.probe(t, "-buildmode=pie")) })
	t.Run("case L7: -z now dies, as the documentation says", func(t *testing.T) {
		c := without(t, shop.probe(t, "-ldflags=-extldflags=-Wl,-z,now"))
		require.NotZero(t, c.code, c.out)
		require.Contains(t, c.out, "nvml")
		require.NotContains(t, c.out, "alive")
	})
	t.Run("case L7: -z now and then -z lazy", func(t *testing.T) {
		works(t, shop.probe(t, "-ldflags=-extldflags=-Wl,-z,now,-z,lazy"))
	})
	t.Run("case L7: -z now without NVML", func(t *testing.T) {
		c := without(t, shop.probe(t, "-tags=nonvml", "-ldflags=-linkmode=external -extldflags=-Wl,-z,now"))
		require.Contains(t, c.alive(t), nvml.ErrNotBuiltIn.Error())
	})
	t.Run("static", func(t *testing.T) {
		c := run(t, shop.probe(t, "-ldflags=-extldflags=-static"), nil, nil, "-paths", shop.library(t))
		require.Contains(t, c.alive(t), "error: gpu: open nvml: "+nvml.ErrStatic.Error())
	})
}
