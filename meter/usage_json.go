package meter

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// Schema names the form of a usage in JSON. It is the same wherever a usage
// leaves the process; a reader accepts older numbers and refuses newer ones.
const Schema = "scimeter.usage/1"

// What is not known is absent: a reader never has to tell 0 from missing.
type usageJSON struct {
	Schema       string    `json:"schema"`
	Name         string    `json:"name,omitempty"`
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	Duration     float64   `json:"duration_seconds"`
	Nature       string    `json:"nature"`
	EnergyNature string    `json:"energy_nature"`
	totalsJSON
	Carbon         *units.Carbon      `json:"carbon_grams,omitempty"`
	Machine        units.Microjoules  `json:"machine_microjoules"`
	Others         units.Microjoules  `json:"others_microjoules"`
	IdleUnreserved units.Microjoules  `json:"idle_unreserved_microjoules"`
	Pending        int64              `json:"pending_microjoules"`
	Counted        float64            `json:"counted_fraction"`
	Own            float64            `json:"own_cpu_seconds"`
	Busy           float64            `json:"busy_cpu_seconds"`
	Suspended      float64            `json:"suspended_seconds,omitempty"`
	Signal         string             `json:"signal,omitempty"`
	Priced         []pricedJSON       `json:"intensities,omitempty"`
	Zones          []zoneJSON         `json:"zones"`
	Accounts       []accountJSON      `json:"accounts"`
	Counts         map[string]float64 `json:"counts"`
	Steps          []stepJSON         `json:"steps"`
	EnergyDoubt    sci.Uncertainty    `json:"energy_uncertainty_joules"`
	CarbonDoubt    sci.Uncertainty    `json:"carbon_uncertainty_grams"`
	Method         *methodJSON        `json:"method"`
	Reads          int                `json:"meter_reads"`
	ReadErrors     int                `json:"meter_errors"`
	MeterCPU       float64            `json:"meter_cpu_seconds"`
	Missing        string             `json:"missing,omitempty"`

	// Windows are there where they are not the one from From to To of the
	// meter in Method: the usage is a sum.
	Windows []windowJSON `json:"windows,omitempty"`
}

// windowJSON is what tells two usages that overlap. Root is the meter whose
// figures have those of Meter in them, where it is another.
type windowJSON struct {
	Meter    string    `json:"meter"`
	Root     string    `json:"root,omitempty"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Marginal bool      `json:"idle_excluded,omitempty"`
}

type totalsJSON struct {
	Microjoules units.Microjoules    `json:"energy_microjoules"`
	Joules      units.Energy         `json:"energy_joules"`
	Static      units.Microjoules    `json:"static_microjoules"`
	Unpriced    units.Microjoules    `json:"unpriced_microjoules"`
	Facility    units.FacilityEnergy `json:"facility_energy_joules"`
	Operational *units.Carbon        `json:"operational_grams,omitempty"`
	Embodied    units.Carbon         `json:"embodied_grams"`
	Water       *units.Water         `json:"water_litres,omitempty"`
}

type pricedJSON struct {
	Source    string               `json:"source"`
	Zone      string               `json:"zone"`
	Signal    string               `json:"signal"`
	InPlaceOf string               `json:"in_place_of,omitempty"`
	Quality   intensity.Quality    `json:"quality"`
	Energy    units.FacilityEnergy `json:"facility_energy_joules"`
	Carbon    units.Carbon         `json:"operational_grams"`
}

type zoneJSON struct {
	ID             string            `json:"id"`
	Kind           string            `json:"kind"`
	Level          string            `json:"level"`
	Beside         bool              `json:"beside,omitempty"`
	Method         string            `json:"method"`
	Nature         string            `json:"nature"`
	Source         string            `json:"source"`
	Detail         string            `json:"detail,omitempty"`
	Sigma          float64           `json:"relative_uncertainty"`
	Counter        units.Microjoules `json:"counter_microjoules"`
	Total          units.Microjoules `json:"total_microjoules"`
	Charged        units.Microjoules `json:"charged_microjoules"`
	Static         units.Microjoules `json:"static_microjoules"`
	Others         units.Microjoules `json:"others_microjoules"`
	IdleUnreserved units.Microjoules `json:"idle_unreserved_microjoules"`
	Operational    *units.Carbon     `json:"operational_grams,omitempty"`
	Embodied       units.Carbon      `json:"embodied_grams,omitzero"`
	TE             units.Carbon      `json:"accelerator_embodied_grams,omitzero"`
	Missing        float64           `json:"missing_seconds,omitempty"`
	Unread         float64           `json:"unread_seconds,omitempty"` // at the end; a part of Missing
	Unsplit        units.Microjoules `json:"unsplit_microjoules,omitzero"`
	Unembodied     bool              `json:"embodied_unknown,omitempty"`
	Quality        string            `json:"quality,omitempty"`
}

type accountJSON struct {
	Account string            `json:"account"`
	Labels  map[string]string `json:"labels,omitempty"`
	totalsJSON
	Counts map[string]float64 `json:"counts,omitempty"`

	// Samples are there where energy is split by them; Sigma, which follows from
	// them, where there are enough.
	Samples int64    `json:"samples,omitempty"`
	Sigma   *float64 `json:"sampling_relative_uncertainty,omitempty"`
}

type stepJSON struct {
	Start  time.Time            `json:"start"`
	End    time.Time            `json:"end"`
	Energy units.FacilityEnergy `json:"facility_energy_joules"`
	Booked units.Carbon         `json:"operational_grams,omitzero"`
}

type methodJSON struct {
	Meter           string             `json:"meter"`
	Parent          string             `json:"parent,omitempty"`
	Whole           bool               `json:"whole_machine,omitempty"`
	Grid            bool               `json:"grid_named,omitempty"`
	Scope           string             `json:"scope"`
	Policy          string             `json:"policy"`
	Attribution     string             `json:"attribution"`
	ProfileWindow   float64            `json:"profile_window_seconds,omitempty"`
	ProfileCycle    float64            `json:"profile_cycle_seconds,omitempty"`
	Reserved        map[string]float64 `json:"reserved,omitempty"`
	ReservedBy      string             `json:"reserved_by,omitempty"`
	PUE             units.PUE          `json:"pue"`
	PUESigma        float64            `json:"pue_uncertainty"`
	PUESource       string             `json:"pue_source"`
	WUE             *units.WUE         `json:"wue_litres_per_kwh,omitempty"`
	EWIF            *units.EWIF        `json:"ewif_litres_per_kwh,omitempty"`
	Rest            units.Power        `json:"rest_watts"`
	RestSigma       float64            `json:"rest_relative_uncertainty"`
	Efficiency      float64            `json:"supply_efficiency"`
	EfficiencySigma float64            `json:"supply_efficiency_uncertainty"`
	Embodied        units.Carbon       `json:"machine_embodied_grams"`
	EmbodiedMemory  units.Carbon       `json:"machine_embodied_memory_grams"`
	HostShare       float64            `json:"host_share"`
	MemoryShare     float64            `json:"host_memory_share"`
	EmbodiedSource  string             `json:"embodied_source,omitempty"`
	Lifespan        float64            `json:"lifespan_seconds"`
	Interval        float64            `json:"interval_seconds"`
}

// MarshalJSON returns u in the form that [Schema] names: units in the keys, and
// what is not known left out. A usage that was not measured is null.
func (u Usage) MarshalJSON() ([]byte, error) {
	if !u.measured() {
		return []byte("null"), nil
	}
	water := u.Method.Site.Water(1)
	_, known := water.Total()
	j := usageJSON{
		Zones: []zoneJSON{}, Accounts: []accountJSON{}, Steps: []stepJSON{}, Windows: u.windowsJSON(),
		Schema: Schema, Name: u.Name, From: u.From.UTC(), To: u.To.UTC(), Duration: u.Measured.Seconds(),
		Nature: u.Nature.String(), EnergyNature: u.EnergyNature.String(), totalsJSON: totalsOf(u.Totals, known),
		Machine: u.Machine, Others: u.Others, IdleUnreserved: u.IdleUnreserved, Pending: u.Pending,
		Counted: u.CountedFraction(), Own: u.Own.Seconds(), Busy: u.Busy.Seconds(), Suspended: u.Suspended.Seconds(),
		Reads: u.Effort.Reads, ReadErrors: u.Effort.Errors, MeterCPU: u.Effort.CPU.Seconds(),
		Counts: countsOf(u.Counts), EnergyDoubt: u.doubts.energy, CarbonDoubt: u.doubts.carbon, Method: u.Method.json(),
	}
	if c, ok := u.Carbon(); ok {
		j.Carbon = &c
	}
	if u.Signal.Valid() == nil {
		j.Signal = u.Signal.String()
	}
	if u.Missing != nil {
		j.Missing = u.Missing.Error()
	}
	for _, p := range u.Priced {
		j.Priced = append(j.Priced, pricedOf(p))
	}
	for _, z := range u.Zones {
		j.Zones = append(j.Zones, zoneOf(z, u.priced()))
	}
	for _, a := range u.Accounts {
		j.Accounts = append(j.Accounts, accountOf(a, known))
	}
	for _, s := range u.Steps {
		j.Steps = append(j.Steps, stepJSON{s.Start.UTC(), s.End.UTC(), s.Energy, s.Booked})
	}
	b, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("meter: encode usage: %w", err)
	}
	return b, nil
}

// windowsJSON returns the windows that u is a sum of; nil where they are what
// the rest of u says.
func (u Usage) windowsJSON() []windowJSON {
	if slices.EqualFunc(u.windows, u.ownWindows(), window.same) {
		return nil
	}
	all := make([]windowJSON, 0, len(u.windows))
	for _, w := range u.windows {
		j := windowJSON{Meter: w.meter, From: w.from.UTC(), To: w.to.UTC(), Marginal: w.marginal}
		if w.root != w.meter {
			j.Root = w.root
		}
		all = append(all, j)
	}
	return all
}

// ownWindows is the one window that u is of, if it is no sum.
func (u Usage) ownWindows() []window {
	return []window{{u.Method.ID, u.Method.root(), u.Method.Policy == Marginal, u.From, u.To}}
}

func (w window) same(o window) bool {
	return w.meter == o.meter && w.root == o.root && w.marginal == o.marginal && w.from.Equal(o.from) && w.to.Equal(o.to)
}

func pricedOf(p Priced) pricedJSON {
	j := pricedJSON{p.Origin, p.Zone, p.Signal.String(), "", p.Quality, p.Energy, p.Carbon}
	if p.InPlaceOf != (intensity.Signal{}) {
		j.InPlaceOf = p.InPlaceOf.String()
	}
	return j
}

// priced reports whether any of the energy has a price. Where none has, there
// is no operational carbon, rather than 0.
func (t Totals) priced() bool { return t.Unpriced == 0 || t.Unpriced < t.Microjoules }

func totalsOf(t Totals, water bool) totalsJSON {
	j := totalsJSON{
		Microjoules: t.Microjoules, Joules: t.Energy(), Static: t.Static, Unpriced: t.Unpriced,
		Facility: t.Facility, Embodied: t.Embodied,
	}
	if t.priced() {
		j.Operational = &t.Operational
	}
	if water {
		j.Water = &t.Water
	}
	return j
}

func countsOf(counts []Count) map[string]float64 {
	m := make(map[string]float64, len(counts))
	for _, c := range counts {
		m[c.Unit] = c.N
	}
	return m
}

func zoneOf(z ZoneTotal, priced bool) zoneJSON {
	o := z.Zone.Origin
	j := zoneJSON{
		ID: z.Zone.ID, Kind: z.Zone.Kind.String(), Level: z.Zone.Level.String(), Beside: z.Zone.Beside,
		Method: o.Method.String(), Nature: o.Weight().String(), Source: o.Name, Detail: o.Detail, Sigma: o.Sigma,
		Counter: z.Counter, Total: z.Total, Charged: z.Charged, Static: z.Static,
		Others: z.Others, IdleUnreserved: z.IdleUnreserved, Embodied: z.Embodied, TE: z.TE, Unsplit: z.Unsplit, Unembodied: z.Unembodied,
		Missing: (z.Missing + z.Unread).Seconds(), Unread: z.Unread.Seconds(),
	}
	if priced {
		j.Operational = &z.Operational
	}
	if z.Quality != 0 {
		j.Quality = z.Quality.String()
	}
	return j
}

func accountOf(a AccountTotal, water bool) accountJSON {
	j := accountJSON{Account: a.Account.Name(), totalsJSON: totalsOf(a.Totals, water), Counts: countsOf(a.Counts), Samples: a.Samples}
	if sigma, ok := a.Sigma(); ok {
		j.Sigma = &sigma
	}
	for _, l := range a.Account.Labels() {
		if j.Labels == nil {
			j.Labels = map[string]string{}
		}
		j.Labels[l.Key] = l.Value
	}
	return j
}

func (m *Method) json() *methodJSON {
	j := &methodJSON{
		Meter: m.ID, Parent: m.Parent, Whole: m.Whole, Grid: m.grid,
		Scope: m.Scope, Policy: m.Policy.String(), Attribution: m.Attribution.String(), ReservedBy: m.ReservedBy,
		PUE: m.Site.PUE, PUESigma: m.Site.PUESigma, PUESource: m.SiteSource, WUE: m.Site.WUE, EWIF: m.Site.EWIF,
		Rest: m.Rest, RestSigma: m.RestSigma, Efficiency: m.Efficiency, EfficiencySigma: m.EfficiencySigma,
		Embodied: m.Server.Embodied, EmbodiedMemory: m.Server.Memory, EmbodiedSource: m.Server.Source,
		HostShare: orOne(m.Server.Share), MemoryShare: orOne(m.Server.MemoryShare),
		Lifespan: m.Server.Lifespan.Seconds(), Interval: m.Interval.Seconds(),
		ProfileWindow: m.ProfileWindow.Seconds(), ProfileCycle: m.ProfileCycle.Seconds(),
	}
	if m.Server.MemoryShare == 0 {
		j.MemoryShare = j.HostShare
	}
	if j.Lifespan == 0 {
		j.Lifespan = sci.DefaultLifespan.Seconds()
	}
	for _, k := range []source.Kind{source.CPU, source.Memory, source.GPU} {
		if share, ok := m.Reserved[k]; ok {
			if j.Reserved == nil {
				j.Reserved = map[string]float64{}
			}
			j.Reserved[k.String()] = share
		}
	}
	return j
}

func orOne(f float64) float64 {
	if f == 0 {
		return 1
	}
	return f
}
