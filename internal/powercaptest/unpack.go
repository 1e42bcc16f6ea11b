package powercaptest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Unpack returns the tree of a text archive: before each file a line
// "-- path --", where the path is "proc/..." or lies below the powercap
// directory, such as "intel-rapl/intel-rapl:0/name". (Colons may not stand in
// the names of files of a module, so such trees are kept in archives.) Links
// are made for every zone.
func Unpack(tb testing.TB, archive string) *Tree {
	tb.Helper()
	t := New(tb)
	for path, text := range parseArchive(archive) {
		if rest, ok := strings.CutPrefix(path, "proc/"); ok {
			t.write(filepath.Join(t.Proc, rest), text, 0o444)
			continue
		}
		dir, file := filepath.Split(path)
		zone := filepath.Base(dir)
		t.Dir(zone)
		t.Set(zone, file, text)
	}
	return t
}

// Load is Unpack of a file.
func Load(tb testing.TB, path string) *Tree {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return Unpack(tb, string(b))
}

// parseArchive returns the files of an archive by their paths. What stands
// before the first is a comment.
func parseArchive(archive string) map[string]string {
	files := map[string]string{}
	path := ""
	for line := range strings.Lines(archive) {
		name, ok := strings.CutPrefix(line, "-- ")
		if ok && strings.HasSuffix(name, " --\n") {
			path = strings.TrimSpace(strings.TrimSuffix(name, " --\n"))
			files[path] = ""
			continue
		}
		if path != "" {
			files[path] += line
		}
	}
	return files
}
