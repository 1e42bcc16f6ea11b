package fetch

import (
	"container/list"
	"sync"

	"github.com/scimeter/scimeter/intensity"
)

// defaultPoints is about 12 MB of them.
const defaultPoints = 50_000

// A Cache keeps the days that a source no longer revises, in memory and, with
// Dir, on disk, where other processes may use them at the same time. The zero
// Cache is in memory. A cache never makes a call fail: what cannot be read,
// because it is damaged, cut off or of another version, is asked for again, and
// what cannot be written is kept in memory alone; see [Cache.Err]. It is safe
// for concurrent use and must not be copied.
//
// A key is the provider, the signal, the zone, the day in UTC, and the version
// of the figures where the source has several. Recent figures and forecasts are
// not kept here: each client remembers them for a step.
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

type cachedDay struct {
	key    cacheKey
	points []intensity.Point
}

// Err returns why the directory could not be written the last time, for
// whoever operates the service; nil if it could. Figures are not affected.
func (c *Cache) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wrote
}

// load returns the points of a day. They must not be changed.
func (c *Cache) load(k cacheKey) ([]intensity.Point, bool) {
	c.mu.Lock()
	if e, ok := c.days[k]; ok {
		c.used.MoveToFront(e)
		defer c.mu.Unlock()
		return e.Value.(*cachedDay).points, true
	}
	c.mu.Unlock()
	if c.Dir == "" {
		return nil, false
	}
	points, ok := readDay(c.Dir, k)
	if ok {
		c.remember(k, points)
	}
	return points, ok
}

func (c *Cache) store(k cacheKey, points []intensity.Point) {
	c.remember(k, points)
	if c.Dir == "" {
		return
	}
	c.sweep(k)
	err := writeDay(c.Dir, k, points)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote = err
}

// remember keeps a day in memory, and drops the ones used longest ago beyond
// the limit.
func (c *Cache) remember(k cacheKey, points []intensity.Point) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.days == nil {
		c.days = map[cacheKey]*list.Element{}
	}
	if e, ok := c.days[k]; ok {
		c.drop(e)
	}
	c.days[k] = c.used.PushFront(&cachedDay{k, points})
	c.n += len(points)
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
	c.n -= len(d.points)
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
