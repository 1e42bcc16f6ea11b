package rapl_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/scimeter/scimeter/rapl"
)

// machine makes a tree as Linux has it below /sys, with one package of 100 J
// and its memory of 20 J.
func machine() string {
	root, err := os.MkdirTemp("", "sys")
	if err != nil {
		panic(err)
	}
	write := func(dir, file, text string) {
		path := filepath.Join(root, "class", "powercap", dir)
		if err := errors.Join(os.MkdirAll(path, 0o755), os.WriteFile(filepath.Join(path, file), []byte(text), 0o600)); err != nil {
			panic(err)
		}
	}
	for dir, name := range map[string]string{"intel-rapl:0": "package-0", "intel-rapl:0:0": "dram"} {
		write(dir, "name", name)
		write(dir, "energy_uj", "100000000")
		write(dir, "max_energy_range_uj", "262143328850")
	}
	write("intel-rapl:0", "constraint_0_max_power_uw", "350000000")
	return root
}

func work(root string) {
	for dir, uj := range map[string]string{"intel-rapl:0": "101250000", "intel-rapl:0:0": "100250000"} {
		_ = os.WriteFile(filepath.Join(root, "class", "powercap", dir, "energy_uj"), []byte(uj), 0o600)
	}
}

func Example() {
	root := machine() // "" on a real machine
	defer os.RemoveAll(root)

	r, err := rapl.Open(root)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()

	work(root)
	readings, err := r.Read(nil)
	if err != nil {
		fmt.Println(err) // beside the readings of the other zones
	}
	for _, x := range readings {
		fmt.Println(x.Zone, x.Total)
	}
	// Output:
	// rapl/package-0 1.25 J
	// rapl/package-0/dram 250 mJ
}

func ExampleReader_Zones() {
	root := machine()
	defer os.RemoveAll(root)
	r, err := rapl.Open(root)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	for _, z := range r.Zones() {
		d := z.Describe()
		fmt.Printf("%s: %v, up to %v, counter ends at %v, in the sum: %t\n", z, d.Kind, z.MaxPower(), z.Range(), !d.Beside)
	}
	// Output:
	// rapl/package-0: cpu, up to 1.05 kW, counter ends at 262 kJ, in the sum: true
	// rapl/package-0/dram: memory, up to 200 W, counter ends at 262 kJ, in the sum: true
}

func ExampleOpen_noCounters() {
	root, err := os.MkdirTemp("", "sys")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(root)
	_, err = rapl.Open(root)
	switch {
	case errors.Is(err, rapl.ErrPermission):
		fmt.Println("ask for", rapl.Remedy(err))
	case err != nil:
		fmt.Println("nothing to count here: use an estimate")
	}
	// Output:
	// nothing to count here: use an estimate
}
