package gpu

import (
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

const (
	// pollPeriod is how often the power of a card without a counter is read. [E]
	pollPeriod = 100 * time.Millisecond

	// strikes is how often in a row a quantity has to be refused before it is
	// held to be not there: NVML refuses now and then what it has (Zeus,
	// power.py:618).
	strikes = 3

	// frozenBound is how long a counter may stand still while the card draws
	// power: some AMD counters always do (rocm_smi_lib #180). [E]
	frozenBound = 10 * time.Second
)

// A mode is how the energy of a card is told.
type mode uint8

const (
	none     mode = iota
	counting      // by its counter
	instant       // by what it draws now, integrated
	average       // by what it drew on average, integrated, and moved back in time
)

func (m mode) suffix() string {
	switch m {
	case counting:
		return "/counter"
	case average:
		return "/average"
	}
	return "/power"
}

// A book is what a card has used, by all that it has said. It is the one place
// where an answer becomes energy; times are since the Reader was opened.
type book struct {
	mode     mode
	tally    accum.Tally
	counter  accum.Counter
	integral accum.Integral
	from     time.Duration // when it began
	window   time.Duration // that Average is a mean over

	power   accum.Power    // of the last answer
	remarks source.Quality // since they were last told
	ever    source.Quality
	answers uint64
	said    [remarkKinds]uint64 // the answer of which each remark was made last
	standIn source.Quality      // Bridged of a card whose counter has failed: power stands in for it
	absent  int                 // answers in a row without what the mode needs
	at      time.Duration       // of the last answer
}

// remarkKinds is how many remarks a Quality has room for.
const remarkKinds = 16

func newBook(id driver.Identity, at time.Duration) book {
	b := book{window: id.Window, from: at, at: at}
	b.counter.MaxUW = maxMicrowatts(id)
	b.counter.Period = id.Period
	if b.counter.Period <= 0 {
		b.counter.Period = accum.DefaultPeriod
	}
	b.integral.Start(at)
	return b
}

func maxMicrowatts(id driver.Identity) uint64 {
	if uw, ok := accum.Microwatts(id.MaxPower); ok && uw > 0 {
		return uw
	}
	uw, _ := accum.Microwatts(accum.MaxPower)
	return uw
}

// upTo returns the instant up to which energy is counted.
func (b *book) upTo() time.Duration {
	switch b.mode {
	case counting:
		return b.counter.At()
	case none:
		return b.at
	}
	return b.integral.At()
}

// begin settles how the card is read, by an answer. It reports whether it can
// be.
func (b *book) begin(s *driver.Sample, at time.Duration) bool {
	switch {
	case b.counts(s):
		b.mode = counting
		b.counter.Unit, b.counter.Width, b.counter.Hidden = unitOf(s), s.Width, s.Hidden
	case s.InstantOK:
		b.mode = instant
	case s.AverageOK:
		b.mode = average
	default:
		return false
	}
	if b.mode != counting {
		b.integral.Start(b.shift(at))
	}
	b.take(s, at)
	return true
}

func unitOf(s *driver.Sample) accum.Unit { return accum.Unit{PJ: s.UnitPJ, Shift: s.Shift} }

// counts reports whether s has a counter that can be read.
func (b *book) counts(s *driver.Sample) bool {
	if !s.CounterOK || s.UnitPJ == 0 {
		return false
	}
	c := b.counter
	c.Width = s.Width
	return !c.Absent(s.Counter)
}

// shift moves the time of a mean to the middle of what it is a mean of.
func (b *book) shift(at time.Duration) time.Duration {
	if b.mode == average {
		return at - b.window/2
	}
	return at
}

// take books an answer.
func (b *book) take(s *driver.Sample, at time.Duration) {
	b.answers++
	b.power = powerOf(s)
	b.at = max(b.at, at)
	if b.mode == counting {
		b.count(s, at)
		return
	}
	p, ok := s.Instant, s.InstantOK
	if b.mode == average || !ok {
		p, ok = s.Average, s.AverageOK
	}
	if uw, valid := accum.Microwatts(p); ok && valid {
		b.say(b.standIn | b.integral.Step(&b.tally, uw, b.shift(at)))
	}
}

// count books an answer of a card that has a counter.
func (b *book) count(s *driver.Sample, at time.Duration) {
	switch {
	case !s.CounterOK || s.UnitPJ == 0:
		if b.absent++; b.absent >= strikes && b.power.OK {
			b.fallBack(b.counter.At(), at)
		}
		return
	case unitOf(s) != b.counter.Unit:
		b.counter.Lose(&b.tally, at)
		b.counter.Unit = unitOf(s)
	}
	b.absent = 0
	b.counter.Width, b.counter.Hidden = s.Width, s.Hidden
	b.say(b.counter.Step(&b.tally, s.Counter, at, b.power))
	if b.power.OK && b.power.UW > 0 && b.counter.Primed() && at-b.counter.Changed() > frozenBound {
		b.say(source.Stuck)
		b.fallBack(b.counter.Changed(), at)
	}
}

// fallBack integrates power from now on, in place of a counter that counted up
// to an instant.
func (b *book) fallBack(from, at time.Duration) {
	b.mode, b.standIn = instant, source.Bridged
	b.integral.Resume(from, b.power)
	b.say(b.standIn | b.integral.Step(&b.tally, b.power.UW, at))
}

// sleep notes that the card draws next to nothing, which nobody has measured.
func (b *book) sleep(at time.Duration) {
	b.answers++
	b.say(source.Bridged)
	b.at = max(b.at, at)
	b.power = accum.Power{OK: true}
	switch b.mode {
	case counting:
		b.counter.Sleep(at)
	case instant, average:
		b.integral.Resume(max(at, b.integral.At()), b.power)
	}
}

// lose notes that nothing was counted up to an instant.
func (b *book) lose(at time.Duration) {
	b.answers++
	b.at = max(b.at, at)
	b.power = accum.Power{}
	switch b.mode {
	case counting:
		b.counter.Lose(&b.tally, at)
	case instant, average:
		b.integral.Lose(&b.tally, at)
	}
	b.say(source.Gap)
}

func (b *book) say(q source.Quality) {
	b.remarks |= q
	for i := range b.said {
		if q&(1<<i) != 0 {
			b.said[i] = b.answers
		}
	}
}

// since returns what was remarked on answers after one.
func (b *book) since(answer uint64) (q source.Quality) {
	for i, n := range b.said {
		if n > answer {
			q |= 1 << i
		}
	}
	return q
}

// told returns the remarks since it was last called.
func (b *book) told() source.Quality {
	q := b.remarks
	b.ever |= q
	b.remarks = 0
	return q
}

// powerOf returns the power of an answer: what is drawn now, or the mean.
func powerOf(s *driver.Sample) accum.Power {
	if uw, ok := accum.Microwatts(s.Instant); ok && s.InstantOK {
		return accum.Power{UW: uw, OK: true}
	}
	uw, ok := accum.Microwatts(s.Average)
	return accum.Power{UW: uw, OK: ok && s.AverageOK}
}
