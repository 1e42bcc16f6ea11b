package sci

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Canonical returns d as JSON that is the same bytes for the same document,
// whoever writes it: no space, the keys of an object sorted, numbers in the
// fewest digits that read back as the same float64, text in UTF-8 with nothing
// escaped that need not be, as RFC 8785 has it, and times in UTC as RFC 3339 has
// them. What is not stated is left out; an empty list is not stated, but for
// the components. [ParseDisclosure] reads it back.
//
// It refuses what has no such form: a number that is not finite ([ErrNotFinite]),
// text that is not UTF-8 ([ErrText]), a time outside the years 0 to 9999
// ([ErrTime]) and parts nested too deep ([ErrTooLarge]).
func (d *Disclosure) Canonical() ([]byte, error) {
	c := canonical{out: make([]byte, 0, 4096)}
	c.value(reflect.ValueOf(d).Elem(), disclosureForm())
	if c.err != nil {
		return nil, c.err
	}
	if len(c.out) > MaxDisclosure {
		return nil, refuse(ErrTooLarge, "write a disclosure of %d bytes", len(c.out))
	}
	return c.out, nil
}

// Digest returns the SHA-256 of [Disclosure.Canonical] in 64 hexadecimal digits.
func (d *Disclosure) Digest() (string, error) {
	b, err := d.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// A form is how a Go type looks as JSON.
type form struct {
	kind   formKind
	fields []formField // of an object, sorted by key
	item   *form       // of a list
}

type formKind uint8

const (
	formText formKind = iota
	formNumber
	formInteger
	formBool
	formTime
	formFigure
	formList
	formObject
)

type formField struct {
	key   string
	index int
	omit  bool // where it states nothing
	form  *form
}

// field returns the field of a key, spelled exactly so.
func (f *form) field(key string) (formField, bool) {
	i, ok := slices.BinarySearchFunc(f.fields, key, func(f formField, k string) int { return cmp.Compare(f.key, k) })
	if !ok {
		return formField{}, false
	}
	return f.fields[i], true
}

// required says that a document has to have the field: a number without a way to
// say that it is not stated would be 0.
func (f formField) required() bool {
	return !f.omit && (f.form.kind == formNumber || f.form.kind == formInteger || f.form.kind == formBool)
}

var disclosureForm = sync.OnceValue(func() *form {
	return formOf(reflect.TypeFor[Disclosure](), map[reflect.Type]*form{})
})

func formOf(t reflect.Type, known map[reflect.Type]*form) *form {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if f, ok := known[t]; ok {
		return f
	}
	f := &form{}
	known[t] = f
	switch {
	case t == reflect.TypeFor[time.Time]():
		f.kind = formTime
	case t == reflect.TypeFor[Figure]():
		f.kind = formFigure
	case t.Kind() == reflect.Struct:
		f.kind, f.fields = formObject, formFields(t, known)
	case t.Kind() == reflect.Slice:
		f.kind, f.item = formList, formOf(t.Elem(), known)
	case t.Kind() == reflect.Float64:
		f.kind = formNumber
	case t.Kind() == reflect.Int:
		f.kind = formInteger
	case t.Kind() == reflect.Bool:
		f.kind = formBool
	case t.Kind() == reflect.String:
		f.kind = formText
	default:
		panic("sci: a field of type " + t.String() + " has no canonical form")
	}
	return f
}

func formFields(t reflect.Type, known map[reflect.Type]*form) []formField {
	var fields []formField
	for i := range t.NumField() {
		key, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if key == "-" {
			continue
		}
		fields = append(fields, formField{
			key:   cmp.Or(key, t.Field(i).Name),
			index: i,
			omit:  strings.HasPrefix(options, "omit"),
			form:  formOf(t.Field(i).Type, known),
		})
	}
	slices.SortFunc(fields, func(a, b formField) int { return cmp.Compare(a.key, b.key) })
	return fields
}

// unstated reports whether v states nothing.
func unstated(v reflect.Value, f *form) bool {
	if v.Kind() == reflect.Pointer {
		return v.IsNil()
	}
	switch f.kind {
	case formList:
		return v.Len() == 0
	case formTime:
		return v.Interface().(time.Time).IsZero()
	case formObject:
		return !slices.ContainsFunc(f.fields, func(c formField) bool { return !unstated(v.Field(c.index), c.form) })
	}
	return v.IsZero() || f.kind == formNumber && v.Float() == 0 // also -0
}

// A canonical writes values; the first refusal stays.
type canonical struct {
	out   []byte
	path  []string // of the value that is being written
	depth int
	err   error
}

func (c *canonical) refuse(sentinel error, format string, args ...any) {
	if c.err == nil {
		c.err = refuse(sentinel, "write "+documentPath(c.path)+": "+format, args...)
	}
}

func (c *canonical) value(v reflect.Value, f *form) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch f.kind {
	case formText:
		c.text(v.String())
	case formNumber:
		c.number(v.Float())
	case formInteger:
		c.out = strconv.AppendInt(c.out, v.Int(), 10)
	case formBool:
		c.out = strconv.AppendBool(c.out, v.Bool())
	case formTime:
		c.time(v.Interface().(time.Time))
	case formFigure:
		c.figure(v.Interface().(Figure))
	case formList:
		c.nest(func() { c.list(v, f.item) })
	case formObject:
		c.nest(func() { c.object(v, f) })
	}
}

// nest writes what is one level further down.
func (c *canonical) nest(write func()) {
	c.depth++
	if c.depth > maxNesting {
		c.refuse(ErrTooLarge, "more than %d levels", maxNesting)
	}
	if c.err == nil {
		write()
	}
	c.depth--
}

func (c *canonical) list(v reflect.Value, item *form) {
	c.out = append(c.out, '[')
	for i := range v.Len() {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		c.path = append(c.path, strconv.Itoa(i))
		c.value(v.Index(i), item)
		c.path = c.path[:len(c.path)-1]
	}
	c.out = append(c.out, ']')
}

func (c *canonical) object(v reflect.Value, f *form) {
	open := byte('{')
	for _, field := range f.fields {
		if field.omit && unstated(v.Field(field.index), field.form) {
			continue
		}
		c.out = append(c.out, open, '"')
		c.out = append(append(c.out, field.key...), '"', ':')
		c.path = append(c.path, field.key)
		c.value(v.Field(field.index), field.form)
		c.path = c.path[:len(c.path)-1]
		open = ','
	}
	if open == '{' {
		c.out = append(c.out, open)
	}
	c.out = append(c.out, '}')
}

func (c *canonical) figure(f Figure) {
	switch {
	case !amount(f.Within):
		c.refuse(ErrNotFinite, "a figure within %v", f.Within)
	case f.Within == 0:
		c.number(f.Value)
	default:
		c.out = append(c.out, `{"value":`...)
		c.number(f.Value)
		c.out = append(c.out, `,"within":`...)
		c.number(f.Within)
		c.out = append(c.out, '}')
	}
}
