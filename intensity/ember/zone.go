package ember

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/intensity/fetch"
)

var (
	code  = regexp.MustCompile(`^[A-Za-z]{3}$`)
	group = regexp.MustCompile(`^(EU|G[0-9]{1,2}|\pL[\pL0-9 .,&'()-]{3,63})$`)
)

// A zone is a country by its code, or a group, which has none, by its name.
type zone struct{ code, name string }

func parseZone(id string) (zone, error) {
	given := strings.TrimSpace(id)
	switch {
	case strings.EqualFold(given, "WLD"):
		return zone{name: "World"}, nil // as the embedded table calls it
	case code.MatchString(given):
		return zone{code: strings.ToUpper(given)}, nil
	case group.MatchString(given):
		return zone{name: given}, nil
	}
	return zone{}, &fetch.Error{
		Provider: name, Op: "zone " + strconv.Quote(id), Err: fetch.ErrNotFound,
		Detail: `want the three letters of a country, such as "FRA", or the name of a group, such as "World" or "EU"`,
	}
}

func (z zone) id() string { return z.code + z.name } // one of them is empty

// is reports whether a row is about z.
func (z zone) is(r row) bool {
	if z.code != "" {
		return strings.EqualFold(r.Code, z.code)
	}
	return strings.EqualFold(r.Entity, z.name)
}

func (z zone) ask() url.Values {
	if z.code != "" {
		return url.Values{"entity_code": {z.code}}
	}
	return url.Values{"entity": {z.name}}
}

func (z zone) query() fetch.Query {
	return fetch.Query{Signal: Signal(), Zone: z.id(), Step: asked}
}
