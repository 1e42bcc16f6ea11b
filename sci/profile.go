package sci

import "github.com/scimeter/scimeter/intensity"

// A Profile is the edition of a specification that figures are made to.
type Profile string

// The profiles.
const (
	ISO21031 Profile = "iso-21031-2024" // ISO/IEC 21031:2024: marginal intensity only
	GSF11    Profile = "gsf-1.1"        // SCI 1.1 of the Green Software Foundation
)

// Name returns the name of the specification that a figure of this profile and
// signal may carry: "ISO/IEC 21031" only for that profile with a marginal
// signal, "SCI (GSF 1.1)" for everything else.
func (p Profile) Name(s intensity.Signal) string {
	if p == ISO21031 && (s.Kind == intensity.ShortRunMarginal || s.Kind == intensity.LongRunMarginal) {
		return "ISO/IEC 21031"
	}
	return "SCI (GSF 1.1)"
}
