package meter

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// Disclosure returns the document of the score of u per unit, complete as far as
// a machine can know: energy by component, intensity, what the hardware embodies,
// uncertainty by input, and where each figure is from. What only people know is
// taken from about, and kept: the software, why things are in the boundary or
// not, why that unit, further assumptions and limitations; [sci.GSF11] is the
// profile unless about names one. Figures in about are not kept. It fails as
// [Usage.Score] does.
func (u Usage) Disclosure(unit string, about sci.Disclosure) (*sci.Disclosure, error) {
	score, err := u.Score(unit)
	if err != nil {
		return nil, err
	}
	inputs, err := u.MarshalJSON()
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(inputs)
	d := &sci.Disclosure{
		Schema: sci.DisclosureSchema, Profile: about.Profile, Software: about.Software,
		Period:   sci.Period{Start: u.From.UTC(), End: u.To.UTC(), Calculated: u.To.UTC()},
		Tool:     tool(),
		Boundary: u.boundary(about.Boundary), Unit: u.unit(unit, about.Unit), AI: about.AI,
		Site: u.site(), Grid: u.gridStated(), Components: u.components(), Method: u.methodStated(about.Method, unit),
		Uncertainty: u.doubtsStated(), Gaps: u.gaps(), Memo: u.memo(about.Memo), Sources: u.sourcesStated(about.Sources),
		InputsDigest: hex.EncodeToString(digest[:]),
	}
	if d.Profile == "" {
		d.Profile = sci.GSF11
	}
	d.Result = u.result(score.Per(d.Unit.Scale))
	return d, nil
}

// tool is this module, as the program was built with it.
func tool() sci.Tool {
	t := sci.Tool{Name: "Scimeter"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return t
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == "github.com/scimeter/scimeter" && m.Version != "(devel)" {
			t.Version = m.Version
		}
	}
	return t
}

func kWh(e units.Microjoules) *sci.Figure { return sci.Exactly(units.Energy(e.Joules()).KWh()) }

func (u Usage) result(s sci.Score) sci.Result {
	r := sci.Result{
		IT: kWh(u.Microjoules), Facility: sci.Exactly(u.Facility.KWh()),
		Operational: sci.Exactly(float64(u.Operational)), Embodied: sci.Exactly(float64(u.Embodied)),
		Carbon: sci.Exactly(float64(s.Total())), Score: sci.Exactly(float64(s.Carbon())),
		Nature: u.Nature.String(), Incomplete: s.Incomplete, IdleExcluded: s.IdleExcluded, Counted: sci.Exactly(u.CountedFraction()),
	}
	if low, high, ok := s.Interval(); ok {
		r.Low, r.High = sci.Exactly(float64(low)), sci.Exactly(float64(high))
	}
	return r
}

func (u Usage) unit(name string, about sci.FunctionalUnit) sci.FunctionalUnit {
	about.Name, about.Total = name, sci.Exactly(u.R(name))
	if about.Counting == "" {
		about.Counting = "counted by the program itself, as the work was done"
	}
	if !(about.Scale > 0) {
		about.Scale = 1
	}
	return about
}

func (u Usage) site() sci.SiteStatement {
	s := u.Method.Site
	out := sci.SiteStatement{PUE: sci.Exactly(float64(s.PUE)), Source: u.Method.SiteSource}
	if s.WUE != nil {
		out.WUE = sci.Exactly(float64(*s.WUE))
	}
	if s.EWIF != nil {
		out.EWIF = sci.Exactly(float64(*s.EWIF))
	}
	return out
}

// gridStated is the intensity of all energy: the mean by energy, with the names
// of where it comes from.
func (u Usage) gridStated() sci.GridStatement {
	g := sci.GridStatement{Approach: "location-based"}
	if u.Signal.Valid() == nil {
		g.Kind, g.Boundary, g.Accounting = u.Signal.Kind.String(), u.Signal.Boundary.String(), u.Signal.Accounting.String()
	}
	if u.Facility > 0 {
		g.Value = sci.Exactly(float64(u.Operational) / u.Facility.KWh())
	}
	zones, origins := map[string]bool{}, map[string]bool{}
	for _, p := range u.Priced {
		zones[p.Zone], origins[p.Origin] = true, true
	}
	g.Zone, g.Source = joined(zones), joined(origins)
	if len(origins) == 1 {
		g.Vintage = yearIn(g.Source)
	}
	g.Granularity = "as the source has it, joined to the energy of each step"
	return g
}

// memo keeps what is told beside the score, and adds the water.
func (u Usage) memo(about sci.Memo) sci.Memo {
	w := u.Method.Site.Water(u.Energy())
	if w.OnSiteKnown {
		about.OnSite = sci.Exactly(float64(w.OnSite))
	}
	if w.OffSiteKnown {
		about.OffSite = sci.Exactly(float64(w.OffSite))
	}
	return about
}

// doubtsStated are the uncertain inputs, the weightiest first.
func (u Usage) doubtsStated() []sci.InputDoubt {
	var doubts []sci.InputDoubt
	for _, id := range slices.Sorted(maps.Keys(u.doubts.carbon)) {
		doubts = append(doubts, sci.InputDoubt{Input: id, Sigma: u.doubts.carbon[id]})
	}
	slices.SortStableFunc(doubts, func(a, b sci.InputDoubt) int {
		switch {
		case abs(a.Sigma) > abs(b.Sigma):
			return -1
		case abs(a.Sigma) < abs(b.Sigma):
			return 1
		}
		return 0
	})
	return doubts
}

func abs(f float64) float64 { return max(f, -f) }

// gaps are the energy that was priced by something else than was asked for.
func (u Usage) gaps() []sci.GapStatement {
	var gaps []sci.GapStatement
	for _, p := range u.Priced {
		if p.InPlaceOf == (intensity.Signal{}) || u.Facility <= 0 {
			continue
		}
		gaps = append(gaps, sci.GapStatement{
			Policy: "the next source that the caller listed", Share: float64(p.Energy) / float64(u.Facility),
			What: fmt.Sprintf("%s of %s, %v, in place of %v", p.Origin, p.Zone, p.Signal, p.InPlaceOf),
		})
	}
	return gaps
}

func (u Usage) methodStated(about sci.MethodStatement, unit string) sci.MethodStatement {
	m := u.Method
	about.Policy = m.Policy.String()
	if m.ReservedBy != "" {
		about.Policy += ", reserved: " + m.ReservedBy
	}
	if about.Approach == "" {
		about.Approach = approach(u.CountedFraction())
	}
	if about.Formula == "" {
		about.Formula = fmt.Sprintf("SCI = (O + M) / R = (%.6g g + %.6g g) / %.6g %s", float64(u.Operational), float64(u.Embodied), u.R(unit), unit)
	}
	about.Assumptions = append(slices.Clone(about.Assumptions), u.assumptions()...)
	about.Limitations = append(slices.Clone(about.Limitations), u.limitations()...)
	return about
}

// approach names a share of counted energy as submissions do.
func approach(counted float64) string {
	switch {
	case counted >= 0.999:
		return "measurement"
	case counted > 0:
		return "hybrid"
	}
	return "calculation"
}

func (u Usage) assumptions() []string {
	m := u.Method
	all := []string{
		fmt.Sprintf("PUE %v: %s", float64(m.Site.PUE), m.SiteSource),
		fmt.Sprintf("the machine embodies %v over %v: %s", m.Server.Embodied, lifespan(m.Server), m.Server.Source),
	}
	if m.Rest > 0 {
		all = append(all, fmt.Sprintf("%v for what no counter sees: fans, network, disks, board", m.Rest))
	}
	if m.Efficiency < 1 {
		all = append(all, fmt.Sprintf("power supplies of efficiency %v", m.Efficiency))
	}
	return all
}

func (u Usage) limitations() []string {
	var all []string
	if f := u.CountedFraction(); f < 0.999 {
		all = append(all, fmt.Sprintf("%.0f %% of the energy is counted by hardware, the rest is modelled", 100*f))
	}
	if err := u.Incomplete(); err != nil {
		all = append(all, "lower bound: "+err.Error())
	}
	if u.Method.Policy == Proportional {
		all = append(all, "energy that flows anyway is shared by use, so the score depends on what neighbours do")
	}
	return all
}

// sourcesStated are where the inputs come from, on top of what people name.
func (u Usage) sourcesStated(about []sci.SourceStatement) []sci.SourceStatement {
	all := slices.Clone(about)
	add := func(s sci.SourceStatement) {
		if s.Name != "" && !slices.ContainsFunc(all, func(o sci.SourceStatement) bool { return o.ID == s.ID }) {
			all = append(all, s)
		}
	}
	for _, z := range u.Zones {
		if z.Charged > 0 {
			add(sci.SourceStatement{ID: "energy:" + z.Zone.Origin.Name, What: "energy", Name: z.Zone.Origin.Name, Version: z.Zone.Origin.Detail})
		}
	}
	for _, p := range u.Priced {
		add(sci.SourceStatement{ID: "intensity:" + p.Origin, What: "carbon intensity of " + p.Zone, Name: p.Origin, Vintage: yearIn(p.Origin)})
	}
	add(sci.SourceStatement{ID: "pue", What: "PUE", Name: u.Method.SiteSource})
	add(sci.SourceStatement{ID: sci.HostID, What: "what the machine embodies", Name: u.Method.Server.Source})
	return all
}

// boundary is what is in the figures, and what is in none of them, beside what
// people say of that.
func (u Usage) boundary(about sci.BoundaryStatement) sci.BoundaryStatement {
	kinds := map[source.Kind]bool{}
	for _, z := range u.Zones {
		if z.Charged > 0 {
			kinds[z.Zone.Kind] = true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		about.Included = withItem(about.Included, sci.BoundaryItem{Name: k.String(), Description: "energy of " + u.Method.Scope, Why: "it is what the software runs on"})
	}
	about.Included = withItem(about.Included, sci.BoundaryItem{Name: "hardware", Description: "what making it embodies", Why: "M of the specification"})
	for _, o := range outside {
		about.Excluded = withItem(about.Excluded, o)
	}
	return about
}

// outside is what a meter on a machine cannot see.
var outside = [...]sci.BoundaryItem{
	{Name: "network", Why: "no counter of this machine tells what the way to its users takes"},
	{Name: "remote storage", Why: "it is on machines of others, which tell nothing here"},
	{Name: "managed services", Why: "they are on machines of others, which tell nothing here"},
	{Name: "clients", Why: "the devices of users are not reached from here"},
	{Name: "build and test", Why: "they run elsewhere and at other times: measure them there"},
}

// withItem adds an item, unless people have said something of it.
func withItem(items []sci.BoundaryItem, item sci.BoundaryItem) []sci.BoundaryItem {
	if slices.ContainsFunc(items, func(o sci.BoundaryItem) bool { return o.Name == item.Name }) {
		return items
	}
	return append(slices.Clone(items), item)
}
