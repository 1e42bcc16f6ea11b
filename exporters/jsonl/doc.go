// Package jsonl keeps what runs have used in a file of JSON lines, so that neither
// a restart nor a crash loses or doubles it.
//
//	journal, err := jsonl.Open("run.jsonl")
//	...
//	go journal.Follow(ctx, m, "finetune", 10*time.Second)
//
// Each line is what one start of a program has used since it started: of each the
// last line counts. [Read] reads them, [Sum] adds up those of a run, over all its
// restarts, and [Spent] gives what it comes to as the start of a [meter.Budget].
package jsonl
