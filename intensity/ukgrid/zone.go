package ukgrid

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// lastRegion is Great Britain in the list of regions; 1 to 14 are those of the
// network operators, 15 to 17 England, Scotland and Wales.
const lastRegion = 18

// minute is how the service writes instants, in UTC.
const minute = "2006-01-02T15:04Z"

// outward is the first half of a postcode.
var outward = regexp.MustCompile(`^[A-Z]{1,2}[0-9][0-9A-Z]?$`)

// A zone is a place the service knows: the nation, a region or a postcode.
type zone struct {
	id       string // as in points
	region   int    // 0: none
	postcode string // outward half; "": none
}

func parseZone(id string) (zone, error) {
	z := zone{id: strings.ToUpper(strings.TrimSpace(id))}
	if n, err := strconv.Atoi(z.id); err == nil && n >= 1 && n <= lastRegion && z.id == strconv.Itoa(n) {
		z.region = n
		return z, nil
	}
	switch {
	case z.id == "GB":
		return z, nil
	case outward.MatchString(z.id):
		z.postcode = z.id
		return z, nil
	}
	return zone{}, &fetch.Error{
		Provider: name, Op: "zone " + strconv.Quote(id), Err: fetch.ErrNotFound,
		Detail: `want "GB", the number of a region from "1" to "18", or the first half of a postcode, such as "RG10"`,
	}
}

func (z zone) query() fetch.Query {
	q := fetch.Query{Signal: Signal(), Zone: z.id, Step: halfHour, Settle: settle, Chunk: chunk}
	if !z.national() {
		q.Final = intensity.Forecast // there is nothing better, ever
	}
	return q
}

// current is the path of the running half hour.
func (z zone) current() string {
	if z.national() {
		return "/intensity"
	}
	return "/regional" + z.place()
}

// span is the path of [from, to). The service rounds to half hours and adds the
// one that ends at from.
func (z zone) span(from, to time.Time) string {
	return z.ranged(from.UTC().Format(minute) + "/" + to.UTC().Format(minute))
}

// ahead is the path of the 48 hours from t on. A minute past the half hour
// keeps the one before out.
func (z zone) ahead(t time.Time) string {
	return z.ranged(t.UTC().Truncate(halfHour).Add(time.Minute).Format(minute) + "/fw48h")
}

func (z zone) ranged(span string) string {
	if z.national() {
		return "/intensity/" + span
	}
	return "/regional/intensity/" + span + z.place()
}

func (z zone) national() bool { return z.region == 0 && z.postcode == "" }

func (z zone) place() string {
	if z.region != 0 {
		return "/regionid/" + strconv.Itoa(z.region)
	}
	return "/postcode/" + z.postcode
}
