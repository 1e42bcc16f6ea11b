package units_test

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A module is the source of this module, for go/types. Every file is there,
// whatever system it is built for, and so are errors: what two files declare
// twice, and what comes from other modules, whose packages are taken for empty.
type module struct {
	path  string                 // import path of the root
	root  string                 // folder of the root
	fset  *token.FileSet         // of all that was parsed
	files map[string][]*ast.File // by import path, without tests
	std   types.Importer         // the standard library
	info  types.Info             // of all that was checked
	done  map[string]*types.Package
}

// thisModule is read once: nothing changes it but the checks that fill it.
var thisModule = sync.OnceValues(readModule)

func openModule(t *testing.T) *module {
	t.Helper()
	m, err := thisModule()
	require.NoError(t, err)
	return m
}

func readModule() (*module, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	m := &module{
		path: "github.com/scimeter/scimeter", root: root,
		fset: token.NewFileSet(), files: map[string][]*ast.File{}, done: map[string]*types.Package{},
		info: types.Info{Types: map[ast.Expr]types.TypeAndValue{}},
	}
	if err := filepath.WalkDir(root, m.walk); err != nil {
		return nil, err
	}
	m.std, err = standardLibrary(m.fset, m.standardImports())
	return m, err
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fs.ErrNotExist
		}
		dir = parent
	}
	return "", err
}

// walk parses the files of the module, but not those of tests, of test data and
// of modules inside this one.
func (m *module) walk(file string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if d.IsDir() {
		return m.enter(file, d.Name())
	}
	if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
		return nil
	}
	f, err := parser.ParseFile(m.fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Rel(m.root, filepath.Dir(file))
	if err != nil {
		return err
	}
	key := path.Join(m.path, filepath.ToSlash(dir))
	if others := m.files[key]; len(others) > 0 && others[0].Name.Name != f.Name.Name {
		key += "#" + f.Name.Name // a program that generates code beside its package
	}
	m.files[key] = append(m.files[key], f)
	return nil
}

func (m *module) enter(dir, name string) error {
	if dir == m.root {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	if err == nil || name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return filepath.SkipDir
	}
	return nil
}

func (m *module) standardImports() []string {
	paths := map[string]bool{"time": true} // of snippets
	for _, files := range m.files {
		for _, f := range files {
			for _, spec := range f.Imports {
				p := strings.Trim(spec.Path.Value, "`\"")
				if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") && p != "C" && p != "unsafe" {
					paths[p] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// standardLibrary returns an importer of what the compiler has exported for
// paths, built as this test is, so that go list finds it in the build cache.
func standardLibrary(fset *token.FileSet, paths []string) (types.Importer, error) {
	args := append([]string{"list", "-e", "-export", "-f", "{{.ImportPath}} {{.Export}}"}, buildFlags()...)
	out, err := exec.Command("go", append(args, paths...)...).Output()
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		p, file, _ := strings.Cut(lines.Text(), " ")
		exports[p] = file
	}
	return importer.ForCompiler(fset, "gc", func(p string) (io.ReadCloser, error) {
		return os.Open(exports[p])
	}), nil
}

func buildFlags() []string {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return []string{"-race"}
		}
	}
	return nil
}

// Import returns a package of this module with its errors overlooked, one of
// the standard library as it is, and any other one empty.
func (m *module) Import(p string) (*types.Package, error) {
	if p == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg, ok := m.done[p]; ok {
		return pkg, nil
	}
	if files, ok := m.files[p]; ok {
		pkg := m.check(p, files, func(error) {})
		m.done[p] = pkg
		return pkg, nil
	}
	if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") {
		return m.std.Import(p)
	}
	pkg := types.NewPackage(p, path.Base(p))
	pkg.MarkComplete()
	m.done[p] = pkg
	return pkg, nil
}

// check type-checks files as the package p and hands each error to report.
func (m *module) check(p string, files []*ast.File, report func(error)) *types.Package {
	config := types.Config{Importer: m, Error: report, FakeImportC: true}
	pkg, _ := config.Check(p, m.fset, files, &m.info) // its error was reported
	return pkg
}

// snippet type-checks source as the package p and returns the errors of it.
func (m *module) snippet(t *testing.T, p, source string) (*ast.File, []string) {
	t.Helper()
	f, err := parser.ParseFile(m.fset, p+".go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	var problems []string
	m.check(p, []*ast.File{f}, func(err error) { problems = append(problems, err.Error()) })
	return f, problems
}
