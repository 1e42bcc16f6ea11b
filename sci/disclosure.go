package sci

import "time"

// DisclosureSchema is the name and version of the JSON form of a [Disclosure].
const DisclosureSchema = "scimeter.disclosure/1"

// A Disclosure is what is published of a score: all figures that it is made of,
// what they rest on, and what was left out. It is a document: it states, and may
// be wrong, whoever wrote it. [Verify] recomputes what can be recomputed,
// [Conform] holds it against the rules of a profile, [Compare] against another
// one. A figure, text or list that is absent is not stated; nothing is taken for
// 0.
type Disclosure struct {
	Schema  string  `json:"schema"`  // DisclosureSchema
	Profile Profile `json:"profile"` // the edition that it claims to follow

	Software     Software             `json:"software"`
	Period       Period               `json:"period"`
	Tool         Tool                 `json:"tool,omitzero"`
	Boundary     BoundaryStatement    `json:"boundary"`
	Unit         FunctionalUnit       `json:"functional_unit"`
	AI           *AIStatement         `json:"ai,omitempty"` // of software that is, or trains, a model
	Site         SiteStatement        `json:"site,omitzero"`
	Grid         GridStatement        `json:"intensity,omitzero"` // of all components that state none
	Components   []ComponentStatement `json:"components"`
	Result       Result               `json:"result"`
	Method       MethodStatement      `json:"methodology,omitzero"`
	Uncertainty  []InputDoubt         `json:"uncertainty,omitempty"`
	Gaps         []GapStatement       `json:"gaps,omitempty"`
	Memo         Memo                 `json:"memo,omitzero"`
	Water        *WaterStatement      `json:"water,omitempty"` // beyond the water of operation in Memo
	Sources      []SourceStatement    `json:"sources,omitempty"`
	Conformance  []Verdict            `json:"conformance,omitempty"` // as of when it was made
	InputsDigest string               `json:"inputs_sha256,omitempty"`
}

// Software is what was measured, and who answers for the figures.
type Software struct {
	Name         string `json:"name"`
	Version      string `json:"version,omitempty"`
	ID           string `json:"id,omitempty"` // an RFC 4122 UUID
	Organization string `json:"organization,omitempty"`
	Contact      string `json:"contact,omitempty"`
	Email        string `json:"email,omitempty"`
	Description  string `json:"description,omitempty"`
	URL          string `json:"url,omitempty"` // of the report
}

// A Period is the time that was measured, half-open.
type Period struct {
	Start      time.Time `json:"start,omitzero"`
	End        time.Time `json:"end,omitzero"`
	Calculated time.Time `json:"calculated,omitzero"` // when the figures were made
}

// A Tool is the program that made the figures.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// A BoundaryStatement says what is in the score and what is not.
type BoundaryStatement struct {
	Included []BoundaryItem `json:"included,omitempty"`
	Excluded []BoundaryItem `json:"excluded,omitempty"`
	Shared   []BoundaryItem `json:"shared,omitempty"` // with others; Why says how it is divided
}

// A BoundaryItem is a part of a system, and why it is in the score or not.
type BoundaryItem struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Why         string `json:"why,omitempty"`
}

// A FunctionalUnit is R: what the score is per, and how many were done.
type FunctionalUnit struct {
	Name        string       `json:"name"`             // singular, such as "request"
	Symbol      string       `json:"symbol,omitempty"` // such as "req"
	Scale       float64      `json:"scale,omitzero"`   // the score is per so many; 0: 1
	Total       *Figure      `json:"total,omitempty"`  // how many were done in the period
	Rationale   string       `json:"rationale,omitempty"`
	Counting    string       `json:"counting,omitempty"` // how they were counted
	Source      string       `json:"source,omitempty"`
	Conversions []Conversion `json:"conversions,omitempty"`
}

// A Conversion says how many of one unit go into one of another.
type Conversion struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Factor float64 `json:"from_per_to"` // so many From in one To
	Why    string  `json:"why,omitempty"`
}

// An AIStatement is what the specification for AI wants to know.
type AIStatement struct {
	Persona   string `json:"persona"` // "consumer" or "provider"
	Model     string `json:"model,omitempty"`
	Version   string `json:"version,omitempty"`
	Effective *bool  `json:"effective,omitempty"` // the units are effective ones, not gross; nil: not stated
	Details   string `json:"details,omitempty"`   // tokenizer, precision, input or output
	Strategy  string `json:"strategy,omitempty"`

	// Training says that O + M has carbon of making the model in it: the stages
	// that are, such as "training". Consumer scores have none.
	Training []string `json:"training,omitempty"`
}

// A SiteStatement is what a site adds to the energy of its machines.
type SiteStatement struct {
	PUE    *Figure `json:"pue,omitempty"`
	Source string  `json:"pue_source,omitempty"` // "" not stated
	WUE    *Figure `json:"wue_l_per_kwh,omitempty"`
	EWIF   *Figure `json:"ewif_l_per_kwh,omitempty"`
}

// A GridStatement is a carbon intensity, and what kind of figure it is. Words are
// those of package intensity where they are known, else those of the document.
type GridStatement struct {
	Value       *Figure `json:"g_per_kwh,omitempty"`
	Kind        string  `json:"kind,omitempty"`       // "average", "short-run marginal", "long-run marginal", "off-grid"
	Boundary    string  `json:"boundary,omitempty"`   // "lifecycle", "direct"
	Accounting  string  `json:"accounting,omitempty"` // "production", "consumption"
	Approach    string  `json:"approach,omitempty"`   // "location-based", "market-based"
	Zone        string  `json:"zone,omitempty"`
	Source      string  `json:"source,omitempty"`
	Vintage     int     `json:"vintage,omitzero"`      // year of the figure
	Granularity string  `json:"granularity,omitempty"` // "hourly", "annual", …
	Losses      *bool   `json:"losses_included,omitempty"`
	Remark      string  `json:"remark,omitempty"` // words of the document, where instruments of a market hide

	Regions []RegionShare `json:"regions,omitempty"` // that Value is a weighted mean of
}

// A RegionShare is a region of a grid statement, and how much of the energy was
// used there.
type RegionShare struct {
	Zone  string  `json:"zone"`
	Share float64 `json:"share"` // of 1
	Value *Figure `json:"g_per_kwh,omitempty"`
}

// A ComponentStatement is a component of what was measured, with its own parts beside its own
// figures, as of [Component].
type ComponentStatement struct {
	ID     string `json:"id"`
	Kind   string `json:"kind,omitempty"` // "cpu", "gpu", "network", "server", …
	Method string `json:"method,omitempty"`
	Source string `json:"source,omitempty"`
	Nature string `json:"nature,omitempty"` // "measured", "calculated", "estimated", "forecast", "modelled", "sourced"

	Units     *Figure  `json:"units,omitempty"` // how many alike; its other figures are of all of them
	Power     *Figure  `json:"power_w,omitempty"`
	Hours     *Figure  `json:"hours,omitempty"`
	IT        *Figure  `json:"it_kwh,omitempty"`       // at the input of the IT equipment
	Facility  *Figure  `json:"facility_kwh,omitempty"` // after the PUE
	Idle      *Figure  `json:"idle_kwh,omitempty"`     // of the energy, what flows whether or not anything runs
	IdleTaken bool     `json:"idle_excluded,omitempty"`
	Coverage  []string `json:"coverage,omitempty"` // "cpu", "memory", "gpu", "rest", "psu_loss", …

	Site *SiteStatement `json:"site,omitempty"`
	Grid *GridStatement `json:"intensity,omitempty"`

	Operational *Figure              `json:"operational_g,omitempty"`
	Embodied    *Figure              `json:"embodied_g,omitempty"` // M, of all hardware below
	Carbon      *Figure              `json:"carbon_g,omitempty"`   // O + M
	Score       *Figure              `json:"score_g,omitempty"`    // per Scale units
	Hardware    []Embodies           `json:"hardware,omitempty"`
	NoHardware  string               `json:"no_hardware,omitempty"` // why M is 0
	Parts       []ComponentStatement `json:"parts,omitempty"`

	// Sums says that its figures are sums over Parts, as a group of a document
	// may print them, and not on top of those of its Parts.
	Sums bool `json:"sums_parts,omitempty"`

	// Tenure says whose it is, which is what an inventory of greenhouse gases
	// goes by: TenureOwned, TenureColocated, TenureLeased, TenureCloud; "" not
	// stated. Parts without one have that of what they are part of.
	Tenure string `json:"tenure,omitempty"`
}

// An Embodies is a device, and the part of what it embodies that is charged.
type Embodies struct {
	Name     string   `json:"name,omitempty"`
	TE       *Figure  `json:"te_g,omitempty"`
	Low      *Figure  `json:"te_low_g,omitempty"`
	High     *Figure  `json:"te_high_g,omitempty"`
	Stages   []string `json:"stages,omitempty"` // of the life cycle that TE has in it; see Stages
	Reserved *Figure  `json:"reserved_h,omitempty"`
	Lifespan *Figure  `json:"lifespan_h,omitempty"`
	RR       *Figure  `json:"reserved_resources,omitempty"`
	ToR      *Figure  `json:"total_resources,omitempty"`
	Share    *Figure  `json:"resource_share,omitempty"` // RR/ToR, where it is stated as such
	Basis    string   `json:"basis,omitempty"`          // what RR and ToR count: "vCPU", "GB", …
	M        *Figure  `json:"embodied_g,omitempty"`
	Source   string   `json:"source,omitempty"`
	Vintage  int      `json:"vintage,omitzero"`
	Nature   string   `json:"nature,omitempty"`
}

// A Result is the totals that a document states.
type Result struct {
	IT          *Figure `json:"it_kwh,omitempty"`
	Facility    *Figure `json:"facility_kwh,omitempty"`
	Operational *Figure `json:"operational_g,omitempty"`
	Embodied    *Figure `json:"embodied_g,omitempty"`
	TE          *Figure `json:"te_g,omitempty"` // of all hardware, before it is shared
	Carbon      *Figure `json:"carbon_g,omitempty"`
	Score       *Figure `json:"score_g,omitempty"` // per Scale units
	Low         *Figure `json:"score_low_g,omitempty"`
	High        *Figure `json:"score_high_g,omitempty"` // 95 %

	Nature       string  `json:"nature,omitempty"`
	Incomplete   bool    `json:"incomplete,omitempty"`
	IdleExcluded bool    `json:"idle_excluded,omitempty"`
	Counted      *Figure `json:"counted_fraction,omitempty"` // of the IT energy
}

// A MethodStatement is how the figures were made, for people.
type MethodStatement struct {
	Approach    string   `json:"approach,omitempty"` // "measurement", "calculation", "hybrid"
	Formula     string   `json:"formula,omitempty"`
	Policy      string   `json:"policy,omitempty"` // who is charged for what flows anyway
	Assumptions []string `json:"assumptions,omitempty"`
	Limitations []string `json:"limitations,omitempty"`
}

// An InputDoubt is what an uncertain input does to O + M.
type InputDoubt struct {
	Input string  `json:"input"`   // id, as of Uncertainty
	Sigma float64 `json:"sigma_g"` // signed
}

// A GapStatement is energy without an intensity of its own, and what was done.
type GapStatement struct {
	Policy string  `json:"policy"`
	Share  float64 `json:"energy_share"` // of the facility energy
	What   string  `json:"what,omitempty"`
}

// A Memo has figures that are in no score.
type Memo struct {
	MarketBased *Figure  `json:"market_based_operational_g,omitempty"`
	Instruments []string `json:"instruments,omitempty"`
	Training    *Figure  `json:"training_g,omitempty"`
	OnSite      *Figure  `json:"water_on_site_l,omitempty"`
	OffSite     *Figure  `json:"water_off_site_l,omitempty"`
	Withdrawal  *Figure  `json:"water_withdrawal_l,omitempty"`
}

// A WaterStatement is what the specification of water intensity wants to know on
// top of the WUE and EWIF of the site, and the water of operation in the Memo.
// Consumption and withdrawal are two views of water and are never added up.
type WaterStatement struct {
	Direct              string  `json:"direct_method,omitempty"` // how water of the site was measured or allotted; "" by the WUE, if one is stated
	EWIFWithdrawal      *Figure `json:"ewif_withdrawal_l_per_kwh,omitempty"`
	EmbodiedConsumption *Figure `json:"embodied_consumption_l,omitempty"`
	EmbodiedWithdrawal  *Figure `json:"embodied_withdrawal_l,omitempty"`
	NoEmbodied          string  `json:"no_embodied,omitempty"`   // why there is none
	Consumption         *Figure `json:"consumption_l,omitempty"` // W: on site, off site and embodied
	Withdrawal          *Figure `json:"withdrawal_l,omitempty"`  // the same for withdrawal
	Score               *Figure `json:"swi_consumption_l,omitempty"`
	ScoreWithdrawal     *Figure `json:"swi_withdrawal_l,omitempty"` // all scores are per Scale units
	Adjusted            *Figure `json:"swi_consumption_adjusted_l,omitempty"`
	AdjustedWithdrawal  *Figure `json:"swi_withdrawal_adjusted_l,omitempty"`
	Factor              *Figure `json:"stress_factor,omitempty"`    // of all consumption, where there is one for all
	Characterization    string  `json:"characterization,omitempty"` // method of the adjustment and its version, such as "AWARE 2.0"
}

// A SourceStatement is where an input comes from, and of what that was made.
type SourceStatement struct {
	ID        string    `json:"id"`
	What      string    `json:"what,omitempty"`
	Name      string    `json:"name,omitempty"`
	URL       string    `json:"url,omitempty"`
	Version   string    `json:"version,omitempty"`
	Vintage   int       `json:"vintage,omitzero"`
	Retrieved time.Time `json:"retrieved,omitzero"`
	SHA256    string    `json:"sha256,omitempty"`
	Licence   string    `json:"licence,omitempty"`
	Parents   []string  `json:"parents,omitempty"` // IDs
}

// Tenures of a component.
const (
	TenureOwned     = "owned"     // own machine in an own place
	TenureColocated = "colocated" // own machine in a place of somebody else's
	TenureLeased    = "leased"    // machine and place of somebody else's, had for one's own use
	TenureCloud     = "cloud"     // a service that is bought
)

// Stages of the life cycle of hardware. TE has those of making and disposing of
// it; the use of it is O, and never in TE.
const (
	StageMaterials     = "materials"
	StageManufacturing = "manufacturing"
	StageTransport     = "transport"
	StageUse           = "use"
	StageEndOfLife     = "end-of-life"
)
