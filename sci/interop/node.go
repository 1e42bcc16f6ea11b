package interop

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxDepth is how deep a document may be nested.
	maxDepth = 100
	// maxNodes is how many values a document may have, aliases followed: few
	// lines of YAML can stand for billions.
	maxNodes = 2_000_000
)

// A node is a value of a YAML document, with aliases followed; nil is absent.
type node struct{ *yaml.Node }

// parseYAML returns the first document of b, once it is known to be of a size
// that can be walked.
func parseYAML(b []byte) (node, error) {
	var n yaml.Node
	if err := decodeYAML(b, &n); err != nil {
		if errors.Is(err, io.EOF) {
			return node{}, &Error{Op: "read", Line: 1, Detail: "nothing in it", Err: ErrFormat}
		}
		line, detail := yamlComplaint(err)
		return node{}, &Error{Op: "read", Line: line, Detail: detail, Err: ErrSyntax}
	}
	left := maxNodes
	if err := measure(&n, 0, &left); err != nil {
		return node{}, err
	}
	root := node{&n}.follow()
	if root.Node != nil && root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		root = node{root.Content[0]}.follow()
	}
	if root.Node == nil || root.Kind != yaml.MappingNode {
		return node{}, &Error{Op: "read", Line: 1, Err: ErrFormat}
	}
	return root, nil
}

// decodeYAML is yaml's decoder, whose panics on hostile input are errors.
func decodeYAML(b []byte, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(b)).Decode(n)
}

var yamlLine = regexp.MustCompile(`line (\d+): ?`)

func yamlComplaint(err error) (int, string) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return 0, text
	}
	line, _ := strconv.Atoi(m[1])
	if strings.Contains(text, "did not find expected") {
		line++ // these count from 0, unlike all others
	}
	return line, strings.Replace(text, m[0], "", 1)
}

// measure refuses what is nested too deep or is too much once aliases are
// followed. An alias of what it is in has no end, and so is too deep.
func measure(n *yaml.Node, depth int, left *int) error {
	*left--
	switch {
	case depth > maxDepth:
		return &Error{Op: "read", Line: n.Line, Detail: fmt.Sprintf("nested deeper than %d levels", maxDepth), Err: ErrTooLarge}
	case *left < 0:
		return &Error{Op: "read", Line: n.Line, Detail: fmt.Sprintf("more than %d values", maxNodes), Err: ErrTooLarge}
	case n.Kind == yaml.AliasNode:
		return measure(n.Alias, depth+1, left)
	}
	for _, c := range n.Content {
		if err := measure(c, depth+1, left); err != nil {
			return err
		}
	}
	return nil
}

func (n node) follow() node {
	for n.Node != nil && n.Kind == yaml.AliasNode {
		n = node{n.Alias}
	}
	return n
}

func (n node) mapping() bool { return n.Node != nil && n.Kind == yaml.MappingNode }

func (n node) list() bool { return n.Node != nil && n.Kind == yaml.SequenceNode }

func (n node) has(key string) bool { return n.at(key).Node != nil }

// at returns the value of a key; a key of its own wins over a merged one.
func (n node) at(keys ...string) node {
	for _, key := range keys {
		n = n.field(key)
	}
	return n
}

func (n node) field(key string) node {
	if !n.mapping() {
		return node{}
	}
	var merged node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := node{n.Content[i]}.follow()
		switch {
		case k.Value == key && k.Kind == yaml.ScalarNode:
			return node{n.Content[i+1]}.follow()
		case k.Tag == "!!merge":
			for _, m := range mergedFrom(node{n.Content[i+1]}.follow()) {
				if v := m.field(key); v.Node != nil && merged.Node == nil {
					merged = v
				}
			}
		}
	}
	return merged
}

func mergedFrom(n node) []node {
	if n.list() {
		return n.items()
	}
	return []node{n}
}

func (n node) items() []node {
	if !n.list() {
		return nil
	}
	out := make([]node, len(n.Content))
	for i, c := range n.Content {
		out[i] = node{c}.follow()
	}
	return out
}

// A pair is a key of a mapping and its value.
type pair struct {
	key   string
	line  int
	value node
}

// pairs returns the keys of a mapping in their order, those that are merged in
// at the end.
func (n node) pairs() []pair {
	if !n.mapping() {
		return nil
	}
	var own, merged []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := node{n.Content[i]}.follow(), node{n.Content[i+1]}.follow()
		if k.Tag == "!!merge" {
			for _, m := range mergedFrom(v) {
				merged = append(merged, m.pairs()...)
			}
			continue
		}
		seen[k.Value] = true
		own = append(own, pair{k.Value, k.Line, v})
	}
	for _, p := range merged {
		if !seen[p.key] {
			seen[p.key] = true
			own = append(own, p)
		}
	}
	return own
}

// null reports whether n is absent or says that there is nothing.
func (n node) null() bool { return n.Node == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// text returns a scalar as it is printed, "" for everything else.
func (n node) text() string {
	if n.null() || n.Kind != yaml.ScalarNode {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func (n node) place() Place {
	if n.Node == nil {
		return Place{}
	}
	return Place{Line: n.Line, Column: n.Column, Text: short(n.text())}
}

// short is text for people, cut where it goes on for long.
func short(text string) string {
	const most = 200
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	return string(r[:most]) + "…"
}

// escape makes a key a part of a JSON pointer (RFC 6901).
func escape(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}
