package intensity

import (
	"fmt"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/source"
)

// An EWProfile forecasts from the history of the zone alone: a profile of the
// day, by the hour in UTC, in which each day weighs Lambda times as much as the
// one after it, and how far the last hours were off it, which fades with Tau.
// The zero value is the one to use. It is a [Forecaster] and safe for
// concurrent use.
//
// Over eleven grids in the second half of 2021 the defaults were off by 7.3 % on
// the first day and by 11.5 % on the fourth, where the same hour of the day
// before was off by 9.4 and 14.7 %. What it cannot see is the weather to come: a
// forecast of the provider is better where there is one, see [Splice].
//
// It looks at measured, estimated and imputed points; forecasts, models and
// annual figures in the history are passed over. Steps of other lengths than
// Step are averaged or repeated to it. Gaps are left out, not filled. Three days
// of figures are wanted; with less the outlook repeats the last day, and below
// one day there is none.
type EWProfile struct {
	Lambda float64       // above 0 and at most 1; 0: 0.9
	Days   int           // how far back the profile reaches, 1 to 366; 0: 28
	Tau    time.Duration // 0: 36 h
	Recent time.Duration // the last hours, whose mean difference fades; 0: 3 h

	// Step is the length of the points of the outlook: 5 minutes to an hour, a
	// divisor of an hour. 0 is that of most of the history, in these limits.
	Step time.Duration
}

// Defaults of an EWProfile: those of an evaluation over eleven grids, with 180
// origins from 2021-07-01 to 2021-12-31. Errors of the first day are 6.8 to 7.3 %
// whatever the hour of issue.
const (
	profileLambda = 0.9
	profileDays   = 28
	profileTau    = 36 * time.Hour
	profileRecent = 3 * time.Hour
)

// How much of the days a model looks at must have figures: three and one days,
// of which a tenth may be missing. [E].
const (
	wantProfile   = 65 * time.Hour
	wantYesterday = 22 * time.Hour
)

// profileDay is the period of the profile.
const profileDay = 24 * time.Hour

// Forecast returns the outlook from the end of the last figure before at to
// at+horizon, at most [MaxHorizon]; with a horizon of 0 it is the nowcast alone.
// For a gap in the past let at be its end: nothing after that is looked at. The
// bands are calibrated anew on the history, which is most of the work; see
// [EWProfile.Calibrate].
//
// The error is a [*HistoryError] for a history with less than a day of figures
// or whose last one is older than [MaxAge], [ErrWindow] for a horizon out of
// range, [ErrValue] for a parameter that is, and that of [NewSeries] for a
// history that cannot be.
func (m EWProfile) Forecast(history *Series, at time.Time, horizon time.Duration) (*Outlook, error) {
	p, err := m.past(history, at, calibrationReach)
	if err != nil {
		return nil, err
	}
	return p.outlook(horizon, p.calibrate())
}

// Calibrate returns the forecaster with the errors that it made over the last
// 30 days of the history, of figures that end by the time at. Its Forecast is
// several times as fast. Calibrate anew once a day; a history of more than two
// months adds nothing. The error is as that of Forecast.
func (m EWProfile) Calibrate(history *Series, at time.Time) (*Calibrated, error) {
	p, err := m.past(history, at, calibrationReach)
	if err != nil {
		return nil, err
	}
	c := &Calibrated{model: p.model, zone: p.last.Zone, signal: p.last.Signal, errors: p.calibrate()}
	c.model.Step = p.slots.step
	return c, nil
}

// A Calibrated is an [EWProfile] that knows how far it is off in one zone.
// [EWProfile.Calibrate] makes one; it does not change and is safe for
// concurrent use.
type Calibrated struct {
	model  EWProfile
	zone   string
	signal Signal
	errors errorModel
}

// Forecast is [EWProfile.Forecast] with the bands of the calibration. The error
// is a [*PointError] around [ErrZone] or [ErrSignal] for a history of another
// zone or signal.
func (c *Calibrated) Forecast(history *Series, at time.Time, horizon time.Duration) (*Outlook, error) {
	p, err := c.model.past(history, at, yesterdayDays)
	if err != nil {
		return nil, err
	}
	if p.last.Signal != c.signal {
		return nil, &PointError{Point: p.last, Err: ErrSignal}
	}
	if p.last.Zone != c.zone {
		return nil, &PointError{Point: p.last, Err: ErrZone}
	}
	errs := c.errors
	if p.yesterday { // a shorter history than that of the calibration
		errs = errorModel{yesterday: true}
	}
	return p.outlook(horizon, errs)
}

// Origins returns how many days of the history the first day's band is
// calibrated on: 30 if the history is long enough.
func (c *Calibrated) Origins() int { return c.errors.days[0].origins }

// filled returns m with its defaults, or what is wrong with it.
func (m EWProfile) filled() (EWProfile, error) {
	m.Lambda = orElse(m.Lambda, profileLambda)
	m.Days = orElse(m.Days, profileDays)
	m.Tau = orElse(m.Tau, profileTau)
	m.Recent = orElse(m.Recent, profileRecent)
	switch {
	case !(m.Lambda > 0 && m.Lambda <= 1):
		return m, badModel("Lambda", m.Lambda, "above 0 and at most 1")
	case m.Days < 1 || m.Days > 366:
		return m, badModel("Days", m.Days, "1 to 366")
	case m.Tau < 0:
		return m, badModel("Tau", m.Tau, "above 0")
	case m.Recent < 0 || m.Recent > profileDay:
		return m, badModel("Recent", m.Recent, "above 0 and at most a day")
	case m.Step != 0 && !fits(m.Step):
		return m, badModel("Step", m.Step, "5 minutes to an hour, a divisor of an hour")
	}
	return m, nil
}

func orElse[T comparable](v, usual T) T {
	var zero T
	if v == zero {
		return usual
	}
	return v
}

func badModel(field string, v any, want string) error {
	return fmt.Errorf("intensity: EWProfile.%s %v: want %s: %w", field, v, want, ErrValue)
}

// origin describes the points of the model.
func (m EWProfile) origin(of Point, yesterday bool) source.Origin {
	o := source.Origin{Method: source.Estimated, Name: "ew-profile"}
	if yesterday {
		o.Name = "same hour yesterday"
		o.Detail = "of " + of.Origin.Name
		return o
	}
	o.Detail = "λ " + strconv.FormatFloat(m.Lambda, 'g', -1, 64) + ", " + strconv.Itoa(m.Days) + " days, τ " +
		m.Tau.String() + ", of " + of.Origin.Name
	return o
}
