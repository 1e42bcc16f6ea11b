package gpu

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// sensorSigma is the relative standard uncertainty of the sensors of cards
// where nobody knows better, and consumerSigma of those made for consumers:
// errors of -6 to +1 % on data centre cards against an external meter, and up to
// 11 % on others (arXiv 2312.02741).
const (
	sensorSigma   = 0.05
	consumerSigma = 0.1
)

// consumers are in the names of what is made for them. Cards of AMD whose name
// is not known are such: those for data centres are.
var consumers = [...]string{"GeForce", "TITAN", "Radeon RX", "Arc A", "Arc B", "AMD 1002:"}

func sigmaOf(model string) float64 {
	for _, name := range consumers {
		if strings.Contains(model, name) {
			return consumerSigma
		}
	}
	return sensorSigma
}

// describe returns the zone of the card, by the way it is read.
func (d *Device) describe() source.Zone {
	d.mu.Lock()
	defer d.mu.Unlock()
	id, b := d.id, &d.book
	z := source.Zone{
		ID: zoneID(id.ID), Name: cmp.Or(id.PCI, fmt.Sprintf("gpu-%d", id.Index)), Model: id.Model,
		Kind: cmp.Or(id.Kind, source.GPU), Level: cmp.Or(id.Level, source.AtBoard),
		Socket: -1, Die: -1, Period: pollPeriod, Idle: d.list.given,
		Origin: source.Origin{
			Method: source.Sampled, Name: id.Source + b.mode.suffix(), Detail: id.Detail,
			Sigma: cmp.Or(d.reader.sigmas[id.ID], id.Sigma, sigmaOf(id.Model)),
		},
	}
	if z.Kind != source.GPU && id.Socket >= 0 {
		z.Socket = id.Socket
	}
	if b.mode == counting {
		z.Origin.Method = source.Counted
		z.Period = cmp.Or(id.Period, accum.DefaultPeriod)
		uj, _ := b.counter.Unit.Microjoules(1, 0)
		z.Unit = max(1, units.Microjoules(uj))
	}
	return z
}

// place settles for cards that have answered what their zones are: a card that
// two drivers find is read by the first, and what a module holds stands beside
// it. r.mu is held.
func (r *Reader) place() {
	var found []*Device
	for _, d := range r.active {
		if !d.placed && d.works() {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		return
	}
	for _, modules := range [...]bool{true, false} {
		for _, d := range found {
			if (d.id.Kind == source.Module) == modules {
				r.placeOne(d, d.describe())
			}
		}
	}
	r.activate()
}

// works reports whether the card has told energy or power.
func (d *Device) works() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.proven
}

func (r *Reader) placeOne(d *Device, zone source.Zone) {
	for _, o := range r.devices {
		if !o.placed {
			continue
		}
		switch {
		case d.id.PCI != "" && o.id.PCI == d.id.PCI:
			d.elsewhere = o.name
			d.stopped.Store(true)
			offerTo(d.wake)
			return
		case o.zone.Kind == source.Module && !o.zone.Beside && related(o.back.name, d.back.name) && meets(o.id.Socket, d.id.Socket):
			zone.Beside = true
			if zone.Kind != source.Module {
				zone.Parent = o.zone.ID
			}
		}
	}
	d.zone, d.placed = zone, true
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told.zone = zone.ID
}

// related reports whether a card of one driver may be in a module of another:
// nobody builds the cards of others into modules.
func related(a, b string) bool { return makers[a] == "" || makers[b] == "" || makers[a] == makers[b] }

// makers are those of the cards that a driver reads.
var makers = map[string]string{
	"nvml": "NVIDIA", "grace": "NVIDIA", "ina3221": "NVIDIA", "amdgpu": "AMD", "xe": "Intel", "i915": "Intel",
}

// meets reports whether two sockets may be the same.
func meets(a, b int) bool { return a == b || a < 0 || b < 0 }
