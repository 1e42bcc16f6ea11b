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
// Reading NVML keeps the driver of a card loaded. Without persistence mode that
// keeps an otherwise unused card from being powered down.
package gpu
