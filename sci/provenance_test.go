package sci_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func sourcesOf(lines ...string) []sci.SourceStatement {
	var sources []sci.SourceStatement
	for _, l := range lines {
		id, parents, _ := strings.Cut(l, "<")
		sources = append(sources, sci.SourceStatement{ID: id, Parents: strings.FieldsFunc(parents, func(r rune) bool { return r == ' ' })})
	}
	return sources
}

func TestSourceOrder(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"none", "", ""},
		{"without parents, as they stand", "b,a,c", "b,a,c"},
		{"parents first", "score<energy grid,energy<counter,grid,counter", "counter,energy,grid,score"},
		{"a diamond, each once", "d<b c,b<a,c<a,a", "a,b,c,d"},
		{"a parent named twice", "b<a a,a", "a,b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ordered, err := sci.SourceOrder(sourcesOf(strings.FieldsFunc(c.in, func(r rune) bool { return r == ',' })...))
			require.NoError(t, err)
			var ids []string
			for _, s := range ordered {
				ids = append(ids, s.ID)
			}
			require.Equal(t, c.want, strings.Join(ids, ","))
		})
	}
}

func TestCheckSourcesRefuses(t *testing.T) {
	hash := func(h string) []sci.SourceStatement { return []sci.SourceStatement{{ID: "a", SHA256: h}} }
	for _, c := range []struct {
		name    string
		sources []sci.SourceStatement
		want    error
		says    string
	}{
		{"no id", sourcesOf("a", ""), sci.ErrSourceID, "source 1"},
		{"an id twice", sourcesOf("a", "b", "a"), sci.ErrSourceID, `"a"`},
		{"a parent that is not there", sourcesOf("a<b"), sci.ErrSourceParent, `"b"`},
		{"made of itself", sourcesOf("a<a"), sci.ErrSourceCycle, "a made of a"},
		{"a circle", sourcesOf("x<a", "a<b", "b<c", "c<a"), sci.ErrSourceCycle, "a made of b made of c made of a"},
		{"a hash too short", hash(strings.Repeat("0", 63)), sci.ErrHash, ""},
		{"a hash in capitals", hash(strings.Repeat("A", 64)), sci.ErrHash, ""},
		{"a hash with its algorithm", hash("sha256:" + strings.Repeat("0", 57)), sci.ErrHash, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := sci.CheckSources(c.sources)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.says)
		})
	}
	both := sci.CheckSources([]sci.SourceStatement{{ID: "a", SHA256: "x", Parents: []string{"b"}}})
	require.ErrorIs(t, both, sci.ErrHash)
	require.ErrorIs(t, both, sci.ErrSourceParent)
	require.NoError(t, sci.CheckSources(hash(strings.Repeat("0a", 32))))
}

// A chain as long as a document neither overflows a stack nor takes long.
func TestSourceOrderOfALongChain(t *testing.T) {
	const n = 200_000
	sources := make([]sci.SourceStatement, n)
	for i := range sources {
		sources[i].ID = strconv.Itoa(i)
		if i+1 < n {
			sources[i].Parents = []string{strconv.Itoa(i + 1)}
		}
	}
	ordered, err := sci.SourceOrder(sources)
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(n-1), ordered[0].ID)
	require.Equal(t, "0", ordered[n-1].ID)
}
