package interop

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"time"
)

// isoMilli is how the original prints a time.
const isoMilli = "2006-01-02T15:04:05.000Z"

// instant reads a time as ISO 8601 has it, in UTC where it names no zone, in
// milliseconds since 1970.
func instant(text string) (float64, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05.999999999", "2006-01-02"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return float64(t.UnixMilli()), true
		}
	}
	return 0, false
}

func printInstant(ms float64) string {
	return time.UnixMilli(int64(math.Floor(ms))).UTC().Format(isoMilli)
}

// mock makes samples of given times, components and values.
func (c *call) mock(in []Sample) ([]Sample, error) {
	from, ok := instant(c.set.text["timestamp-from"])
	to, also := instant(c.set.text["timestamp-to"])
	duration := c.set.numbers["duration"]
	if !ok || !also || !(duration > 0) {
		return nil, c.refuse("timestamp-from, timestamp-to or duration is missing")
	}
	generators := c.set.node.at("generators")
	if random := generators.at("randint").pairs(); len(random) > 0 {
		return nil, &Error{Op: "run", Line: random[0].line, Detail: fmt.Sprintf("plugin %s (%s): randint draws random numbers, which nobody can compute again", c.name, c.method), Err: ErrPlugin}
	}
	var defaults Sample
	if len(in) > 0 {
		defaults = in[0]
	}
	common, err := c.sampleOf(generators.at("common"))
	if err != nil {
		return nil, err
	}
	var out []Sample
	for _, component := range c.set.node.at("components").items() {
		values, err := c.sampleOf(component)
		if err != nil {
			return nil, err
		}
		for at := from; at < to; at += duration * 1000 {
			if len(out) >= c.budget.samples {
				return nil, &Error{Op: "run", Line: c.line, Detail: fmt.Sprintf("more than %d samples", c.budget.samples), Err: ErrTooLarge}
			}
			s := Sample{}
			maps.Copy(s, defaults)
			s["timestamp"], s["duration"] = printInstant(at), duration
			maps.Copy(s, values)
			maps.Copy(s, common)
			out = append(out, s)
		}
	}
	return out, nil
}
