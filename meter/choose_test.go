package meter_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// assumed returns what a meter assumes, by name.
func assumed(m *meter.Meter) map[string]source.Assumption {
	all := map[string]source.Assumption{}
	for _, a := range m.Sources().Assumed {
		all[a.What] = a
	}
	return all
}

func TestSite(t *testing.T) {
	for name, tt := range map[string]struct {
		files   map[string]string
		site    sci.Site
		pue     units.PUE
		from    string
		assumed bool
	}{
		"default":              {nil, sci.Site{}, 1.54, "default: nothing says", true},
		"aws":                  {map[string]string{"sys_vendor": "Amazon EC2"}, sci.Site{}, 1.15, "AWS fleet 2024", true},
		"gcp":                  {map[string]string{"product_name": "Google Compute Engine"}, sci.Site{}, 1.09, "Google fleet 2024", true},
		"azure":                {map[string]string{"chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77"}, sci.Site{}, 1.17, "Microsoft fleet", true},
		"a cloud of no fleet":  {map[string]string{"sys_vendor": "Hetzner"}, sci.Site{}, 1.54, "default", true},
		"laptop":               {map[string]string{"chassis_type": "10"}, sci.Site{}, 1, "outside data centres", true},
		"desktop":              {map[string]string{"chassis_type": "3"}, sci.Site{}, 1, "outside data centres", true},
		"given":                {map[string]string{"sys_vendor": "Amazon EC2"}, sci.Site{PUE: 1.3}, 1.3, "given", false},
		"water alone is given": {map[string]string{"sys_vendor": "Amazon EC2"}, sci.Site{WUE: new(units.WUE(1))}, 1.15, "AWS", true},
	} {
		t.Run(name, func(t *testing.T) {
			tree := powercaptest.New(t)
			for file, text := range tt.files {
				place(t, tree.Root, "class/dmi/id/"+file, text+"\n")
			}
			m := onTree(t, tree, metertest.New(4, metertest.Package(0)).Options(), meter.WithSite(tt.site))
			require.Equal(t, tt.pue, m.Method().Site.PUE)
			require.Contains(t, m.Method().SiteSource, tt.from)
			_, said := assumed(m)["pue"]
			require.Equal(t, tt.assumed, said)
			if tt.site.WUE != nil {
				require.Equal(t, tt.site.WUE, m.Method().Site.WUE)
			}
			if strings.HasPrefix(tt.from, "outside") {
				require.Zero(t, *m.Method().Site.WUE, "nothing is evaporated to cool it")
				require.Zero(t, m.Method().Rest, "of a laptop or desktop no figure is known")
			}
		})
	}
}

func TestSupply(t *testing.T) {
	wall := metertest.Package(9)
	wall.ID, wall.Kind, wall.Level, wall.Idle, wall.Socket = "wall", source.Platform, source.AtNodeAC, 1e-12, -1
	dc := wall
	dc.ID, dc.Level = "dc", source.AtNodeDC
	for name, tt := range map[string]struct {
		zones []source.Zone
		flags string
		rest  units.Power
		eta   float64
		sum   []string // zones that are summed
	}{
		"a server":                          {[]source.Zone{metertest.Package(0)}, "sse", 60, 0.92, []string{"package-0", "rest", "psu_loss"}},
		"a virtual machine":                 {[]source.Zone{metertest.Package(0)}, "sse hypervisor", 0, 0.92, []string{"package-0", "psu_loss"}},
		"the wall":                          {[]source.Zone{wall}, "sse", 0, 1, []string{"wall"}},
		"the wall, with chips inside of it": {[]source.Zone{metertest.Package(0), metertest.DRAM(0), wall}, "sse", 0, 1, []string{"wall"}},
		"behind the supply, with a chip":    {[]source.Zone{metertest.Package(0), dc}, "sse", 0, 0.92, []string{"dc", "psu_loss"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tree := powercaptest.New(t)
				tree.CPU("GenuineIntel", 6, 0x55, tt.flags)
				machine := metertest.New(4, tt.zones...)
				m := onTree(t, tree, machine.Options())
				require.Equal(t, tt.rest, m.Method().Rest)
				require.Equal(t, tt.eta, m.Method().Efficiency)
				_, said := assumed(m)["supply efficiency"]
				require.Equal(t, tt.eta < 1, said)
				u := window(t, m, func() {
					p := metertest.Phase{Own: time.Second, Busy: 2 * time.Second, Energy: map[string]units.Microjoules{}}
					for _, z := range tt.zones {
						p.Energy[z.ID] = joules(100)
					}
					machine.Run(time.Second, p)
				})
				var sum []string
				var all units.Microjoules
				for _, z := range u.Zones {
					require.Equal(t, z.Zone.Beside, z.Total == 0, z.Zone.ID)
					if z.Zone.Beside {
						require.Equal(t, joules(100), z.Counter, "it is shown")
						continue
					}
					sum = append(sum, z.Zone.ID)
					all += z.Total
				}
				require.Equal(t, tt.sum, sum)
				require.Equal(t, u.Machine, all)
			})
		})
	}
}

func TestPolicyIsChosen(t *testing.T) {
	gpu := func(i int) source.Zone {
		z := metertest.Package(i)
		z.ID, z.Kind, z.Level, z.Socket = "gpu-"+string(rune('0'+i)), source.GPU, source.AtBoard, -1
		return z
	}
	gpus := []source.Zone{metertest.Package(0), gpu(0), gpu(1), gpu(2), gpu(3)}
	shares := func(cpu, memory float64) map[source.Kind]float64 {
		return map[source.Kind]float64{source.CPU: cpu, source.Memory: memory}
	}
	for name, tt := range map[string]struct {
		zones  []source.Zone
		limit  map[source.Kind]float64
		opts   []meter.Option
		policy meter.Policy
		by     string
		shares map[source.Kind]float64
		notes  string
	}{
		"nothing is known":      {policy: meter.Proportional, notes: "policy"},
		"a limit":               {limit: shares(0.25, 0.5), policy: meter.Reserved, by: "limit", shares: shares(0.25, 0.5), notes: "policy"},
		"a limit of memory":     {limit: map[source.Kind]float64{source.Memory: 0.5}, policy: meter.Proportional, by: "limit", shares: map[source.Kind]float64{source.Memory: 0.5}, notes: "policy"},
		"declared over a limit": {limit: shares(0.25, 0.5), opts: []meter.Option{meter.WithReservation(meter.Reservation{CPUs: 2})}, policy: meter.Reserved, by: "declared", shares: shares(0.5, 0.5)},
		"reserved without a word": {opts: []meter.Option{meter.WithPolicy(meter.Reserved)}, policy: meter.Reserved, by: "nothing: the whole machine",
			shares: shares(1, 1), notes: "reservation"},
		"marginal": {opts: []meter.Option{meter.WithPolicy(meter.Marginal)}, policy: meter.Marginal},
		"GPUs are declared": {zones: gpus, opts: []meter.Option{meter.WithReservation(meter.Reservation{GPUs: 1})}, policy: meter.Reserved, by: "declared",
			shares: map[source.Kind]float64{source.GPU: 0.25}},
		"GPUs are declared, and reserved": {zones: gpus, opts: []meter.Option{meter.WithReservation(meter.Reservation{GPUs: 1}), meter.WithPolicy(meter.Reserved)},
			policy: meter.Reserved, by: "declared", shares: map[source.Kind]float64{source.GPU: 0.25}},
		"GPUs are not declared": {zones: gpus, policy: meter.Proportional, notes: "gpu"},
	} {
		t.Run(name, func(t *testing.T) {
			zones := tt.zones
			if zones == nil {
				zones = gpus[:1]
			}
			machine := metertest.New(4, zones...)
			machine.Reserve(tt.limit)
			m := onTree(t, powercaptest.New(t), append([]meter.Option{machine.Options()}, tt.opts...)...)
			require.Equal(t, tt.policy, m.Method().Policy)
			require.Equal(t, tt.by, m.Method().ReservedBy)
			require.Equal(t, tt.shares, m.Method().Reserved)
			notes := assumed(m)
			if tt.notes != "" {
				require.NotEmpty(t, notes[tt.notes].Remedy)
				return
			}
			require.NotContains(t, notes, "policy")
			require.NotContains(t, notes, "reservation")
		})
	}
}

// TestOneGPUOfFour: what is held is charged, idle included, and the rest of a
// GPU server follows it.
func TestOneGPUOfFour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gpu := metertest.Package(1)
		gpu.ID, gpu.Kind, gpu.Level, gpu.Socket, gpu.Idle = "gpu", source.GPU, source.AtBoard, -1, 10
		machine := metertest.New(8, package0(20), gpu)
		held := meter.Reservation{GPUs: 0.25}
		m := begin(t, bare(machine, meter.WithReservation(held)))
		u := window(t, m, func() {
			machine.Run(10*time.Second, metertest.Phase{Own: 5 * time.Second, Busy: 10 * time.Second, Energy: map[string]units.Microjoules{
				"package-0": joules(600), "gpu": joules(4000),
			}})
		})
		require.Equal(t, joules(1000), u.Zones[1].Charged)
		require.Equal(t, joules(200*0.25+400*0.5), u.Zones[0].Charged)
	})
}
