// Command linked is a program that takes whatever cards there are, for the tests
// of how such a program may be linked.
package main

import (
	"fmt"

	"github.com/scimeter/scimeter/gpu"
)

func main() {
	r := gpu.Auto()
	defer r.Close()
	readings, err := r.Read(nil)
	fmt.Println(len(readings), "cards", err)
	for _, s := range r.Report().Skipped {
		fmt.Println(s.What, s.Err)
	}
	fmt.Println("alive")
}
