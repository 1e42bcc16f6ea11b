package sci

import (
	"errors"
	"slices"
	"time"
)

// A Window is what a system did over [Start, End).
type Window struct {
	Start, End time.Time
	System     System
}

// A Timeline is windows of one system that do not overlap, in any order.
type Timeline []Window

// Terms returns ΣO, ΣM and ΣR of the windows within [from, to), of the component
// to which ids lead or, without ids, of the whole system. Windows without work
// stay in ΣC, and those in which the component does not exist in ΣR, unless it
// has an R of its own. Where the windows leave a part of the period out, the
// terms are Incomplete.
//
// A window that from or to would cut is refused ([ErrPeriod]), since when in it
// the work was done is not known; windows that overlap are [ErrOverlap], a
// component that is in none of them [ErrNoComponent], a period without a window
// [ErrNotMeasured]. Else it refuses what [System.Terms] does.
func (t Timeline) Terms(from, to time.Time, ids ...string) (Terms, error) {
	within, covered, err := t.within(from, to)
	if err != nil {
		return Terms{}, err
	}
	systems, err := systemsAt(within, ids)
	if err != nil {
		return Terms{}, err
	}
	var all termsSum
	var errs []error
	for _, at := range systems {
		terms, err := at.window()
		if err == nil {
			err = all.add(&terms)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Terms{}, err
	}
	terms := all.terms()
	terms.Incomplete = terms.Incomplete || covered < to.Sub(from)
	return terms, nil
}

// systemsAt returns what ids lead to in each window. Where that is not there, it
// is nothing with the R of the system; or is left out, if elsewhere it has an R
// of its own.
func systemsAt(windows []Window, ids []string) ([]System, error) {
	var found, absent []System
	anyOwn := false
	for _, w := range windows {
		at, own, err := w.System.at(ids)
		if err != nil {
			absent = append(absent, System{R: w.System.R, Unit: w.System.Unit})
			continue
		}
		found, anyOwn = append(found, at), anyOwn || own
	}
	switch {
	case len(found) == 0:
		return nil, refuse(ErrNoComponent, "component of the path %.40q", ids)
	case anyOwn:
		return found, nil
	}
	return append(found, absent...), nil
}

// Score returns the score over a period, ΣC/ΣR; see [Timeline.Terms].
func (t Timeline) Score(from, to time.Time, ids ...string) (Score, error) {
	terms, err := t.Terms(from, to, ids...)
	if err != nil {
		return Score{}, err
	}
	return terms.Score()
}

// window is [System.Terms] of a window, in which R may be 0.
func (s System) window() (Terms, error) {
	terms, err := Component{Parts: s.Components}.Terms()
	if err != nil {
		return Terms{}, err
	}
	if s.R == nil {
		return Terms{}, s.checkR()
	}
	terms.R, terms.Unit = *s.R, s.Unit
	return terms, terms.check()
}

// within returns the windows of a period in the order of time, and how much of
// it they cover.
func (t Timeline) within(from, to time.Time) ([]Window, time.Duration, error) {
	if !to.After(from) {
		return nil, 0, refuse(ErrPeriod, "score from %v to %v", from, to)
	}
	all := slices.Clone(t)
	slices.SortStableFunc(all, func(a, b Window) int { return a.Start.Compare(b.Start) })
	var within []Window
	var covered time.Duration
	for i, w := range all {
		switch {
		case !w.End.After(w.Start):
			return nil, 0, refuse(ErrPeriod, "window from %v to %v", w.Start, w.End)
		case i > 0 && w.Start.Before(all[i-1].End):
			return nil, 0, refuse(ErrOverlap, "window from %v, in one until %v", w.Start, all[i-1].End)
		case overlap(w.Start, w.End, from, to) == 0:
			continue
		case w.Start.Before(from) || w.End.After(to):
			return nil, 0, refuse(ErrPeriod, "window from %v to %v, cut by the period from %v to %v", w.Start, w.End, from, to)
		}
		within, covered = append(within, w), covered+w.End.Sub(w.Start)
	}
	if len(within) == 0 {
		return nil, 0, refuse(ErrNotMeasured, "score from %v to %v", from, to)
	}
	return within, covered, nil
}
