// Mutations breaks the code on purpose, one line at a time, and checks that a
// named test notices each. Nothing in the tree is changed: the broken file is
// laid over the true one for one run of go test.
//
//	go run ./internal/mutations          # all, a table in Markdown on standard output
//	go run ./internal/mutations -only pue
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A mutation replaces old by new, which is there once, in a file.
type mutation struct {
	name, breaks   string // what it is, and what it breaks
	file, old, new string
	tests          string // package whose tests have to notice
}

func main() {
	only := flag.String("only", "", "name of the one mutation to try")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Println("| mutation | what it breaks | where | noticed by |\n| --- | --- | --- | --- |")
	failed := false
	for _, m := range mutations {
		if *only != "" && m.name != *only {
			continue
		}
		noticed, err := m.try(ctx)
		if err != nil {
			failed = true
			fmt.Fprintf(os.Stderr, "%s: %v\n", m.name, err)
			continue
		}
		fmt.Printf("| %s | %s | `%s` | %s |\n", m.name, m.breaks, m.file, strings.Join(noticed, ", "))
	}
	if failed {
		os.Exit(1)
	}
}

// try returns the names of the tests that fail.
func (m mutation) try(ctx context.Context) ([]string, error) {
	text, err := os.ReadFile(m.file)
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(text), m.old); n != 1 {
		return nil, fmt.Errorf("%s has %q %d times, not once", m.file, m.old, n)
	}
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	overlay, err := m.lay(dir, strings.Replace(string(text), m.old, m.new, 1))
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, m.tests).CombinedOutput()
	if err == nil {
		return nil, fmt.Errorf("no test of %s notices it", m.tests)
	}
	noticed := failures(string(out))
	if len(noticed) == 0 {
		return nil, fmt.Errorf("no test fails, but go test does:\n%s", out)
	}
	return noticed, nil
}

// lay writes the broken file and what tells go to use it.
func (m mutation) lay(dir, text string) (overlay string, err error) {
	broken := filepath.Join(dir, "broken.go")
	if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
		return "", err
	}
	where, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	plan, err := json.Marshal(map[string]map[string]string{"Replace": {where: broken}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, plan, 0o600)
}

var failLine = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)

func failures(out string) []string {
	var names []string
	for _, match := range failLine.FindAllStringSubmatch(out, -1) {
		names = append(names, "`"+match[1]+"`")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
