package intensity

import (
	"iter"
	"slices"
	"strings"
)

// Locate returns the place that key names, in either case: an ISO 3166 code
// ("IE", "IRL"), an English name ("Ireland"), a zone of Electricity Maps
// ("US-MIDA-PJM"), a region of aws, azure or gcp as its vendor writes it
// ("eu-west-1", "gcp:europe-west1", "azure:West Europe"), an availability zone
// of one ("us-east-1a"), an id of a [System] ("watttime:PJM_DC", "eia:PJM"), or
// "world" for [World], which has no grid. Ids of watttime, eia and entsoe are
// known without the prefix too, but two or three letters that are an ISO code
// mean the country: "SC" is Seychelles, "eia:SC" a part of South Carolina.
//
// Nothing is guessed, and nothing looked up by address or coordinates. The
// error is an [*AmbiguousError] for a name of several places, or else an
// [*UnknownError] with similar names.
func Locate(key string) (Place, error) {
	given := strings.TrimSpace(key)
	if len(given) > maxPlace {
		return Place{}, &UnknownError{What: "place", Given: given}
	}
	t, err := places()
	if err != nil {
		return Place{}, err
	}
	if len(given) <= 3 { // an error of a longer name would cost an allocation
		if iso3, err := Country(given).code(); err == nil {
			return t.country(iso3), nil
		}
	}
	small := strings.ToLower(given)
	if system, id, ok := strings.Cut(small, ":"); ok {
		return t.prefixed(system, strings.TrimSpace(id), given)
	}
	return t.bare(small, given)
}

// Places yields every zone and every cloud region of the tables, by key.
func Places() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		t, err := places()
		if err != nil {
			return
		}
		for _, p := range t.all {
			if !yield(*p) {
				return
			}
		}
	}
}

// bare finds a name without a prefix.
func (t *placeTable) bare(small, given string) (Place, error) {
	name := strings.ReplaceAll(small, " ", "")
	for i, k := range [...]string{name, regionOf(name)} {
		if e := t.ambiguous[k]; e != nil {
			return Place{}, e.of(given)
		}
		if p := t.byKey[k]; p != nil && (i == 0 || strings.Contains(p.Key, ":")) {
			return *p, nil // "uae" is no availability zone of "ua"
		}
	}
	if iso3, ok := placeNames()[plain(given)]; ok {
		return t.country(iso3), nil
	}
	if holders := t.byBare[small]; len(holders) > 0 {
		return one(holders, given)
	}
	if kin := t.family(name); len(kin) > 1 {
		return Place{}, &AmbiguousError{Given: given, Candidates: kin, Why: "the number of the region is missing, or its hyphens"}
	} else if len(kin) == 1 {
		return Place{}, &UnknownError{What: "place", Given: given, Like: kin}
	}
	return Place{}, &UnknownError{What: "place", Given: given, Like: likePlace(given)}
}

// prefixed finds the name after "aws:", "eia:", "iso:" and the like.
func (t *placeTable) prefixed(system, id, given string) (Place, error) {
	if system == "iso" {
		iso3, err := Country(id).code()
		if err != nil {
			return Place{}, err
		}
		return t.country(iso3), nil
	}
	if holders := t.byID[system+":"+id]; len(holders) > 0 {
		return one(holders, given)
	}
	if t.systems[System(system)] {
		return Place{}, &UnknownError{What: "id", Given: given, Like: like(system+":"+id, t.ids)}
	}
	if p := t.region(system, id); p != nil {
		return *p, nil
	}
	return Place{}, &UnknownError{What: "cloud region", Given: given, Like: likeRegion(id)}
}

// region returns the region of a cloud, or that of an availability zone; nil
// for an unknown one. Azure also writes its regions with spaces.
func (t *placeTable) region(provider, region string) *Place {
	if provider == "" || strings.Contains(region, ":") {
		return nil
	}
	name := strings.ReplaceAll(region, " ", "")
	for _, k := range [...]string{name, regionOf(name)} {
		if p := t.byKey[provider+":"+k]; p != nil {
			return p
		}
	}
	return nil
}

// country returns the place of a whole country.
func (t *placeTable) country(iso3 string) Place {
	if p := t.byCountry[iso3]; p != nil {
		return *p
	}
	return Place{Key: "world", Country: World(), Confidence: Certain}
}

// one returns the only holder of an id, or the country among its own parts.
func one(holders []*Place, given string) (Place, error) {
	first := holders[0] // the shortest key of its country, since keys are sorted
	for _, p := range holders[1:] {
		if !strings.HasPrefix(p.Key, first.Key+"-") {
			return Place{}, &AmbiguousError{Given: given, Candidates: keys(holders), Why: "one id for several places"}
		}
	}
	return *first, nil
}

func keys(ps []*Place) (ks []string) {
	for _, p := range ps {
		ks = append(ks, p.Key)
	}
	return ks
}

// family returns the regions that name is without their number, or with their
// hyphens elsewhere.
func (t *placeTable) family(name string) []string {
	if len(name) < 4 {
		return nil
	}
	var kin []string
	flat := strings.ReplaceAll(name, "-", "")
	for _, p := range t.all {
		_, region, cloud := strings.Cut(p.Key, ":")
		if !cloud {
			continue
		}
		number, ok := strings.CutPrefix(region, name)
		number = strings.TrimPrefix(number, "-")
		if ok && number != "" && digit(number[0]) || strings.ReplaceAll(region, "-", "") == flat {
			kin = append(kin, p.Key)
		}
	}
	slices.Sort(kin)
	return kin
}
