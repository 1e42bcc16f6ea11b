package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// print writes the tables.
func (r *result) print(w io.Writer, name string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**, %d origins from %s to %s, by the hour.\n\n", name, r.origins,
		r.first.Format(time.DateOnly), r.last.Format(time.DateOnly))
	b.WriteString("| day ahead | persistence | same hour yesterday | EWProfile | better than the same hour by | MAE / mean |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- |\n")
	for i := range r.days {
		d := &r.days[i]
		fmt.Fprintf(&b, "| %d | %.2f %% | %.2f %% | %.2f %% | %s | %.2f %% |\n", i+1, d.persistence.mape(),
			d.yesterday.mape(), d.model.mape(), d.better(), d.model.relative())
	}
	b.WriteString("\n| day ahead | in the 90 % band | its width / mean | in the 95 % band | its width / mean | in 95 % of Sigma |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- |\n")
	for i := range r.days {
		d := &r.days[i]
		fmt.Fprintf(&b, "| %d | %.1f %% | %.2f | %.1f %% | %.2f | %.1f %% |\n", i+1, 100*d.held[0]/d.model.n,
			d.width[0]/d.model.was, 100*d.held[1]/d.model.n, d.width[1]/d.model.was, 100*d.stated/d.model.n)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// better returns by how much the model is better than the same hour of the day
// before; where that is always right there is nothing to compare.
func (d *dayResult) better() string {
	if d.yesterday.percent == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*(1-d.model.mape()/d.yesterday.mape()))
}
