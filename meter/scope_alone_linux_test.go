package meter_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
)

// sandbox is a /proc such as gVisor has: CPUs that never work.
func sandbox(t *testing.T) (proc, sys string) {
	t.Helper()
	proc, sys = t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(proc, "stat"), []byte("cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n"), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(sys, "devices/system/cpu"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(sys, "devices/system/cpu/online"), []byte("0\n"), 0o600))
	return proc, sys
}

func TestSandbox(t *testing.T) {
	proc, sys := sandbox(t)
	m, err := meter.Start(t.Context(), meter.WithRoots(proc, sys))
	require.NoError(t, err)
	defer m.Stop()
	require.Equal(t, "process, as if alone", m.Method().Scope)
	require.Equal(t, meter.Reserved, m.Method().Policy)
	var told bool
	for _, s := range m.Sources().Skipped {
		if s.What == "busy time of the machine" {
			require.ErrorIs(t, s.Err, meter.ErrDenominator)
			told = true
		}
	}
	require.True(t, told)
	u, err := m.Measure(t.Context(), "churn", churn)
	require.NoError(t, err)
	require.Positive(t, u.Microjoules)
	require.Equal(t, u.Own, u.Busy)
	require.Zero(t, u.Others)

	_, err = meter.Start(t.Context(), meter.WithRoots(proc, sys), meter.WithPolicy(meter.Proportional))
	require.ErrorIs(t, err, meter.ErrDenominator, "what is ours of the work cannot be told")
}

// churn works for a little while.
func churn(context.Context) error {
	x := uint64(1)
	for range 20_000_000 {
		x = x*6364136223846793005 + 1442695040888963407
	}
	if x == 0 {
		return errors.New("never")
	}
	return nil
}
