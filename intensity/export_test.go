package intensity

// ParseTable, ParseCountries and ParsePlaces are the parsers of the embedded
// files, for fuzzing: no exported function takes such text.
func ParseTable(s string) (countries, years int, err error) {
	t, err := parseTable(s)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range t.rows {
		for year := t.first - 1; year <= t.first+len(t.origins); year++ {
			if col := t.latest(&r, year); col >= 0 && !(r.values[col] > 0 && r.values[col] <= maxAnnual) {
				panic("a figure out of range passed the parser")
			}
		}
	}
	return len(t.rows), len(t.origins), nil
}

func ParseCountries(s string) (int, error) {
	t, err := parseCountries(s)
	if err != nil {
		return 0, err
	}
	return len(t.names), nil
}

// ParsePlaces reads cloud regions and ids of places, with the embedded sources.
func ParsePlaces(regions, ids string) (int, error) {
	t, err := parsePlaces(regions, ids, placeSources, "")
	if err != nil {
		return 0, err
	}
	return len(t.all), nil
}
