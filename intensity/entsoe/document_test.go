package entsoe_test

import (
	"fmt"
	"strings"
	"time"
)

const finland = "10YFI-1--------U"

// noon is the start of what the documents of the tests are about.
var noon = time.Date(2024, time.May, 6, 12, 0, 0, 0, time.UTC)

// A series is one type of generation over two hours from noon on, unless said
// otherwise: its points as "position=quantity".
type series struct {
	code       string
	points     string
	curve      string        // "": A03
	resolution string        // "": PT15M
	out        bool          // consumption
	start      time.Duration // after noon
	length     time.Duration // 0: two hours
	zone       string        // "": Finland
}

func (s series) xml() string {
	or := func(v, other string) string {
		if v == "" {
			return other
		}
		return v
	}
	if s.length == 0 {
		s.length = 2 * time.Hour
	}
	side := "in"
	if s.out {
		side = "out"
	}
	var points strings.Builder
	for _, p := range strings.Fields(s.points) {
		at, mw, _ := strings.Cut(p, "=")
		fmt.Fprintf(&points, "<Point><position>%s</position><quantity>%s</quantity></Point>", at, mw)
	}
	stamp := func(after time.Duration) string { return noon.Add(after).Format("2006-01-02T15:04Z") }
	return fmt.Sprintf(`<TimeSeries><mRID>1</mRID><businessType>A01</businessType>
<%[1]sBiddingZone_Domain.mRID codingScheme="A01">%[2]s</%[1]sBiddingZone_Domain.mRID>
<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>%[3]s</curveType>
<MktPSRType><psrType>%[4]s</psrType></MktPSRType>
<Period><timeInterval><start>%[5]s</start><end>%[6]s</end></timeInterval><resolution>%[7]s</resolution>%[8]s</Period></TimeSeries>
`, side, or(s.zone, finland), or(s.curve, "A03"), s.code, stamp(s.start), stamp(s.start+s.length), or(s.resolution, "PT15M"), points.String())
}

// document is an answer with these series.
func document(all ...series) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>
<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">
<mRID>1</mRID><type>A75</type><process.processType>A16</process.processType>
<createdDateTime>2024-05-06T15:30:00Z</createdDateTime>
`)
	for _, s := range all {
		b.WriteString(s.xml())
	}
	b.WriteString("</GL_MarketDocument>\n")
	return b.String()
}

// acknowledgement is an answer without figures.
func acknowledgement(text string) string {
	return `<?xml version="1.0" encoding="utf-8"?>
<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
<createdDateTime>2024-05-06T15:30:00Z</createdDateTime><Reason><code>999</code><text>` + text + `</text></Reason>
</Acknowledgement_MarketDocument>`
}

// two is gas falling and rising again, nuclear power, wind and a store that is
// emptied in the first hour and filled in the second.
var two = document(
	series{code: "B04", points: "1=100 3=200 6=50"},
	series{code: "B14", points: "1=1000"},
	series{code: "B19", curve: "A01", points: "1=500 2=510 3=520 4=530 5=540 6=550 7=560 8=570"},
	series{code: "B10", points: "1=30 5=0"},
	series{code: "B10", points: "1=0 5=80", out: true},
)
