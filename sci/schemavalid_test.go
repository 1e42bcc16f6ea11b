package sci_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// A schema has the keywords of JSON Schema that ours uses.
type schema struct {
	Dialect     string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Type        string             `json:"type,omitempty"`
	Format      string             `json:"format,omitempty"`
	Const       string             `json:"const,omitempty"`
	Minimum     *float64           `json:"minimum,omitempty"`
	OneOf       []*schema          `json:"oneOf,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Closed      *bool              `json:"additionalProperties,omitempty"`
	Defs        map[string]*schema `json:"$defs,omitempty"`
}

// kind names what is in s as kindOf does.
func (s *schema) kind() string {
	name, isRef := strings.CutPrefix(s.Ref, "#/$defs/")
	switch {
	case isRef:
		return name
	case s.Format == "date-time":
		return "time"
	case s.Type == "array":
		return "list"
	}
	return s.Type
}

// valid says what in v, decoded with UseNumber, is against s; "" nothing.
func (s *schema) valid(v any, root *schema, at string) string {
	if s.Ref != "" {
		return root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")].valid(v, root, at)
	}
	if s.OneOf != nil {
		fits := slices.DeleteFunc(slices.Clone(s.OneOf), func(o *schema) bool { return o.valid(v, root, at) != "" })
		if len(fits) != 1 {
			return fmt.Sprintf("%s fits %d of %d", at, len(fits), len(s.OneOf))
		}
		return ""
	}
	if s.Const != "" && v != s.Const {
		return at + " is not " + s.Const
	}
	switch v := v.(type) {
	case map[string]any:
		return s.validObject(v, root, at)
	case []any:
		if s.Type != "array" {
			return at + " is a list"
		}
		for i, item := range v {
			if why := s.Items.valid(item, root, fmt.Sprint(at, "/", i)); why != "" {
				return why
			}
		}
		return ""
	case string:
		return s.validText(v, at)
	case json.Number:
		return s.validNumber(v, at)
	case bool:
		if s.Type == "boolean" {
			return ""
		}
	}
	return fmt.Sprintf("%s is %v", at, v)
}

func (s *schema) validObject(v map[string]any, root *schema, at string) string {
	if s.Type != "object" {
		return at + " is an object"
	}
	for _, key := range s.Required {
		if _, ok := v[key]; !ok {
			return at + " has no " + key
		}
	}
	for key, item := range v {
		p, ok := s.Properties[key]
		if !ok {
			return at + " has an unknown " + key
		}
		if why := p.valid(item, root, at+"/"+key); why != "" {
			return why
		}
	}
	return ""
}

func (s *schema) validText(v, at string) string {
	if s.Type != "string" {
		return at + " is a text"
	}
	if s.Format == "date-time" {
		if _, err := time.Parse(time.RFC3339, v); err != nil {
			return at + " is no time"
		}
	}
	return ""
}

func (s *schema) validNumber(v json.Number, at string) string {
	f, err := v.Float64()
	switch {
	case err != nil || s.Type != "number" && s.Type != "integer":
		return at + " is a number"
	case s.Type == "integer" && f != math.Trunc(f), s.Minimum != nil && f < *s.Minimum:
		return at + " is " + v.String()
	}
	return ""
}

func publishedSchema(t testing.TB) *schema {
	var s schema
	require.NoError(t, json.Unmarshal(sci.Schema(), &s))
	return &s
}

func decoded(t testing.TB, b []byte) any {
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

// A document of ours is valid by the published schema, and one that the schema
// refuses is refused by ParseDisclosure too.
func TestSchemaAndParserAgree(t *testing.T) {
	s := publishedSchema(t)
	b, err := fullDisclosure().Canonical()
	require.NoError(t, err)
	require.Empty(t, s.valid(decoded(t, b), s, ""))
	minimal := `{"schema":"scimeter.disclosure/1"`
	for _, c := range []struct {
		name, json string
		ok         bool
	}{
		{"nothing but the schema", minimal + `}`, true},
		{"no schema", `{}`, false},
		{"another schema", `{"schema":"scimeter.usage/1"}`, false},
		{"unknown field", minimal + `,"extra":1}`, false},
		{"unknown field of a part", minimal + `,"components":[{"id":"a","parts":[{"id":"b","it_kw":3}]}]}`, false},
		{"key in another case", minimal + `,"Software":{"name":"a"}}`, false},
		{"null figure", minimal + `,"result":{"score_g":null}}`, false},
		{"null list", minimal + `,"components":null}`, false},
		{"text as a figure", minimal + `,"result":{"score_g":"1"}}`, false},
		{"rounded figure", minimal + `,"result":{"score_g":{"value":1.5,"within":0.05}}}`, true},
		{"rounded figure without its value", minimal + `,"result":{"score_g":{"within":0.05}}}`, false},
		{"rounded by less than nothing", minimal + `,"result":{"score_g":{"value":1.5,"within":-0.05}}}`, false},
		{"unknown field of a figure", minimal + `,"result":{"score_g":{"value":1.5,"within":0,"unit":"g"}}}`, false},
		{"figure that is a list", minimal + `,"result":{"score_g":[1]}}`, false},
		{"number too large", minimal + `,"result":{"score_g":1e999}}`, false},
		{"uncertainty without its size", minimal + `,"uncertainty":[{"input":"pue"}]}`, false},
		{"gap without its share", minimal + `,"gaps":[{"policy":"hold"}]}`, false},
		{"year with a fraction", minimal + `,"intensity":{"vintage":2024.5}}`, false},
		{"no time", minimal + `,"period":{"start":"yesterday"}}`, false},
		{"flag as a number", minimal + `,"result":{"incomplete":1}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := sci.ParseDisclosure([]byte(c.json))
			require.Equal(t, c.ok, err == nil, "%v", err)
			require.Equal(t, c.ok, s.valid(decoded(t, []byte(c.json)), s, "") == "")
		})
	}
}
