package meter

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// A recording is what a profile is written to. It is written by the goroutine of
// the profiler, and only when the profile ends.
type recording struct {
	mu   sync.Mutex // guards data
	data []byte
}

func (r *recording) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data = append(r.data, b...)
	return len(b), nil
}

// begun reports whether the profile has ended.
func (r *recording) begun() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.data) > 0
}

func (r *recording) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.data)
}

// marked are numbers of samples by the value of [MarkLabel]; "": without one.
type marked map[string]uint64

// profileRoom bounds a profile that is read, before it is compressed. A window
// of a minute has a few megabytes.
const profileRoom = 256 << 20

var errProfile = errors.New("meter: read profile: not a CPU profile as runtime/pprof writes it")

// Field numbers of the messages Profile, ValueType, Sample and Label of
// profile.proto (github.com/google/pprof/proto).
const (
	profileSampleType = 1
	profileSample     = 2
	profileStrings    = 6
	valueTypeType     = 1
	sampleValue       = 2
	sampleLabel       = 3
	labelKey          = 1
	labelStr          = 2
)

// readProfile returns the samples of a CPU profile by their mark. It adds up how
// many there are; the nanoseconds that a profile has beside them tell less than
// was used where the timer of the kernel does not keep up.
func readProfile(b []byte) (marked, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProfile, err)
	}
	text, err := io.ReadAll(io.LimitReader(z, profileRoom))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProfile, err)
	}
	return decodeProfile(text)
}

// A profile is the part of the message that is of use here. The strings come
// after what refers to them.
type profile struct {
	strings [][]byte
	types   []uint64 // by column of values, the string that names it
	samples [][]byte
}

func decodeProfile(b []byte) (marked, error) {
	var p profile
	err := fields(b, func(field int, n uint64, sub []byte) error {
		switch field {
		case profileStrings:
			p.strings = append(p.strings, sub)
		case profileSample:
			p.samples = append(p.samples, sub)
		case profileSampleType:
			t, err := number(sub, valueTypeType)
			p.types = append(p.types, t)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	column := slices.IndexFunc(p.types, func(i uint64) bool { return string(p.text(i)) == "samples" })
	if column < 0 {
		return nil, errProfile
	}
	counts := marked{}
	for _, sample := range p.samples {
		mark, n, err := p.sample(sample, column)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			counts[string(mark)] += n
		}
	}
	return counts, nil
}

// text returns a string of the table; nothing for one that is not in it.
func (p *profile) text(i uint64) []byte {
	if i >= uint64(len(p.strings)) {
		return nil
	}
	return p.strings[i]
}

// sample returns whose a sample is and how many there were of it.
func (p *profile) sample(b []byte, column int) (mark []byte, n uint64, err error) {
	var values []uint64
	err = fields(b, func(field int, v uint64, sub []byte) error {
		switch {
		case field == sampleValue && sub == nil:
			values = append(values, v)
		case field == sampleValue:
			packed, err := varints(sub)
			values = append(values, packed...)
			return err
		case field == sampleLabel:
			key, err := number(sub, labelKey)
			str, failed := number(sub, labelStr)
			if string(p.text(key)) == MarkLabel {
				mark = p.text(str)
			}
			return errors.Join(err, failed)
		}
		return nil
	})
	if err != nil || column >= len(values) || values[column] > maxSamples {
		return nil, 0, errors.Join(errProfile, err)
	}
	return mark, values[column], nil
}

// maxSamples bounds a sample: a thousand CPUs have 6 million in a minute.
const maxSamples = 1 << 32

// number returns the varint of that field of a message; 0: there is none.
func number(b []byte, want int) (v uint64, err error) {
	err = fields(b, func(field int, n uint64, _ []byte) error {
		if field == want {
			v = n
		}
		return nil
	})
	return v, err
}

// fields calls visit for each field of a message: with its number or, of a
// string, message or packed list, with the bytes, which are then not nil.
func fields(b []byte, visit func(field int, n uint64, sub []byte) error) error {
	for len(b) > 0 {
		tag, size := binary.Uvarint(b)
		if size <= 0 || tag>>3 == 0 || tag>>3 > 1<<29 {
			return errProfile
		}
		b = b[size:]
		n, sub, rest, err := field(b, int(tag&7))
		if err != nil {
			return err
		}
		b = rest
		if err := visit(int(tag>>3), n, sub); err != nil {
			return err
		}
	}
	return nil
}

// field splits one field of that wire type off b.
func field(b []byte, wire int) (n uint64, sub, rest []byte, err error) {
	switch wire {
	case 0, 2:
		v, size := binary.Uvarint(b)
		if size <= 0 {
			return 0, nil, nil, errProfile
		}
		b = b[size:]
		if wire == 0 {
			return v, nil, b, nil
		}
		if v > uint64(len(b)) {
			return 0, nil, nil, errProfile
		}
		return 0, b[:v:v], b[v:], nil
	case 1, 5:
		size := 8
		if wire == 5 {
			size = 4
		}
		if len(b) < size {
			return 0, nil, nil, errProfile
		}
		return 0, nil, b[size:], nil
	}
	return 0, nil, nil, errProfile
}

func varints(b []byte) (values []uint64, err error) {
	for len(b) > 0 {
		v, size := binary.Uvarint(b)
		if size <= 0 {
			return nil, errProfile
		}
		values = append(values, v)
		b = b[size:]
	}
	return values, nil
}
