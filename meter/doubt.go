package meter

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
)

// How far a share s of the work may be off: u(s) = k·s·(1−s) of the dynamic
// energy. Both are choices of ours.
const (
	shareDoubt       = 0.3
	shareDoubtHybrid = 0.6 // cores of two kinds
)

// Ids of the inputs of an uncertainty, beside "read:", "idle:" and "edge:"
// with a zone's ID, "intensity:" with a grid's zone and signal, and those of
// package sci.
const (
	attributionID = "attribution"
	efficiencyID  = "efficiency"
	pueID         = "pue"
)

// A doubt is what is uncertain of the charge of one zone beside what is
// proportional to it. It is cumulative: what J is joules at the zone's level,
// what G is grams.
type doubt struct {
	grams  float64 // of the charge, its supply loss in
	idleJ  float64 // Σ sigma·P_idle·Δt·(ρ−d)
	idleG  float64
	shareJ float64 // Σ k·d·(1−d)·D
	shareG float64
}

func (d doubt) minus(o doubt) doubt {
	return doubt{d.grams - o.grams, d.idleJ - o.idleJ, d.idleG - o.idleG, d.shareJ - o.shareJ, d.shareG - o.shareG}
}

// doubts is an uncertainty by input of a window: of its energy at the IT
// equipment in joules, and of its carbon in grams.
type doubts struct{ energy, carbon sci.Uncertainty }

func (d doubts) add(id string, joules, grams float64) {
	if joules != 0 {
		d.energy[id] += joules
	}
	if grams != 0 {
		d.carbon[id] += grams
	}
}

// doubtsOf works out what is uncertain of a window of a meter, whose carbon was
// booked with grids.
func doubtsOf(u *Usage, grids []gridTotal) doubts {
	d := doubts{sci.Uncertainty{}, sci.Uncertainty{}}
	m := u.Method
	joules, grams := 0.0, 0.0 // behind the supply
	for _, z := range u.Zones {
		if z.Zone.Beside || z.Zone.Kind == source.Loss {
			continue
		}
		gain := 1.0
		if z.Zone.Level < source.AtNodeAC {
			gain = 1 / m.Efficiency
			joules += gain * z.Charged.Joules()
			grams += z.doubt.grams
		}
		d.zone(z, gain, u.Measured)
	}
	d.add(efficiencyID, joules*m.EfficiencySigma/m.Efficiency, grams*m.EfficiencySigma/m.Efficiency)
	d.add(pueID, 0, float64(u.Operational)*m.Site.PUESigma/max(float64(m.Site.PUE), 1))
	d.grids(grids, u.Measured)
	d.embodied(u)
	return d
}

// embodied adds what is uncertain of the hardware: of the host, and of each
// accelerator, by the input that it belongs to.
func (d doubts) embodied(u *Usage) {
	host := u.Embodied
	for _, z := range u.Zones {
		if z.Embodied > 0 {
			host -= z.Embodied
			d.add(sci.GPUID, 0, float64(z.Embodied)*sci.GPUSigma)
		}
	}
	whole := u.Method.Server.Uncertainty(u.Embodied)
	d.add(sci.LifespanID, 0, whole[sci.LifespanID])
	d.add(sci.HostID, 0, u.Method.Server.Uncertainty(max(0, host))[sci.HostID])
}

// zone adds what is uncertain of one zone; gain takes joules at its level to
// those at the IT equipment.
func (d doubts) zone(z ZoneTotal, gain float64, window time.Duration) {
	about, charged := z.Zone, gain*z.Charged.Joules()
	d.add("read:"+about.ID, about.Origin.Sigma*charged, about.Origin.Sigma*z.doubt.grams)
	d.add("idle:"+about.ID, gain*z.doubt.idleJ, z.doubt.idleG)
	d.add(attributionID, gain*z.doubt.shareJ, z.doubt.shareG)
	if charged > 0 && window > 0 {
		// Two edges, each even over one period of the counter and one unit.
		moved := charged * about.Period.Seconds() / window.Seconds()
		edge := math.Sqrt(2*moved*moved/12 + math.Pow(gain*about.Unit.Joules(), 2)/12)
		d.add("edge:"+about.ID, edge, edge/charged*z.doubt.grams)
	}
}

// grids adds what is uncertain of the intensities: each zone and signal of a
// grid is one input, however many steps it had.
func (d doubts) grids(grids []gridTotal, window time.Duration) {
	for _, g := range grids {
		if g.Carbon <= 0 {
			continue
		}
		grams := float64(g.Carbon)
		p := intensity.Point{Sigma: g.steady / grams, Hourly: g.hourly / grams}
		d.add("intensity:"+g.Zone+" "+g.Signal.String(), 0, grams*p.Uncertainty(window))
	}
}
