package main

// mutations are the ways in which figures of other tools are known to be wrong.
var mutations = []mutation{
	{
		"wrap", "the state between the top and zero is forgotten: one unit short at each wrap",
		"rapl/counter.go", "bits.Add64(c.top-c.last+raw, c.unit, 0)", "bits.Add64(c.top-c.last+raw, 0*c.unit, 0)", "./rapl",
	},
	{
		"reset", "a counter that starts anew is read as a wrap: 162 kJ from nothing",
		"rapl/counter.go", "if !ok || w > limit {", "if !ok {", "./rapl",
	},
	{
		"jitter", "a step back of one unit moves the baseline: it is counted twice",
		"rapl/counter.go", "c.at = at // last stays", "c.at, c.last = at, raw // last stays", "./rapl",
	},
	{
		"error join", "the first zone that fails silences the others",
		"rapl/reader.go", "errs = append(errs, err)\n", "return dst, err\n", "./rapl",
	},
	{
		"scope share", "the scope is charged all of the work on the machine",
		"meter/instant.go", "return float64(u.shared()) / float64(u.busy)", "return float64(u.busy) / float64(u.busy)", "./meter",
	},
	{
		"idle split", "idle energy counts as work",
		"meter/ledger.go", "p.static = l.idle.floor(idle, uj)", "p.static = l.idle.floor(0*idle, uj)", "./meter",
	},
	{
		"pue", "PUE is applied twice",
		"meter/pricer.go", "carbon := point.Value.Of(energy)", "carbon := point.Value.Of(p.pue.Of(units.Energy(energy)))", "./meter",
	},
	{
		"step straddling", "energy that crosses a step has the intensity of its end alone",
		"meter/pricer.go", "if point.End.After(t) && point.End.Before(end) {", "if false && point.End.Before(end) {", "./meter",
	},
	{
		"embodied share", "the scope is charged what the whole machine embodies",
		"meter/tick.go", "cpu := m.sharing.of(source.CPU, d, whole).static", "cpu := m.sharing.of(source.CPU, d, whole).static*0 + 1", "./meter",
	},
	{
		"tick order", "energy is shared by the CPU times of the tick before",
		"meter/tick.go", "m.errs[len(m.sources)] = m.readScope()\n", "defer func() { m.errs[len(m.sources)] = m.readScope() }()\n", "./meter",
	},
	{
		"loss", "the loss of the supply is left out of what is priced",
		"meter/zone.go", "uj := p.chargedStatic + p.chargedDynamic + lossStatic + lossDynamic", "uj := p.chargedStatic + p.chargedDynamic", "./meter",
	},
	{
		"carry", "CPU time beyond that of the machine is forgotten, not carried",
		"meter/instant.go", "b.machine = load{b.machine.own + (usage{own: n.cpu.Own - b.machine.own, busy: n.cpu.Busy - b.machine.busy}).shared(), n.cpu.Busy}",
		"b.machine = load{n.cpu.Own, n.cpu.Busy}", "./meter",
	},
	{
		"mean of rates", "two scores are averaged",
		"sci/terms.go", "r.add(w.R)", "r.add(w.R / 2)", "./sci",
	},
	{
		"gap", "time without an intensity counts as 0 g/kWh",
		"meter/pricer.go", "unpriced += at.part\n", "unpriced += 0 * at.part\n", "./meter",
	},
	{
		"rounding", "each interval is rounded for itself",
		"meter/ledger.go", "*r = residue(x - float64(n))", "*r = 0 * residue(x-float64(n))", "./meter",
	},
}
