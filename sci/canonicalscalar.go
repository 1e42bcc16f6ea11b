package sci

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// number writes v in the fewest digits that read back as v, in the way of
// ECMAScript, which RFC 8785 (3.2.2.3) takes over: with an exponent below 1e-6
// and from 1e21 on.
func (c *canonical) number(v float64) {
	if !isFinite(v) {
		c.refuse(ErrNotFinite, "%v", v)
		return
	}
	if v == 0 {
		c.out = append(c.out, '0') // -0 is no other number
		return
	}
	if size := math.Abs(v); size >= 1e-6 && size < 1e21 {
		c.out = strconv.AppendFloat(c.out, v, 'f', -1, 64)
		return
	}
	text := strconv.FormatFloat(v, 'e', -1, 64)
	text = strings.Replace(text, "e-0", "e-", 1)
	c.out = append(c.out, strings.Replace(text, "e+0", "e+", 1)...)
}

// time writes t in UTC.
func (c *canonical) time(t time.Time) {
	t = t.UTC()
	if !writable(t) {
		c.refuse(ErrTime, "a time in the year %d", t.Year())
		return
	}
	c.out = append(c.out, '"')
	c.out = t.AppendFormat(c.out, time.RFC3339Nano)
	c.out = append(c.out, '"')
}

// writable reports whether RFC 3339 has a form for t.
func writable(t time.Time) bool { return t.Year() >= 0 && t.Year() <= 9999 }

const hexDigits = "0123456789abcdef"

// text writes s with only those escapes that JSON demands, short where there is
// a short one (RFC 8785, 3.2.2.2).
func (c *canonical) text(s string) {
	if !utf8.ValidString(s) {
		c.refuse(ErrText, "%.40q", s)
		return
	}
	c.out = append(c.out, '"')
	done := 0
	for i := range len(s) {
		if b := s[i]; b < ' ' || b == '"' || b == '\\' {
			c.out = append(c.out, s[done:i]...)
			c.out = appendEscape(c.out, b)
			done = i + 1
		}
	}
	c.out = append(append(c.out, s[done:]...), '"')
}

func appendEscape(out []byte, b byte) []byte {
	if i := strings.IndexByte("\"\\\b\f\n\r\t", b); i >= 0 {
		return append(out, '\\', `"\bfnrt`[i])
	}
	return append(out, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15])
}

// documentPath returns the JSON pointer of a path; "the document" of none.
func documentPath(path []string) string {
	if len(path) == 0 {
		return "the document"
	}
	return "/" + strings.Join(path, "/")
}
