package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const head = "cpu,tdp_w,load_type,cores_used,cpu_mhz,load,package_w\n"

func TestReadPoints(t *testing.T) {
	got, err := readPoints(strings.NewReader("# note\n" + head +
		"a,100,all_cores,4,1,0.5,40\na,100,all_cores,4,1,1,70\na,100,some_cores,4,1,0.99,60\nb,50,all_cores,2,1,1,50\n"))
	require.NoError(t, err)
	require.Equal(t, []computer{
		{"a", 100, 4, []point{{true, 0.5, 40}, {true, 1, 70}, {false, 0.99, 60}}},
		{"b", 50, 2, []point{{true, 1, 50}}},
	}, got)
	require.Equal(t, 70.0, got[0].full(true))
	require.Equal(t, 60.0, got[0].full(false))
}

func TestReadPointsRefuses(t *testing.T) {
	for _, in := range []string{
		"", head, "a,b\n1,2\n", strings.ToUpper(head) + "a,1,x,1,1,1,1\n", head + "a,1,all_cores,1,1,2,1\n",
		head + "a,0,all_cores,1,1,1,1\n", head + "a,1,all_cores,1,1,1,NaN\n", head + "a,1,all_cores,1,1,one,1\n",
	} {
		_, err := readPoints(strings.NewReader(in))
		require.Error(t, err, "%q", in)
	}
	require.ErrorContains(t, run(&bytes.Buffer{}, ""), "-points")
}

func TestErrors(t *testing.T) {
	var s sums
	s.add(50, 100, 200)
	s.add(150, 100, 200)
	got := s.mean()
	require.Equal(t, sums{0, 0.5, 0.25, 0, (math.Pow(math.Log(0.5), 2) + math.Pow(math.Log(1.5), 2)) / 2}, got)
}

func TestInterval(t *testing.T) {
	require.InDelta(t, 2.128, interval(0.40), 0.0005)
	require.InDelta(t, 0.40, sigmaOf(math.Log(interval(0.40))/1.96), 1e-12)
}

func TestClaimCounts(t *testing.T) {
	machines := []computer{{"a", 100, 4, []point{{true, 1, 100}, {true, 1, 240}, {true, 1, 30}, {true, 1, 110}}}}
	n, below, above := claim{"x", 0.40, func(computer, float64) float64 { return 100 }, none}.count(machines)
	require.Equal(t, []int{4, 1, 1}, []int{n, below, above})
}

// TestDocument holds docs/accuracy.md against what the program prints today.
func TestDocument(t *testing.T) {
	points := filepath.Join("..", "..", "..", "shared", "fixtures", "estimate", "points.csv")
	if _, err := os.Stat(points); err != nil {
		t.Skip("the measured points are not in the repository: ", err)
	}
	var out bytes.Buffer
	require.NoError(t, run(&out, points))
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "accuracy.md"))
	require.NoError(t, err)
	require.Contains(t, string(doc), out.String())
}
