package fetch_test

import (
	"context"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/casdk"
	"github.com/scimeter/scimeter/intensity/eia"
	"github.com/scimeter/scimeter/intensity/electricitymaps"
	"github.com/scimeter/scimeter/intensity/ember"
	"github.com/scimeter/scimeter/intensity/energidata"
	"github.com/scimeter/scimeter/intensity/energycharts"
	"github.com/scimeter/scimeter/intensity/entsoe"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/rte"
	"github.com/scimeter/scimeter/intensity/ukgrid"
	"github.com/scimeter/scimeter/intensity/watttime"
)

// providers makes each provider for TestFixtures; the strings are the options
// of a case. A key is "TOKEN".
var providers = map[string]func(o fetch.Options, options map[string]string) intensity.Provider{
	"ukgrid": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return ukgrid.New(ukgrid.Config{Fetch: o})
	},
	"energidata": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return energidata.New(energidata.Config{Fetch: o})
	},
	"energycharts": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return energycharts.New(energycharts.Config{Fetch: o})
	},
	"entsoe": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return entsoe.New(entsoe.Config{Key: func(context.Context) (string, error) { return "TOKEN", nil }, Fetch: o})
	},
	"rte": func(o fetch.Options, _ map[string]string) intensity.Provider { return rte.New(rte.Config{Fetch: o}) },
	"eia": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return eia.New(eia.Config{Key: func(context.Context) (string, error) { return "TOKEN", nil }, Fetch: o})
	},
	"electricitymaps": newElectricityMaps,
	"watttime": func(o fetch.Options, options map[string]string) intensity.Provider {
		login := func(context.Context) (string, string, error) { return "USER", "PASSWORD", nil }
		return watttime.New(watttime.Config{Login: login, Model: options["model"], Fetch: o})
	},
	"casdk": func(o fetch.Options, _ map[string]string) intensity.Provider {
		o.BaseURL = "http://localhost:8090"
		p, _ := casdk.New(casdk.Config{Signal: intensity.AverageLifecycle(intensity.Consumption), Fetch: o})
		return p
	},
	"ember": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return ember.New(ember.Config{Key: func(context.Context) (string, error) { return "TOKEN", nil }, Fetch: o})
	},
}

func newElectricityMaps(o fetch.Options, options map[string]string) intensity.Provider {
	c := electricitymaps.Config{
		Key: func(context.Context) (string, error) { return "TOKEN", nil },
		Mix: options["mix"] == "true", Fetch: o,
	}
	c.Version = map[string]electricitymaps.Version{"4": electricitymaps.V4, "home-assistant": electricitymaps.HomeAssistant}[options["version"]]
	c.Boundary = map[string]intensity.Boundary{"direct": intensity.Direct}[options["boundary"]]
	c.Accounting = map[string]intensity.Accounting{"production": intensity.Production}[options["accounting"]]
	c.Horizon, _ = time.ParseDuration(options["horizon"])
	return electricitymaps.New(c)
}
