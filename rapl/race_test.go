package rapl_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
)

func TestHundredReaders(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 100000000, ri)
	tree.Zone("intel-rapl:0:0", "dram", 100000000, powercaptest.DRAMRange)
	tree.Zone("intel-rapl:1", "psys", 100000000, ri)
	r := open(t, tree)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range uint64(500) {
			tree.SetEnergy("intel-rapl:0", 100000000+i*1000)
		}
	}()
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			var last reading
			readings := make([]reading, 0, 4)
			for range 50 {
				readings, _ = r.Read(readings[:0])
				for _, x := range readings {
					if x.Zone != "rapl/package-0" {
						continue
					}
					if x.Total < last.Total || x.At.Before(last.At) {
						t.Error("a total fell")
					}
					last = x
				}
				r.Report()
				for _, z := range r.Zones() {
					z.Describe()
					_, _ = z.Total()
				}
			}
		})
	}
	wg.Wait()
	<-done
	tree.SetEnergy("intel-rapl:0", 100500000)
	got, err := r.Read(nil)
	require.NoError(t, err)
	require.EqualValues(t, 500000, got[0].Total, "whoever read it, it was counted once")
}
