package interop

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A marks is which mark a document writes before decimals.
type marks uint8

const (
	marksUnknown marks = iota
	marksPoint         // 1,234.5
	marksComma         // 1.234,5
)

// A numeral is a number in a text.
type numeral struct {
	value      float64
	within     float64 // half of its last digit; of a rough one of its last digit that is not 0
	integer    bool    // printed without decimals
	ambiguous  bool    // a mark may stand before decimals or before thousands
	other      float64 // what it would be in the other way
	start, end int     // in the text, words such as "million" in
	text       string
}

// numeralForm finds digits with the marks in and around them. A space, a thin
// one or an apostrophe stands between groups of three alone.
var numeralForm = regexp.MustCompile(`[-−–+]?(?:` + grouped + `|\d[\d.,]*\d|\d)`)

const grouped = "\\d{1,3}(?:[ \u00a0\u2009\u202f'’]\\d{3})+(?:[.,]\\d+)?\\b"

var (
	exponentForm = regexp.MustCompile(`^(?:[eE]([-+]?\d{1,3})\b|\s?[×x*·]\s?10(?:\^|\*\*)\{?([-−+]?\d{1,3})\}?|\s?[×x*·]\s?10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))`)
	wordForm     = regexp.MustCompile(`(?i)^\s?(thousand|million|millions|mio|billion|bn|trillion|tausend|milliarden|k|M|mn)\b`)
	roughForm    = regexp.MustCompile(`(?i)(?:[~≈≃∼±]|\babout|\bapprox\.?|\bapproximately|\baround|\bca\.?|\bcirca|\broughly)\s*$`)
	manyPoints   = regexp.MustCompile(`^\d{1,3}(\.\d{3}){2,}$`)
	manyCommas   = regexp.MustCompile(`^\d{1,3}(,\d{3}){2,}$`)
	oneGroup     = regexp.MustCompile(`^[1-9]\d{0,2}[.,]\d{3}$`)
	pointLast    = regexp.MustCompile(`^\d{1,3}(,\d{3})+\.\d+$`)
	commaLast    = regexp.MustCompile(`^\d{1,3}(\.\d{3})+,\d+$`)
	plainPoint   = regexp.MustCompile(`^\d+\.\d+$`)
	plainComma   = regexp.MustCompile(`^\d+,\d+$`)
)

var wordFactors = map[string]float64{
	"thousand": 1e3, "tausend": 1e3, "k": 1e3, "million": 1e6, "millions": 1e6, "mio": 1e6, "m": 1e6, "mn": 1e6,
	"billion": 1e9, "bn": 1e9, "milliarden": 1e9, "trillion": 1e12,
}

// maxNumerals is how many numbers of one text are looked at.
const maxNumerals = 200

// numerals returns the numbers of a text, in the marks of the document it is of.
// What is no number, such as a date or a version, is left to those who know that
// none is to be expected there.
func numerals(text string, m marks) []numeral {
	var out []numeral
	for _, at := range numeralForm.FindAllStringIndex(text, maxNumerals) {
		if n, ok := numeralAt(text, at[0], at[1], m); ok {
			out = append(out, n)
		}
	}
	return out
}

func numeralAt(text string, start, end int, m marks) (numeral, bool) {
	digits := strings.TrimLeft(text[start:end], "-−–+")
	first := end - len(digits)
	if first > 0 && wordLike(lastRune(text[:first])) {
		return numeral{}, false // of a name, such as m5 or v3
	}
	negative := start < first && text[start] != '+' && !followsDigit(text[:start])
	n, ok := decimal(digits, m)
	if !ok {
		return numeral{}, false
	}
	if roughForm.MatchString(text[max(0, start-20):start]) {
		n.within = math.Max(n.within, roughly(n.value))
	}
	n.start, n.end = start, end
	n.scale(text)
	if negative {
		n.value, n.other = -n.value, -n.other
	}
	n.text = text[n.start:n.end]
	return n, !math.IsInf(n.value, 0) && !math.IsInf(n.within, 0)
}

// scale takes in a power of ten or a word that follows.
func (n *numeral) scale(text string) {
	rest := text[n.end:]
	factor := 1.0
	if m := exponentForm.FindStringSubmatch(rest); m != nil {
		power, err := strconv.Atoi(plainDigits(m[1] + m[2] + m[3]))
		if err == nil {
			scaled, parsed := shift(n.value, power)
			half, _ := shift(n.within, power)
			other, _ := shift(n.other, power)
			if parsed {
				n.value, n.within, n.other = scaled, half, other
				n.end += len(m[0])
				n.integer = false
			}
		}
		return
	}
	if m := wordForm.FindStringSubmatch(rest); m != nil && (m[1] != "m" && m[1] != "K") {
		factor = wordFactors[strings.ToLower(m[1])]
		n.end += len(m[0])
		n.integer = false
	}
	n.value, n.within, n.other = n.value*factor, n.within*factor, n.other*factor
}

// shift multiplies by a power of ten as a decimal numeral does, exactly.
func shift(v float64, power int) (float64, bool) {
	x, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', -1, 64)+"e"+strconv.Itoa(power), 64)
	return x, err == nil
}

var superscripts = strings.NewReplacer("⁻", "-", "⁺", "", "−", "-", "+", "",
	"⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

func plainDigits(s string) string { return superscripts.Replace(s) }

var separators = strings.NewReplacer(" ", "", "\u00a0", "", "\u2009", "", "\u202f", "", "'", "", "’", "")

// decimal reads digits with marks.
func decimal(digits string, m marks) (numeral, bool) {
	tight := separators.Replace(digits)
	spaced := tight != digits // the spaces are the thousands, a mark stands before decimals
	switch {
	case !strings.ContainsAny(tight, ".,"):
		return parsed(tight)
	case spaced:
		return parsed(strings.Replace(tight, ",", ".", 1))
	case manyCommas.MatchString(tight), pointLast.MatchString(tight):
		return parsed(strings.ReplaceAll(tight, ",", ""))
	case manyPoints.MatchString(tight), commaLast.MatchString(tight):
		return parsed(strings.Replace(strings.ReplaceAll(tight, ".", ""), ",", ".", 1))
	case oneGroup.MatchString(tight):
		return eitherWay(tight, m)
	case plainPoint.MatchString(tight), plainComma.MatchString(tight):
		return parsed(strings.Replace(tight, ",", ".", 1))
	}
	return numeral{}, false
}

// eitherWay reads what may be thousands or thousandths: as the document does
// elsewhere, else as in English.
func eitherWay(tight string, m marks) (numeral, bool) {
	asDecimal, _ := parsed(strings.Replace(tight, ",", ".", 1))
	asGroup, ok := parsed(strings.NewReplacer(",", "", ".", "").Replace(tight))
	comma := strings.Contains(tight, ",")
	n, other := asGroup, asDecimal
	if comma == (m == marksComma) {
		n, other = asDecimal, asGroup
	}
	n.ambiguous, n.other = m == marksUnknown, other.value
	return n, ok
}

func parsed(s string) (numeral, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return numeral{}, false
	}
	return numeral{value: v, within: halfDigit(s), integer: !strings.Contains(s, ".")}, true
}

// halfDigit returns half of the last digit of a decimal numeral, which may have
// an exponent.
func halfDigit(s string) float64 {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	power, _ := strconv.Atoi(exponent)
	if _, decimals, ok := strings.Cut(mantissa, "."); ok {
		power -= len(decimals)
	}
	half, err := strconv.ParseFloat("0.5e"+strconv.Itoa(power), 64)
	if err != nil {
		return 0
	}
	return half
}

// roughly is half of the last digit of v that is not 0.
func roughly(v float64) float64 {
	s := strings.TrimRight(strconv.FormatFloat(math.Abs(v), 'f', -1, 64), "0")
	full := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	if strings.Contains(full, ".") || s == "" {
		return halfDigit(full)
	}
	return 0.5 * math.Pow(10, float64(len(full)-len(s)))
}

func lastRune(s string) rune {
	r := []rune(s[max(0, len(s)-4):])
	return r[len(r)-1]
}

func wordLike(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r >= '0' && r <= '9' || r == '.' || r == ','
}

func followsDigit(s string) bool {
	return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9'
}
