package nvml

import (
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/units"
)

// Fields and scopes, from nvml.h: NVML_FI_DEV_… and NVML_POWER_SCOPE_….
const (
	fieldEnergy   = 83
	fieldAverage  = 185
	fieldInstant  = 186
	fieldMaxLimit = 188

	scopeGPU    = 0
	scopeModule = 1 // the whole of a Grace board: processor, memory and card
)

// meanWindow is what the driver's mean powers are a mean over: nvml.h at
// nvmlDeviceGetPowerUsage and NVML_FI_DEV_POWER_AVERAGE.
const meanWindow = time.Second

// picojoules are in a millijoule, which the counter counts.
const picojoules = 1e9

// What GetPowerUsage returns.
type usage uint8

const (
	unknown usage = iota // a mean or not
	instant
	mean // over meanWindow
)

// usageIsMean says what GetPowerUsage returns on a card of this compute
// capability: a mean from Ampere on, but for GA100, which is 8.0 (nvml.h at
// nvmlDeviceGetPowerUsage).
func usageIsMean(major, minor int) usage {
	switch {
	case major <= 0:
		return unknown
	case major < 8 || (major == 8 && minor == 0):
		return instant
	}
	return mean
}

// A way is one way to read a quantity.
type way struct{ strikes uint8 }

// note learns from an answer: three in a row that it is not supported, or a
// function that is not there, are for good. Very fast polling gets such an
// answer now and then from cards that do support it.
func (w *way) note(code Code) {
	switch code {
	case Success:
		w.strikes = 0
	case NotSupported, InvalidArgument: // the second is what a driver says that is older than the field
		w.strikes++
	case FunctionNotFound:
		w.never()
	}
}

func (w *way) never()    { w.strikes = 3 }
func (w *way) off() bool { return w.strikes >= 3 }

// The fields of a batch, by place.
const (
	energyField = iota
	instantField
	averageField
	batchFields
)

// A reader reads one card in one scope, by the cheapest way that works.
type reader struct {
	card    Card
	scope   uint32
	usage   usage
	counter Code          // of the last read of the counter
	window  time.Duration // of the last Average; 0: not known

	fields way              // GetFieldValues as such
	want   [batchFields]way // each of its fields
	energy way              // GetTotalEnergyConsumption
	power  way              // GetPowerUsage

	batch [batchFields]Field
	place [batchFields]int // of each field of batch
}

func newReader(card Card, scope uint32, u usage) reader {
	return reader{card: card, scope: scope, usage: u}
}

// answers reports whether the card has a power under this scope.
func (r *reader) answers(scope uint32) bool {
	batch := []Field{{ID: fieldInstant, Scope: scope}, {ID: fieldAverage, Scope: scope}}
	if r.card.Fields(batch) != Success {
		return false
	}
	_, a := batch[0].Value()
	_, b := batch[1].Value()
	return a || b
}

// read fills in what it can get. A code says that nothing was read, or that the
// card or the driver is gone.
func (r *reader) read(dst *driver.Sample) Code {
	code := r.readBatch(dst)
	if !code.grave() && !dst.CounterOK && !r.energy.off() {
		code = r.readEnergy(dst)
	}
	// The power of the card is not the one of its module.
	if !code.grave() && !dst.InstantOK && !dst.AverageOK && !r.power.off() && r.scope == scopeGPU {
		code = r.readUsage(dst)
	}
	switch {
	case code.grave():
		dst.CounterOK, dst.InstantOK, dst.AverageOK = false, false, false
		dst.Counter, dst.Instant, dst.Average = 0, 0, 0
		return code
	case dst.CounterOK || dst.InstantOK || dst.AverageOK:
		return Success
	case code == Success:
		return NotSupported
	}
	return code
}

// readBatch asks for all fields at once. A field may fail alone.
func (r *reader) readBatch(dst *driver.Sample) Code {
	n := r.fill()
	if n == 0 {
		return NotSupported
	}
	code := r.card.Fields(r.batch[:n])
	r.fields.note(code)
	if code != Success {
		return code
	}
	for i := range r.batch[:n] {
		f := &r.batch[i]
		v, ok := f.Value()
		if !ok && f.Code == Success {
			f.Code = f.nothing()
		}
		r.want[r.place[i]].note(f.Code)
		if f.Code.grave() {
			return f.Code
		}
		if r.place[i] == energyField {
			r.counter = f.Code
		}
		if !ok {
			code = f.Code
			continue
		}
		r.take(dst, r.place[i], v)
	}
	return code
}

// fill lists the fields that are worth asking for, and returns their number.
func (r *reader) fill() int {
	if r.fields.off() {
		return 0
	}
	n := 0
	for i, id := range [batchFields]uint32{fieldEnergy, fieldInstant, fieldAverage} {
		if r.want[i].off() {
			continue
		}
		scope := r.scope
		if i == energyField {
			scope = scopeGPU // it has one only
		}
		r.batch[n] = Field{ID: id, Scope: scope}
		r.place[n] = i
		n++
	}
	return n
}

// take puts a value in its place.
func (r *reader) take(dst *driver.Sample, place int, v uint64) {
	switch place {
	case energyField:
		dst.Counter, dst.CounterOK = v, true
	case instantField:
		dst.Instant, dst.InstantOK = watts(v), true
	case averageField:
		dst.Average, dst.AverageOK, r.window = watts(v), true, meanWindow
	}
}

func (r *reader) readEnergy(dst *driver.Sample) Code {
	mJ, code := r.card.Energy()
	r.energy.note(code)
	r.counter = code
	if code == Success && mJ != noValue {
		dst.Counter, dst.CounterOK = mJ, true
	}
	return code
}

// readUsage asks for the power by its oldest function.
func (r *reader) readUsage(dst *driver.Sample) Code {
	mW, code := r.card.Power()
	r.power.note(code)
	switch {
	case code != Success || mW == absentUint:
	case r.usage == instant:
		dst.Instant, dst.InstantOK = watts(uint64(mW)), true
	case r.usage == mean:
		dst.Average, dst.AverageOK, r.window = watts(uint64(mW)), true, meanWindow
	default:
		dst.Average, dst.AverageOK, r.window = watts(uint64(mW)), true, 0
	}
	return code
}

func watts(mW uint64) units.Power { return units.Power(float64(mW) / 1000) }
