package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

const (
	// cacheMagic starts a file, before the SHA-256 of all that follows its line.
	cacheMagic = "scimeter intensity day 2 sha256 "
	maxDayFile = 16 << 20 // bytes
	tempPrefix = "tmp-"
	litterAge  = time.Hour // a write takes less
)

// A dayFile is what follows the first line.
type dayFile struct {
	Key cacheKey `json:"key"`
	keptDay
}

// folder returns where the days of one zone, signal and version lie. Names of
// zones are made fit for any file system by a hash, and the file itself holds
// the key in full.
func (k cacheKey) folder(dir string) string {
	k.Day = ""
	full, err := json.Marshal(k)
	if err != nil {
		full = []byte(k.Zone) // a signal that is not valid; its points are not either
	}
	sum := sha256.Sum256(full)
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, strings.ToLower(k.Zone))
	return filepath.Join(dir, "p-"+k.Provider, plain[:min(len(plain), 40)]+"-"+hex.EncodeToString(sum[:8]))
}

func (k cacheKey) file(dir string) string {
	return filepath.Join(k.folder(dir), k.Day+".json")
}

// readDay returns what stands in a file that is whole and of that key.
func readDay(dir string, k cacheKey) (keptDay, bool) {
	f, err := os.Open(k.file(dir))
	if err != nil {
		return keptDay{}, false
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxDayFile))
	if err != nil {
		return keptDay{}, false
	}
	head, body, ok := bytes.Cut(text, []byte("\n"))
	if !ok || string(head) != cacheMagic+checksum(body) {
		return keptDay{}, false
	}
	var d dayFile
	if json.Unmarshal(body, &d) != nil || d.Key != k || len(d.Points) == 0 || slices.ContainsFunc(d.Points, k.foreign) {
		return keptDay{}, false
	}
	return d.keptDay, true
}

// foreign reports whether p cannot be what k stands for.
func (k cacheKey) foreign(p intensity.Point) bool {
	return p.Signal != k.Signal || p.Zone != k.Zone || p.Valid() != nil
}

// writeDay replaces the file in one step: whoever reads it, even after a crash,
// finds the old one or the new one whole. Days that will be written again do not
// wait for the disk; what a loss of power makes of such a file its checksum
// tells.
func writeDay(dir string, k cacheKey, d keptDay) error {
	body, err := json.Marshal(dayFile{k, d})
	if err != nil {
		return err
	}
	folder := k.folder(dir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, tempPrefix)
	if err != nil {
		return err
	}
	_, err = f.WriteString(cacheMagic + checksum(body) + "\n" + string(body))
	if err == nil && d.Final {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), k.file(dir))
	}
	if err != nil {
		os.Remove(f.Name()) // what cannot be removed is removed later as litter
	}
	return err
}

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// removeLitter removes files of writers that did not come to their end.
func removeLitter(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), tempPrefix) {
			continue
		}
		if time.Since(info.ModTime()) > litterAge {
			os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}
