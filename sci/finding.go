package sci

// A Severity says how much a finding matters.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"   // the document contradicts itself or the specification
	SeverityWarning Severity = "warning" // it is implausible, or hides what matters
	SeverityNote    Severity = "note"    // it could be better
)

// A Finding is something wrong in a document, at a place.
type Finding struct {
	Code     string   `json:"code"` // stable, such as "total_mismatch"
	Severity Severity `json:"severity"`

	// Path is a JSON pointer into the Disclosure, such as
	// "/components/0/facility_kwh".
	Path    string   `json:"path"`
	Message string   `json:"message"`
	Stated  *Figure  `json:"stated,omitempty"`
	Derived *Figure  `json:"derived,omitempty"` // what it would be, from the other figures
	Rules   []string `json:"rules,omitempty"`   // IDs, such as "I-03"
	Remedy  string   `json:"remedy,omitempty"`
}

// A Verdict is what was found about one rule.
type Verdict struct {
	Rule     string  `json:"rule"`  // ID, such as "E-02"
	Level    string  `json:"level"` // as of Rule: "shall", "should", …
	Ref      string  `json:"ref"`   // where the rule is
	Outcome  Outcome `json:"outcome"`
	Code     string  `json:"code,omitempty"` // of a fail: stable, such as "marginal_required", or that of a Finding
	Evidence string  `json:"evidence"`       // why, in words
	Path     string  `json:"path,omitempty"` // JSON pointer into the Disclosure
}

// An Outcome is pass, fail or not assessable.
type Outcome string

// The outcomes.
const (
	Pass          Outcome = "pass"
	Fail          Outcome = "fail"
	NotAssessable Outcome = "not assessable"
)
