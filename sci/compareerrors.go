package sci

// The refusals of Compare and what goes with it.
var (
	// ErrNotComparable (not_comparable) says that two scores were made by unlike
	// methods; see [MethodError].
	ErrNotComparable error = &Error{"not_comparable", "a change of method would pass for a change of the software; restate one by Restate, or allow the difference by name"}

	// ErrComponentTwice (component_twice) says that two components have one ID.
	ErrComponentTwice error = &Error{"component_twice", "two components of one place have one ID; give each its own"}

	// ErrGate (gate_invalid) says that a gate has a threshold or a confidence
	// that no gate can have.
	ErrGate error = &Error{"gate_invalid", "gate is not possible; give a threshold above -1, such as 0.05 for 5 %, and a confidence of at least 0.5 and below 1"}

	// ErrDistribution (distribution_invalid) says that a [Dist] cannot be.
	ErrDistribution error = &Error{"distribution_invalid", "distribution is not possible; give its parameters in order, finite and positive where they must be"}

	// ErrInput (input_invalid) says that an uncertain input matches nothing.
	ErrInput error = &Error{"input_invalid", "uncertain input changes nothing of the score; name a factor that the components have"}
)
