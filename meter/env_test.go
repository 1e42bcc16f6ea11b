package meter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func TestFromEnv(t *testing.T) {
	for name, value := range map[string]string{
		"ZONE": "IE", "PUE": "1.2", "WUE": "0.25", "EWIF": "1.5", "SCOPE": "machine", "POLICY": "reserved", "CPUS": "2",
		"MEMORY_GB": "3", "REST": "12 W", "EFFICIENCY": "0.9", "INTERVAL": "3s", "COUNTERS_ONLY": "false", "WHOLE_MACHINE": "",
		"ATTRIBUTION": "weights",
	} {
		t.Setenv("SCIMETER_"+name, value)
	}
	machine := metertest.New(4, metertest.Package(0))
	m := begin(t, machine.Options(), meter.WithScope(meter.Process()), meter.FromEnv())
	method := m.Method()
	require.Equal(t, meter.Machine().String(), method.Scope)
	require.Equal(t, meter.Reserved, method.Policy)
	require.Equal(t, "declared", method.ReservedBy)
	require.Positive(t, method.Reserved[source.CPU])
	require.Positive(t, method.Reserved[source.Memory])
	require.Equal(t, units.PUE(1.2), method.Site.PUE)
	require.Equal(t, units.WUE(0.25), *method.Site.WUE)
	require.Equal(t, units.EWIF(1.5), *method.Site.EWIF)
	require.Equal(t, units.Power(12), method.Rest)
	require.Equal(t, 0.9, method.Efficiency)
	require.Equal(t, 3*time.Second, method.Interval)
	require.Equal(t, meter.Weights, method.Attribution)
	s, err := m.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "IRL", s.Intensity.Zone)
}

func TestFromEnvOthers(t *testing.T) {
	t.Setenv("SCIMETER_WHOLE_MACHINE", "true")
	t.Setenv("SCIMETER_REST", "none")
	t.Setenv("SCIMETER_SCOPE", "process")
	t.Setenv("SCIMETER_ZONE", "World")
	m := begin(t, metertest.New(4, metertest.Package(0)).Options(), meter.FromEnv())
	require.Equal(t, map[source.Kind]float64{source.CPU: 1, source.Memory: 1, source.GPU: 1}, m.Method().Reserved)
	require.Zero(t, m.Method().Rest)
	require.Equal(t, 1.0, m.Method().Efficiency)
	require.Equal(t, meter.Process().String(), m.Method().Scope)
}

func TestFromEnvRefuses(t *testing.T) {
	for name, bad := range map[string]string{
		"ZONE": "Atlantis", "PUE": "0.9", "WUE": "-1", "EWIF": "much", "SCOPE": "everything", "POLICY": "fair", "CPUS": "0",
		"MEMORY_GB": "NaN", "WHOLE_MACHINE": "perhaps", "REST": "60 kg", "EFFICIENCY": "92", "COUNTERS_ONLY": "2", "INTERVAL": "1ms", "ATTRIBUTION": "fair",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("SCIMETER_"+name, bad)
			machine := metertest.New(4, metertest.Package(0))
			_, err := meter.Start(t.Context(), machine.Options(), meter.FromEnv())
			var option *meter.OptionError
			require.ErrorAs(t, err, &option)
			require.Equal(t, "SCIMETER_"+name, option.Option)
			require.Contains(t, err.Error(), `"`+bad+`"`)
			require.NotRegexp(t, "meter: .*meter: ", err.Error(), "the package is named once")
			require.True(t, machine.Closed())
		})
	}
	for _, bad := range []string{"-1", "+Inf", "x"} {
		t.Run("CPUS="+bad, func(t *testing.T) {
			t.Setenv("SCIMETER_CPUS", bad)
			_, err := meter.Start(t.Context(), meter.FromEnv())
			require.ErrorContains(t, err, "meter: SCIMETER_CPUS: want a number above 0")
		})
	}
	t.Run("a name that is not known", func(t *testing.T) {
		t.Setenv("SCIMETER_REGION", "IE")
		_, err := meter.Start(t.Context(), meter.FromEnv())
		require.ErrorContains(t, err, "meter: SCIMETER_REGION: want one of SCIMETER_ATTRIBUTION, SCIMETER_COUNTERS_ONLY, ")
		require.ErrorContains(t, err, "SCIMETER_ZONE")
	})
	t.Run("a name that nobody may print", func(t *testing.T) {
		t.Setenv("SCIMETER_\x1b[31m", "IE")
		_, err := meter.Start(t.Context(), meter.FromEnv())
		require.ErrorContains(t, err, "meter: SCIMETER_�[31m: want one of")
	})
	for _, path := range []string{"/a\nb", "/\xff"} {
		t.Run("a cgroup that nobody may print", func(t *testing.T) {
			t.Setenv("SCIMETER_SCOPE", "cgroup:"+path)
			_, err := meter.Start(t.Context(), meter.FromEnv())
			require.ErrorContains(t, err, "meter: SCIMETER_SCOPE: want process, machine or cgroup:/path, not ")
			require.NotContains(t, err.Error(), "\n")
		})
	}
	for _, name := range []string{"SCIMETER_CPUS", "SCIMETER_MEMORY_GB"} {
		t.Run("all of the machine and a part of it: "+name, func(t *testing.T) {
			t.Setenv("SCIMETER_WHOLE_MACHINE", "true")
			t.Setenv(name, "2")
			_, err := meter.Start(t.Context(), meter.FromEnv())
			var option *meter.OptionError
			require.ErrorAs(t, err, &option)
			require.Equal(t, "SCIMETER_WHOLE_MACHINE", option.Option)
			require.ErrorContains(t, err, "unset the one or the others")
			t.Setenv("SCIMETER_WHOLE_MACHINE", "false")
			require.Equal(t, "declared", begin(t, metertest.New(4, metertest.Package(0)).Options(), meter.FromEnv()).Method().ReservedBy)
		})
	}
	t.Run("a cgroup that is not there", func(t *testing.T) {
		t.Setenv("SCIMETER_SCOPE", "cgroup:/no/such/group")
		_, err := meter.Start(t.Context(), metertest.New(4, metertest.Package(0)).Options(), meter.FromEnv())
		require.ErrorContains(t, err, "/no/such/group")
	})
}

func TestParseGrid(t *testing.T) {
	for text, want := range map[string]meter.Grid{
		"world": intensity.World(), "FR": intensity.Country("FRA"), "aws:eu-west-1": intensity.Country("IRL"),
	} {
		got, err := meter.ParseGrid(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	_, err := meter.ParseGrid("nowhere at all")
	require.Error(t, err)
}

func TestMoreCPUsThanThereAre(t *testing.T) {
	t.Setenv("SCIMETER_CPUS", "64")
	_, err := meter.Start(t.Context(), metertest.New(4, metertest.Package(0)).Options(), meter.FromEnv())
	var refused *meter.OptionError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "SCIMETER_CPUS", refused.Option)
	require.ErrorContains(t, err, "4 CPUs")
}
