// Command schedule uses the scheduler alone: three jobs on two work centres, no tables and no
// material plan. It prints when each operation runs, and why the last job is late.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// monday is when the week begins, at six.
var monday = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC).Unix()

func run(ctx context.Context, w io.Writer) error {
	const hour, day = int64(3600), int64(24 * 3600)
	var shifts []capacity.Span // Monday to Friday, 06:00 to 14:00
	for d := range int64(5) {
		shifts = append(shifts, capacity.Span{From: monday + d*day, To: monday + d*day + 8*hour})
	}
	week := capacity.NewHours("early shift", capacity.Span{From: monday, To: monday + 7*day}, shifts)

	p := &schedule.Problem{Start: monday,
		Centres:  []schedule.Centre{{ID: "SAW", Machines: 1}, {ID: "WELD", Machines: 1, First: 1}},
		Machines: []schedule.Machine{{Centre: 0, Hours: week}, {Centre: 1, Hours: week}},
	}
	for i, due := range []int64{day, 2 * day, 2 * day} {
		saw := int32(len(p.Ops))
		p.Jobs = append(p.Jobs, schedule.Job{ID: fmt.Sprintf("J%d", i+1), Due: monday + due, Weight: 1000, First: saw, Ops: 2})
		for centre, run := range []time.Duration{3 * time.Hour, 6 * time.Hour} {
			p.Ops = append(p.Ops, schedule.Op{Job: int32(i), Number: int32(10 * (centre + 1)), Quantity: bom.Units(1),
				Modes: int32(len(p.Modes)), NumModes: 1, Interruptible: true})
			p.Modes = append(p.Modes, schedule.Mode{Centre: int32(centre), Preference: 1, Run: run})
		}
		p.Arcs = append(p.Arcs, schedule.Arc{From: saw, To: saw + 1})
	}

	s, err := schedule.Build(ctx, p, schedule.Options{})
	if err != nil {
		return err
	}
	if bad := schedule.Verify(p, s); len(bad) > 0 {
		return fmt.Errorf("the schedule breaks %v", bad)
	}
	clock := func(t int64) string { return time.Unix(t, 0).UTC().Format("Mon 15:04") }
	for j := range p.Jobs {
		for op := p.Jobs[j].First; op < p.Jobs[j].First+p.Jobs[j].Ops; op++ {
			centre := p.Centres[p.Machines[s.Of(op)[0].Machine].Centre].ID
			fmt.Fprintf(w, "%s %-4s %s to %s\n", p.Jobs[j].ID, centre, clock(s.Start(op)), clock(s.End(op)))
		}
	}
	why := schedule.NewWhy(s)
	for _, link := range why.Chain(p.Jobs[2].First + 1) {
		if link.Kind == schedule.WaitMachine {
			fmt.Fprintf(w, "J3 waits from %s to %s behind %s\n", clock(link.From), clock(link.Until), p.Jobs[p.Ops[link.Other].Job].ID)
		}
	}
	return nil
}
