// Package rivals measures this module beside others that read the same
// counters, in the same run. It is a module of its own, so that nobody who
// imports ours requires them. Run it with
//
//	go test -bench . -count 5
package rivals
