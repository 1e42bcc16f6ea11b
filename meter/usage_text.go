package meter

import (
	"log/slog"
	"strings"
	"time"

	"github.com/scimeter/scimeter/units"
)

// String returns u for people, such as "1.24 kWh, 312 gCO2e, 1h12m, 1.03 kW":
// energy at the IT equipment, carbon with what is embodied, time and mean
// power. Carbon of which a part has no price is a lower bound, "≥".
func (u Usage) String() string {
	if !u.measured() {
		return "not measured"
	}
	parts := []string{u.Energy().String(), u.carbonText(), duration(u.Measured)}
	if p, ok := u.Energy().Over(u.Measured); ok {
		parts = append(parts, p.String())
	}
	return strings.Join(parts, ", ")
}

func (u Usage) carbonText() string {
	c, complete := u.Carbon()
	switch {
	case complete:
		return c.String()
	case u.Operational == 0:
		return "≥ " + c.String() + " (no intensity)"
	}
	return "≥ " + c.String()
}

// duration rounds d to three digits or so.
func duration(d time.Duration) string {
	if d >= time.Hour {
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	unit := time.Duration(1)
	for d >= 1000*unit {
		unit *= 10
	}
	return d.Round(min(unit, time.Second)).String()
}

// LogValue returns u for package slog: a text handler writes [Usage.String],
// one for JSON the figures, units in the keys; carbon that is not complete is
// left out.
func (u Usage) LogValue() slog.Value {
	if !u.measured() {
		return slog.StringValue("not measured")
	}
	r := record{
		text: u.String(), Energy: u.Energy(), Duration: u.Measured.Seconds(), Nature: u.Nature.String(),
	}
	if c, complete := u.Carbon(); complete {
		r.Carbon = &c
	}
	if p, ok := u.Energy().Over(u.Measured); ok {
		r.Power = &p
	}
	return slog.AnyValue(r)
}

// A record is a usage in a log.
type record struct {
	text     string
	Energy   units.Energy  `json:"energy_joules"`
	Carbon   *units.Carbon `json:"carbon_grams,omitempty"`
	Duration float64       `json:"duration_seconds"`
	Power    *units.Power  `json:"power_watts,omitempty"`
	Nature   string        `json:"nature"`
}

func (r record) String() string { return r.text }
