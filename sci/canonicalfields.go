package sci

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// figureForm is a figure that was rounded.
var figureForm = form{kind: formObject, fields: []formField{
	{key: "value", form: &form{kind: formNumber}},
	{key: "within", form: &form{kind: formNumber}},
}}

// checkFields holds JSON against the form that it should have: what package json
// lets pass in silence.
func checkFields(b []byte, f *form) error {
	c := checker{tokens: json.NewDecoder(bytes.NewReader(b))}
	c.tokens.UseNumber()
	if err := c.value(f); err != nil {
		return err
	}
	if _, err := c.tokens.Token(); !errors.Is(err, io.EOF) {
		return refuse(ErrMalformed, "read a disclosure: more after its end")
	}
	return nil
}

// A checker walks through JSON along a form.
type checker struct {
	tokens *json.Decoder
	path   []string // keys and indices of the value that is being read
}

func (c *checker) refuse(sentinel error, format string, args ...any) error {
	for i, key := range c.path {
		c.path[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	}
	return refuse(sentinel, "read "+strings.ReplaceAll(documentPath(c.path), "%", "%%")+": "+format, args...)
}

func (c *checker) value(f *form) error {
	token, err := c.tokens.Token()
	if err != nil {
		return malformed(err)
	}
	switch t := token.(type) {
	case json.Delim:
		return c.nested(t, f)
	case json.Number:
		return c.want(f, formNumber, formInteger, formFigure)
	case string:
		return c.want(f, formText, formTime)
	case bool:
		return c.want(f, formBool)
	}
	return c.refuse(ErrMalformed, "null; leave out what is not stated")
}

func (c *checker) want(f *form, kinds ...formKind) error {
	for _, k := range kinds {
		if f.kind == k {
			return nil
		}
	}
	return c.refuse(ErrMalformed, "a value of another type")
}

// nested reads an object or a list whose opening has been read.
func (c *checker) nested(open json.Delim, f *form) error {
	if len(c.path) >= maxNesting {
		return c.refuse(ErrTooLarge, "more than %d levels", maxNesting)
	}
	if open == '{' && f.kind == formFigure {
		f = &figureForm
	}
	switch {
	case open == '{' && f.kind == formObject:
		return c.object(f)
	case open == '[' && f.kind == formList:
		return c.list(f.item)
	}
	return c.refuse(ErrMalformed, "a value of another type")
}

func (c *checker) list(item *form) error {
	for i := 0; c.tokens.More(); i++ {
		c.path = append(c.path, strconv.Itoa(i))
		if err := c.value(item); err != nil {
			return err
		}
		c.path = c.path[:len(c.path)-1]
	}
	return c.end()
}

func (c *checker) object(f *form) error {
	seen := map[string]bool{}
	for c.tokens.More() {
		token, err := c.tokens.Token()
		if err != nil {
			return malformed(err)
		}
		key := token.(string) // or Token had refused it
		c.path = append(c.path, key)
		field, ok := f.field(key)
		switch {
		case !ok:
			return c.refuse(ErrFieldUnknown, "%.60q", key)
		case seen[key]:
			return c.refuse(ErrFieldTwice, "%.60q", key)
		}
		seen[key] = true
		if err := c.value(field.form); err != nil {
			return err
		}
		c.path = c.path[:len(c.path)-1]
	}
	for _, field := range f.fields {
		if field.required() && !seen[field.key] {
			return c.refuse(ErrFieldMissing, "%q", field.key)
		}
	}
	return c.end()
}

// end reads the end of an object or a list.
func (c *checker) end() error {
	if _, err := c.tokens.Token(); err != nil {
		return malformed(err)
	}
	return nil
}
