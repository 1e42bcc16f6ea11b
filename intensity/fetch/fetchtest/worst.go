package fetchtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Worst calls f with a service for each of the answers that every provider must
// survive (case A32), and requires an error of a class and no panic. The answer
// is a good one in which the text VALUE stands for a figure; numbers in it may
// be in quotes. f makes a provider anew, asks it once, and returns the code of
// the error, as fetch.Code does.
func Worst(t *testing.T, good string, f func(*Service) (code string)) {
	t.Helper()
	require.Contains(t, good, "VALUE")
	value := func(v string) string { return strings.ReplaceAll(good, "VALUE", v) }
	for name, a := range map[string]struct {
		body string
		want []string
	}{
		"10 MB":                  {value("1") + strings.Repeat(" ", 10<<20), []string{"too-large"}},
		"a page of HTML":         {"<!DOCTYPE html><html><body>502</body></html>", []string{"decode"}},
		"NaN":                    {value("NaN"), []string{"decode"}},
		"a negative figure":      {value("-5"), []string{"decode", "no-data"}}, // of a source that may take energy it is none
		"a figure of 1e400":      {value("1e400"), []string{"decode"}},
		"a figure of 1e300":      {value("1e300"), []string{"decode"}},
		"something that follows": {value("1") + "x", []string{"decode"}},
		"cut off":                {value("1")[:len(good)/2], []string{"decode"}},
		"null":                   {"null", []string{"no-data", "decode"}},
		"an empty object":        {"{}", []string{"no-data", "decode"}},
		"an empty list":          {"[]", []string{"no-data", "decode"}},
		"nothing":                {"", []string{"no-data"}},
		"bytes that are no text": {"\xff\xfe\x00", []string{"decode"}},
	} {
		t.Run("case A32: "+name, func(t *testing.T) {
			require.Contains(t, a.want, f(Answers(Answer{Body: a.body})))
		})
	}
}
