package intensity

import "time"

// A pace says when the next figure of a provider is looked for: when it is due,
// and if it does not come, after pauses that grow.
type pace struct {
	step, lag time.Duration // as the provider says

	late    time.Duration // how much later than that figures come, as has been seen
	running bool          // the newest one is of the running step
	misses  int           // how often it was looked for in vain since the last came
	missed  time.Time     // when that was the last time
	failed  bool          // the last answer was an error
	broken  bool          // one of those since the last figure was
}

// Pauses between two refreshes. All are choices of ours.
const (
	breath  = time.Second // before the rest of the past is asked for, and after a figure is due
	soonest = time.Minute
	latest  = 30 * time.Minute
)

// due is when the figure after the newest one should be there. One of the
// running step comes as it begins, others when they are over.
func (p *pace) due(newest time.Time) time.Time {
	if p.running {
		return newest.Add(p.lag)
	}
	return newest.Add(p.step + p.lag)
}

// next returns when to look for it, later than now.
func (p *pace) next(newest, now time.Time) time.Time {
	pause := max(soonest, min(p.step, latest))
	at := p.due(newest).Add(p.late + breath)
	switch {
	case p.failed:
		return now.Add(soonest)
	case !at.After(now):
		at = now.Add(soonest << min(max(p.misses-1, 0), 5))
	}
	return earlier(at, now.Add(pause))
}

// learn takes note of an answer, before which the newest figure ended at was.
func (p *pace) learn(was, newest, now time.Time, failed bool) {
	p.failed, p.broken = failed, p.broken || failed
	due := p.due(was)
	if !newest.After(was) {
		if !failed && !now.Before(due) {
			p.misses++
			p.missed = now
		}
		return
	}
	switch {
	case was.IsZero() || p.broken || newest.Sub(was) > p.step: // which says nothing
	case p.misses > 0: // it came after that
		p.late = min(p.missed.Sub(due), max(p.step, latest))
	default: // it may come earlier
		p.late /= 2
	}
	p.running = newest.After(now)
	p.misses, p.broken = 0, failed
}
