package scimeter_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the module holds to, in numbers.
const (
	maxFile    = 500 // lines
	medianFile = 150
	maxFunc    = 60
	medianFunc = 10
)

// vague are the names of drawers rather than of ideas.
var vague = []string{"util", "utils", "common", "helper", "helpers", "misc", "base", "shared", "types", "lib"}

func TestNames(t *testing.T) {
	for _, f := range library(t) {
		stem := strings.TrimSuffix(path.Base(f.name), ".go")
		if slices.Contains(vague, f.Name.Name) || slices.Contains(vague, stem) {
			t.Errorf("%s: a vague name for a package or a file", f.name)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() && getter.MatchString(fn.Name.Name) {
				t.Errorf("%s: %s: no Get before what is got", f.at(fn), fn.Name)
			}
		}
	}
}

var getter = regexp.MustCompile(`^Get([A-Z]|$)`)

func TestSizes(t *testing.T) {
	var files, funcs []int
	for _, f := range goFiles(t) {
		if f.test() || f.generated() {
			continue
		}
		files = append(files, f.lines)
		if f.lines > maxFile {
			t.Errorf("%s has %d lines, more than %d", f.name, f.lines, maxFile)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			funcs = append(funcs, n)
			if n > maxFunc {
				t.Errorf("%s: %s has %d lines, more than %d", f.at(fn), fn.Name, n, maxFunc)
			}
		}
	}
	if len(funcs) > 0 {
		require.LessOrEqual(t, median(files), medianFile, "lines of a file, median")
		require.LessOrEqual(t, median(funcs), medianFunc, "lines of a function, median")
	}
}

func median(v []int) int {
	slices.Sort(v)
	return v[len(v)/2]
}

// A colon in the name of a file makes the module impossible to download, which
// is why captured trees of sysfs are archives. The rest is for other systems.
func TestFileNames(t *testing.T) {
	require.NoError(t, walk(func(name string, d fs.DirEntry) error {
		if strings.ContainsAny(d.Name(), `:*?"<>|\`+"`") || strings.TrimSpace(d.Name()) != d.Name() {
			t.Errorf("%s: no such name on every system", name)
		}
		return nil
	}))
}

// machinePath finds the folder of somebody's machine in a text.
var machinePath = regexp.MustCompile(
	`(?m)(?:^|[\s"'\x60(=:])/(?:work|root|home/[a-z][\w.-]*|Users/\w+)(?:[/\s"'\x60),]|$)`)

func TestNoPathOfAMachine(t *testing.T) {
	here, err := filepath.Abs(".")
	require.NoError(t, err)
	require.NoError(t, walk(func(name string, d fs.DirEntry) error {
		if d.IsDir() {
			return nil
		}
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			return err
		}
		if m := machinePath.Find(text); m != nil {
			t.Errorf("%s names a folder of one machine: %q", name, m)
		}
		if len(here) > len("/scimeter") && strings.Contains(string(text), here) {
			t.Errorf("%s names this folder, %s", name, here)
		}
		return nil
	}))
}

// Tables of figures say in their first lines whose they are and how old.
func TestDataNamesItsSource(t *testing.T) {
	require.NoError(t, walk(func(name string, d fs.DirEntry) error {
		if d.IsDir() || path.Ext(name) != ".csv" {
			return nil
		}
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			return err
		}
		var head strings.Builder
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				break
			}
			head.WriteString(line)
		}
		for _, word := range []string{"Source", "Licence", "Vintage"} {
			if !strings.Contains(head.String(), word) {
				t.Errorf("%s has no %s in its first lines", name, word)
			}
		}
		return nil
	}))
}
