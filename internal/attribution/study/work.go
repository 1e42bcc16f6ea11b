package main

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"time"
)

// A mix is how requests of three kinds come and what they do.
type mix struct {
	name   string
	often  [kinds]float64       // of so many requests
	spin   [kinds]time.Duration // CPU time of one
	wait   [kinds]time.Duration // before it works
	fan    [kinds]int           // goroutines that share the work; 0: it does it itself
	litter [kinds]int           // objects of 256 B that it leaves for the collector
}

const kinds = 3

const us = time.Microsecond

// mixes are those of the measurements that decided for samples: what waits is
// cheap, one kind fans out, one makes garbage, one is rare.
var mixes = map[string]mix{
	"cpu":  {often: [kinds]float64{1, 1, 1}, spin: [kinds]time.Duration{250 * us, 500 * us, 1000 * us}},
	"io":   {often: [kinds]float64{1, 1, 1}, spin: [kinds]time.Duration{250 * us, 500 * us, 1000 * us}, wait: [kinds]time.Duration{8000 * us, 2000 * us, 0}},
	"fan":  {often: [kinds]float64{1, 1, 1}, spin: [kinds]time.Duration{250 * us, 500 * us, 1000 * us}, fan: [kinds]int{0, 0, 4}},
	"gc":   {often: [kinds]float64{1, 1, 1}, spin: [kinds]time.Duration{250 * us, 500 * us, 1000 * us}, litter: [kinds]int{2000, 0, 0}},
	"rare": {often: [kinds]float64{96, 3, 1}, spin: [kinds]time.Duration{500 * us, 1000 * us, 2000 * us}},
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())) }

// pick returns a kind at random.
func (m *mix) pick(r *rand.Rand) int {
	sum := 0.0
	for _, n := range m.often {
		sum += n
	}
	at := r.Float64() * sum
	for kind, n := range m.often {
		if at -= n; at < 0 {
			return kind
		}
	}
	return kinds - 1
}

// A spinner knows how many turns of spin are a CPU-second.
type spinner struct{ perSecond float64 }

// calibrate finds it on a thread by itself, as the best of some tries: whatever
// the machine does later, the ratio of two amounts of work stays.
func calibrate() spinner {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const turns = 2_000_000
	best := time.Duration(1 << 62)
	for range 20 {
		began := time.Now()
		runtime.KeepAlive(spin(turns))
		best = min(best, time.Since(began))
	}
	return spinner{turns / best.Seconds()}
}

func (s spinner) work(d time.Duration) { runtime.KeepAlive(spin(int(s.perSecond * d.Seconds()))) }

// spin computes and touches no memory.
//
//go:noinline
func spin(turns int) uint64 {
	x := uint64(88172645463325252)
	for range turns {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// request does what a request of that kind does.
func (m *mix) request(s spinner, kind int) {
	if d := m.wait[kind]; d > 0 {
		time.Sleep(d)
	}
	litter(m.litter[kind])
	n := m.fan[kind]
	if n == 0 {
		s.work(m.spin[kind])
		return
	}
	var all sync.WaitGroup
	for range n {
		all.Go(func() { s.work(m.spin[kind] / time.Duration(n)) })
	}
	all.Wait()
}

// litter makes garbage that lives for a while, so that the collector has to look
// at it.
func litter(n int) {
	var kept [64][]byte
	for i := range n {
		kept[i%len(kept)] = make([]byte, 256)
	}
	runtime.KeepAlive(&kept)
}
