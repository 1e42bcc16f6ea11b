package sci_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func verdictOf(t testing.TB, d *sci.Disclosure, p sci.Profile, rule string) sci.Verdict {
	t.Helper()
	verdicts := sci.Conform(d, p)
	i := slices.IndexFunc(verdicts, func(v sci.Verdict) bool { return v.Rule == rule })
	require.GreaterOrEqual(t, i, 0, "no verdict of %s under %s", rule, p)
	return verdicts[i]
}

// Each rule passes where it is kept and fails where it is broken, or says why it
// never does. A rule without a case is a defect.
func TestRules(t *testing.T) {
	for _, r := range sci.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			c, ok := ruleCases[r.ID]
			require.True(t, ok, "no case for the rule")
			if c.profile == "" {
				c.profile = sci.GSF11
			}
			require.Contains(t, r.Profiles, c.profile)
			c.run(t, r.ID)
		})
	}
	for id := range ruleCases {
		require.True(t, slices.ContainsFunc(sci.Rules(), func(r sci.Rule) bool { return r.ID == id }), "%s is no rule", id)
	}
}

func (c ruleCase) run(t *testing.T, id string) {
	judge := func(e edit) sci.Verdict {
		d := complete(t, c.profile)
		if e != nil {
			e(d)
		}
		return verdictOf(t, d, c.profile, id)
	}
	if c.never {
		for _, e := range []edit{nil, nothing} {
			v := judge(e)
			require.Equal(t, sci.NotAssessable, v.Outcome)
			require.Contains(t, v.Evidence, c.why)
		}
		return
	}
	pass := judge(c.pass)
	require.Equal(t, sci.Pass, pass.Outcome, pass.Evidence)
	require.NotEmpty(t, pass.Path)
	require.NotEmpty(t, pass.Evidence)
	if c.fail == nil {
		v := judge(c.silent)
		require.Equal(t, sci.NotAssessable, v.Outcome, v.Evidence)
		require.Contains(t, v.Evidence, c.why)
		return
	}
	fail := judge(c.fail)
	require.Equal(t, sci.Fail, fail.Outcome, fail.Evidence)
	require.Equal(t, c.code, fail.Code, fail.Evidence)
	require.NotEmpty(t, fail.Evidence)
	if c.path == "" {
		require.NotEmpty(t, fail.Path)
		return
	}
	require.Equal(t, c.path, fail.Path)
}

// What an edit breaks it does not break elsewhere in the document that keeps all
// rules: there nothing fails.
func TestConformingDocuments(t *testing.T) {
	for _, p := range sci.Profiles() {
		s := sci.Summary(sci.Conform(complete(t, p), p))
		require.Empty(t, s.Failed, "%s: %v", p, s)
		require.True(t, s.OK())
		require.Positive(t, s.Pass)
	}
}

func TestVerdictsFollowRules(t *testing.T) {
	for _, p := range sci.Profiles() {
		for name, d := range map[string]*sci.Disclosure{"complete": complete(t, p), "empty": {}} {
			verdicts, rules := sci.Conform(d, p), p.Rules()
			require.Len(t, verdicts, len(rules), name)
			for i, v := range verdicts {
				require.Equal(t, []string{rules[i].ID, rules[i].Level, rules[i].Ref}, []string{v.Rule, v.Level, v.Ref})
				require.NotEmpty(t, v.Evidence)
				require.Equal(t, v.Outcome == sci.Fail, v.Code != "", "%s: %s", v.Rule, v.Code)
				require.NotContains(t, v.Evidence, "%!", v.Rule)
			}
		}
	}
}

// Silence fails only where a rule wants something disclosed.
func TestSilenceFailsWhereDisclosureIsDue(t *testing.T) {
	for p, want := range map[sci.Profile][]string{
		sci.ISO21031: {"S-05"}, sci.GSF11: {"S-05"}, sci.SCIAIConsumer: {"S-05"}, sci.SCIAIProvider: {"S-05", "A-13"},
		sci.SWI01: {"W-02", "W-03", "W-04", "W-05", "W-07", "W-08"},
	} {
		require.Equal(t, want, sci.Summary(sci.Conform(&sci.Disclosure{}, p)).Failed, p)
	}
	require.Nil(t, sci.Conform(nil, sci.GSF11))
}

func TestRulesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range sci.Rules() {
		require.False(t, seen[r.ID], r.ID)
		seen[r.ID] = true
		require.NotEmpty(t, r.Ref, r.ID)
		require.True(t, strings.HasSuffix(r.Text, "."), r.ID)
		require.NotEmpty(t, r.Profiles, r.ID)
		require.Contains(t, []string{
			sci.LevelShall, sci.LevelMaterial, sci.LevelShould, sci.LevelMay, sci.LevelDefinition, sci.LevelProcedure, sci.LevelExample, sci.LevelList,
		}, r.Level, r.ID)
		for _, p := range r.Profiles {
			require.NoError(t, p.Check())
		}
	}
	for prefix, n := range map[string]int{"S": 6, "E": 4, "M": 8, "B": 2, "R": 3, "Q": 3, "C": 2, "K": 4, "X": 2, "A": 14, "W": 10, "I": 6} {
		count := 0
		for id := range seen {
			if strings.HasPrefix(id, prefix+"-") {
				count++
			}
		}
		require.Equal(t, n, count, prefix)
	}
	inISO := func(id string) bool {
		return slices.ContainsFunc(sci.ISO21031.Rules(), func(r sci.Rule) bool { return r.ID == id })
	}
	require.True(t, inISO("I-ISO"))
	require.False(t, inISO("I-02"), "an average will not do")
	require.False(t, inISO("E-02"), "it is new in 1.1")
	require.False(t, inISO("A-01"))

	rules := sci.Rules()
	rules[0].Profiles[0] = "other"
	require.Equal(t, sci.ISO21031, sci.Rules()[0].Profiles[0], "a caller cannot change the rules")
}

// Rules that Verify names for an error are those that Conform finds broken, but
// for these.
func TestConformAgreesWithVerify(t *testing.T) {
	apart := map[string]string{
		"energy_mismatch":       "power, hours and energy disagree, all of them in their units",
		"fraction_out_of_range": "a share of the inputs, and not of what the rule wants reported",
		"idle_exceeds_energy":   "the idle part is wrong, and whether it is in the energy is another question",
		"interval_misplaced":    "what was invested in accuracy is never assessable",
		"vintage_future":        "the year is wrong, not the granularity",
	}
	severity := map[string]sci.FindingCode{}
	for _, f := range sci.FindingCodes() {
		severity[f.Code] = f
	}
	for _, p := range plantedErrors {
		code := severity[p.code]
		if code.Severity != sci.SeverityError || apart[p.code] != "" {
			continue
		}
		d := certificate(t, "correct")
		p.edit(d)
		var failed []string
		for _, profile := range sci.Profiles() {
			failed = append(failed, sci.Summary(sci.Conform(d, profile)).Failed...)
		}
		want := code.Rules
		if strings.HasPrefix(p.code, "water_") {
			want = append(want, "W-03", "W-04")
		}
		assert.True(t, slices.ContainsFunc(want, func(id string) bool { return slices.Contains(failed, id) }),
			"%s is against %v, and broken are %v", p.code, code.Rules, failed)
	}
}

// Rules that allow something, and those that a document cannot show, never fail.
func TestPermissionsNeverFail(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "certificates", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		d := certificate(t, strings.TrimSuffix(filepath.Base(name), ".json"))
		for _, p := range sci.Profiles() {
			for _, v := range sci.Conform(d, p) {
				c := ruleCases[v.Rule]
				require.False(t, c.fail == nil && v.Outcome == sci.Fail, "%s: %s: %s", name, v.Rule, v.Evidence)
				require.False(t, c.never && v.Outcome != sci.NotAssessable, "%s: %s: %s", name, v.Rule, v.Evidence)
			}
		}
	}
}

func TestConformUnknownProfile(t *testing.T) {
	for _, p := range []sci.Profile{"", "gsf-9", "GSF-1.1"} {
		verdicts := sci.Conform(&sci.Disclosure{}, p)
		require.Len(t, verdicts, 1)
		require.Equal(t, sci.Fail, verdicts[0].Outcome)
		require.Equal(t, "profile_unknown", verdicts[0].Code)
		require.Equal(t, "/profile", verdicts[0].Path)
		require.Contains(t, verdicts[0].Evidence, "gsf-1.1", "it says which there are")
		require.False(t, sci.Summary(verdicts).OK())
	}
}

// The case of an intensity that one edition takes and the other does not.
func TestConformByEdition(t *testing.T) {
	d := complete(t, sci.GSF11)
	require.True(t, sci.Summary(sci.Conform(d, sci.GSF11)).OK())
	s := sci.Summary(sci.Conform(d, sci.ISO21031))
	require.Equal(t, []string{"I-ISO"}, s.Broken)
	v := verdictOf(t, d, sci.ISO21031, "I-ISO")
	require.Contains(t, v.Evidence, "average")
	require.Contains(t, v.Evidence, "marginal")
}

func TestConformJSON(t *testing.T) {
	d := complete(t, sci.ISO21031)
	d.Grid.Kind = "average"
	v := verdictOf(t, d, sci.ISO21031, "I-ISO")
	b, err := json.Marshal(v)
	require.NoError(t, err)
	require.Equal(t, `{"rule":"I-ISO","level":"shall","ref":"SCI 1.0 (ISO/IEC 21031:2024), l. 102, 119-125","outcome":"fail","code":"marginal_required",`+
		`"evidence":"the intensity of \"app\" is \"average\", and ISO/IEC 21031:2024 takes none but marginal ones","path":"/intensity/kind"}`, string(b))
	b, err = json.Marshal(sci.Summary(sci.Conform(d, sci.ISO21031)))
	require.NoError(t, err)
	require.Equal(t, `{"pass":29,"fail":1,"not_assessable":8,"failed":["I-ISO"],"broken":["I-ISO"]}`, string(b))

	for _, p := range sci.Profiles() {
		first, err := json.Marshal(sci.Conform(d, p))
		require.NoError(t, err)
		again, err := json.Marshal(sci.Conform(d, p))
		require.NoError(t, err)
		require.Equal(t, string(first), string(again))
	}
	d.Conformance = sci.Conform(d, sci.ISO21031)
	text, err := d.Canonical()
	require.NoError(t, err)
	back, err := sci.ParseDisclosure(text)
	require.NoError(t, err)
	require.Equal(t, d.Conformance, back.Conformance)
}

// Conform reads a document and nothing else: it leaves it as it was, and several
// may do it at once.
func TestConformLeavesTheDocument(t *testing.T) {
	d := complete(t, sci.SWI01)
	before, err := json.Marshal(d)
	require.NoError(t, err)
	want := sci.Conform(d, sci.SWI01)
	got := make(chan []sci.Verdict)
	for range 4 {
		go func() { got <- sci.Conform(d, sci.SWI01) }()
	}
	for range 4 {
		require.Equal(t, want, <-got)
	}
	after, err := json.Marshal(d)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func FuzzConform(f *testing.F) {
	for _, name := range []string{"correct", "market_based", "negative_figure", "water_mismatch"} {
		b, err := os.ReadFile(filepath.Join("testdata", "certificates", name+".json"))
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add([]byte(`{"components":[{"id":"a","sums_parts":true}],"water":{"consumption_l":1}}`))
	f.Add([]byte(`{"components":[{"it_kwh":1e308,"hardware":[{"te_g":1e308,"reserved_h":1e308,"lifespan_h":1e-308}]}],"functional_unit":{"total":1e-300}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var d sci.Disclosure
		if json.Unmarshal(b, &d) != nil {
			return
		}
		for _, p := range sci.Profiles() {
			verdicts := sci.Conform(&d, p)
			require.Len(t, verdicts, len(p.Rules()))
			for _, v := range verdicts {
				require.NotEmpty(t, v.Evidence, v.Rule)
				require.NotContains(t, v.Evidence, "NaN", v.Rule)
			}
		}
	})
}
