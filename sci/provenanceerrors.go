package sci

// The refusals of sources and signatures.
var (
	// ErrSourceID (source_id_invalid) says that a source has no id, or that of
	// another one.
	ErrSourceID error = &Error{"source_id_invalid", "source has no id of its own; give each source one"}

	// ErrSourceParent (source_parent_missing) says that a source was made of one
	// that is not in the document.
	ErrSourceParent error = &Error{"source_parent_missing", "source is made of one that is not listed; list it"}

	// ErrSourceCycle (source_cycle) says that sources were made of each other.
	ErrSourceCycle error = &Error{"source_cycle", "sources are made of each other; name what was there first"}

	// ErrHash (hash_malformed) says that a SHA-256 is not 64 lower-case
	// hexadecimal digits.
	ErrHash error = &Error{"hash_malformed", "hash is not 64 lower-case hexadecimal digits; compute the SHA-256 anew"}

	// ErrDigest (digest_mismatch) says that a signature is of another document.
	ErrDigest error = &Error{"digest_mismatch", "signature is of another document; ask its signer for the one that was signed"}

	// ErrSignature (signature_invalid) says that a signature is not by the key.
	ErrSignature error = &Error{"signature_invalid", "signature is not by this key; trust neither"}

	// ErrKey (key_invalid) says that a key is not one of ed25519.
	ErrKey error = &Error{"key_invalid", "key is not one of ed25519; a private one has 64 bytes, a public one 32"}

	// ErrAlgorithm (algorithm_unknown) says that a signature is of an algorithm
	// that this package does not know.
	ErrAlgorithm error = &Error{"algorithm_unknown", `algorithm is not "ed25519"; sign anew`}
)
