package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/meter"
)

// weighed is for how long a kind runs by itself, to find what it costs.
const weighed = 5 * time.Second

// truth is what one request of each kind costs, in CPU-seconds. It is what the
// kind spins, but where garbage is made: that is weighed, each kind by itself,
// from as many workers as later all have, with what the collector has to do for
// it; on an idle CPU it would do more.
func (m *mix) truth(s spinner, workers int) (cost [kinds]float64, err error) {
	for kind := range kinds {
		cost[kind] = m.spin[kind].Seconds()
	}
	if m.litter == ([kinds]int{}) {
		return cost, nil
	}
	for kind := range kinds {
		w, err := watchBy(context.Background())
		if err != nil {
			return cost, err
		}
		var done atomic.Int64
		var all sync.WaitGroup
		until := time.Now().Add(weighed)
		for range workers {
			all.Go(func() {
				for time.Now().Before(until) {
					m.request(s, kind)
					done.Add(1)
				}
			})
		}
		all.Wait()
		u, err := w.end(context.Background())
		if err != nil {
			return cost, err
		}
		cost[kind] = u.Own.Seconds() / float64(done.Load())
	}
	return cost, nil
}

// A watch is one meter with the accounts of the kinds.
type watch struct {
	method meter.Attribution
	meter  *meter.Meter
	kinds  [kinds]*meter.Account
	from   meter.Snapshot
}

func watchBy(ctx context.Context, opts ...meter.Option) (*watch, error) {
	m, err := meter.Start(ctx, append(opts, meter.WithoutRest(), meter.WithPolicy(meter.Marginal), meter.WithInterval(100*time.Millisecond))...)
	if err != nil {
		return nil, err
	}
	w := &watch{meter: m, method: m.Ledger().Attribution()}
	for kind := range kinds {
		w.kinds[kind] = m.Ledger().Account(string(rune('A' + kind)))
	}
	w.from, err = m.Read(ctx)
	return w, err
}

// end returns what became of the energy since the start.
func (w *watch) end(ctx context.Context) (meter.Usage, error) {
	if err := w.meter.Stop(); err != nil {
		return meter.Usage{}, err
	}
	to, err := w.meter.Read(ctx)
	if err != nil {
		return meter.Usage{}, err
	}
	return to.Sub(w.from)
}

// run lets the requests of a mix come until they have used so much CPU time, and returns what each method
// made of them.
func (o *options) run(ctx context.Context, m *mix, s spinner) ([]outcome, error) {
	inFlight, err := watchBy(ctx)
	if err != nil {
		return nil, err
	}
	sampled, err := watchBy(ctx, meter.WithAttribution(meter.CPUSamples), meter.WithProfile(o.window, o.cycle))
	if err != nil {
		return nil, err
	}
	var done [kinds]atomic.Int64
	var all sync.WaitGroup
	var enough atomic.Bool
	for range o.workers {
		all.Go(func() {
			r := newRand()
			for !enough.Load() {
				kind := m.pick(r)
				flying, marked := inFlight.kinds[kind].Begin(), sampled.kinds[kind].Begin()
				m.request(s, kind)
				marked.End()
				flying.End()
				done[kind].Add(1)
			}
		})
	}
	var now meter.Snapshot
	for now.Own < o.cpu && ctx.Err() == nil {
		time.Sleep(50 * time.Millisecond)
		inFlight.meter.Last(&now)
	}
	enough.Store(true)
	all.Wait()
	var got []outcome
	for _, w := range []*watch{inFlight, sampled} {
		u, err := w.end(ctx)
		if err != nil {
			return nil, err
		}
		r := outcome{method: w.method, cpu: u.Own}
		for kind := range kinds {
			r.done[kind] = done[kind].Load()
		}
		r.take(u)
		got = append(got, r)
	}
	return got, nil
}
