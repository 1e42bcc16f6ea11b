package meter

import (
	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/source"
)

// inModule reports whether a zone lies in a module that is counted as a whole,
// as on Grace Hopper: the processor of its socket, and memory.
func inModule(about, module source.Zone) bool {
	if module.Kind != source.Module || module.Beside || about.Kind != source.CPU && about.Kind != source.Memory {
		return false
	}
	return module.Socket < 0 || about.Socket < 0 || about.Socket == module.Socket
}

// moduled reports whether modules of the sources have all processors in them.
func (c *config) moduled(f machine.Facts) bool {
	sockets := map[int]bool{}
	for _, s := range c.sources {
		for _, z := range s.Report().Found {
			if z.Kind == source.Module && !z.Beside {
				sockets[z.Socket] = true
			}
		}
	}
	return sockets[-1] || len(sockets) > 0 && len(sockets) >= f.Sockets
}
