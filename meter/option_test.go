package meter_test

import (
	"io/fs"
	"math"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

func TestOptionsRefuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, tt := range map[string]struct {
		option meter.Option
		names  string
		cause  error
	}{
		"no source":             {meter.WithSource(nil), "WithSource", nil},
		"no grid":               {meter.WithGrid(nil), "WithGrid", nil},
		"no scope":              {meter.WithScope(nil), "WithScope", nil},
		"no policy":             {meter.WithPolicy(meter.Marginal + 1), "WithPolicy", nil},
		"nothing reserved":      {meter.WithReservation(meter.Reservation{}), "WithReservation", nil},
		"less than nothing":     {meter.WithReservation(meter.Reservation{CPUs: 2, GPUs: -1}), "WithReservation", nil},
		"NaN CPUs":              {meter.WithReservation(meter.Reservation{CPUs: nan}), "WithReservation", nil},
		"all and a part":        {meter.WithReservation(meter.Reservation{Whole: true, CPUs: 2}), "WithReservation", nil},
		"no such procfs":        {meter.WithRoots("/nowhere/proc", ""), "WithRoots", fs.ErrNotExist},
		"no such sysfs":         {meter.WithRoots("", "/nowhere/sys"), "WithRoots", fs.ErrNotExist},
		"a file for sysfs":      {meter.WithRoots("", "option_test.go"), "WithRoots", syscall.ENOTDIR},
		"infinite memory":       {meter.WithReservation(meter.Reservation{MemoryGB: inf}), "WithReservation", nil},
		"negative hardware":     {meter.WithHardware(sci.Server{Embodied: -1}), "WithHardware", sci.ErrNegativeCarbon},
		"a PUE below 1":         {meter.WithSite(sci.Site{PUE: 0.9}), "WithSite", sci.ErrPUE},
		"negative water":        {meter.WithSite(sci.Site{PUE: 1, WUE: new(units.WUE(-1))}), "WithSite", sci.ErrWater},
		"too often":             {meter.WithInterval(meter.MinInterval - 1), "WithInterval", nil},
		"too rarely":            {meter.WithInterval(time.Hour + 1), "WithInterval", nil},
		"negative rest":         {meter.WithRest(-1, 0.5), "WithRest", nil},
		"NaN rest":              {meter.WithRest(units.Power(nan), 0.5), "WithRest", nil},
		"infinite rest":         {meter.WithRest(units.Power(inf), 0.5), "WithRest", nil},
		"rest with a NaN":       {meter.WithRest(60, nan), "WithRest", nil},
		"efficiency above 1":    {meter.WithEfficiency(1.01, 0), "WithEfficiency", nil},
		"efficiency 0":          {meter.WithEfficiency(0, 0), "WithEfficiency", nil},
		"NaN efficiency":        {meter.WithEfficiency(nan, 0), "WithEfficiency", nil},
		"efficiency with a NaN": {meter.WithEfficiency(0.9, nan), "WithEfficiency", nil},
		"idle of no zone":       {meter.WithIdlePower("", 1, 0), "WithIdlePower", nil},
		"idle of nothing":       {meter.WithIdlePower("package-0", 0, 0), "WithIdlePower", nil},
		"idle with a NaN":       {meter.WithIdlePower("package-0", 1, nan), "WithIdlePower", nil},
		"within others":         {meter.Options(meter.WithoutRest(), meter.WithInterval(1)), "WithInterval", nil},
	} {
		t.Run(name, func(t *testing.T) {
			machine := metertest.New(2, metertest.Package(0))
			_, err := meter.Start(t.Context(), machine.Options(), tt.option)
			var option *meter.OptionError
			require.ErrorAs(t, err, &option)
			require.Equal(t, tt.names, option.Option)
			require.NotEmpty(t, option.Want)
			require.Regexp(t, "^meter: "+tt.names+": want ", err.Error())
			if tt.cause != nil {
				require.ErrorIs(t, err, tt.cause)
			}
			require.True(t, machine.Closed())
		})
	}
	t.Run("all of them are told", func(t *testing.T) {
		_, err := meter.Start(t.Context(), meter.WithInterval(1), meter.WithRest(-1, 0))
		require.ErrorContains(t, err, "WithInterval")
		require.ErrorContains(t, err, "WithRest")
	})
}

func TestIntervalBounds(t *testing.T) {
	for given, want := range map[time.Duration]time.Duration{
		meter.MinInterval: meter.MinInterval, time.Hour: time.Hour, 0: meter.DefaultInterval,
	} {
		opts := []meter.Option{metertest.New(2, metertest.Package(0)).Options()}
		if given > 0 {
			opts = append(opts, meter.WithInterval(given))
		}
		require.Equal(t, want, begin(t, opts...).Method().Interval)
	}
	for asked, want := range map[time.Duration]time.Duration{
		time.Second: time.Second, time.Microsecond: meter.MinInterval, 0: time.Minute, time.Hour: time.Minute,
	} {
		s := &quick{gate{zone: measured()}, asked}
		m := begin(t, meter.WithSource(s), meter.WithScope(metertest.New(2).Scope()), meter.WithInterval(time.Minute))
		require.Equal(t, want, m.Method().Interval, "a counter that would wrap unseen is read more often")
	}
}

// quick is a source that wants to be read often.
type quick struct {
	gate
	every time.Duration
}

func (q *quick) MaxInterval() time.Duration { return q.every }

func TestPolicySet(t *testing.T) {
	for p := meter.Auto; p <= meter.Marginal; p++ {
		var got meter.Policy
		require.NoError(t, got.Set(p.String()))
		require.Equal(t, p, got)
	}
	p := meter.Reserved
	require.ErrorContains(t, p.Set("fair"), "marginal")
	require.Equal(t, meter.Reserved, p)
	require.Equal(t, "Policy(9)", meter.Policy(9).String())
}
