package plan

import (
	"fmt"

	"github.com/taktplan/takt/schedule"
)

// finiteOf makes the whole finite schedule of a plan that came by repair: the problem of its material plan as a fresh
// plan has it, and the times of the board. O(n log n); it is made when first asked for.
func finiteOf(p *Plan) *Finite {
	v := p.version
	fl := v.family.floor(v)
	defer v.family.release(fl)
	j := newJointUntil(p.material, v.family.root.until) // a change of the last due date moves no hours on the board
	j.dedicate(p.model.published)
	j.pin(p.model.published)
	var parts []schedule.Assignment
	number := make(map[int32]int32) // of operations on the board
	carry := func(job, from int32) {
		to, row := &j.problem.Jobs[job], &fl.problem.Jobs[from]
		if to.Ops != row.Ops {
			panic(fmt.Sprintf("job %d has %d operations on the board and %d in the plan", job, row.Ops, to.Ops)) // a defect of ours
		}
		for k := range to.Ops {
			number[row.First+k] = to.First + k
			parts = j.carry(parts, fl, row.First+k, to.First+k)
		}
	}
	for part, jobs := range fl.jobs {
		for i, from := range jobs {
			if from >= 0 {
				carry(j.lotJob[j.lotStart[part]+int32(i)], from)
			}
		}
	}
	for r, job := range j.receiptJob {
		if job >= 0 {
			carry(job, fl.jobOfReceipt(int32(r)))
		}
	}
	for d, job := range j.demandJob {
		if job >= 0 {
			carry(job, fl.jobOfDemand(int32(d)))
		}
	}
	s := schedule.NewSchedule(j.problem, parts)
	for _, b := range fl.board.Broken() {
		if op, ok := number[b.Op]; ok {
			b.Op = op
			s.Broken = append(s.Broken, b)
		}
	}
	f, err := finishFinite(j, s)
	for err != nil && j.breakCircle(err) {
		f, err = finishFinite(j, s)
	}
	if err != nil {
		panic(err) // the problem of a plan that was repaired is sound
	}
	j.taken = nil
	return f
}

// carry adds the parts of an operation as they stand on the board, by the numbers of the plan's own problem.
func (j *joint) carry(parts []schedule.Assignment, fl *floor, from, to int32) []schedule.Assignment {
	was, is := &fl.problem.Ops[from], &j.problem.Ops[to]
	for _, a := range fl.board.Placed(from) {
		a.Op = to
		if a.Mode >= 0 {
			a.Mode = j.modeLike(is, &fl.problem.Modes[a.Mode], a.Mode-was.Modes)
		}
		parts = append(parts, a)
	}
	return parts
}

// modeLike is the mode of an operation with the work centre and preference of another's, which had a number among its own.
func (j *joint) modeLike(op *schedule.Op, like *schedule.Mode, number int32) int32 {
	if number >= 0 && number < op.NumModes {
		if m := &j.problem.Modes[op.Modes+number]; m.Centre == like.Centre && m.Preference == like.Preference {
			return op.Modes + number
		}
	}
	for m := op.Modes; m < op.Modes+op.NumModes; m++ {
		if j.problem.Modes[m].Centre == like.Centre {
			return m
		}
	}
	return op.Modes
}
