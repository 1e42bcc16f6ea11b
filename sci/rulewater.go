package sci

// waterRules are those of the Software Water Intensity specification 0.1.0, cited
// by the clauses of source/SWI-Specification.md of
// github.com/Green-Software-Foundation/SWI-guide. The IDs are ours.
var waterRules = [...]ruleEntry{
	{Rule{"W-01", LevelDefinition, "SWI 0.1.0, Methodology summary", "Water intensity is water per functional unit, W = W_O + W_M over the R that all terms share.", ofWater}, (*conformer).waterRate},
	{Rule{"W-02", LevelShall, "SWI 0.1.0, Reporting", "Each result comes with boundary, unit, data sources, allocation, limitations.", ofWater}, (*conformer).waterReported},
	{Rule{"W-03", LevelShall, "SWI 0.1.0, Direct operational water", "Water of the site is measured or allotted by a method that is disclosed; by WUE it is energy times WUE.", ofWater}, (*conformer).directWater},
	{Rule{"W-04", LevelShall, "SWI 0.1.0, Indirect operational water", "Water of the electricity is energy times EWIF, which is stated and of the same basis.", ofWater}, (*conformer).indirectWater},
	{Rule{"W-05", LevelShall, "SWI 0.1.0, Embodied water", "An estimate of the water of making the hardware is in it.", ofWater}, (*conformer).embodiedWater},
	{Rule{"W-06", LevelShall, "SWI 0.1.0, Water accounting basis", "Consumption and withdrawal are never added up.", ofWater}, (*conformer).basesApart},
	{Rule{"W-07", LevelShall, "SWI 0.1.0, Reporting", "The intensity of consumption is reported as physical water.", ofWater}, (*conformer).waterScore},
	{Rule{"W-08", LevelShall, "SWI 0.1.0, Stress adjustment; Reporting", "The intensity of consumption is reported adjusted for water stress, with the method and its version.", ofWater}, (*conformer).stressAdjusted},
	{Rule{"W-09", LevelShould, "SWI 0.1.0, Reporting", "The intensity of withdrawal is reported as well.", ofWater}, (*conformer).withdrawalScore},
	{Rule{"W-10", LevelShall, "SWI 0.1.0, Stress adjustment", "What is adjusted for stress stands beside the physical figure and never in its place.", ofWater}, (*conformer).adjustedBeside},
}
