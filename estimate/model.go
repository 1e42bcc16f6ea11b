package estimate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A model on TDP alone: idle and slope as shares of TDP, and how far it may be
// off. All three are engineering choices; docs/accuracy.md measures them. Who
// knows better passes a [Model] of its own.
const (
	TDPIdle  = 0.12 // Teads: what an idle package draws
	TDPSlope = 0.58 // full load at 0.70 of TDP: 0.71 is the mean of the four machines there
	TDPSigma = 0.60
)

// The relative standard uncertainty of a straight line between an idle and a
// maximum power that were measured on this very machine. What is left is the
// curve: docs/accuracy.md has 0.41 for packages alone and 0.33 where a constant
// rest is beside them.
const (
	CalibratedChipSigma = 0.45
	CalibratedNodeSigma = 0.35
)

// RowSigma is the relative standard uncertainty of a row of the table: the
// curve, 0.33, and how far servers of one architecture differ, 0.1 to 0.25 at
// full load. Rows of small or old servers, which differ more, say 0.60.
const RowSigma = 0.40

// DefaultSigma is the relative standard uncertainty where the processor is not
// known: the spread over the rows of the table, 0.75 at rest and 0.62 at full
// load, with the 0.40 of a row.
const DefaultSigma = 0.85

// A Model says what a whole machine draws, and how well that is known.
type Model struct {
	Curve  Curve
	Level  source.Level // where that power is: chip, or node at the wall
	Name   string       // of the origin, such as "estimate/ccf-cascade-lake"
	Detail string       // source and vintage
	Sigma  float64      // relative standard uncertainty; 0: DefaultSigma
}

// Calibrated is a straight line between the power of this machine at rest and
// with all CPUs busy, as somebody measured them at level: the best model there
// is, and one watt meter and an hour are enough for it.
func Calibrated(idle, busy units.Power, level source.Level) Model {
	sigma := CalibratedChipSigma
	if level >= source.AtNodeDC {
		sigma = CalibratedNodeSigma
	}
	return Model{
		Curve: Linear{idle, busy}, Level: level, Name: "estimate/calibrated",
		Detail: fmt.Sprintf("idle %v, all CPUs busy %v, as given", idle, busy), Sigma: sigma,
	}
}

// TDP is a model on the thermal design power of all packages of the machine
// together, at the chip: TDP·([TDPIdle] + [TDPSlope]·load), 1σ of 60 %.
func TDP(tdp units.Power) Model {
	return Model{
		Curve: Linear{TDPIdle * tdp, (TDPIdle + TDPSlope) * tdp}, Level: source.AtChip, Name: "estimate/tdp",
		Detail: fmt.Sprintf("TDP %v, drawn from %v to %v of it by load", tdp, TDPIdle, TDPIdle+TDPSlope), Sigma: TDPSigma,
	}
}

// check tells what is wrong with a model that somebody gave, and completes it.
func (m Model) check() (Model, error) {
	if m.Name == "" {
		m.Name = "estimate/given"
	}
	if m.Sigma == 0 {
		m.Sigma = DefaultSigma
	}
	if m.Level < source.AtChip || m.Level > source.AtNodeAC {
		return m, &ModelError{m.Name, "its level is not said"}
	}
	if !(m.Sigma > 0 && m.Sigma <= maxSigma) {
		return m, &ModelError{m.Name, "its uncertainty is not between 0 and " + strconv.Itoa(maxSigma)}
	}
	if l, ok := m.Curve.(Linear); ok && !(l.Idle >= 0 && l.Max >= l.Idle && l.Max > 0 && l.Max <= maxPower) {
		return m, &ModelError{m.Name, "idle and maximum power are not in order"}
	}
	idle, busy := float64(m.Curve.Power(0)), float64(m.Curve.Power(1))
	if !(idle >= 0 && busy > 0) || math.IsInf(busy, 0) {
		return m, &ModelError{m.Name, "it draws no power"}
	}
	return m, nil
}

const maxSigma = 10
