package sci

import (
	"cmp"
	"slices"
)

// A VarianceShare is the part that one input has in what is not known.
type VarianceShare struct {
	Input string  `json:"input"`
	Share float64 `json:"variance_share"` // all of them add up to 1
	Sigma float64 `json:"sigma"`          // signed, in the unit of the figure
}

// Shares returns the inputs with their parts of the variance, the largest first
// and alike ones by name: where better knowledge would help most. It is nil
// where Sigma is 0.
func (u Uncertainty) Shares() []VarianceShare {
	parts := u.Variances()
	if parts == nil {
		return nil
	}
	shares := make([]VarianceShare, 0, len(parts))
	for id, part := range parts {
		shares = append(shares, VarianceShare{id, part, finite(u[id])})
	}
	slices.SortFunc(shares, func(a, b VarianceShare) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Input, b.Input))
	})
	return shares
}
