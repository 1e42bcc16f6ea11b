// Command probe opens NVML, reads each card once and says what it got, for the
// tests of what must not end a process.
package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
)

func main() {
	paths := flag.String("paths", "", "where the library is looked for, with commas")
	flag.Parse()
	var opt nvml.Options
	if *paths != "" {
		opt.Paths = strings.Split(*paths, ",")
	}
	probe(nvml.New(opt))
	fmt.Println("alive")
}

func probe(d *nvml.Driver) {
	cards, skipped, err := d.Open()
	for _, s := range skipped {
		fmt.Printf("skipped %s: %v\n", s.What, s.Err)
	}
	if err != nil {
		fmt.Println("error:", err)
		fmt.Println("remedy:", nvml.Remedy(err))
	}
	for _, c := range cards {
		id := c.Identity()
		fmt.Printf("card %d %s %q %s max %v window %v\n", id.Index, id.ID, id.Model, id.PCI, id.MaxPower, id.Window)
		var s driver.Sample
		err := c.Read(&s)
		fmt.Printf("counter %d %v instant %v %v average %v %v err %v\n",
			s.Counter, s.CounterOK, s.Instant, s.InstantOK, s.Average, s.AverageOK, err)
		procs, err := c.Processes()
		fmt.Printf("processes %d err %v\n", len(procs), err)
		parts, err := c.Slices()
		fmt.Printf("slices %d err %v\n", len(parts), err)
	}
	if err := d.Close(); err != nil {
		fmt.Println("close:", err)
	}
}
