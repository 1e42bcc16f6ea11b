package intensity

import (
	"errors"
	"slices"
	"strings"
)

// ErrUnknown reports a place that has no figure here.
var ErrUnknown = errors.New("unknown place")

// An UnknownError is a place that has no figure in the embedded table. It is
// [ErrUnknown].
type UnknownError struct {
	What  string   // "country", "zone", "cloud region", "id" or "place"
	Given string   // as it was asked for
	Code  string   // of a country that exists but has no figure; "" otherwise
	Like  []string // names that are accepted and look similar
}

// Error says what was asked for and what is accepted.
func (e *UnknownError) Error() string {
	var b strings.Builder
	b.WriteString("intensity: " + e.What + " " + quoted(e.Given) + ": ")
	if e.Code != "" {
		b.WriteString("no figure for " + e.Code + " in the embedded table; give one with intensity.Fixed, or ask for intensity.World")
		return b.String()
	}
	b.WriteString("not known; accepted are " + accepted[e.What])
	if len(e.Like) > 0 {
		b.WriteString("; did you mean " + strings.Join(e.Like, " or ") + "?")
	}
	return b.String()
}

// Is reports whether target is ErrUnknown.
func (e *UnknownError) Is(target error) bool { return target == ErrUnknown }

var accepted = map[string]string{
	"country":      "ISO 3166 codes, such as FR or FRA",
	"zone":         "an ISO 3166 code or a zone that starts with one, such as US-CAL-CISO or DK-DK1",
	"cloud region": "regions of aws, azure and gcp, such as us-east-1",
	"id":           "ids of the tables, such as eia:PJM, watttime:CAISO_NORTH or entsoe:10YFR-RTE------C",
	"place":        "a country (IE, IRL, Ireland), a zone (US-CAL-CISO), a cloud region (us-east-1, gcp:europe-west1) or world",
}

// unknownCode returns the error for a country code; iso3 is given where the
// country exists and only its figure is missing.
func unknownCode(what, given, iso3 string) error {
	e := &UnknownError{What: what, Given: given, Code: iso3}
	if iso3 == "" {
		e.Like = likeCode(given)
	}
	return e
}

// likeCode returns up to three codes with a figure that differ from s in one
// letter.
func likeCode(s string) []string {
	codes, err := countries()
	tab, tabErr := figures()
	if err != nil || tabErr != nil || len(s) < 2 || len(s) > 3 {
		return nil
	}
	want, like := key(s), []string(nil)
	for k, iso3 := range codes.iso3 {
		code := strings.TrimRight(string(k[:]), "\x00")
		if len(code) == len(s) && differ(k, want) == 1 && iso3 != world && tab.find(iso3) != nil {
			like = append(like, code)
		}
	}
	slices.Sort(like)
	return like[:min(len(like), 3)]
}

func differ(a, b [3]byte) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// like returns up to three of the candidates that are at most two edits from
// s, the nearest first.
func like(s string, candidates []string) []string {
	type match struct {
		name string
		far  int
	}
	var found []match
	for _, c := range candidates {
		if d := distance(s, c); d <= min(2, len(s)/3) {
			found = append(found, match{c, d})
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		if a.far != b.far {
			return a.far - b.far
		}
		return strings.Compare(a.name, b.name)
	})
	var names []string
	for _, m := range found[:min(len(found), 3)] {
		names = append(names, m.name)
	}
	return names
}

// distance returns how many bytes must be put in, taken out or replaced to
// make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// quoted returns s between quotes, cut where it is long.
func quoted(s string) string {
	if len(s) > maxPlace {
		s = strings.ToValidUTF8(s[:maxPlace], "") + "…"
	}
	return `"` + strings.Map(printable, s) + `"`
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '?'
	}
	return r
}
