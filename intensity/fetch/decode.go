package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/units"
)

// MaxIntensity is the largest figure that is believed, in gCO2e/kWh: several
// times that of the worst power station.
const MaxIntensity units.Intensity = 10_000

// DecodeJSON reads one JSON value into v and refuses what follows it. Names
// that v does not have are skipped. The error is [ErrDecode].
func DecodeJSON(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(v); err != nil {
		if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
			return Fail(ErrDecode, "a page of HTML or XML in place of JSON")
		}
		return Fail(ErrDecode, "%s", oneLine(jsonCause(err)))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Fail(ErrDecode, "something follows the JSON")
	}
	return nil
}

// jsonCause says where a value of the wrong type stands, without its text.
func jsonCause(err error) string {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "field " + t.Field + " is not a " + t.Type.String() + " in range"
	}
	return err.Error()
}

// Value returns v as a figure. What no grid can have, negative, not finite or
// above [MaxIntensity], is [ErrDecode].
func Value(v float64) (units.Intensity, error) {
	if !(v >= 0 && v <= float64(MaxIntensity)) {
		return 0, Fail(ErrDecode, "%v gCO2e/kWh is no intensity", v)
	}
	return units.Intensity(v), nil
}

// A Number is a JSON number that some services write as a string, and as null
// or "" where they have none. It is finite.
type Number struct {
	Value float64
	Known bool
}

// UnmarshalJSON accepts 1.5, "1.5", null and "".
func (n *Number) UnmarshalJSON(b []byte) error {
	text := string(b)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		text = strings.TrimSpace(text)
	}
	*n = Number{}
	if text == "null" || text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(text, "xXpP_") {
		return Fail(ErrDecode, "%.20q is no number", text)
	}
	*n = Number{Value: v, Known: true}
	return nil
}

// Instant reads a time in the first of the layouts that fits, in UTC. A layout
// without an offset means UTC. The error is [ErrDecode].
func Instant(s string, layouts ...string) (time.Time, error) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, Fail(ErrDecode, "%.40q is not a time of the documented form", s)
}

// SameZone returns [ErrZoneMismatch] if the zone in an answer is not the one
// that was asked for. Upper and lower case are the same.
func SameZone(asked, got string) error {
	if strings.EqualFold(asked, got) {
		return nil
	}
	return Fail(ErrZoneMismatch, "asked for %q, got %.40q", asked, got)
}
