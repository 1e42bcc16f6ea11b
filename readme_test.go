package scimeter_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const maxReadmeWords = 700

// A fence is a block of code of the README.
type fence struct {
	language string
	text     string
	line     int
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(text)
}

// fences returns the blocks between lines of three backticks.
func fences(text string) []fence {
	var found []fence
	var open *fence
	for i, line := range strings.Split(text, "\n") {
		mark, isMark := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isMark && open == nil:
			open = &fence{language: strings.TrimSpace(mark), line: i + 1}
		case isMark:
			found = append(found, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return found
}

// normal returns Go code without what gofmt and the depth of nesting decide.
func normal(code string) string {
	var lines []string
	for line := range strings.Lines(code) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// holds reports whether code stands in text, in whole lines.
func holds(text, code string) bool {
	return code != "" && strings.Contains("\n"+text+"\n", "\n"+code+"\n")
}

// compiled returns, by place, the normal text of what README code may be taken
// from: bodies of Examples, and the programs under examples.
func compiled(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, f := range goFiles(t) {
		text, err := os.ReadFile(filepath.FromSlash(f.name))
		require.NoError(t, err)
		if strings.HasPrefix(f.name, "examples/") {
			texts[f.name] = normal(string(text))
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !f.test() || !strings.HasPrefix(fn.Name.Name, "Example") {
				continue
			}
			from, to := f.fset.Position(fn.Body.Lbrace).Offset, f.fset.Position(fn.Body.Rbrace).Offset
			texts[f.name+" "+fn.Name.Name] = normal(string(text[from+1 : to]))
		}
	}
	return texts
}

// Code that nobody compiles rots: a block of the README is a part of a program
// that go test or go build has seen.
func TestReadmeCode(t *testing.T) {
	texts := compiled(t)
	var seen int
	for _, b := range fences(readme(t)) {
		if b.language != "go" {
			continue
		}
		seen++
		var places []string
		for place, text := range texts {
			if holds(text, normal(b.text)) {
				places = append(places, place)
			}
		}
		if len(places) == 0 {
			t.Errorf("README.md:%d: this code is in no Example and in no program under examples", b.line)
			continue
		}
		slices.Sort(places)
		t.Logf("README.md:%d is %s", b.line, places[0])
	}
	require.NotZero(t, seen, "README.md shows no Go code")
}

// The program that a package comment shows first is held in the same way.
func TestDocCode(t *testing.T) {
	texts := compiled(t)
	root, err := parseFile("doc.go")
	require.NoError(t, err)
	var code strings.Builder
	for line := range strings.Lines(root.Doc.Text()) {
		if strings.HasPrefix(line, "\t") {
			code.WriteString(line)
		}
	}
	require.True(t, holds(texts["example_test.go Example"], normal(code.String())), "the code of doc.go is not its Example")
}

var (
	flagWord = regexp.MustCompile(`^--?([a-z][\w-]*)`)
	shells   = []string{"bash", "sh", "shell", "console"}
)

// shellLines returns the commands of the README, prompts taken off.
func shellLines(text string) []string {
	var lines []string
	for _, b := range fences(text) {
		if !slices.Contains(shells, b.language) {
			continue
		}
		for line := range strings.Lines(b.text) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			if line, _, _ = strings.Cut(line, " #"); line != "" {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

func TestReadmeCommands(t *testing.T) {
	lines := shellLines(readme(t))
	require.Contains(t, lines, "go test ./...", "the command that tests everything")
	var quickstart bool
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "go" || words[1] != "run" {
			continue
		}
		quickstart = quickstart || words[2] == "./examples/quickstart"
		checkProgram(t, words[2], words[3:])
	}
	require.True(t, quickstart, "README.md does not run ./examples/quickstart")
}

// checkProgram requires that dir is a program and knows the flags of args.
func checkProgram(t *testing.T, dir string, args []string) {
	t.Helper()
	var source strings.Builder
	for _, f := range goFiles(t) {
		if "./"+f.dir != dir || f.test() {
			continue
		}
		require.True(t, f.program(), "%s is no program", dir)
		text, err := os.ReadFile(filepath.FromSlash(f.name))
		require.NoError(t, err)
		source.Write(text)
	}
	require.NotZero(t, source.Len(), "README.md runs %s, which does not exist", dir)
	for _, arg := range args {
		if name := flagWord.FindStringSubmatch(arg); name != nil {
			require.Contains(t, source.String(), `"`+name[1]+`"`, "%s has no flag %s", dir, arg)
		}
	}
}

func TestReadmeLength(t *testing.T) {
	require.Less(t, len(strings.Fields(readme(t))), maxReadmeWords, "words of README.md")
}

// Links into the repository lead somewhere.
func TestReadmeLinks(t *testing.T) {
	for _, m := range regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`).FindAllStringSubmatch(readme(t), -1) {
		if !strings.Contains(m[1], ":") {
			_, err := os.Stat(filepath.FromSlash(m[1]))
			require.NoError(t, err, "link of README.md")
		}
	}
}

func TestReadmeHolds(t *testing.T) {
	text := normal("a := 1\n\tb := 2 // two\n\n\tc := 3\n")
	for code, ok := range map[string]bool{
		"a := 1\nb := 2   // two":   true,
		"\t\tb := 2 // two\nc := 3": true,
		"a := 1\nc := 3":            false, // a line left out
		":= 2 // two":               false, // a part of a line
		"":                          false,
	} {
		require.Equal(t, ok, holds(text, normal(code)), code)
	}
}
