package sci

import (
	"errors"
	"slices"
	"strings"
)

// CheckSources refuses sources that are no graph to trace a figure by: one
// without an id or with that of another ([ErrSourceID]), one made of a source
// that is not there ([ErrSourceParent]), sources made of each other in a circle
// ([ErrSourceCycle]), and a hash that is not 64 lower-case hexadecimal digits
// ([ErrHash]). All refusals are joined; each names its source.
func CheckSources(sources []SourceStatement) error {
	_, err := SourceOrder(sources)
	return err
}

// SourceOrder returns the sources with parents before what was made of them, and
// in the order of the document otherwise, so that a reader goes from the primary
// figures to what was derived. It refuses what [CheckSources] does.
func SourceOrder(sources []SourceStatement) ([]SourceStatement, error) {
	ids, errs := sourceIDs(sources)
	for _, s := range sources {
		errs = append(errs, s.check(ids))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	ordered := make([]SourceStatement, 0, len(sources))
	state := make([]visit, len(sources))
	for i := range sources {
		circle := trace(sources, ids, state, i, func(s SourceStatement) { ordered = append(ordered, s) })
		if circle != nil {
			return nil, refuse(ErrSourceCycle, "source %.200s", strings.Join(circle, " made of "))
		}
	}
	return ordered, nil
}

// sourceIDs returns where each id is.
func sourceIDs(sources []SourceStatement) (map[string]int, []error) {
	var errs []error
	ids := make(map[string]int, len(sources))
	for i, s := range sources {
		if _, twice := ids[s.ID]; twice || s.ID == "" {
			errs = append(errs, refuse(ErrSourceID, "source %d with id %.60q", i, s.ID))
			continue
		}
		ids[s.ID] = i
	}
	return ids, errs
}

func (s SourceStatement) check(ids map[string]int) error {
	var errs []error
	if s.SHA256 != "" && !wellFormedHash(s.SHA256) {
		errs = append(errs, refuse(ErrHash, "source %.60q with hash %.70q", s.ID, s.SHA256))
	}
	for _, p := range s.Parents {
		if _, ok := ids[p]; !ok {
			errs = append(errs, refuse(ErrSourceParent, "source %.60q made of %.60q", s.ID, p))
		}
	}
	return errors.Join(errs...)
}

// wellFormedHash reports whether s may be a SHA-256.
func wellFormedHash(s string) bool {
	return len(s) == 64 && !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(hexDigits, r) })
}

type visit uint8

const (
	unseen visit = iota
	open         // its parents are being looked at
	done
)

// trace calls made for source i after those that it is made of, each once. It
// returns the ids of a circle if there is one. It keeps its own stack: a chain
// may be as long as a document.
func trace(sources []SourceStatement, ids map[string]int, state []visit, i int, made func(SourceStatement)) []string {
	type step struct{ source, parent int }
	stack := []step{{i, 0}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		s := sources[top.source]
		if state[top.source] == done || top.parent == len(s.Parents) {
			if state[top.source] != done {
				state[top.source] = done
				made(s)
			}
			stack = stack[:len(stack)-1]
			continue
		}
		state[top.source] = open
		next := ids[s.Parents[top.parent]]
		top.parent++
		if state[next] == open {
			at := slices.IndexFunc(stack, func(s step) bool { return s.source == next })
			var circle []string
			for _, s := range stack[at:] {
				circle = append(circle, sources[s.source].ID)
			}
			return append(circle, sources[next].ID)
		}
		stack = append(stack, step{next, 0})
	}
	return nil
}
