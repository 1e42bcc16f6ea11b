package render_test

import (
	"fmt"
	"math"
	"time"

	"github.com/scimeter/scimeter/sci"
)

// sample is the disclosure of an invented service whose figures agree.
func sample() *sci.Disclosure {
	const r, scale = 18_420_000, 1000
	d := &sci.Disclosure{
		Schema:  sci.DisclosureSchema,
		Profile: sci.GSF11,
		Software: sci.Software{
			Name: "Harbour search", Version: "4.2.0", ID: "8d1f0c9e-53f2-4c1b-9d55-2f6f2f3c8a10", Organization: "Example Harbour GmbH",
			Contact: "A. Example", Email: "carbon@example.com", Description: "Answers questions about the sailing times of ferries.",
			URL: "https://example.com/carbon/search-4.2",
		},
		Period: sci.Period{
			Start:      time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
			End:        time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC),
			Calculated: time.Date(2026, 3, 9, 6, 12, 0, 0, time.UTC),
		},
		Tool: sci.Tool{Name: "scimeter", Version: "0.3.0"},
		Boundary: sci.BoundaryStatement{
			Included: []sci.BoundaryItem{
				{Name: "Web and ranking servers", Description: "All machines that are reserved for the service, idle time in", Why: "they do the work"},
				{Name: "Internal network", Description: "Two switches", Why: "they carry all requests"},
			},
			Excluded: []sci.BoundaryItem{{Name: "Phones of users", Why: "rendering of ten lines of text; below 1 % in a trial of 2025"}},
			Shared:   []sci.BoundaryItem{{Name: "Build machines", Why: "by minutes of use"}},
		},
		Unit: sci.FunctionalUnit{
			Name: "request", Symbol: "req", Scale: scale, Total: sci.Exactly(r),
			Rationale: "grows with the users and is what the service level is written for", Counting: "access log of the load balancer",
		},
		Site: sci.SiteStatement{PUE: sci.Exactly(1.21), Source: "operator, 2025 mean", WUE: sci.Exactly(0.18), EWIF: sci.Exactly(1.6)},
		Grid: sci.GridStatement{
			Value: sci.Exactly(331.7), Kind: "average", Boundary: "lifecycle", Accounting: "consumption", Approach: "location-based", Zone: "DE",
			Source: "Electricity Maps", Vintage: 2026, Granularity: "hourly", Losses: new(bool),
		},
		Components: []sci.ComponentStatement{
			machine("web", "cpu", 212.4, 12, 1_610_790, 12.0/96, sci.TenureCloud),
			{
				ID: "ranking", Kind: "server", Sums: true, Parts: []sci.ComponentStatement{
					machine("ranking-gpu", "gpu", 694.2, 2, 1_312_000, 2.0/8, sci.TenureColocated),
					machine("ranking-host", "cpu", 148.9, 1, 1_610_790, 1, sci.TenureColocated),
				},
			},
			machine("index", "storage", 61.3, 3, 1_022_210, 1, sci.TenureColocated),
			machine("switches", "network", 9.8, 2, 251_000, 1, sci.TenureColocated),
		},
		Method: sci.MethodStatement{
			Approach: "measurement", Formula: "SCI = (E · I + M) per R", Policy: "reserved: idle energy of reserved machines is in",
			Assumptions: []string{"Lifespan of all machines is four years, as the operator replaces them.", "Switches draw what their data sheet says."},
			Limitations: []string{"The web servers are virtual: their energy is estimated from CPU time."},
		},
		Gaps: []sci.GapStatement{{Policy: "hold", Share: 0.0123, What: "two hours without data on 4 March"}},
		Memo: sci.Memo{
			MarketBased: sci.Exactly(12_400), Instruments: []string{"Guarantees of origin, hydro, Norway, 2026"},
			Training: sci.Exactly(3.1e6), OnSite: sci.Exactly(202.8), OffSite: sci.Exactly(2181),
		},
		Sources: []sci.SourceStatement{
			{
				ID: "score", What: "this document", Name: "scimeter", Version: "0.3.0", Parents: []string{"energy", "grid", "te"},
			},
			{ID: "energy", What: "joules by zone", Name: "RAPL and NVML counters", Parents: []string{"log"}},
			{ID: "log", What: "raw samples", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
			{
				ID: "grid", What: "intensity", Name: "Electricity Maps", URL: "https://www.electricitymaps.com/data", Vintage: 2026,
				Retrieved: time.Date(2026, 3, 9, 5, 0, 0, 0, time.UTC), Licence: "ODbL 1.0",
			},
			{ID: "te", What: "embodied carbon of servers", Name: "Cloud Carbon Footprint coefficients", Vintage: 2022, Licence: "Apache-2.0"},
		},
		InputsDigest: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
	}
	total(d, r, scale)
	return d
}

// machine is a component of so many machines that were reserved for the week.
func machine(id, kind string, kwh, n, te, share float64, tenure string) sci.ComponentStatement {
	const week, years = 168, 35_040
	c := sci.ComponentStatement{
		ID: id, Kind: kind, Method: "RAPL", Source: "counters of the machine", Nature: "measured", Tenure: tenure, Units: sci.Exactly(n),
		IT: sci.Exactly(kwh), Facility: sci.Exactly(kwh * 1.21), Operational: sci.Exactly(kwh * 1.21 * 331.7),
		Hardware: []sci.Embodies{{
			Name: fmt.Sprintf("%v × %s", n, kind), TE: sci.Exactly(n * te), Low: sci.Exactly(n * te / 1.5), High: sci.Exactly(n * te * 1.5),
			Stages: []string{sci.StageMaterials, sci.StageManufacturing, sci.StageTransport}, Reserved: sci.Exactly(week),
			Lifespan: sci.Exactly(years), Share: sci.Exactly(share), Basis: "vCPU", M: sci.Exactly(n * te * week / years * share),
			Source: "Cloud Carbon Footprint", Vintage: 2022, Nature: "sourced",
		}},
	}
	c.Embodied = c.Hardware[0].M
	c.Carbon = sci.Exactly(c.Operational.Value + c.Embodied.Value)
	if kind == "cpu" && share < 1 {
		c.Nature, c.Method, c.Source = "estimated", "CPU time", "fleet table"
	}
	return c
}

func total(d *sci.Disclosure, r, scale float64) {
	var it, o, m, te float64
	var sum func(cs []sci.ComponentStatement)
	sum = func(cs []sci.ComponentStatement) {
		for _, c := range cs {
			it, o, m = it+c.IT.Or(0), o+c.Operational.Or(0), m+c.Embodied.Or(0)
			for _, h := range c.Hardware {
				te += h.TE.Value
			}
			sum(c.Parts)
		}
	}
	sum(d.Components)
	c := o + m
	d.Uncertainty = []sci.InputDoubt{
		{Input: "te/server", Sigma: 0.19 * c}, {Input: "intensity/DE", Sigma: 0.05 * o}, {Input: "pue", Sigma: 0.04 * o},
		{Input: "attribution/web", Sigma: -0.02 * o}, {Input: "lifespan", Sigma: -0.2 * m},
	}
	var sigma float64
	for _, i := range d.Uncertainty {
		sigma = math.Hypot(sigma, i.Sigma)
	}
	spread := math.Exp(1.96 * math.Sqrt(math.Log1p(sigma*sigma/c/c)))
	d.Result = sci.Result{
		IT: sci.Exactly(it), Facility: sci.Exactly(it * 1.21), Operational: sci.Exactly(o), Embodied: sci.Exactly(m), TE: sci.Exactly(te),
		Carbon: sci.Exactly(c), Score: sci.Exactly(c / r * scale), Low: sci.Exactly(c / r * scale / spread),
		High: sci.Exactly(c / r * scale * spread), Nature: "estimated", Counted: sci.Exactly(0.812),
	}
}

func verdicts() []sci.Verdict {
	return []sci.Verdict{
		{Rule: "S-05", Level: "shall", Ref: "GSF SCI 1.1, Report", Outcome: sci.Pass, Evidence: "score, boundary and methodology are stated"},
		{Rule: "E-01", Level: "shall", Ref: "GSF SCI 1.1, Energy", Outcome: sci.Pass, Evidence: "energy is in kWh", Path: "/result/facility_kwh"},
		{
			Rule: "M-02", Level: "shall", Ref: "GSF SCI 1.1, Embodied", Outcome: sci.Fail, Evidence: "component switches-2 has no hardware",
			Path: "/components/3/hardware",
		},
		{Rule: "C-02", Level: "shall", Ref: "GSF SCI 1.1, Comparing", Outcome: sci.NotAssessable, Evidence: "there is no baseline"},
	}
}

func findings() []sci.Finding {
	return []sci.Finding{
		{
			Code: "vintage_mismatch", Severity: sci.SeverityNote, Path: "/components/0/hardware/0/vintage",
			Message: "TE is four years older than the intensity",
		},
		{
			Code: "total_mismatch", Severity: sci.SeverityError, Path: "/result/embodied_g", Message: "M is not the sum of its components",
			Stated: sci.Exactly(33_120), Derived: sci.Exactly(33_121.5), Rules: []string{"S-02", "M-06"}, Remedy: "add up anew",
		},
	}
}
