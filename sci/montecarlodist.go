package sci

import (
	"math"
	"math/rand/v2"
)

// A Dist is what is known of an input: the numbers that it may be. [Normal],
// [LognormalAbout], [Triangular] and [Uniform] make one; the zero Dist is refused
// by what draws from it.
type Dist struct {
	shape shape
	a, b  float64 // mean and sigma; median and ln of the geometric standard deviation; or the ends
	mode  float64
}

type shape uint8

const (
	shapeNormal shape = iota + 1
	shapeLognormal
	shapeTriangular
	shapeUniform
)

// Normal is for what a meter reads: a mean and one standard deviation. What
// would be below 0 is drawn as 0.
func Normal(mean, sigma float64) Dist { return Dist{shape: shapeNormal, a: mean, b: sigma} }

// LognormalAbout is for factors, such as an intensity or what hardware embodies:
// a median above 0 and the logarithm of the geometric standard deviation, such
// as [ServerSigma].
func LognormalAbout(median, lnGSD float64) Dist {
	return Dist{shape: shapeLognormal, a: median, b: lnGSD}
}

// Triangular is for a range of which something is likely: a lifespan of 3 to 6
// years, or a PUE.
func Triangular(low, mode, high float64) Dist {
	return Dist{shape: shapeTriangular, a: low, b: high, mode: mode}
}

// Uniform is for a range of which nothing is likely.
func Uniform(low, high float64) Dist { return Dist{shape: shapeUniform, a: low, b: high} }

// Over returns the distribution of an input over what a disclosure states for
// it, such as Triangular(1.1, 1.54, 2).Over(1.54): what multiplies the stated
// figure. A stated that is not positive gives a Dist that is refused.
func (d Dist) Over(stated float64) Dist {
	if !(stated > 0) {
		return Dist{}
	}
	d.a, d.mode = d.a/stated, d.mode/stated
	if d.shape != shapeLognormal {
		d.b /= stated
	}
	return d
}

// check refuses what cannot be.
func (d Dist) check() error {
	ok := amount(d.a) && amount(d.b)
	switch d.shape {
	case shapeNormal:
	case shapeLognormal:
		ok = ok && d.a > 0
	case shapeTriangular:
		ok = ok && d.a <= d.mode && d.mode <= d.b
	case shapeUniform:
		ok = ok && d.a <= d.b
	default:
		ok = false
	}
	if !ok {
		return refuse(ErrDistribution, "draw from a distribution of %v, %v, %v", d.a, d.mode, d.b)
	}
	return nil
}

// Mean returns the mean.
func (d Dist) Mean() float64 {
	switch d.shape {
	case shapeLognormal:
		return finite(d.a * math.Exp(d.b*d.b/2))
	case shapeTriangular:
		return finite((d.a + d.mode + d.b) / 3)
	case shapeUniform:
		return finite(d.a/2 + d.b/2)
	}
	return finite(d.a)
}

// Sigma returns the standard deviation.
func (d Dist) Sigma() float64 {
	switch d.shape {
	case shapeLognormal:
		return finite(d.Mean() * math.Sqrt(math.Expm1(d.b*d.b)))
	case shapeTriangular:
		low, high := d.mode-d.a, d.b-d.mode
		return finite(math.Sqrt((low*low + low*high + high*high) / 18))
	case shapeUniform:
		return finite((d.b - d.a) / math.Sqrt(12))
	}
	return finite(d.b)
}

// Range returns the least and the greatest that an input may be: the ends of a
// triangular or uniform one, the 95 % interval of others.
func (d Dist) Range() (low, high float64) {
	switch d.shape {
	case shapeTriangular, shapeUniform:
		return finite(d.a), finite(d.b)
	case shapeLognormal:
		return finite(d.a * math.Exp(-coverage*d.b)), finite(d.a * math.Exp(coverage*d.b))
	}
	return max(0, finite(d.a-coverage*d.b)), finite(d.a + coverage*d.b)
}

func (d Dist) draw(rnd *rand.Rand) float64 {
	switch d.shape {
	case shapeLognormal:
		return finite(d.a * math.Exp(d.b*rnd.NormFloat64()))
	case shapeTriangular:
		return d.triangular(rnd.Float64())
	case shapeUniform:
		return d.a + (d.b-d.a)*rnd.Float64()
	}
	return max(0, finite(d.a+d.b*rnd.NormFloat64()))
}

// triangular returns the quantile of p.
func (d Dist) triangular(p float64) float64 {
	width, left := d.b-d.a, d.mode-d.a
	if width == 0 {
		return d.a
	}
	if p < left/width {
		return d.a + math.Sqrt(p*width*left)
	}
	return d.b - math.Sqrt((1-p)*width*(d.b-d.mode))
}
