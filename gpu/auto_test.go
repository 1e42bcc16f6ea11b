package gpu_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
)

// Whatever this machine has: a source, with one line for each thing that is
// not there.
func TestAutoHere(t *testing.T) {
	r := gpu.Auto(gpu.WithSys(t.TempDir()))
	got, err := r.Read(nil)
	rep := r.Report()
	if len(rep.Found) == 0 {
		require.NoError(t, err)
		require.Empty(t, got)
		require.NotEmpty(t, rep.Skipped)
	}
	for _, s := range rep.Skipped {
		require.NotEmpty(t, s.What)
		require.Error(t, s.Err)
		require.NotContains(t, s.Err.Error(), "\n", "one line")
		if strings.HasSuffix(s.What, "/nvml") {
			require.NotEmpty(t, s.Remedy)
		}
	}
	require.NoError(t, r.Close())
}

// Reasons about which nobody can do anything share a line.
func TestReportJoinsWhatIsAbsent(t *testing.T) {
	broken := gputest.New()
	broken.FailOpen(gpu.ErrPermission)
	r := gpu.Auto(gputest.New().Option(), broken.Option(), gputest.New().Option())
	defer r.Close()
	rep := r.Report()
	require.Len(t, rep.Skipped, 2)
	require.Equal(t, "gpu/fake", rep.Skipped[0].What)
	require.ErrorIs(t, rep.Skipped[0].Err, gpu.ErrPermission)
	require.NotEmpty(t, rep.Skipped[0].Remedy)
	require.Equal(t, "gpu/fake, gpu/fake", rep.Skipped[1].What)
	require.EqualError(t, rep.Skipped[1].Err, "gpu: open: no such card")
}

func TestRemedy(t *testing.T) {
	for _, err := range []error{
		gpu.ErrLost, gpu.ErrResetRequired, gpu.ErrDriverGone, gpu.ErrStalled, gpu.ErrNotSelected, gpu.ErrAmbiguousSelection,
		gpu.ErrNoSuchDevice, gpu.ErrNotSupported, gpu.ErrPermission, gpu.ErrSeveral, gpu.ErrStatic, gpu.ErrSharedModule,
		gpu.ErrNotGiven,
	} {
		require.NotEmpty(t, gpu.Remedy(&gpu.DeviceError{Device: "GPU-0", Op: "read", Err: err}), "%v", err)
	}
	require.Empty(t, gpu.Remedy(nil))
}
