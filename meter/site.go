package meter

import (
	"fmt"
	"strings"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// A fleet is what the operator of many data centres publishes of all of them.
type fleet struct {
	cloud  string
	pue    units.PUE
	sigma  float64 // absolute, after the spread of the regions
	wue    units.WUE
	source string
}

// fleets are the values of clouds that a machine recognises itself to be in.
// The sigma of the PUE is about the standard deviation between the regions that
// the operator publishes.
var fleets = []fleet{
	{"aws", 1.15, 0.10, 0.15, "AWS fleet 2024 (AWS sustainability pages; WUE from secondary sources; regions 1.07 to 1.46)"},
	{"gcp", 1.09, 0.03, 0, "Google fleet 2024 (Google data centre efficiency page; regions 1.07 to 1.16)"},
	{"azure", 1.17, 0.08, 0.27, "Microsoft fleet FY2025 (datacenters.microsoft.com; WUE from secondary sources; regions 1.11 to 1.35)"},
	{"oracle", 1.15, 0.10, 0, "Oracle fleet (from secondary sources)"},
}

// chooseSite resolves PUE and water. Unknown is never 1.
func (m *Meter) chooseSite(c *config, f machine.Facts) {
	site, from := c.site, "given"
	if site.PUE == 0 {
		d := defaultSite(f)
		site.PUE, site.PUESigma, from = d.PUE, d.PUESigma, siteSource(f)
		if site.WUE == nil {
			site.WUE = d.WUE
		}
		m.assume("pue", fmt.Sprintf("%v ± %.2g", site.PUE, site.PUESigma), from, "give that of the site: SCIMETER_PUE or meter.WithSite")
	}
	m.method.Site, m.method.SiteSource = site, from
	if missing := site.Water(1).Missing(); len(missing) > 0 {
		m.assume("water", "incomplete", "not known: "+strings.Join(missing, ", "), "give both: SCIMETER_WUE and SCIMETER_EWIF, or meter.WithSite")
	}
}

func defaultSite(f machine.Facts) sci.Site {
	for _, row := range fleets {
		if row.cloud == f.Cloud {
			s := sci.Site{PUE: row.pue, PUESigma: row.sigma}
			if row.wue > 0 {
				s.WUE = &row.wue
			}
			return s
		}
	}
	if f.Chassis == machine.Laptop || f.Chassis == machine.Desktop {
		return sci.OutsideDataCentre()
	}
	return sci.Site{PUE: DefaultPUE, PUESigma: DefaultPUESigma}
}

func siteSource(f machine.Facts) string {
	for _, row := range fleets {
		if row.cloud == f.Cloud {
			return row.source
		}
	}
	if f.Chassis == machine.Laptop || f.Chassis == machine.Desktop {
		return "outside data centres: the chassis is that of a laptop or desktop"
	}
	return "default: nothing says what site this is (Uptime Institute survey 2025, 95 % range 1.1 to 2.0)"
}
