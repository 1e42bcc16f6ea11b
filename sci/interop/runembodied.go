package interop

// What SciEmbodied of the Impact Framework takes where a manifest says nothing:
// grams, seconds and GB (version 1.1.0, sci-embodied/index.ts).
var embodiedDefaults = struct{ config, input map[string]float64 }{
	config: map[string]float64{
		"baseline-vcpus":            1,
		"baseline-memory":           16,
		"baseline-emissions":        1_000_000,
		"lifespan":                  126_144_000,
		"vcpu-emissions-constant":   100_000,
		"memory-emissions-constant": 533.0 / 384,
		"ssd-emissions-constant":    50_000,
		"hdd-emissions-constant":    100_000,
		"gpu-emissions-constant":    150_000,
	},
	input: map[string]float64{"vCPUs": 1, "memory": 16, "ssd": 0, "hdd": 0, "gpu": 0, "usage-ratio": 1},
}

// What the source of those figures has in their place: 100 kg for each further
// processor socket, 50 kg for a hard disk and 100 kg for an SSD (Cloud Carbon
// Footprint, cloud-carbon-coefficients, coefficients.ipynb, after the LCA of the
// Dell R740).
const (
	socketEmissions    = 100_000 // g
	sourceSSDEmissions = 100_000 // g
	sourceHDDEmissions = 50_000  // g
)

// CompatEmbodied returns the embodied carbon in grams that the plugin
// SciEmbodied of the Impact Framework 1.1.0 comes to, to the last bit, for the
// parameters of a sample and of its configuration, by their names there. What is
// not given is as the plugin has it; what it does not know is ignored, as it
// does. A duration that is not above 0 is an [*Error].
func CompatEmbodied(input, config map[string]float64) (float64, error) {
	in := func(key string) float64 {
		if v, ok := input[key]; ok {
			return v
		}
		return embodiedDefaults.input[key]
	}
	set := func(key string) float64 {
		if v, ok := config[key]; ok {
			return v
		}
		return embodiedDefaults.config[key]
	}
	duration, lifespan := input["duration"], set("lifespan")
	if !(duration > 0) || !(lifespan > 0) {
		return 0, &Error{Op: "run", Detail: "SciEmbodied: duration and lifespan have to be above 0", Err: ErrParameter}
	}
	// Each product is rounded by itself, on every processor.
	cpu := float64((in("vCPUs") - set("baseline-vcpus")) * set("vcpu-emissions-constant"))
	perGB := float64(float64(set("memory-emissions-constant")*set("baseline-memory")) / 16)
	memory := float64(float64((in("memory")-set("baseline-memory"))*perGB) * 1000)
	hdd := float64(in("hdd") * set("hdd-emissions-constant"))
	gpu := float64(in("gpu") * set("gpu-emissions-constant"))
	ssd := float64(in("ssd") * set("ssd-emissions-constant"))
	time := duration
	if v := input["time"]; v != 0 {
		time = v
	}
	total := set("baseline-emissions") + cpu + memory + ssd + hdd + gpu
	return float64(total*in("usage-ratio")) * (time / lifespan), nil
}

func (c *call) embodied(s Sample) error {
	input := map[string]float64{}
	for _, key := range []string{"duration", "time", "vCPUs", "memory", "ssd", "hdd", "gpu", "usage-ratio"} {
		if s[key] == nil {
			continue
		}
		v, err := c.number(s, key)
		if err != nil {
			return err
		}
		input[key] = v
	}
	output := c.set.text["output-parameter"]
	if output == "" {
		output = "embodied-carbon"
	}
	if c.mode == Compat {
		return c.embodiedCompat(s, input, output)
	}
	g, err := c.embodiedStrict(s, input)
	if err != nil {
		return err
	}
	s[output] = g
	return nil
}

func (c *call) embodiedCompat(s Sample, input map[string]float64, output string) error {
	g, err := CompatEmbodied(input, c.set.numbers)
	if err != nil {
		return c.refuse("duration is %v, not above 0", s["duration"])
	}
	for key, v := range embodiedDefaults.input {
		if s[key] == nil {
			s[key] = v
		}
	}
	s[output] = g
	return nil
}

// embodiedStrict follows the source of the model. A processor count of virtual
// CPUs says nothing of sockets, so it is charged only by a constant that the
// manifest gives itself.
func (c *call) embodiedStrict(s Sample, input map[string]float64) (float64, error) {
	if g, ok, err := c.embodiedOfDevice(s, input["duration"]); ok || err != nil {
		return g, err
	}
	fixed := map[string]float64{"ssd-emissions-constant": sourceSSDEmissions, "hdd-emissions-constant": sourceHDDEmissions, "vcpu-emissions-constant": 0}
	for key, v := range c.set.numbers {
		fixed[key] = v
	}
	memory := fixed["memory-emissions-constant"]
	if _, given := c.set.numbers["memory-emissions-constant"]; !given {
		memory = embodiedDefaults.config["memory-emissions-constant"]
	}
	if baseline, given := fixed["baseline-memory"]; given && baseline > 0 {
		fixed["memory-emissions-constant"] = memory * 16 / baseline // the original multiplies by baseline/16
	}
	if sockets, ok := s["cpu-sockets"].(float64); ok && sockets > 1 {
		base, given := fixed["baseline-emissions"]
		if !given {
			base = embodiedDefaults.config["baseline-emissions"]
		}
		fixed["baseline-emissions"] = base + (sockets-1)*socketEmissions
	}
	c.embodiedNotes(input)
	g, err := CompatEmbodied(input, fixed)
	if err != nil {
		return 0, c.refuse("duration is %v, not above 0", s["duration"])
	}
	return g, nil
}

func (c *call) embodiedNotes(input map[string]float64) {
	if _, given := c.set.numbers["vcpu-emissions-constant"]; !given && input["vCPUs"] > 1 {
		c.deviate("if_embodied_vcpu", c.where, "the Impact Framework charges 100 kg for every further vCPU, its source for every further socket; give cpu-sockets, or a vcpu-emissions-constant")
	}
	_, ssd := c.set.numbers["ssd-emissions-constant"]
	_, hdd := c.set.numbers["hdd-emissions-constant"]
	if !ssd && input["ssd"] > 0 || !hdd && input["hdd"] > 0 {
		c.deviate("if_embodied_disks", c.where, "the Impact Framework charges 50 kg for an SSD and 100 kg for a hard disk, its source the other way round")
	}
	if baseline, given := c.set.numbers["baseline-memory"]; given && baseline != 16 {
		c.deviate("if_embodied_memory", c.where, "the Impact Framework scales the figure per GB by the memory of the baseline, %v/16", baseline)
	}
}

// embodiedOfDevice computes TE × TS × RS of the parameters that earlier versions
// took and that 1.1.0 ignores.
func (c *call) embodiedOfDevice(s Sample, duration float64) (float64, bool, error) {
	te, ok := s["device/emissions-embodied"].(float64)
	if !ok {
		return 0, false, nil
	}
	lifespan, err := c.number(s, "device/expected-lifespan")
	if err != nil {
		return 0, true, err
	}
	share := 1.0
	for _, names := range [][2]string{{"resources-reserved", "resources-total"}, {"vcpus-allocated", "vcpus-total"}} {
		reserved, has := s[names[0]].(float64)
		total, of := s[names[1]].(float64)
		if has && of && total > 0 {
			share = reserved / total
		}
	}
	if !(lifespan > 0) || !(duration > 0) {
		return 0, true, c.refuse("duration %v or device/expected-lifespan %v is not above 0", duration, lifespan)
	}
	if reserved, ok := s["time-reserved"].(float64); ok {
		duration = min(duration, reserved)
	}
	c.deviate("if_embodied_ignored", c.where, "the Impact Framework 1.1 ignores device/emissions-embodied and what goes with it, and takes a default server")
	return te * (duration / lifespan) * share, true, nil
}
