package interop

import (
	"regexp"
	"strings"
)

var (
	perForm   = regexp.MustCompile(`(?i)^\s*(?:per|/|je|for each|for every)\s*`)
	oneForm   = regexp.MustCompile(`(?i)^\s*(?:one|a|an|each|every|single)\s+`)
	nameBreak = regexp.MustCompile(`\s+[—–-]\s|[(;\n]|[.,](?:\s|$)`)
)

// unitText reads what a score is per: "1,000 API requests" is 1000 of "API
// request".
func unitText(text string, m marks) (scale numeral, name string) {
	scale = numeral{value: 1, other: 1, integer: true}
	text = strings.TrimSpace(text)
	for _, n := range numerals(text, m) {
		if n.start == 0 {
			scale = n
			text = text[n.end:]
			break
		}
	}
	text = oneForm.ReplaceAllString(text, "")
	if at := nameBreak.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	name = strings.Join(strings.Fields(text), " ")
	if scale.value != 1 {
		name = singular(name)
	}
	return scale, name
}

// singular is one of a name in English, as far as rules go.
func singular(s string) string {
	lower := strings.ToLower(s)
	end := func(suffixes ...string) bool {
		for _, x := range suffixes {
			if strings.HasSuffix(lower, x) && len(lower) > len(x) {
				return true
			}
		}
		return false
	}
	switch {
	case end("ies") && len(lower) > 4:
		return s[:len(s)-3] + "y"
	case end("sses", "xes", "ches", "shes", "uses"):
		return s[:len(s)-2]
	case end("ss", "us", "is"):
		return s
	case end("s"):
		return s[:len(s)-1]
	}
	return s
}

// plural is many of a name. It is s itself where singular would not find back.
func plural(s string) string {
	lower := strings.ToLower(s)
	many := s + "s"
	switch {
	case s == "":
		return s
	case strings.HasSuffix(lower, "y") && len(s) > 1 && !strings.ContainsRune("aeiou", rune(lower[len(lower)-2])):
		many = s[:len(s)-1] + "ies"
	case strings.HasSuffix(lower, "s"), strings.HasSuffix(lower, "x"), strings.HasSuffix(lower, "ch"), strings.HasSuffix(lower, "sh"):
		many = s + "es"
	}
	if singular(many) != s {
		return s
	}
	return many
}
