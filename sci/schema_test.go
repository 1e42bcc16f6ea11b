package sci_test

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

var update = flag.Bool("update", false, "write the files that tests compare with anew")

const schemaFile = "disclosure.schema.json"

// TestSchema holds the published schema against the Go types, both ways.
func TestSchema(t *testing.T) {
	if *update {
		text, err := json.MarshalIndent(makeSchema(t), "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(schemaFile, append(text, '\n'), 0o644))
	}
	published, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	if !*update {
		require.Equal(t, string(published), string(sci.Schema()))
	}
	var s schema
	require.NoError(t, json.Unmarshal(published, &s))
	require.Equal(t, "https://json-schema.org/draft/2020-12/schema", s.Dialect)
	defs := s.Defs

	types := map[string]reflect.Type{}
	collect(reflect.TypeFor[sci.Disclosure](), types)
	for name, typ := range types {
		def, ok := defs[name]
		if typ == reflect.TypeFor[sci.Disclosure]() {
			def, ok = &s, true
		}
		require.True(t, ok, "%s has no definition; run go test -run TestSchema -update", name)
		agree(t, name, def, typ)
	}
	for name := range defs {
		require.True(t, name == "Figure" || types[name] != nil, "definition %s is of no type", name)
	}
}

// agree compares an object of the schema with a struct, field by field.
func agree(t *testing.T, name string, def *schema, typ reflect.Type) {
	require.Equal(t, "object", def.Type, name)
	require.NotNil(t, def.Closed, "%s takes unknown fields", name)
	require.False(t, *def.Closed, "%s takes unknown fields", name)
	left := map[string]bool{}
	for key := range def.Properties {
		left[key] = true
	}
	var required []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		require.NotEmpty(t, key, "%s.%s has no key", name, f.Name)
		p, ok := def.Properties[key]
		require.True(t, ok, "%s.%s is not in the schema; run go test -run TestSchema -update", name, key)
		delete(left, key)
		require.Equal(t, kindOf(f.Type), p.kind(), "%s.%s", name, key)
		if p.kind() == "list" {
			require.Equal(t, kindOf(f.Type.Elem()), p.Items.kind(), "%s.%s", name, key)
		}
		if must(f.Type, options) || typ == reflect.TypeFor[sci.Disclosure]() && key == "schema" {
			required = append(required, key)
		}
	}
	require.Empty(t, left, "%s: not in the Go type", name)
	require.ElementsMatch(t, required, def.Required, name)
}

func must(t reflect.Type, options string) bool {
	number := t.Kind() == reflect.Float64 || t.Kind() == reflect.Int || t.Kind() == reflect.Bool
	return number && options == ""
}

// kindOf names a Go type as schema.kind names what is in a schema.
func kindOf(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "time"
	case t.Kind() == reflect.Struct:
		return t.Name()
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.Int:
		return "integer"
	case t.Kind() == reflect.Bool:
		return "boolean"
	}
	return t.Kind().String()
}

func collect(t reflect.Type, into map[string]reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	plain := t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && t != reflect.TypeFor[sci.Figure]()
	if !plain || into[t.Name()] != nil {
		return
	}
	into[t.Name()] = t
	for i := range t.NumField() {
		collect(t.Field(i).Type, into)
	}
}

// makeSchema makes the schema from the types, with their comments.
func makeSchema(t *testing.T) *schema {
	types := map[string]reflect.Type{}
	collect(reflect.TypeFor[sci.Disclosure](), types)
	words := comments(t)
	top := objectSchema("Disclosure", types["Disclosure"], words)
	top.Dialect = "https://json-schema.org/draft/2020-12/schema"
	top.ID = "https://raw.githubusercontent.com/scimeter/scimeter/main/sci/" + schemaFile
	top.Title = "Disclosure of a Software Carbon Intensity score"
	top.Required = append([]string{"schema"}, top.Required...)
	top.Properties["schema"].Const = sci.DisclosureSchema
	top.Defs = map[string]*schema{"Figure": figureSchema()}
	for name, typ := range types {
		if name != "Disclosure" {
			top.Defs[name] = objectSchema(name, typ, words)
		}
	}
	return top
}

func figureSchema() *schema {
	closed, least := false, 0.0
	return &schema{
		Description: "A number as a document states it; an object where it was rounded, by at most within.",
		OneOf: []*schema{
			{Type: "number"},
			{
				Type:       "object",
				Properties: map[string]*schema{"value": {Type: "number"}, "within": {Type: "number", Minimum: &least}},
				Required:   []string{"value", "within"},
				Closed:     &closed,
			},
		},
	}
}

func objectSchema(name string, typ reflect.Type, words map[string]string) *schema {
	closed := false
	s := &schema{Type: "object", Description: words[name], Properties: map[string]*schema{}, Closed: &closed}
	for i := range typ.NumField() {
		f := typ.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := valueSchema(f.Type)
		p.Description = words[name+"."+f.Name]
		s.Properties[key] = p
		if must(f.Type, options) {
			s.Required = append(s.Required, key)
		}
	}
	slices.Sort(s.Required)
	return s
}

func valueSchema(t reflect.Type) *schema {
	switch kind := kindOf(t); kind {
	case "time":
		return &schema{Type: "string", Format: "date-time"}
	case "list":
		return &schema{Type: "array", Items: valueSchema(t.Elem())}
	case "number", "integer", "boolean", "string":
		return &schema{Type: kind}
	default:
		return &schema{Ref: "#/$defs/" + kind}
	}
}

// comments returns the words of the types and of their fields.
func comments(t *testing.T) map[string]string {
	words := map[string]string{}
	for _, name := range []string{"disclosure.go", "finding.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				typ := spec.(*ast.TypeSpec)
				words[typ.Name.Name] = oneLine(g.Doc.Text())
				fields, ok := typ.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, f := range fields.Fields.List {
					for _, n := range f.Names {
						words[typ.Name.Name+"."+n.Name] = oneLine(f.Doc.Text() + f.Comment.Text())
					}
				}
			}
		}
	}
	return words
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(s)), " ")
}
