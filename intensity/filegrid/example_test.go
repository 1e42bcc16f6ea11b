package filegrid_test

import (
	"fmt"
	"testing/fstest"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/filegrid"
)

func ExampleOpen() {
	dir := fstest.MapFS{"site.csv": {Data: []byte(`start,gCO2e/kWh,quality
2024-05-04T08:00:00Z,147,measured
2024-05-04T08:30:00Z,141,measured
`)}} // os.DirFS("/var/lib/grid"), as a rule
	grid, err := filegrid.Open(filegrid.Config{
		FS: dir, Pattern: "site.csv", Zone: "our site",
		Signal: intensity.AverageLifecycle(intensity.Consumption),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	pt, err := grid.At(time.Date(2024, 5, 4, 8, 40, 0, 0, time.UTC)) // meter.WithGrid(grid)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pt.Value, pt.Quality, "-", pt.Signal)
	// Output: 141 gCO2e/kWh measured - average lifecycle consumption
}
