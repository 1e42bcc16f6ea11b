package sci

// Bounds of a document, which may be anybody's.
const (
	// MaxDisclosure is how many bytes a disclosure may have: 64 MiB, some two
	// hundred thousand components.
	MaxDisclosure = 64 << 20

	// maxNesting is how deep lists and objects may lie in one another: parts
	// in parts take two levels each.
	maxNesting = 256
)

// The refusals of documents. What is returned names the place as a JSON
// pointer.
var (
	// ErrMalformed (document_malformed) says that a document is not JSON, or
	// that a value has another type than its field.
	ErrMalformed error = &Error{"document_malformed", "document is not a disclosure; compare it with the JSON Schema"}

	// ErrSchema (schema_unknown) says that a document does not name the schema
	// of a disclosure.
	ErrSchema error = &Error{"schema_unknown", `document is of another schema; name "` + DisclosureSchema + `" in "schema"`}

	// ErrSchemaNewer (schema_newer) says that a document has a later version of
	// the schema than this package knows.
	ErrSchemaNewer error = &Error{"schema_newer", "document is newer than this program; update the program"}

	// ErrFieldUnknown (field_unknown) says that a document has a field that the
	// schema has not, or spelled otherwise.
	ErrFieldUnknown error = &Error{"field_unknown", "field is not in the schema; look for a slip in its name"}

	// ErrFieldTwice (field_twice) says that a field stands twice in an object.
	ErrFieldTwice error = &Error{"field_twice", "field is given twice; keep one"}

	// ErrFieldMissing (field_missing) says that a number is missing that has no
	// way to be not stated.
	ErrFieldMissing error = &Error{"field_missing", "field is missing; state it, missing is not 0"}

	// ErrTooLarge (document_too_large) says that a document is larger, or nested
	// deeper, than anybody needs.
	ErrTooLarge error = &Error{"document_too_large", "document is beyond the bounds of a disclosure; split it"}

	// ErrText (text_invalid) says that a text is not UTF-8.
	ErrText error = &Error{"text_invalid", "text is not UTF-8; convert it"}

	// ErrTime (time_invalid) says that RFC 3339 has no form for a time in UTC.
	ErrTime error = &Error{"time_invalid", "time is outside the years 0 to 9999 in UTC; correct it"}
)
