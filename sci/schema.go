package sci

import (
	_ "embed" // the schema
)

// schemaJSON is made from the types by TestSchema -update.
//
//go:embed disclosure.schema.json
var schemaJSON string

// Schema returns the JSON Schema (draft 2020-12) of a [Disclosure]: what
// [ParseDisclosure] takes, for those who read and write disclosures in other
// languages. What it cannot say, and [ParseDisclosure] refuses on top of it, is a
// field that stands twice, and a document beyond its bounds.
func Schema() []byte { return []byte(schemaJSON) }
