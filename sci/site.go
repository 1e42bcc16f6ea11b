package sci

import "github.com/scimeter/scimeter/units"

// A Site is where a machine stands: what cooling and supply add to its energy,
// and what water goes with it. The zero Site knows nothing. Uncertainties are
// absolute standard uncertainties (1σ) in the unit of their figure.
type Site struct {
	PUE      units.PUE // 1 outside data centres; 0: not known
	PUESigma float64

	WUE      *units.WUE // litres per kWh of IT energy; nil: not known
	WUESigma float64

	EWIF      *units.EWIF // litres per kWh of facility energy; nil: not known
	EWIFSigma float64
}

// OutsideDataCentre returns the site of a machine at home or in an office: no
// facility around it, so the PUE is 1 and no water is evaporated to cool it.
// What the grid used is not known until EWIF is set.
func OutsideDataCentre() Site { return Site{PUE: 1, WUE: new(units.WUE(0))} }

// Check refuses a PUE below 1 ([ErrPUE]), water factors that are negative or
// not finite ([ErrWater]) and such uncertainties ([ErrUncertainty]). What is not
// known passes.
func (s Site) Check() error {
	if s.PUE != 0 && !s.PUE.Valid() {
		return refuse(ErrPUE, "site with PUE %v", float64(s.PUE))
	}
	if s.WUE != nil && !amount(float64(*s.WUE)) {
		return refuse(ErrWater, "site with WUE %v L/kWh", float64(*s.WUE))
	}
	if s.EWIF != nil && !amount(float64(*s.EWIF)) {
		return refuse(ErrWater, "site with EWIF %v L/kWh", float64(*s.EWIF))
	}
	for _, sigma := range []float64{s.PUESigma, s.WUESigma, s.EWIFSigma} {
		if !amount(sigma) {
			return refuse(ErrUncertainty, "site with an uncertainty of %v", sigma)
		}
	}
	return nil
}

func amount(f float64) bool { return f >= 0 && isFinite(f) }

// Water returns the water consumed for e at the IT equipment: e·WUE at the site
// and e·PUE·EWIF where the electricity was generated. Each is known or not for
// itself. It allocates nothing.
func (s Site) Water(e units.Energy) WaterUse {
	var w WaterUse
	if s.WUE != nil {
		w.OnSite, w.OnSiteKnown = s.WUE.Of(e), true
	}
	if s.EWIF != nil && s.PUE.Valid() {
		w.OffSite, w.OffSiteKnown = s.EWIF.Of(s.PUE.Of(e)), true
	}
	return w
}

// A WaterUse is water consumed in operation, without what hardware embodies.
type WaterUse struct {
	OnSite, OffSite           units.Water
	OnSiteKnown, OffSiteKnown bool // false: the figure is absent, not zero
}

// Total returns what is known; false means that a part is missing.
func (w WaterUse) Total() (units.Water, bool) {
	return units.Water(finite(float64(w.OnSite) + float64(w.OffSite))), w.OnSiteKnown && w.OffSiteKnown
}

// Missing returns the names of what is absent, "on-site" and "off-site".
func (w WaterUse) Missing() []string {
	var missing []string
	if !w.OnSiteKnown {
		missing = append(missing, "on-site")
	}
	if !w.OffSiteKnown {
		missing = append(missing, "off-site")
	}
	return missing
}
