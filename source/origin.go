package source

// An Origin says where a number comes from and how far it may be off.
type Origin struct {
	Method Method
	Nature Nature  // zero: what the method implies, see Weight
	Name   string  // such as "rapl/msr" or "ember-2024"
	Detail string  // vintage, licence, path
	Sigma  float64 // relative standard uncertainty (1σ) of the figures; 0: not known
}

// Weight returns the nature of a figure of this origin. A counter is measured
// unless Nature says that it is itself a model, as RAPL is on AMD processors
// and under a hypervisor.
func (o Origin) Weight() Nature {
	if o.Nature != 0 {
		return o.Nature
	}
	switch o.Method {
	case Counted, Sampled:
		return NatureMeasured
	case Estimated:
		return NatureEstimated
	}
	return 0
}
