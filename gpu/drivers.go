package gpu

import (
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/sysfs"
)

// drivers returns what this build can read cards with, the best first: of two
// that find the same card, the first one that can read it does.
func drivers(sys string) []driver.Driver {
	return append([]driver.Driver{nvmlDriver(sys)}, sysfs.Drivers(sys)...)
}
