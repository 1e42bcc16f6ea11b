package filegrid

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

const (
	name         = "filegrid"
	defaultBytes = 64 << 20
	defaultEvery = 5 * time.Minute
)

// Config says where the files are and what stands in them. FS and Pattern are
// needed, and Signal for CSV.
type Config struct {
	FS      fs.FS  // such as os.DirFS("/var/lib/grid"), or an embed.FS
	Pattern string // of path.Match: the files, such as "de-*.csv"; one name is one

	// Signal is what the figures of CSV are, which it does not say. JSON does; it
	// is refused if it says another one.
	Signal intensity.Signal

	// Zone is that of files without a column for it, and the one that At answers
	// for. It may be left out where the files name one zone alone.
	Zone string

	UTC    bool            // times without an offset are of UTC, though no column says so
	Time   string          // the name of the column of starts; "": by its form
	Column string          // the name of the column of figures; "": the one with a unit
	Unit   units.Intensity // of a column without one: 1 is gCO2e/kWh, intensity.PoundPerMWh lb/MWh
	Step   time.Duration   // of rows without an end; zero: as far as they are apart
	Comma  rune            // between the fields: 0 is ',', or ';', '|' or a tab

	// Quality is that of rows that do not say it; zero: estimated, and forecast
	// for those that start after they are read.
	Quality intensity.Quality

	// Origin names whose figures they are and their licence, for the origin of
	// the points of CSV.
	Origin string

	MaxBytes int64         // of all files together; zero: 64 MiB
	Every    time.Duration // how often they are read again; zero: 5 minutes
}

// A Provider has the figures of some files. It is safe for concurrent use.
type Provider struct {
	cfg   Config
	state atomic.Pointer[state]

	reading sync.Mutex // held while the files are read
}

var (
	_ intensity.CurrentProvider  = (*Provider)(nil)
	_ intensity.RangeProvider    = (*Provider)(nil)
	_ intensity.ForecastProvider = (*Provider)(nil)
	_ intensity.Grid             = (*Provider)(nil)
)

// Open reads the files. The error is an [*Error] that tells what is wrong with
// them and where, and around ErrConfig if c does not fit.
func Open(c Config) (*Provider, error) {
	if why := c.misfit(); why != "" {
		return nil, &Error{File: c.Pattern, Err: fmt.Errorf("%w: %s", ErrConfig, why)}
	}
	c.MaxBytes, c.Every = cmp.Or(c.MaxBytes, defaultBytes), cmp.Or(c.Every, defaultEvery)
	c.Comma = cmp.Or(c.Comma, ',')
	p := &Provider{cfg: c}
	s, err := p.cfg.load(nil, time.Now())
	if err != nil {
		return nil, err
	}
	p.state.Store(s)
	return p, nil
}

// misfit says what is wrong with c; "" if nothing is.
func (c *Config) misfit() string {
	switch {
	case c.FS == nil || c.Pattern == "":
		return "FS and Pattern are needed"
	case c.Step < 0 || c.MaxBytes < 0 || c.Every < 0:
		return "Step, MaxBytes and Every are not negative"
	case !(c.Unit >= 0 && c.Unit <= maxIntensity*1000):
		return "Unit is how many gCO2e/kWh one of the figures is"
	case !slices.Contains([]rune{0, ',', ';', '|', '\t'}, c.Comma):
		return `Comma is one of , ; | and a tab`
	case c.Signal != (intensity.Signal{}) && c.Signal.Valid() != nil:
		return "Signal says a part of what a signal is"
	case c.Quality > intensity.Static:
		return "Quality is one of those of package intensity"
	}
	return ""
}

func (c *Config) detail(file string) string {
	if c.Origin == "" {
		return file
	}
	return file + ", " + c.Origin
}

// Refresh reads the files again if they have changed, and returns when to do so
// the next time. On an error what was known stands.
func (p *Provider) Refresh(ctx context.Context) (next time.Time, err error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	now := time.Now()
	next = now.Add(p.cfg.Every)
	if err := ctx.Err(); err != nil {
		return next, err
	}
	s, err := p.cfg.load(p.state.Load(), now)
	if err != nil {
		return next, err
	}
	p.state.Store(s)
	return next, nil
}

// Name returns "filegrid".
func (p *Provider) Name() string { return name }

// Zones returns the zones of the files, in order.
func (p *Provider) Zones() []string { return slices.Sorted(maps.Keys(p.state.Load().series)) }

// Series returns all figures of a zone, which are not to be changed. The error
// is an [*intensity.UnknownError].
func (p *Provider) Series(zone string) (*intensity.Series, error) {
	s, ok := p.state.Load().series[zone]
	if !ok {
		return nil, &intensity.UnknownError{What: "zone of the files", Given: zone, Like: p.Zones()}
	}
	return s, nil
}

// At returns the figure of Config.Zone, or of the one zone that there is. The
// error is an [*intensity.GapError] where there is none, and around
// intensity.ErrZone where the files have several zones and none was named.
func (p *Provider) At(t time.Time) (intensity.Point, error) {
	if g := p.state.Load().grid; g != nil {
		return g.At(t)
	}
	return intensity.Point{}, &Error{File: p.cfg.Pattern, Err: fmt.Errorf("%w: say Config.Zone, one of %q", intensity.ErrZone, p.Zones())}
}

// Capabilities says what the files have for a zone now. The error is an
// [*intensity.UnknownError].
func (p *Provider) Capabilities(zone string) (intensity.Capabilities, error) {
	s, err := p.Series(zone)
	if err != nil {
		return intensity.Capabilities{}, err
	}
	first, last := s.Points[0], s.Points[len(s.Points)-1]
	c := intensity.Capabilities{Signal: first.Signal, Current: true, Range: true, Step: first.End.Sub(first.Start)}
	if ahead := time.Until(last.End); ahead > 0 {
		c.Forecast, c.Horizon = true, ahead
	}
	return c, nil
}

// Current returns the last figure that has begun. The error is an
// [*intensity.GapError] if none has.
func (p *Provider) Current(_ context.Context, zone string) (intensity.Point, error) {
	s, err := p.Series(zone)
	if err != nil {
		return intensity.Point{}, err
	}
	now := time.Now()
	for i := len(s.Points) - 1; i >= 0; i-- {
		if pt := s.Points[i]; !pt.Start.After(now) {
			return pt, nil
		}
	}
	return intensity.Point{}, &intensity.GapError{To: s.Points[0].Start, Zone: zone}
}

// Range returns the figures that overlap [from, to), whole. The error is an
// [*intensity.GapError] if there are none.
func (p *Provider) Range(_ context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	if !from.Before(to) {
		return nil, fmt.Errorf("filegrid: range of %q: %w", zone, intensity.ErrWindow)
	}
	s, err := p.Series(zone)
	if err != nil {
		return nil, err
	}
	lo, _ := slices.BinarySearchFunc(s.Points, from, func(p intensity.Point, t time.Time) int {
		if p.End.After(t) {
			return 1
		}
		return -1
	})
	hi := lo
	for hi < len(s.Points) && s.Points[hi].Start.Before(to) {
		hi++
	}
	if lo == hi {
		return nil, &intensity.GapError{From: from, To: to, Zone: zone}
	}
	return &intensity.Series{Points: slices.Clone(s.Points[lo:hi])}, nil
}

// Forecast returns the figures that have yet to end. The error is an
// [*intensity.GapError] if there are none.
func (p *Provider) Forecast(ctx context.Context, zone string) (*intensity.Series, error) {
	return p.Range(ctx, zone, time.Now(), endless)
}

// endless is later than any time that a file can have.
var endless = time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC)
