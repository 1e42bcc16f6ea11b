package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// A point is the power of all packages of a machine at a load.
type point struct {
	spread      bool    // over all cores, not pinned to some of them
	load, watts float64 // load from 0 to 1
}

// A computer is a machine with its points.
type computer struct {
	cpu    string
	tdp    float64 // W, all packages
	cpus   int     // hardware threads: the most that were used
	points []point
}

// full returns the power at the highest load of the spread points, or of the
// pinned ones.
func (c computer) full(spread bool) float64 {
	var top point
	for _, p := range c.points {
		if p.spread == spread && p.load >= top.load {
			top = p
		}
	}
	return top.watts
}

var columns = []string{"cpu", "tdp_w", "load_type", "cores_used", "cpu_mhz", "load", "package_w"}

func readPoints(r io.Reader) ([]computer, error) {
	lines := csv.NewReader(r)
	lines.Comment = '#'
	lines.FieldsPerRecord = len(columns)
	records, err := lines.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) < 2 || !slices.Equal(records[0], columns) {
		return nil, fmt.Errorf("want lines below the columns %v", columns)
	}
	var machines []computer
	for _, f := range records[1:] {
		tdp, cpus, p, err := parsePoint(f)
		if err != nil {
			return nil, fmt.Errorf("point %v: %w", f, err)
		}
		if n := len(machines); n == 0 || machines[n-1].cpu != f[0] {
			machines = append(machines, computer{cpu: f[0], tdp: tdp})
		}
		m := &machines[len(machines)-1]
		m.cpus = max(m.cpus, cpus)
		m.points = append(m.points, p)
	}
	return machines, nil
}

func parsePoint(f []string) (tdp float64, cpus int, p point, err error) {
	tdp, err1 := strconv.ParseFloat(f[1], 64)
	load, err2 := strconv.ParseFloat(f[5], 64)
	watts, err3 := strconv.ParseFloat(f[6], 64)
	cpus, err4 := strconv.Atoi(f[3])
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return 0, 0, point{}, err
	}
	if !(tdp > 0 && cpus > 0 && load >= 0 && load <= 1 && watts > 0) {
		return 0, 0, point{}, errors.New("out of range")
	}
	return tdp, cpus, point{f[2] == "all_cores", load, watts}, nil
}
