package units

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A scale is how one quantity is written and what may be typed for it. All
// quantities print and parse through it.
type scale struct {
	name  string  // of the quantity, for errors
	like  string  // what somebody might type, for errors
	least float64 // no smaller value may be typed
	steps []unit  // what is printed, in rising order
	typed []unit  // what is understood as well

	// spell turns other spellings of a unit of this quantity into ours; nil:
	// there are none.
	spell *strings.Replacer
}

// A unit is a word and its worth in the base unit. The worth is a fraction,
// since a float64 holds 1000 and not 1/1000.
type unit struct {
	name, short string
	num, den    float64
}

// signed is the least value of a quantity whose differences make sense.
const signed = -math.MaxFloat64

// text returns v for people.
func (s *scale) text(v float64) string {
	if v == 0 {
		v = 0 // and not -0
	}
	digits := 3
	if math.Abs(v) > 1.79e308 {
		digits = 7 // fewer may round to more than a float64 holds, which parse refuses
	}
	u := s.step(v)
	b := strconv.AppendFloat(make([]byte, 0, 40), v*u.den/u.num, 'g', digits, 64)
	if u.name != "" {
		b = append(append(b, ' '), u.name...)
	}
	return string(b)
}

// step returns the largest unit of which v is at least one, once rounded.
func (s *scale) step(v float64) unit {
	v = math.Abs(v)
	if !(v > 0) {
		return s.base()
	}
	for i := len(s.steps) - 1; i > 0; i-- {
		if u := s.steps[i]; v*u.den/u.num >= 0.9995 { // three digits make 1 of it
			return u
		}
	}
	return s.steps[0]
}

// base returns the unit of a bare number.
func (s *scale) base() unit {
	i := 0
	for s.steps[i].num != s.steps[i].den {
		i++
	}
	return s.steps[i]
}

// parse reads what text prints and what people type. Its errors are of type
// *ParseError.
func (s *scale) parse(text string) (float64, error) {
	numeral, word := cut(text)
	n, err := strconv.ParseFloat(numeral, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, s.refuse(text, "no number")
	}
	u, ok := s.unit(word)
	if !ok {
		return 0, s.refuse(text, s.unknown(word))
	}
	v := n * u.num / u.den
	if v != finite(v) {
		return 0, s.refuse(text, "too large")
	}
	if v < s.least {
		return 0, s.refuse(text, "below "+strconv.FormatFloat(s.least, 'g', -1, 64))
	}
	if v == 0 {
		return 0, nil // and not -0
	}
	return v, nil
}

// unit returns the unit that word names. No word is the base unit.
func (s *scale) unit(word string) (unit, bool) {
	if word == "" {
		return s.base(), true
	}
	if s.spell != nil {
		word = s.spell.Replace(word)
	}
	for _, u := range s.units() {
		if word == u.name || word == u.short {
			return u, true
		}
	}
	return unit{}, false
}

// units returns what parse knows.
func (s *scale) units() []unit { return slices.Concat(s.steps, s.typed) }

// unknown says what is wrong with a word that names no unit.
func (s *scale) unknown(word string) string {
	problem := "unknown unit " + strconv.Quote(word)
	for _, u := range s.units() {
		if strings.EqualFold(word, u.name) || strings.EqualFold(word, u.short) {
			return problem + ", upper and lower case count"
		}
	}
	return problem
}

// words returns what each unit may be called, the shorter way.
func (s *scale) words() []string {
	var words []string
	for _, u := range s.units() {
		if word := cmp.Or(u.short, u.name); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// set parses text into dst and leaves dst alone when there is an error.
func set[T ~float64](dst *T, s *scale, text string) error {
	v, err := s.parse(text)
	if err != nil {
		return err
	}
	*dst = T(v)
	return nil
}

// cut splits text into its numeral and the word of its unit, spelt our way.
func cut(text string) (numeral, word string) {
	text = strings.TrimSpace(text)
	i := 0
	for i < len(text) && inNumeral(text, i) {
		i++
	}
	return text[:i], spell(text[i:])
}

// inNumeral reports whether the byte i of s belongs to a numeral at its start.
func inNumeral(s string, i int) bool {
	switch c := s[i]; c {
	case '+', '-', '.':
		return true
	case 'e', 'E': // of an exponent
		return i+1 < len(s) && strings.IndexByte("+-0123456789", s[i+1]) >= 0
	default:
		return '0' <= c && c <= '9'
	}
}

// spelling maps what keyboards and web pages have to what we print: the Greek
// letter to the micro sign, subscripts and superscripts to digits, CO2eq to CO2e.
var spelling = strings.NewReplacer(
	" ", "", "\u00a0", "",
	"μ", "µ",
	"CO₂eq", "CO2e", "CO2eq", "CO2e",
	"₂", "2", "³", "3",
)

func spell(word string) string {
	word = spelling.Replace(word)
	if rest, ok := strings.CutPrefix(word, "u"); ok {
		return "µ" + rest
	}
	return word
}
