package sci

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ParseDisclosure reads a disclosure of our own schema, as strictly as one that
// may be signed deserves: field names spelled exactly, none twice, none that the
// schema has not ([ErrFieldUnknown]), no null, no missing number where there is
// no way to say that it is not stated ([ErrFieldMissing]), at most
// [MaxDisclosure] bytes. A later version of the schema is [ErrSchemaNewer],
// whatever else is in it; what is no disclosure at all is [ErrSchema] or
// [ErrMalformed]. It does not judge the figures: [Verify] does.
//
// Times are in UTC and empty lists are nil in what it returns, so that
// [Disclosure.Canonical] of it is read back as the same value.
func ParseDisclosure(b []byte) (*Disclosure, error) {
	if err := checkDocument(b); err != nil {
		return nil, err
	}
	if err := checkSchema(b); err != nil {
		return nil, err
	}
	if err := checkFields(b, disclosureForm()); err != nil {
		return nil, err
	}
	d := &Disclosure{}
	if err := json.Unmarshal(b, d); err != nil {
		return nil, malformed(err)
	}
	return d, d.settle()
}

func checkDocument(b []byte) error {
	switch {
	case len(b) > MaxDisclosure:
		return refuse(ErrTooLarge, "read a disclosure of %d bytes", len(b))
	case !utf8.Valid(b):
		return refuse(ErrText, "read a disclosure")
	}
	return nil
}

// checkSchema looks at the name and version of the schema alone.
func checkSchema(b []byte) error {
	var named struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(b, &named); err != nil {
		return malformed(err)
	}
	return knownSchema(named.Schema, DisclosureSchema)
}

// knownSchema refuses a schema that is not want, which ends in its version.
func knownSchema(schema, want string) error {
	i := strings.LastIndexByte(want, '/') + 1
	text, ours := strings.CutPrefix(schema, want[:i])
	version, err := strconv.ParseUint(text, 10, 32)
	newest, _ := strconv.ParseUint(want[i:], 10, 32)
	switch {
	case !ours || err != nil || version == 0 || text[0] == '0':
		return refuse(ErrSchema, "read a document of schema %.60q", schema)
	case version > newest:
		return refuse(ErrSchemaNewer, "read a document of schema %.60q by a program for %q", schema, want)
	}
	return nil
}

// malformed returns what package json says as an error of this package.
func malformed(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e // of a Figure
	}
	return refuse(ErrMalformed, "read a disclosure: %s", strings.TrimPrefix(err.Error(), "json: "))
}

// settle brings d to the one form of its kind: times in UTC, no empty lists. It
// refuses a time that has no form in UTC.
func (d *Disclosure) settle() error {
	if !settle(reflect.ValueOf(d).Elem(), disclosureForm()) {
		return refuse(ErrTime, "read a disclosure")
	}
	return nil
}

func settle(v reflect.Value, f *form) bool {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return true
		}
		v = v.Elem()
	}
	ok := true
	switch f.kind {
	case formTime:
		t := v.Interface().(time.Time).UTC()
		v.Set(reflect.ValueOf(t))
		return writable(t)
	case formObject:
		for _, field := range f.fields {
			ok = settle(v.Field(field.index), field.form) && ok
		}
	case formList:
		if v.Len() == 0 {
			v.SetZero()
		}
		if f.item.kind != formObject {
			return true
		}
		for i := range v.Len() {
			ok = settle(v.Index(i), f.item) && ok
		}
	}
	return ok
}
