package fetch

import (
	"sync"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// Bounds of what a client remembers for a step.
const (
	maxRecent       = 1024 // keys
	maxRecentPoints = 5000 // of one key; a longer range is not remembered as a whole
)

// A result is the answer to one question: points, an error, or both where only
// a part could be read.
type result struct {
	points []intensity.Point
	err    error
}

// recent remembers results for a while.
type recent struct {
	mu   sync.Mutex // guards kept
	kept map[string]memory
}

// A memory is a result with its time: since when, by a reading with the
// monotonic clock in it, how long, and until when by the wall clock.
type memory struct {
	result
	since time.Time
	ttl   time.Duration
}

// fresh reports whether m still holds. The age is that of the monotonic clock,
// which setting the clock does not change but which some systems stop while
// they sleep; the wall clock can only shorten it. A negative age is no age.
func (m memory) fresh(now time.Time) bool {
	age := now.Sub(m.since)
	wall := now.Round(0).Sub(m.since.Round(0))
	return age >= 0 && age < m.ttl && wall < m.ttl
}

func (r *recent) load(key string) (result, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.kept[key]
	if !ok || !m.fresh(time.Now()) {
		return result{}, false
	}
	return m.result, true
}

func (r *recent) store(key string, res result, ttl time.Duration) {
	if ttl <= 0 || len(res.points) > maxRecentPoints {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if len(r.kept) >= maxRecent {
		r.sweep(now)
	}
	if r.kept == nil {
		r.kept = map[string]memory{}
	}
	r.kept[key] = memory{result: res, since: now, ttl: ttl}
}

// sweep drops what is no longer fresh, and all if that was nothing.
func (r *recent) sweep(now time.Time) {
	for key, m := range r.kept {
		if !m.fresh(now) {
			delete(r.kept, key)
		}
	}
	if len(r.kept) >= maxRecent {
		clear(r.kept)
	}
}
