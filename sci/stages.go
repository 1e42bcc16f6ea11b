package sci

import (
	"slices"
	"strings"
)

// The refusals of stages of the life cycle.
var (
	// ErrUseStage (use_stage_in_te) says that TE would have the use of the
	// hardware in it, which is O and counted there.
	ErrUseStage error = &Error{"use_stage_in_te", "TE has the use phase in it, which O counts; split the total by stage and leave use out"}

	// ErrStage (stage_unknown) says that a stage of the life cycle has no name
	// of ours, or that none is stated.
	ErrStage error = &Error{"stage_unknown", "stages are not known; name those TE has of materials, manufacturing, transport and end-of-life"}

	// ErrStageSplit (stage_split_missing) says that a footprint is of the whole
	// life and does not say how much of it is use.
	ErrStageSplit error = &Error{"stage_split_missing", "total is not split by stage, so that its use phase is unknown; give the share of each stage"}
)

// stageNames are the stages in the order of a life.
var stageNames = [...]string{StageMaterials, StageManufacturing, StageTransport, StageUse, StageEndOfLife}

// A stageSet is stages of the life cycle, a bit each in the order of
// stageNames.
type stageSet uint8

// notUse are the stages that TE may have; embodied are those M-01 of the
// specification asks for.
const notUse stageSet = 1<<0 | 1<<1 | 1<<2 | 1<<4

// stagesOf returns the set of some stages. It refuses use ([ErrUseStage]),
// names that are not of ours and no stage at all ([ErrStage]).
func stagesOf(what string, stages []string) (stageSet, error) {
	var set stageSet
	for _, s := range stages {
		i := slices.Index(stageNames[:], s)
		switch {
		case s == StageUse:
			return 0, refuse(ErrUseStage, "%s", what)
		case i < 0:
			return 0, refuse(ErrStage, "%s with the stage %.40q", what, s)
		}
		set |= 1 << i
	}
	if set == 0 {
		return 0, refuse(ErrStage, "%s without a stage", what)
	}
	return set, nil
}

// names returns the stages of s in the order of a life.
func (s stageSet) names() []string {
	var names []string
	for i, name := range stageNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// boundaries are words for sets of stages. Cradle to gate is what is spent until
// the product leaves the factory.
var boundaries = map[string][]string{
	"cradle-to-gate":               {StageMaterials, StageManufacturing},
	"cradle-to-gate and transport": {StageMaterials, StageManufacturing, StageTransport},
	"cradle-to-grave without use":  {StageMaterials, StageManufacturing, StageTransport, StageEndOfLife},
	"cradle-to-grave":              {StageMaterials, StageManufacturing, StageTransport, StageUse, StageEndOfLife},
}

// stagesOfBoundary returns the stages within a boundary; nil where it says
// nothing that is known.
func stagesOfBoundary(boundary string) []string {
	return boundaries[strings.Join(strings.Fields(strings.ToLower(boundary)), " ")]
}
