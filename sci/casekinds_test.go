package sci_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// anyShape computes inputs of any of the shapes that can be refused.
func anyShape(raw json.RawMessage) (figures, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, err
	}
	switch {
	case keys["buckets"] != nil:
		return aggregation(raw)
	case keys["components"] == nil && keys["intensity_g_per_kwh"] != nil:
		return timeJoin(raw)
	}
	return systemScore(raw)
}

// aggregation adds up windows of time.
func aggregation(raw json.RawMessage) (figures, error) {
	var in struct {
		Buckets []struct {
			Carbon units.Carbon `json:"carbon_g"`
			R      *float64     `json:"functional_units"`
			Unit   string
		}
		Per float64
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	var windows []sci.Terms
	for _, b := range in.Buckets {
		if b.R == nil {
			return nil, sci.ErrUnitsMissing
		}
		windows = append(windows, sci.Terms{Operational: b.Carbon, R: *b.R, Unit: b.Unit})
	}
	all, err := sci.Aggregate(windows...)
	if err != nil {
		return nil, err
	}
	score, err := all.Score()
	if err != nil {
		return nil, err
	}
	return figures{
		"total_g":               float64(score.Total()),
		"functional_units":      score.R,
		"sci_g_per_unit":        float64(score.Carbon()),
		"sci_g_per_scaled_unit": float64(score.Per(in.Per).Carbon()),
	}, nil
}

// timeJoin prices energies by the intensities of their times.
func timeJoin(raw json.RawMessage) (figures, error) {
	var in struct {
		Energy    []float64          `json:"energy_kwh"`
		Intensity []*units.Intensity `json:"intensity_g_per_kwh"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	if len(in.Intensity) > len(in.Energy) {
		return nil, fmt.Errorf("%d intensities for %d energies", len(in.Intensity), len(in.Energy))
	}
	steps := make([]sci.Step, len(in.Energy))
	for i, kwh := range in.Energy {
		steps[i].Energy = units.PUE(1).Of(units.Energy(kwh * units.KilowattHour))
		if i < len(in.Intensity) {
			steps[i].Intensity = in.Intensity[i]
		}
	}
	joined, err := sci.Join(steps...)
	got := figures{
		"covered_energy_kwh":    joined.Covered.KWh(),
		"coverage_ratio":        joined.Coverage(),
		"operational_g_covered": float64(joined.Operational),
	}
	if effective, ok := joined.Intensity(); ok {
		got["effective_intensity_g_per_kwh"] = float64(effective)
	}
	if err == nil {
		got["operational_g"] = float64(joined.Operational)
	}
	return got, err
}

// operationalUsage computes carbon from amounts of use and coefficients.
func operationalUsage(raw json.RawMessage) (figures, error) {
	in := struct {
		Avg         *units.Power `json:"avg_watts"`
		Min         units.Power  `json:"min_watts"`
		Max         units.Power  `json:"max_watts"`
		Utilisation float64
		VCPUHours   float64 `json:"vcpu_hours"`
		GBHours     float64 `json:"gb_hours"`
		KWhPerGBh   float64 `json:"kwh_per_gbh"`
		TBHours     float64 `json:"tb_hours"`
		WhPerTBh    float64 `json:"wh_per_tbh"`
		GB          float64
		KWhPerGB    float64 `json:"kwh_per_gb"`
		Replication float64
		PUE         units.PUE
		Intensity   units.Intensity `json:"intensity_g_per_kwh"`
	}{Replication: 1, PUE: 1}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	power := in.Min + units.Power(in.Utilisation)*(in.Max-in.Min)
	if in.Avg != nil {
		power = *in.Avg
	}
	it := power.For(time.Hour)*units.Energy(in.VCPUHours) +
		units.Energy(in.GBHours*in.KWhPerGBh)*units.KilowattHour +
		units.Energy(in.TBHours*in.WhPerTBh)*units.WattHour +
		units.Energy(in.GB*in.KWhPerGB)*units.KilowattHour
	return operational(it*units.Energy(in.Replication), in.PUE, in.Intensity)
}

// operational prices energy as a component does.
func operational(it units.Energy, pue units.PUE, i units.Intensity) (figures, error) {
	c := sci.Component{IT: it, PUE: pue, Intensity: &i}
	energy, err := c.Energy()
	if err != nil {
		return nil, err
	}
	terms, err := c.Terms()
	if err != nil {
		return nil, err
	}
	return figures{
		"it_energy_kwh":       it.KWh(),
		"energy_kwh":          energy.KWh(),
		"facility_energy_kwh": energy.KWh(),
		"operational_g":       float64(terms.Operational),
		"tco2e":               float64(terms.Operational / units.Tonne),
	}, nil
}

// training computes the carbon of runs of accelerators.
func training(raw json.RawMessage) (figures, error) {
	in := struct {
		Runs []struct {
			Hours float64     `json:"device_hours"`
			Power units.Power `json:"device_power_w"`
		}
		PUE     units.PUE
		KgPer   float64         `json:"intensity_kg_per_kwh"`
		GramPer units.Intensity `json:"intensity_g_per_kwh"`
	}{PUE: 1}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	var it units.Energy
	for _, r := range in.Runs {
		it += r.Power.For(time.Hour) * units.Energy(r.Hours)
	}
	return operational(it, in.PUE, in.GramPer+units.Intensity(in.KgPer*1000))
}

// swi computes software water intensity. The guide has one energy for both
// terms, so the PUE is 1, and counts water at the site as consumption only.
func swi(raw json.RawMessage) (figures, error) {
	in := struct {
		KWh         float64     `json:"energy_kwh"`
		WUE         units.WUE   `json:"wue_l_per_kwh"`
		Consumption units.EWIF  `json:"ewif_consumption"`
		Withdrawal  units.EWIF  `json:"ewif_withdrawal"`
		EmbodiedC   units.Water `json:"embodied_consumption_l"`
		EmbodiedW   units.Water `json:"embodied_withdrawal_l"`
		R           float64     `json:"functional_units"`
		Per         float64
	}{Per: 1}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	energy := units.Energy(in.KWh * units.KilowattHour)
	consumed, _ := sci.Site{PUE: 1, WUE: &in.WUE, EWIF: &in.Consumption}.Water(energy).Total()
	withdrawn := sci.Site{PUE: 1, EWIF: &in.Withdrawal}.Water(energy).OffSite
	c, w := float64(consumed+in.EmbodiedC), float64(withdrawn+in.EmbodiedW)
	return figures{
		"consumption_l":           c,
		"withdrawal_l":            w,
		"swi_c_l_per_unit":        c / in.R,
		"swi_w_l_per_unit":        w / in.R,
		"swi_c_l_per_scaled_unit": c / in.R * in.Per,
		"swi_w_l_per_scaled_unit": w / in.R * in.Per,
	}, nil
}

// water computes the water of operation.
func water(raw json.RawMessage) (figures, error) {
	in := struct {
		KWh  float64     `json:"it_energy_kwh"`
		PUE  units.PUE   `json:"pue"`
		WUE  *units.WUE  `json:"wue_l_per_kwh"`
		EWIF *units.EWIF `json:"ewif_l_per_kwh"`
	}{PUE: 1}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	site := sci.Site{PUE: in.PUE, WUE: in.WUE, EWIF: in.EWIF}
	use := site.Water(units.Energy(in.KWh * units.KilowattHour))
	got := figures{}
	if use.OnSiteKnown {
		got["onsite_l"] = float64(use.OnSite)
	}
	if use.OffSiteKnown {
		got["offsite_l"] = float64(use.OffSite)
	}
	if total, ok := use.Total(); ok {
		got["total_l"] = float64(total)
	}
	return got, site.Check()
}

// unitConversion takes counters of energy to kWh.
func unitConversion(raw json.RawMessage) (figures, error) {
	var in struct {
		Joules      json.Number
		Millijoules json.Number
		Microjoules json.Number
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	if in.Microjoules != "" {
		uj, err := strconv.ParseUint(in.Microjoules.String(), 10, 64)
		if err != nil {
			f, errFloat := in.Microjoules.Float64()
			if errFloat != nil {
				return nil, err
			}
			uj = uint64(f)
		}
		return joules(units.Microjoules(uj).Joules()), nil
	}
	if in.Millijoules != "" {
		mj, err := in.Millijoules.Float64()
		return joules(mj * units.Millijoule), err
	}
	j, err := in.Joules.Float64()
	return joules(j), err
}

func joules(j float64) figures {
	return figures{"kwh": units.Energy(j).KWh(), "joules": j}
}

// powerCurve interpolates between measured points, and holds the ends.
func powerCurve(raw json.RawMessage) (figures, error) {
	var in struct {
		Points [][2]float64
		X      float64
		Method string
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	if len(in.Points) == 0 {
		return nil, fmt.Errorf("no points")
	}
	slices.SortFunc(in.Points, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
	switch in.Method {
	case "", "linear":
		return figures{"y": linear(in.Points, in.X)}, nil
	case "spline":
		return figures{"y": spline(in.Points, in.X)}, nil
	}
	return nil, fmt.Errorf("method %q: want linear or spline", in.Method)
}

func linear(p [][2]float64, x float64) float64 {
	for i := range len(p) - 1 {
		if a, b := p[i], p[i+1]; x < b[0] {
			return a[1] + (b[1]-a[1])*max(x-a[0], 0)/(b[0]-a[0])
		}
	}
	return p[len(p)-1][1]
}

// spline is the natural cubic one: no curvature at the ends.
func spline(p [][2]float64, x float64) float64 {
	n := len(p)
	x = min(max(x, p[0][0]), p[n-1][0])
	curvature, upper := make([]float64, n), make([]float64, n)
	for i := 1; i < n-1; i++ { // Thomas's algorithm, downwards
		h, k := p[i][0]-p[i-1][0], p[i+1][0]-p[i][0]
		bend := 6 * ((p[i+1][1]-p[i][1])/k - (p[i][1]-p[i-1][1])/h)
		pivot := 2*(h+k) - h*upper[i-1]
		upper[i] = k / pivot
		curvature[i] = (bend - h*curvature[i-1]) / pivot
	}
	for i := n - 2; i > 0; i-- { // and upwards
		curvature[i] -= upper[i] * curvature[i+1]
	}
	for i := range n - 1 {
		if x <= p[i+1][0] {
			h := p[i+1][0] - p[i][0]
			a, b := (p[i+1][0]-x)/h, (x-p[i][0])/h
			return a*p[i][1] + b*p[i+1][1] + ((a*a*a-a)*curvature[i]+(b*b*b-b)*curvature[i+1])*h*h/6
		}
	}
	return p[n-1][1]
}
