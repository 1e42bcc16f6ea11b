package interop

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A date is a day or an instant in a text.
type date struct {
	time.Time
	clock      bool // a time of day is printed
	ambiguous  bool // day and month may be the other way round
	order      dayOrder
	start, end int // in the text
}

// A dayOrder is what stands first in 02/28/2026.
type dayOrder uint8

const (
	orderUnknown dayOrder = iota
	monthFirst
	dayFirst
)

var dateForms = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[-+]\d{2}:\d{2})?)?`, // 1-5
	`(\d{4})/(\d{1,2})/(\d{1,2})`,                                // 6-8
	`(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})`,                        // 9-11, day first
	`(\d{1,2})/(\d{1,2})/(\d{4})`,                                // 12-14, either
	dayForm + months + `\.?,?\s+(?:(?:de|del|do|of)\s+)?(\d{4})`, // 15-17
	months + `\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})`,       // 18-20
}, "|"))

// dayForm is a day before its month: 1st, 1er, 1., 1º, 1 de.
const dayForm = `(\d{1,2})(?:st|nd|rd|th|er|re|\.?[ºª°]|\.)?\s+(?:(?:de|di|of)\s+)?`

// dates returns the dates of a text. 03/04/2026 is read as in the United States,
// and said to be ambiguous, unless another one of the text shows the order.
func dates(text string) []date { return datesIn(text, orderOf(readDates(text))) }

// datesIn returns the dates of a text in an order that is known otherwise.
func datesIn(text string, order dayOrder) []date {
	out := readDates(text)
	for i, d := range out {
		if !d.ambiguous || order == orderUnknown {
			continue
		}
		out[i].ambiguous = false
		if order == dayFirst {
			out[i].Time = time.Date(d.Year(), time.Month(d.Day()), int(d.Month()), 0, 0, 0, 0, time.UTC)
		}
	}
	return out
}

// orderOf returns the order that those dates have that can be read in one alone.
func orderOf(ds []date) dayOrder {
	found := orderUnknown
	for _, d := range ds {
		switch {
		case d.order == orderUnknown || d.order == found:
		case found != orderUnknown:
			return orderUnknown // both
		default:
			found = d.order
		}
	}
	return found
}

func readDates(text string) []date {
	var out []date
	for _, at := range dateForms.FindAllStringSubmatchIndex(text, -1) {
		part := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		d, ok := dateOf(part)
		if !ok {
			continue
		}
		d.start, d.end = at[0], at[1]
		if part(17) != "" {
			if first, has := shortOf(text[:d.start], d); has {
				out = append(out, first)
			}
		}
		out = append(out, d)
	}
	return out
}

var shortForm = regexp.MustCompile(`(?i)(?:^|[^\w.,/-])` + strings.TrimSuffix(dayForm, `\s+(?:(?:de|di|of)\s+)?`) + `(?:\s+(?:(?:de|di|of)\s+)?` + months + `\.?)?\s*(?:[-–—]|to|until|through|au|al|a|até|fino al|hasta el|bis|bis zum|tot|tot en met|t/m)\s*$`)

// shortOf returns the first day of "1–28 February 2026" and "1 January to 28
// February 2026", which have the year, and the month, once.
func shortOf(before string, last date) (date, bool) {
	m := shortForm.FindStringSubmatch(before)
	if m == nil {
		return date{}, false
	}
	month := int(last.Month())
	if m[2] != "" {
		month = monthOf(m[2])
	}
	n, _ := strconv.Atoi(m[1])
	d, ok := day(last.Year(), month, n)
	return d, ok && !d.After(last.Time)
}

func dateOf(part func(int) string) (date, bool) {
	n := func(i int) int {
		v, _ := strconv.Atoi(part(i))
		return v
	}
	switch {
	case part(4) != "":
		return instantOf(part)
	case part(1) != "":
		return day(n(1), n(2), n(3))
	case part(6) != "":
		return day(n(6), n(7), n(8))
	case part(11) != "":
		return day(n(11), n(10), n(9))
	case part(14) != "":
		return slashed(n(12), n(13), n(14))
	case part(17) != "":
		return day(n(17), monthOf(part(16)), n(15))
	case part(20) != "":
		return day(n(20), monthOf(part(18)), n(19))
	}
	return date{}, false
}

// slashed reads 02/28/2026 and 28/02/2026.
func slashed(first, second, year int) (date, bool) {
	if first > 12 {
		d, ok := day(year, second, first)
		d.order = dayFirst
		return d, ok
	}
	d, ok := day(year, first, second)
	if second > 12 {
		d.order = monthFirst
	}
	d.ambiguous = second <= 12 && first != second
	return d, ok
}

func instantOf(part func(int) string) (date, bool) {
	clock, zone := part(4), part(5)
	if len(clock) == 5 {
		clock += ":00"
	}
	if zone == "" {
		zone = "Z"
	}
	t, err := time.Parse(time.RFC3339Nano, part(1)+"-"+part(2)+"-"+part(3)+"T"+clock+strings.ToUpper(zone))
	return date{Time: t.UTC(), clock: true}, err == nil && t.Year() > 0
}

func day(y, m, d int) (date, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return date{Time: t}, y > 0 && t.Year() == y && int(t.Month()) == m && t.Day() == d
}

// endOf returns when a period is over whose last day, or end, is d.
func (d date) endOf() time.Time {
	if d.clock {
		return d.Time
	}
	return d.AddDate(0, 0, 1)
}

// printEnd is the last day of a half-open period, or its end where that is not
// at midnight.
func printEnd(t time.Time) string {
	if t.Equal(t.UTC().Truncate(24 * time.Hour)) {
		return t.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func printStart(t time.Time) string {
	if t.Equal(t.UTC().Truncate(24 * time.Hour)) {
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}
