package interop

import (
	"math"
	"math/big"
)

// raised is x to the y, rounded once where y is a whole number or a half. That is
// what the engine of the original (V8 of Node 20) comes to for -1, 0.5, 1 and 2;
// with other exponents it rounds more than once, and the last bit may differ.
func raised(x, y float64) float64 {
	n := math.Abs(y)
	switch {
	case y == 0.5 && x > 0:
		return math.Sqrt(x)
	case n != math.Trunc(n) || n > 32 || n == 0 || x == 0 || math.IsInf(x, 0) || math.IsNaN(x):
		return math.Pow(x, y)
	}
	const bits = 53 * 33 // enough for every product to be exact
	product := new(big.Float).SetPrec(bits).SetInt64(1)
	factor := new(big.Float).SetPrec(bits).SetFloat64(x)
	for range int(n) {
		product.Mul(product, factor)
	}
	if y < 0 {
		product.Quo(new(big.Float).SetPrec(bits).SetInt64(1), product)
	}
	v, _ := product.Float64()
	return v
}
