package interop

import (
	"math"

	"github.com/scimeter/scimeter/sci"
)

// A rowsScore is what the scores of the rows of an output come to: the score of
// each times its units.
type rowsScore struct {
	carbon, within, units float64
	place                 Place
}

// rowsScore adds the scores of rows up; it says which one is not what its own
// row has.
func (r *manifestReader) rowsScore(rows []node) (rowsScore, bool) {
	var out rowsScore
	wrong := 0
	var odd node
	var want float64
	for _, row := range rows {
		score, err := number(row.at("sci"))
		if err != nil || row.at("sci").null() {
			return rowsScore{}, false
		}
		units, known := optional(row.at(r.unit))
		carbon, has := optional(row.at("carbon"))
		switch {
		case !known && len(rows) == 1:
			units = 1
		case !known, units == 0 && !has, units < 0:
			return rowsScore{}, false
		case units == 0: // there is no score of nothing; what was emitted still was
			out.carbon += carbon
			continue
		}
		half := halfDigit(row.at("sci").text())
		if off := math.Abs(score - carbon/units); known && has && off > half+1e-9*math.Abs(score) {
			if wrong++; wrong == 1 {
				odd, want = row.at("sci"), carbon/units
			}
		}
		out.carbon, out.within, out.units = out.carbon+score*units, out.within+half*units, out.units+units
	}
	if out.units == 0 || math.IsInf(out.carbon, 0) || math.IsInf(out.within, 0) {
		return rowsScore{}, false
	}
	out.place = rows[0].at("sci").place()
	if wrong > 0 && len(rows) > 1 {
		out.place = odd.place()
		r.note("if_score_row", "/result/score_g", "the row states the score %s where its own carbon per %s is %v; %d of %d rows are wrong so", short(odd.text()), r.unit, want, wrong, len(rows))
	}
	return out, true
}

func optional(n node) (float64, bool) {
	v, err := number(n)
	return v, err == nil && !n.null()
}

// per is the score per unit, where there are so many.
func (s rowsScore) per(units float64) *sci.Figure {
	return &sci.Figure{Value: s.carbon / units, Within: s.within / units}
}

// wholeScore takes the score, the carbon and the units that the outputs of the whole
// state.
func (r *manifestReader) wholeScore(outputs node) {
	rows := outputs.items()
	if !r.stated || len(rows) == 0 {
		return
	}
	res := &r.d.Result
	if carbon, ok := sumOf(rows, "carbon"); ok && res.Carbon == nil {
		res.Carbon = sci.Exactly(carbon)
		r.at("/result/carbon_g", rows[0].at("carbon").place())
	}
	if units, ok := sumOf(rows, r.unit); ok && r.d.Unit.Total == nil && r.unit != "" {
		r.d.Unit.Name, r.d.Unit.Total = r.unit, sci.Exactly(units)
		r.at("/functional_unit/total", rows[0].at(r.unit).place())
	}
	if res.Score != nil {
		return
	}
	if s, ok := r.rowsScore(rows); ok {
		r.score(s, s.units)
	}
}

func (r *manifestReader) score(s rowsScore, units float64) {
	r.d.Result.Score = s.per(units)
	r.at("/result/score_g", s.place)
}

func sumOf(rows []node, name string) (float64, bool) {
	total := 0.0
	for _, row := range rows {
		v, ok := optional(row.at(name))
		if !ok {
			return 0, false
		}
		total += v
	}
	return total, !math.IsInf(total, 0)
}

// leafScores takes the scores that the rows of leaves state: as one where the
// whole states none, else as those of components.
func (r *manifestReader) leafScores() {
	whole := r.root.at("tree", "outputs")
	u := r.d.Unit
	if !r.stated || r.unit == "" || u.Total == nil || u.Total.Value <= 0 {
		return
	}
	units := u.Total.Value / max(u.Scale, 1)
	var sum rowsScore
	all, rows := true, 0
	for _, l := range r.leaves {
		if l.outputs.Node != nil && l.outputs.Node == whole.Node {
			return
		}
		s, ok := r.rowsScore(l.outputs.items())
		if all = all && ok; !ok {
			continue
		}
		rows += len(l.outputs.items())
		alone := len(r.leaves) == 1 && r.d.Result.Score == nil
		if s.units == units && !alone && l.figures != nil && l.figures.Score == nil {
			l.figures.Score = s.per(units)
			r.at(l.path+"/score_g", s.place)
		}
		if sum.place.Line == 0 {
			sum.place = s.place
		}
		sum.carbon, sum.within = sum.carbon+s.carbon, sum.within+s.within
	}
	if !all || len(r.leaves) == 0 || r.d.Result.Score != nil {
		return
	}
	r.score(sum, units)
	if rows > 1 {
		r.note("if_score_of_rows", "/result/score_g", "the score is stated row by row alone; %v is what the %d rows come to, each by its %s", r.d.Result.Score.Value, rows, r.unit)
	}
}
