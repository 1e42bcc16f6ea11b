package interop

import (
	"regexp"
	"slices"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

var profiles = []sci.Profile{sci.ISO21031, sci.GSF11, sci.SCIAIConsumer, sci.SCIAIProvider, "swi-0.1"}

var (
	profileLabel = regexp.MustCompile(`\bprofile\b|\bspecification\b`)
	sciForAI     = regexp.MustCompile(`(?i)\bsci[\s-]*(?:for[\s-]*)?ai\b`)
)

// profile reads the edition that a field names; it reports whether the field is
// one of that.
func (g *gsf) profile(f mdField) bool {
	own := f.label == "specification"
	if !profileLabel.MatchString(f.label) {
		return false
	}
	text := strings.ToLower(f.text)
	switch p := sci.Profile(strings.TrimSpace(text)); {
	case slices.Contains(profiles, p):
		g.setProfile(p, f.place())
	case sciForAI.MatchString(text):
		g.profileOfAI(f.mdText)
	default:
		return own
	}
	return true
}

func (g *gsf) setProfile(p sci.Profile, at Place) {
	g.d.Profile = p
	g.doc.Places["/profile"] = at
}

// profileOfAI reads whose score it is by SCI for AI.
func (g *gsf) profileOfAI(t mdText) {
	text := strings.ToLower(t.text)
	consumer, provider := strings.Contains(text, "consumer"), strings.Contains(text, "provider")
	persona, p := "consumer", sci.SCIAIConsumer
	if provider {
		persona, p = "provider", sci.SCIAIProvider
	}
	if consumer == provider {
		g.at("/profile", t.place())
		g.note("profile_unclear", "/profile", "%q does not say whether it is the score of a consumer or of a provider", short(t.text))
		return
	}
	g.setProfile(p, t.place())
	if g.d.AI == nil {
		g.d.AI = &sci.AIStatement{}
	}
	g.text(&g.d.AI.Persona, "/ai/persona", persona, t.place())
}

// profileOfHeadings reads it off a heading, where no field has it: the title, or
// one before what the score is made of.
func (g *gsf) profileOfHeadings() {
	if _, known := g.doc.Places["/profile"]; known {
		return
	}
	for _, h := range g.md.headings {
		if h.section <= 2 && sciForAI.MatchString(h.text) {
			g.profileOfAI(h)
			return
		}
	}
}
