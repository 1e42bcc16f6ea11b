package intensity

import (
	_ "embed" // for the tables
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed data/place_ids.csv
var placeIDs string

//go:embed data/place_sources.csv
var placeSources string

//go:embed data/place_ambiguous.csv
var placeAmbiguous string

// A placeTable has the places of the embedded files. It never changes once it
// is built. Keys of its maps are in small letters.
type placeTable struct {
	all       []*Place            // zones and cloud regions, by key
	byKey     map[string]*Place   // "us-mida-pjm", "aws:us-east-1", "us-east-1"
	byCountry map[string]*Place   // by code of three letters, in capitals
	byID      map[string][]*Place // "eia:pjm"; places in order of their keys
	byBare    map[string][]*Place // "pjm"
	ids       []string            // the keys of byID
	regions   []string            // of clouds, without the prefix
	zones     []string            // of Electricity Maps, as they are written
	systems   map[System]bool
	ambiguous map[string]*AmbiguousError
}

var places = sync.OnceValues(func() (*placeTable, error) {
	return parsePlaces(cloudRegions, placeIDs, placeSources, placeAmbiguous)
})

// bareSystems are those whose ids are told from other names without a prefix.
var bareSystems = [...]System{WattTime, EIA, ENTSOE}

// parsePlaces reads the four files of places and joins them.
func parsePlaces(regions, ids, sources, ambiguous string) (*placeTable, error) {
	from, err := parseSources(sources)
	if err != nil {
		return nil, err
	}
	t := &placeTable{
		byKey: make(map[string]*Place, 1024), byCountry: make(map[string]*Place, 256),
		byID: make(map[string][]*Place, 512), byBare: make(map[string][]*Place, 256),
		systems: make(map[System]bool, 16), ambiguous: make(map[string]*AmbiguousError),
	}
	if err := t.addCountries(); err != nil {
		return nil, err
	}
	if err := t.addRegions(regions, from); err != nil {
		return nil, err
	}
	if err := t.addIDs(ids, from); err != nil {
		return nil, err
	}
	t.inherit()
	t.index()
	if err := t.addAmbiguous(ambiguous); err != nil {
		return nil, err
	}
	return t, nil
}

// parseSources reads the addresses of the sources by key.
func parseSources(s string) (map[string]string, error) {
	from := make(map[string]string)
	for n, f := range records(s, "key,kind,url") {
		if f == nil || from[f[0]] != "" || !strings.HasPrefix(f[2], "https://") {
			return nil, fmt.Errorf("intensity: sources of places line %d: want a new key, a kind and an address", n)
		}
		from[f[0]] = f[2]
	}
	return from, nil
}

// addCountries makes a place of every country, whether or not it has a zone.
func (t *placeTable) addCountries() error {
	codes, err := countries()
	if err != nil {
		return err
	}
	for k, iso3 := range codes.iso3 {
		iso2 := string(k[:2])
		if k[2] != 0 || iso2 == "UK" || iso2 == "EL" {
			continue
		}
		p := &Place{Key: iso2, Country: Country(iso3), Confidence: Certain, Evidence: isoSource}
		t.byCountry[iso3], t.byKey[strings.ToLower(iso2)] = p, p
	}
	return nil
}

// addRegions makes a place of every cloud region.
func (t *placeTable) addRegions(s string, from map[string]string) error {
	for n, f := range records(s, regionHeader) {
		if f == nil || f[0] == "" || f[1] == "" || level(f[3]) == 0 || from[f[4]] == "" {
			return fmt.Errorf("intensity: cloud regions line %d: want provider, region, country, confidence, evidence and site", n)
		}
		land := t.byKey[strings.ToLower(f[2])]
		full := f[0] + ":" + f[1]
		switch {
		case land == nil || land.Key != f[2]:
			return fmt.Errorf("intensity: cloud regions line %d: %.20q: want two letters of a country", n, f[2])
		case t.byKey[full] != nil || t.byKey[f[1]] != nil:
			return fmt.Errorf("intensity: cloud regions line %d: %s is there twice", n, f[1])
		}
		p := &Place{Key: full, Country: land.Country, Site: f[5], Confidence: level(f[3]), Evidence: from[f[4]]}
		t.byKey[full], t.byKey[f[1]] = p, p
		t.regions = append(t.regions, f[1])
	}
	return nil
}

// addIDs gives their ids to countries and regions, and makes a place of every
// zone below a country.
func (t *placeTable) addIDs(s string, from map[string]string) error {
	for n, f := range records(s, "place,provider,id,confidence,evidence,also") {
		if f == nil || f[1] == "" || f[2] == "" || level(f[3]) == 0 || from[f[4]] == "" {
			return fmt.Errorf("intensity: ids of places line %d: want place, provider, id, confidence, evidence and also", n)
		}
		p, err := t.holder(f[0], from[f[4]])
		if err != nil {
			return fmt.Errorf("intensity: ids of places line %d: %w", n, err)
		}
		id := PlaceID{System: System(f[1]), ID: f[2], Confidence: level(f[3]), Evidence: from[f[4]], Also: f[5]}
		if _, twice := p.ID(id.System); twice {
			return fmt.Errorf("intensity: ids of places line %d: %s of %s is there twice", n, f[1], f[0])
		}
		p.ids = append(p.ids, id)
		t.systems[id.System] = true
	}
	return nil
}

// holder returns the place of a key, a new one for a zone below a country.
func (t *placeTable) holder(key, evidence string) (*Place, error) {
	if p := t.byKey[strings.ToLower(key)]; p != nil && p.Key == key {
		return p, nil
	}
	iso2, _, sub := strings.Cut(key, "-")
	land := t.byKey[strings.ToLower(iso2)]
	if !sub || !zonal(key) || land == nil || land.Key != iso2 {
		return nil, fmt.Errorf("%.40q: neither a country or a part of one, nor a cloud region", key)
	}
	p := &Place{Key: key, Country: land.Country, Confidence: Certain, Evidence: evidence}
	t.byKey[strings.ToLower(key)] = p
	return p, nil
}

// inherit gives a cloud region the ids of its zone that it has not of its own.
// What is true of a country need not be true of its parts.
func (t *placeTable) inherit() {
	for _, r := range t.regions {
		p := t.byKey[r]
		zone, ok := p.ID(ElectricityMaps)
		z := t.byKey[strings.ToLower(zone.ID)]
		if !ok || z == nil {
			continue
		}
		for _, id := range z.ids {
			if _, own := p.ID(id.System); own {
				continue
			}
			id.Confidence = min(id.Confidence, zone.Confidence)
			p.ids = append(p.ids, id)
		}
	}
}

// index sorts the places and finds them by id.
func (t *placeTable) index() {
	for _, p := range t.byKey {
		if len(p.ids) > 0 || strings.Contains(p.Key, ":") {
			t.all = append(t.all, p)
		}
	}
	slices.SortFunc(t.all, func(a, b *Place) int { return strings.Compare(a.Key, b.Key) })
	t.all = slices.Compact(t.all)
	var clouds []*Place
	for _, p := range t.all {
		slices.SortFunc(p.ids, func(a, b PlaceID) int { return strings.Compare(string(a.System), string(b.System)) })
		if strings.Contains(p.Key, ":") {
			clouds = append(clouds, p)
			continue
		}
		t.zones = append(t.zones, p.Key)
		for _, id := range p.ids {
			t.hold(id, p)
		}
	}
	t.finer(clouds)
	t.ids = slices.Sorted(maps.Keys(t.byID))
}

// hold notes that p has the id.
func (t *placeTable) hold(id PlaceID, p *Place) {
	small := strings.ToLower(id.ID)
	full := string(id.System) + ":" + small
	t.byID[full] = append(t.byID[full], p)
	if slices.Contains(bareSystems[:], id.System) && !slices.Contains(t.byBare[small], p) {
		t.byBare[small] = append(t.byBare[small], p)
	}
}

// finer makes a place of each id that only cloud regions have, a part of their
// zone: it has the ids that they share.
func (t *placeTable) finer(clouds []*Place) {
	parts := make(map[string]*Place)
	for _, p := range clouds {
		for _, id := range p.ids {
			key := string(id.System) + ":" + id.ID
			if part := parts[key]; part != nil {
				part.ids = slices.DeleteFunc(part.ids, func(of PlaceID) bool {
					same, ok := p.ID(of.System)
					return !ok || same.ID != of.ID
				})
				continue
			}
			if len(t.byID[strings.ToLower(key)]) > 0 {
				continue
			}
			parts[key] = &Place{Key: key, Country: p.Country, Confidence: id.Confidence, Evidence: id.Evidence, ids: slices.Clone(p.ids)}
		}
	}
	for _, part := range parts {
		system, id, _ := strings.Cut(part.Key, ":")
		t.hold(PlaceID{System: System(system), ID: id}, part)
	}
}

// addAmbiguous reads the names that are refused.
func (t *placeTable) addAmbiguous(s string) error {
	for n, f := range records(s, "name,candidates,why") {
		if f == nil || f[0] == "" || f[0] != strings.ToLower(f[0]) || f[2] == "" || t.ambiguous[f[0]] != nil {
			return fmt.Errorf("intensity: ambiguous places line %d: want a new name in small letters, candidates and why", n)
		}
		e := &AmbiguousError{Candidates: strings.Fields(f[1]), Why: f[2]}
		for _, c := range e.Candidates {
			if t.byKey[strings.ToLower(c)] == nil {
				return fmt.Errorf("intensity: ambiguous places line %d: no place %.40q", n, c)
			}
		}
		if len(e.Candidates) < 2 {
			return fmt.Errorf("intensity: ambiguous places line %d: %.40q has one candidate at most", n, f[0])
		}
		t.ambiguous[f[0]] = e
	}
	return nil
}

const (
	regionHeader = "provider,region,iso2,confidence,evidence,site"
	isoSource    = "https://www.iso.org/obp/ui/#search/code/"
)

// records yields the fields of each line below the header, by number; nil for a
// line with too few or too many of them, or another header.
func records(s, header string) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		first, want := true, strings.Count(header, ",")+1
		for n, line := range lines(s) {
			f := strings.Split(line, ",")
			if first && line == header {
				first = false
				continue
			}
			if first || len(f) != want {
				f = nil
			}
			if !yield(n, f) {
				return
			}
		}
	}
}

// level reads a confidence; 0 for anything else.
func level(s string) Confidence { return Confidence(max(0, slices.Index(confidences[:], s))) }
