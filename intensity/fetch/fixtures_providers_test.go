package fetch_test

import (
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

// providers makes each provider for TestFixtures; the strings are the options
// of a case. A key is "TOKEN".
var providers = map[string]func(o fetch.Options, options map[string]string) intensity.Provider{
	"ukgrid": func(o fetch.Options, _ map[string]string) intensity.Provider {
		return ukgrid.New(ukgrid.Config{Fetch: o})
	},
}
