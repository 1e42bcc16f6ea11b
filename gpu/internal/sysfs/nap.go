package sysfs

import (
	"bytes"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// A nap is the kept file power/runtime_status of a PCI device. To read it does
// not wake the card: drivers/base/power/sysfs.c prints what power management
// remembers.
type nap struct {
	file File
	path string
	buf  [16]byte // "unsupported\n" is the longest
}

func openNap(t Tree, path string) (*nap, error) {
	f, err := t.Open(path)
	if err != nil {
		return nil, fault("open", path, err)
	}
	return &nap{file: f, path: path}, nil
}

// check returns ErrAsleep for a card that sleeps or is about to. It allocates
// nothing unless the file is not to be read.
func (n *nap) check() error {
	k, err := n.file.Read(n.buf[:])
	if err != nil {
		return fault("read", n.path, err)
	}
	if sleeps(n.buf[:k]) {
		return driver.ErrAsleep
	}
	return nil
}

func sleeps(status []byte) bool { return bytes.HasPrefix(status, []byte("suspend")) }

// asleep reports whether the card in the folder dir sleeps.
func asleep(t Tree, dir string) bool {
	b, err := content(t, dir+"/"+runtimeStatus)
	return err == nil && sleeps(b)
}

const runtimeStatus = "power/runtime_status"
