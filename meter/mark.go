package meter

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"time"
)

// MarkLabel is the key of the goroutine label by which [CPUSamples] knows whom a
// sample belongs to. Its value is the name of the account, its own labels, and
// what makes it unlike any other: a CPU profile of the program has it, too.
const MarkLabel = "scimeter.account"

// mark makes what marks a goroutine that works for a. l.mu is held, or nobody
// has l yet.
func (l *Ledger) mark(a *Account) {
	value := a.name
	for _, label := range a.labels {
		value += " " + label.Key + "=" + label.Value
	}
	value += fmt.Sprintf(" #%s.%d", l.tag, len(l.list))
	a.marks = pprof.Labels(MarkLabel, value)
	a.mark = pprof.WithLabels(context.Background(), a.marks)
	l.byMark[value] = a
}

// BeginContext is [Account.Begin] for work that has a context. By [CPUSamples]
// the labels that ctx has (see [runtime/pprof.WithLabels]) stay, beside that of
// the account, and are put back when the region ends; so is the mark of a region
// around it. The context that it returns has them all: hand it on, so that what
// is labelled further down stays marked. Labels that the goroutine has and ctx
// does not are lost, since nobody can read them.
//
// By other attributions the context is ctx.
func (a *Account) BeginContext(ctx context.Context) (context.Context, Region) {
	if a == nil || a.mark == nil {
		return ctx, a.Begin()
	}
	r := Region{back: ctx}
	ctx = a.marked(ctx)
	pprof.SetGoroutineLabels(ctx)
	return ctx, r
}

// marked returns ctx with the mark of a.
func (a *Account) marked(ctx context.Context) context.Context {
	labelled := false
	pprof.ForLabels(ctx, func(_, _ string) bool {
		labelled = true
		return false
	})
	if labelled {
		return pprof.WithLabels(ctx, a.marks)
	}
	return &markedContext{ctx, a.mark}
}

// A markedContext is a context without labels, and with a mark that was made
// before: that is one allocation in place of several.
type markedContext struct {
	context.Context
	mark context.Context
}

func (c *markedContext) Value(key any) any {
	if v := c.mark.Value(key); v != nil {
		return v
	}
	return c.Context.Value(key)
}

// Do runs f for the account, on a thread that meanwhile runs nothing else, and
// returns how much CPU time that took, by the clock of the thread: exact, but
// without what other goroutines did that f started, and 0 where no clock tells,
// off Linux. It is for work that computes: whoever waits on such a thread costs
// switches of threads, microseconds each.
//
// By [CPUSamples] it is [Account.BeginContext]: f is found in the samples as all
// else is, once, with what it starts. By [InFlight] it is a region. By [Weights]
// the account is charged the CPU time in seconds: have no other weights in such a
// ledger. That of a nil Account runs f all the same.
func (a *Account) Do(ctx context.Context, f func(context.Context)) (cpu time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, r := a.BeginContext(ctx)
	before := threadTime()
	defer func() {
		cpu = threadTime() - before
		r.End()
		if a != nil && a.ledger != nil && a.ledger.how == Weights {
			a.Charge(cpu.Seconds())
		}
	}()
	f(ctx)
	return cpu
}
