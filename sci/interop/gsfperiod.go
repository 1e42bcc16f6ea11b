package interop

// dayOrder is the order that the dates of the section of the score show.
func (g *gsf) dayOrder() dayOrder {
	var all []date
	for _, f := range g.md.fields {
		if f.section == 2 {
			all = append(all, readDates(f.text)...)
		}
	}
	return orderOf(all)
}

func (g *gsf) period(f mdField, start, end bool) {
	found := datesIn(f.text, g.order)
	p := &g.d.Period
	if len(found) == 0 || len(found) == 1 && start && end {
		if start && end && !p.Start.IsZero() && !p.End.IsZero() {
			return
		}
		g.at("/period", f.place())
		g.note("date_unreadable", "/period", "of %q are %d dates read, and a period has 2", short(f.text), len(found))
	}
	if len(found) == 0 {
		return
	}
	at := "/period/end"
	if start {
		at = "/period/start"
	}
	if start && p.Start.IsZero() {
		p.Start = found[0].Time
		g.at("/period/start", f.place())
	}
	if last := found[len(found)-1]; end && p.End.IsZero() && (len(found) > 1 || !start) {
		p.End = last.endOf()
		g.at("/period/end", f.place())
	}
	for _, d := range found {
		if d.ambiguous {
			g.note("date_ambiguous", at, "%q may be a day of another month; it is read as %s", f.text, d.Format("2 January 2006"))
		}
	}
}

func (g *gsf) calculated(f mdField) {
	found := datesIn(f.text, g.order)
	if len(found) == 0 {
		g.at("/period/calculated", f.place())
		g.note("date_unreadable", "/period/calculated", "%q is no date that is read", short(f.text))
		return
	}
	if g.d.Period.Calculated.IsZero() {
		g.d.Period.Calculated = found[0].Time
		g.at("/period/calculated", f.place())
	}
}
