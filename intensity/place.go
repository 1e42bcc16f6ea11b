package intensity

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A System is who gives out an id for places, by the name of the provider that
// understands it.
type System string

// The systems of ids in the embedded tables. The zones of a provider that is
// not here are those of another, or the country: the yearly figures of Ember go
// by [Place.Country].
const (
	ElectricityMaps System = "electricitymaps" // zone, such as "US-MIDA-PJM"
	WattTime        System = "watttime"        // region, such as "PJM_DC"
	ENTSOE          System = "entsoe"          // EIC of the bidding zone, such as "10YFR-RTE------C"
	EIA             System = "eia"             // balancing authority, such as "PJM"
	UKGrid          System = "ukgrid"          // "GB"
	UKRegion        System = "ukgrid-region"   // region of ukgrid, "1" to "14": forecasts only
	EnergiData      System = "energidata"      // price area, "DK1" or "DK2"
	RTE             System = "rte"             // "FR"
	EnergyCharts    System = "energycharts"    // country, such as "de"
)

// Confidence is how far a row of the tables of places can be trusted.
type Confidence uint8

// The levels of confidence, the lowest first. The zero Confidence belongs to
// what is not known.
const (
	Disputed Confidence = 1 + iota // another public table says otherwise, or several areas meet at the site
	Likely                         // follows from a vague site, or from a list of second hand
	Certain                        // as the source says, and whole within one area
)

var confidences = [...]string{"unknown", "disputed", "likely", "certain"}

// String returns "unknown", "disputed", "likely" or "certain".
func (c Confidence) String() string {
	if int(c) >= len(confidences) {
		return fmt.Sprintf("Confidence(%d)", uint8(c))
	}
	return confidences[c]
}

// A PlaceID is what one system calls a place.
type PlaceID struct {
	System     System
	ID         string
	Confidence Confidence // never more than that of the zone it comes from
	Evidence   string     // address of the source
	Also       string     // what could stand in its stead, of a disputed one and some others; ""
}

// A Place is where a machine stands: its country, and what the providers call
// the grid there, as far as it is known. [Locate] makes one. It is a [Grid] of
// the annual averages of its country. A zero Place knows nothing: it has no ids,
// and At is an error. It is safe for concurrent use.
type Place struct {
	Key        string     // what Locate accepts for it: "aws:us-east-1", "US-MIDA-PJM", "FR"
	Country    Country    // three letters; it need not have a figure
	Site       string     // city or state of a cloud region, as its vendor names it; ""
	Confidence Confidence // of Country and Site
	Evidence   string     // address of the source of Country and Site

	ids []PlaceID
}

// ID returns what the system calls the place; false where that is not known.
// Most WattTime regions, for one, need an account and coordinates.
func (p Place) ID(s System) (PlaceID, bool) {
	for i := range p.ids {
		if p.ids[i].System == s {
			return p.ids[i], true
		}
	}
	return PlaceID{}, false
}

// IDs returns all that is known of the place, one id per system, sorted by it.
func (p Place) IDs() []PlaceID { return slices.Clone(p.ids) }

// IsZero reports whether p is the zero Place, which is nowhere.
func (p Place) IsZero() bool { return p.Key == "" && p.Country == "" }

// String returns the key, site and country, such as "aws:eu-central-1
// (Frankfurt, Germany)"; "nowhere" for the zero Place.
func (p Place) String() string {
	if p.IsZero() {
		return "nowhere"
	}
	where := p.Country.Name()
	if p.Site != "" && !strings.EqualFold(p.Site, where) {
		where = p.Site + ", " + where
	}
	return p.Key + " (" + where + ")"
}

// At returns the annual average of the country, as [Country.At] does: the zone
// and origin of the point are the country's, for the grid of a region may be far
// from it. The error of a zero Place is an [*UnknownError].
func (p Place) At(t time.Time) (Point, error) {
	if p.IsZero() {
		return Point{}, &UnknownError{What: "place"}
	}
	return p.Country.At(t)
}
