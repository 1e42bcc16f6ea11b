package estimate

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/scimeter/scimeter/units"
)

// A Processor is what a machine says of its CPUs. Family and Number are those
// of CPUID on x86, and 0 elsewhere.
type Processor struct {
	Model          string // such as "AMD EPYC 7R13 Processor"
	Family, Number int
	Cloud          string // vendor of a rented machine, such as "aws"; "": none known
}

// Architecture returns the name of the row of the table that p belongs to. It
// holds where whole words of the model say so, or where family and number do
// beside a word for a server; anything else is not known.
func (p Processor) Architecture() (name string, ok bool) {
	w := words(p.Model)
	switch {
	case slices.Contains(w, "epyc") || hasPrefix(w, "epyc-"):
		name = p.epyc(w)
	case slices.Contains(w, "intel"):
		name = p.intel(w)
	case slices.Contains(w, "neoverse-n1") && p.Cloud == "aws":
		name = "graviton2" // Altra is the same core in other clouds
	}
	return name, name != ""
}

// words splits a model into lower-case words: "Xeon(R) CPU E5-2620 v3" has
// xeon, r, cpu, e5-2620 and v3.
func words(model string) []string {
	return strings.FieldsFunc(strings.ToLower(model), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-'
	})
}

func hasPrefix(words []string, prefix string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, prefix) })
}

// epyc tells generations by QEMU's name of a virtual CPU, by the number of the
// product, or by family and number: Naples is 23/1, Rome 23/49, Milan 25/0 to
// 15 (AMD processor programming references).
func (p Processor) epyc(w []string) string {
	for _, s := range w {
		switch {
		case s == "epyc-rome":
			return "epyc-2"
		case s == "epyc-milan":
			return "epyc-3"
		case strings.HasPrefix(s, "epyc-"):
			return "" // Genoa, Turin
		case isEPYC(s):
			return epycNumber(s)
		}
	}
	switch {
	case p.Family == 23 && p.Number == 1:
		return "epyc-1"
	case p.Family == 23 && p.Number == 49:
		return "epyc-2"
	case p.Family == 25 && p.Number < 16:
		return "epyc-3"
	}
	return ""
}

// isEPYC holds for the number of a product: 7601, 7742P, 7R13, 9654.
func isEPYC(s string) bool {
	return len(s) >= 4 && len(s) <= 6 && isDigit(s[0]) && (isDigit(s[1]) || isLetter(s[1])) && isDigit(s[2]) &&
		(isDigit(s[3]) || s[3] == 'f')
}

// epycNumber tells the generation of a 7000 by its last digit; 72F3 has it
// there, too. The 3000 are embedded, 8000 and 9000 have no row.
func epycNumber(s string) string {
	if s[0] != '7' {
		return ""
	}
	last := s[3]
	if last == 'f' && len(s) > 4 {
		last = s[4]
	}
	switch last {
	case '1':
		return "epyc-1"
	case '2':
		return "epyc-2"
	case '3':
		return "epyc-3"
	}
	return ""
}

// qemu has the words by which QEMU, and so many clouds, name a virtual CPU.
var qemu = map[string]string{
	"sandybridge": "sandy-bridge", "ivybridge": "ivy-bridge", "haswell": "haswell", "broadwell": "broadwell",
	"skylake": "skylake", "cascadelake": "cascade-lake",
}

// intel tells architectures by the number of a Xeon, by QEMU's word, or by
// family and number.
func (p Processor) intel(w []string) string {
	if !slices.Contains(w, "xeon") {
		return "" // the table is of servers
	}
	for i, s := range w {
		if name, ok := qemu[s]; ok {
			return name
		}
		if len(s) > 3 && s[0] == 'e' && s[2] == '-' && isDigit(s[3]) {
			return xeonE(s, w[i+1:])
		}
		if strings.HasPrefix(s, "e-2") && len(s) >= 6 {
			return xeonE2000(s)
		}
		switch s {
		case "platinum", "gold", "silver", "bronze":
			return scalable(w[i+1:])
		}
	}
	return p.number()
}

// number is of Linux, arch/x86/include/asm/intel-family.h. 85 is Skylake and
// Cascade Lake alike, whose rows differ by less than a tenth.
func (p Processor) number() string {
	if p.Family != 6 {
		return ""
	}
	switch p.Number {
	case 42, 45:
		return "sandy-bridge"
	case 58, 62:
		return "ivy-bridge"
	case 60, 63:
		return "haswell"
	case 79, 86:
		return "broadwell"
	case 85:
		return "skylake"
	}
	return ""
}

// xeonE is of E3-1240 v2 and its like: the version is the architecture. An E7
// without one is older than the table.
func xeonE(s string, after []string) string {
	version := ""
	if i := slices.IndexFunc(after, func(w string) bool { return len(w) == 2 && w[0] == 'v' && isDigit(w[1]) }); i >= 0 {
		version = after[i]
	}
	switch version {
	case "":
		if s[1] == '3' || s[1] == '5' {
			return "sandy-bridge"
		}
	case "v2":
		return "ivy-bridge"
	case "v3":
		return "haswell"
	case "v4":
		return "broadwell"
	}
	return ""
}

// xeonE2000 is of E-2124 and E-2224: both are Coffee Lake, E-2324 is not.
func xeonE2000(s string) string {
	if s[3] == '1' || s[3] == '2' {
		return "coffee-lake"
	}
	return ""
}

// scalable is of the number after Platinum to Bronze: its second digit is the
// generation.
func scalable(after []string) string {
	for _, s := range after {
		if len(s) < 4 || !isDigit(s[0]) || !isDigit(s[1]) || !isDigit(s[2]) || !isDigit(s[3]) {
			continue
		}
		switch s[1] {
		case '1':
			return "skylake"
		case '2':
			return "cascade-lake"
		}
		return ""
	}
	return ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

// TDP returns the thermal design power of one package of p, for the few
// processors that the embedded table has.
func (p Processor) TDP() (tdp units.Power, ok bool) {
	model := " " + strings.Join(words(p.Model), " ") + " "
	_ = eachLine(bytes.NewReader(tdpCSV), []string{"words", "tdp_w", "source"}, func(f []string) error {
		w, err := parseWatts(f[1])
		if err == nil && strings.Contains(model, " "+f[0]+" ") {
			tdp = w
		}
		return err
	})
	return tdp, tdp > 0
}
