package gpu

import (
	"cmp"
	"os"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
)

// nvmlDriver returns the driver of NVIDIA's cards, with the root of sysfs. In a
// build without NVML it is there too: opened, it says what is missing.
func nvmlDriver(sys string) driver.Driver {
	return nvml.New(nvml.Options{Sys: os.DirFS(cmp.Or(sys, os.Getenv("HOST_SYS"), "/sys"))})
}
