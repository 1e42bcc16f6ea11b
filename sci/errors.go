package sci

import "fmt"

// An Error is a refusal to make a figure. Code is stable and meant for
// programs, Detail says what is wrong and what to do about it. Two errors of
// one code are the same to [errors.Is].
type Error struct{ Code, Detail string }

// Error returns the detail, with the name of the package before it.
func (e *Error) Error() string { return "sci: " + e.Detail }

// Is reports whether target is an [*Error] of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// The refusals. Test for them with [errors.Is]; what is returned has the
// details of the case.
var (
	// ErrNotMeasured (not_measured) says that there is nothing to score.
	ErrNotMeasured error = &Error{"not_measured", "nothing was measured; score a window in which something was"}

	// ErrUnitsMissing (functional_units_missing) says that nobody counted R.
	ErrUnitsMissing error = &Error{"functional_units_missing", "R was not counted; count the functional units that were done"}

	// ErrUnitsNotPositive (functional_units_not_positive) says that R is zero,
	// negative or not finite. Carbon without work is a total, never a score.
	ErrUnitsNotPositive error = &Error{"functional_units_not_positive", "R is not positive; report the carbon alone, or score a longer window"}

	// ErrUnitMismatch (functional_unit_mismatch) says that figures per unlike
	// functional units met.
	ErrUnitMismatch error = &Error{"functional_unit_mismatch", "functional units differ; express all in one"}

	// ErrSignalMismatch (signal_mismatch) says that carbon of unlike kinds of
	// grid intensity met.
	ErrSignalMismatch error = &Error{"signal_mismatch", "intensity signals differ; price all energy with one"}

	// ErrIntensityGap (intensity_gap) says that energy has no intensity.
	ErrIntensityGap error = &Error{"intensity_gap", "energy has no intensity; fill the gap by a policy that the report names"}

	// ErrMarketBased (market_based_intensity_forbidden) says that an intensity
	// comes from contracts or certificates.
	ErrMarketBased error = &Error{"market_based_intensity_forbidden", "intensity is market-based; use that of the grid"}

	// ErrNegativeEnergy (negative_energy) says that energy is below zero.
	ErrNegativeEnergy error = &Error{"negative_energy", "energy is negative; look for a counter that was reset"}

	// ErrNegativeCarbon (negative_carbon) says that carbon is below zero:
	// offsets do not lower a score.
	ErrNegativeCarbon error = &Error{"negative_carbon", "carbon is negative; leave out offsets and credits"}

	// ErrNotFinite (not_finite) says that an input is NaN or infinite.
	ErrNotFinite error = &Error{"not_finite", "an input is not a finite number; look for a division by zero or a missing value"}

	// ErrWater (water_factor_invalid) says that a WUE or an EWIF is negative or
	// not finite.
	ErrWater error = &Error{"water_factor_invalid", "water factor is not 0 or more; leave it out where it is not known"}

	// ErrPUE (pue_invalid) says that a PUE is missing where IT energy needs
	// one, below 1 or not finite.
	ErrPUE error = &Error{"pue_invalid", "PUE is not 1 or more; give that of the site, 1 outside data centres"}

	// ErrEnergyTwice (energy_given_twice) says that a component has both IT
	// and facility energy.
	ErrEnergyTwice error = &Error{"energy_given_twice", "energy is given for IT and for the facility; keep one, or make two components"}

	// ErrTooDeep (tree_too_deep) says that components are nested beyond any
	// system, as they are where a tree contains itself.
	ErrTooDeep error = &Error{"tree_too_deep", "components are nested more than 10,000 deep; look for one that contains itself"}

	// ErrShare (share_out_of_range) says that a share is not within 0 and 1.
	ErrShare error = &Error{"share_out_of_range", "share is not within 0 and 1; give the reserved resources and all resources in one unit"}

	// ErrLifespan (lifespan_invalid) says that a lifespan is negative, or
	// shorter than the time reserved of it.
	ErrLifespan error = &Error{"lifespan_invalid", "lifespan does not hold the time reserved; give both in one unit, or allow it by Beyond"}

	// ErrInconsistent (score_inconsistent) says that a score that was read has a
	// figure that its own terms do not make.
	ErrInconsistent error = &Error{"score_inconsistent", "figure and terms disagree; recompute it from the terms"}

	// ErrUncertainty (uncertainty_invalid) says that a standard uncertainty is
	// negative or not finite.
	ErrUncertainty error = &Error{"uncertainty_invalid", "uncertainty is not 0 or more; give one standard deviation"}
)

// refuse returns an error of the code of sentinel with the details of the
// case; what to do about it is the sentinel's.
func refuse(sentinel error, format string, args ...any) error {
	s := sentinel.(*Error)
	return &Error{s.Code, fmt.Sprintf(format, args...) + ": " + s.Detail}
}
