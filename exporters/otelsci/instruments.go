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
	excludedKey  = attribute.Key("sci.idle_excluded")
	gridKey      = attribute.Key("sci.grid.zone")
	kindKey      = attribute.Key("sci.carbon.intensity.type")
	natureKey    = attribute.Key("sci.nature")
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
)

// Values of componentKey.
const (
	operational = "operational"
	embodied    = "embodied"
)

// A kind is what sort of instrument it is. All are observed, and of float64.
type kind string

const (
	counter kind = "counter" // cumulative; it never falls
	gauge   kind = "gauge"
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
	water
	zoneEnergy
	zoneMissing
	unpriced
	intensityNow
	intensityAge
	functionalUnits
	score
	meterErrors
	meterTime
	meterMissing
	info
	hwEnergy
	hwHostEnergy
	rows // how many
)

// table is all that is emitted. The doc comment of the package repeats it.
//
// A mass of CO2e is in "g", which is UCUM and is spelled out by exporters to
// Prometheus; "gCO2e" is not UCUM, and braces are dropped. No gauge has the
// unit "1", which becomes the suffix "_ratio" there.
var table = [rows]instrument{
	energy: {
		"sci.energy", counter, "J", []attribute.Key{accountKey, natureKey},
		"Energy charged to the software, at the input of the IT equipment: rest and supply loss are in, PUE is not.",
	},
	emissions: {
		"sci.emissions", counter, "g", []attribute.Key{accountKey, componentKey},
		"CO2e: of the energy by the grid of its time, PUE in (operational), and of the hardware over its life (embodied).",
	},
	water: {
		"sci.water", counter, "L", []attribute.Key{accountKey},
		"Water consumed in operation, on site and by the power stations.",
	},
	zoneEnergy: {
		"sci.zone.energy", counter, "J", []attribute.Key{zoneKey, hwTypeKey, natureKey, sourceKey},
		"The energy of sci.energy again, by the part of the machine that used it.",
	},
	zoneMissing: {
		"sci.zone.missing", counter, "s", []attribute.Key{zoneKey},
		"Time in which nothing was counted of a zone.",
	},
	unpriced: {
		"sci.energy.unpriced", counter, "J", nil,
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
		"sci.functional_units", counter, "{functional_unit}", []attribute.Key{accountKey, unitKey},
		"Functional units done: R.",
	},
	score: {
		"sci.score", gauge, "g/{functional_unit}", []attribute.Key{unitKey, excludedKey},
		"SCI of the last complete window: CO2e per functional unit. Never average it: divide the rates of the counters.",
	},
	meterErrors: {
		"sci.meter.errors", counter, "{error}", nil,
		"How often a source of energy, or the scope, did not answer.",
	},
	meterTime: {
		"sci.meter.cpu.time", counter, "s", nil,
		"CPU time used to measure; its energy is in sci.energy.",
	},
	meterMissing: {
		"sci.meter.missing", gauge, "{state}", nil,
		"1 if the last reading lacks a source, the scope or the intensity, else 0.",
	},
	info: {
		"sci.info", gauge, "{info}", []attribute.Key{
			scopeKey, policyKey, reservedKey, boundaryKey, pueKey, pueSourceKey, embodiedKey, natureKey,
		},
		"Always 1; its attributes tell how the figures are made.",
	},
	hwEnergy: {
		"hw.energy", counter, "J", []attribute.Key{hwIDKey, hwTypeKey, hwNameKey, hwParentKey, hwModelKey, natureKey},
		"Energy of a component of the host, whoever used it.",
	},
	hwHostEnergy: {
		"hw.host.energy", counter, "J", []attribute.Key{hwIDKey, hwNameKey, natureKey},
		"Energy of the whole host, whoever used it.",
	},
}

// create makes the instrument of a row.
func (in instrument) create(m metric.Meter) (metric.Float64Observable, error) {
	var made metric.Float64Observable
	var err error
	switch in.kind {
	case counter:
		made, err = m.Float64ObservableCounter(in.name, metric.WithUnit(in.unit), metric.WithDescription(in.text))
	default:
		made, err = m.Float64ObservableGauge(in.name, metric.WithUnit(in.unit), metric.WithDescription(in.text))
	}
	if err != nil {
		return nil, fmt.Errorf("otelsci: create %s: %w", in.name, err)
	}
	return made, nil
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
