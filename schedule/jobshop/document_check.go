package jobshop

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Check verifies that the operations are a schedule of the instance, as Check does, and that value and
// makespan are what the document says; the value only if the document names this objective. What a text left
// out is not held against it. Errors are *FaultError, with line and column if the document was
// read from a text; an invalid instance is an *InvalidError.
func (d *Document) Check(p *Instance, objective Objective) (value int64, err error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	s, err := d.solution(p)
	if err != nil {
		return 0, err
	}
	if value, err = Check(p, s, objective); err != nil {
		return 0, d.place(err)
	}
	if at, said := d.said("makespan"); said && d.Makespan != s.Makespan {
		return 0, d.at(at, fault(-1, -1, "the makespan is %d, not %d", s.Makespan, d.Makespan))
	}
	if at, said := d.said("value"); said && d.Objective == Objectives[objective] && d.Value != value {
		return 0, d.at(at, fault(-1, -1, "%s is %d, not %d", d.Objective, value, d.Value))
	}
	return value, nil
}

// solution is the operations as Check reads them: by machine in the order of their starts.
func (d *Document) solution(p *Instance) (*Solution, error) {
	s := &Solution{Starts: make([][]int64, len(p.Jobs)), Machines: make([][]Place, p.Machines())}
	seen := make([][]bool, len(p.Jobs))
	for j, steps := range p.Jobs {
		s.Starts[j], seen[j] = make([]int64, len(steps)), make([]bool, len(steps))
	}
	lists := make([][]Operation, len(s.Machines))
	for i, o := range d.Operations {
		if f := d.complete(p, i, &o, len(lists)); f != nil {
			return nil, d.at(d.operation(i), f)
		}
		if seen[o.Job][o.Step] {
			return nil, d.at(d.operation(i), fault(o.Job, o.Step, "is there twice; a solution has every step once"))
		}
		seen[o.Job][o.Step] = true
		s.Starts[o.Job][o.Step] = o.Start
		s.Makespan = max(s.Makespan, o.End)
		lists[o.Machine] = append(lists[o.Machine], o)
	}
	for j, steps := range seen {
		if k := slices.Index(steps, false); k >= 0 {
			return nil, d.at(d.last(), fault(j, k, "is missing; a solution has every step once"))
		}
	}
	for m, list := range lists {
		slices.SortFunc(list, func(a, b Operation) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Job, b.Job), cmp.Compare(a.Step, b.Step))
		})
		for _, o := range list {
			s.Machines[m] = append(s.Machines[m], Place{int32(o.Job), int32(o.Step)})
		}
	}
	return s, nil
}

// complete fills in what a text left out of an operation, and says what does not fit the instance.
func (d *Document) complete(p *Instance, i int, o *Operation, machines int) *FaultError {
	if o.Job < 0 || o.Job >= len(p.Jobs) {
		return fault(-1, -1, "there is no job %d; the instance has jobs 0 to %d", o.Job, len(p.Jobs)-1)
	}
	steps := p.Jobs[o.Job]
	if o.Step < 0 || o.Step >= len(steps) {
		return fault(o.Job, -1, "there is no step %d; the job has steps 0 to %d", o.Step, len(steps)-1)
	}
	step := steps[o.Step]
	machine, end := true, true
	if d.source != nil {
		machine, end = d.source.operations[i].machine, d.source.operations[i].end
	}
	if !machine {
		if len(step) > 1 {
			return fault(o.Job, o.Step, "has no machine; give it, as %s can do it", step.names())
		}
		o.Machine = int64(step[0].Machine)
	}
	if o.Machine < 0 || o.Machine >= int64(machines) {
		return fault(o.Job, o.Step, "there is no machine %d; the instance has machines 0 to %d", o.Machine, machines-1)
	}
	time, able := step.on(int32(o.Machine))
	if !able {
		return fault(o.Job, o.Step, "machine %d cannot do it; %s can", o.Machine, step.names())
	}
	if o.Start < 0 || o.Start > limit {
		return fault(o.Job, o.Step, "starts at %d; starts are from 0 to 2⁵⁰", o.Start)
	}
	if !end {
		o.End = o.Start + time
	}
	if o.End != o.Start+time {
		return fault(o.Job, o.Step, "starts at %d, takes %d on machine %d and ends at %d, not at %d", o.Start, time, o.Machine, o.Start+time, o.End)
	}
	return nil
}

// names are the machines that can do a step, a few of them if they are many.
func (s Step) names() string {
	const most = 8
	if len(s) == 1 {
		return fmt.Sprintf("machine %d", s[0].Machine)
	}
	var names []string
	for _, m := range s[:min(len(s), most)] {
		names = append(names, fmt.Sprint(m.Machine))
	}
	if len(s) > most {
		return "machines " + strings.Join(names, ", ") + " and others"
	}
	return "machines " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// place adds to a fault of Check where its step is in the text.
func (d *Document) place(err error) error {
	f, ok := errors.AsType[*FaultError](err)
	if !ok || f.Step < 0 {
		return err
	}
	i := slices.IndexFunc(d.Operations, func(o Operation) bool { return o.Job == f.Job && o.Step == f.Step })
	if i < 0 {
		return err
	}
	return d.at(d.operation(i), f)
}
