package filegrid

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// none is the index of a column that is not there.
const none = -1

// columns are where things stand in a row.
type columns struct {
	names                                                         []string
	start, end, figure, zone, quality, estimated, updated, issued int
	utc, endUTC, unix                                             bool
	unit                                                          units.Intensity
}

// Names of columns as plain returns them, the preferred ones first.
var (
	startNames     = []string{"start", "start time", "time", "datetime", "timestamp", "date time", "from", "period start", "interval start", "point time", "unix", "unix seconds", "unix time"}
	endNames       = []string{"end", "end time", "to", "period end", "interval end"}
	zoneNames      = []string{"zone id", "zone", "region", "location", "price area"}
	qualityNames   = []string{"quality"}
	estimatedNames = []string{"estimated", "is estimated", "data estimated"}
	updatedNames   = []string{"updated at", "updated"}
	issuedNames    = []string{"issued at", "issued"}
)

// plain returns a name of a column in small letters, its words one space apart.
func plain(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "₂", "2"))
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// timeName is plain without the word utc, which it reports.
func timeName(name string) (string, bool) {
	words := strings.Fields(plain(name))
	rest := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "utc" })
	return strings.Join(rest, " "), len(rest) < len(words)
}

// header finds the columns.
func (c *Config) header(names []string) (columns, error) {
	cols := columns{names: slices.Clone(names)}
	find := func(known []string) int {
		for _, k := range known {
			for i, n := range names {
				if n, _ := timeName(n); n == k {
					return i
				}
			}
		}
		return none
	}
	cols.start, cols.end = find(startNames), find(endNames)
	cols.zone, cols.quality, cols.estimated = find(zoneNames), find(qualityNames), find(estimatedNames)
	cols.updated, cols.issued = find(updatedNames), find(issuedNames)
	if c.Time != "" {
		cols.start = slices.Index(names, c.Time)
	}
	if cols.start == none {
		return columns{}, &Error{Header: c.Time, Err: fmt.Errorf("%w: want one for the start of a row, such as %q", ErrHeader, startNames[0])}
	}
	start, utc := timeName(names[cols.start])
	cols.utc, cols.unix = utc || c.UTC, strings.HasPrefix(start, "unix")
	if cols.end != none {
		_, utc := timeName(names[cols.end])
		cols.endUTC = utc || c.UTC
	}
	if cols.zone == none && c.Zone == "" {
		return columns{}, &Error{Err: fmt.Errorf("%w: want one for the zone, or Config.Zone", ErrHeader)}
	}
	err := c.findFigure(&cols)
	return cols, err
}

// findFigure finds the column of the figures and its unit.
func (c *Config) findFigure(cols *columns) error {
	if c.Column != "" {
		cols.figure = slices.Index(cols.names, c.Column)
		if cols.figure == none {
			return &Error{Header: c.Column, Err: ErrHeader}
		}
	} else {
		found, err := c.candidates(cols.names)
		if err != nil {
			return err
		}
		cols.figure = found
	}
	name := cols.names[cols.figure]
	if other := contradiction(name, c.Signal); other != "" {
		return &Error{Header: name, Err: fmt.Errorf("%w: the column says %s, Config.Signal %s", intensity.ErrSignal, other, c.Signal)}
	}
	unit, ok := unitOf(name)
	switch {
	case ok && c.Unit != 0 && c.Unit != unit:
		return &Error{Header: name, Err: fmt.Errorf("%w: the column says another one than Config.Unit", ErrUnit)}
	case !ok && c.Unit == 0:
		return &Error{Header: name, Err: ErrUnit}
	case !ok:
		unit = c.Unit
	}
	cols.unit = unit
	return nil
}

// candidates returns the one column that may hold the figures.
func (c *Config) candidates(names []string) (int, error) {
	var fit, bare []int
	for i, n := range names {
		if _, ok := unitOf(n); ok {
			fit = append(fit, i)
		} else if slices.Contains([]string{"carbon intensity", "intensity"}, plain(n)) {
			bare = append(bare, i)
		}
	}
	if len(fit) == 0 {
		fit = bare // Config.Unit may say the unit
	}
	if len(fit) > 1 {
		fit = slices.DeleteFunc(fit, func(i int) bool { return contradiction(names[i], c.Signal) != "" })
	}
	switch len(fit) {
	case 1:
		return fit[0], nil
	case 0:
		return none, &Error{Err: fmt.Errorf("%w: want one with a unit in its name, such as %q, of the signal %s", ErrHeader, "gCO2e/kWh", c.Signal)}
	}
	return none, &Error{Header: names[fit[1]], Err: fmt.Errorf("%w: %q may hold the figures too: say which in Config.Column", ErrHeader, names[fit[0]])}
}

// contradiction returns the word in the name of a column that is about another
// signal than s; "" if there is none.
func contradiction(name string, s intensity.Signal) string {
	for w := range strings.FieldsSeq(plain(name)) {
		switch w {
		case "direct", "operational":
			if s.Boundary != intensity.Direct {
				return w
			}
		case "lca", "lifecycle", "life":
			if s.Boundary != intensity.Lifecycle {
				return w
			}
		case "marginal", "moer":
			if s.Kind == intensity.Average {
				return w
			}
		case "average", "aoer":
			if s.Kind != intensity.Average {
				return w
			}
		}
	}
	return ""
}

var unitForm = regexp.MustCompile(`(?:^| )(g|gram|grams|kg|t|tonne|tonnes|lb|lbs|pound|pounds) ?(?:co2)? ?(?:e|eq|equivalent)? (?:per )?(kwh|mwh|gwh)(?: |$)`)

// unitOf returns the unit that stands in the name of a column.
func unitOf(name string) (units.Intensity, bool) {
	m := unitForm.FindStringSubmatch(plain(name))
	if m == nil {
		return 0, false
	}
	var perMWh units.Intensity
	switch m[1][0] {
	case 'g':
		perMWh = intensity.KilogramPerMWh / 1000
	case 'k':
		perMWh = intensity.KilogramPerMWh
	case 't':
		perMWh = intensity.TonnePerGWh * 1000
	default:
		perMWh = intensity.PoundPerMWh
	}
	switch m[2] {
	case "kwh":
		if m[1][0] == 'g' {
			return 1, true // not a thousand thousandths
		}
		return perMWh * 1000, true
	case "mwh":
		return perMWh, true
	}
	return perMWh / 1000, true
}
