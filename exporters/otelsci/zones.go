package otelsci

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// A zone is the series of one zone.
type zone struct {
	charged, missing, whole options
	row                     int // of the instrument of the hardware; rows: none

	joules, seconds, counter rising
}

// zones are the series that are told apart by zone.
type zones struct {
	hardware bool
	machine  bool
	byID     map[string]*zone
}

func newZones(hardware, machine bool) zones {
	return zones{hardware, machine, map[string]*zone{}}
}

// observe observes what each zone has used: for the scope, and as hardware.
func (zs *zones) observe(o observer, s *meter.Snapshot) {
	for i := range s.Zones {
		t := &s.Zones[i]
		z := zs.byID[t.Zone.ID]
		if z == nil {
			z = zs.add(&t.Zone, s.Zones)
		}
		if !t.Zone.Beside {
			o.see(zoneEnergy, z.joules.to(t.Charged.Joules()), z.charged)
		}
		if z.missing != nil {
			o.see(zoneMissing, z.seconds.to(t.Missing.Seconds()), z.missing)
		}
		if z.row < rows && t.Counter > 0 { // or else it may not have been read yet
			o.see(z.row, z.counter.to(t.Counter.Joules()), z.whole)
		}
	}
}

// add makes the series of a zone, one of all.
func (zs *zones) add(about *source.Zone, all []meter.ZoneTotal) *zone {
	z := &zone{
		charged: with(zoneKey.String(about.ID), hwTypeKey.String(about.Kind.String()),
			natureAttr(natureOfZone(about, zs.machine)), sourceKey.String(about.Origin.Name)),
		row: rows,
	}
	if about.Kind != source.Rest && about.Kind != source.Loss { // which nobody reads
		z.missing = with(zoneKey.String(about.ID))
	}
	if zs.hardware {
		z.row, z.whole = hardware(about, all)
	}
	zs.byID[about.ID] = z
	return z
}

// hardware returns the instrument of a zone as hardware. There is none of what
// is estimated, nor of a zone that lies in another of its kind, such as the
// cores of a package: sums over hw.energy are to be right. For the same reason
// a whole host has an instrument of its own (semantic conventions v1.43.0,
// model/hardware/host-metrics.yaml).
func hardware(about *source.Zone, all []meter.ZoneTotal) (row int, opts options) {
	if about.Origin.Method == source.Estimated || nested(about, all) {
		return rows, nil
	}
	attrs := []attribute.KeyValue{
		hwIDKey.String(about.ID), hwNameKey.String(about.Name), natureAttr(about.Origin.Weight()),
	}
	if about.Kind == source.Platform {
		return hwHostEnergy, with(attrs...)
	}
	attrs = append(attrs, hwTypeKey.String(about.Kind.String()),
		hwParentKey.String(about.Parent), hwModelKey.String(about.Model))
	return hwEnergy, with(attrs...)
}

// nested reports whether a zone lies in another of its kind.
func nested(about *source.Zone, all []meter.ZoneTotal) bool {
	if !about.Beside || about.Parent == "" {
		return false
	}
	for i := range all {
		if all[i].Zone.ID == about.Parent {
			return all[i].Zone.Kind == about.Kind
		}
	}
	return false
}
