package rapl_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// add adds joules to the counter of a zone.
func add(t *testing.T, tree *powercaptest.Tree, dir string, joules uint64) {
	t.Helper()
	b, err := os.ReadFile(tree.Path(dir, "energy_uj"))
	require.NoError(t, err)
	uj, err := strconv.ParseUint(string(b[:len(b)-1]), 10, 64)
	require.NoError(t, err)
	tree.SetEnergy(dir, uj+joules*1e6)
}

var machines = []struct {
	name, file string
	found      []string
	mirrors    []string
	joules     map[string]uint64 // that pass
	sum        units.Microjoules
}{
	{
		name: "case 22: a laptop with psys and mirrors", file: "laptop",
		found: []string{
			"rapl/package-0", "rapl/package-0/core*", "rapl/package-0/uncore*", "rapl/package-0/dram", "rapl/psys*",
		},
		mirrors: []string{"intel-rapl-mmio:0", "intel-rapl-mmio:0:0"},
		joules: map[string]uint64{
			"intel-rapl:0": 100, "intel-rapl:0:0": 70, "intel-rapl:0:1": 5, "intel-rapl:0:2": 20, "intel-rapl:1": 150,
			"intel-rapl-mmio:0": 100, "intel-rapl-mmio:0:0": 20,
		},
		sum: 120e6,
	},
	{
		name: "case 23: both memories of two sockets", file: "xeon2",
		found:  []string{"rapl/package-0", "rapl/package-0/dram", "rapl/package-1", "rapl/package-1/dram"},
		joules: map[string]uint64{"intel-rapl:0": 100, "intel-rapl:0:0": 20, "intel-rapl:1": 300, "intel-rapl:1:0": 40},
		sum:    460e6,
	},
	{
		name: "case 24: platforms between the packages", file: "spr",
		found: []string{
			"rapl/package-0", "rapl/package-0/dram", "rapl/package-1", "rapl/package-1/dram", "rapl/psys*", "rapl/psys-1*",
		},
		joules: map[string]uint64{"intel-rapl:0": 100, "intel-rapl:2": 200, "intel-rapl:2:0": 30, "intel-rapl:1": 900},
		sum:    330e6,
	},
	{
		name: "case 25: dies of their own are all summed", file: "clx-ap",
		found: []string{
			"rapl/package-0-die-0", "rapl/package-0-die-0/dram", "rapl/package-0-die-1", "rapl/package-0-die-1/dram",
			"rapl/package-1-die-0", "rapl/package-1-die-0/dram", "rapl/package-1-die-1", "rapl/package-1-die-1/dram",
		},
		joules: map[string]uint64{"intel-rapl:0": 10, "intel-rapl:1": 20, "intel-rapl:2": 40, "intel-rapl:3": 80, "intel-rapl:3:0": 7},
		sum:    157e6,
	},
	{
		name: "case 27: one core of AMD is in no sum", file: "epyc",
		found:  []string{"rapl/package-0", "rapl/package-0/core*"},
		joules: map[string]uint64{"intel-rapl:0": 100, "intel-rapl:0:0": 3},
		sum:    100e6,
	},
	{
		name: "case 30: only TPMI", file: "tpmi",
		found:  []string{"rapl/package-0", "rapl/package-0/dram"},
		joules: map[string]uint64{"intel-rapl-tpmi:0": 100, "intel-rapl-tpmi:0:0": 20},
		sum:    120e6,
	},
}

func TestMachines(t *testing.T) {
	for _, tt := range machines {
		t.Run(tt.name, func(t *testing.T) {
			tree := powercaptest.Load(t, filepath.Join("testdata", tt.file+".txtar"))
			synctest.Test(t, func(t *testing.T) {
				r := open(t, tree)
				require.Equal(t, tt.found, found(r))
				skips := skipped(r)
				require.Len(t, skips, len(tt.mirrors))
				for _, dir := range tt.mirrors {
					require.ErrorIs(t, skips[dir].Err, rapl.ErrMirror)
				}
				for dir, joules := range tt.joules {
					add(t, tree, dir, joules)
				}
				require.Equal(t, tt.sum, node(t, r, read(t, r, time.Second)))
			})
		})
	}
}

func TestDescriptions(t *testing.T) {
	describe := func(file string) map[string]source.Zone {
		tree := powercaptest.Load(t, filepath.Join("testdata", file+".txtar"))
		zones := map[string]source.Zone{}
		for _, z := range open(t, tree).Report().Found {
			z.Origin.Detail = filepath.Base(z.Origin.Detail)
			zones[z.ID] = z
		}
		return zones
	}
	spr := describe("spr")
	require.Equal(t, source.Zone{
		ID: "rapl/package-1", Name: "package-1", Kind: source.CPU, Level: source.AtChip, Socket: 1, Die: -1,
		Period: time.Millisecond, Unit: 61,
		Origin: source.Origin{Method: source.Counted, Name: "rapl/msr", Detail: "intel-rapl:2", Sigma: 0.03},
	}, spr["rapl/package-1"])
	require.Equal(t, source.Zone{
		ID: "rapl/package-1/dram", Name: "dram", Parent: "rapl/package-1", Kind: source.Memory, Level: source.AtChip,
		Socket: 1, Die: -1, Period: time.Millisecond, Unit: 61,
		Origin: source.Origin{Method: source.Counted, Name: "rapl/msr", Detail: "intel-rapl:2:0", Sigma: 0.10},
	}, spr["rapl/package-1/dram"], "case 24: the parent is found by path")
	require.Equal(t, source.Zone{
		ID: "rapl/psys-1", Name: "psys-1", Kind: source.Platform, Level: source.AtNodeDC, Socket: 1, Die: -1, Beside: true,
		Period: time.Millisecond, Unit: 1_000_000,
		Origin: source.Origin{Method: source.Counted, Name: "rapl/msr", Detail: "intel-rapl:3"},
	}, spr["rapl/psys-1"])
	require.Equal(t, source.NatureMeasured, spr["rapl/package-0"].Origin.Weight())

	require.Equal(t, 1, describe("clx-ap")["rapl/package-1-die-1/dram"].Die)
	require.Equal(t, "rapl/tpmi", describe("tpmi")["rapl/package-0"].Origin.Name)
	require.Equal(t, source.NatureEstimated, describe("epyc")["rapl/package-0"].Origin.Weight(), "AMD's is a model")
}

func TestNature(t *testing.T) {
	for _, tt := range []struct {
		vendor        string
		family, model int
		flags         string
		want          source.Nature
	}{
		{"GenuineIntel", 6, 0x3F, "fpu", source.NatureMeasured},  // Haswell
		{"GenuineIntel", 6, 0x3E, "fpu", source.NatureEstimated}, // Ivy Bridge
		{"GenuineIntel", 6, 0x2D, "fpu", source.NatureEstimated}, // Sandy Bridge
		{"GenuineIntel", 6, 0x55, "fpu hypervisor", source.NatureEstimated},
		{"AuthenticAMD", 25, 1, "fpu", source.NatureEstimated},
		{"HygonGenuine", 24, 1, "fpu", source.NatureEstimated},
	} {
		tree := powercaptest.New(t)
		tree.CPU(tt.vendor, tt.family, tt.model, tt.flags)
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		got := open(t, tree).Report().Found[0].Origin
		require.Equal(t, source.Counted, got.Method)
		require.Equal(t, tt.want, got.Weight(), tt)
	}
}

func TestSingleCore(t *testing.T) {
	for file, want := range map[string]rapl.Scope{"epyc": rapl.SingleCore, "laptop": rapl.WholeDomain} {
		tree := powercaptest.Load(t, filepath.Join("testdata", file+".txtar"))
		for _, z := range open(t, tree).Zones() {
			if z.Domain() == rapl.DomainCore {
				require.Equal(t, want, z.Scope(), "case 27: %s", file)
				require.True(t, z.Describe().Beside)
			}
		}
	}
}

func TestNames(t *testing.T) {
	t.Run("case 28: the index is hexadecimal", func(t *testing.T) {
		tree := powercaptest.New(t)
		tree.Zone("intel-rapl:9", "package-9", 0, ri)
		tree.Zone("intel-rapl:a", "package-10", 0, ri)
		tree.Zone("intel-rapl:a:b", "dram", 0, powercaptest.DRAMRange)
		require.Equal(t, []string{"rapl/package-9", "rapl/package-10", "rapl/package-10/dram"}, found(open(t, tree)))
	})
	t.Run("case 29: zones of power alone are passed over", func(t *testing.T) {
		tree := powercaptest.New(t)
		for _, dir := range []string{"dtpm:0", "arm-scmi:0", "arm-scmi:0:0"} {
			tree.Dir(dir)
			tree.Set(dir, "name", "package-0\n")
			tree.Set(dir, "power_uw", "12000000\n")
		}
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Dir("intel-rapl:1")
		tree.Set("intel-rapl:1", "name", "package-1\n")
		r := open(t, tree)
		require.Equal(t, []string{"rapl/package-0"}, found(r))
		require.Contains(t, skipped(r), "rapl/package-1", "without energy_uj")
		require.Len(t, skipped(r), 1)
	})
	t.Run("an unknown name is kept beside the sum", func(t *testing.T) {
		tree := powercaptest.New(t)
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Zone("intel-rapl:0:0", "lpddr", 0, ri)
		tree.Zone("intel-rapl:1", "package-0-die-x", 0, ri)
		tree.Zone("intel-rapl:2", "dram", 0, ri) // of no package
		tree.Zone("intel-rapl-next:0", "package-1", 0, ri)
		r := open(t, tree)
		require.Equal(t, []string{
			"rapl/package-0", "rapl/package-1", "rapl/intel-rapl:0:0*", "rapl/intel-rapl:1*", "rapl/intel-rapl:2*",
		}, found(r))
	})
	t.Run("what is no zone is passed over", func(t *testing.T) {
		tree := powercaptest.New(t)
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Zone("intel-rapl:0x1", "package-1", 0, ri)
		tree.Zone("intel-rapl:g", "package-2", 0, ri)
		require.Equal(t, []string{"rapl/package-0"}, found(open(t, tree)))
	})
}

func TestRanges(t *testing.T) {
	for name, text := range map[string]string{"missing": "", "0": "0\n", "junk": "junk", "too large": "99999999999999999999\n"} {
		t.Run("case 31: the range is "+name, func(t *testing.T) {
			bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
				tree.Zone("intel-rapl:0", "package-0", 100e6, ri)
				tree.Set("intel-rapl:0", "max_energy_range_uj", text)
				if text == "" {
					tree.Remove("intel-rapl:0", "max_energy_range_uj")
				}
				r := open(t, tree)
				require.Zero(t, r.Zones()[0].Range())
				tree.SetEnergy("intel-rapl:0", 130e6)
				require.EqualValues(t, 30e6, read(t, r, time.Second)["rapl/package-0"].Total)
			})
		})
	}
}

func TestInterfaces(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		for _, control := range []string{"intel-rapl-mmio", "intel-rapl-tpmi", "intel-rapl"} {
			tree.Zone(control+":0", "package-0", 100e6, ri)
		}
		f := newFaults()
		f.fail("intel-rapl:0", os.ErrInvalid)
		f.opens["intel-rapl-tpmi:0"] = os.ErrInvalid
		z := open(t, tree, f.option()).Zones()[0]
		require.Equal(t, "rapl/mmio", z.Describe().Origin.Name, "the best that can be read")
		require.Equal(t, []string{"intel-rapl:0", "intel-rapl-tpmi:0"}, z.Mirrors())
		z = open(t, tree).Zones()[0]
		require.Equal(t, "rapl/msr", z.Describe().Origin.Name)
		require.Equal(t, []string{"intel-rapl-tpmi:0", "intel-rapl-mmio:0"}, z.Mirrors())
	})
}

func TestPlatform(t *testing.T) {
	tree := powercaptest.Load(t, filepath.Join("testdata", "laptop.txtar"))
	synctest.Test(t, func(t *testing.T) {
		r := open(t, tree, rapl.WithPlatform())
		require.Equal(t, []string{
			"rapl/package-0*", "rapl/package-0/core*", "rapl/package-0/uncore*", "rapl/package-0/dram*", "rapl/psys",
		}, found(r))
		add(t, tree, "intel-rapl:0", 100)
		add(t, tree, "intel-rapl:1", 150)
		require.EqualValues(t, 150e6, node(t, r, read(t, r, time.Second)))
		require.Empty(t, r.Report().Assumed[0].Remedy)
		add(t, tree, "intel-rapl:0:2", 51)
		read(t, r, time.Second)
		require.Contains(t, r.Report().Assumed[0].Remedy, "WithPlatform", "less than its parts")
	})
	tree = powercaptest.Load(t, filepath.Join("testdata", "epyc.txtar"))
	require.Equal(t, []string{"rapl/package-0", "rapl/package-0/core*"}, found(open(t, tree, rapl.WithPlatform())), "none here")
}
