package sci

import "strings"

// Words that drop what a sentence is about, and that take it in; what a sentence
// about the one before it begins with.
var (
	dropped  = wordSet("excluded ignored omitted disregarded removed left")
	taken    = []string{"use", "count", "consider", "includ", "appl", "claim", "taken", "deduct", "adjust", "reflect", "part"}
	pointers = wordSet("is are was were be been this that these those they it which both has have and not")
)

// answer denies what the clause after it says is left out: "a PPA is held; this
// is ignored here", "RECs were bought, but are not counted". An aside of a few
// words may stand between: "the use phase (22 %) was left out".
func answer(all []clause) {
	for i := range all {
		for j := i + 1; j < len(all) && j <= i+2; j++ {
			if all[j].refuses() {
				all[i].negated = true
				break
			}
			if len(all[j].words) > listItem || all[j].lower[0][0] < '0' || all[j].lower[0][0] > '9' {
				break
			}
		}
	}
}

// refuses reports whether c says of what is before it that it is left out.
func (c clause) refuses() bool {
	if !pointers[c.lower[0]] || !c.negated {
		return false
	}
	for _, w := range c.lower {
		if dropped[w] {
			return true
		}
	}
	return c.not && c.has(taken...)
}

// keeps reports whether c denies that something is left out.
func (c clause) keeps() bool {
	kept := false
	for i, w := range c.lower {
		switch {
		case i > 0 && dropped[w] && nots[c.lower[i-1]]:
			kept = true
		case refusals[w] && !(nots[w] && i+1 < len(c.lower) && dropped[c.lower[i+1]]):
			return false
		}
	}
	return kept
}

// marketStems are beginnings of words for instruments, of a language that makes one
// word of several.
var marketStems = []string{
	"herkunftsnachweis", "ökostrom", "oekostrom", "grünstrom", "gruenstrom", "stromabnahmevertr", "marktbasiert", "klimaneutral",
}

// contract returns how c says that power of a kind was bought by contract, or
// power of any kind by an agreement; "" if it does not.
func (c clause) contract() string {
	if !c.has("bought", "buy", "purchas", "procur", "contracted") {
		return ""
	}
	agreed := c.find("agreement") >= 0
	if what := c.says(cleanPower); what != "" && (agreed || c.find("contract") >= 0) {
		return what + " by contract"
	}
	if what := c.says(anyPower); what != "" && agreed {
		return what + " by agreement"
	}
	return ""
}

var (
	cleanPower = phrases("wind", "solar", "hydro", "renewable", "green")
	anyPower   = phrases("power", "electricity", "energy")
)

// stem returns the first word of c that begins with one of some stems, and that
// c does not deny.
func (c clause) stem(stems []string) string {
	for i, w := range c.lower {
		for _, s := range stems {
			if strings.HasPrefix(w, s) && !c.denies(i) {
				return c.words[i]
			}
		}
	}
	return ""
}

// vague are words that say no cause for hardware that embodies nothing.
var vague = wordSet("not no none applicable n a na nil unknown known negligible insignificant minor small low tiny too very is are was be " +
	"it its this that we our all everything the of in on by to for from as so at with and or because since therefore hence " +
	"run runs running hosted host hosts hosting deployed cloud public aws azure gcp google amazon provider providers vendor supplier " +
	"service services serverless saas software application app system infrastructure virtual machine machines vm vms rented leased " +
	"embodied emission emissions carbon hardware m te data figure figures available unavailable published missing lacking stated " +
	"measured estimated assessed determined considered assumed deemed ignored excluded included out scope tbd zero gco2e g kg " +
	"reason explanation given there could cannot can be been do does don have has any")

// specific reports whether a text says why there is no M: more than that it runs
// in the cloud, or that nobody knows.
func specific(why string) bool {
	for _, w := range readClause(why).lower {
		if !vague[w] && w != "%" && (w[0] < '0' || w[0] > '9') && len(w) > 1 {
			return true
		}
	}
	return false
}
