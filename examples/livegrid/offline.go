package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"
)

// A fake is the Carbon Intensity API within the program: half hours that are
// made up, with an actual figure for those that are over.
type fake struct{}

const (
	minute   = "2006-01-02T15:04Z"
	halfHour = 30 * time.Minute
)

// RoundTrip answers /intensity/{from}/{to} and /intensity/{from}/fw48h.
func (fake) RoundTrip(r *http.Request) (*http.Response, error) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) != 3 {
		return answer(r, http.StatusBadRequest, `{"error":{"message":"no such path"}}`), nil
	}
	from, err := time.Parse(minute, parts[1])
	if err != nil {
		return answer(r, http.StatusBadRequest, `{"error":{"message":"no time"}}`), nil
	}
	to, err := time.Parse(minute, parts[2])
	if err != nil {
		to = from.Add(48 * time.Hour)
	}
	var rows []string
	for t := from.Truncate(halfHour); t.Before(to); t = t.Add(halfHour) {
		rows = append(rows, row(t))
	}
	return answer(r, http.StatusOK, `{"data":[`+strings.Join(rows, ",")+`]}`), nil
}

// row is the half hour from t on: a day between 90 and 210.
func row(t time.Time) string {
	made := 150 + 60*math.Sin(2*math.Pi*float64(t.Unix())/86400)
	actual := "null"
	if !t.Add(halfHour).After(time.Now()) {
		actual = fmt.Sprintf("%.0f", made)
	}
	return fmt.Sprintf(`{"from":%q,"to":%q,"intensity":{"forecast":%.0f,"actual":%s}}`,
		t.Format(minute), t.Add(halfHour).Format(minute), made*1.04, actual)
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
	}
}
