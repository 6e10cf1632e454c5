package schedule

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// snapshot is what stands on a board, as a problem and a schedule of their own.
func snapshot(b *Board) (*Problem, *Schedule) {
	from := b.Problem()
	p := *from
	p.Jobs, p.Ops, p.Arcs, p.Pins = nil, nil, nil, nil
	number := make([]int32, len(from.Ops))
	var parts []Assignment
	for _, job := range from.Jobs {
		first := job.First
		if b.dead[first] {
			continue
		}
		job.First = int32(len(p.Ops))
		for op := first; op < first+job.Ops; op++ {
			number[op] = int32(len(p.Ops))
			o := from.Ops[op]
			o.Job = int32(len(p.Jobs))
			p.Ops = append(p.Ops, o)
			for _, a := range b.Placed(op) {
				a.Op = number[op]
				parts = append(parts, a)
			}
		}
		p.Jobs = append(p.Jobs, job)
	}
	for op := range from.Ops {
		if b.dead[op] {
			continue
		}
		for _, i := range b.in.of(int32(op)) {
			a := from.Arcs[i]
			a.From, a.To = number[a.From], number[a.To]
			p.Arcs = append(p.Arcs, a)
		}
	}
	for _, a := range from.Pins {
		if !b.dead[a.Op] {
			a.Op = number[a.Op]
			p.Pins = append(p.Pins, a)
		}
	}
	return &p, NewSchedule(&p, parts)
}

// again adds a copy of a job: with its modes and the arcs that it has.
func again(b *Board, job int32) {
	p := b.Problem()
	j := p.Jobs[job]
	first := j.First
	j.First = int32(len(p.Ops))
	moved := func(op int32) int32 {
		if op >= first && op < first+j.Ops {
			return op - first + j.First
		}
		return op
	}
	for op := first; op < first+j.Ops; op++ {
		o := p.Ops[op]
		o.Job = int32(len(p.Jobs))
		modes := p.Modes[o.Modes : o.Modes+o.NumModes]
		o.Modes = int32(len(p.Modes))
		p.Modes = append(p.Modes, slices.Clone(modes)...)
		p.Ops = append(p.Ops, o)
	}
	p.Jobs = append(p.Jobs, j)
	seen := map[int32]bool{}
	for op := first; op < first+j.Ops; op++ {
		for _, i := range append(slices.Clone(b.in.of(op)), b.out.of(op)...) {
			if a := p.Arcs[i]; !seen[i] {
				seen[i] = true
				a.From, a.To = moved(a.From), moved(a.To)
				p.Arcs = append(p.Arcs, a)
			}
		}
	}
}

func checkBoard(t *testing.T, seed uint64, b *Board, what string) {
	t.Helper()
	p, s := snapshot(b)
	if err := p.Check(); err != nil {
		t.Fatalf("seed %d, %s: %v", seed, what, err)
	}
	noted := map[ViolationKind]bool{}
	for _, v := range b.Broken() {
		noted[v.Kind] = true
	}
	for _, v := range Verify(p, s) {
		if !v.Given && !noted[v.Kind] {
			t.Fatalf("seed %d, %s: %+v\n%+v", seed, what, v, s.Of(v.Op))
		}
	}
}

// same compares where all operations of two boards are.
func samePlacings(a []placing, b *Board) bool {
	if len(a) != len(b.p.Ops) {
		return false
	}
	for op := range a {
		now := b.placingOf(int32(op))
		if now.setup != a[op].setup || !slices.Equal(now.parts, a[op].parts) {
			return false
		}
	}
	return true
}

func placings(b *Board) []placing {
	out := make([]placing, len(b.p.Ops))
	for op := range out {
		out[op] = b.placingOf(int32(op))
	}
	return out
}

// Jobs leave the board and come back as new ones: whatever the repair does, the schedule keeps its
// constraints; undone, all is where it was, and made again on another board it is the same.
func TestBoardRepairsUndoesAndMakesAgain(t *testing.T) {
	unsettled, runs := 0, 0
	for seed := range uint64(300) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 3)), 8+int(seed%40))
		rng := rand.New(rand.NewPCG(seed, 7))
		s, err := Build(context.Background(), p, Options{Direction: Direction(seed % 2)})
		if err != nil || len(p.Jobs) < 3 {
			continue
		}
		b, other := NewBoard(s), NewBoard(s)
		checkBoard(t, seed, b, "as built")
		for range 4 {
			before := placings(b)
			b.Begin()
			job := rng.Int32N(int32(len(b.p.Jobs)))
			if b.dead[b.p.Jobs[job].First] {
				b.Commit()
				continue
			}
			again(b, job)
			b.RemoveJob(job)
			o := RepairOptions{Displace: rng.IntN(3) > 0, KeepSequence: rng.IntN(4) == 0, Late: seed%2 == 1}
			if rng.IntN(2) == 0 {
				o.Urgent = []int32{int32(len(b.p.Jobs) - 1)}
			}
			err := b.Repair(context.Background(), o)
			step := b.Commit()
			runs++
			if err != nil {
				unsettled++
				b.Undo(step)
				if !samePlacings(before, b) {
					t.Fatalf("seed %d: undone after %v, something is elsewhere", seed, err)
				}
				checkBoard(t, seed, b, "undone")
				continue
			}
			checkBoard(t, seed, b, "repaired")
			after := placings(b)
			b.Undo(step)
			if !samePlacings(before, b) {
				t.Fatalf("seed %d: undone, something is elsewhere", seed)
			}
			checkBoard(t, seed, b, "undone")
			b.Redo(step)
			other.Redo(step)
			if !samePlacings(after, b) || !samePlacings(after, other) {
				t.Fatalf("seed %d: made again, something is elsewhere", seed)
			}
			checkBoard(t, seed, other, "made again")
		}
	}
	t.Logf("%d repairs, %d unsettled", runs, unsettled)
}
