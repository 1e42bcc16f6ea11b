package intensity

import (
	_ "embed" // for the table of regions
	"fmt"
	"strings"
	"sync"
)

//go:embed data/cloud_regions.csv
var cloudRegions string

// A cloudTable has the country of each region, by "provider:region" and by the
// region alone, and the regions in order.
type cloudTable struct {
	iso2    map[string]string
	regions []string
}

var clouds = sync.OnceValues(func() (*cloudTable, error) { return parseClouds(cloudRegions) })

// parseClouds reads lines of "provider,region,iso2,confidence" under a header.
func parseClouds(s string) (*cloudTable, error) {
	t := &cloudTable{iso2: make(map[string]string, 512)}
	for n, line := range lines(s) {
		f := strings.Split(line, ",")
		if f[0] == "provider" {
			continue
		}
		if len(f) != 4 || f[0] == "" || f[1] == "" || len(f[2]) != 2 || !letters(f[2]) {
			return nil, fmt.Errorf("intensity: cloud regions line %d: %.60q: want provider, region, two letters and confidence", n, line)
		}
		full := f[0] + ":" + f[1]
		if t.iso2[full] != "" || t.iso2[f[1]] != "" {
			return nil, fmt.Errorf("intensity: cloud regions line %d: %s is there twice", n, f[1])
		}
		t.iso2[full], t.iso2[f[1]] = f[2], f[2]
		t.regions = append(t.regions, f[1])
	}
	return t, nil
}

// CloudRegion returns the country in which a region of aws, azure or gcp is,
// such as USA for "aws" and "us-east-1". An availability zone ("us-east-1a",
// "europe-west1-b") is as good as its region. The figure is that of the whole
// country, and the grid of the region may be far from it: in 2024 Quebec and
// Alberta differed by a factor of ten (Electricity Maps, yearly means).
//
// The error is an [*UnknownError].
func CloudRegion(provider, region string) (Country, error) {
	p := strings.ToLower(strings.TrimSpace(provider))
	r := strings.ToLower(strings.TrimSpace(region))
	if len(p)+len(r) < maxPlace && p != "" {
		if c, ok := findRegion(p + ":" + r); ok {
			return c, nil
		}
	}
	return "", &UnknownError{What: "cloud region", Given: provider + ":" + region, Like: likeRegion(r)}
}

// findRegion returns the country of "region" or "provider:region", in small
// letters, or of the availability zone of one.
func findRegion(s string) (Country, bool) {
	t, err := clouds()
	if err != nil {
		return "", false
	}
	for _, name := range []string{s, regionOf(s)} {
		if iso2 := t.iso2[name]; iso2 != "" {
			c, err := Country(iso2).canonical()
			return c, err == nil
		}
	}
	return "", false
}

// regionOf cuts the letter of an availability zone off: "us-east-1a" and
// "europe-west1-b".
func regionOf(s string) string {
	n := len(s)
	if n < 3 || s[n-1] < 'a' || s[n-1] > 'z' {
		return s
	}
	return strings.TrimSuffix(s[:n-1], "-")
}

func likeRegion(s string) []string {
	t, err := clouds()
	if err != nil || len(s) > maxPlace {
		return nil
	}
	return like(s, t.regions)
}
