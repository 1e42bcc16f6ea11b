package gpu

import (
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
)

// nvmlDriver returns the driver of NVIDIA's cards. In a build without NVML it
// is there too: opened, it says what is missing.
func nvmlDriver() driver.Driver { return nvml.New(nvml.Options{}) }
