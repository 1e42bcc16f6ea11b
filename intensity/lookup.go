package intensity

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
)

// maxPlace is the length up to which the name of a place is looked at.
const maxPlace = 64

// Lookup returns the country of the place that s names, for a flag or a
// setting. It accepts what [Locate] does, and beyond it any grid zone that
// starts with the code of its country ("AR-BAS"), as [Zone] does.
//
// The error is an [*AmbiguousError] or an [*UnknownError]; either names similar
// places. It is never the world instead.
func Lookup(s string) (Country, error) {
	p, err := Locate(s)
	if err == nil {
		return p.Country.canonical()
	}
	if given := strings.TrimSpace(s); errors.Is(err, ErrUnknown) && len(given) <= maxPlace && zonal(given) {
		return Zone(given)
	}
	return "", err
}

// Zone returns the country of a grid zone as Electricity Maps and ISO 3166-2
// write them: the code of the country, then one or two groups of up to five
// letters and digits ("US-CAL-CISO", "DK-DK1", "CA-QC"), in either case. Only
// the country is checked, and the figure is that of the whole country.
//
// The error is an [*UnknownError].
func Zone(id string) (Country, error) {
	given := strings.TrimSpace(id)
	code, _, sub := strings.Cut(given, "-")
	if len(given) > maxPlace || sub && !zonal(given) {
		return "", &UnknownError{What: "zone", Given: given}
	}
	iso3, err := Country(code).code()
	if err != nil || iso3 == world {
		return "", &UnknownError{What: "zone", Given: given, Like: likeCode(code)}
	}
	return Country(iso3).canonical()
}

// zonal reports whether s has the shape of a zone below a country. A second
// group starts with a letter and is no point of the compass, since "sa-east"
// and "sa-east-1" are no parts of Saudi Arabia.
func zonal(s string) bool {
	groups := strings.Split(s, "-")
	if len(groups) < 2 || len(groups) > 3 || len(groups[0]) != 2 {
		return false
	}
	for _, g := range groups[1:] {
		if len(g) < 1 || len(g) > 5 || !alphanumeric(g) || compass(g) {
			return false
		}
	}
	return len(groups) == 2 || !digit(groups[2][0])
}

func compass(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "east") || strings.HasPrefix(s, "west") || strings.HasPrefix(s, "north") || strings.HasPrefix(s, "south")
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) && !letters(strings.ToUpper(s[i:i+1])) {
			return false
		}
	}
	return true
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

// canonical returns c by its three letters, and an error where it has no
// figure.
func (c Country) canonical() (Country, error) {
	iso3, err := c.code()
	if err != nil {
		return "", err
	}
	tab, err := figures()
	if err != nil {
		return "", err
	}
	if tab.find(iso3) == nil {
		return "", unknownCode("country", string(c), iso3)
	}
	return Country(iso3), nil
}

// placeNames has the countries by their plain names.
var placeNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{
		"bosnia": "BIH", "burma": "MMR", "cotedivoire": "CIV", "czechia": "CZE",
		"democraticrepublicofthecongo": "COD", "eswatini": "SWZ", "greatbritain": "GBR", "holland": "NLD",
		"ivorycoast": "CIV", "myanmar": "MMR", "northkorea": "PRK", "republicofthecongo": "COG",
		"samoa": "WSM", "southkorea": "KOR", "turkiye": "TUR", "uae": "ARE", "uk": "GBR",
		"unitedkingdom": "GBR", "unitedstatesofamerica": "USA", "world": world,
	}
	codes, err := countries()
	if err != nil {
		return names
	}
	for iso3, n := range codes.names {
		names[plain(n)] = iso3
	}
	return names
})

var accents = strings.NewReplacer("å", "a", "ã", "a", "á", "a", "ç", "c", "é", "e", "í", "i", "ô", "o", "ó", "o", "ü", "u", "&", "and")

// plain returns a name in small letters and digits without anything between
// them.
func plain(s string) string {
	s = accents.Replace(strings.ToLower(s))
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func likePlace(s string) []string {
	if len(s) <= 3 {
		return likeCode(s)
	}
	if l := likeRegion(strings.ToLower(s)); len(l) > 0 {
		return l
	}
	t, err := places()
	if err == nil && strings.Contains(s, "-") {
		if l := like(strings.ToUpper(s), t.zones); len(l) > 0 {
			return l
		}
	}
	return like(plain(s), slices.Collect(maps.Keys(placeNames())))
}
