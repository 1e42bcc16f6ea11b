package meter

import (
	"slices"
	"time"
)

// maxMissing is for how many rounds one that is gone is looked for while others
// are not to be read. [E]
const maxMissing = 100

// A goneMember is a former member whose CPU time has been counted, and which
// may turn up in what a member reaped.
type goneMember struct {
	*treeMember
	counted time.Duration // and not yet found in what a member reaped
	holder  *treeMember   // who may have reaped it; nil: nobody in the tree
	orphan  bool          // its parent is gone too, so that those above may have
	tries   int           // rounds in which all who may have reaped it were read
	age     int           // rounds
}

// sweep moves members that are gone out of the way.
func (t *processTree) sweep() {
	alive := t.order[:0]
	for _, m := range t.order {
		if !m.gone {
			alive = append(alive, m)
			continue
		}
		t.release(m)
		if t.members[m.pid] == m {
			delete(t.members, m.pid)
		}
		t.missing = append(t.missing, goneMember{treeMember: m, counted: m.own + m.reaped, holder: m.parent})
	}
	clear(t.order[len(alive):])
	t.order = alive
	for i := range t.missing {
		t.missing[i].climb()
	}
}

// climb finds the nearest holder that lives. What a holder had reaped since it
// was last read is in what its own reaper took over.
func (g *goneMember) climb() {
	for g.holder != nil && g.holder.gone {
		g.holder = g.holder.parent
		g.orphan, g.tries = true, 0
	}
}

// settle counts what members have reaped in this round, less what was counted
// of it while it lived. Those gone that nobody reaped (SIGCHLD ignored, or
// left to a process outside) were counted and stay so.
//
// Which of several gone ones a member reaped is not told. So all of them are
// taken off, as far as it goes: where some were lost, that makes too little, by
// at most what was counted of the lost, and never too much.
func (t *processTree) settle() {
	for i := range t.missing {
		if g := &t.missing[i]; g.holder != nil && !g.adopted() {
			g.takeOff(&g.holder.growth)
		}
	}
	var grown time.Duration
	read := true
	for _, m := range t.order {
		grown += m.growth
		m.growth = 0
		read = read && m.round == t.round
	}
	for i := range t.missing {
		g := &t.missing[i]
		if g.holder != nil && g.adopted() {
			g.takeOff(&grown)
		}
		g.age++
		if read || g.holder == nil || !g.adopted() && g.holder.round == t.round {
			g.tries++
		}
	}
	t.missing = slices.DeleteFunc(t.missing, func(g goneMember) bool {
		// In the second round whoever reaped it was read after it was gone.
		return g.counted == 0 || g.tries > 1 || g.age > maxMissing
	})
	t.total += grown
}

// adopted reports whether another than the parent may have reaped g: a
// subreaper above, once the parent has exited.
func (g *goneMember) adopted() bool { return g.orphan || g.holder.zombie }

func (g *goneMember) takeOff(growth *time.Duration) {
	off := min(*growth, g.counted)
	*growth -= off
	g.counted -= off
}

// recall gives m what was counted of it, if it was only out of sight.
func (t *processTree) recall(m *treeMember) bool {
	for i, g := range t.missing {
		if g.pid == m.pid && g.start == m.start {
			m.own, m.reaped = g.own, g.reaped
			t.missing = slices.Delete(t.missing, i, i+1)
			return true
		}
	}
	return false
}
