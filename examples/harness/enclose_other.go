//go:build !linux

package main

import (
	"errors"
	"os"
	"os/exec"

	"github.com/scimeter/scimeter/meter"
)

var forwarded = []os.Signal{os.Interrupt}

func fromTerminal(os.Signal) bool { return true }

// An enclosure is what holds together a command and all that it starts.
type enclosure struct {
	scope meter.Scope
	what  string
}

// enclose measures the machine: other systems do not tell what a command starts.
func enclose(kind string, _ *exec.Cmd) (*enclosure, error) {
	if kind != "auto" {
		return nil, errors.New("-scope " + kind + ": only Linux has that")
	}
	return &enclosure{meter.Machine(), "measuring the whole machine: this system does not tell what a command starts"}, nil
}

func (*enclosure) started(int) {}
func (*enclosure) settle()     {}
func (*enclosure) left() int   { return 0 }
func (*enclosure) end()        {}
