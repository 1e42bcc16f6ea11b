package meter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// An Attribution says by what the energy that work causes is split between the
// accounts of a meter. One kind holds for all of a meter, and is part of every
// figure: those of two kinds are not to be compared.
type Attribution uint8

// The attributions.
const (
	// InFlight splits by the time that regions are open, those that are open at
	// once sharing it. It costs two readings of a clock a region. It is right
	// where work is bound by the CPU, and wrong where kinds of work wait
	// differently long: who waits is charged as who works.
	InFlight Attribution = iota

	// Weights splits by [Account.Charge] alone: by tokens, or whatever the
	// program knows to cause what it uses. What was used is split by all that was
	// charged meanwhile: each minute, and where a window begins or ends.
	Weights

	// CPUSamples splits the energy of all but cards by samples of who uses the
	// CPU: a CPU profile of this process, in which [Account.Begin] marks the
	// goroutine and those that it starts. It is right to some percent however long
	// work waits; the error of sampling is known, and shrinks as samples come in:
	// see [AccountTotal.Sigma]. Work that is not marked, such as the collection of
	// garbage, is of [UnattributedAccount]. What was used waits in
	// [Usage.Pending] until its samples are there, some seconds.
	//
	// A process has one CPU profile at a time: see [WithProfile] for when that of
	// the meter runs, and [Ledger.Pause]. It is for the scope [Process] alone. All
	// CPU time counts alike, whatever power it draws. Energy of cards is split by
	// [Account.Charge], as by [Weights].
	CPUSamples
)

// String returns "in-flight", "weights" or "cpu-samples".
func (a Attribution) String() string {
	switch a {
	case InFlight:
		return "in-flight"
	case Weights:
		return "weights"
	case CPUSamples:
		return "cpu-samples"
	}
	return fmt.Sprintf("Attribution(%d)", uint8(a))
}

// Set sets a from its name. It makes *Attribution a flag.Value.
func (a *Attribution) Set(name string) error {
	for b := InFlight; b <= CPUSamples; b++ {
		if b.String() == name {
			*a = b
			return nil
		}
	}
	return fmt.Errorf("meter: attribution %q: not one of in-flight, weights, cpu-samples", name)
}

// WithAttribution says by what energy is split between accounts; the default is
// [InFlight].
func WithAttribution(a Attribution) Option {
	return func(c *config) error {
		if a > CPUSamples {
			return &OptionError{Option: "WithAttribution", Want: "InFlight, Weights or CPUSamples"}
		}
		c.attribution = a
		return nil
	}
}

// MaxAccounts is how many accounts a meter tells apart unless [WithMaxAccounts]
// says otherwise. What comes after them is [OverflowAccount]. [E]
const MaxAccounts = 1000

// WithMaxAccounts says how many accounts are told apart, up to 100,000, beside
// those that every meter has: memory, and the time of a reading, grow with them.
func WithMaxAccounts(n int) Option {
	return func(c *config) error {
		if n < 1 || n > 100_000 {
			return &OptionError{Option: "WithMaxAccounts", Want: "1 to 100000"}
		}
		c.maxAccounts = n
		return nil
	}
}

// A Ledger has the accounts of a meter. It is safe for concurrent use; all
// methods of a nil Ledger do nothing.
type Ledger struct {
	how     Attribution
	limit   int
	start   time.Time
	sampler *sampler // nil: none
	tag     string   // of this ledger, in what marks its accounts

	mu       sync.Mutex // guards what follows, and what Account says
	byKey    map[string]*Account
	list     []*Account // the one of work for nobody first
	overflow *Account
	units    map[string]bool // that are counted for accounts

	byMark  map[string]*Account // where they are marked
	sampled uint64              // samples of all accounts

	// Virtual time goes by 1/open a second: what a region of weight 1 gets of
	// it is its share of all time in flight. Now is when it was brought up to
	// date, since start.
	virtual float64
	now     time.Duration
	open    float64 // weight of all regions
	regions int
}

func newLedger(c *config) *Ledger {
	l := &Ledger{how: c.attribution, limit: c.maxAccounts, start: time.Now(), byKey: map[string]*Account{}, units: map[string]bool{}}
	if l.limit == 0 {
		l.limit = MaxAccounts
	}
	if l.how == CPUSamples {
		l.tag, l.byMark = fmt.Sprintf("%08x", rand.Uint32()), map[string]*Account{}
	}
	l.make(UnattributedAccount, nil)
	return l
}

// Ledger returns the accounts of m; nil of a nil Meter.
func (m *Meter) Ledger() *Ledger {
	if m == nil {
		return nil
	}
	return m.accounts
}

// Attribution returns by what energy is split.
func (l *Ledger) Attribution() Attribution {
	if l == nil {
		return InFlight
	}
	return l.how
}

// Account returns the account of that name and those labels, the same one
// whenever it is asked for: keep it, to look it up costs time. Past the limit it
// is [OverflowAccount]. A name or label is text that prints, of up to 128 bytes:
// what is left of another one is taken. Names that begin with "_" are the
// meter's own, and get another one in front. Without a name and labels it is
// [UnattributedAccount], for work of which nobody knows whose it is.
func (l *Ledger) Account(name string, labels ...Label) *Account {
	if l == nil {
		return nil
	}
	if name == "" && len(labels) == 0 {
		return l.list[0]
	}
	name, labels = tidyAccount(name, labels)
	key := accountKey(name, labels)
	l.mu.Lock()
	defer l.mu.Unlock()
	if a := l.byKey[key]; a != nil {
		return a
	}
	if len(l.byKey) >= l.limit {
		if l.overflow == nil {
			l.overflow = l.make(OverflowAccount, nil)
		}
		return l.overflow
	}
	a := l.make(name, labels)
	l.byKey[key] = a
	return a
}

// make adds an account. l.mu is held, or nobody has l yet.
func (l *Ledger) make(name string, labels []Label) *Account {
	a := &Account{name: name, labels: labels, ledger: l}
	if l.how == CPUSamples {
		l.mark(a)
	}
	l.list = append(l.list, a)
	return a
}

func tidyAccount(name string, labels []Label) (string, []Label) {
	name = tidy(name)
	if strings.HasPrefix(name, "_") {
		name = tidy("_" + name)
	}
	labels = slices.Clone(labels)
	for i := range labels {
		labels[i] = Label{tidy(labels[i].Key), tidy(labels[i].Value)}
	}
	slices.SortStableFunc(labels, func(a, b Label) int { return strings.Compare(a.Key, b.Key) })
	labels = slices.CompactFunc(labels, func(a, b Label) bool { return a.Key == b.Key })
	return name, labels
}

// accountKey tells accounts apart: tidy text has no byte 0.
func accountKey(name string, labels []Label) string {
	var b strings.Builder
	b.WriteString(name)
	for _, l := range labels {
		b.WriteString("\x00" + l.Key + "\x00" + l.Value)
	}
	return b.String()
}

// unit returns the unit to count under: so many of all accounts together, and
// [OverflowUnit] for the rest. l.mu is held.
func (l *Ledger) unit(name string) string {
	if !l.units[name] && len(l.units) >= countRoom-1 {
		name = OverflowUnit
	}
	l.units[name] = true
	return name
}

// Begin starts work for the account of that name, as [Account.Begin] does.
func (l *Ledger) Begin(name string) Region { return l.Account(name).Begin() }

// advance brings the virtual time up to date. l.mu is held.
func (l *Ledger) advance() {
	now := time.Since(l.start)
	if l.open > 0 && now > l.now {
		l.virtual += (now - l.now).Seconds() / l.open
	}
	l.now = max(l.now, now)
}

// accrue brings what the open regions of an account have got up to date. l.mu is
// held.
func (l *Ledger) accrue(a *Account) {
	a.work += a.open * (l.virtual - a.seen)
	a.seen = l.virtual
}

func (l *Ledger) begin(a *Account, weight float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance()
	l.accrue(a)
	a.open += weight
	a.regions++
	l.open += weight
	l.regions++
}

func (l *Ledger) end(a *Account, weight float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.regions == 0 {
		return // ended twice
	}
	l.advance()
	l.accrue(a)
	a.open, l.open = max(0, a.open-weight), max(0, l.open-weight)
	if a.regions--; a.regions == 0 {
		a.open = 0
	}
	if l.regions--; l.regions == 0 {
		l.open = 0
	}
}
