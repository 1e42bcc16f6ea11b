package main

import (
	"context"
	"crypto/sha256"
	"iter"
	"math/rand/v2"
	"slices"
	"time"
)

// A job is a kind of work: one functional unit, done over and over.
type job struct {
	unit string
	per  float64 // how many units its score is printed for
	what string  // what one unit is

	// step does some milliseconds of work and returns how many units it was.
	step func() float64
}

func jobs() []job {
	return []job{
		{unit: "hash", per: 1e6, what: "SHA-256 of 1 KiB", step: hashing()},
		{unit: "sort", per: 1000, what: "sort of 4096 integers", step: sorting()},
	}
}

// work repeats the job until d is over or ctx ends, at least once, and yields
// how many units each step was.
func (j job) work(ctx context.Context, d time.Duration) iter.Seq[float64] {
	return func(yield func(float64) bool) {
		end := time.Now().Add(d)
		for yield(j.step()) && ctx.Err() == nil && time.Now().Before(end) {
		}
	}
}

// hashing hashes a block that holds the hash of the block before.
func hashing() func() float64 {
	const batch = 4000
	block := make([]byte, 1024)
	return func() float64 {
		for range batch {
			sum := sha256.Sum256(block)
			copy(block, sum[:])
		}
		return batch
	}
}

// sorting sorts numbers that look random and are the same in every run.
func sorting() func() float64 {
	const batch = 10
	numbers := make([]int, 4096)
	random := rand.New(rand.NewPCG(1, 2))
	return func() float64 {
		for range batch {
			for i := range numbers {
				numbers[i] = random.Int()
			}
			slices.Sort(numbers)
		}
		return batch
	}
}
