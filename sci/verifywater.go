package sci

// water holds the litres of the memo against the energy of the result: WUE is
// per kWh of IT energy, EWIF per kWh of facility energy, so a PUE belongs into
// the second once and into the first never.
func (v *verifier) water() {
	for i := range v.nodes {
		if s := v.nodes[i].c.Site; s != nil && (s.WUE != nil || s.EWIF != nil) {
			return // of several sites the memo has the sum
		}
	}
	m := &v.d.Memo
	it, facility, pue := v.result[qIT], v.result[qFacility], v.pue.value
	wue, ewif := v.known(v.d.Site.WUE), v.known(v.d.Site.EWIF)
	onSite := relation{
		path:   "/memo/water_on_site_l",
		figure: m.OnSite,
		want:   combine(it, quantity{stated: wue}, multiplied),
		code:   "water_mismatch",
		from:   "IT energy times WUE",
		guesses: func() []guess {
			return []guess{{"water_pue_twice", facility.best().times(wue), "it is made of the facility energy: the PUE is in it"}}
		},
	}
	offSite := relation{
		path:   "/memo/water_off_site_l",
		figure: m.OffSite,
		want:   combine(facility, quantity{stated: ewif}, multiplied),
		code:   "water_mismatch",
		from:   "facility energy times EWIF",
		guesses: func() []guess {
			if pue.value == 1 {
				return nil
			}
			return []guess{
				{"water_pue_twice", facility.best().times(pue).times(ewif), "the PUE is in it twice"},
				{"pue_not_applied", it.best().times(ewif), "it is made of the IT energy, without the PUE"},
			}
		},
	}
	first := v.check(onSite)
	_, f := v.settle(offSite)
	if f != nil && !(first.suspect && f.Code == "water_pue_twice") { // one cause, said already
		v.keep(*f)
	}
}
