package schedule

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// Each case makes one mistake in a good problem, and names where it is found.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		where  string
		index  int
		field  string
		damage func(p *Problem)
	}{
		{"Problem", 0, "Start", func(p *Problem) { p.Start = capacity.Never }},
		{"Problem", 0, "Ops", func(p *Problem) { p.Ops = append(p.Ops, Op{Job: 0}) }},
		{"Centres", 0, "Kind", func(p *Problem) { p.Centres[0].Kind = 7 }},
		{"Centres", 0, "Matrix", func(p *Problem) { p.Centres[0].Matrix = 2 }},
		{"Centres", 1, "Capacity", func(p *Problem) { p.Centres[1].Capacity = -1 }},
		{"Centres", 2, "Machines", func(p *Problem) { p.Centres[2].Machines = 0 }},
		{"Centres", 2, "Machines", func(p *Problem) { p.Centres[2].Machines = 2 }},
		{"Centres", 2, "First", func(p *Problem) { p.Centres[2].First = -1 }},
		{"Centres", 1, "First", func(p *Problem) { p.Centres[1].First = 1 }},
		{"Machines", 0, "Centre", func(p *Problem) { p.Machines[0].Centre = 3 }},
		{"Machines", 1, "Centre", func(p *Problem) { p.Machines[1].Centre = 1 }},
		{"Machines", 0, "Family", func(p *Problem) { p.Machines[0].Family = AnyFamily }},
		{"Pools", 0, "Units", func(p *Problem) { p.Pools[0].Units = 0 }},
		{"Pools", 0, "Absent", func(p *Problem) { p.Pools[0].Absent[0].To = 0 }},
		{"Pools", 0, "Absent.Units", func(p *Problem) { p.Pools[0].Absent[0].Units = -1 }},
		{"Matrices", 0, "To", func(p *Problem) { p.Matrices[0][Changeover{0, 4}] = Setup{} }},
		{"Matrices", 0, "From", func(p *Problem) { p.Matrices[0][Changeover{-2, 1}] = Setup{} }},
		{"Matrices", 0, "Time", func(p *Problem) { p.Matrices[0][Changeover{0, 1}] = Setup{Time: -1} }},
		{"Jobs", 1, "Ops", func(p *Problem) { p.Jobs[1].Ops = 0 }},
		{"Jobs", 1, "First", func(p *Problem) { p.Jobs[1].First++ }},
		{"Jobs", 0, "Weight", func(p *Problem) { p.Jobs[0].Weight = -1 }},
		{"Jobs", 0, "Buffer", func(p *Problem) { p.Jobs[0].Buffer = -1 }},
		{"Ops", 0, "Job", func(p *Problem) { p.Ops[0].Job = -1 }},
		{"Ops", 0, "Job", func(p *Problem) { p.Ops[0].Job = 1 }},
		{"Ops", 0, "Quantity", func(p *Problem) { p.Ops[0].Quantity = 0 }},
		{"Ops", 3, "Quantity", func(p *Problem) { p.Ops[3].Quantity = -1 }},
		{"Ops", 4, "Quantity", func(p *Problem) { p.Ops[4].Quantity = 1 << 62 }},
		{"Ops", 0, "Family", func(p *Problem) { p.Ops[0].Family = 4 }},
		{"Ops", 0, "SplitMax", func(p *Problem) { p.Ops[0].SplitMax = -1 }},
		{"Ops", 0, "Load", func(p *Problem) { p.Ops[0].Load = -1 }},
		{"Ops", 0, "Modes", func(p *Problem) { p.Ops[0].Modes = 99 }},
		{"Ops", 1, "Modes", func(p *Problem) { p.Ops[1].Modes = p.Ops[0].Modes }},
		{"Ops", 0, "NumModes", func(p *Problem) { p.Ops[0].NumModes = 99 }},
		{"Ops", 0, "NumModes", func(p *Problem) { p.Ops[0].NumModes = -1 }},
		{"Modes", 0, "Centre", func(p *Problem) { p.Modes[0].Centre = 3 }},
		{"Modes", 0, "Setup", func(p *Problem) { p.Modes[0].Setup = -time.Second }},
		{"Modes", 0, "Run", func(p *Problem) { p.Modes[0].Run = -1 }},
		{"Modes", 0, "Fixed", func(p *Problem) { p.Modes[0].Fixed = -1 }},
		{"Modes", 0, "Efficiency", func(p *Problem) { p.Modes[0].Efficiency = -1 }},
		{"Modes", 0, "Tool", func(p *Problem) { p.Modes[0].Tool = 3 }},
		{"Modes", 0, "ToolUnits", func(p *Problem) { p.Modes[0].ToolUnits = 2 }},
		{"Modes", 0, "OperatorUnits", func(p *Problem) { p.Modes[0].OperatorUnits = -1 }},
		{"Modes", 2, "LeadDays", func(p *Problem) { p.Modes[2].LeadDays = -1 }},
		{"Arcs", 0, "From", func(p *Problem) { p.Arcs[0].From = -1 }},
		{"Arcs", 0, "To", func(p *Problem) { p.Arcs[0].To = 99 }},
		{"Arcs", 0, "Min", func(p *Problem) { p.Arcs[0].Min = -1 }},
		{"Arcs", 0, "Transfer", func(p *Problem) { p.Arcs[0].Transfer = -1 }},
		{"Arcs", 4, "HasMax", func(p *Problem) { p.Arcs[4].HasMax = true }},
		{"Pins", 0, "Op", func(p *Problem) { p.Pins[0].Op = 99 }},
		{"Pins", 0, "Machine", func(p *Problem) { p.Pins[0].Machine = 4 }},
		{"Pins", 0, "Mode", func(p *Problem) { p.Pins[0].Mode = -1 }},
		{"Pins", 0, "End", func(p *Problem) { p.Pins[0].End = 0 }},
		{"Pins", 0, "Start", func(p *Problem) { p.Pins[0].Start = -capacity.Never }},
	} {
		p, _ := shop()
		c.damage(p)
		var errs *bom.Errors
		if !errors.As(p.Check(), &errs) {
			t.Errorf("%s[%d].%s: %v", c.where, c.index, c.field, p.Check())
			continue
		}
		if !slices.ContainsFunc(errs.List, func(err error) bool {
			var e *ProblemError
			return errors.As(err, &e) && e.Where == c.where && e.Index == c.index && e.Field == c.field && strings.Contains(e.Error(), ": ")
		}) {
			t.Errorf("%s[%d].%s: %v", c.where, c.index, c.field, errs)
		}
	}
}

// A cycle comes with its path, whatever hangs on it.
func TestCheckCycle(t *testing.T) {
	p, _ := shop()
	p.Arcs = append(p.Arcs, Arc{From: 3, To: 14}, Arc{From: 3, To: 1}, Arc{From: 14, To: 12})
	var cycle *CycleError
	if !errors.As(p.Check(), &cycle) || !slices.Equal(cycle.Ops, []int32{1, 2, 3}) && !slices.Equal(cycle.Ops, []int32{2, 3, 1}) && !slices.Equal(cycle.Ops, []int32{3, 1, 2}) {
		t.Fatalf("%v", p.Check())
	}
	if !strings.HasPrefix(cycle.Error(), "cycle of operations: ") || !strings.Contains(cycle.Error(), "-> 2 -> 3") && !strings.Contains(cycle.Error(), "2 -> 3") {
		t.Error(cycle)
	}
	p, _ = shop()
	p.Arcs = append(p.Arcs, Arc{From: 5, To: 5})
	if !errors.As(p.Check(), &cycle) || !slices.Equal(cycle.Ops, []int32{5}) {
		t.Fatalf("%v", p.Check())
	}
}

// Many errors are counted, not kept, and come in the same order every time.
func TestCheckCounts(t *testing.T) {
	text := ""
	for range 5 {
		p := &Problem{Ops: make([]Op, 300), Jobs: []Job{{Ops: 300}}, Matrices: []Matrix{{{-5, 0}: {}, {-4, 0}: {}, {0, -5}: {}}}}
		for i := range p.Ops {
			p.Ops[i].Load = -1
		}
		var errs *bom.Errors
		if !errors.As(p.Check(), &errs) || len(errs.List) != bom.MaxErrors || errs.More != 203 {
			t.Fatalf("%v", errs)
		}
		if text != "" && text != errs.Error() {
			t.Error("another order of errors")
		}
		text = errs.Error()
	}
}

func TestCheckNothing(t *testing.T) {
	if err := new(Problem).Check(); err != nil {
		t.Error(err)
	}
}
