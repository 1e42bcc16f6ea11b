package fetch_test

import (
	"context"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/casdk"
	"github.com/scimeter/scimeter/intensity/eia"
	"github.com/scimeter/scimeter/intensity/ember"
	"github.com/scimeter/scimeter/intensity/energidata"
	"github.com/scimeter/scimeter/intensity/energycharts"
	"github.com/scimeter/scimeter/intensity/entsoe"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/rte"
	"github.com/scimeter/scimeter/intensity/ukgrid"
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
	"casdk": func(o fetch.Options, _ map[string]string) intensity.Provider {
		o.BaseURL = "http://localhost:8090"
		p, _ := casdk.New(casdk.Config{Signal: intensity.AverageLifecycle(intensity.Consumption), Fetch: o})
		return p
	},
	"ember": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return ember.New(ember.Config{Key: func(context.Context) (string, error) { return "TOKEN", nil }, Fetch: o})
	},
}
