package fetch

import (
	"math"
	"strconv"
	"strings"
)

// Coordinates are a place on Earth in degrees. The zero Coordinates are a place
// too, in the Gulf of Guinea.
type Coordinates struct {
	Latitude  float64 // north, −90 to 90
	Longitude float64 // east, −180 to 180
}

// ParseCoordinates reads a zone written as latitude and longitude, such as
// "52.5,-1.25"; false if it is something else. "0,0" is a place like another.
func ParseCoordinates(zone string) (Coordinates, bool) {
	lat, lon, ok := strings.Cut(zone, ",")
	if !ok {
		return Coordinates{}, false
	}
	var c Coordinates
	var good [2]bool
	c.Latitude, good[0] = degrees(lat, 90)
	c.Longitude, good[1] = degrees(lon, 180)
	return c, good == [2]bool{true, true}
}

func degrees(s string, limit float64) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && math.Abs(v) <= limit
}

// String returns what ParseCoordinates reads.
func (c Coordinates) String() string { return c.LatitudeText() + "," + c.LongitudeText() }

// LatitudeText returns the latitude for a query string.
func (c Coordinates) LatitudeText() string { return strconv.FormatFloat(c.Latitude, 'f', -1, 64) }

// LongitudeText returns the longitude for a query string.
func (c Coordinates) LongitudeText() string { return strconv.FormatFloat(c.Longitude, 'f', -1, 64) }
