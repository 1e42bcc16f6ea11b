package sci_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func TestVerdictsAtTheEdges(t *testing.T) {
	annual := func(text string) edit {
		return func(d *sci.Disclosure) { d.Grid.Granularity, d.Grid.Vintage = text, 0 }
	}
	kind := func(text string) edit {
		return func(d *sci.Disclosure) { d.Grid.Kind, d.Components[4].Grid.Kind = text, "marginal" }
	}
	why := func(text string) edit { return exclude("monitoring by others", text) }
	for name, c := range map[string]struct {
		profile sci.Profile
		edit    edit
		rule    string
		want    sci.Outcome
	}{
		"score of 0": {sci.GSF11, func(d *sci.Disclosure) { d.Result.Score = sci.Exactly(0) }, "S-01", sci.Fail},
		"no score":   {sci.GSF11, func(d *sci.Disclosure) { d.Result.Score = nil }, "S-01", sci.NotAssessable},
		"no R":       {sci.GSF11, func(d *sci.Disclosure) { d.Unit.Total = nil }, "S-02", sci.NotAssessable},
		"no methods": {sci.GSF11, func(d *sci.Disclosure) {
			d.Method, d.Components[0].Method, d.Components[0].Nature = sci.MethodStatement{}, "", ""
		}, "S-05", sci.Fail},
		"idle not said":            {sci.GSF11, then(func(d *sci.Disclosure) { d.Components[0].Idle = nil; d.Method = sci.MethodStatement{} }), "E-02", sci.NotAssessable},
		"idle kept, in words":      {sci.GSF11, func(d *sci.Disclosure) { d.Components[0].Idle, d.Method.Policy = nil, "" }, "E-02", sci.Pass},
		"marginal by tool":         {sci.ISO21031, kind("MOER (short run)"), "I-ISO", sci.Pass},
		"average of marginals":     {sci.ISO21031, kind("average marginal rate"), "I-ISO", sci.Pass},
		"kind in other words":      {sci.ISO21031, kind("as published"), "I-ISO", sci.NotAssessable},
		"kind not stated":          {sci.ISO21031, kind(""), "I-ISO", sci.NotAssessable},
		"one component on average": {sci.ISO21031, func(d *sci.Disclosure) { d.Components[4].Grid.Kind = "average" }, "I-ISO", sci.Fail},
		"off-grid beside marginal": {sci.ISO21031, offGrid, "I-ISO", sci.Pass},
		"off-grid beside average":  {sci.GSF11, offGrid, "I-02", sci.Pass},
		"kind not stated, 1.1":     {sci.GSF11, kind(""), "I-02", sci.NotAssessable},
		"M offset, in words":       {sci.GSF11, func(d *sci.Disclosure) { d.Method.Assumptions[0] = "Embodied emissions are net of carbon credits." }, "M-04", sci.Fail},
		"O offset, in words":       {sci.GSF11, func(d *sci.Disclosure) { d.Method.Assumptions[0] = "Electricity is net of carbon credits." }, "M-04", sci.Pass},
		"TE without source":        {sci.GSF11, func(d *sci.Disclosure) { hardware(d).Source = "" }, "M-04", sci.NotAssessable},
		"PUE of nothing":           {sci.GSF11, func(d *sci.Disclosure) { *d = sci.Disclosure{Site: d.Site} }, "E-03", sci.NotAssessable},
		"one unit modelled": {sci.GSF11, func(d *sci.Disclosure) {
			d.Method.Approach, d.Unit.Total, d.Unit.Scale = "calculation", sci.Exactly(1), 0
		}, "Q-03", sci.Pass},
		"off-grid, direct 0":              {sci.GSF11, then(offGrid, func(d *sci.Disclosure) { g := d.Components[0].Grid; g.Boundary, g.Value = "direct", sci.Exactly(0) }), "I-04", sci.Pass},
		"off-grid without source":         {sci.GSF11, then(offGrid, func(d *sci.Disclosure) { d.Components[0].Grid.Source, d.Grid.Source = "", "" }), "I-04", sci.NotAssessable},
		"location-based alone":            {sci.GSF11, kind(""), "I-03", sci.Pass},
		"years of annual figures":         {sci.GSF11, annual("annual, of the years 2023 and 2024"), "I-05", sci.Pass},
		"a decade":                        {sci.GSF11, annual("mean of a decade"), "I-05", sci.Fail},
		"five-year mean":                  {sci.GSF11, annual("5-year mean"), "I-05", sci.Fail},
		"hourly":                          {sci.GSF11, annual("hourly"), "I-05", sci.Pass},
		"no granularity, but a year":      {sci.GSF11, func(d *sci.Disclosure) { d.Grid.Granularity = "" }, "I-05", sci.Pass},
		"disposal not stated":             {sci.GSF11, func(d *sci.Disclosure) { hardware(d).Stages = []string{sci.StageManufacturing} }, "M-01", sci.NotAssessable},
		"hardware of a carrier unstated":  {sci.GSF11, func(d *sci.Disclosure) { d.Components[3].NoHardware = "" }, "M-02", sci.NotAssessable},
		"left out, small":                 {sci.GSF11, why("too small to be significant"), "B-01", sci.Pass},
		"left out, not significant":       {sci.GSF11, why("its contribution is not significant"), "B-01", sci.Pass},
		"left out, raw materials":         {sci.GSF11, why("raw materials are in TE"), "B-01", sci.Pass},
		"left out without reason":         {sci.GSF11, why(""), "B-01", sci.NotAssessable},
		"left out, and significant":       {sci.GSF11, why("contributes significantly, no data"), "B-01", sci.Fail},
		"conversion of 0":                 {sci.GSF11, func(d *sci.Disclosure) { d.Unit.Conversions = []sci.Conversion{{From: "a", To: "b", Why: "c"}} }, "R-02", sci.Fail},
		"period not stated":               {sci.GSF11, func(d *sci.Disclosure) { d.Period = sci.Period{} }, "Q-02", sci.NotAssessable},
		"period the wrong way":            {sci.GSF11, func(d *sci.Disclosure) { d.Period.End = d.Period.Start.Add(-time.Hour) }, "Q-02", sci.Fail},
		"hybrid of estimates":             {sci.GSF11, then(natures("estimated"), func(d *sci.Disclosure) { d.Method.Approach = "hybrid" }), "Q-02", sci.Pass},
		"nothing said to be left out":     {sci.GSF11, func(d *sci.Disclosure) { d.Boundary.Excluded = nil }, "K-02", sci.NotAssessable},
		"component outside boundary":      {sci.GSF11, func(d *sci.Disclosure) { d.Boundary.Excluded[0].Name = "mail delivery" }, "K-02", sci.Fail},
		"offsets denied":                  {sci.GSF11, func(d *sci.Disclosure) { d.Grid.Remark = "no carbon offsets" }, "X-01", sci.Pass},
		"negative carbon":                 {sci.GSF11, plant("negative_figure"), "X-01", sci.Fail},
		"certificates are no offset":      {sci.GSF11, func(d *sci.Disclosure) { d.Grid.Source = "supplier, by its PPA" }, "X-01", sci.Pass},
		"instruments without a memo":      {sci.GSF11, func(d *sci.Disclosure) { d.Memo.MarketBased = nil }, "X-02", sci.Fail},
		"no persona":                      {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.AI = nil }, "A-01", sci.NotAssessable},
		"training in a consumer, A-01":    {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.AI.Training = []string{"training"} }, "A-01", sci.Fail},
		"training as memo":                {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.Memo.Training = sci.Exactly(1e9) }, "A-02", sci.Pass},
		"training in the boundary":        {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.Boundary.Included[0].Name = "training" }, "A-02", sci.Fail},
		"training without persona":        {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.AI, d.Components[0].ID = nil, "training" }, "A-02", sci.Fail},
		"no tools there are":              {sci.SCIAIConsumer, exclude("tool calls", "the service has no tools"), "A-02", sci.Pass},
		"no tools there are, A-11":        {sci.SCIAIConsumer, exclude("tool calls", "the service has no tools"), "A-11", sci.Pass},
		"clients left out":                {sci.SCIAIConsumer, exclude("client devices", "not reached from here"), "A-02", sci.Fail},
		"retirement immaterial":           {sci.SCIAIConsumer, exclude("retirement of machines", "not material: 0.1 %"), "A-09", sci.Pass},
		"retirement without reason":       {sci.SCIAIConsumer, exclude("retirement of machines", ""), "A-09", sci.NotAssessable},
		"song is neither":                 {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.Unit.Name, d.Unit.Rationale = "song", "" }, "A-10", sci.NotAssessable},
		"token of training by a consumer": {sci.SCIAIConsumer, func(d *sci.Disclosure) { d.Unit.Name = "token.train" }, "A-10", sci.Fail},
		"inference in a provider":         {sci.SCIAIProvider, func(d *sci.Disclosure) { d.Boundary.Included[0].Name = "inference" }, "A-03", sci.Fail},
		"token of a provider":             {sci.SCIAIProvider, func(d *sci.Disclosure) { d.Unit.Name = "token" }, "A-12", sci.NotAssessable},
		"token.train":                     {sci.SCIAIProvider, func(d *sci.Disclosure) { d.Unit.Name = "token.train" }, "A-12", sci.Pass},
		"PFLOP":                           {sci.SCIAIProvider, func(d *sci.Disclosure) { d.Unit.Name = "PFLOP" }, "A-12", sci.Pass},
		"billion parameters":              {sci.SCIAIProvider, func(d *sci.Disclosure) { d.Unit.Name = "billion parameters" }, "A-12", sci.Pass},
		"no rationale":                    {sci.SCIAIProvider, func(d *sci.Disclosure) { d.Unit.Rationale = "" }, "A-13", sci.Fail},
		"runs not said":                   {sci.SCIAIProvider, func(d *sci.Disclosure) { d.AI.Strategy = "" }, "A-06", sci.NotAssessable},
		"site water by meter":             {sci.SWI01, func(d *sci.Disclosure) { d.Site.WUE, d.Water.Direct = nil, "meter of the cooling, by energy" }, "W-03", sci.Pass},
		"no EWIF":                         {sci.SWI01, func(d *sci.Disclosure) { d.Site.EWIF = nil }, "W-04", sci.Fail},
		"no embodied water, with reason":  {sci.SWI01, func(d *sci.Disclosure) { d.Water.EmbodiedConsumption, d.Water.NoEmbodied = nil, "leased" }, "W-05", sci.NotAssessable},
		"bases added in the score":        {sci.SWI01, func(d *sci.Disclosure) { d.Water.Score.Value += d.Water.ScoreWithdrawal.Value }, "W-06", sci.Fail},
		"withdrawal not stated":           {sci.SWI01, func(d *sci.Disclosure) { d.Water.ScoreWithdrawal = nil }, "W-09", sci.NotAssessable},
		"factor not applied":              {sci.SWI01, func(d *sci.Disclosure) { d.Water.Adjusted = d.Water.Score }, "W-08", sci.Fail},
		"no water statement":              {sci.SWI01, func(d *sci.Disclosure) { d.Water = nil }, "W-06", sci.NotAssessable},
	} {
		t.Run(name, func(t *testing.T) {
			d := complete(t, c.profile)
			c.edit(d)
			v := verdictOf(t, d, c.profile, c.rule)
			require.Equal(t, c.want, v.Outcome, "%s: %s", v.Code, v.Evidence)
		})
	}
}

// A score of O alone leaves M out, and says so by its figures.
func TestEmbodiedLeftOutOfTheScore(t *testing.T) {
	d := oneMachine()
	c := &d.Components[0]
	c.Hardware, c.Embodied, c.Carbon, d.Result.Score = nil, nil, nil, nil
	v := verdictOf(t, d, sci.GSF11, "M-02")
	require.Equal(t, sci.NotAssessable, v.Outcome, "nothing is said of M")
	d.Result.Score = sci.Exactly(40)
	v = verdictOf(t, d, sci.GSF11, "M-02")
	require.Equal(t, sci.Fail, v.Outcome, v.Evidence)
	require.Equal(t, "embodied_missing", v.Code)
	require.Equal(t, "/result/score_g", v.Path)
}

// What a machine embodies is that of its parts as well.
func TestEmbodiedOfParts(t *testing.T) {
	d := oneMachine()
	d.Components[0].Kind = "server"
	d.Components[0].Parts = []sci.ComponentStatement{{ID: "cpu", Kind: "cpu", Facility: sci.Exactly(1), Operational: sci.Exactly(400), Carbon: sci.Exactly(400)}}
	d.Result.Score = sci.Exactly(45.4)
	require.Equal(t, sci.Pass, verdictOf(t, d, sci.GSF11, "M-02").Outcome)
}

func TestEvidenceIsBounded(t *testing.T) {
	d := complete(t, sci.GSF11)
	d.Grid.Granularity = "hourly " + strings.Repeat("é", 10_000)
	for _, v := range sci.Conform(d, sci.GSF11) {
		require.Less(t, len(v.Evidence), 600, v.Rule)
		require.True(t, strings.ToValidUTF8(v.Evidence, "?") == v.Evidence, v.Rule)
	}
}
