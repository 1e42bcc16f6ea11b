package nvml

import "github.com/scimeter/scimeter/gpu/internal/driver"

// memorySlices is how many parts MIG divides the memory of a card in.
const memorySlices = 8

// Slices returns the partitions of the card, as they are now; none: it is not
// partitioned. NVML has no energy of a partition, only its size. Compute counts
// the card's own slices, of which it has 7, but an A30 4.
func (d *device) Slices() ([]driver.Slice, error) {
	if !d.id.MIG {
		return nil, nil
	}
	if !d.proc.enter(d.epoch) {
		return nil, d.fail("list partitions of", Uninitialized)
	}
	defer d.proc.leave()
	migs, code := d.card.Slices()
	if code != Success {
		return nil, d.fail("list partitions of", code)
	}
	parts := make([]driver.Slice, 0, len(migs))
	for _, m := range migs {
		parts = append(parts, driver.Slice{ID: m.UUID, Compute: m.Compute, Memory: d.eighths(m.Memory)})
	}
	return parts, nil
}

// eighths returns which part of the memory b bytes are, to the nearest one: the
// driver keeps some for itself.
func (d *device) eighths(b uint64) int {
	if d.memory == 0 {
		return 0
	}
	n := (float64(b)/float64(d.memory))*memorySlices + 0.5
	return int(max(0, min(n, memorySlices)))
}
