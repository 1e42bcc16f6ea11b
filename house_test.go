package scimeter_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// selected returns n as "package.Name" if it is such a selector.
func selected(n ast.Node) string {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + sel.Sel.Name
}

// intrusions are what a guest in somebody's process does not touch.
var intrusions = regexp.MustCompile(
	`^(fmt\.Print(f|ln)?|os\.(Exit|Stdout|Stderr|Stdin|Chdir|Setenv|Unsetenv|Args)` +
		`|log\.\w+|signal\.\w+|flag\.\w+|debug\.Set\w+` +
		`|slog\.(Debug|Info|Warn|Error|Log|LogAttrs|Default|SetDefault|SetLogLoggerLevel|New)(Context)?)$`)

// flagTypes are the names of package flag that do not touch its command line.
var flagTypes = []string{"flag.Value", "flag.Getter"}

func TestLibraryIsAGuest(t *testing.T) {
	for _, f := range library(t) {
		if f.aid() {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			name := selected(n)
			if intrusions.MatchString(name) && !slices.Contains(flagTypes, name) {
				t.Errorf("%s: a library uses %s", f.at(n), name)
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if id, ok := call.Fun.(*ast.Ident); ok && (id.Name == "print" || id.Name == "println") {
				t.Errorf("%s: a library prints", f.at(n))
			}
			return true
		})
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: a library has an init function", f.at(fn))
			}
		}
	}
}

// No variable of a package changes after start-up.
func TestNoGlobalState(t *testing.T) {
	vars := map[string]map[string]bool{} // by folder
	for _, f := range library(t) {
		if vars[f.dir] == nil {
			vars[f.dir] = map[string]bool{}
		}
		for _, spec := range valueSpecs(f, token.VAR) {
			for _, id := range spec.Names {
				vars[f.dir][id.Name] = true
			}
		}
	}
	for _, f := range library(t) {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			local := declared(fn)
			for _, id := range assigned(fn) {
				if vars[f.dir][id.Name] && !local[id.Name] {
					t.Errorf("%s: %s changes the package's %s", f.at(id), fn.Name, id.Name)
				}
			}
		}
	}
}

// valueSpecs returns the top-level constants or variables of f.
func valueSpecs(f goFile, tok token.Token) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, d := range f.Decls {
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == tok {
			for _, spec := range gen.Specs {
				specs = append(specs, spec.(*ast.ValueSpec))
			}
		}
	}
	return specs
}

// declared returns the names that fn declares anywhere in itself.
func declared(fn *ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	add := func(exprs ...ast.Expr) {
		for _, e := range exprs {
			if id, ok := e.(*ast.Ident); ok {
				names[id.Name] = true
			}
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, id := range n.Names {
				add(id)
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				add(id)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				add(n.Lhs...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key, n.Value)
			}
		}
		return true
	})
	return names
}

// assigned returns the names that fn changes: x, x.f, x[i] and *x on the left.
func assigned(fn *ast.FuncDecl) []*ast.Ident {
	var ids []*ast.Ident
	ast.Inspect(fn, func(n ast.Node) bool {
		var left []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				left = n.Lhs
			}
		case *ast.IncDecStmt:
			left = []ast.Expr{n.X}
		}
		for _, e := range left {
			if id := base(e); id != nil {
				ids = append(ids, id)
			}
		}
		return true
	})
	return ids
}

// base returns the variable that e is, or is a part of.
func base(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return base(e.X)
	case *ast.IndexExpr:
		return base(e.X)
	case *ast.StarExpr:
		return base(e.X)
	case *ast.ParenExpr:
		return base(e.X)
	}
	return nil
}

// apology finds the openings that say nothing: an error is a failure anyway.
var apology = regexp.MustCompile(`(?i)(^|: )(failed|failure|unable|could not|couldn't|cannot|can't|error)\b`)

// badText says what is wrong with the text of an error; "" if nothing is.
func badText(text string) string {
	switch {
	case apology.MatchString(text):
		return "says that it failed before it says what"
	case strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "..."), strings.HasSuffix(text, "\n"):
		return "ends as a sentence does"
	case len(text) > 1 && unicode.IsUpper(rune(text[0])) && unicode.IsLower(rune(text[1])):
		return "starts with a capital letter"
	}
	return ""
}

func TestErrorTexts(t *testing.T) {
	for _, f := range library(t) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if fn := selected(call.Fun); fn != "errors.New" && fn != "fmt.Errorf" {
				return true
			}
			lit, ok := call.Args[0].(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			if why := badText(text); why != "" {
				t.Errorf("%s: the error %q %s", f.at(n), text, why)
			}
			return true
		})
	}
}

func TestErrorTextsRefused(t *testing.T) {
	for text, ok := range map[string]bool{
		"rapl: read intel-rapl:0: %w":           true,
		"sci: a score of no unit cannot be":     true, // not at the start
		"PUE is below 1":                        true,
		"failed to read":                        false,
		"rapl: unable to open %s":               false,
		"meter: could not start":                false,
		"intensity: zone FR: Cannot find point": false,
		"units: parse %q.":                      false,
		"Open the zone":                         false,
	} {
		require.Equal(t, ok, badText(text) == "", text)
	}
}
