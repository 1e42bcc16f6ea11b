package sci

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Conform holds d against the rules of p: one verdict for each rule, in the order
// of [Rules]. It does not change d, and is safe for concurrent use on one d. The
// profile that d claims is not looked at.
//
// A verdict is a pass where d shows that the rule is kept, and a fail where it
// shows that it is broken, or is silent on what the rule wants disclosed. All
// else is not assessable, and the evidence says what is missing: a document
// without a fail is not for that reason one that keeps all rules.
//
// A profile that is not known gives a single fail of code profile_unknown; a nil
// Disclosure no verdict.
func Conform(d *Disclosure, p Profile) []Verdict {
	if d == nil {
		return nil
	}
	if err := p.Check(); err != nil {
		return []Verdict{{
			Rule: "profile", Level: LevelShall, Ref: "disclosure", Outcome: Fail, Code: "profile_unknown",
			Evidence: strings.TrimPrefix(err.Error(), "sci: "), Path: "/profile",
		}}
	}
	c := newConformer(d, p)
	var verdicts []Verdict
	for _, table := range ruleTables {
		for i := range table {
			if slices.Contains(table[i].Profiles, p) {
				verdicts = append(verdicts, c.verdict(&table[i]))
			}
		}
	}
	return verdicts
}

// Summary counts verdicts, and says which rules fail.
func Summary(verdicts []Verdict) Conformance {
	var s Conformance
	for _, v := range verdicts {
		switch v.Outcome {
		case Pass:
			s.Pass++
		case Fail:
			s.Fail++
			s.Failed = append(s.Failed, v.Rule)
			if v.Level == LevelShall || v.Level == LevelMaterial {
				s.Broken = append(s.Broken, v.Rule)
			}
		default:
			s.NotAssessable++
		}
	}
	return s
}

// A Conformance is what verdicts come to.
type Conformance struct {
	Pass          int      `json:"pass"`
	Fail          int      `json:"fail"`
	NotAssessable int      `json:"not_assessable"`
	Failed        []string `json:"failed,omitempty"` // rules, in the order of the verdicts
	Broken        []string `json:"broken,omitempty"` // those of Failed that are a shall
}

// OK reports whether no rule is broken that shall be kept. It says nothing of
// what was not assessable.
func (s Conformance) OK() bool { return len(s.Broken) == 0 }

// String returns the counts for people.
func (s Conformance) String() string {
	text := fmt.Sprintf("%d pass, %d fail, %d not assessable", s.Pass, s.Fail, s.NotAssessable)
	if len(s.Failed) > 0 {
		text += " (failed: " + strings.Join(s.Failed, ", ") + ")"
	}
	return text
}

// A conformer is a document that is held against rules.
type conformer struct {
	d     *Disclosure
	p     Profile
	v     *verifier
	uses  []energyUse
	used  map[string]int // uses by path
	texts []wording      // of the methodology and of the model
}

func newConformer(d *Disclosure, p Profile) *conformer {
	c := &conformer{d: d, p: p, v: examine(d)}
	c.uses = energyUses(d)
	c.texts = methodWordings(d)
	c.used = make(map[string]int, len(c.uses))
	for i := range c.uses {
		c.used[c.uses[i].path] = i
	}
	return c
}

// maxEvidence is as much as is quoted of a document, in bytes [E].
const maxEvidence = 500

func (c *conformer) verdict(r *ruleEntry) Verdict {
	j := r.judge(c)
	v := Verdict{Rule: r.ID, Level: r.Level, Ref: r.Ref, Outcome: j.outcome, Evidence: j.evidence, Path: j.path}
	if len(v.Evidence) > maxEvidence {
		v.Evidence = strings.ToValidUTF8(v.Evidence[:maxEvidence], "") + "…"
	}
	if j.outcome == Fail {
		v.Code = cmp.Or(j.code, "rule_broken")
	}
	return v
}

// A judgement is a verdict without its rule.
type judgement struct {
	outcome              Outcome
	code, path, evidence string
}

func passes(path, format string, args ...any) judgement {
	return judgement{outcome: Pass, path: path, evidence: fmt.Sprintf(format, args...)}
}

func fails(code, path, format string, args ...any) judgement {
	return judgement{outcome: Fail, code: code, path: path, evidence: fmt.Sprintf(format, args...)}
}

func unknown(path, format string, args ...any) judgement {
	return judgement{outcome: NotAssessable, path: path, evidence: fmt.Sprintf(format, args...)}
}

// permission is the judgement of a rule that allows something, where the document
// does not show that it was made use of.
func permission(path, what string) judgement {
	return unknown(path, "%s; the rule is a permission, which nothing can be against", what)
}

// broken returns the first finding of one of some codes; nil if there is none.
func (c *conformer) broken(codes ...string) *Finding {
	return c.brokenWhere(func(string) bool { return true }, codes...)
}

// brokenWhere is broken for findings at places of a kind.
func (c *conformer) brokenWhere(at func(path string) bool, codes ...string) *Finding {
	for i := range c.v.findings {
		if f := &c.v.findings[i]; slices.Contains(codes, f.Code) && at(f.Path) {
			return f
		}
	}
	return nil
}

// failsBy is the judgement that a finding leads to.
func failsBy(f *Finding) judgement { return fails(f.Code, f.Path, "%s", f.Message) }

// field is the last part of a path.
func field(path string) string { return path[strings.LastIndex(path, "/")+1:] }

func ofEnergy(path string) bool {
	return slices.Contains([]string{"it_kwh", "facility_kwh", "idle_kwh", "power_w"}, field(path))
}

func ofIntensity(path string) bool { return field(path) == "g_per_kwh" }

func ofEmbodied(path string) bool {
	return slices.Contains([]string{"embodied_g", "te_g", "te_low_g", "te_high_g"}, field(path))
}

// inHardware reports whether a path is below the hardware of a component.
func inHardware(path string) bool { return strings.Contains(path, "/hardware/") }
