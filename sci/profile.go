package sci

import (
	"strings"

	"github.com/scimeter/scimeter/intensity"
)

// A Profile is the edition of a specification that figures are made to.
type Profile string

// The profiles.
const (
	ISO21031      Profile = "iso-21031-2024"  // ISO/IEC 21031:2024: marginal intensity only
	GSF11         Profile = "gsf-1.1"         // SCI 1.1 of the Green Software Foundation
	SCIAIConsumer Profile = "sci-ai-consumer" // SCI for AI, for those who use a model: no training in the score
	SCIAIProvider Profile = "sci-ai-provider" // SCI for AI, for those who make a model
	SWI01         Profile = "swi-0.1"         // Software Water Intensity 0.1
)

// ErrProfile (profile_unknown) says that a profile is none of [Profiles].
var ErrProfile error = &Error{"profile_unknown", "profile is not known; name one of iso-21031-2024, gsf-1.1, sci-ai-consumer, sci-ai-provider and swi-0.1"}

// editions are the profiles in the order of [Profiles], with the edition that
// each stands for.
var editions = [...]struct {
	profile Profile
	edition string
}{
	{ISO21031, "ISO/IEC 21031:2024"},
	{GSF11, "GSF SCI 1.1"},
	{SCIAIConsumer, "GSF SCI for AI, consumer (public review, January 2026)"},
	{SCIAIProvider, "GSF SCI for AI, provider (public review, January 2026)"},
	{SWI01, "GSF SWI 0.1.0"},
}

// Profiles returns all profiles that documents can be held against. Those of
// later versions are a superset.
func Profiles() []Profile {
	all := make([]Profile, len(editions))
	for i, e := range editions {
		all[i] = e.profile
	}
	return all
}

// ParseProfile returns the profile that a text names, by its own name or by that
// of its edition, in capitals or not. It fails with [ErrProfile].
func ParseProfile(text string) (Profile, error) {
	name := strings.TrimSpace(text)
	for _, e := range editions {
		if strings.EqualFold(name, string(e.profile)) || strings.EqualFold(name, e.edition) {
			return e.profile, nil
		}
	}
	if strings.EqualFold(name, gsfName) {
		return GSF11, nil
	}
	return "", refuse(ErrProfile, "%.60q", name)
}

// Check refuses a profile that is none of [Profiles] ([ErrProfile]).
func (p Profile) Check() error {
	if p.Edition() == "" {
		return refuse(ErrProfile, "%.60q", string(p))
	}
	return nil
}

// Edition returns the specification that p stands for, and which edition of it,
// such as "ISO/IEC 21031:2024"; "" for a profile that is not known. It says what
// a document is held against: what it may call its figure says [Profile.Name].
func (p Profile) Edition() string {
	for _, e := range editions {
		if e.profile == p {
			return e.edition
		}
	}
	return ""
}

const gsfName = "SCI (GSF 1.1)"

// Name returns the name of the specification that a figure of this profile and
// signal may carry: "ISO/IEC 21031" only for that profile with a marginal
// signal, "SCI (GSF 1.1)" for everything else.
func (p Profile) Name(s intensity.Signal) string {
	if p == ISO21031 && (s.Kind == intensity.ShortRunMarginal || s.Kind == intensity.LongRunMarginal) {
		return "ISO/IEC 21031"
	}
	return gsfName
}
