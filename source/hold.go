package source

// A Hold says how much of a zone a program holds, where that does not go by CPU
// time: a card is set aside for it or not, and what runs on a shared one is told
// by the card's driver. Of what is not held the rest belongs to others.
type Hold struct {
	Zone string // ID; of a card that is here and not read, the one it would have

	Static  float64 // share of what flows whether or not anything runs, 0 to 1
	Dynamic float64 // share of what work caused since the call before, 0 to 1

	Assumed bool // nothing shows that the card is this program's alone

	// Unread says that the card is here and has no reading: it has not answered
	// yet, or may not be asked. With Driver, Zone is the name of a driver that has
	// not answered yet, and whether it has cards is not known.
	Unread, Driver bool

	// Unknown says that others use the card and nothing tells how much: neither
	// share says anything, and what the card uses is charged to nobody.
	Unknown bool

	Why    string // what the shares rest on, such as "CUDA_VISIBLE_DEVICES"
	Remedy string // what makes them known, or surer; "": nothing
}
