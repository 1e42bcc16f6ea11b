// Command forecasts evaluates intensity.EWProfile on the history of a grid and
// prints what it finds as Markdown: the mean absolute percentage error for each
// day ahead against persistence and the same hour of the day before, and how
// often the bands held what came. The same file gives the same text.
//
//	go run ./internal/forecasts -file de.csv.gz -file fr.csv
//
// A file is CSV with one line of names, plain or gzip: one column with the start
// of each interval, at least one with gCO2e/kWh. -time and -column name them;
// otherwise they are the first whose name has "time" or "date" in it, and the
// first with "intensity". Times are RFC 3339, "2006-01-02 15:04:05" and the like
// (taken as UTC), or seconds since 1970. A file without times is hourly from
// -start on. Rows without a number are gaps. Whatever the steps of the file, it
// is evaluated by the hour.
//
// At each origin, one a day, the model sees what ended before it, and no more.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// options are what the command line says.
type options struct {
	files   []string
	columns columns
	from    time.Time // of the first origin; zero: when the bands are calibrated on 30 days
	origins int       // at most; 0: all
	days    int       // ahead
	model   intensity.EWProfile
}

func main() {
	var o options
	flag.Func("file", "CSV file, may be given several times", func(s string) error {
		o.files = append(o.files, s)
		return nil
	})
	flag.StringVar(&o.columns.value, "column", "", "name of the column with gCO2e/kWh")
	flag.StringVar(&o.columns.time, "time", "", "name of the column with the start of the interval")
	flag.Func("start", "start of the first row, of hourly files without times", moment(&o.columns.start))
	flag.Func("from", "first origin, such as 2021-07-01", moment(&o.from))
	flag.IntVar(&o.origins, "origins", 0, "how many origins, a day apart; 0: all")
	flag.IntVar(&o.days, "days", 4, "how many days ahead, 1 to 7")
	flag.Float64Var(&o.model.Lambda, "lambda", 0, "weight of a day to that of the next; 0: the default")
	flag.IntVar(&o.model.Days, "profile", 0, "days of the profile; 0: the default")
	flag.DurationVar(&o.model.Tau, "tau", 0, "how fast the last difference fades; 0: the default")
	flag.DurationVar(&o.model.Recent, "recent", 0, "what the last difference is the mean of; 0: the default")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "forecasts:", err)
		os.Exit(1)
	}
}

// moment sets t from a text.
func moment(t *time.Time) func(string) error {
	return func(s string) (err error) {
		*t, err = parseTime(s)
		return err
	}
}

func run(w io.Writer, o options) error {
	if len(o.files) == 0 {
		return errors.New("no file: say -file FILE")
	}
	if o.days < 1 || o.days > 7 {
		return fmt.Errorf("%d days ahead: want 1 to 7", o.days)
	}
	o.model.Step = time.Hour
	for _, name := range o.files {
		if err := evaluateFile(w, name, o); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func evaluateFile(w io.Writer, name string, o options) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := readSeries(f, o.columns)
	if err != nil {
		return err
	}
	r, err := evaluate(s, o)
	if err != nil {
		return err
	}
	return r.print(w, filepath.Base(name))
}
