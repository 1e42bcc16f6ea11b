package scimeter_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path that every import of our own starts with.
const module = "github.com/scimeter/scimeter"

// A goFile is one parsed file of the module, for whatever system it is meant:
// build constraints are not looked at.
type goFile struct {
	name  string // slash separated, from the root of the module
	dir   string // "." for the root
	lines int
	fset  *token.FileSet
	*ast.File
}

// test reports whether f is compiled by go test alone.
func (f goFile) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// program reports whether f belongs to a command, which may do what a library
// may not.
func (f goFile) program() bool { return f.Name.Name == "main" }

// aid reports whether f belongs to a package made for the tests of others, such
// as metertest.
func (f goFile) aid() bool { return strings.HasSuffix(f.Name.Name, "test") && !f.test() }

// generated reports whether a program wrote f.
func (f goFile) generated() bool { return ast.IsGenerated(f.File) }

// at says where n is, for messages.
func (f goFile) at(n ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

// imports returns the import paths of f, in its order.
func (f goFile) imports() []string {
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// goFiles returns every Go file of the module, nested modules, testdata and
// hidden folders left out. They are parsed once.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	files, err := parseTree()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// library returns the files that our users compile into their programs.
func library(t *testing.T) []goFile {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(goFiles(t)), func(f goFile) bool {
		return f.test() || f.program()
	})
}

var parseTree = sync.OnceValues(func() ([]goFile, error) {
	var files []goFile
	err := walk(func(name string, d fs.DirEntry) error {
		base := d.Name()
		if d.IsDir() {
			if base == "testdata" || base == "vendor" || strings.HasPrefix(base, "_") || nested(name) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(base) != ".go" || strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".") {
			return nil
		}
		f, err := parseFile(name)
		files = append(files, f)
		return err
	})
	return files, err
})

func parseFile(name string) (goFile, error) {
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return goFile{}, err
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return goFile{name, path.Dir(name), bytes.Count(text, []byte("\n")), fset, tree}, err
}

// walk calls visit for every file and folder below the root, by its slash
// separated name. Hidden folders are left out, but for that of the checks.
func walk(visit func(name string, d fs.DirEntry) error) error {
	return filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && name != "." && d.Name() != ".ci"
		if d.IsDir() && hidden {
			return fs.SkipDir
		}
		return visit(filepath.ToSlash(name), d)
	})
}

// nested reports whether the folder is a module of its own.
func nested(dir string) bool {
	if dir == "." {
		return false
	}
	_, err := os.Stat(filepath.Join(filepath.FromSlash(dir), "go.mod"))
	return err == nil
}
