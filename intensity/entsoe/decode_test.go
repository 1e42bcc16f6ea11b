package entsoe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity/entsoe"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

func TestErrors(t *testing.T) {
	change := func(old, replacement string) string {
		one := document(series{code: "B14", points: "1=9"})
		if !strings.Contains(one, old) {
			panic("no " + old)
		}
		return strings.ReplaceAll(one, old, replacement)
	}
	bomb := `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><GL_MarketDocument><type>&b;</type></GL_MarketDocument>`
	for _, c := range []struct {
		name   string
		status int
		body   string
		class  error
		says   string
	}{
		{"case A8: nothing found", 200, acknowledgement("No matching data found for Data item X (10YFI-1--------U)."), fetch.ErrNoData, ""},
		{"nothing found, with a status", 400, acknowledgement("No matching data found for Data item X."), fetch.ErrNoData, ""},
		{"another reason", 200, acknowledgement("Delivered time interval is not valid"), fetch.ErrRequest, "time interval"},
		{"another reason, with a status", 400, acknowledgement("The number of instances exceeds the allowed maximum"), fetch.ErrRequest, "number of instances"},
		{"a status alone", 400, "", fetch.ErrRequest, ""},
		{"no series", 200, document(), fetch.ErrNoData, ""},
		{"no points", 200, document(series{code: "B14"}), fetch.ErrNoData, ""},
		{"consumption alone", 200, document(series{code: "B10", points: "1=9", out: true}), fetch.ErrNoData, ""},
		{"another zone", 200, document(series{code: "B14", points: "1=9", zone: "10YFR-RTE------C"}), fetch.ErrZoneMismatch, "10YFR-RTE------C"},
		{"no zone", 200, change(finland, ""), fetch.ErrZoneMismatch, ""},
		{"maintenance", 503, "<html>", fetch.ErrTemporary, ""},
		{"load", 200, change("<type>A75", "<type>A65"), fetch.ErrDecode, "A65"},
		{"a forecast", 200, change(">A16<", ">A01<"), fetch.ErrDecode, ""},
		{"another document", 200, "<Publication_MarketDocument/>", fetch.ErrDecode, "Publication"},
		{"energy", 200, change("MAW", "MWH"), fetch.ErrDecode, "MWH"},
		{"no type", 200, change("<psrType>B14</psrType>", ""), fetch.ErrDecode, ""},
		{"another curve", 200, change("A03", "A02"), fetch.ErrDecode, "A02"},
		{"another resolution", 200, change("PT15M", "P1D"), fetch.ErrDecode, "P1D"},
		{"no whole steps", 200, change("14:00Z", "14:05Z"), fetch.ErrDecode, ""},
		{"between the steps", 200, change("T12:00Z", "T12:05Z"), fetch.ErrDecode, ""},
		{"reversed", 200, change("14:00Z", "10:00Z"), fetch.ErrDecode, ""},
		{"local time", 200, change("14:00Z", "14:00"), fetch.ErrDecode, ""},
		{"a century", 200, change("2024-05-06T14:00Z", "2124-05-06T14:00Z"), fetch.ErrDecode, ""},
		{"position 0", 200, document(series{code: "B14", points: "0=9"}), fetch.ErrDecode, ""},
		{"a position behind the end", 200, document(series{code: "B14", points: "9=9"}), fetch.ErrDecode, ""},
		{"positions that descend", 200, document(series{code: "B14", points: "2=9 1=9"}), fetch.ErrDecode, ""},
		{"a position twice", 200, document(series{code: "B14", points: "1=9 1=9"}), fetch.ErrDecode, ""},
		{"no quantity", 200, document(series{code: "B14", points: "1="}), fetch.ErrDecode, ""},
		{"not a number", 200, document(series{code: "B14", points: "1=NaN"}), fetch.ErrDecode, ""},
		{"infinite", 200, document(series{code: "B14", points: "1=-Inf"}), fetch.ErrDecode, ""},
		{"a power no zone has", 200, document(series{code: "B14", points: "1=1e300"}), fetch.ErrDecode, ""},
		{"hexadecimal", 200, document(series{code: "B14", points: "1=0x9p0"}), fetch.ErrDecode, ""},
		{"two figures of one type", 200, document(series{code: "B14", points: "1=9"}, series{code: "B14", points: "1=8"}), fetch.ErrDecode, "B14"},
		{"a bomb of entities", 200, bomb, fetch.ErrDecode, ""},
		{"an external entity", 200, `<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><GL_MarketDocument><type>&a;</type></GL_MarketDocument>`, fetch.ErrDecode, ""},
		{"endless depth", 200, strings.Repeat("<a>", 100_000), fetch.ErrDecode, ""},
		{"another encoding", 200, strings.Replace(change("MAW", "MAW"), "utf-8", "utf-16", 1), fetch.ErrDecode, ""},
		{"two documents", 200, two + two[strings.Index(two, "<GL"):], fetch.ErrDecode, "follows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fetchtest.Answers(fetchtest.Answer{Status: c.status, Body: c.body})
			in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
				_, err := p.Current(t.Context(), finland)
				require.ErrorIs(t, err, c.class)
				require.ErrorContains(t, err, c.says)
				require.ErrorContains(t, err, "entsoe: ")
				require.Less(t, len(err.Error()), 500)
			})
		})
	}
}

// The same type in two series that say the same, or follow each other, is one.
func TestParts(t *testing.T) {
	for name, body := range map[string]string{
		"side by side": document(series{code: "B14", points: "1=9", length: time.Hour}, series{code: "B14", points: "1=9", start: time.Hour, length: time.Hour}),
		"twice":        document(series{code: "B14", points: "1=9"}, series{code: "B14", points: "1=9"}),
	} {
		t.Run(name, func(t *testing.T) {
			points, err := of(t, body, nil)
			require.NoError(t, err)
			require.Len(t, points, 8)
		})
	}
}

// A short answer cannot make an endless table, nor can long steps beside short
// ones.
func TestManySteps(t *testing.T) {
	year := series{code: "B14", points: "1=9", start: -364 * 24 * time.Hour, length: 365 * 24 * time.Hour}
	hours := year
	hours.code, hours.resolution = "B19", "PT60M"
	for name, body := range map[string]string{
		"quarters":            document(year, year, year, year),
		"hours and a quarter": document(hours, hours, hours, hours, series{code: "B14", points: "1=9"}),
	} {
		_, err := of(t, body, nil)
		require.ErrorIs(t, err, fetch.ErrTooLarge, name)
	}
}

func TestWorst(t *testing.T) {
	good := document(series{code: "B14", points: "VALUE=9"}) // a quantity below zero is clipped
	fetchtest.Worst(t, good, func(s *fetchtest.Service) (code string) {
		in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
			_, err := p.Current(t.Context(), finland)
			code = fetch.Code(err)
		})
		return code
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(two))
	f.Add([]byte(acknowledgement("No matching data found")))
	f.Add([]byte(document(series{code: "B04", points: "1=-5 4=10", resolution: "PT30M"}, series{code: "B20", points: "1=7", resolution: "PT60M"})))
	f.Fuzz(func(t *testing.T, b []byte) {
		points, err := of(t, string(b), nil)
		if err != nil {
			require.NotEmpty(t, fetch.Code(err))
		}
		for _, p := range points {
			require.NoError(t, p.Valid())
			require.LessOrEqual(t, float64(p.Value), 820.0+1e-9, "no more than the worst factor")
		}
	})
}
