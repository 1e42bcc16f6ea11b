package meter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// freeKeys are the objects of a usage whose keys are names of somebody else.
var freeKeys = map[string]bool{
	"counts": true, "labels": true, "reserved": true, "energy_uncertainty_joules": true, "carbon_uncertainty_grams": true,
}

// keyDepth bounds how deep objects and lists lie in one another.
const keyDepth = 32

// checkKeys refuses JSON that means one thing to package encoding/json, which
// takes the last of two equal keys and any mixture of upper and lower case, and
// another to a different reader.
func checkKeys(b []byte) error {
	if !utf8.Valid(b) {
		return errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return checkValue(d, "", 0)
}

// checkValue reads one value, which stands at key.
func checkValue(d *json.Decoder, key string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if depth > keyDepth {
		return errors.New("too many objects in one another")
	}
	switch t {
	case json.Delim('['):
		for d.More() {
			if err := checkValue(d, key, depth+1); err != nil {
				return err
			}
		}
	case json.Delim('{'):
		if err := checkObject(d, freeKeys[key], depth); err != nil {
			return err
		}
	default:
		return nil
	}
	_, err = d.Token() // the end
	return err
}

// checkObject reads the keys and values of an object.
func checkObject(d *json.Decoder, free bool, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if seen[key] {
			return fmt.Errorf("key %.80q stands twice", key)
		}
		seen[key] = true
		if !free && !spelt(key) {
			return fmt.Errorf("key %.80q: keys are of lower case letters, digits and _", key)
		}
		if free {
			key = "" // whatever it is called, it is none of ours
		}
		if err := checkValue(d, key, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func spelt(key string) bool {
	for i := range len(key) {
		if c := key[i]; c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
