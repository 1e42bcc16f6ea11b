package sci

import (
	"strconv"
	"strings"
	"unicode"
)

// A clause is a part of a sentence, as words.
type clause struct {
	words []string // as written; "%" is a word
	lower []string

	forward int  // what comes after this word is denied; len(words): nothing is
	negated bool // all of it is denied
	not     bool // it has a plain not
}

// breaks end a sentence in which a "no" holds.
var breaks = strings.NewReplacer(
	"inkl. ", "inkl ", "incl. ", "incl ", "excl. ", "excl ", "exkl. ", "exkl ",
	". ", "\n", ".\n", "\n", ";", "\n", "!", "\n", "?", "\n",
	" but ", "\n", " however ", "\n", " whereas ", "\n",
)

// clauses splits a text. A list that is denied before it ("no a, b or c") or
// after it ("a, b and c are not used") is denied in all its clauses.
func clauses(text string) []clause {
	var all []clause
	for sentence := range strings.SplitSeq(breaks.Replace(text), "\n") {
		first := len(all)
		for _, part := range strings.FieldsFunc(sentence, func(r rune) bool { return r == ',' || r == '(' || r == ')' }) {
			if c := readClause(part); len(c.words) > 0 {
				all = append(all, c)
			}
		}
		carry(all[first:])
	}
	answer(all)
	return all
}

// listItem is the most words that a clause may have to be an item of a list.
const listItem = 5

func carry(list []clause) {
	for i := 1; i < len(list); i++ {
		before := &list[i-1]
		denied := before.negated || before.forward < len(before.words)
		if denied && len(list[i].words) <= listItem && !list[i].has("used", "applied", "based", "adjusted") {
			list[i].negated = true
		}
	}
	for i := len(list) - 2; i >= 0; i-- {
		after := &list[i+1]
		if after.negated && len(list[i].words) <= listItem && after.has("used", "applied", "consider", "includ", "count", "claim", "exclud", "ignor", "bought", "purchas", "deduct", "part", "omit") {
			list[i].negated = true
		}
	}
}

// deniers deny what comes after them, refusals all around them.
var (
	deniers = wordSet("no without excluding excludes exclude except nor neither non than instead never avoids avoid forbids excl " +
		"ohne kein keine keinen keiner exkl sans hors aucun aucune sin ningún ningun ninguna")
	refusals = wordSet("not never none excluded ignored omitted disregarded unused isn aren wasn weren don doesn removed " +
		"nicht ausgenommen unberücksichtigt ignoriert pas exclu exclue exclus exclues excluido excluida excluidos excluidas")
	nots = wordSet("not never no isn aren wasn weren don doesn nor")
)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

func readClause(text string) clause {
	var c clause
	for field := range strings.FieldsSeq(text) {
		if !strings.Contains(field, "://") {
			c.words = append(c.words, wordsOf(field)...)
		}
	}
	c.forward = len(c.words)
	for i, w := range c.words {
		low := strings.ToLower(w)
		c.lower = append(c.lower, low)
		if deniers[low] {
			c.forward = min(c.forward, i)
		}
		c.negated = c.negated || refusals[low] && !(dropped[low] && i > 0 && nots[c.lower[i-1]])
		c.not = c.not || nots[low]
	}
	c.negated = c.negated || c.find("left", "out") > 0
	if c.keeps() {
		c.negated = false
	}
	return c
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(text, "%", " % "), betweenWords)
}

func betweenWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%' }

// has reports whether a word of c starts with one of these.
func (c clause) has(stems ...string) bool {
	for _, w := range c.lower {
		for _, s := range stems {
			if strings.HasPrefix(w, s) {
				return true
			}
		}
	}
	return false
}

// says returns the first of some phrases that c says and does not deny. A phrase
// is of words; the last may have an s.
func (c clause) says(these [][]string) string {
	for _, p := range these {
		if at := c.find(p...); at >= 0 && !c.denies(at) {
			return strings.Join(p, " ")
		}
	}
	return ""
}

// phrases splits phrases into words.
func phrases(texts ...string) [][]string {
	all := make([][]string, len(texts))
	for i, t := range texts {
		all[i] = strings.Fields(t)
	}
	return all
}

func (c clause) denies(at int) bool { return c.negated || at > c.forward }

// find returns where a phrase starts; -1 if it is not there.
func (c clause) find(phrase ...string) int {
	for i := range c.lower {
		if i+len(phrase) > len(c.lower) {
			break
		}
		if samePhrase(c.lower[i:i+len(phrase)], phrase) {
			return i
		}
	}
	return -1
}

func samePhrase(words, phrase []string) bool {
	last := len(phrase) - 1
	for i, p := range phrase {
		if words[i] != p && (i < last || words[i] != p+"s") {
			return false
		}
	}
	return true
}

// hasWord reports whether a text has a word, or more than one of it.
func hasWord(text, word string) bool {
	for w := range strings.FieldsFuncSeq(text, betweenWords) {
		if strings.EqualFold(strings.TrimSuffix(w, "s"), strings.TrimSuffix(word, "s")) {
			return true
		}
	}
	return false
}

// yearIn returns the last year that a text names; 0 if it names none.
func yearIn(text string) int {
	last := 0
	for _, digits := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if y, err := strconv.Atoi(digits); err == nil && len(digits) == 4 && y >= 1990 && y < 2100 {
			last = max(last, y)
		}
	}
	return last
}

// percentsIn returns the sum of the percentages in a text, and how many there are.
func percentsIn(text string) (all float64, n int) {
	parts := strings.Split(text, "%")
	for _, before := range parts[:len(parts)-1] {
		before = strings.TrimRight(before, " \u00a0\u202f")
		digits := strings.TrimLeftFunc(before[lastNonNumber(before)+1:], func(r rune) bool { return r == '.' })
		if f, err := strconv.ParseFloat(digits, 64); err == nil {
			all += f
			n++
		}
	}
	return all, n
}

// lastNonNumber returns the last byte of a text that is no part of a number at
// its end; -1 if all are.
func lastNonNumber(text string) int {
	for i := len(text) - 1; i >= 0; i-- {
		if (text[i] < '0' || text[i] > '9') && text[i] != '.' {
			return i
		}
	}
	return -1
}
