package entsoe

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity/fetch"
)

// A document is an answer: figures, or an acknowledgement that gives reasons
// for having none.
type document struct {
	XMLName xml.Name
	Type    string   `xml:"type"`
	Process string   `xml:"process.processType"`
	Created string   `xml:"createdDateTime"`
	Series  []series `xml:"TimeSeries"`
	Reasons []reason `xml:"Reason"`
}

type reason struct {
	Code string `xml:"code"`
	Text string `xml:"text"`
}

// A series is one type of generation, or with an area that it goes out of in
// place of one that it comes into, one type of consumption.
type series struct {
	In      string   `xml:"inBiddingZone_Domain.mRID"`
	Out     string   `xml:"outBiddingZone_Domain.mRID"`
	Unit    string   `xml:"quantity_Measure_Unit.name"`
	Curve   string   `xml:"curveType"`
	Code    string   `xml:"MktPSRType>psrType"`
	Periods []period `xml:"Period"`
}

// A period is figures over an interval, cut into steps.
type period struct {
	Start      string  `xml:"timeInterval>start"`
	End        string  `xml:"timeInterval>end"`
	Resolution string  `xml:"resolution"`
	Points     []point `xml:"Point"`
}

type point struct {
	Position string `xml:"position"`
	Quantity string `xml:"quantity"`
}

// nothing is how the text starts of the reason for having no figures.
const nothing = "no matching data found"

// decode reads a document. It is an error if it has no figures:
// fetch.ErrNoData where the platform says that there are none, and
// fetch.ErrRequest for its other reasons; the document comes with it.
//
// A document type definition is skipped and no entity is expanded but the five
// of XML itself, so that an answer cannot grow.
func decode(body []byte) (document, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var doc document
	if err := d.Decode(&doc); err != nil {
		return document{}, fetch.Fail(fetch.ErrDecode, "no XML document: %.100q", err.Error())
	}
	if err := rest(d); err != nil {
		return document{}, err
	}
	switch {
	case len(doc.Reasons) > 0 && len(doc.Series) == 0:
		return doc, doc.refusal()
	case doc.XMLName.Local != "GL_MarketDocument":
		return document{}, fetch.Fail(fetch.ErrDecode, "a document %.40q", doc.XMLName.Local)
	case doc.Type != "A75" || doc.Process != "A16":
		return document{}, fetch.Fail(fetch.ErrDecode, "a document of type %.10q and process %.10q, not A75 and A16", doc.Type, doc.Process)
	case len(doc.Series) == 0:
		return doc, fetch.ErrNoData
	}
	return doc, nil
}

// rest refuses what follows the document.
func rest(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		text, isText := t.(xml.CharData)
		_, isComment := t.(xml.Comment)
		if err != nil || !isComment && (!isText || len(bytes.TrimSpace(text)) > 0) {
			return fetch.Fail(fetch.ErrDecode, "something follows the document")
		}
	}
}

// refusal is the error that the reasons are.
func (d document) refusal() error {
	for _, r := range d.Reasons {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Text)), nothing) {
			return fetch.ErrNoData
		}
	}
	return fetch.Fail(fetch.ErrRequest, "%s", d.reason())
}

// reason returns the first reason as one line of bounded length.
func (d document) reason() string {
	r := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(d.Reasons[0].Text, "")), " "))
	if len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return strings.TrimRight(string(r), ".")
}

// created returns when the platform made the document, which is the date of
// its figures as nothing else is; zero if it does not say.
func (d document) created() time.Time {
	t, err := fetch.Instant(d.Created, time.RFC3339)
	if err != nil {
		return time.Time{}
	}
	return t
}
