package fetch

import (
	"container/list"
	"sync"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// defaultPoints is about 12 MB of them.
const defaultPoints = 50_000

// A Cache keeps the past by the day, in memory and, with Dir, on disk, where
// other processes may use it at the same time. The zero Cache is in memory. A
// cache never makes a call fail: what cannot be read, because it is damaged, cut
// off or of another version, is asked for again, and what cannot be written is
// kept in memory alone; see [Cache.Err]. It is safe for concurrent use and must
// not be copied.
//
// Days that are final, because the source revises them no more and they are
// whole, are not asked for again. Others are kept for when the service does not
// answer: a process that starts in an outage has what was last known, beside the
// error. An answer of the service always comes before them.
//
// A key is the provider, the signal, the zone, the day in UTC, and the version
// of the figures where the source has several. The newest figure by itself and
// forecasts are not kept here: each client remembers them for a step.
type Cache struct {
	Dir    string // made when first needed; "": none
	Points int    // kept in memory at most; 0: 50,000

	mu    sync.Mutex // guards all below
	days  map[cacheKey]*list.Element
	used  list.List // of *cachedDay, the last used in front
	n     int       // points of all days
	wrote error
	swept map[string]bool // folders that were looked through for litter
}

// A cacheKey is what one day of figures is kept under.
type cacheKey struct {
	Provider string           `json:"provider"`
	Signal   intensity.Signal `json:"signal"`
	Zone     string           `json:"zone"`
	Vintage  string           `json:"vintage,omitempty"`
	Step     string           `json:"step"`
	Day      string           `json:"day"`
}

// A keptDay is what is known of one day.
type keptDay struct {
	Fetched time.Time         `json:"fetched"` // the last of it
	Final   bool              `json:"final"`   // it need not be asked for again
	Points  []intensity.Point `json:"points"`  // in order; they must not be changed
}

// better reports whether d is to be used in place of o.
func (d keptDay) better(o keptDay) bool {
	if d.Final != o.Final {
		return d.Final
	}
	return d.Fetched.After(o.Fetched)
}

type cachedDay struct {
	key cacheKey
	keptDay
}

// Err returns why the directory could not be written the last time, for
// whoever operates the service; nil if it could. Figures are not affected.
func (c *Cache) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wrote
}

// load returns what is known of a day. What is not final in memory may be on
// disk by now, from another process.
func (c *Cache) load(k cacheKey) (keptDay, bool) {
	d, ok := c.memory(k)
	if ok && d.Final || c.Dir == "" {
		return d, ok
	}
	if read, found := readDay(c.Dir, k); found && (!ok || read.better(d)) {
		c.remember(k, read)
		return read, true
	}
	return d, ok
}

func (c *Cache) memory(k cacheKey) (keptDay, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.days[k]
	if !ok {
		return keptDay{}, false
	}
	c.used.MoveToFront(e)
	return e.Value.(*cachedDay).keptDay, true
}

func (c *Cache) store(k cacheKey, d keptDay) {
	c.remember(k, d)
	if c.Dir == "" {
		return
	}
	c.sweep(k)
	err := writeDay(c.Dir, k, d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote = err
}

// remember keeps a day in memory, and drops the ones used longest ago beyond
// the limit.
func (c *Cache) remember(k cacheKey, d keptDay) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.days == nil {
		c.days = map[cacheKey]*list.Element{}
	}
	if e, ok := c.days[k]; ok {
		c.drop(e)
	}
	c.days[k] = c.used.PushFront(&cachedDay{k, d})
	c.n += len(d.Points)
	limit := c.Points
	if limit == 0 {
		limit = defaultPoints
	}
	for c.n > limit && c.used.Len() > 0 {
		c.drop(c.used.Back())
	}
}

func (c *Cache) drop(e *list.Element) {
	d := c.used.Remove(e).(*cachedDay)
	delete(c.days, d.key)
	c.n -= len(d.Points)
}

// sweep removes what writers that were killed left in a folder, once.
func (c *Cache) sweep(k cacheKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	folder := k.folder(c.Dir)
	if c.swept[folder] {
		return
	}
	if c.swept == nil {
		c.swept = map[string]bool{}
	}
	c.swept[folder] = true
	removeLitter(folder)
}
