package sci

import "slices"

// The levels of rules.
const (
	LevelShall      = "shall"
	LevelMaterial   = "shall if material" // may where it is not
	LevelShould     = "should"
	LevelMay        = "may"        // a permission: nothing can be against it
	LevelDefinition = "definition" // what a word or a figure is
	LevelProcedure  = "procedure"  // what is done
	LevelExample    = "example"
	LevelList       = "list"
)

// A Rule is a sentence of a specification that a document can be held against.
type Rule struct {
	ID    string `json:"id"`    // such as "E-02"; stable
	Level string `json:"level"` // LevelShall, …
	Ref   string `json:"ref"`   // the document, and where in it
	Text  string `json:"text"`  // what it wants, in our words

	// Profiles are those it belongs to.
	Profiles []Profile `json:"profiles"`
}

// Rules returns the rules of all profiles in the order of their specifications:
// S score, E energy, I intensity, M embodied carbon, B boundary, R functional
// unit, Q quantification, C comparison, K characteristics, X exclusions, A models
// (SCI for AI), W water (SWI).
//
// The text of ISO/IEC 21031:2024 is not public: tag v1.0 of the SCI specification
// stands for it, whose rules are cited by their place in 1.1 where both have them.
func Rules() []Rule {
	all := make([]Rule, 0, len(sciRules)+len(aiRules)+len(waterRules))
	for _, table := range ruleTables {
		for _, r := range table {
			r.Profiles = slices.Clone(r.Profiles)
			all = append(all, r.Rule)
		}
	}
	return all
}

// Rules returns the rules of p, as [Rules]; none if p is not known.
func (p Profile) Rules() []Rule {
	return slices.DeleteFunc(Rules(), func(r Rule) bool { return !slices.Contains(r.Profiles, p) })
}

// A ruleEntry is a rule, and how a document is held against it.
type ruleEntry struct {
	Rule
	judge func(*conformer) judgement
}

var ruleTables = [...][]ruleEntry{sciRules[:], aiRules[:], waterRules[:]}

// Profiles that share rules.
var (
	ofSCI      = []Profile{ISO21031, GSF11, SCIAIConsumer, SCIAIProvider} // rules that both editions have
	ofSCI11    = []Profile{GSF11, SCIAIConsumer, SCIAIProvider}
	ofISO      = []Profile{ISO21031}
	ofAI       = []Profile{SCIAIConsumer, SCIAIProvider}
	ofConsumer = []Profile{SCIAIConsumer}
	ofProvider = []Profile{SCIAIProvider}
	ofWater    = []Profile{SWI01}
)
