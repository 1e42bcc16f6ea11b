package watttime

import (
	"context"
	"net/url"

	"github.com/scimeter/scimeter/intensity/fetch"
)

// Locate returns the region that the service has for a place, for the signal
// type of the provider. Regions differ between signal types and change at times;
// ask once, look whether it is what you expect, and keep it. Nothing is
// remembered here. The error is fetch.ErrNotFound where there is none.
func (p *Provider) Locate(ctx context.Context, at fetch.Coordinates) (string, error) {
	if _, err := p.query("ANY"); err != nil {
		return "", err
	}
	op := "locate " + at.String()
	fail := func(err error) (string, error) {
		return "", &fetch.Error{Provider: name, Op: op, Err: err}
	}
	if c, ok := fetch.ParseCoordinates(at.String()); !ok || c != at {
		return fail(fetch.Fail(fetch.ErrRequest, "no place on Earth"))
	}
	body, err := p.client.Ask(ctx, fetch.Request{Path: "/v3/region-from-loc", Query: url.Values{
		"latitude": {at.LatitudeText()}, "longitude": {at.LongitudeText()}, "signal_type": {p.kind},
	}})
	if err != nil {
		return "", err
	}
	var answer struct {
		Region     string `json:"region"`
		SignalType string `json:"signal_type"`
	}
	switch err := fetch.DecodeJSON(body, &answer); {
	case err != nil:
		return fail(err)
	case answer.Region == "":
		return fail(fetch.ErrNotFound)
	case !region.MatchString(answer.Region) || answer.SignalType != "" && answer.SignalType != p.kind:
		return fail(fetch.Fail(fetch.ErrDecode, "no region of that signal type"))
	}
	return answer.Region, nil
}
