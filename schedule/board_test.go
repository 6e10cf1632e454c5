package schedule

import (
	"context"
	"errors"
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
	type fault struct {
		kind ViolationKind
		op   int32
	}
	number := map[int32]int32{} // of the operations that are not dead
	for op := range b.dead {
		if !b.dead[op] {
			number[int32(op)] = int32(len(number))
		}
	}
	noted := map[fault]bool{}
	for _, v := range b.Broken() {
		noted[fault{v.Kind, number[v.Op]}] = true
	}
	for _, v := range Verify(p, s) {
		if !v.Given && !noted[fault{v.Kind, v.Op}] {
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

// randomOptions are one of the strategies that a plan has.
func randomOptions(rng *rand.Rand, b *Board) RepairOptions {
	o := RepairOptions{Displace: rng.IntN(3) > 0, KeepSequence: rng.IntN(4) == 0, Late: rng.IntN(2) == 0}
	if rng.IntN(4) == 0 {
		o.Until = randomStart + rng.Int64N(20*oneDay)
	}
	if rng.IntN(4) == 0 {
		o.Hold = randomStart + rng.Int64N(3*oneDay)
	}
	if rng.IntN(4) == 0 {
		o.Most = 1 + rng.IntN(5)
	}
	last := []int32{int32(len(b.p.Jobs) - 1)}
	if rng.IntN(2) == 0 {
		o.Urgent = last
	}
	if rng.IntN(2) == 0 {
		o.Subjects = last
	}
	return o
}

// alive is a job from before the change that was not removed, -1 if one that was is met.
func alive(rng *rand.Rand, b *Board) int32 {
	job := rng.Int32N(int32(b.change.nJobs))
	if b.dead[b.p.Jobs[job].First] {
		return -1
	}
	return job
}

// disturb makes one to four changes: jobs come, go, or are replaced; releases move; links go; machines get other hours.
func disturb(rng *rand.Rand, b *Board) {
	for range 1 + rng.IntN(4) {
		job := alive(rng, b)
		if job < 0 {
			continue
		}
		row := b.p.Jobs[job]
		op := row.First + rng.Int32N(row.Ops)
		switch rng.IntN(6) {
		case 0:
			b.RemoveJob(job)
		case 1:
			b.SetRelease(op, randomStart+rng.Int64N(12*oneDay), 0)
		case 2:
			for _, arc := range b.in.of(op) {
				if a := b.p.Arcs[arc]; a.Material {
					b.Unlink(a.From, a.To, ceilSeconds(int64(a.Min)))
					break
				}
			}
		case 3:
			again(b, job)
		default:
			again(b, job)
			b.RemoveJob(job)
		}
	}
}

// repaired makes one random change; nil if the board could not be repaired, which is then as it was.
func repaired(t *testing.T, seed uint64, rng *rand.Rand, b *Board) *Step {
	t.Helper()
	before := placings(b)
	b.Begin()
	disturb(rng, b)
	err := b.Repair(context.Background(), randomOptions(rng, b))
	step := b.Commit()
	if err == nil {
		checkBoard(t, seed, b, "repaired")
		return step
	}
	b.Undo(step)
	if !samePlacings(before, b) {
		t.Fatalf("seed %d: undone after %v, something is elsewhere", seed, err)
	}
	checkBoard(t, seed, b, "undone")
	return nil
}

// randomBoards are a board of a random problem, twice.
func randomBoards(t *testing.T, seed uint64) (a, b *Board) {
	t.Helper()
	p := randomProblem(rand.New(rand.NewPCG(seed, 3)), 8+int(seed%40))
	s, err := Build(context.Background(), p, Options{Direction: Direction(seed % 2)})
	if err != nil || len(p.Jobs) < 3 {
		return nil, nil
	}
	return NewBoard(s), NewBoard(s)
}

// Jobs leave the board, come, and come back as new ones: whatever the repair does, the schedule keeps its
// constraints; undone, all is where it was, and made again on another board it is the same. Few repairs fail.
func TestBoardRepairsUndoesAndMakesAgain(t *testing.T) {
	unsettled, runs := 0, 0
	for seed := range uint64(400) {
		b, other := randomBoards(t, seed)
		if b == nil {
			continue
		}
		checkBoard(t, seed, b, "as built")
		rng := rand.New(rand.NewPCG(seed, 7))
		for range 4 {
			before := placings(b)
			runs++
			step := repaired(t, seed, rng, b)
			if step == nil {
				unsettled++
				continue
			}
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
	const most = 10 // of a hundred
	if unsettled*100 > runs*most {
		t.Errorf("%d of %d repairs failed", unsettled, runs)
	}
}

// A board that went through other changes, which were undone, repairs as one that saw nothing but the way to where it stands.
func TestBoardHistoryDoesNotChangeARepair(t *testing.T) {
	runs := 0
	for seed := range uint64(200) {
		b, fresh := randomBoards(t, seed)
		if b == nil {
			continue
		}
		rng := rand.New(rand.NewPCG(seed, 11))
		for range 4 {
			var detour []*Step
			for range 3 {
				if step := repaired(t, seed, rng, b); step != nil {
					detour = append(detour, step)
				}
			}
			for _, step := range slices.Backward(detour) {
				b.Undo(step)
			}
			next := rng.Uint64()
			one := repaired(t, seed, rand.New(rand.NewPCG(next, 1)), b)
			two := repaired(t, seed, rand.New(rand.NewPCG(next, 1)), fresh)
			if (one == nil) != (two == nil) || !samePlacings(placings(b), fresh) || !slices.Equal(b.Broken(), fresh.Broken()) {
				t.Fatalf("seed %d: the board with a history came to another schedule", seed)
			}
			runs++
		}
	}
	t.Logf("%d repairs", runs)
}

// Operations that wait for each other in a circle, which pegs should not make, are told and taken back.
func TestBoardTellsCircles(t *testing.T) {
	b, _ := randomBoards(t, 1)
	before := placings(b)
	b.Begin()
	again(b, 0)
	again(b, 1)
	p := b.Problem()
	n := len(p.Jobs)
	one, two := p.Jobs[n-1], p.Jobs[n-2]
	p.Arcs = append(p.Arcs, Arc{From: one.First + one.Ops - 1, To: two.First, Material: true}, Arc{From: two.First + two.Ops - 1, To: one.First, Material: true})
	err := b.Repair(context.Background(), RepairOptions{Displace: true, Urgent: []int32{int32(n - 1)}})
	if !errors.Is(err, ErrUnsettled) {
		t.Fatalf("a circle: %v", err)
	}
	b.Undo(b.Commit())
	if !samePlacings(before, b) {
		t.Error("undone, something is elsewhere")
	}
}
