package sci

import (
	"fmt"
	"maps"
	"slices"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// An OEM is the carbon footprint of a product as its manufacturer prints it: of
// its whole life, use included. The use phase is most of it, 83 to 88 % of a
// server of Dell or HPE, and is O, so that Total is never TE.
type OEM struct {
	Name  string
	Kind  source.Kind  // as of Footprint
	Total units.Carbon // of the whole life, in grams

	// Stages are the parts of Total by stage, each within 0 and 1: of use, and
	// of what is in TE. A sheet prints whole or tenth percents, so that they
	// make 1 within 2 percent.
	Stages map[string]float64

	// Error is how far off Total is by its own account, relative, such as 0.98;
	// 0: not stated.
	Error float64

	Source string
	Year   int
}

// splitSlack is how far the shares of a sheet may be from 1 together: five
// stages in whole percents are off by 2.5 at the most, and rarely so.
const splitSlack = 0.02

// TE returns what is not use. The error is that of [OEM.Embodiment].
func (o OEM) TE() (units.Carbon, error) {
	e, err := o.Embodiment()
	return e.TE(), err
}

// Embodiment returns the stages but use, with Low and High at TE divided and
// multiplied by 1 + Error. Shares that are 0 are stages that the sheet has, and
// finds nothing in. It refuses a total without a split by stage
// ([ErrStageSplit]), unknown stages ([ErrStage]), shares outside 0 and 1 or that
// do not make 1 ([ErrFootprint]), and what [Footprint.Embodiment] refuses.
func (o OEM) Embodiment() (Embodiment, error) {
	what := fmt.Sprintf("footprint of %q", o.Name)
	if len(o.Stages) == 0 {
		return Embodiment{}, refuse(ErrStageSplit, "%s of %v", what, o.Total)
	}
	if !amount(o.Error) {
		return Embodiment{}, refuse(ErrUncertainty, "%s with an error of %v", what, o.Error)
	}
	var all, embodied sum
	var stages []string
	for _, stage := range slices.Sorted(maps.Keys(o.Stages)) {
		share := o.Stages[stage]
		if !fraction(share) {
			return Embodiment{}, refuse(ErrFootprint, "%s with %v of it in %.40q", what, share, stage)
		}
		all.add(share)
		if stage != StageUse {
			embodied.add(share)
			stages = append(stages, stage)
		}
	}
	if err := o.checkSplit(what, all.value()); err != nil {
		return Embodiment{}, err
	}
	te := o.Total * units.Carbon(embodied.value())
	f := Footprint{
		Name: o.Name, Kind: o.Kind, TE: te, Stages: stages, Method: "manufacturer PCF", Source: o.Source, Year: o.Year,
	}
	if o.Error > 0 {
		f.Low, f.High = te/units.Carbon(1+o.Error), te*units.Carbon(1+o.Error)
	}
	return f.Embodiment()
}

// checkSplit refuses shares that leave a part of the total open: where use is
// not among them, that part may be use.
func (o OEM) checkSplit(what string, all float64) error {
	_, known := o.Stages[StageUse]
	switch {
	case all > 1+splitSlack:
		return refuse(ErrFootprint, "%s with stages that make %v of it", what, all)
	case all < 1-splitSlack && !known:
		return refuse(ErrStageSplit, "%s of which only %v is in a stage", what, all)
	case all < 1-splitSlack:
		return refuse(ErrFootprint, "%s with stages that make %v of it", what, all)
	}
	return nil
}
