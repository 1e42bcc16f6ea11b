package rapl

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/scimeter/scimeter/source"
)

// How often the tree is looked at: for news, and at first when something was
// lost, then less and less often. [E]
const (
	walkEvery = time.Minute
	walkSoon  = 10 * time.Second
)

// hurry plans a walk soon, since something was lost.
func (r *Reader) hurry() {
	r.pause = walkSoon
	if soon := time.Now().Add(walkSoon); soon.Before(r.next) {
		r.next = soon
	}
}

// tend looks at the tree again when it is time to, and says whether it did.
func (r *Reader) tend(now time.Time) bool {
	if now.Before(r.next) {
		return false
	}
	r.walk(now)
	return true
}

// walk looks at the tree: it finds zones that are new or back, and misses
// those that are gone. What is news goes to r.pending. The error says that the
// tree could not be listed; then all stays as it is, unless it is not there.
func (r *Reader) walk(now time.Time) error {
	s, err := scan(r.class(), r.known)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		r.adopt(s, now)
		r.compareTwins()
	}
	r.plan(now)
	return err
}

func (r *Reader) plan(now time.Time) {
	wait := walkEvery
	if slices.ContainsFunc(r.zones, func(z *Zone) bool { return z.err != nil }) {
		r.pause = max(walkSoon, r.pause)
		wait = min(r.pause, walkEvery)
		r.pause *= 2
	} else {
		r.pause = 0
	}
	r.next = now.Add(wait)
}

// adopt brings the zones in line with what a scan found.
func (r *Reader) adopt(s survey, now time.Time) {
	r.masked, r.aside = s.masked, nil
	seen, shown := map[key][]*entry{}, map[string]bool{}
	for _, e := range s.entries {
		shown[e.dir] = true
		if e.bare && r.byKey[e.key] == nil {
			err := &ZoneError{Zone: e.key.id(), Dir: e.dir, Op: "open", Err: errNoEnergy}
			r.aside = append(r.aside, source.Skip{What: e.key.id(), Err: err})
			continue
		}
		if r.byKey[e.key] == nil {
			r.add(e)
		}
		seen[e.key] = append(seen[e.key], e)
	}
	r.forget(func(z *Zone) bool {
		return z.key.domain == DomainOther && seen[z.key] == nil && shown[z.key.dir]
	})
	for _, z := range r.zones {
		if seen[z.key] == nil {
			r.note(z.miss())
			continue
		}
		r.note(z.find(seen[z.key], now))
	}
	slices.SortStableFunc(r.zones, func(a, b *Zone) int { return compareKeys(a.key, b.key) })
}

// known returns whose counter the directory at path has, if that is open: a
// zone whose file "name" is gone or empty counts on.
func (r *Reader) known(path string) (key, bool) {
	counter := filepath.Join(path, energyFile)
	for _, z := range r.zones {
		if z.dev == nil || z.path != counter {
			continue
		}
		file, err := os.Stat(counter)
		return z.key, err == nil && os.SameFile(z.file, file)
	}
	return key{}, false
}

// forget drops zones: those of a directory without a name that means anything,
// which has one now and is another zone.
func (r *Reader) forget(named func(*Zone) bool) {
	r.zones = slices.DeleteFunc(r.zones, func(z *Zone) bool {
		if !named(z) {
			return false
		}
		z.shut()
		delete(r.byKey, z.key)
		return true
	})
}

func (r *Reader) note(err error) {
	if err != nil {
		r.pending = append(r.pending, err)
	}
}

// add makes a zone for e. Later than Open, the time before it is missing.
func (r *Reader) add(e *entry) {
	z := &Zone{r: r, key: e.key, dir: e.dir, path: filepath.Join(e.path, energyFile)}
	z.desc = e.describe(r.host, r.platform)
	z.at = r.opened
	z.proven = z.single()
	if e.key.domain == DomainCore && r.host.amd {
		z.scope = SingleCore
	}
	r.zones = append(r.zones, z)
	r.byKey[e.key] = z
}

// find makes z read from the best of entries that can be read, all of its key.
// It returns why there is none, if that is news.
func (z *Zone) find(entries []*entry, now time.Time) error {
	defer z.setMirrors(entries)
	z.revive(now)
	if z.dev != nil && z.still(entries) || z.twin.settled() {
		return nil
	}
	z.shut()
	var first error
	for _, e := range entries {
		err := z.attach(e)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return z.news(first)
}

// still tells whether one of entries is what z has open.
func (z *Zone) still(entries []*entry) bool {
	for _, e := range entries {
		path := filepath.Join(e.path, energyFile)
		if path != z.path {
			continue
		}
		file, err := os.Stat(path)
		return err == nil && os.SameFile(z.file, file)
	}
	return false
}

func (z *Zone) setMirrors(entries []*entry) {
	z.mirrors = nil
	for _, e := range entries {
		if e.dir != z.dir {
			z.mirrors = append(z.mirrors, e.dir)
		}
	}
}

// miss closes a zone that the tree does not show any more.
func (z *Zone) miss() error {
	z.shut()
	return z.news(z.fault("open", syscall.ENOENT))
}
