package fetch_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity/fetch"
)

var mutations = flag.Int("mutations", 2000, "how many spoilt answers [TestMutatedAnswers] serves")

// TestMutatedAnswers serves what the fixtures have, spoilt at random: no
// provider panics, and what it makes of one is valid points or a classified
// error.
func TestMutatedAnswers(t *testing.T) {
	manifests, err := filepath.Glob("testdata/*/manifest.json")
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(recorded, "manifest.json")); err == nil {
		manifests = append(manifests, filepath.Join(recorded, "manifest.json"))
	}
	type answer struct {
		expectation
		dir  string
		file entry
	}
	var all []answer
	for _, m := range manifests {
		dir := filepath.Dir(m)
		var entries []entry
		read(t, m, &entries)
		for _, x := range expectations(t, dir) {
			for _, e := range entries {
				if e.File == x.File && e.Status == 200 {
					all = append(all, answer{x, dir, e})
				}
			}
		}
	}
	require.NotEmpty(t, all)
	random := rand.New(rand.NewPCG(3, 4))
	each := max(1, *mutations/len(all))
	for _, a := range all {
		body := text(t, a.dir, a.file.File)
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(a.Now))
			for range each {
				service := a.serve(t, a.dir, a.file, spoil(random, body))
				points, err := a.ask(t.Context(), providers[a.provider](fetch.Options{Transport: service}, a.Options))
				for _, p := range points {
					require.NoError(t, p.Valid(), a.file.File)
				}
				if err != nil {
					require.NotEmpty(t, fetch.Code(err), "%s: %v", a.file.File, err)
				}
			}
		})
	}
	t.Logf("%d spoilt answers of %d", each*len(all), len(all))
}

// spoil changes some bytes of a body: single ones, a stretch that is left out or
// comes twice, or the end.
func spoil(random *rand.Rand, body string) string {
	b := []byte(body)
	for range 1 + random.IntN(4) {
		if len(b) == 0 {
			break
		}
		i := random.IntN(len(b))
		n := min(random.IntN(20), len(b)-i)
		switch random.IntN(6) {
		case 0:
			b[i] = byte(random.IntN(256))
		case 1:
			b[i] = `0123456789-+.eE"{}[]<>:,nul`[random.IntN(27)]
		case 2:
			b = append(b[:i:i], b[i+n:]...)
		case 3:
			b = append(b[:i+n:i+n], b[i:]...)
		case 4:
			b = b[:i]
		case 5:
			copy(b[i:], "null")
		}
	}
	return string(b)
}
