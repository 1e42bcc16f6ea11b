package meter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameRoom bounds a name, in bytes: it is a key of JSON and an attribute of
// metrics, and who takes those in cuts them at some such length.
const nameRoom = 128

// tidy returns a name that may leave the process, as it is where it can be:
// bytes that are not UTF-8, and characters that do not print, become "�", and
// what is too long is cut, with "…" at its end. What cannot be refused is
// counted under such a name rather than under none. It allocates only where it
// changes something.
func tidy(name string) string {
	if len(name) <= nameRoom && utf8.ValidString(name) && strings.IndexFunc(name, unprintable) < 0 {
		return name
	}
	const mark = "…"
	long := len(name) > nameRoom
	if long {
		name = name[:nameRoom] // no more of it is looked at
	}
	name = strings.Map(func(r rune) rune {
		if unprintable(r) {
			return utf8.RuneError
		}
		return r
	}, name)
	if !long && len(name) <= nameRoom {
		return name
	}
	end := nameRoom - len(mark)
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + mark
}

func unprintable(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }
