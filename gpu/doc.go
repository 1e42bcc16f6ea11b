// Package gpu reads what graphics cards and accelerators use: NVIDIA's through
// NVML, those of AMD and Intel, Jetson and Grace modules through files of Linux.
//
//	m, err := meter.Start(ctx, meter.WithSource(gpu.Auto()))
//
// [Auto] takes what is there and never fails: where a card, a library or a
// permission is missing, the report of the meter says what was tried and what
// to do. Without a meter, [Open] gives a [Reader]:
//
//	r, err := gpu.Open()
//	if err != nil {
//		return err // says what was tried
//	}
//	defer r.Close()
//	w := r.Begin()
//	train()
//	used, err := w.End()
//
// # What is counted
//
// A card that has a counter of energy is read by it. Where there is none, its
// power is read ten times a second and integrated: what it draws now, or a mean
// that is moved back by half of its time. Nothing is inferred from the name of
// a card; what it can do is tried. Counters are not trusted: one that starts
// anew, freezes or jumps to what no card draws is repaired, the reading says so
// ([source.Quality]), and what could not be counted is missing, not zero.
//
// The sensors of cards are off by about 5 %, each by an error of its own that
// no averaging removes (Yang, Adamek, Armour, "Part-time Power Measurements",
// arXiv 2312.02741).
//
// # One card does not disturb another
//
// Each card has a goroutine of its own, for drivers hang. A card that does not
// answer delays a reading by a tenth of a second, once; after five seconds it
// counts as stalled. What it says later is booked then. A card that is lost
// keeps its total, its missing time grows, and it is looked for again. Nothing
// is changed on a card: no mode, no clock, no limit.
//
// # Whose energy it is
//
// A card that a program can see or that CUDA_VISIBLE_DEVICES,
// NVIDIA_VISIBLE_DEVICES or [Select] names is its own: it is reserved, idle or
// not. [Reader.Holdings] tells what that rests on. [Reader.Attribute] splits a
// card between processes and partitions; the parts, the idle part and what is
// nobody's always make up the card.
//
// [Reader.Holds] says the same as numbers that a meter can use, and leaves what
// others use of a shared card to them. [Reader.Idle] is what a card draws when
// nothing runs.
//
// Reading NVML keeps the driver of a card loaded. Without persistence mode that
// keeps an otherwise unused card from being powered down.
//
// # Building
//
// NVIDIA's cards need cgo and Linux; a program built without them, or with the
// tag nonvml, reads all others, and its report says what is missing. The driver
// is not needed to build or to start a program, with one exception. A program
// that is linked with -z now, as hardened builds are
// (-ldflags=-extldflags=-Wl,-z,now, a CGO_LDFLAGS that says so, or a gcc whose
// distribution has it so), binds all functions of NVML when it starts, and ends
// with "undefined symbol: nvml…" on every machine without the driver, whether or
// not it uses a card. The cure is to bind them when they are called:
//
//	go build -ldflags='-extldflags=-Wl,-z,lazy'
//
// Where -extldflags has -z now in it, add the other behind it: the last counts.
// LD_BIND_NOW in the environment does the same to any build and has to be unset.
//
// # What was not measured
//
// All of this was tested on a stand-in for NVIDIA's library, on trees of files
// shaped as the kernel makes them and on the fake of gpu/gputest, and not yet on
// a card. How often counters move, how long calls take, and how far the energy of
// short windows is off, are taken from what others have published.
package gpu
