package interop

import (
	"regexp"
	"strings"
)

// A markCount counts numbers that show which mark stands before decimals.
type markCount struct{ point, comma int }

// settles returns the mark, if there is evidence for one alone.
func (c markCount) settles() marks {
	switch {
	case c.point > 0 && c.comma == 0:
		return marksPoint
	case c.comma > 0 && c.point == 0:
		return marksComma
	}
	return marksUnknown
}

func (c markCount) none() bool { return c == markCount{} }

// versionForm finds the numbers of versions, which are none.
var versionForm = regexp.MustCompile(`(?i)\b(version\W{0,8})v?\d[\d.]*`)

// marksOf says how the numbers of a text are written: by those with both marks
// or several, else by those with decimals that have a unit, else by all with
// decimals.
func marksOf(text string) marks {
	text = versionForm.ReplaceAllString(text, "$1")
	var strong, measured, weak markCount
	for _, at := range numeralForm.FindAllStringIndex(text, -1) {
		s := strings.TrimLeft(text[at[0]:at[1]], "-−–+")
		first := at[1] - len(s)
		if first > 0 && wordLike(lastRune(text[:first])) || at[1] < len(text) && wordLike(rune(text[at[1]])) {
			continue
		}
		switch {
		case pointLast.MatchString(s), manyCommas.MatchString(s):
			strong.point++
		case commaLast.MatchString(s), manyPoints.MatchString(s):
			strong.comma++
		case oneGroup.MatchString(s):
		case plainPoint.MatchString(s):
			weak.point++
			measured.point += one(hasUnit(text[at[1]:]))
		case plainComma.MatchString(s):
			weak.comma++
			measured.comma += one(hasUnit(text[at[1]:]))
		}
	}
	switch {
	case !strong.none():
		return strong.settles()
	case !measured.none():
		return measured.settles()
	}
	return weak.settles()
}

func hasUnit(after string) bool {
	_, ok := unitOf(after[:min(len(after), 40)])
	return ok
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
