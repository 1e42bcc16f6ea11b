package meterai

import (
	"strings"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/units"
)

// A KPI is what a model has cost in a window, and beside it what it was worth: no
// one buys less carbon with answers that are late or wrong without seeing it. What
// is not known is absent.
type KPI struct {
	Account string        `json:"account"`
	Labels  []meter.Label `json:"labels,omitempty"`
	From    time.Time     `json:"from"`
	To      time.Time     `json:"to"`

	Serve   *Cost   `json:"serve,omitempty"`  // of tokens that were read and generated
	Output  *Cost   `json:"output,omitempty"` // the same, by those that were generated alone
	Train   *Cost   `json:"train,omitempty"`  // of tokens that were learned from
	Service Service `json:"service,omitzero"`
}

// A Cost is what tokens have cost: all of it, what flows anyway in, and what the
// account caused by itself in Direct.
type Cost struct {
	Tokens         float64      `json:"tokens"`
	KWh            float64      `json:"kwh_per_1k"` // of facility energy
	Carbon         units.Carbon `json:"g_per_1k"`   // O + M
	Embodied       units.Carbon `json:"embodied_g_per_1k"`
	Direct         units.Carbon `json:"direct_g_per_1k"` // O of the work alone
	Priced         bool         `json:"priced"`          // false: part of the energy has no price, and Carbon is a lower bound
	Water          *units.Water `json:"litres_per_1k,omitempty"`
	TokensPerJoule float64      `json:"tokens_per_joule"` // of IT energy
}

// A Service is what the program itself knows of what it has done.
type Service struct {
	P50     time.Duration `json:"latency_p50_ns,omitzero"`
	P95     time.Duration `json:"latency_p95_ns,omitzero"`
	P99     time.Duration `json:"latency_p99_ns,omitzero"`
	SLA     *float64      `json:"sla_adherence,omitempty"` // part of the requests that were within it, 0 to 1
	Quality *float64      `json:"quality,omitempty"`       // a score of your own
}

// KPIs returns one for each account of u that has tokens. service may be nil, and
// tells what the program knows of an account in that window. Of an account
// without tokens there is no figure per token, and so none at all; nor of one that
// both served and trained, of which nothing tells what was for which: give each an
// account.
func KPIs(u meter.Usage, service func(*meter.Account) Service) []KPI {
	direct := map[string]meter.AccountTotal{}
	for _, a := range u.Accounts {
		direct[identity(a.Account)] = a
	}
	var out []KPI
	for _, a := range u.Full() {
		k := KPI{Account: a.Account.Name(), Labels: a.Account.Labels(), From: u.From, To: u.To}
		served, output, trained := 0.0, 0.0, 0.0
		for _, c := range a.Counts {
			switch {
			case c.Unit == Train:
				trained += c.N
			case strings.HasPrefix(c.Unit, "token."):
				served += c.N
				if c.Unit == Output || c.Unit == Reasoning {
					output += c.N
				}
			}
		}
		if (served > 0) == (trained > 0) {
			continue
		}
		own := direct[identity(a.Account)]
		water := u.Method != nil && known(u)
		if trained > 0 {
			k.Train = cost(trained, a.Totals, own.Totals, water)
		}
		if served > 0 {
			k.Serve, k.Output = cost(served, a.Totals, own.Totals, water), cost(output, a.Totals, own.Totals, water)
		}
		if service != nil {
			k.Service = service(a.Account)
		}
		out = append(out, k)
	}
	return out
}

// known reports whether all water is known.
func known(u meter.Usage) bool {
	_, ok := u.Method.Site.Water(1).Total()
	return ok
}

func identity(a *meter.Account) string {
	var b strings.Builder
	b.WriteString(a.Name())
	for _, l := range a.Labels() {
		b.WriteString("\x00" + l.Key + "\x00" + l.Value)
	}
	return b.String()
}

// cost is that of so many tokens; nil of none.
func cost(tokens float64, all, direct meter.Totals, water bool) *Cost {
	if !(tokens > 0) {
		return nil
	}
	thousands := tokens / 1000
	c := &Cost{
		Tokens: tokens, KWh: all.Facility.KWh() / thousands, Priced: all.Unpriced == 0,
		Carbon:   (all.Operational + all.Embodied) / units.Carbon(thousands),
		Embodied: all.Embodied / units.Carbon(thousands), Direct: direct.Operational / units.Carbon(thousands),
	}
	if water {
		w := all.Water / units.Water(thousands)
		c.Water = &w
	}
	if e := all.Energy(); e > 0 {
		c.TokensPerJoule = tokens / float64(e)
	}
	return c
}
