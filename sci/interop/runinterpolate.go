package interop

import (
	"cmp"
	"math"
	"slices"
)

// A curve is the points of an interpolation, in the order of x.
type curve struct{ x, y []float64 }

func (c *call) points() (curve, error) {
	list := func(key string) ([]float64, error) {
		var out []float64
		for _, item := range c.set.node.at(key).items() {
			v, err := number(item)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	x, err := list("x")
	if err != nil {
		return curve{}, err
	}
	y, err := list("y")
	if err != nil {
		return curve{}, err
	}
	if len(x) != len(y) || len(x) < 2 {
		return curve{}, c.refuse("%d values of x and %d of y", len(x), len(y))
	}
	// The original sorts x and y each by itself.
	sx, sy := slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
	if c.mode == Compat {
		return curve{sx, sy}, nil
	}
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	var out curve
	for _, i := range order {
		out.x, out.y = append(out.x, x[i]), append(out.y, y[i])
	}
	if !slices.Equal(out.y, sy) {
		c.deviate("if_points_sorted", c.where, "the Impact Framework sorts the y of %s apart from the x, which makes another curve", c.name)
	}
	return out, nil
}

func (c *call) interpolate(s Sample) error {
	p, err := c.points()
	if err != nil {
		return err
	}
	input, err := c.setName("input-parameter")
	if err != nil {
		return err
	}
	if s[input] == "off" {
		s[input] = 0.0
		s[c.set.text["output-parameter"]] = 0.0
		return nil
	}
	return c.through(s, func(v float64) (float64, error) {
		if v < 0 || v < p.x[0] || v > p.x[len(p.x)-1] {
			return 0, c.refuse("%s is %v, not within %v and %v", input, v, p.x[0], p.x[len(p.x)-1])
		}
		switch c.set.text["method"] {
		case "", "linear":
			return p.linear(v), nil
		case "spline":
			return p.spline(v), nil
		case "polynomial":
			return p.polynomial(v), nil
		}
		return 0, c.refuse("method %q is none", c.set.text["method"])
	})
}

// linear is a straight line between the points around v. The roundings are those
// of the original: no product is fused with a sum.
func (p curve) linear(v float64) float64 {
	var base, rate, slope float64
	for i, x := range p.x {
		switch {
		case v == x:
			base, rate = x, p.y[i]
		case i+1 < len(p.x) && v > x && v < p.x[i+1]:
			base, rate = x, p.y[i]
			slope = (p.y[i+1] - p.y[i]) / (p.x[i+1] - x)
		}
	}
	return rate + float64((v-base)*slope)
}

// polynomial is the one of lowest degree through all points, by Lagrange.
func (p curve) polynomial(v float64) float64 {
	sum := 0.0
	for i, xi := range p.x {
		product := 1.0
		for j, xj := range p.x {
			if j != i {
				product = float64(product*(v-xj)) / (xi - xj)
			}
		}
		sum += float64(p.y[i] * product)
	}
	return sum
}

// spline is the natural cubic spline through the points. Its slopes solve a
// system of equations; steps and roundings are those that the original's library
// (typescript-cubic-spline 1.0.1) has, so that the last bit is the same.
func (p curve) spline(v float64) float64 {
	k := eliminate(p.slopes())
	low, high := 0, len(p.x)
	for low < high {
		middle := (low + high) / 2
		switch {
		case p.x[middle] < v && middle != low:
			low = middle
		case p.x[middle] >= v && middle != high:
			high = middle
		default:
			high = low
		}
	}
	i := min(low+1, len(p.x)-1)
	width, rise := p.x[i]-p.x[i-1], p.y[i]-p.y[i-1]
	t := (v - p.x[i-1]) / width
	a := float64(k[i-1]*width) - rise
	b := float64(-k[i]*width) + rise
	bend := float64(a*(1-t)) + float64(b*t)
	return float64((1-t)*p.y[i-1]) + float64(t*p.y[i]) + float64(float64(t*(1-t))*bend)
}

// slopes returns the equations for the slopes at the points, the right side last.
func (p curve) slopes() [][]float64 {
	n := len(p.x) - 1
	m := make([][]float64, n+1)
	for i := range m {
		m[i] = make([]float64, n+2)
	}
	gap := func(i int) float64 { return p.x[i] - p.x[i-1] }
	pull := func(i int) float64 { return (p.y[i] - p.y[i-1]) / float64(gap(i)*gap(i)) }
	for i := 1; i < n; i++ {
		m[i][i-1] = 1 / gap(i)
		m[i][i] = 2 * (1/gap(i) + 1/gap(i+1))
		m[i][i+1] = 1 / gap(i+1)
		m[i][n+1] = 3 * (pull(i) + pull(i+1))
	}
	m[0][0], m[0][1] = 2/gap(1), 1/gap(1)
	m[0][n+1] = float64(3*(p.y[1]-p.y[0])) / float64(gap(1)*gap(1))
	m[n][n-1], m[n][n] = 1/gap(n), 2/gap(n)
	m[n][n+1] = float64(3*(p.y[n]-p.y[n-1])) / float64(gap(n)*gap(n))
	return m
}

// eliminate solves m by Gauss, with the largest pivot.
func eliminate(m [][]float64) []float64 {
	size := len(m)
	for row, column := 0, 0; row < size && column <= size; column++ {
		pivot, most := 0, math.Inf(-1)
		for i := row; i < size; i++ {
			if v := math.Abs(m[i][column]); v > most {
				pivot, most = i, v
			}
		}
		if m[pivot][column] == 0 {
			continue
		}
		m[row], m[pivot] = m[pivot], m[row]
		for i := row + 1; i < size; i++ {
			f := m[i][column] / m[row][column]
			m[i][column] = 0
			for j := column + 1; j <= size; j++ {
				m[i][j] -= float64(m[row][j] * f)
			}
		}
		row++
	}
	k := make([]float64, size)
	for i := size - 1; i >= 0; i-- {
		if m[i][i] != 0 {
			k[i] = m[i][size] / m[i][i]
		}
		for j := i - 1; j >= 0; j-- {
			m[j][size] -= float64(m[j][i] * k[i])
			m[j][i] = 0
		}
	}
	return k
}
