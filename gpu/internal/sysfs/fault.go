package sysfs

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// fault says what failed. It wraps what package gpu tests for, where the
// number of the kernel means that.
//
// EPERM of a read is no lack of permission: amdgpu gives it to anybody while
// the card is being reset or put to sleep (drivers/gpu/drm/amd/pm/amdgpu_pm.c),
// and the next read works.
func fault(op, path string, err error) error {
	if mark := meaning(op, err); mark != nil {
		return fmt.Errorf("%s %s: %w: %w", op, path, mark, cause(err))
	}
	return fmt.Errorf("%s %s: %w", op, path, cause(err))
}

func meaning(op string, err error) error {
	switch {
	case op == "open" && errors.Is(err, fs.ErrPermission):
		return driver.ErrPermission
	case errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO), errors.Is(err, fs.ErrNotExist):
		return driver.ErrLost
	case errors.Is(err, syscall.EOPNOTSUPP), noData(err):
		return driver.ErrNotSupported
	}
	return nil
}

// cause takes the path off err: it is named before.
func cause(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// errAbsurd says that a sensor shows what nothing draws: a sentinel.
var errAbsurd = errors.New("all ones, or more than anything draws")

// remedy says what a person can do about err; "": nothing.
func remedy(err error) string {
	if errors.Is(err, driver.ErrPermission) {
		return "let this process read the file: see its mode, or give it to a container as a read-only mount"
	}
	return ""
}
