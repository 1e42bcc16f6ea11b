package otelsci

import (
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// A zone is the series of one zone.
type zone struct {
	origin           string // what they are labelled by: a card that did not answer yet has none
	charged, missing options
	joules, seconds  rising

	hardware *component // nil: it is not emitted as hardware
}

// A component is the series of a zone as hardware.
type component struct {
	energy, power int // rows of its instruments
	used, draws   options

	counter rising
	mean    power
}

// zones are the series that are told apart by zone.
type zones struct {
	hardware bool
	method   *meter.Method
	byID     map[string]*zone
}

func newZones(hardware bool, method *meter.Method) zones {
	return zones{hardware, method, map[string]*zone{}}
}

// observe observes what each zone has used: for the scope, and as hardware.
func (zs *zones) observe(o observer, s *meter.Snapshot) {
	for i := range s.Zones {
		t := &s.Zones[i]
		z := zs.byID[t.Zone.ID]
		if z == nil || z.origin != t.Zone.Origin.Name {
			z = zs.add(&t.Zone, s.Zones)
		}
		if !t.Zone.Beside && (z.origin != "" || t.Total > 0) {
			o.see(zoneEnergy, z.joules.to(t.Charged.Joules()), z.charged)
		}
		if z.missing != nil {
			o.see(zoneMissing, z.seconds.to(t.Missing.Seconds()), z.missing)
		}
		if z.hardware != nil && t.Counter > 0 { // or else it may not have been read yet
			z.hardware.observe(o, t, s.At)
		}
	}
}

func (c *component) observe(o observer, t *meter.ZoneTotal, at time.Time) {
	o.see(c.energy, c.counter.to(t.Counter.Joules()), c.used)
	if w, ok := c.mean.see(t, at); ok {
		o.see(c.power, w, c.draws)
	}
}

// add makes the series of a zone, one of all.
func (zs *zones) add(about *source.Zone, all []meter.ZoneTotal) *zone {
	whole := wholeAttr(zs.method)
	z := &zone{
		origin: about.Origin.Name,
		charged: with(zoneKey.String(about.ID), hwTypeKey.String(about.Kind.String()),
			natureAttr(natureOfZone(about, zs.method.Whole)), sourceKey.String(about.Origin.Name), whole),
	}
	if about.Kind != source.Rest && about.Kind != source.Loss { // which nobody reads
		z.missing = with(zoneKey.String(about.ID), whole)
	}
	if zs.hardware && about.Origin.Method != source.Estimated && !nested(about, all) {
		z.hardware = newComponent(about, zs.method.Interval)
	}
	zs.byID[about.ID] = z
	return z
}

// newComponent returns the series of a zone as hardware. A meter has none of
// what is estimated, nor of a zone that lies in another of its kind, such as the
// cores of a package: sums over hw.energy of a type are to be right. For the
// same reason a whole host has instruments of its own (semantic conventions
// v1.43.0, model/hardware/host-metrics.yaml). A module is a type of ours: what
// it holds has types of its own, and is in both.
func newComponent(about *source.Zone, tick time.Duration) *component {
	c := &component{energy: hwEnergy, power: hwPower, mean: newPower(tick, about.Period)}
	attrs := []attribute.KeyValue{hwIDKey.String(about.ID), hwNameKey.String(about.Name)}
	if about.Kind == source.Platform {
		c.energy, c.power = hwHostEnergy, hwHostPower
	} else {
		attrs = append(attrs, hwTypeKey.String(about.Kind.String()), hwParentKey.String(about.Parent),
			hwModelKey.String(about.Model), hwVendorKey.String(vendor(about)))
	}
	attrs = attrs[:len(attrs):len(attrs)]
	n := about.Origin.Weight()
	c.used = with(append(attrs, natureAttr(n))...)
	c.draws = with(append(attrs, natureAttr(source.Weakest(n, source.NatureCalculated)))...)
	return c
}

// vendors are the makers of what a driver reads, by the name that it has in
// the origin of a zone. There is one maker for each.
var vendors = map[string]string{
	"nvml": "NVIDIA", "ina3221": "NVIDIA", // of Jetson boards
	"amdgpu": "AMD", "xe": "Intel", "i915": "Intel",
}

// vendor returns who made an accelerator; "" where that is not known.
func vendor(about *source.Zone) string {
	if about.Kind != source.GPU && about.Kind != source.Module {
		return ""
	}
	driver, _, _ := strings.Cut(about.Origin.Name, "/")
	if v := vendors[driver]; v != "" {
		return v
	}
	if strings.HasPrefix(about.Model, "NVIDIA ") { // as of a Grace module, which a driver of all makers reads
		return "NVIDIA"
	}
	return ""
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
