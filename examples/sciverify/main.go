// Sciverify finds the errors in published SCI scores, compares two of them, and
// shows one to people. It reads disclosures of Scimeter, manifests and outputs of
// the Impact Framework, IMP submissions and GSF Markdown disclosures.
//
//	go install github.com/scimeter/scimeter/examples/sciverify@latest
//	sciverify verify *.yml
//	sciverify compare before.json after.json -threshold 0.05
//	sciverify render -to html disclosure.json > disclosure.html
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes, for CI systems.
const (
	exitOK       = 0
	exitFound    = 1 // something is wrong, or got worse
	exitUsage    = 2 // what was asked for makes no sense
	exitUnread   = 3 // a document cannot be read
	exitUnlike   = 4 // two documents cannot be compared
	exitUnproven = 5 // nobody can tell whether it got worse
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

const help = `usage: sciverify verify  [-profile P] [-format text|json|sarif|junit] [-strict] file...
       sciverify compare [-threshold 0.05] [-confidence 0.95] [-restate] [-format text|json] before after
       sciverify render  [-to html|markdown|csv|json|gsf|imp|iso|impact-framework] file

A file is a disclosure of Scimeter (JSON), a manifest or output of the Impact
Framework, an IMP submission (YAML) or a GSF disclosure (Markdown); - is the
standard input.

verify   recomputes what can be recomputed, and says what contradicts itself
         or a rule of the profile: that of the document, or gsf-1.1
compare  says how a score changed, by what, and whether that is certain
render   shows a document, or writes it in another form

exit codes: 0 nothing is wrong; 1 something is, or the score got worse;
2 usage; 3 a document cannot be read; 4 two cannot be compared;
5 nobody can tell whether it got worse
`

// A streams is where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

var commands = map[string]func(args []string, io streams) (int, error){
	"verify": verify, "compare": compare, "render": show,
}

var errUsage = errors.New("usage")

// run is the whole program.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help" {
		fmt.Fprint(errs, help)
		if len(args) == 0 {
			return exitUsage
		}
		return exitOK
	}
	command, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(errs, "sciverify: %q is no command\n\n%s", args[0], help)
		return exitUsage
	}
	code, err := command(args[1:], streams{in, out, errs})
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(errs, help)
		return exitOK
	case err != nil:
		fmt.Fprintln(errs, "sciverify:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return code
}

// parse reads flags, which may stand between and after the files.
func parse(f *flag.FlagSet, args []string) (files []string, err error) {
	f.SetOutput(io.Discard)
	for {
		if err := f.Parse(args); err != nil {
			return nil, usage(err)
		}
		args = f.Args()
		if len(args) == 0 {
			return files, nil
		}
		files, args = append(files, args[0]), args[1:]
	}
}

func usage(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w: %w; see sciverify -h", errUsage, err)
}
