package ifcompat

// SCI returns the score of one row as the plugin sci has it: carbon over
// functional units, and the carbon itself where there were none (Impact
// Framework 1.1.0, sci/index.ts:94-102). A score without work does not exist;
// the specification has no such rule.
func SCI(carbon, units float64) (float64, error) {
	if !amounts(carbon, units) {
		return 0, ErrInput
	}
	if units == 0 {
		return carbon, nil
	}
	return finite(carbon / units)
}

// MeanOverTime returns the score of rows taken together as the aggregation has
// it: the mean of their rates, whatever was done in each (sci/index.ts:48-50).
// The right one is the sum of carbon over the sum of units. No rows are 0.
func MeanOverTime(rates []float64) (float64, error) {
	if !amounts(rates...) {
		return 0, ErrInput
	}
	var sum float64
	for _, r := range rates {
		sum += r
	}
	return finite(sum / max(float64(len(rates)), 1))
}

// TimeSyncMean returns the mean of the samples of one bucket as time-sync has
// it: the last sample is divided and not added (time-sync/index.ts:345-356), so
// that it loses a part. The right one is the mean. No samples are 0.
func TimeSyncMean(samples []float64) (float64, error) {
	if !amounts(samples...) {
		return 0, ErrInput
	}
	if len(samples) == 0 {
		return 0, nil
	}
	var sum float64
	for _, s := range samples[:len(samples)-1] {
		sum += s
	}
	return finite(sum / float64(len(samples)))
}
