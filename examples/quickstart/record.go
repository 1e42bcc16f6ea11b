package main

import (
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/units"
)

// A sample is what the counters said at one tick of the meter. All figures
// count from the start of the meter, but Counter, which the hardware started.
type sample struct {
	At      time.Time      `json:"at"`
	Seconds float64        `json:"seconds"`
	Own     float64        `json:"own_cpu_seconds"`
	Busy    float64        `json:"busy_cpu_seconds"`
	Zones   []zoneOfSample `json:"zones"`
}

// A zoneOfSample is one counter. Total is what is settled of it, and Charged
// the part of that which this process is charged.
type zoneOfSample struct {
	ID      string            `json:"id"`
	Counter units.Microjoules `json:"counter_microjoules"`
	Total   units.Microjoules `json:"total_microjoules"`
	Charged units.Microjoules `json:"charged_microjoules"`
}

// A recorder keeps a sample of each tick. It reads no hardware.
type recorder struct {
	meter       *meter.Meter
	first, last meter.Snapshot
	samples     []sample
	registers   []register
}

// newRecorder begins with the first reading of m, which was just taken.
func newRecorder(m *meter.Meter) *recorder {
	r := &recorder{meter: m, registers: registers(m.Sources())}
	m.Last(&r.first)
	r.samples = append(r.samples, sampleOf(&r.first))
	return r
}

// note adds a sample, if there was a tick since the last.
func (r *recorder) note() {
	r.meter.Last(&r.last)
	if r.last.At.After(r.samples[len(r.samples)-1].At) {
		r.samples = append(r.samples, sampleOf(&r.last))
	}
}

func sampleOf(s *meter.Snapshot) sample {
	zones := make([]zoneOfSample, 0, len(s.Zones))
	for _, z := range s.Zones {
		zones = append(zones, zoneOfSample{z.Zone.ID, z.Counter, z.Total, z.Charged})
	}
	return sample{s.At.UTC(), s.At.Sub(s.Start).Seconds(), s.Own.Seconds(), s.Busy.Seconds(), zones}
}

// finish makes the whole run of what was read up to the end of the last phase,
// which was just now.
func (r *result) finish(log *recorder) (err error) {
	r.counters = ended(log.registers)
	r.end, r.samples, r.sources = log.last, log.samples, log.meter.Sources()
	r.usage, err = log.last.Sub(log.first)
	r.usage.Name = "quickstart"
	return err
}

// anywhere reports whether the grid is the average of the world, which is
// used where nobody names a place.
func (r *result) anywhere() bool {
	p, err := intensity.World().At(r.end.Start)
	return err == nil && p.Zone == r.end.Intensity.Zone
}
