package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/scimeter/scimeter/estimate"
)

func report(w io.Writer, machines []computer) error {
	b := bufio.NewWriter(w)
	fullLoad(b, machines)
	fmt.Fprint(b, "\n**TDP is all that is known.** MAPE by machine; the other columns are means over the machines.\n\n")
	errorsTable(b, machines, fromTDP, "TDP", func(c computer) float64 { return c.tdp })
	fmt.Fprint(b, "\n**The power at full load is known too**, of the spread load: what is left is the shape.\n\n")
	errorsTable(b, machines, fromMax, "full", func(c computer) float64 { return c.full(true) })
	coverage(b, machines)
	rowSpread(b)
	return b.Flush()
}

func fullLoad(w io.Writer, machines []computer) {
	fmt.Fprint(w, "| machine | points | TDP, W | P(100 %)/TDP, spread | pinned |\n| --- | --- | --- | --- | --- |\n")
	var spread, both float64
	for _, c := range machines {
		s, p := c.full(true)/c.tdp, c.full(false)/c.tdp
		spread += s / float64(len(machines))
		both += (s + p) / float64(2*len(machines))
		fmt.Fprintf(w, "| %s | %d | %.0f | %.2f | %.2f |\n", c.cpu, len(c.points), c.tdp, s, p)
	}
	fmt.Fprintf(w, "\nMean P(100 %%)/TDP: %.2f spread, %.2f over both kinds of load.\n", spread, both)
}

// errorsTable prints how far models are off; scale is what they know.
func errorsTable(w io.Writer, machines []computer, models []model, per string, scale func(computer) float64) {
	fmt.Fprint(w, "| model |")
	for _, c := range machines {
		fmt.Fprintf(w, " %s |", short(c.cpu))
	}
	fmt.Fprintf(w, " mean MAPE | mean abs. error / %s | bias / %s | rms ln(model/measured) |\n|", per, per)
	for range len(machines) + 5 {
		fmt.Fprint(w, " --- |")
	}
	fmt.Fprintln(w)
	for _, m := range models {
		var mean sums // of the machines, each of which counts alike
		fmt.Fprintf(w, "| %s |", m.name)
		for _, c := range machines {
			var s sums
			for _, p := range c.points {
				s.add(m.power(scale(c), p.load), p.watts, scale(c))
			}
			s = s.mean()
			fmt.Fprintf(w, " %.0f %% |", 100*s.relative)
			mean.plus(s)
		}
		mean = mean.mean()
		fmt.Fprintf(w, " %.0f %% | %.3f | %+.2f | %.2f |\n",
			100*mean.relative, mean.absolute, mean.signed, math.Sqrt(mean.logs))
	}
}

// short returns the words of a CPU model that tell it from others.
func short(cpu string) string {
	for _, name := range [...]string{"EPYC 8024P", "1950X", "E3-1240 V2", "E5-2620 v3"} {
		if strings.Contains(cpu, name) {
			return name
		}
	}
	return cpu
}

type sums struct{ n, relative, absolute, signed, logs float64 }

func (s *sums) add(model, measured, scale float64) {
	diff := model - measured
	s.n++
	s.relative += math.Abs(diff) / measured
	s.absolute += math.Abs(diff) / scale
	s.signed += diff / scale
	s.logs += math.Pow(math.Log(model/measured), 2)
}

func (s *sums) plus(o sums) {
	s.n++
	s.relative += o.relative
	s.absolute += o.absolute
	s.signed += o.signed
	s.logs += o.logs
}

func (s sums) mean() sums {
	return sums{0, s.relative / s.n, s.absolute / s.n, s.signed / s.n, s.logs / s.n}
}

// rowSpread holds the default of a processor that is not known against the
// rows of those that are.
func rowSpread(w io.Writer) {
	fmt.Fprint(w, "\n**A processor that is not known**: the default against each row of the table, W per CPU at the wall.\n\n")
	fmt.Fprint(w, "| row | idle | full | ln(row/default) idle | at 50 % | full |\n| --- | --- | --- | --- | --- | --- |\n")
	rows := estimate.Rows()
	var base estimate.Row
	for _, r := range rows {
		if r.Name == "average-aws" {
			base = r
		}
	}
	var sum [3]float64
	n := 0.0
	for _, r := range rows {
		if len(r.Name) > 8 && r.Name[:8] == "average-" {
			continue
		}
		n++
		fmt.Fprintf(w, "| %s | %.2f | %.2f |", r.Name, float64(r.Idle), float64(r.Max))
		for i, u := range [...]float64{0, 0.5, 1} {
			d := math.Log(power(r.Model(1).Curve, u) / power(base.Model(1).Curve, u))
			sum[i] += d * d
			fmt.Fprintf(w, " %+.2f |", d)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "| as 1σ, relative | | |")
	for _, s := range sum {
		fmt.Fprintf(w, " %.2f |", sigmaOf(math.Sqrt(s/n)))
	}
	fmt.Fprintf(w, "\n\nThe default is printed with 1σ = %.2f, which is ×/÷ %.2f.\n", estimate.DefaultSigma, interval(estimate.DefaultSigma))
}
