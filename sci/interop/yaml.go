package interop

import "go.yaml.in/yaml/v3"

// node parses YAML into nodes, which know their lines.
func node(b []byte) (*yaml.Node, error) {
	var n yaml.Node
	err := yaml.Unmarshal(b, &n)
	return &n, err
}
