package sci

// aiRules are those of the SCI for AI specification, cited by the lines of SPEC.md
// of github.com/Green-Software-Foundation/sci-ai as of January 2026.
var aiRules = [...]ruleEntry{
	{Rule{"A-01", LevelShall, "SCI for AI, l. 64-70, 110-148, 251", "Those who use a model and those who make it have scores of their own.", ofAI}, (*conformer).persona},
	{Rule{"A-02", LevelShall, "SCI for AI, l. 116-125", "The consumer's boundary is all of operation and monitoring, and nothing of making the model.", ofConsumer}, (*conformer).consumerBoundary},
	{Rule{"A-03", LevelShall, "SCI for AI, l. 130-148", "The provider's boundary is inception, design and development, deployment and retirement.", ofProvider}, (*conformer).providerBoundary},
	{Rule{"A-04", LevelMaterial, "SCI for AI, l. 154", "Inception is in it where it is material.", ofProvider}, (*conformer).inception},
	{Rule{"A-05", LevelShall, "SCI for AI, l. 158-164", "All carbon of design and development is in it: data, training with its storage and network, selection, evaluation.", ofProvider}, (*conformer).development},
	{Rule{"A-06", LevelShall, "SCI for AI, l. 166", "Training is all of it: every epoch and step, runs in between and runs that were stopped early.", ofProvider}, (*conformer).wholeTraining},
	{Rule{"A-07", LevelShall, "SCI for AI, l. 170", "All of deployment is in it.", ofProvider}, (*conformer).deployment},
	{Rule{"A-08", LevelShall, "SCI for AI, l. 174", "All carbon of operation and monitoring is in it.", ofConsumer}, (*conformer).operation},
	{Rule{"A-09", LevelMaterial, "SCI for AI, l. 178", "Retirement is in it where it is material.", ofAI}, (*conformer).retirement},
	{Rule{"A-10", LevelShould, "SCI for AI, l. 184-198", "The consumer's unit is that of delivery or billing, such as a token, an image, a page or a second of audio.", ofConsumer}, (*conformer).deliveryUnit},
	{Rule{"A-11", LevelShould, "SCI for AI, l. 201", "A service that triggers others accounts for all of them: tools, retrieval, further models.", ofConsumer}, (*conformer).triggered},
	{Rule{"A-12", LevelShall, "SCI for AI, l. 205-211", "The provider's unit is a FLOP, a training token or a parameter.", ofProvider}, (*conformer).providerUnit},
	{Rule{"A-13", LevelShall, "SCI for AI, l. 221-230", "The provider states the unit and why it is that, gross or effective, and strategies and assumptions.", ofProvider}, (*conformer).providerStates},
	{Rule{"A-14", LevelMay, "SCI for AI, l. 234-241", "Scores may be per several units at once.", ofAI}, (*conformer).severalUnits},
}
