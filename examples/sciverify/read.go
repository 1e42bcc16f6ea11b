package main

import (
	"fmt"
	"io"
	"os"

	"github.com/scimeter/scimeter/sci/interop"
)

// largest bounds what is read of a file.
const largest = 10 << 20

// read reads a document.
func read(name string, in io.Reader) (*interop.Document, error) {
	b, err := content(name, in)
	if err != nil {
		return nil, err
	}
	return interop.Read(name, b)
}

func content(name string, in io.Reader) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, largest+1))
	if err == nil && len(b) > largest {
		err = fmt.Errorf("read %s: more than %d MB", name, largest>>20)
	}
	return b, err
}
