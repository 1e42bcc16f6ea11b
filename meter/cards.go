package meter

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/source"
)

var errNotAsked = errors.New("a GPU is here, and nobody asked for it")

// cards lists a GPU that is here and that no source reads. This package does not
// read GPUs itself: to link their library costs every program that does not.
func (c *config) cards() []source.Skip {
	if c.has(source.GPU) || c.has(source.Module) || !c.seesCard() {
		return nil
	}
	return []source.Skip{{What: "gpu", Err: errNotAsked, Remedy: "meter.WithSource(gpu.Auto())"}}
}

// Vendors of PCI whose cards have energy or power to read. What a virtual
// machine draws its screen with is of others.
var cardVendors = []string{"0x10de", "0x1002"} // NVIDIA, AMD

func (c *config) seesCard() bool {
	cards, _ := filepath.Glob(filepath.Join(rootOr(c.sys, "HOST_SYS", "/sys"), "class/drm/card[0-9]*/device/vendor"))
	for _, card := range cards {
		b, err := sysfile.ReadFile(card, sysfile.Attribute)
		for _, vendor := range cardVendors {
			if err == nil && strings.TrimSpace(string(b)) == vendor {
				return true
			}
		}
	}
	if c.sys != "" {
		return false // what is seen here is of another root
	}
	_, err := os.Stat("/dev/nvidiactl") // NVIDIA's driver may run without one in drm
	return err == nil
}
