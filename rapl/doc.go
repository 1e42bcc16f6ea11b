// Package rapl reads the energy counters of processors, memory and platforms
// that Linux shows in its powercap class: Intel's Running Average Power Limit
// and what AMD and Hygon made like it.
//
//	r, err := rapl.Open("")
//	if err != nil {
//		return err // says what was looked for and what to do
//	}
//	defer r.Close()
//	readings, err := r.Read(nil)
//
// # Where the counters come from
//
// Every zone is a directory below /sys/class/powercap with a file energy_uj.
// A package has cores, caches and memory controller in it; its dram child is
// not in the package's energy although it lies below it, so node energy is the
// sum of packages and dram. Core and uncore zones are parts of their package,
// psys covers as much of the platform as the board likes: they stand beside
// the sum. Where several interfaces show the same counter (MSR, TPMI, MMIO)
// one is read. On AMD, on Intel before Haswell and in virtual machines the
// counter is itself a model, and its readings have the nature estimated.
//
// # Who may read them
//
// Since Linux 5.10 and its stable releases only root may, or a program with
// CAP_DAC_READ_SEARCH: the counters betray what other programs compute
// (CVE-2020-8694, PLATYPUS). Container runtimes hide the directory. [Open]
// tells these cases apart and says what to do. Most virtual machines have no
// counters at all.
//
// # What a counter does
//
// It has 32 bits and starts again every few minutes on a busy server: somebody
// has to read it at least every [Reader.MaxInterval]. Totals of this package
// go on over that, never fall, and never hold energy that no zone could have
// drawn. A failed read loses nothing: the next one spans the gap. What could
// not be counted shows in [source.Reading.Missing].
//
// A zone keeps its ID, and its total, when its hardware goes away and comes
// back: the ID is of the place (domain, package, die), and the counter that
// comes back begins at what it then shows.
package rapl
