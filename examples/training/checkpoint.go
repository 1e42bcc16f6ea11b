package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// checkpointSchema names the form of a checkpoint, and with it the size of the
// network.
const checkpointSchema = "scimeter.example.training/1"

// A checkpoint is where a run stands: all that the next step depends on, but for
// the digits, which the seed makes. Numbers survive the file to the last bit.
type checkpoint struct {
	Schema  string    `json:"schema"`
	Seed    uint64    `json:"seed"`
	Size    int       `json:"digits"` // in an epoch
	Epoch   int       `json:"epoch"`  // that is under way, from 0
	Batch   int       `json:"batch"`  // of it, that comes next
	Loss    float64   `json:"loss"`   // of all digits of the epoch so far
	Losses  []float64 `json:"losses"` // mean of each epoch that is over
	Network *network  `json:"network"`
}

// load returns the checkpoint of a file, or one to begin with if there is none.
func load(path string, seed uint64, digits int) (*checkpoint, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &checkpoint{Schema: checkpointSchema, Seed: seed, Size: digits, Network: newNetwork(seed)}, nil
	}
	if err != nil {
		return nil, err
	}
	c := &checkpoint{}
	switch err := json.Unmarshal(text, c); {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, err)
	case c.Schema != checkpointSchema || c.Network == nil || c.Epoch < 0 || c.Batch < 0:
		return nil, fmt.Errorf("read %s: no checkpoint of this program", path)
	case c.Seed != seed || c.Size != digits:
		return nil, fmt.Errorf("read %s: of another run, of %d digits by seed %d: give its -seed, or another -dir (%w)", path, c.Size, c.Seed, errUsage)
	}
	return c, nil
}

// write puts c into a file in one step: after a crash at any time there is the
// checkpoint before, or this one, and no half of one.
func (c *checkpoint) write(path string) error {
	text, err := json.Marshal(c) // refuses weights that are no numbers any more
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.Create(path + ".tmp") // what a crash left of it is written over
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync() // or else the name may reach the disk before what it names
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder brings the names in a folder to the disk. Windows does so by itself.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
