package sci_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// leafOf is a component with all that a score may have to look at.
func leafOf(doubt sci.Uncertainty) sci.Component {
	return sci.Component{
		IT: 3.6e6, PUE: 1.2, Intensity: new(units.Intensity(300)), Idle: new(0.25), Uncertainty: doubt,
		Hardware: []sci.Allocation{{TE: 1e6, Reserved: hours(1), RR: 1, ToR: 4}},
	}
}

// treeOf is a tree of so many leaves below depth levels of nodes.
func treeOf(leaves, depth int, leaf sci.Component) []sci.Component {
	if depth == 0 || leaves < 2 {
		flat := make([]sci.Component, leaves)
		for i := range flat {
			flat[i] = leaf
		}
		return flat
	}
	fanout := 10
	nodes := make([]sci.Component, min(fanout, leaves))
	for i := range nodes {
		part := leaves*(i+1)/len(nodes) - leaves*i/len(nodes)
		nodes[i] = sci.Component{ID: fmt.Sprint(i), Parts: treeOf(part, depth-1, leaf)}
	}
	return nodes
}

func TestAScoreAllocatesNothingPerComponent(t *testing.T) {
	for name, doubt := range map[string]sci.Uncertainty{"known": nil, "uncertain": {"a": 1, "b": 2, "c": 3}} {
		few := sci.System{R: new(1.0), Components: treeOf(10, 2, leafOf(doubt))}
		many := sci.System{R: new(1.0), Components: treeOf(10_000, 4, leafOf(doubt))}
		allocs := func(s sci.System) float64 {
			return testing.AllocsPerRun(5, func() {
				if _, err := s.Score(); err != nil {
					t.Error(err)
				}
			})
		}
		require.Equal(t, allocs(few), allocs(many), name)
	}
}

func TestATreeThatContainsItselfIsRefused(t *testing.T) {
	loop := []sci.Component{{ID: "loop"}}
	loop[0].Parts = loop
	_, err := sci.System{R: new(1.0), Components: loop}.Score()
	require.ErrorIs(t, err, sci.ErrTooDeep)
	_, err = sci.System{Components: loop}.Energy()
	require.ErrorIs(t, err, sci.ErrTooDeep)
}

func BenchmarkSystemScoreByShape(b *testing.B) {
	doubt := sci.Uncertainty{"intensity": 1, "pue": 1, "te.host": 1}
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		for _, shape := range []struct {
			name  string
			depth int
			doubt sci.Uncertainty
		}{{"flat", 0, nil}, {"depth 6", 5, nil}, {"depth 6, uncertain", 5, doubt}} {
			b.Run(fmt.Sprintf("%s/%d", shape.name, n), func(b *testing.B) {
				s := sci.System{R: new(1e6), Unit: "request", Components: treeOf(n, shape.depth, leafOf(shape.doubt))}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.Score(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/component")
			})
		}
	}
}
