package scimeter_test

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// An exported is one name that a reader of the documentation meets.
type exported struct {
	name  string
	at    string
	doc   string // its own comment
	group bool   // a comment on its line or above its group serves as well
}

// complaint says what is wrong with the documentation of x; "" if nothing is.
func (x exported) complaint() string {
	words := strings.Fields(x.doc)
	if x.group && len(words) > 0 {
		return ""
	}
	if len(words) > 1 && slices.Contains([]string{"A", "An", "The"}, words[0]) {
		words = words[1:]
	}
	switch {
	case len(words) == 0:
		return "has no comment"
	case strings.Trim(words[0], ",.:;") != x.name:
		return "has a comment that does not start with it"
	}
	return ""
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	var all, good int
	for _, f := range library(t) {
		for _, d := range f.Decls {
			for _, x := range exportedIn(f, d) {
				all++
				if why := x.complaint(); why != "" {
					t.Errorf("%s: %s %s", x.at, x.name, why)
					continue
				}
				good++
			}
		}
	}
	t.Logf("%d of %d exported names are documented", good, all)
	if all == 0 {
		t.Error("no exported name found")
	}
}

func exportedIn(f goFile, d ast.Decl) []exported {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || receiver(d).IsExported()) {
			return []exported{{name: d.Name.Name, at: f.at(d), doc: d.Doc.Text()}}
		}
	case *ast.GenDecl:
		var found []exported
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				found = append(found, exportedType(f, d, spec)...)
			case *ast.ValueSpec:
				found = append(found, exportedValues(f, d, spec)...)
			}
		}
		return found
	}
	return nil
}

// receiver returns the name of the type that fn is a method of.
func receiver(fn *ast.FuncDecl) *ast.Ident {
	e := fn.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x
		default:
			return ast.NewIdent("_")
		}
	}
}

func exportedType(f goFile, d *ast.GenDecl, spec *ast.TypeSpec) []exported {
	if !spec.Name.IsExported() {
		return nil
	}
	doc := spec.Doc.Text()
	if !d.Lparen.IsValid() {
		doc = d.Doc.Text()
	}
	return []exported{{name: spec.Name.Name, at: f.at(spec), doc: doc}}
}

// exportedValues returns the constants or variables of a spec. A group that is
// explained as a whole, or line by line, is documented.
func exportedValues(f goFile, d *ast.GenDecl, spec *ast.ValueSpec) []exported {
	grouped := d.Lparen.IsValid()
	doc := spec.Doc.Text() + spec.Comment.Text()
	if grouped {
		doc += d.Doc.Text()
	} else {
		doc = d.Doc.Text()
	}
	var found []exported
	for _, id := range spec.Names {
		if id.IsExported() {
			found = append(found, exported{id.Name, f.at(id), doc, grouped || d.Tok == token.CONST})
		}
	}
	return found
}

func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		x  exported
		ok bool
	}{
		{exported{name: "Read", doc: "Read returns the total."}, true},
		{exported{name: "Zone", doc: "A Zone is one counter."}, true},
		{exported{name: "Joule", doc: "Common amounts.", group: true}, true},
		{exported{name: "Read", doc: "Returns the total."}, false},
		{exported{name: "Read", doc: "ReadInto returns the total."}, false},
		{exported{name: "Read"}, false},
		{exported{name: "Joule", group: true}, false},
	} {
		if c.ok != (c.x.complaint() == "") {
			t.Errorf("%+v: %q", c.x, c.x.complaint())
		}
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	docs := map[string][]string{} // by folder: the package comments in it
	names := map[string]string{}
	for _, f := range goFiles(t) {
		if f.test() {
			continue
		}
		names[f.dir] = f.Name.Name
		if f.Doc.Text() != "" {
			docs[f.dir] = append(docs[f.dir], f.Doc.Text())
		}
	}
	for dir, name := range names {
		if len(docs[dir]) != 1 {
			t.Errorf("%s has %d package comments, not one", dir, len(docs[dir]))
			continue
		}
		if name != "main" && !strings.HasPrefix(docs[dir][0], "Package "+name+" ") {
			t.Errorf("%s: the package comment does not start with \"Package %s\"", dir, name)
		}
	}
}
