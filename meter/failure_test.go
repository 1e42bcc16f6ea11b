package meter_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

func TestFailuresByTypeAndSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0))
		m := begin(t, machine.Options(), meter.WithInterval(time.Hour))
		var s meter.Snapshot
		read := func() {
			require.NoError(t, m.ReadInto(t.Context(), &s))
		}
		read()
		require.Empty(t, s.Failures)
		machine.Fail("package-0", fmt.Errorf("read: %w", fs.ErrPermission))
		read()
		read()
		machine.Fail("package-0", errors.New("a fault of its own"))
		machine.FailScope(os.ErrDeadlineExceeded)
		read()
		require.Equal(t, []meter.Failure{
			{Source: "package-0", Type: "permission_denied", N: 2},
			{Source: "package-0", Type: "_OTHER", N: 1},
			{Source: "scope", Type: "timeout", N: 1},
		}, s.Failures)
		require.Equal(t, 4, s.Effort.Errors)
	})
}
