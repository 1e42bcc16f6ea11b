package sci_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func TestServerForMachine(t *testing.T) {
	const host = 1000 + 100 + 533.0/384*368 // kg, two sockets and 384 GB
	for name, c := range map[string]struct {
		hardware         sci.Hardware
		kg, memory, sigm float64
	}{
		"nothing shown":      {sci.Hardware{}, 1000, 533.0 / 24, math.Log(1.5)},
		"a1.medium host":     {sci.Hardware{Sockets: 1, MemoryGB: 32}, 1022.2083333333334, 533.0 / 12, math.Log(1.5)},
		"m5 host":            {sci.Hardware{Sockets: 2, CPUs: 96, MemoryGB: 384}, 1610.7916666666667, 533, math.Log(1.5)},
		"r5 host":            {sci.Hardware{Sockets: 2, CPUs: 96, MemoryGB: 768}, 2143.791666666667, 1066, math.Log(1.5)},
		"absurd":             {sci.Hardware{Sockets: -4, CPUs: -1, MemoryGB: math.NaN()}, 1000, 533.0 / 24, math.Log(1.5)},
		"one vCPU of 4 GB":   {sci.Hardware{CPUs: 1, MemoryGB: 4, Virtual: true}, host / 96, 533.0 / 96, math.Log(2.2)},
		"96 vCPU of 4 GB":    {sci.Hardware{CPUs: 96, MemoryGB: 384, Virtual: true}, host, 533, math.Log(2.2)},
		"memory not shown":   {sci.Hardware{CPUs: 8, Virtual: true}, host / 12, 533.0 / 12, math.Log(2.2)},
		"nothing but vm":     {sci.Hardware{Virtual: true}, host / 96, 533.0 / 96, math.Log(2.2)},
		"twice the memory":   {sci.Hardware{CPUs: 2, MemoryGB: 16, Virtual: true}, host/48 + 8*533.0/384, 16 * 533.0 / 384, math.Log(2.2)},
		"infinite":           {sci.Hardware{MemoryGB: math.Inf(1)}, 1000, 533.0 / 24, math.Log(1.5)},
		"sockets of a vm":    {sci.Hardware{Sockets: 8, CPUs: 1, MemoryGB: 4, Virtual: true}, host / 96, 533.0 / 96, math.Log(2.2)},
		"small bare metal":   {sci.Hardware{Sockets: 1, CPUs: 4, MemoryGB: 8}, 1000 - 8*533.0/384, 8 * 533.0 / 384, math.Log(1.5)},
		"more sockets yet":   {sci.Hardware{Sockets: 4, MemoryGB: 16}, 1300, 533.0 / 24, math.Log(1.5)},
		"vCPUs do not count": {sci.Hardware{Sockets: 1, CPUs: 512, MemoryGB: 16}, 1000, 533.0 / 24, math.Log(1.5)},
	} {
		t.Run(name, func(t *testing.T) {
			s := sci.ServerFor(c.hardware)
			require.NoError(t, s.Check())
			require.InEpsilon(t, c.kg, float64(s.Embodied/units.Kilogram), 1e-12)
			require.InEpsilon(t, c.memory, float64(s.Memory/units.Kilogram), 1e-12)
			require.InEpsilon(t, c.sigm, s.Sigma, 1e-15)
			require.True(t, s.Default)
			require.Regexp(t, "^default: ", s.Source)
		})
	}
}

func TestServerDefaultSaysWhatItIs(t *testing.T) {
	require.Equal(t, "default: server, 2 sockets and 384 GB (Cloud Carbon Footprint coefficients, after Dell R740 LCA)",
		sci.ServerFor(sci.Hardware{Sockets: 2, MemoryGB: 384}).Source)
	require.Equal(t, "default: part of an unknown cloud host, 4 vCPU and 16 GB (Cloud Carbon Footprint coefficients, after Dell R740 LCA)",
		sci.ServerFor(sci.Hardware{CPUs: 4, Virtual: true}).Source)
}

func TestServerForKeepsWhatWasGiven(t *testing.T) {
	given := sci.Server{Embodied: 5, Source: "vendor"}
	require.Equal(t, given, given.For(sci.Hardware{Sockets: 2}))

	partial := sci.Server{Lifespan: time.Hour, Sigma: 0.1}
	got := partial.For(sci.Hardware{Sockets: 2, MemoryGB: 384})
	require.Equal(t, time.Hour, got.Lifespan)
	require.Equal(t, 0.1, got.Sigma)
	require.True(t, got.Default)

	vm := sci.Server{Share: 4.0 / 96, MemoryShare: 16.0 / 384}.For(sci.Hardware{CPUs: 4, MemoryGB: 16, Virtual: true})
	printed(t, "1.915420075", vm.Of(time.Hour, 1))
	require.Equal(t, sci.UnknownHostSigma, vm.Sigma)
	printed(t, "1.915420075", sci.Server{}.For(sci.Hardware{CPUs: 4, MemoryGB: 16, Virtual: true}).Of(time.Hour, 1))
}

func TestZeroServerIsADefault(t *testing.T) {
	require.True(t, sci.Server{}.IsZero())
	printed(t, "28.5388128", sci.Server{}.Of(time.Hour, 1))
	require.Equal(t, sci.Server{}.Of(time.Hour, 1), sci.ServerFor(sci.Hardware{}).Of(time.Hour, 1))
}

func TestServerShares(t *testing.T) {
	host := sci.Server{Embodied: 300, Memory: 100, Lifespan: 10 * time.Hour, Share: 0.5}
	other, memory := host.OfParts(time.Hour, 0.1, 0.2)
	require.InDelta(t, 1, float64(other), 1e-12)
	require.InDelta(t, 1, float64(memory), 1e-12, "the memory share is that of the rest where it is not given")
	host.MemoryShare = 0.25
	_, memory = host.OfParts(time.Hour, 0.1, 0.2)
	require.InDelta(t, 0.5, float64(memory), 1e-12)
	for _, d := range []time.Duration{0, -time.Hour} {
		require.Zero(t, host.Of(d, 1))
	}
	require.Zero(t, host.Of(time.Hour, math.NaN()))
	require.Equal(t, host.Of(time.Hour, 1), host.Of(time.Hour, 5))
	require.Zero(t, sci.Server{Embodied: -5, Memory: 3}.Of(time.Hour, 1))
}

func TestServerOfAllocatesNothing(t *testing.T) {
	for _, s := range []sci.Server{{}, node} {
		require.Zero(t, testing.AllocsPerRun(100, func() { s.OfParts(time.Second, 0.5, 0.25) }))
	}
}

func TestAcceleratorsHaveSharesOfTheirOwn(t *testing.T) {
	require.InEpsilon(t, 9.36073059, float64(node.Accelerators[0].Of(2*time.Hour, 0, 1)), 1e-9)
	m, u := node.Accrue(2*time.Hour, eighth)
	require.InEpsilon(t, 50.0285388, float64(m), 1e-9)
	require.InEpsilon(t, 9.36073059*math.Log(1.9), u[sci.GPUID], 1e-9)
	require.InEpsilon(t, 40.66780822*math.Log(1.5), u[sci.HostID], 1e-9)
	require.InEpsilon(t, 50.0285388*0.2, u[sci.LifespanID], 1e-9)

	halved := node
	halved.LifespanSigma, halved.Sigma = 0.1, 0.3
	halved.Accelerators = []sci.Part{{Kind: source.GPU, TE: 164 * units.Kilogram, Share: 0.5, Sigma: 0.5, ID: "te.h100"}}
	m, u = halved.Accrue(2*time.Hour, eighth)
	require.InEpsilon(t, 50.0285388-9.36073059/2, float64(m), 1e-9)
	require.InEpsilon(t, 9.36073059/2*0.5, u["te.h100"], 1e-9)
	require.InEpsilon(t, 40.66780822*0.3, u[sci.HostID], 1e-9)
	require.InEpsilon(t, float64(m)*0.1, u[sci.LifespanID], 1e-9)
	require.Len(t, u, 3)
}

func TestPartsLeaveNoDefaultOpen(t *testing.T) {
	require.Equal(t, []sci.Part{
		{Name: "host", Kind: source.CPU, TE: 5700e3, Share: 1, Sigma: sci.ServerSigma, ID: sci.HostID},
		{Name: "memory", Kind: source.Memory, TE: 0, Share: 1, Sigma: sci.ServerSigma, ID: sci.HostID},
		{Name: "H100 SXM", Kind: source.GPU, TE: 164e3, Share: 1, Sigma: sci.GPUSigma, ID: sci.GPUID},
	}, node.Parts())
	require.Empty(t, node.Accelerators[0].ID, "what was given stays as it was")
}

func TestServerUncertaintyIsThatOfAccrue(t *testing.T) {
	s := sci.Server{Embodied: 300e3, Memory: 100e3, Sigma: 0.5}
	m, want := s.Accrue(time.Hour, func(source.Kind) float64 { return 0.25 })
	got := s.Uncertainty(s.Of(time.Hour, 0.25))
	require.InEpsilon(t, float64(s.Of(time.Hour, 0.25)), float64(m), 1e-12)
	require.Len(t, got, len(want))
	for id := range want {
		require.InEpsilon(t, want[id], got[id], 1e-12, id)
	}
}

func TestServerCheck(t *testing.T) {
	require.NoError(t, sci.Server{}.Check())
	require.NoError(t, node.Check())
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		server sci.Server
		want   error
	}{
		"negative":             {sci.Server{Embodied: -1}, sci.ErrNegativeCarbon},
		"infinite memory":      {sci.Server{Embodied: 1, Memory: units.Carbon(inf)}, sci.ErrNotFinite},
		"more memory than all": {sci.Server{Embodied: 1, Memory: 2}, sci.ErrShare},
		"negative lifespan":    {sci.Server{Lifespan: -1}, sci.ErrLifespan},
		"share above 1":        {sci.Server{Share: 1.1}, sci.ErrShare},
		"memory share is NaN":  {sci.Server{MemoryShare: math.NaN()}, sci.ErrShare},
		"negative doubt":       {sci.Server{Sigma: -1}, sci.ErrUncertainty},
		"infinite doubt":       {sci.Server{LifespanSigma: inf}, sci.ErrUncertainty},
		"negative memory":      {sci.Server{Memory: -1}, sci.ErrNegativeCarbon},
		"infinite part":        {sci.Server{Accelerators: []sci.Part{{TE: units.Carbon(inf)}}}, sci.ErrNotFinite},
		"negative part":        {sci.Server{Accelerators: []sci.Part{{TE: -1}}}, sci.ErrNegativeCarbon},
		"part above 1":         {sci.Server{Accelerators: []sci.Part{{Share: 2}}}, sci.ErrShare},
		"doubt of a part":      {sci.Server{Accelerators: []sci.Part{{Sigma: math.NaN()}}}, sci.ErrUncertainty},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, c.server.Check(), c.want) })
	}
}

func TestSigmasAreLogarithms(t *testing.T) {
	require.Equal(t, math.Log(1.5), sci.ServerSigma)
	require.Equal(t, math.Log(1.9), sci.GPUSigma)
	require.Equal(t, math.Log(2.2), sci.UnknownHostSigma)
}

func BenchmarkServerOfParts(b *testing.B) {
	s := sci.ServerFor(sci.Hardware{Sockets: 2, MemoryGB: 384})
	b.ReportAllocs()
	for b.Loop() {
		s.OfParts(time.Second, 0.5, 0.25)
	}
}
