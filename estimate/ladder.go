package estimate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// choose goes down the ladder: what was given, the row of the architecture,
// TDP, and the server that clouds rent out on average.
func (c Config) choose(f machine.Facts) (Model, error) {
	if c.Model.Curve != nil {
		return c.Model.check()
	}
	rows := c.Rows
	if len(rows) == 0 {
		rows = Rows()
	}
	p := Processor{Model: f.Model, Family: f.Family, Number: f.Code, Cloud: f.Cloud}
	if name, ok := p.Architecture(); ok {
		if row, ok := find(rows, name); ok {
			return row.Model(f.CPUs).check()
		}
	}
	if tdp, ok := p.TDP(); ok && !f.Hypervisor { // a virtual machine has a part of a package
		return TDP(tdp * units.Power(f.Sockets)).check()
	}
	return average(rows, f).check()
}

// average is the model of a processor that is not known.
func average(rows []Row, f machine.Facts) Model {
	row, ok := find(rows, "average-"+f.Cloud)
	if !ok {
		row, ok = find(rows, "average-aws")
	}
	if !ok {
		row, _ = find(Rows(), "average-aws")
	}
	m := row.Model(f.CPUs)
	m.Sigma = cmp.Or(row.Sigma, DefaultSigma)
	m.Detail = "processor not known: " + m.Detail
	return m
}

func find(rows []Row, name string) (Row, bool) {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Name == name })
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}

func cpuZone(m Model, f machine.Facts) source.Zone {
	return source.Zone{
		ID: "estimate/cpu", Name: "cpu", Model: f.Model, Kind: source.CPU, Level: m.Level, Socket: -1, Die: -1,
		Idle:   m.Curve.Power(0),
		Origin: source.Origin{Method: source.Estimated, Name: m.Name, Detail: m.Detail, Sigma: m.Sigma},
	}
}

// extraMemory returns how much memory m does not hold: all of it at the chip,
// what is beyond the machine of a row at the wall, and none where somebody
// measured the whole machine.
func extraMemory(m Model, f machine.Facts, measured bool) (gb float64, why string) {
	gb = float64(f.MemoryBytes) / gigabyte
	switch {
	case m.Level <= source.AtBoard:
		return gb, ""
	case measured || m.Level == source.AtModule:
		return 0, ""
	}
	beyond := gb - RowMemoryGB*float64(f.CPUs)
	return max(beyond, 0), fmt.Sprintf(" beyond %v GB per CPU of the row", RowMemoryGB)
}

// assume notes what the figures of the processors rest on.
func (s *Source) assume(m Model, f machine.Facts) {
	s.report.Assumed = append(s.report.Assumed, source.Assumption{
		What:   "cpu power model",
		Value:  fmt.Sprintf("%v idle to %v with %d CPUs busy, 1σ %.0f %%", m.Curve.Power(0), m.Curve.Power(1), f.CPUs, 100*m.Sigma),
		Why:    m.Name + ": " + m.Detail,
		Remedy: "allow hardware counters, or measure the machine at rest and at full load and use estimate.Calibrated",
	})
}
