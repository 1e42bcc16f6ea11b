package sci_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// printed requires that got is the printed figure, to half a unit of its last
// digit.
func printed[T ~float64](t *testing.T, want string, got T) {
	t.Helper()
	figure, err := strconv.ParseFloat(want, 64)
	require.NoError(t, err)
	mantissa, _, _ := strings.Cut(want, "e")
	_, decimals, _ := strings.Cut(mantissa, ".")
	half := 0.5 * math.Pow(10, -float64(len(decimals)))
	if _, exponent, ok := strings.Cut(want, "e"); ok {
		n, err := strconv.Atoi(exponent)
		require.NoError(t, err)
		half *= math.Pow(10, float64(n))
	}
	require.InDelta(t, figure, float64(got), half*(1+1e-9))
}

// A worked example ends in terms, of which the score and its interval follow.
func printedScore(t *testing.T, terms sci.Terms, want, low, high string) {
	t.Helper()
	score, err := terms.Score()
	require.NoError(t, err)
	score = score.Per(1000)
	printed(t, want, score.Carbon())
	gotLow, gotHigh, ok := score.Interval()
	require.True(t, ok)
	printed(t, low, gotLow)
	printed(t, high, gotHigh)
}

func relative(t *testing.T, u sci.Uncertainty, total units.Carbon) float64 {
	t.Helper()
	r, ok := u.Relative(total)
	require.True(t, ok)
	return r
}

func TestWorkedServiceOnVirtualMachine(t *testing.T) {
	host := sci.ServerFor(sci.Hardware{Sockets: 2, CPUs: 96, MemoryGB: 384})
	host.Share, host.MemoryShare = 4.0/96, 16.0/384
	printed(t, "1077791.667", host.Embodied-host.Memory)
	require.Equal(t, 533*units.Kilogram, host.Memory)
	site := sci.Site{PUE: 1.11, WUE: new(units.WUE(0.03)), EWIF: new(units.EWIF(1.476))}
	const energy units.Energy = 11613.6
	o := units.Intensity(279.70).Of(site.PUE.Of(energy))
	m := host.Of(time.Hour, 1)
	printed(t, "1.001566542", o)
	printed(t, "1.915420075", m)

	g := float64(o)
	attribution := 0.3 * 0.8 * (1 - 0.8) * 2997 / float64(energy)
	printed(t, "0.0123868568", attribution)
	uI := math.Hypot(0.225, 0.134)
	printed(t, "0.261879743", uI)
	uO := sci.Uncertainty{"table": 0.40 * g, "attribution": attribution * g, "intensity": uI * g, "pue": 0.03 / 1.11 * g}
	printed(t, "0.479024941", relative(t, uO, o))
	uM := host.Uncertainty(m)
	printed(t, "0.452108343", relative(t, uM, m))
	terms := sci.Terms{Operational: o, Embodied: m, R: 180000, Unit: "request", Uncertainty: uO.Plus(uM)}
	printed(t, "0.339391556", relative(t, terms.Uncertainty, terms.Total()))
	printed(t, "0.339391556", sci.Combine(o, 0.479024941, m, 0.452108343))
	printedScore(t, terms, "0.0162054812", "0.00848405", "0.0309542730")

	water := site.Water(energy)
	printed(t, "9.678e-5", water.OnSite)
	printed(t, "0.00528534936", water.OffSite)
	total, ok := water.Total()
	require.True(t, ok)
	printed(t, "0.00538212936", total)
}

func TestWorkedServiceOnSharedNode(t *testing.T) {
	host := sci.Server{Embodied: (356.396872 + 433.272504) * units.Kilogram, Memory: 356.396872 * units.Kilogram}
	other, memory := host.OfParts(600*time.Second, 1.0/32, 1.0/16)
	m := other + memory
	printed(t, "0.170350886", m)

	uDC := sci.Uncertainty{"package": 81, "dram": 87, "rest": 562.5, "idle.package": 54, "idle.dram": 51, "attribution": 388.08}
	const dc = 4695.0
	printed(t, "0.148585672", uDC.Sigma()/dc)
	uE := uDC.Plus(sci.Uncertainty{"eta": dc * 0.02 / 0.92})
	printed(t, "0.150167546", uE.Sigma()/dc)

	// The same inputs in grams: each step by its own intensity.
	halves := []struct{ dc, i, reads, dram, attribution float64 }{
		{2215.5, 320, 0.03 * 1230, 0.1 * 423, 0},
		{2479.5, 380, 0.03 * 1470, 0.1 * 447, 0},
	}
	var o units.Carbon
	uO := sci.Uncertainty{}
	d := []float64{96.0 / 4800, 144.0 / 7200}
	dynamic := []float64{48000 - 24000 + 8400 - 6000, 60000 - 24000 + 9600 - 6000}
	rho := []float64{1.0 / 32, 1.0 / 16}
	for k, h := range halves {
		joule := 1 / 0.92 * 1.40 / units.KilowattHour * h.i // grams of one joule at the chip
		o += units.Carbon(h.dc * joule)
		uO = uO.Plus(sci.Uncertainty{
			"package": h.reads * joule, "dram": h.dram * joule, "rest": 0.5 * 562.5 * joule,
			"idle.package": 0.1 * 24000 * (rho[0] - d[k]) * joule,
			"idle.dram":    0.1 * 6000 * (rho[1] - d[k]) * joule,
			"attribution":  0.3 * d[k] * (1 - d[k]) * dynamic[k] * joule,
		})
	}
	printed(t, "0.697958333", o)
	g := float64(o)
	uO = uO.Plus(sci.Uncertainty{"eta": g * 0.02 / 0.92, "pue": g * 0.05 / 1.40, "intensity": g * 0.05})
	printed(t, "0.162341101", relative(t, uO, o))
	terms := sci.Terms{Operational: o, Embodied: m, R: 12000, Unit: "request", Uncertainty: uO.Plus(host.Uncertainty(m))}
	printed(t, "0.157782840", relative(t, terms.Uncertainty, terms.Total()))
	printedScore(t, terms, "0.0723591016", "0.0532121154", "0.0983956293")
}

func TestWorkedFineTuning(t *testing.T) {
	m, uM := node.Accrue(2*time.Hour, eighth)
	printed(t, "50.0285388", m)
	printed(t, "0.403805394", relative(t, uM, m))

	const dc = 5850000.0
	uE := sci.Uncertainty{
		"gpu": 0.05 * 4320000, "package": 0.03 * 360000, "dram": 0.1 * 90000, "rest": 1080000 / 3.0,
		"attribution": 0.3 * 0.125 * 0.875 * (200 + 20) * 7200,
	}
	printed(t, "0.0723533510", uE.Sigma()/dc)
	uE = uE.Plus(sci.Uncertainty{"eta": dc * 0.02 / 0.94})
	printed(t, "0.0754168477", uE.Sigma()/dc)
	hourly := 0.225 * math.Sqrt(2+2*math.Exp(-1.0/12)) / 2
	uI := math.Hypot(hourly, 0.134)
	printed(t, "0.25798667", uI)

	o := units.Intensity(383.55).Of(units.PUE(1.10).Of(dc / 0.94))
	printed(t, "729.357048", o)
	g := float64(o)
	uO := uE.Scale(g / dc).Plus(sci.Uncertainty{"pue": g * 0.02 / 1.10, "intensity": g * uI})
	printed(t, "0.269398225", relative(t, uO, o))
	terms := sci.Terms{Operational: o, Embodied: m, R: 40e6, Unit: "token.train", Uncertainty: uO.Plus(uM)}
	printed(t, "779.385587", terms.Total())
	printed(t, "0.253434613", relative(t, terms.Uncertainty, terms.Total()))
	printedScore(t, terms, "0.0194846397", "0.0119484877", "0.0317739946")
}

func TestWorkedModelServer(t *testing.T) {
	m, uM := node.Accrue(24*time.Hour, eighth)
	printed(t, "600.342466", m)
	printed(t, "0.403805394", relative(t, uM, m))

	var o units.Carbon
	uO := sci.Uncertainty{}
	for _, part := range []struct{ gpu, host, dynamic, rest, i float64 }{
		{24192000, 2016000, 518400, 8640000, 300},
		{3168000, 1008000, 0, 4320000, 360},
	} {
		joule := 1 / 0.94 * 1.15 / units.KilowattHour * part.i
		o += units.Carbon((part.gpu + part.host + part.dynamic + part.rest) * joule)
		uO = uO.Plus(sci.Uncertainty{
			"gpu": 0.05 * part.gpu * joule, "host": 0.05 * part.host * joule, "rest": part.rest / 3 * joule,
			"attribution": 0.3 * (1 - 0.0625) * part.dynamic * joule, // the dynamic energy is d of the machine's
		})
	}
	printed(t, "4645.02128", o)
	g := float64(o)
	uO = uO.Plus(sci.Uncertainty{"eta": g * 0.02 / 0.94, "pue": g * 0.03 / 1.15, "intensity": g * 0.05})
	printed(t, "0.121772755", relative(t, uO, o))
	terms := sci.Terms{Operational: o, Embodied: m, R: 30e6, Unit: "token.output", Uncertainty: uO.Plus(uM)}
	printed(t, "5245.36374", terms.Total())
	printed(t, "0.117322081", relative(t, terms.Uncertainty, terms.Total()))
	printedScore(t, terms, "0.174845458", "0.139036523", "0.219877005")
}

// node is a machine of eight accelerators, of which one is held.
var node = sci.Server{
	Embodied:     5700 * units.Kilogram,
	Accelerators: []sci.Part{{Name: "H100 SXM", Kind: source.GPU, TE: 164 * units.Kilogram}},
}

// eighth is the share of one of eight accelerators in the machine.
func eighth(k source.Kind) float64 {
	if k == source.GPU {
		return 1
	}
	return 1.0 / 8
}
