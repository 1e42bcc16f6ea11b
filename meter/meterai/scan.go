package meterai

import "bytes"

// valueRoom bounds what is kept of an answer: a usage object has some hundred
// bytes. [E]
const valueRoom = 64 << 10

// A scanner finds the values of "usage" and "model" in a JSON text that comes in
// pieces, at the top or in a member "response" of it. It keeps nothing else. The
// zero scanner is at the start of a text.
type scanner struct {
	depth   int
	within  int  // depth of the object whose members are looked at, beside the top: in "response"
	text    bool // within a string
	escaped bool
	isKey   bool // the string is the name of a member
	expects bool // a name comes next

	key   []byte // of the string that is read, if it is a name or a value to keep
	name  string // of the member whose value is read
	value []byte // of it, if it is to be kept
	keep  int    // depth at which its value ends; 0: nothing is kept

	usage, model []byte
}

// nameRoom bounds the names that are looked at.
const nameRoom = 32

// write reads on. It never fails: what is no JSON has no usage.
func (s *scanner) write(p []byte) {
	for _, c := range p {
		s.step(c)
	}
}

func (s *scanner) step(c byte) {
	if s.keep > 0 && len(s.value) < valueRoom {
		s.value = append(s.value, c)
	}
	if s.text {
		s.inText(c)
		return
	}
	switch c {
	case '"':
		s.text, s.isKey = true, s.expects && s.looked()
		s.key = s.key[:0]
	case '{':
		s.depth++
		s.expects = true
		if s.depth == 2 && s.name == "response" && s.keep == 0 {
			s.within = 2
		}
	case '[':
		s.depth++
		s.expects = false
	case '}', ']':
		s.leave()
	case ':':
		s.begin()
	case ',':
		s.end()
		s.expects = true
	}
}

// looked reports whether members of the object at hand matter.
func (s *scanner) looked() bool { return s.depth == 1 || s.depth == s.within }

func (s *scanner) inText(c byte) {
	switch {
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped = true
	case c == '"':
		s.text = false
		if s.isKey {
			s.name = string(s.key)
		}
		return
	}
	if s.isKey && len(s.key) < nameRoom {
		s.key = append(s.key, c)
	}
}

// begin starts a value.
func (s *scanner) begin() {
	s.expects = false
	if s.keep > 0 || !s.looked() || s.name != "usage" && s.name != "model" {
		return
	}
	s.keep, s.value = s.depth, s.value[:0]
}

// end ends a value, if that at hand is one that is kept.
func (s *scanner) end() {
	if s.keep == 0 || s.depth != s.keep {
		return
	}
	v := bytes.TrimSpace(s.value[:max(0, len(s.value)-1)]) // without what ended it
	switch {
	case len(s.value) >= valueRoom:
	case s.name == "usage" && bytes.HasPrefix(v, []byte("{")):
		s.usage = append(s.usage[:0], v...)
	case s.name == "model":
		s.model = append(s.model[:0], v...)
	}
	s.keep = 0
}

func (s *scanner) leave() {
	s.end()
	if s.depth == s.within {
		s.within = 0
	}
	s.depth = max(0, s.depth-1)
	s.expects = false
	if s.depth == 1 && s.keep == 0 {
		s.name = ""
	}
}
