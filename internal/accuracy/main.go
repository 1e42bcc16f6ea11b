// Command accuracy holds the models of package estimate against measured power
// and prints what it finds as Markdown: the tables of docs/accuracy.md.
//
// The points are a CSV file with the columns cpu, tdp_w, load_type,
// cores_used, cpu_mhz, load and package_w; the lines of one machine stand
// together.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	path := flag.String("points", "", "CSV file of measured points")
	flag.Parse()
	if err := run(os.Stdout, *path); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, path string) error {
	if path == "" {
		return errors.New("no points: say -points FILE")
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	machines, err := readPoints(f)
	if err != nil {
		return err
	}
	return report(w, machines)
}
