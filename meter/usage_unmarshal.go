package meter

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// schemaName and schemaNumber are the two parts of [Schema].
const (
	schemaName   = "scimeter.usage"
	schemaNumber = 1
)

// A SchemaError is JSON in a form that this version does not read.
type SchemaError struct {
	Schema string // as found; "": none was named
	Newer  bool   // it is a usage, of a form that came later
}

// Error says what was found, and what is read.
func (e *SchemaError) Error() string {
	text := fmt.Sprintf("meter: read usage: schema %.80q: want %s", e.Schema, Schema)
	if e.Newer {
		text += " or older; read it with a newer version of this module"
	}
	return text
}

// checkSchema accepts [Schema] and older numbers.
func checkSchema(s string) error {
	number, ok := strings.CutPrefix(s, schemaName+"/")
	n, err := strconv.ParseUint(number, 10, 31)
	if !ok || err != nil || n == 0 {
		return &SchemaError{Schema: s}
	}
	if n > schemaNumber {
		return &SchemaError{Schema: s, Newer: true}
	}
	return nil
}

// UnmarshalJSON reads what MarshalJSON returns: score, text and JSON of the
// result are those of the usage that was written, to the byte, and so is the
// answer of [Usage.Add], which refuses windows that overlap. null is the zero
// Usage.
//
// It is an error if the schema is a newer one ([*SchemaError]), if a key stands
// twice, or if the figures are not those of a usage: parts that do not add up to
// the whole, energy below 0.
//
// Not in the JSON, and so not in the result, are what tells zones of a kind
// apart (name, model, socket), the errors behind Missing, of which the text
// stays, water where only one of its factors is known, and that two steps lie
// within one of the grid: [Usage.Add] keeps them apart. A [Snapshot] cannot be
// read: [Snapshot.Sub] is for the life of a meter.
func (u *Usage) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*u = Usage{}
		return nil
	}
	if err := checkKeys(b); err != nil {
		return fmt.Errorf("meter: read usage: %w", err)
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf("meter: read usage: %w", err)
	}
	if err := checkSchema(head.Schema); err != nil {
		return err
	}
	var j usageJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("meter: read usage: %w", err)
	}
	read, err := j.usage()
	if err == nil {
		err = read.check()
	}
	if err != nil {
		return fmt.Errorf("meter: read usage: %w", err)
	}
	*u = read
	return nil
}

// errFigure reports a figure that no meter makes.
var errFigure = errors.New("below 0, missing or too large")

// A reader takes figures out of JSON. The first that cannot be is its error.
type reader struct{ err error }

func (r *reader) fail(what string, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", what, err)
	}
}

// What a figure and an energy may be at most, so that sums of some of them are
// finite: 2^62 µJ are 1.28 TWh.
const (
	maxFigure = 1e30
	maxEnergy = units.Microjoules(1) << 62
)

// amount checks a figure that is not negative.
func (r *reader) amount(what string, f float64) {
	if !(f >= 0 && f <= maxFigure) {
		r.fail(what, errFigure)
	}
}

// duration returns seconds to the nanosecond.
func (r *reader) duration(what string, seconds float64) time.Duration {
	if !(seconds >= 0 && seconds < math.MaxInt64/1e9) {
		r.fail(what, errFigure)
		return 0
	}
	whole, part := math.Modf(seconds)
	return time.Duration(whole)*time.Second + time.Duration(math.Round(part*1e9))
}

func (j *usageJSON) usage() (Usage, error) {
	var r reader
	u := Usage{
		Name: j.Name, From: j.From.UTC(), To: j.To.UTC(), Measured: r.duration("duration_seconds", j.Duration),
		Totals: r.totals("usage", j.totalsJSON), Machine: j.Machine, Others: j.Others, IdleUnreserved: j.IdleUnreserved, Pending: j.Pending,
		Own: r.duration("own_cpu_seconds", j.Own), Busy: r.duration("busy_cpu_seconds", j.Busy),
		Suspended: r.duration("suspended_seconds", j.Suspended), Counts: r.counts(j.Counts),
		Effort: Effort{Reads: j.Reads, Errors: j.ReadErrors, CPU: r.duration("meter_cpu_seconds", j.MeterCPU)},
		doubts: doubts{j.EnergyDoubt, j.CarbonDoubt},
	}
	r.fail("nature", u.Nature.Set(j.Nature))
	r.fail("energy_nature", u.EnergyNature.Set(j.EnergyNature))
	r.amount("meter_reads", float64(min(j.Reads, j.ReadErrors)))
	if j.Missing != "" {
		u.Missing = errors.New(j.Missing)
	}
	if j.Signal != "" {
		u.Signal = r.signal(j.Signal)
	}
	for _, p := range j.Priced {
		u.Priced = append(u.Priced, r.intensity(p))
	}
	for _, z := range j.Zones {
		u.Zones = append(u.Zones, r.zone(z, u.priced()))
	}
	for _, a := range j.Accounts {
		u.Accounts = append(u.Accounts, r.account(a))
	}
	sampledOf(u.Accounts)
	for _, s := range j.Steps {
		r.step(s, u.Totals)
		u.Steps = append(u.Steps, Step{Start: s.Start.UTC(), End: s.End.UTC(), Energy: s.Energy, Booked: s.Booked})
	}
	if j.Method == nil {
		return u, errors.New("method: missing")
	}
	u.Method = r.method(j.Method)
	u.windows = r.windows(j.Windows)
	if u.windows == nil {
		u.windows = u.ownWindows()
	}
	return u, r.err
}

func (r *reader) totals(what string, j totalsJSON) Totals {
	t := Totals{Microjoules: j.Microjoules, Static: j.Static, Unpriced: j.Unpriced, Facility: j.Facility, Embodied: j.Embodied}
	r.amount(what+": facility_energy_joules", float64(j.Facility))
	r.amount(what+": embodied_grams", float64(j.Embodied))
	t.Operational = r.carbon(what, j.Operational, t.priced())
	if j.Water != nil {
		t.Water = *j.Water
		r.amount(what+": water_litres", float64(t.Water))
	}
	if j.Joules != t.Energy() {
		r.fail(what, errors.New("energy_joules are not energy_microjoules"))
	}
	if t.Static > t.Microjoules || t.Unpriced > t.Microjoules {
		r.fail(what, errors.New("a part of the energy is more than all of it"))
	}
	return t
}

// carbon reads carbon that is there if the energy has a price, and only then.
func (r *reader) carbon(what string, c *units.Carbon, priced bool) units.Carbon {
	if (c != nil) != priced {
		r.fail(what+": operational_grams", errors.New("there is some if the energy has a price, and only then"))
	}
	if c == nil {
		return 0
	}
	r.amount(what+": operational_grams", float64(*c))
	return *c
}

func (r *reader) counts(j map[string]float64) []Count {
	var counts []Count
	for _, unit := range slices.Sorted(maps.Keys(j)) {
		if unit == "" || tidy(unit) != unit {
			r.fail("counts", fmt.Errorf("%.80q is no name of a unit", unit))
		}
		r.amount("counts", j[unit])
		counts = append(counts, Count{unit, j[unit]})
	}
	return counts
}

// signal reads what [intensity.Signal.String] returns; a kind may be two words.
func (r *reader) signal(text string) (s intensity.Signal) {
	words := strings.Split(text, " ")
	if len(words) < 3 {
		r.fail("signal", fmt.Errorf("%.80q: want kind, boundary and accounting", text))
		return s
	}
	n := len(words) - 2
	r.fail("signal", s.Kind.UnmarshalText([]byte(strings.Join(words[:n], " "))))
	r.fail("signal", s.Boundary.UnmarshalText([]byte(words[n])))
	r.fail("signal", s.Accounting.UnmarshalText([]byte(words[n+1])))
	return s
}

func (r *reader) intensity(j pricedJSON) Priced {
	p := Priced{Origin: j.Source, Zone: j.Zone, Signal: r.signal(j.Signal), Quality: j.Quality, Energy: j.Energy, Carbon: j.Carbon}
	if j.InPlaceOf != "" {
		p.InPlaceOf = r.signal(j.InPlaceOf)
	}
	r.amount("intensities", float64(j.Energy))
	r.amount("intensities", float64(j.Carbon))
	return p
}

func (r *reader) zone(j zoneJSON, priced bool) ZoneTotal {
	what := fmt.Sprintf("zone %.80q", j.ID)
	z := ZoneTotal{
		Zone: source.Zone{
			ID: j.ID, Socket: -1, Die: -1, Beside: j.Beside,
			Origin: source.Origin{Name: j.Source, Detail: j.Detail, Sigma: j.Sigma},
		},
		Counter: j.Counter, Total: j.Total, Charged: j.Charged, Static: j.Static, Others: j.Others, IdleUnreserved: j.IdleUnreserved,
		Operational: r.carbon(what, j.Operational, priced), Embodied: j.Embodied, TE: j.TE, Unsplit: j.Unsplit, Unembodied: j.Unembodied,
		Unread: r.duration(what+": unread_seconds", j.Unread),
	}
	z.Missing = r.duration(what+": missing_seconds", j.Missing) - z.Unread
	r.amount(what+": unread_seconds", float64(z.Missing))
	r.amount(what+": relative_uncertainty", j.Sigma)
	r.amount(what+": embodied_grams", float64(j.Embodied))
	r.fail(what, z.Zone.Kind.Set(j.Kind))
	r.fail(what, z.Zone.Level.Set(j.Level))
	r.fail(what, z.Zone.Origin.Method.Set(j.Method))
	r.fail(what, z.Zone.Origin.Nature.Set(j.Nature))
	if j.Quality != "" {
		r.fail(what, z.Quality.Set(j.Quality))
	}
	if j.ID == "" || j.Static > j.Charged {
		r.fail(what, errors.New("no ID, or a part of what is charged is more than all of it"))
	}
	if !z.Zone.Beside && !adds(z.Total, z.Charged, z.Others, z.IdleUnreserved) {
		r.fail(what, errParts)
	}
	return z
}

func (r *reader) account(j accountJSON) AccountTotal {
	a := &Account{name: j.Account}
	for _, key := range slices.Sorted(maps.Keys(j.Labels)) {
		a.labels = append(a.labels, Label{key, j.Labels[key]})
	}
	what := fmt.Sprintf("account %.80q", j.Account)
	if j.Samples < 0 || j.Samples > 1<<40 {
		r.fail(what+": samples", errFigure)
		j.Samples = 0
	}
	return AccountTotal{Account: a, Totals: r.totals(what, j.totalsJSON), Counts: r.counts(j.Counts), Samples: j.Samples}
}

// step checks a step. One that is a difference of floats may be below 0 by what
// was rounded.
func (r *reader) step(j stepJSON, t Totals) {
	const rounded = 1e-9
	if !(float64(j.Energy) >= -rounded*float64(t.Facility)) || !(float64(j.Booked) >= -rounded*float64(t.Operational)) {
		r.fail("steps", errFigure)
	}
}

func (r *reader) method(j *methodJSON) *Method {
	m := &Method{
		ID: j.Meter, Parent: j.Parent, Scope: j.Scope, Whole: j.Whole, ReservedBy: j.ReservedBy,
		Site: sci.Site{PUE: j.PUE, PUESigma: j.PUESigma, WUE: j.WUE, EWIF: j.EWIF}, SiteSource: j.PUESource,
		Rest: j.Rest, RestSigma: j.RestSigma, Efficiency: j.Efficiency, EfficiencySigma: j.EfficiencySigma,
		Server: sci.Server{
			Embodied: j.Embodied, Memory: j.EmbodiedMemory, Source: j.EmbodiedSource, Share: j.HostShare, MemoryShare: j.MemoryShare,
			Lifespan: r.duration("method: lifespan_seconds", j.Lifespan),
		},
		Interval: r.duration("method: interval_seconds", j.Interval), grid: j.Grid,
		ProfileWindow: r.duration("method: profile_window_seconds", j.ProfileWindow),
		ProfileCycle:  r.duration("method: profile_cycle_seconds", j.ProfileCycle),
	}
	if m.ID != "" || m.Parent != "" {
		r.fail("method: meter", errors.Join(checkID(m.ID), checkID(cmp.Or(m.Parent, m.ID))))
	}
	r.fail("method: policy", m.Policy.Set(j.Policy))
	if j.Attribution != "" { // as in older ones
		r.fail("method: attribution", m.Attribution.Set(j.Attribution))
	}
	r.fail("method", m.Site.Check())
	r.fail("method", m.Server.Check())
	for _, f := range []float64{float64(j.Rest), j.RestSigma, j.Efficiency, j.EfficiencySigma} {
		r.amount("method: rest and supply", f)
	}
	if !j.PUE.Valid() || !(j.Efficiency > 0) || j.HostShare == 0 || j.MemoryShare == 0 || j.Lifespan == 0 {
		r.fail("method", errFigure)
	}
	for name, share := range j.Reserved {
		var k source.Kind
		r.fail("method: reserved", k.Set(name))
		r.amount("method: reserved", share)
		if m.Reserved == nil {
			m.Reserved = map[source.Kind]float64{}
		}
		m.Reserved[k] = share
	}
	return m
}

func (r *reader) windows(j []windowJSON) []window {
	var all []window
	for _, w := range j {
		root := cmp.Or(w.Root, w.Meter)
		if w.Meter != "" || root != "" {
			r.fail("windows", errors.Join(checkID(w.Meter), checkID(root)))
		}
		all = append(all, window{w.Meter, root, w.Marginal, w.From.UTC(), w.To.UTC()})
	}
	return all
}

var errParts = errors.New("the parts are not the whole")

// adds reports whether parts are the whole.
func adds(whole units.Microjoules, parts ...units.Microjoules) bool {
	for _, p := range parts {
		if p > whole {
			return false
		}
		whole -= p
	}
	return whole == 0
}

// check holds u to what every meter promises of its figures.
func (u Usage) check() error {
	if u.Machine > maxEnergy {
		return fmt.Errorf("machine_microjoules: %w", errFigure)
	}
	if !adds(u.Machine, u.Microjoules, u.Others, u.IdleUnreserved) {
		return fmt.Errorf("machine_microjoules: %w", errParts)
	}
	var zones, accounts []units.Microjoules
	for _, z := range u.Zones {
		zones = append(zones, z.Charged) // of one that stands beside since a module came, what it had before
	}
	if !adds(u.Microjoules, zones...) {
		return fmt.Errorf("zones: %w", errParts)
	}
	for _, a := range u.Accounts {
		accounts = append(accounts, a.Microjoules)
	}
	owned := u.Microjoules
	if u.Pending < 0 {
		owned += units.Microjoules(-u.Pending)
	} else {
		accounts = append(accounts, units.Microjoules(u.Pending))
	}
	if u.Pending < -int64(maxEnergy) || !adds(owned, accounts...) {
		return fmt.Errorf("accounts: %w", errParts)
	}
	return nil
}
