package interop

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
)

// A call is one execution of a plugin.
type call struct {
	*runner
	*plugin
	set    settings
	mapped map[string]string
	where  string
}

// A settings is the configuration of a plugin, with names mapped.
type settings struct {
	text    map[string]string
	numbers map[string]float64
	lists   map[string][]string
	flags   map[string]bool
	node    node
}

type executor struct {
	every func(*call, Sample) error               // changes a sample
	all   func(*call, []Sample) ([]Sample, error) // of all at once
}

// executors are the plugins that are run, by method. It is filled at its
// declaration and never changes.
var executors = map[string]*executor{
	"Coefficient":      {every: (*call).coefficient},
	"Copy":             {every: (*call).copy},
	"Divide":           {every: (*call).divide},
	"Exponent":         {every: (*call).exponent},
	"Interpolation":    {every: (*call).interpolate},
	"MockObservations": {all: (*call).mock},
	"Multiply":         {every: (*call).multiply},
	"Sci":              {every: (*call).score},
	"SciEmbodied":      {every: (*call).embodied},
	"Subtract":         {every: (*call).subtract},
	"Sum":              {every: (*call).sum},
	"TimeConverter":    {every: (*call).convertTime},
	"TimeSync":         {all: (*call).synchronise},
}

func (r *runner) execute(p *plugin, samples []Sample, where string) ([]Sample, error) {
	c := &call{runner: r, plugin: p, where: where, mapped: p.mapping}
	if r.mode == Strict {
		c.mapped = maps.Clone(p.mapping)
	}
	set, err := c.settings()
	if err != nil {
		return nil, err
	}
	c.set = set
	in := make([]Sample, len(samples))
	for i, s := range samples {
		in[i] = c.mapIn(s)
	}
	out := in
	switch e := executors[p.method]; {
	case e.all != nil:
		if out, err = e.all(c, in); err != nil {
			return nil, err
		}
	default:
		for _, s := range in {
			if err := e.every(c, s); err != nil {
				return nil, err
			}
		}
	}
	for i, s := range out {
		out[i] = c.mapOut(s)
	}
	return out, nil
}

// settings reads the configuration. The original takes an entry off its mapping
// once it has renamed a value by it, so that the next node is not mapped; that is
// followed in Compat.
func (c *call) settings() (settings, error) {
	s := settings{text: map[string]string{}, numbers: map[string]float64{}, lists: map[string][]string{}, flags: map[string]bool{}, node: c.config}
	used := []string{}
	for _, p := range c.config.pairs() {
		key := cmp.Or(c.mapped[p.key], p.key)
		if p.value.list() {
			s.lists[key] = c.mapList(p.value)
			continue
		}
		if p.value.mapping() {
			continue
		}
		v, err := scalar(p.value)
		if err != nil {
			return s, err
		}
		switch v := v.(type) {
		case float64:
			s.numbers[key] = v
		case bool:
			s.flags[key] = v
		case string:
			s.text[key] = cmp.Or(c.mapped[v], v)
			used = append(used, v)
		}
	}
	for _, v := range used {
		delete(c.mapped, v)
	}
	return s, nil
}

func (c *call) mapList(n node) []string {
	var out, used []string
	for _, item := range n.items() {
		out = append(out, cmp.Or(c.mapped[item.text()], item.text()))
		used = append(used, item.text())
	}
	for _, v := range used {
		delete(c.mapped, v)
	}
	return out
}

func (c *call) mapIn(s Sample) Sample {
	out := maps.Clone(s)
	for _, key := range c.order {
		if to, ok := c.mapped[key]; ok {
			if v, has := s[to]; has {
				out[key] = v
			}
		}
	}
	return out
}

func (c *call) mapOut(s Sample) Sample {
	if len(c.mapped) == 0 {
		return s
	}
	out := maps.Clone(s)
	for _, key := range slices.Sorted(maps.Keys(c.mapped)) {
		if v, ok := s[key]; ok {
			delete(out, key)
			out[c.mapped[key]] = v
		}
	}
	return out
}

func (c *call) refuse(format string, args ...any) error {
	return &Error{Op: "run", Line: c.line, Detail: fmt.Sprintf("%s: plugin %s: ", c.where, c.name) + fmt.Sprintf(format, args...), Err: ErrParameter}
}

// number returns a parameter that has to be one.
func (c *call) number(s Sample, parameter string) (float64, error) {
	v, ok := s[parameter].(float64)
	if !ok {
		return 0, c.refuse("%s is %v, not a number", parameter, s[parameter])
	}
	return v, nil
}

// ifName is what the original takes for the name of a parameter where an
// expression may stand: of others it takes the first part.
var ifName = regexp.MustCompile(`^[a-zA-Z]+(?:[-/][a-zA-Z]+)*$`)

// setName returns a parameter name of the configuration.
func (c *call) setName(key string) (string, error) {
	v := c.set.text[key]
	switch {
	case v == "":
		return "", c.refuse("no %s", key)
	case c.mode == Compat && !ifName.MatchString(v):
		return "", c.refuse("the Impact Framework does not take %q for a name", v)
	}
	return v, nil
}

// fold brings the inputs of a list into one.
func (c *call) fold(s Sample, start float64, fromFirst bool, step func(a, b float64) float64) error {
	output, err := c.setName("output-parameter")
	if err != nil {
		return err
	}
	inputs := c.set.lists["input-parameters"]
	if fromFirst && len(inputs) == 0 {
		return c.refuse("no input-parameters")
	}
	acc := start
	for i, name := range inputs {
		v, err := c.number(s, name)
		if err != nil {
			return err
		}
		if i == 0 && fromFirst {
			acc = v
			continue
		}
		acc = step(acc, v)
	}
	s[output] = acc
	return nil
}

func (c *call) multiply(s Sample) error {
	return c.fold(s, 1, false, func(a, b float64) float64 { return a * b })
}

func (c *call) sum(s Sample) error {
	return c.fold(s, 0, false, func(a, b float64) float64 { return a + b })
}

func (c *call) subtract(s Sample) error {
	return c.fold(s, 0, true, func(a, b float64) float64 { return a - b })
}

func (c *call) coefficient(s Sample) error {
	factor, ok := c.set.numbers["coefficient"]
	if !ok {
		return c.refuse("no coefficient")
	}
	return c.through(s, func(v float64) (float64, error) { return v * factor, nil })
}

func (c *call) exponent(s Sample) error {
	exponent, ok := c.set.numbers["exponent"]
	if !ok {
		return c.refuse("no exponent")
	}
	return c.through(s, func(v float64) (float64, error) { return raised(v, exponent), nil })
}

// through makes the output parameter of the input parameter.
func (c *call) through(s Sample, f func(float64) (float64, error)) error {
	input, err := c.setName("input-parameter")
	if err != nil {
		return err
	}
	output, err := c.setName("output-parameter")
	if err != nil {
		return err
	}
	v, err := c.number(s, input)
	if err != nil {
		return err
	}
	if v, err = f(v); err != nil {
		return err
	}
	s[output] = v
	return nil
}

func (c *call) copy(s Sample) error {
	from, err := c.setName("from")
	if err != nil {
		return err
	}
	to, err := c.setName("to")
	if err != nil {
		return err
	}
	v := s[from]
	switch v.(type) {
	case float64, string:
	default:
		return c.refuse("%s is %v, neither a number nor text", from, v)
	}
	if !c.set.flags["keep-existing"] && v != 0.0 && v != "" {
		delete(s, from)
	}
	s[to] = v
	return nil
}

func (c *call) divide(s Sample) error {
	numerator, err := c.setName("numerator")
	if err != nil {
		return err
	}
	output, err := c.setName("output")
	if err != nil {
		return err
	}
	n, err := c.number(s, numerator)
	if err != nil {
		return err
	}
	d, fixed := c.set.numbers["denominator"]
	if !fixed {
		name, err := c.setName("denominator")
		if err != nil {
			return err
		}
		if d, err = c.number(s, name); err != nil {
			return err
		}
		if d == 0 {
			return c.refuse("%s is 0", name)
		}
	}
	switch {
	case d != 0:
		s[output] = n / d
	case c.mode == Compat:
		s[output] = n
	default:
		return c.refuse("denominator is 0; the Impact Framework returns the numerator")
	}
	return nil
}

// score divides carbon by functional units.
func (c *call) score(s Sample) error {
	unit := c.set.text["functional-unit"]
	r, ok := s[unit].(float64)
	if !ok || r < 0 {
		return c.refuse("functional unit %q is %v, not 0 or more", unit, s[unit])
	}
	carbon, err := c.number(s, "carbon")
	if err != nil {
		return err
	}
	if carbon < 0 {
		return c.refuse("carbon is %v, below 0", carbon)
	}
	if d, err := c.number(s, "duration"); err != nil || c.mode == Compat && d < 1 {
		return c.refuse("duration is %v, below 1 s", s["duration"])
	}
	switch {
	case r != 0:
		s["sci"] = carbon / r
	case c.mode == Compat:
		s["sci"] = carbon
	default:
		delete(s, "sci")
		c.deviate("if_units_zero", c.where, "no functional unit was done in a sample; the Impact Framework takes its carbon, %v g, for its score, here it stays in the total alone", carbon)
	}
	return nil
}

// secondsOf are the time units of TimeConverter, a month of 30.42 days and a year
// of 365.2425 (Impact Framework 1.1.0, time-converter/config.ts).
var secondsOf = func() map[string]float64 {
	m := map[string]float64{}
	for seconds, names := range map[float64][]string{
		1:        {"s", "second", "sec", "secs", "seconds"},
		60:       {"min", "mins", "minute", "minutes"},
		3600:     {"h", "hs", "hr", "hrs", "hour", "hours"},
		86400:    {"d", "ds", "day", "days"},
		604800:   {"w", "ws", "wk", "wks", "week", "weeks"},
		2628336:  {"m", "mnth", "mth", "mnths", "mths", "month", "months"},
		31556952: {"y", "ys", "yr", "yrs", "year", "years"},
	} {
		for _, name := range names {
			m[name] = seconds
		}
	}
	return m
}()

func (c *call) convertTime(s Sample) error {
	old, known := secondsOf[c.set.text["original-time-unit"]]
	if !known {
		return c.refuse("original-time-unit %q is none", c.set.text["original-time-unit"])
	}
	duration, err := c.number(s, "duration")
	if err != nil {
		return err
	}
	to, known := secondsOf[c.set.text["new-time-unit"]]
	if c.set.text["new-time-unit"] == "duration" {
		to, known = duration, true
	}
	if !known || c.mode == Compat && duration < 1 {
		return c.refuse("new-time-unit %q is none, or duration %v is below 1 s", c.set.text["new-time-unit"], duration)
	}
	return c.through(s, func(v float64) (float64, error) {
		exact := v / old * to
		if math.IsNaN(exact) || math.IsInf(exact, 0) {
			return 0, c.refuse("result is not finite")
		}
		if rounded := sixDecimals(exact); c.mode == Compat {
			return rounded, nil
		} else if rounded != exact {
			c.deviate("if_rounded", c.where, "the Impact Framework rounds what %s converts to 6 decimals", c.name)
		}
		return exact, nil
	})
}

// sixDecimals rounds the exact value of v to 6 decimals, a half away from zero,
// as Number.prototype.toFixed of ECMAScript does; from 1e21 on it leaves v alone.
func sixDecimals(v float64) float64 {
	if math.Abs(v) >= 1e21 {
		return v
	}
	scaled := new(big.Rat).Mul(new(big.Rat).SetFloat64(math.Abs(v)), big.NewRat(1e6, 1))
	scaled.Add(scaled, big.NewRat(1, 2))
	n := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	f, _ := new(big.Rat).SetFrac(n, big.NewInt(1e6)).Float64()
	return math.Copysign(f, v)
}
