package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	breakAfter = 5           // failures in a row
	probeEvery = time.Minute // then one attempt in this
)

// errOpen is the cause while the breaker lets nothing through.
var errOpen = fmt.Errorf("not asked, after %d failures in a row: %w", breakAfter, ErrTemporary)

// A gate lets requests to one service through, or says at once why not: the
// key was refused, the service said to wait, or it fails all the time. All its
// times are of the monotonic clock, so that setting the clock changes nothing.
type gate struct {
	mu       sync.Mutex // guards all below
	failures int        // in a row
	probe    time.Time  // when the next attempt is due, with breakAfter failures
	wait     time.Time  // what the service asked for

	refused      [sha256.Size]byte // of the key
	refusal      error
	refusedUntil time.Time
}

// check returns nil if a request may go now.
func (g *gate) check(secret string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state(secret, time.Now())
}

// enter is check by one who goes: of those that wait for the breaker one may.
func (g *gate) enter(secret string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	err := g.state(secret, now)
	if err == nil && g.failures >= breakAfter {
		g.probe = now.Add(probeEvery)
	}
	return err
}

// state is why no request may go now, with mu held.
func (g *gate) state(secret string, now time.Time) error {
	if g.refusal != nil && now.Before(g.refusedUntil) && g.refused == sha256.Sum256([]byte(secret)) {
		return g.refusal
	}
	if d := g.wait.Sub(now); d > 0 {
		return &RateLimitedError{RetryAfter: d}
	}
	if g.failures >= breakAfter && now.Before(g.probe) {
		return errOpen
	}
	return nil
}

// leave notes how a request ended. Neither an answer nor the caller's giving
// up is a failure of the service. To be told to wait, but not how long, is one:
// nothing else would keep the next call from asking at once.
func (g *gate) leave(ctx context.Context, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	limited, ok := errors.AsType[*RateLimitedError](err)
	told := ok && limited.RetryAfter > 0
	if told {
		if until := time.Now().Add(limited.RetryAfter); until.After(g.wait) {
			g.wait = until
		}
	}
	if !errors.Is(err, ErrTemporary) && (told || !errors.Is(err, ErrRateLimited)) {
		if ctx.Err() == nil {
			g.failures = 0
		}
		return
	}
	g.failures++
	g.probe = time.Now().Add(probeEvery)
}

// refuse remembers that the key was refused.
func (g *gate) refuse(secret string, err error, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused, g.refusal, g.refusedUntil = sha256.Sum256([]byte(secret)), err, time.Now().Add(d)
}
