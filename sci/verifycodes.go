package sci

import "slices"

// A FindingCode is a kind of finding.
type FindingCode struct {
	Code     string   `json:"code"` // stable
	Severity Severity `json:"severity"`
	About    string   `json:"about"`           // a sentence
	Rules    []string `json:"rules,omitempty"` // IDs of the rules that it is against
	Remedy   string   `json:"remedy"`
}

// FindingCodes returns every kind of finding that [Verify] reports. The codes of
// later versions are a superset.
func FindingCodes() []FindingCode {
	codes := slices.Clone(findingCodes[:])
	for i := range codes {
		codes[i].Rules = slices.Clone(codes[i].Rules)
	}
	return codes
}

// Codes that are more than text to the verifier.
const (
	codeScaleError = "scale_error"
	codeEnergyUnit = "energy_unit"
	codeLastDigit  = "last_digit"
)

var findingCodes = [...]FindingCode{
	{
		Code: "negative_figure", Severity: SeverityError,
		About:  "A figure is below 0 that is of a kind that never is.",
		Rules:  []string{"X-01"},
		Remedy: "State what was there; offsets and credits lower nothing.",
	},
	{
		Code: "not_finite", Severity: SeverityError,
		About:  "A figure is NaN or infinite.",
		Rules:  []string{"S-01"},
		Remedy: "Look for a division by zero or a missing value.",
	},
	{
		Code: "units_not_positive", Severity: SeverityError,
		About:  "R, or the number of units that the score is per, is 0 or less.",
		Rules:  []string{"S-01", "R-01"},
		Remedy: "Report the carbon alone, or score a period in which something was done.",
	},
	{
		Code: "units_mismatch", Severity: SeverityError,
		About:  "All scores imply another R than the one that is stated.",
		Rules:  []string{"R-01", "S-03"},
		Remedy: "State the R that the scores were made with.",
	},
	{
		Code: "conversion_invalid", Severity: SeverityError,
		About:  "A conversion between functional units has a factor that is not positive.",
		Rules:  []string{"R-02"},
		Remedy: "State how many of one unit go into one of the other.",
	},
	{
		Code: "dates_out_of_order", Severity: SeverityError,
		About:  "The period ends before it starts, or figures are older than what they were made of.",
		Rules:  []string{"Q-02"},
		Remedy: "Correct the dates.",
	},
	{
		Code: "fraction_out_of_range", Severity: SeverityError,
		About:  "A part of a whole is less than 0 or more than 1.",
		Rules:  []string{"S-05"},
		Remedy: "State a fraction of 1, not a percentage.",
	},
	{
		Code: "pue_out_of_range", Severity: SeverityError,
		About:  "A PUE, stated or implied, is below 1 or above 3.",
		Rules:  []string{"E-03"},
		Remedy: "State total energy over IT energy of the site, 1 outside data centres.",
	},
	{
		Code: "pue_mismatch", Severity: SeverityError,
		About:  "All components imply another PUE than the one that is stated for them.",
		Rules:  []string{"E-03"},
		Remedy: "State the PUE that the energies were made with.",
	},
	{
		Code: "pue_twice", Severity: SeverityError,
		About:  "Energy was multiplied by the PUE twice.",
		Rules:  []string{"E-03"},
		Remedy: "Apply the PUE to IT energy, once.",
	},
	{
		Code: "pue_not_applied", Severity: SeverityError,
		About:  "A PUE above 1 is stated, and a figure was made without it.",
		Rules:  []string{"E-03"},
		Remedy: "Apply the PUE to IT energy, once.",
	},
	{
		Code: "energy_mismatch", Severity: SeverityError,
		About:  "IT energy is not power times hours.",
		Rules:  []string{"E-01"},
		Remedy: "Recompute W x h / 1000.",
	},
	{
		Code: "facility_mismatch", Severity: SeverityError,
		About:  "Facility energy is not IT energy times PUE.",
		Rules:  []string{"E-01", "E-03"},
		Remedy: "Recompute IT energy x PUE.",
	},
	{
		Code: "facility_below_it", Severity: SeverityError,
		About:  "A facility uses less energy than the IT equipment in it.",
		Rules:  []string{"E-03"},
		Remedy: "Look whether the two are exchanged.",
	},
	{
		Code: codeEnergyUnit, Severity: SeverityError,
		About:  "Energy is off by 3.6 times a power of ten, as between joules and watt-hours.",
		Rules:  []string{"E-01"},
		Remedy: "Convert: 1 kWh is 3.6e6 J.",
	},
	{
		Code: codeScaleError, Severity: SeverityError,
		About:  "A figure is off by a power of ten.",
		Rules:  []string{"E-01", "I-01", "M-05"},
		Remedy: "State kWh, g and g/kWh, per as many units as the document says.",
	},
	{
		Code: "idle_exceeds_energy", Severity: SeverityError,
		About:  "More energy is idle than there is.",
		Rules:  []string{"E-02"},
		Remedy: "State the idle part of the energy.",
	},
	{
		Code: "energy_zero", Severity: SeverityWarning,
		About:  "Hardware that is switched on is said to take no energy.",
		Rules:  []string{"E-02", "B-02"},
		Remedy: "Count what flows without traffic as well.",
	},
	{
		Code: "power_implausible", Severity: SeverityWarning,
		About:  "Power per device is more, or less, than a device of this kind takes.",
		Rules:  []string{"E-01"},
		Remedy: "Check the number of devices, the hours and the unit of energy.",
	},
	{
		Code: "hours_exceed_period", Severity: SeverityWarning,
		About:  "Hardware ran for longer than the period has hours.",
		Rules:  []string{"E-01"},
		Remedy: "State hours within the period, and how many devices there are.",
	},
	{
		Code: "idle_excluded", Severity: SeverityWarning,
		About:  "Energy that flows whether or not anything runs is left out.",
		Rules:  []string{"E-02"},
		Remedy: "Count all energy of what is reserved; show the other view beside it.",
	},
	{
		Code: "operational_mismatch", Severity: SeverityError,
		About:  "O is not facility energy times intensity.",
		Rules:  []string{"S-02"},
		Remedy: "Recompute E x I.",
	},
	{
		Code: "intensity_mismatch", Severity: SeverityError,
		About:  "All components imply another intensity than the one that is stated for them.",
		Rules:  []string{"S-02", "I-01"},
		Remedy: "State the intensity that O was made with.",
	},
	{
		Code: "intensity_zero", Severity: SeverityError,
		About:  "An intensity of 0 on a grid: a claim of a market, or a missing value.",
		Rules:  []string{"I-02", "I-03"},
		Remedy: "Use the intensity of the grid.",
	},
	{
		Code: "intensity_implausible", Severity: SeverityError,
		About:  "An intensity, stated or implied, is above 2000 g/kWh.",
		Rules:  []string{"I-01"},
		Remedy: "Check the unit, and the energy that O is of.",
	},
	{
		Code: "intensity_low", Severity: SeverityWarning,
		About:  "An intensity, stated or implied, is below that of any country.",
		Rules:  []string{"I-01", "I-03"},
		Remedy: "Check the unit, and whether instruments of a market are in it.",
	},
	{
		Code: "intensity_mixed", Severity: SeverityWarning,
		About:  "Intensities of unlike kinds are added up.",
		Rules:  []string{"I-02", "C-02"},
		Remedy: "Price all energy with one kind of intensity.",
	},
	{
		Code: "market_based", Severity: SeverityError,
		About:  "Instruments of a market are in the figures.",
		Rules:  []string{"I-03", "M-04", "X-01"},
		Remedy: "Use the intensity of the grid; show the market-based figure as a memo.",
	},
	{
		Code: "memo_instruments", Severity: SeverityWarning,
		About:  "Instruments of a market are named without the market-based figure that they belong to.",
		Rules:  []string{"I-03"},
		Remedy: "State the market-based figure in the memo, beside the score.",
	},
	{
		Code: "region_weights", Severity: SeverityError,
		About:  "The shares of regions do not add up to 100 %.",
		Rules:  []string{"I-02"},
		Remedy: "State all regions, and the share of each.",
	},
	{
		Code: "region_mean_mismatch", Severity: SeverityError,
		About:  "An intensity is not the weighted mean of its regions.",
		Rules:  []string{"I-02"},
		Remedy: "Weight each region by its share of the energy.",
	},
	{
		Code: "vintage_old", Severity: SeverityWarning,
		About:  "An intensity is more than 3 years older than the period.",
		Rules:  []string{"I-05"},
		Remedy: "Use a figure of the period.",
	},
	{
		Code: "vintage_future", Severity: SeverityError,
		About:  "An intensity is of a year after that in which the figures were made.",
		Rules:  []string{"I-05"},
		Remedy: "Correct the year.",
	},
	{
		Code: "vintage_mixed", Severity: SeverityWarning,
		About:  "Components were priced with intensities of different years.",
		Rules:  []string{"I-05"},
		Remedy: "Use one year for all.",
	},
	{
		Code: "vintage_missing", Severity: SeverityNote,
		About:  "The year of an annual intensity is not stated.",
		Rules:  []string{"I-05"},
		Remedy: "State the year of the data.",
	},
	{
		Code: "embodied_row_mismatch", Severity: SeverityError,
		About:  "M of hardware is not TE times TiR/EL times RR/ToR.",
		Rules:  []string{"S-02", "M-06"},
		Remedy: "Recompute TE x TiR/EL x RR/ToR.",
	},
	{
		Code: "te_not_time_shared", Severity: SeverityError,
		About:  "M is all of TE: the time share was never applied.",
		Rules:  []string{"M-06"},
		Remedy: "Multiply TE by TiR/EL.",
	},
	{
		Code: "resource_share_not_applied", Severity: SeverityError,
		About:  "M was made without the resource share that is stated.",
		Rules:  []string{"M-06"},
		Remedy: "Multiply by RR/ToR.",
	},
	{
		Code: "resource_share_mismatch", Severity: SeverityError,
		About:  "The resource share is not RR/ToR.",
		Rules:  []string{"M-06"},
		Remedy: "Recompute RR/ToR.",
	},
	{
		Code: "resource_share_above_one", Severity: SeverityError,
		About:  "More of the hardware is reserved than there is.",
		Rules:  []string{"M-06"},
		Remedy: "State RR and ToR in one unit, and a share of 1 at most.",
	},
	{
		Code: "reserved_exceeds_lifespan", Severity: SeverityError,
		About:  "Hardware is reserved for longer than it is expected to live.",
		Rules:  []string{"M-06"},
		Remedy: "State TiR and EL in one unit.",
	},
	{
		Code: "reserved_exceeds_period", Severity: SeverityError,
		About:  "Hardware is reserved for longer than the period.",
		Rules:  []string{"M-06"},
		Remedy: "State the time reserved within the period.",
	},
	{
		Code: "lifespan_implausible", Severity: SeverityWarning,
		About:  "An expected life is outside 2 to 7 years.",
		Rules:  []string{"M-06"},
		Remedy: "State EL in hours, and why it is that.",
	},
	{
		Code: "te_range", Severity: SeverityError,
		About:  "TE is outside its own range.",
		Rules:  []string{"M-06"},
		Remedy: "Correct the range or the figure.",
	},
	{
		Code: "te_allocated_twice", Severity: SeverityError,
		About:  "One device is charged by several rows: on two bases, or for more than all of it.",
		Rules:  []string{"M-06"},
		Remedy: "Allocate each device on one basis; add no shares of the same TE.",
	},
	{
		Code: "te_includes_use", Severity: SeverityError,
		About:  "The use of the hardware is in TE, and in O again.",
		Rules:  []string{"M-01"},
		Remedy: "Take materials, manufacturing, transport and end of life alone.",
	},
	{
		Code: "te_stages_unclear", Severity: SeverityWarning,
		About:  "TE comes from a product carbon footprint, and the stages in it are not stated.",
		Rules:  []string{"M-01"},
		Remedy: "State the stages; the use of the hardware is none of them.",
	},
	{
		Code: "embodied_mismatch", Severity: SeverityError,
		About:  "M of a component is not the sum over its hardware.",
		Rules:  []string{"M-02", "M-06"},
		Remedy: "Recompute the sum.",
	},
	{
		Code: "embodied_zero", Severity: SeverityError,
		About:  "M is 0, and the reason is not stated.",
		Rules:  []string{"M-02"},
		Remedy: "Estimate what the hardware embodies, or state why there is none.",
	},
	{
		Code: "embodied_missing", Severity: SeverityWarning,
		About:  "Hardware is in the energy, and not in M.",
		Rules:  []string{"M-02"},
		Remedy: "Estimate it; leave no hardware out because data are missing.",
	},
	{
		Code: "embodied_as_energy", Severity: SeverityError,
		About:  "What hardware embodies is stated as energy.",
		Rules:  []string{"E-01", "M-05"},
		Remedy: "State M in grams; it was never kilowatt-hours.",
	},
	{
		Code: "carbon_mismatch", Severity: SeverityError,
		About:  "The carbon of a component is not O + M.",
		Rules:  []string{"S-02"},
		Remedy: "Recompute O + M.",
	},
	{
		Code: "component_score_mismatch", Severity: SeverityError,
		About:  "The score of a component is not its carbon over R.",
		Rules:  []string{"S-02", "S-03"},
		Remedy: "Recompute C / R, per as many units as the document says.",
	},
	{
		Code: "component_duplicate", Severity: SeverityWarning,
		About:  "Two components have the same name.",
		Rules:  []string{"S-04"},
		Remedy: "Name each once, and look whether it is counted twice.",
	},
	{
		Code: "component_left_out", Severity: SeverityError,
		About:  "A component is not in a total.",
		Rules:  []string{"B-01", "M-02"},
		Remedy: "Add it up with the others.",
	},
	{
		Code: "component_counted_twice", Severity: SeverityError,
		About:  "A component is in a total twice.",
		Rules:  []string{"S-04"},
		Remedy: "Add it up once.",
	},
	{
		Code: "total_mismatch", Severity: SeverityError,
		About:  "A total is not the sum of its parts.",
		Rules:  []string{"S-02", "S-04"},
		Remedy: "Recompute the sum.",
	},
	{
		Code: "term_left_out", Severity: SeverityError,
		About:  "O or M is missing in a sum or in a score.",
		Rules:  []string{"S-02"},
		Remedy: "Add O and M.",
	},
	{
		Code: "scores_do_not_sum", Severity: SeverityError,
		About:  "The score is not the sum of the scores of the components.",
		Rules:  []string{"S-03", "S-04"},
		Remedy: "Recompute the sum; all must be per the same unit.",
	},
	{
		Code: "score_mismatch", Severity: SeverityError,
		About:  "The score is not O + M per R.",
		Rules:  []string{"S-02"},
		Remedy: "Recompute (O + M) / R, per as many units as the document says.",
	},
	{
		Code: "r_not_applied", Severity: SeverityError,
		About:  "The score is the total: it was never divided by R.",
		Rules:  []string{"S-01", "S-02"},
		Remedy: "Divide by how many units were done.",
	},
	{
		Code: "scale_not_applied", Severity: SeverityError,
		About:  "The score is not per as many units as the document says.",
		Rules:  []string{"S-03"},
		Remedy: "Multiply the score per unit by the scale, once.",
	},
	{
		Code: "rounded_terms", Severity: SeverityWarning,
		About:  "A sum was made of rounded figures.",
		Rules:  []string{"S-04"},
		Remedy: "Add up figures in full precision, and round the sum.",
	},
	{
		Code: codeLastDigit, Severity: SeverityNote,
		About:  "A figure is off by less than one unit of its last digit.",
		Rules:  []string{"S-04"},
		Remedy: "Round, and compute with full precision.",
	},
	{
		Code: "interval_misplaced", Severity: SeverityError,
		About:  "The interval of the score does not contain it.",
		Rules:  []string{"K-04"},
		Remedy: "Correct the ends of the interval.",
	},
	{
		Code: "interval_mismatch", Severity: SeverityWarning,
		About:  "The interval of the score is not that of the stated uncertainties.",
		Rules:  []string{"K-04"},
		Remedy: "Recompute the interval from the uncertainties of the inputs.",
	},
	{
		Code: "incomplete_not_said", Severity: SeverityWarning,
		About:  "Something is left out of the result, which does not say so.",
		Rules:  []string{"S-06", "B-01"},
		Remedy: "Price all energy, or mark the result as incomplete.",
	},
	{
		Code: "nature_overstated", Severity: SeverityWarning,
		About:  "The result is said to be better known than a component of it.",
		Rules:  []string{"S-06"},
		Remedy: "A figure is of the weakest nature of its inputs.",
	},
	{
		Code: "consumer_training", Severity: SeverityError,
		About:  "The making of a model is in the score of one who uses it.",
		Rules:  []string{"A-02", "A-03"},
		Remedy: "Show training as a memo; it belongs into the score of the provider.",
	},
	{
		Code: "water_mismatch", Severity: SeverityError,
		About:  "Water is not energy times the water factor.",
		Rules:  []string{"E-01"},
		Remedy: "WUE multiplies IT energy, EWIF facility energy.",
	},
	{
		Code: "water_pue_twice", Severity: SeverityError,
		About:  "The PUE is in the water once more than it should be.",
		Rules:  []string{"E-03"},
		Remedy: "WUE multiplies IT energy, EWIF facility energy.",
	},
}
