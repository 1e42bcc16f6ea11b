package meter

import "math"

// EnoughSamples is how many samples an account must have before anything is
// claimed of its part alone: below it the relative standard error is above
// 10 %. [E]
const EnoughSamples = 100

// Enough reports whether the account has so many samples that its part may be
// shown by itself; it is for [CPUSamples], and false by other attributions.
func (a AccountTotal) Enough() bool { return a.Samples >= EnoughSamples }

// Sigma returns the relative standard error of the part of the account that
// comes from sampling: sqrt((1-p)/(p·n)) of a share p of n samples. False says
// that there are not [EnoughSamples], or that nothing is sampled. The error of
// samples that are nobody's is not in it: that is [UnattributedAccount] itself,
// and beyond what was sampled while a window was open it holds as far as work
// goes on alike between the windows.
func (a AccountTotal) Sigma() (relative float64, ok bool) {
	if !a.Enough() || a.AllSamples < a.Samples {
		return 0, false
	}
	p := float64(a.Samples) / float64(a.AllSamples)
	return math.Sqrt((1 - p) / float64(a.Samples)), true
}

// sampledOf tells each account how many samples all of them have.
func sampledOf(accounts []AccountTotal) {
	all := int64(0)
	for _, a := range accounts {
		all += a.Samples
	}
	for i := range accounts {
		accounts[i].AllSamples = all
	}
}
