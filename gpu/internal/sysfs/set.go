package sysfs

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// A set is all the devices of one kind: a [driver.Driver].
type set struct {
	name string
	tree Tree
	find func(Tree) (found []*device, skipped []source.Skip, err error)

	mu   sync.Mutex // guards kept
	kept map[string]*device
}

// errNone says that a tree shows nothing of the kind.
var errNone = errors.New("none here")

func (s *set) Name() string { return s.name }

func (s *set) Open() ([]driver.Device, []source.Skip, error) {
	s.Close()
	return s.Rescan()
}

// Rescan looks at the tree again. What was known and was not found lost goes on
// as the Device it is, so that one whose Read hangs is not read beside itself.
func (s *set) Rescan() ([]driver.Device, []source.Skip, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, skipped, err := s.find(s.tree)
	devices := make([]driver.Device, 0, len(found))
	kept := make(map[string]*device, len(found))
	for _, d := range found {
		d, skip := s.keep(d)
		if skip.Err != nil {
			skipped = append(skipped, skip)
			continue
		}
		kept[d.id.ID] = d
		devices = append(devices, d)
	}
	for id, d := range s.kept {
		if kept[id] != d {
			d.close()
		}
	}
	s.kept = kept
	if len(devices) == 0 {
		return nil, skipped, s.none(err)
	}
	return devices, skipped, nil
}

// keep returns the device to use for d: that of before, or d itself, opened.
func (s *set) keep(d *device) (*device, source.Skip) {
	if old := s.kept[d.id.ID]; old != nil && old.usable() {
		return old, source.Skip{}
	}
	if err := d.open(); err != nil {
		return nil, source.Skip{What: s.name + "/" + d.id.ID, Err: err, Remedy: remedy(err)}
	}
	return d, source.Skip{}
}

// none says why there is no device. A tree without the folder has none of the
// kind, which is nothing to go into.
func (s *set) none(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = errNone
	}
	return fmt.Errorf("%s: look in %s: %w", s.name, s.tree, err)
}

func (s *set) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.kept {
		d.close()
	}
	s.kept = nil
	return nil
}
