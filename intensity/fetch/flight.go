package fetch

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// flights let calls for the same key share one. The work has a context of its
// own, which ends when the last of the callers has gone: one that gives up does
// not take the answer from the others.
type flights struct {
	group singleflight.Group

	mu      sync.Mutex // guards waiters
	waiters map[string]*waiter
}

// A waiter is those who wait for one key.
type waiter struct {
	n      int
	ctx    context.Context
	cancel context.CancelFunc
}

// do returns what work does, or the error of ctx if that ends before.
func (f *flights) do(ctx context.Context, key string, work func(context.Context) result) result {
	if err := ctx.Err(); err != nil {
		return result{err: err}
	}
	w, answer := f.join(ctx, key, work)
	defer f.leave(key, w)
	select {
	case <-ctx.Done():
		return result{err: ctx.Err()}
	case a := <-answer:
		return a.Val.(result)
	}
}

func (f *flights) join(ctx context.Context, key string, work func(context.Context) result) (*waiter, <-chan singleflight.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.waiters[key]
	if w == nil {
		w = &waiter{}
		w.ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
		if f.waiters == nil {
			f.waiters = map[string]*waiter{}
		}
		f.waiters[key] = w
	}
	w.n++
	return w, f.group.DoChan(key, func() (any, error) { return work(w.ctx), nil })
}

func (f *flights) leave(key string, w *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.n--; w.n > 0 {
		return
	}
	w.cancel()
	f.group.Forget(key)
	delete(f.waiters, key)
}
