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
	clock     bool // a time of day is printed
	ambiguous bool // day and month may be the other way round
	end       int  // in the text
}

var dateForms = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[-+]\d{2}:\d{2})?)?`, // 1-5
	`(\d{4})/(\d{1,2})/(\d{1,2})`,                                  // 6-8
	`(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})`,                          // 9-11, day first
	`(\d{1,2})/(\d{1,2})/(\d{4})`,                                  // 12-14, either
	`(\d{1,2})(?:st|nd|rd|th|\.)?\s+` + months + `\.?,?\s+(\d{4})`, // 15-17
	months + `\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})`,         // 18-20
}, "|"))

const months = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*`

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"

// dates returns the dates of a text. 03/04/2026 is read as in the United States,
// and said to be ambiguous.
func dates(text string) []date {
	var out []date
	for _, at := range dateForms.FindAllStringSubmatchIndex(text, -1) {
		part := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		d, ok := dateOf(part)
		if ok {
			d.end = at[1]
			out = append(out, d)
		}
	}
	return out
}

func dateOf(part func(int) string) (date, bool) {
	n := func(i int) int {
		v, _ := strconv.Atoi(part(i))
		return v
	}
	month := func(i int) int { return strings.Index(monthNames, strings.ToLower(part(i))[:3])/3 + 1 }
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
		first, second := n(12), n(13)
		if first > 12 {
			return day(n(14), second, first)
		}
		d, ok := day(n(14), first, second)
		d.ambiguous = second <= 12 && first != second
		return d, ok
	case part(17) != "":
		return day(n(17), month(16), n(15))
	case part(20) != "":
		return day(n(20), month(18), n(19))
	}
	return date{}, false
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
