package otelsci

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Attributes. Those of a hardware component are named by the semantic
// conventions (v1.43.0, model/hardware/registry.yaml).
const (
	accountKey   = attribute.Key("sci.account")
	boundaryKey  = attribute.Key("sci.boundary")
	componentKey = attribute.Key("sci.component")
	embodiedKey  = attribute.Key("sci.embodied.source")
	errorKey     = attribute.Key("error.type") // semantic conventions v1.43.0, model/error
	excludedKey  = attribute.Key("sci.idle_excluded")
	gridKey      = attribute.Key("sci.grid.zone")
	kindKey      = attribute.Key("sci.carbon.intensity.type")
	natureKey    = attribute.Key("sci.nature")
	parentKey    = attribute.Key("sci.meter.parent")
	policyKey    = attribute.Key("sci.policy")
	pueKey       = attribute.Key("sci.pue")
	pueSourceKey = attribute.Key("sci.pue.source")
	reservedKey  = attribute.Key("sci.reservation")
	scopeKey     = attribute.Key("sci.scope")
	signalKey    = attribute.Key("sci.signal")
	sourceKey    = attribute.Key("sci.source")
	unitKey      = attribute.Key("sci.functional_unit")
	zoneKey      = attribute.Key("sci.zone")

	hwIDKey     = attribute.Key("hw.id")
	hwModelKey  = attribute.Key("hw.model")
	hwNameKey   = attribute.Key("hw.name")
	hwParentKey = attribute.Key("hw.parent")
	hwTypeKey   = attribute.Key("hw.type")
	hwVendorKey = attribute.Key("hw.vendor")
)

// Values of componentKey.
const (
	operational = "operational"
	embodied    = "embodied"
)

// A kind is what sort of instrument it is. All are of float64, and all but
// histograms are observed.
type kind string

const (
	counter   kind = "counter" // cumulative; it never falls
	upDown    kind = "up-down counter"
	gauge     kind = "gauge"
	histogram kind = "histogram" // recorded
)

// An instrument is a row of the table.
type instrument struct {
	name string
	kind kind
	unit string // UCUM
	keys []attribute.Key
	text string
}

// The rows of the table.
const (
	energy = iota
	emissions
	correction
	water
	zoneEnergy
	zoneMissing
	unpriced
	intensityNow
	intensityAge
	functionalUnits
	score
	meterEnergy
	meterTime
	meterDuration
	meterErrors
	meterMissing
	info
	hwEnergy
	hwPower
	hwHostEnergy
	hwHostPower
	rows // how many
)

// table is all that is emitted. The doc comment of the package repeats it.
//
// A mass of CO2e is in "g", which is UCUM and is spelled out by exporters to
// Prometheus; "gCO2e" is not UCUM, and braces are dropped. No gauge has the
// unit "1", which becomes the suffix "_ratio" there.
var table = [rows]instrument{
	energy: {
		"sci.energy", counter, "J", []attribute.Key{accountKey, natureKey, scopeKey},
		"Energy charged to the software, at the input of the IT equipment: rest and supply loss are in, PUE is not.",
	},
	emissions: {
		"sci.emissions", counter, "g", []attribute.Key{accountKey, componentKey},
		"CO2e: of the energy by the grid of its time, PUE in (operational), and of the hardware over its life (embodied).",
	},
	correction: {
		"sci.emissions.correction", upDown, "g", nil,
		"What operational sci.emissions would be more, or less, at the intensities known now. Add it; it may fall, and below 0.",
	},
	water: {
		"sci.water", counter, "L", []attribute.Key{accountKey},
		"Water consumed in operation, on site and by the power stations.",
	},
	zoneEnergy: {
		"sci.zone.energy", counter, "J", []attribute.Key{zoneKey, hwTypeKey, natureKey, sourceKey, scopeKey},
		"The energy of sci.energy again, by the part of the machine that used it.",
	},
	zoneMissing: {
		"sci.zone.missing", counter, "s", []attribute.Key{zoneKey, scopeKey},
		"Time in which nothing was counted of a zone.",
	},
	unpriced: {
		"sci.energy.unpriced", counter, "J", []attribute.Key{scopeKey},
		"The part of sci.energy whose operational carbon is not known, and so not in sci.emissions.",
	},
	intensityNow: {
		"sci.carbon.intensity", gauge, "{gCO2e}/{kWh}", []attribute.Key{kindKey, signalKey, gridKey, natureKey, sourceKey},
		"Carbon intensity of the grid that is in use now.",
	},
	intensityAge: {
		"sci.carbon.intensity.age", gauge, "s", []attribute.Key{sourceKey},
		"Age of that intensity: since it was issued or revised, or else since the interval that it is of began.",
	},
	functionalUnits: {
		"sci.functional_units", counter, "{functional_unit}", []attribute.Key{accountKey, unitKey, scopeKey},
		"Functional units done: R.",
	},
	score: {
		"sci.score", gauge, "g/{functional_unit}", []attribute.Key{unitKey, excludedKey, scopeKey},
		"SCI of the last complete window: CO2e per functional unit. Never average it: divide the rates of the counters.",
	},
	meterEnergy: {
		"sci.meter.energy", counter, "J", nil,
		"Energy used to measure, a part of sci.energy.",
	},
	meterTime: {
		"sci.meter.cpu.time", counter, "s", nil,
		"CPU time used to measure.",
	},
	meterDuration: {
		"sci.meter.read.duration", histogram, "s", nil,
		"How long a reading of the scope and all sources took: of the last one at each collection.",
	},
	meterErrors: {
		"sci.meter.errors", counter, "{error}", []attribute.Key{sourceKey, errorKey},
		"How often a source of energy, or the scope, did not answer.",
	},
	meterMissing: {
		"sci.meter.missing", gauge, "{state}", nil,
		"1 if the last reading lacks a source, the scope or the intensity, else 0.",
	},
	info: {
		"sci.info", gauge, "{info}", []attribute.Key{
			scopeKey, policyKey, reservedKey, boundaryKey, pueKey, pueSourceKey, embodiedKey, natureKey, parentKey,
		},
		"Always 1; its attributes tell how the figures are made.",
	},
	hwEnergy: {
		"hw.energy", counter, "J", []attribute.Key{hwIDKey, hwTypeKey, hwNameKey, hwParentKey, hwModelKey, hwVendorKey, natureKey},
		"Energy of a component of the host, whoever used it.",
	},
	hwPower: {
		"hw.power", gauge, "W", []attribute.Key{hwIDKey, hwTypeKey, hwNameKey, hwParentKey, hwModelKey, hwVendorKey, natureKey},
		"Power of a component of the host: the mean between two of its readings, a tick apart at least.",
	},
	hwHostEnergy: {
		"hw.host.energy", counter, "J", []attribute.Key{hwIDKey, hwNameKey, natureKey},
		"Energy of the whole host, whoever used it.",
	},
	hwHostPower: {
		"hw.host.power", gauge, "W", []attribute.Key{hwIDKey, hwNameKey, natureKey},
		"Power of the whole host: the mean between two of its readings, a tick apart at least.",
	},
}

// durationBounds are those of the buckets of a duration in s: two in each ten,
// from what one counter takes to what no reading should.
var durationBounds = []float64{1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}

// create makes the instrument of a row that is observed.
func (in instrument) create(m metric.Meter) (metric.Float64Observable, error) {
	var made metric.Float64Observable
	var err error
	switch in.kind {
	case counter:
		made, err = m.Float64ObservableCounter(in.name, metric.WithUnit(in.unit), metric.WithDescription(in.text))
	case upDown:
		made, err = m.Float64ObservableUpDownCounter(in.name, metric.WithUnit(in.unit), metric.WithDescription(in.text))
	default:
		made, err = m.Float64ObservableGauge(in.name, metric.WithUnit(in.unit), metric.WithDescription(in.text))
	}
	return made, in.refused(err)
}

// createHistogram makes the instrument of a row that is recorded.
func (in instrument) createHistogram(m metric.Meter) (metric.Float64Histogram, error) {
	made, err := m.Float64Histogram(in.name, metric.WithUnit(in.unit), metric.WithDescription(in.text),
		metric.WithExplicitBucketBoundaries(durationBounds...))
	return made, in.refused(err)
}

func (in instrument) refused(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("otelsci: create %s: %w", in.name, err)
}

// options are made once for each series: an observation with them allocates
// nothing here.
type options []metric.ObserveOption

// with returns the options of a series with those attributes, of which the
// last of a key holds. Attributes without a key, or with an empty string, are
// left out: they say nothing.
func with(attrs ...attribute.KeyValue) options {
	said := make([]attribute.KeyValue, 0, len(attrs))
	for _, kv := range attrs {
		if kv.Valid() && (kv.Value.Type() != attribute.STRING || kv.Value.AsString() != "") {
			said = append(said, kv)
		}
	}
	return options{metric.WithAttributeSet(attribute.NewSet(said...))}
}

// A rising value is the largest so far of a series that never falls. Sums of
// floats and their differences may fall by a last bit, which a reader would
// take for a counter that started anew.
type rising float64

// to raises r to v, if v is above it, and returns r.
func (r *rising) to(v float64) float64 {
	if v > float64(*r) {
		*r = rising(v)
	}
	return float64(*r)
}
