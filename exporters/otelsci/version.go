package otelsci

// ScopeName is the name of the instrumentation scope of all that is emitted:
// the path of this package.
const ScopeName = "github.com/scimeter/scimeter/exporters/otelsci"

// Version is the version of the instrumentation scope. It changes with the
// names, units and attributes of the instruments.
const Version = "0.1.0"

// schemaURL is that of the semantic conventions which hw.* and its attributes
// are named by: v1.43.0, model/hardware.
const schemaURL = "https://opentelemetry.io/schemas/1.43.0"
