package intensity

import (
	_ "embed" // for the table of regions
	"strings"
)

//go:embed data/cloud_regions.csv
var cloudRegions string

// CloudRegion returns the country in which a region of aws, azure or gcp is,
// such as USA for "aws" and "us-east-1". An availability zone ("us-east-1a",
// "europe-west1-b") is as good as its region. The figure is that of the whole
// country, and the grid of the region may be far from it: in 2024 Quebec and
// Alberta differed by a factor of ten (Electricity Maps, yearly means). [Locate]
// knows the grid too.
//
// The error is an [*UnknownError].
func CloudRegion(provider, region string) (Country, error) {
	pr := strings.ToLower(strings.TrimSpace(provider))
	r := strings.ToLower(strings.TrimSpace(region))
	if len(pr)+len(r) < maxPlace {
		t, err := places()
		if err != nil {
			return "", err
		}
		if p := t.region(pr, r); p != nil {
			return p.Country.canonical()
		}
	}
	return "", &UnknownError{What: "cloud region", Given: provider + ":" + region, Like: likeRegion(r)}
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
	t, err := places()
	if err != nil || len(s) > maxPlace {
		return nil
	}
	return like(s, t.regions)
}
