package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/electricitymaps"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/ukgrid"
	"github.com/scimeter/scimeter/intensity/watttime"
)

// annual is what the annual figures of countries are. A live figure is mostly of
// another kind, so that one may stand in for the other only because it is listed.
var annual = intensity.AverageLifecycle(intensity.Production)

// chain returns the live grid of the place: the provider, by its own id of the
// place, and behind it the annual figure of the country.
func chain(o options) (*intensity.Chain, string, error) {
	place, err := intensity.Locate(o.place)
	if err != nil {
		return nil, "", err
	}
	provider, system, err := o.live()
	if err != nil {
		return nil, "", err
	}
	id, ok := place.ID(system)
	if !ok {
		return nil, "", fmt.Errorf("%s has no zone that is known for %v: choose another -provider or -place", o.provider, place)
	}
	cfg := intensity.ChainConfig{Live: []intensity.Live{{Provider: provider, Zone: id.ID}}}
	if o.provider != "watttime" { // nothing stands in for what is marginal
		cfg.Static = []intensity.Grid{place}
		cfg.Allow = []intensity.Signal{annual}
	}
	grid, err := intensity.NewChain(cfg)
	if err != nil {
		return nil, "", err
	}
	about := fmt.Sprintf("%v is zone %s of %s (%v), %v", place, id.ID, provider.Name(), id.Confidence, grid.Signal())
	if id.Also != "" {
		about += "; it could be " + id.Also
	}
	return grid, about, nil
}

// live returns the provider that was asked for, and the system of ids that it
// goes by. A key comes from a callback: it is asked for when it is needed, and
// stands in no error and no log.
func (o options) live() (intensity.Provider, intensity.System, error) {
	f := fetch.Options{Cache: &fetch.Cache{Dir: o.cache}}
	switch o.provider {
	case "ukgrid":
		if o.offline {
			f.Transport = fake{}
		}
		return ukgrid.New(ukgrid.Config{Fetch: f}), intensity.UKGrid, nil
	case "electricitymaps":
		key := func(context.Context) (string, error) { return secret("ELECTRICITYMAPS_TOKEN") }
		_, err := key(context.Background())
		return electricitymaps.New(electricitymaps.Config{Key: key, Fetch: f}), intensity.ElectricityMaps, err
	case "watttime":
		login := func(context.Context) (user, password string, err error) {
			user, noUser := secret("WATTTIME_USER")
			password, noPassword := secret("WATTTIME_PASSWORD")
			return user, password, cmp.Or(noUser, noPassword)
		}
		_, _, err := login(context.Background())
		return watttime.New(watttime.Config{Login: login, Fetch: f}), intensity.WattTime, err
	}
	return nil, "", fmt.Errorf("no provider %q here (%w)", o.provider, errUsage)
}

var errNoKey = errors.New("a key is missing in the environment")

func secret(name string) (string, error) {
	s := os.Getenv(name)
	if s == "" {
		return "", fmt.Errorf("%w: set %s", errNoKey, name)
	}
	return s, nil
}
