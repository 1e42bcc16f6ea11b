package entsoe

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/intensity/fetch"
)

// eic is the form of an energy identification code: two digits of the office
// that issued it, a letter for what it is, twelve characters and a check.
var eic = regexp.MustCompile(`^[0-9]{2}[A-Z][0-9A-Z-]{12}[0-9A-Z]$`)

// parseZone returns the code in capitals. A mistyped one is found out without
// asking.
func parseZone(id string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(id))
	why := ""
	switch {
	case !eic.MatchString(code):
		why = `want the EIC code of an area, of 16 characters, such as "10YFI-1--------U"`
	case check(code) != code[len(code)-1]:
		why = "the last character of the EIC code does not fit the others: look for a slip"
	default:
		return code, nil
	}
	return "", &fetch.Error{Provider: name, Op: "zone " + strconv.Quote(id), Err: fetch.ErrNotFound, Detail: why}
}

// digits are the characters of a code by their value.
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"

// check returns the check character of a code, by the EIC reference manual of
// ENTSO-E: the values of the first 15 are weighed by 16 down to 2.
func check(code string) byte {
	sum := 0
	for i := range len(code) - 1 {
		sum += strings.IndexByte(digits, code[i]) * (len(code) - i)
	}
	return digits[len(digits)-1-(sum-1)%len(digits)]
}
