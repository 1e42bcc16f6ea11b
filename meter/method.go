package meter

import (
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Method is how a meter makes its figures: all that was chosen, given or
// assumed. Figures made by different methods are not to be compared. It does
// not change, but a meter has another one, with the same ID, once a card was
// found that did not answer at the [Start]: what is shared by the cards, and the
// power of what no counter sees, go by that from then on.
type Method struct {
	// ID is that of the meter, 16 hexadecimal digits. Parent is that of a meter
	// which counts some of the same energy and was there first, in this process
	// or around it: exporters sum only meters without one. "" is none.
	ID, Parent string

	Scope  string
	Whole  bool   // the scope is the machine
	Policy Policy // as resolved: never Auto

	// Reserved is the share of the machine that is set aside for the scope,
	// by kind of resource; ReservedBy says by what: "declared", "limit" or "".
	Reserved   map[source.Kind]float64
	ReservedBy string

	Site       sci.Site
	SiteSource string // where its PUE comes from

	// Rest is the power of what no counter sees (fans, network, disks, board);
	// Efficiency is that of the power supply, 1 where it has no part. Sigmas
	// are standard uncertainties, relative and absolute.
	Rest                        units.Power
	RestSigma                   float64
	Efficiency, EfficiencySigma float64

	Server   sci.Server // what is embodied, for the machine
	Interval time.Duration

	Attribution Attribution // by what energy is split between accounts

	// ProfileWindow is how long the CPU profile runs in each ProfileCycle, of
	// [CPUSamples]; 0 of other attributions.
	ProfileWindow, ProfileCycle time.Duration

	shareDoubt float64
	grid       bool // one was named
}

// Defaults of what no counter sees. All are choices of ours, for a server;
// [WithRest] and [WithEfficiency] replace them.
const (
	RestPower = 60 * units.Watt // of a server
	RestSigma = 0.5             // relative

	Efficiency      = 0.92 // of a power supply
	EfficiencySigma = 0.02
)

// DefaultPUE is assumed where nothing says what site a machine stands in: the
// mean of the Uptime Institute's Global Data Center Survey 2025, with a 95 %
// range of 1.1 to 2.0.
const (
	DefaultPUE      = units.PUE(1.54)
	DefaultPUESigma = 0.1525 * 1.54
)
