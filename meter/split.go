package meter

import (
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/source"
)

// Pools are what is split between accounts by weights of its own.
const (
	hostPool = iota // of all zones but cards
	cardPool        // of GPUs and modules
	poolCount
)

func poolOf(k source.Kind) int {
	if k == source.GPU || k == source.Module {
		return cardPool
	}
	return hostPool
}

// A pool is the dynamic energy of some zones that is charged to the scope, with
// the supply loss that belongs to it, and its carbon.
type pool struct {
	uj    uint64
	grams float64
}

// A splitter has what was split between accounts so far.
type splitter struct {
	before   [poolCount]pool
	since    [poolCount]time.Time // when it last was
	unpriced uint64
	sampled  bool   // the samples for what waits in the pool of the host are there
	samples  uint64 // of all accounts, when that was last split
	tail     bool   // what waits is the end of a cycle that had no window: the one before stands for it

	accounts []*Account // of this tick; memory that is used again
	weights  []float64
	gains    []uint64
}

// split gives what was charged since the last time to the accounts, by their
// weights since then. What no account has worked for is unattributed. Where
// accounts are charged, that comes when work is done, to one sooner than to
// another: so all is split by all that was charged meanwhile, each minute or where
// somebody wants to know. Samples come in late, and nobody waits for them. All of it is given, to the microjoule. m.mu is held.
func (m *Meter) split(force bool) {
	now := m.pools()
	s := &m.splitter
	l := m.accounts
	if l.how == CPUSamples && now[hostPool] == s.before[hostPool] {
		s.since[hostPool] = m.at // nothing waits
	}
	if now == s.before {
		return // and what weighs waits for what it weighs on
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance()
	s.accounts = append(s.accounts[:0], l.list...)
	s.gains = slices.Grow(s.gains[:0], len(s.accounts))[:len(s.accounts)]
	clear(s.gains)
	for _, a := range l.list {
		l.accrue(a)
	}
	for i := range now {
		if now[i] == s.before[i] || !s.due(l.how, i, m.at, force) {
			continue
		}
		sum := s.weigh(i)
		if l.how == CPUSamples && i == hostPool {
			if s.tail && sum == 0 {
				sum = s.weighAgain(i)
			}
			s.sampled, s.samples, s.tail = false, l.sampled, false
		}
		s.share(i, sum, now[i].uj-s.before[i].uj, now[i].grams-s.before[i].grams)
		s.before[i], s.since[i] = now[i], m.at
	}
	s.unprice(m.pricer.unpricedDynamic)
	for _, a := range s.accounts {
		a.told.set(&a.owned)
	}
}

// due reports whether a pool is split at a reading.
func (s *splitter) due(how Attribution, pool int, at time.Time, force bool) bool {
	switch {
	case how == InFlight:
		return true
	case how == CPUSamples && pool == hostPool:
		return s.sampled
	}
	return force || at.Sub(s.since[pool]) >= patience
}

// pools returns what is to be split, since the start.
func (m *Meter) pools() (now [poolCount]pool) {
	for _, z := range m.zones {
		p := &now[poolOf(z.about.Kind)]
		lost := z.lost(m)
		p.uj += z.ledger.chargedDynamic + lost.chargedDynamic
		p.grams += z.books.dynamic + z.books.lossDynamic
	}
	return now
}

// weigh takes the weights of the accounts in a pool since it was last split, and
// returns their sum.
func (s *splitter) weigh(pool int) (sum float64) {
	s.weights = s.weights[:0]
	for _, a := range s.accounts {
		w := max(0, a.weight(pool)-a.owned.pools[pool].base)
		s.weights = append(s.weights, w)
		sum += w
	}
	return sum
}

// weighAgain takes the weights by which a pool was last split.
func (s *splitter) weighAgain(pool int) (sum float64) {
	s.weights = s.weights[:0]
	for _, a := range s.accounts {
		s.weights = append(s.weights, a.owned.pools[pool].last)
		sum += a.owned.pools[pool].last
	}
	return sum
}

// weight is what the account has of what a pool is split by, since the start.
func (a *Account) weight(pool int) float64 {
	if a.mark != nil && pool == hostPool {
		return float64(a.sampled)
	}
	return a.work
}

// share gives uj and grams of a pool to the accounts, by weights of that sum.
func (s *splitter) share(pool int, sum float64, uj uint64, grams float64) {
	for i, a := range s.accounts {
		p := &a.owned.pools[pool]
		p.base, p.last = a.weight(pool), s.weights[i]
	}
	if uj == 0 && grams <= 0 {
		return
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		s.weights[0], sum = 1, 1 // nobody has worked for an account
	}
	given, running := uint64(0), 0.0
	largest := 0
	for i, a := range s.accounts {
		w := s.weights[i]
		if w == 0 {
			continue
		}
		if w > s.weights[largest] {
			largest = i
		}
		r := &a.owned.pools[pool].residue
		exact := float64(uj)*(w/sum) + float64(*r)
		running += exact
		n := uint64(max(0, math.Round(running)-float64(given)))
		n = min(n, uj-given)
		given += n
		*r = residue(exact - float64(n))
		s.gains[i] += n
		a.owned.uj += n
		a.owned.grams += grams * (w / sum)
	}
	rest := uj - given // of roundings
	s.gains[largest] += rest
	s.accounts[largest].owned.uj += rest
	s.accounts[largest].owned.pools[pool].residue -= residue(rest)
}

// unprice marks as much of what was given as has no price, to each account in
// proportion.
func (s *splitter) unprice(total uint64) {
	all := uint64(0)
	for _, n := range s.gains {
		all += n
	}
	without := min(total-s.unpriced, all)
	if without == 0 {
		return
	}
	s.unpriced += without
	given, running := uint64(0), uint64(0)
	for i, a := range s.accounts {
		running += s.gains[i]
		upTo := uint64(math.Round(float64(without) * (float64(running) / float64(all))))
		n := min(max(upTo, given)-given, without-given, s.gains[i])
		a.owned.unpriced += n
		given += n
	}
}
