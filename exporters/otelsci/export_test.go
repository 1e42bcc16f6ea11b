package otelsci

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/scimeter/scimeter/meter"
)

// A Row is a row of the table of instruments.
type Row struct {
	Name, Unit, Text string
	Kind             string
	Keys             []attribute.Key
	Labels           bool // of an account, beside Keys
}

// Rows returns the table of instruments.
func Rows() []Row {
	var all []Row
	for _, in := range table {
		all = append(all, Row{
			Name: in.name, Unit: in.unit, Text: in.text, Kind: string(in.kind), Keys: in.keys,
			Labels: len(in.keys) > 0 && in.keys[0] == accountKey,
		})
	}
	return all
}

// Table returns the table of instruments as the doc comment of the package has
// it.
func Table() string {
	var b strings.Builder
	for _, in := range Rows() {
		b.WriteString("\t" + in.Name + "  " + in.Kind + "  " + in.Unit + "\n")
		var keys []string
		for _, k := range in.Keys {
			keys = append(keys, string(k))
		}
		if in.Labels {
			keys = append(keys, "labels of the account")
		}
		wrap(&b, strings.Join(keys, ", "))
		wrap(&b, in.Text)
	}
	return b.String()
}

// wrap writes text in indented lines.
func wrap(b *strings.Builder, text string) {
	const indent, width = "\t    ", 68
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			b.WriteString(indent + line + "\n")
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		b.WriteString(indent + line + "\n")
	}
}

// RegisterScript registers snapshots that no meter has made: accounts other
// than those of every meter, of which there are none yet.
func RegisterScript(script interface{ Last(*meter.Snapshot) }, method *meter.Method, opts ...Option) (*Registration, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	return c.register(script, method)
}

// Registered returns how many collectors the registry knows that are alive.
func Registered() int {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	n := 0
	for _, w := range registered.all {
		if w.Value() != nil {
			n++
		}
	}
	return n
}
