package schedule

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// RepairOptions steer how Repair makes a board whole again. The zero value fits what changed into gaps.
type RepairOptions struct {
	// Displace lets what would be late move what has more time out of its way.
	Displace bool
	// KeepSequence moves what gave way later on its machine and keeps the order of what was there, in place of
	// looking for gaps.
	KeepSequence bool
	// Urgent are jobs before which those of lower priority give way, whatever their due dates.
	Urgent []int32
	// Overriding are jobs before which all others give way.
	Overriding []int32
	// Subjects are the jobs that the change is about: how late they are counts before how late others are.
	Subjects []int32
	// Rounds bounds how often a repair is tried again with what came late asked for earlier; 0 is 4, below 0 none.
	Rounds int
	// Improve lets late work move up where room came free: on machines that work more than before or lost a job.
	Improve bool
	// Until is when operations have to begin before which may give way; 0: any.
	Until int64
	// Hold is the end of the frozen zone: what begins before it does not give way.
	Hold int64
	// Most bounds the operations that give way; 0 is 2,000.
	Most int
	// Late places what changed as late as its due dates allow (just in time).
	Late bool
}

// ErrUnsettled says that a repair could not keep what the schedule kept before: it has to be built anew.
var ErrUnsettled = errors.New("the schedule cannot be repaired in place: build it anew")

// defaultMost bounds the operations that give way to one change.
const defaultMost = 2_000

// Repair places what is not placed, and moves what cannot stay where it is: later, if what it waits for comes
// later; earlier, if what waits for it would be late otherwise. Where jobs come late for it, it tries again with those asked
// for earlier, and keeps the best. Errors are ErrUnsettled and the context's; the
// change is then to be undone.
func (b *Board) Repair(ctx context.Context, o RepairOptions) error {
	b.extend()
	if o.Most == 0 {
		o.Most = defaultMost
	}
	if o.Rounds == 0 {
		o.Rounds = 4
	}
	whole := b.log
	defer func() { b.log, b.urgent = whole, nil }()
	t := &trials{Board: b, o: o, whole: whole, press: map[int32]int64{}, soonest: map[int32]soonestTimes{}}
	return t.run(ctx)
}

// markUrgent marks the operations of jobs, and what they wait for.
func (b *Board) markUrgent(jobs []int32) {
	if b.urgent == nil {
		b.urgent = map[int32]bool{}
	}
	var open []int32
	mark := func(op int32) {
		if !b.urgent[op] {
			b.urgent[op] = true
			open = append(open, op)
		}
	}
	for _, j := range jobs {
		job := &b.p.Jobs[j]
		for op := job.First; op < job.First+job.Ops; op++ {
			mark(op)
		}
	}
	for len(open) > 0 {
		op := open[len(open)-1]
		open = open[:len(open)-1]
		for _, e := range b.in.others(op) {
			mark(e.op)
		}
	}
}

func (b *Board) isUrgent(op int32) bool { return b.urgent[op] }

// lowestRank is that of what no demand waits for.
const lowestRank = int32(math.MaxInt32)

func rankOf(j *Job) int32 {
	if j.Rank == 0 {
		return lowestRank
	}
	return j.Rank
}

// rankBelow is the best priority of the jobs that wait for an operation.
func (r *repair) rankBelow(op int32) int32 {
	if rank, ok := r.ranks[op]; ok {
		return rank
	}
	rank := rankOf(&r.p.Jobs[r.p.Ops[op].Job])
	r.ranks[op] = rank // pegs may go in a circle, which the repair finds later
	for _, e := range r.out.others(op) {
		rank = min(rank, r.rankBelow(e.op))
	}
	r.ranks[op] = rank
	return rank
}

// lift takes an operation's whole unit out of the schedule, and what ran behind it if that needs another
// setup now. It reports false, and leaves all as it is, if something of the unit is pinned; even
// then with force.
func (b *Board) lift(op int32, force bool) bool {
	ops := b.units[b.unit[op]]
	if !force && slices.ContainsFunc(ops, func(o int32) bool { return b.at[o].Pin != Free && b.placed[o] }) {
		return false
	}
	if b.chained[ops[0]] {
		b.useHeld(ops, -1)
	}
	for i := len(ops) - 1; i >= 0; i-- {
		o := ops[i]
		if !b.placed[o] {
			continue
		}
		b.take(o)
		if slices.ContainsFunc(b.broken, func(v Violation) bool { return v.Op == o }) {
			b.broken = slices.DeleteFunc(slices.Clone(b.broken), func(v Violation) bool { return v.Op == o })
		}
	}
	return true
}

// lift takes a unit out of the schedule and brings it into the queue.
func (r *repair) lift(op int32) bool {
	ops := r.units[r.unit[op]]
	for _, o := range ops {
		if _, known := r.first[o]; !known && r.placed[o] {
			r.first[o] = r.start[o]
		}
	}
	var gone []Assignment
	if r.changeovers {
		for _, o := range ops {
			if r.placed[o] {
				gone = append(gone, r.placingOf(o).parts...)
			}
		}
	}
	if !r.Board.lift(op, false) {
		return false
	}
	r.moved += len(ops)
	r.push(r.unit[op])
	for i := range gone {
		r.liftBehind(&gone[i])
	}
	return true
}

// liftBehind lifts what ran behind a part that is gone if it needs another setup now.
func (r *repair) liftBehind(a *Assignment) {
	if !r.changeovers || a.Machine < 0 || a.End == a.Start || r.p.Centres[r.p.Machines[a.Machine].Centre].Kind != Exclusive {
		return
	}
	line := &r.lines[a.Machine]
	behind, ahead := line.From(a.Start), line.Back(a.Start)
	next, _ := behind.Next(-capacity.Never)
	if next.After == nil {
		return
	}
	prev, _ := ahead.Prev(-capacity.Never)
	if !r.hasSetup(a.Machine, r.familyBefore(a.Machine, prev.Before), next.After) {
		r.lift(next.After.Ref)
	}
}

// push puts a unit into the queue.
func (r *repair) push(u int32) {
	if r.waiting[u] {
		return
	}
	key := int64(capacity.Never)
	for _, op := range r.units[u] {
		k := r.tight.start[op]
		if r.isUrgent(op) {
			k -= afterDues
		}
		if r.o.KeepSequence && r.first[op] != 0 {
			k = r.first[op]
		}
		key = min(key, k)
	}
	r.waiting[u] = true
	r.q.push(queued{key, u})
}

// tighten finds the latest times of what the change touched, and of what comes before it, the last first. What is
// later than that now, and was not asked to be earlier before, is lifted. Operations that wait for each other in a circle,
// which no pegs should make, are ErrUnsettled.
func (r *repair) tighten(more []int32, lift bool) error {
	w := &boundsWave{repair: r, lift: lift, pending: map[int32]bool{}}
	for j := r.change.nJobs; j < len(r.p.Jobs); j++ { // consumers came before what supplies them
		job := &r.p.Jobs[j]
		for op := job.First + job.Ops - 1; op >= job.First; op-- {
			w.visit(op)
		}
	}
	for _, list := range [...][]int32{r.change.touched, more} {
		for _, op := range list {
			w.push(op)
		}
	}
	const mostVisits = 1_000_000 // no change comes near it, and a circle never ends
	for n := 0; len(w.q) > 0; n++ {
		if n > mostVisits {
			return ErrUnsettled
		}
		op := w.q.pop().unit
		w.pending[op] = false
		w.visit(op)
	}
	return nil
}

// boundsWave passes latest times on from operations to what comes before them. What begins last comes
// first, so that few come twice.
type boundsWave struct {
	*repair
	lift    bool
	q       queue
	pending map[int32]bool
}

func (w *boundsWave) push(op int32) {
	if !w.pending[op] {
		w.pending[op] = true
		w.q.push(queued{-w.start[op], op})
	}
}

func (w *boundsWave) visit(op int32) {
	if w.dead[op] {
		return
	}
	end := w.latestEnd(op, w.b.goals, &w.tight)
	start := w.latestStart(op, end)
	was := w.tight.end[op]
	if end == was && start == w.tight.start[op] {
		return
	}
	w.change.bounds = append(w.change.bounds, boundMove{op, w.tight.start[op], was, start, end})
	w.tight.start[op], w.tight.end[op] = start, end
	for _, e := range w.in.others(op) {
		w.push(e.op)
	}
	if w.lift && end < was && w.o.Displace && w.placed[op] && w.end[op] > end && w.mayMove(op) {
		w.repair.lift(op)
	}
}

// mayMove reports whether an operation may give way: it begins neither in the frozen zone nor too late.
func (r *repair) mayMove(op int32) bool {
	return r.start[op] >= r.o.Hold && (r.o.Until == 0 || r.start[op] < r.o.Until)
}

// lateMaterial lifts what begins before what it waits for is there.
func (r *repair) lateMaterial() {
	touched := slices.Clone(r.change.touched)
	slices.Sort(touched)
	for _, op := range slices.Compact(touched) {
		switch {
		case !r.placed[op] || r.dead[op]:
		case r.start[op] < r.ready(op):
			r.must(op)
		case r.o.Improve && r.o.Displace && r.end[op] > r.tight.end[op] && r.start[op] > r.ready(op) && r.mayMove(op):
			r.lift(op) // what it waited for comes earlier
		}
	}
	for i := range r.change.hours {
		r.offHours(&r.change.hours[i])
	}
}

// offHours lifts what does not fit a machine's new hours.
func (r *repair) offHours(h *hoursMove) {
	if h.pool {
		return
	}
	var off []int32
	for v := range r.lines[h.machine].All() {
		if r.was(h, v.From, v.To) || r.placed[v.Ref] && r.at[v.Ref].Machine == h.machine && r.was(h, v.From, r.at[v.Ref].SetupEnd) {
			off = append(off, v.Ref)
		}
	}
	for _, op := range off {
		if r.placed[op] {
			r.lift(op)
		}
	}
}

// mostImproved bounds the operations that move up because room came free.
const mostImproved = 64

// moveUp lifts late work on machines where room came free.
func (r *repair) moveUp() {
	if !r.o.Improve || !r.o.Displace {
		return
	}
	since := map[int32]int64{}
	for i := range r.change.hours {
		if h := &r.change.hours[i]; !h.pool {
			since[h.machine] = r.p.Start
		}
	}
	for i := range r.change.gone {
		if a := &r.change.gone[i]; a.Machine >= 0 && a.End > a.Start {
			if at, known := since[a.Machine]; !known || a.Start < at {
				since[a.Machine] = a.Start
			}
		}
	}
	machines := slices.Sorted(maps.Keys(since))
	var late []int32
	for _, machine := range machines {
		if r.p.Centres[r.p.Machines[machine].Centre].Kind != Exclusive {
			continue
		}
		for v := range r.lines[machine].All() {
			if v.From >= since[machine] && r.end[v.Ref] > r.tight.end[v.Ref] && r.mayMove(v.Ref) {
				late = append(late, v.Ref)
			}
		}
	}
	for _, op := range late[:min(len(late), mostImproved)] {
		if r.placed[op] {
			r.lift(op)
		}
	}
}

// was reports whether a stretch of a machine's time held other working time before its hours changed.
func (r *repair) was(h *hoursMove, from, to int64) bool {
	return h.was.Between(from, to) != h.now.Between(from, to)
}

// fresh lets everything come that is nowhere.
func (r *repair) fresh() {
	for op := r.change.nOps; op < len(r.p.Ops); op++ {
		if !r.dead[op] && !r.placed[op] {
			r.push(r.unit[op])
		}
	}
	for _, op := range r.whole.ops { // with a job that was removed
		if !r.dead[op] && !r.placed[op] {
			r.push(r.unit[op])
		}
	}
}

// run places the units of the queue.
func (r *repair) run(ctx context.Context) error {
	const mostTimes = 500 // a unit is placed; no repair comes near it, but operations that wait for each other do
	for n := 0; len(r.q) > 0; n++ {
		if n&255 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		u := r.q.pop().unit
		r.waiting[u] = false
		ops := r.units[u]
		if r.placed[ops[0]] || r.dead[ops[0]] || !r.preceded(ops) {
			continue
		}
		if r.times[u]++; r.times[u] > mostTimes {
			return ErrUnsettled
		}
		r.place(ops)
		if r.stuck {
			return ErrUnsettled
		}
		for _, op := range ops {
			r.follow(op)
		}
	}
	return nil
}

// preceded reports whether all that comes before a unit is placed.
func (r *repair) preceded(ops []int32) bool {
	for _, op := range ops {
		for _, e := range r.in.others(op) {
			if !r.placed[e.op] && r.unit[e.op] != r.unit[op] {
				return false
			}
		}
	}
	return true
}

// follow looks at what waits for an operation that was placed: it comes now, or has to move.
func (r *repair) follow(op int32) {
	for _, e := range r.out.others(op) {
		switch {
		case r.unit[e.op] == r.unit[op]:
		case !r.placed[e.op]:
			r.push(r.unit[e.op])
		case e.lag < 0: // batch by batch
			if !r.lift(e.op) && r.start[e.op] < r.end[op] {
				r.stuck = true
			}
		case r.start[e.op] < r.end[op]+e.lag:
			r.must(e.op)
		case r.o.Improve && r.end[e.op] > r.tight.end[e.op] && r.mayMove(e.op):
			if _, moved := r.first[e.op]; !moved {
				r.lift(e.op)
			}
		}
	}
}

// must lifts what cannot stay where it is. What is pinned cannot move either.
func (r *repair) must(op int32) {
	r.stuck = !r.lift(op) || r.stuck
}

// place places a unit: in the first gap that it fits; if it would be late there, where less urgent work is.
func (r *repair) place(ops []int32) {
	if len(ops) > 1 || r.chained[ops[0]] {
		r.placeTied(ops)
		return
	}
	op := ops[0]
	ready := r.ready(op)
	if ready >= capacity.Never || r.p.Ops[op].NumModes == 0 || r.p.Ops[op].SplitMax > 1 {
		r.state.place(op, ready)
		return
	}
	late := r.tight.end[op]
	if r.isUrgent(op) {
		late = -capacity.Never
	}
	if from, known := r.first[op]; known && r.o.KeepSequence {
		r.pushRight(op, max(ready, from))
		return
	}
	found := r.findPart(op, r.p.Ops[op].Quantity, ready, nil)
	if r.o.Displace && r.moved < r.o.Most && (!found.ok || found.End > late) {
		if r.pullDelayed(op) {
			return
		}
		if forced, victims := r.force(op, ready, r.gives(op)); forced.ok && (!found.ok || forced.End < found.End) && r.displace(op, &forced, victims, ready, &found) {
			return
		}
	}
	r.put1(op, ready, found)
}

// placeTied places a unit of several operations; if it would be late, and less urgent work stands in its way, again without that.
func (r *repair) placeTied(ops []int32) {
	r.placeUnit(ops)
	late, urgent := r.lateBy(ops), r.isUrgent(ops[0])
	if !r.o.Displace || r.moved >= r.o.Most || late <= 0 && !urgent {
		r.stuck = r.stuck || r.waitsLong(ops)
		return
	}
	ends := r.endsOf(ops)
	var victims []int32
	var was []placing
	better := r.attempt(func() bool {
		r.Board.lift(ops[0], true)
		if victims, was = r.makeRoom(ops); len(victims) == 0 {
			return false
		}
		r.placeUnit(ops)
		return r.endsOf(ops) < ends
	})
	for i, v := range victims {
		if better && !r.placed[v] {
			r.gone(v, was[i])
		}
	}
	r.stuck = r.stuck || r.waitsLong(ops)
}

// longWait is from when on a unit that would be in time otherwise waits so long for its machines that a schedule
// built anew is the better answer: setups of ovens and of what stands behind close the gaps.
const longWait = 7 * 24 * 3600

func (r *repair) waitsLong(ops []int32) bool {
	return r.lateBy(ops) > longWait && r.start[ops[0]] < capacity.Never && r.start[ops[0]]-r.ready(ops[0]) > longWait
}

// attempt does something to the board, and takes all of it back if it reports false.
func (r *repair) attempt(try func() bool) bool {
	outer, broken := r.log, r.broken
	inner := &boardLog{seen: map[int32]int{}}
	r.log = inner
	ok := try()
	r.log = nil
	if !ok {
		moves := make([]Move, len(inner.ops))
		for i, op := range inner.ops {
			moves[i] = Move{Op: op, was: inner.was[i]}
		}
		r.replay(moves, func(m *Move) *placing { return &m.was })
		r.broken = broken
	}
	r.log = outer
	for i, op := range inner.ops {
		if _, known := outer.seen[op]; !known && ok {
			outer.seen[op] = len(outer.ops)
			outer.ops, outer.was = append(outer.ops, op), append(outer.was, inner.was[i])
		}
	}
	return ok
}

// lateBy is by how much a unit is later than its due dates allow.
func (r *repair) lateBy(ops []int32) int64 {
	late := int64(-capacity.Never)
	for _, op := range ops {
		late = max(late, r.end[op]-r.tight.end[op])
	}
	return late
}

// endsOf is when the last operation of a unit ends.
func (r *repair) endsOf(ops []int32) int64 {
	end := int64(-capacity.Never)
	for _, op := range ops {
		end = max(end, r.end[op])
	}
	return end
}

// makeRoom takes out what stands where a unit could run earliest and gives way to it, one operation after another.
func (r *repair) makeRoom(ops []int32) (victims []int32, was []placing) {
	ends := map[int32]int64{}
	for _, op := range ops {
		ready := max(r.p.Start, r.p.Ops[op].Release)
		for i, e := range r.in.others(op) {
			if end, inside := ends[e.op]; inside {
				ready = max(ready, end+ceilSeconds(int64(r.p.Arcs[r.in.of(op)[i]].Min)))
			} else {
				ready = max(ready, r.after(&r.p.Arcs[r.in.of(op)[i]]))
			}
		}
		ends[op] = ready
		if ready >= capacity.Never || r.p.Ops[op].NumModes == 0 {
			continue
		}
		if c := r.state.findOutside(op, ready); c.ok {
			ends[op] = c.End
			continue
		}
		forced, list := r.force(op, ready, r.gives(op))
		if !forced.ok {
			continue
		}
		ends[op] = forced.End
		if v := r.resetBehind(op, &forced); v >= 0 {
			list = append(list, v)
		}
		for _, v := range list {
			if r.placed[v] {
				victims, was = append(victims, v), append(was, r.placingOf(v))
				r.Board.lift(v, false)
			}
		}
	}
	return victims, was
}

// resetBehind is the operation that runs next behind a forced place, if it would need another setup there and may
// be placed anew; -1: none.
func (r *repair) resetBehind(op int32, c *choice) int32 {
	if !r.changeovers || r.p.Centres[r.p.Machines[c.Machine].Centre].Kind != Exclusive {
		return -1
	}
	gaps := r.lines[c.Machine].From(c.End)
	gap, _ := gaps.Next(-capacity.Never)
	if gap.After == nil {
		return -1
	}
	v := gap.After.Ref
	if r.chained[v] || r.at[v].Pin != Free || len(r.more[v]) > 0 || r.keepsSetup(c.Machine, r.familyBefore(c.Machine, gap.Before), r.p.Ops[op].Family, gap.After) {
		return -1
	}
	return v
}

// mostPulled bounds the operations that are pulled earlier for one that would be late.
const mostPulled = 64

// pullDelayed lifts what comes before an operation and is later than it need be (just in time), so that it can be placed
// earlier. It reports whether there was something; the operation comes again after it. Once for each operation.
func (r *repair) pullDelayed(op int32) bool {
	if r.pulled[op] {
		return false
	}
	r.pulled[op] = true
	open, n := []int32{op}, 0
	for i := 0; i < len(open) && n < mostPulled; i++ {
		for _, e := range r.in.others(open[i]) {
			if r.placed[e.op] && r.at[e.op].Delayed && r.mayMove(e.op) && r.lift(e.op) {
				open = append(open, e.op)
				n++
			}
		}
	}
	return n > 0
}

// put1 puts an operation to a place that was found; else as well as can be.
func (r *repair) put1(op int32, ready int64, c choice) {
	if !c.ok {
		r.state.place(op, ready)
		return
	}
	r.one[0] = c
	r.put(op, r.one[:])
}

// gives says which operations give way to another: those that have more time, and all to urgent ones.
func (r *repair) gives(op int32) func(int32) bool {
	urgent, start := r.isUrgent(op), r.tight.start[op]
	return func(v int32) bool {
		switch {
		case r.isUrgent(v) != urgent && (!urgent || r.rankBelow(v) > r.rank):
			return urgent && r.mayMove(v)
		default:
			return r.tight.start[v] > start && r.mayMove(v)
		}
	}
}

// force finds the earliest place of an operation on any machine as if what gives way were not there, and
// what is there. Of places that end together that with fewer operations on it counts.
func (r *repair) force(op int32, ready int64, gives func(int32) bool) (best choice, victims []int32) {
	o := &r.p.Ops[op]
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		mode := &r.p.Modes[m]
		if mode.Centre < 0 || r.p.Centres[mode.Centre].Kind != Exclusive {
			continue
		}
		centre := &r.p.Centres[mode.Centre]
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			c, list := r.forceOn(op, m, k, ready, gives)
			if c.ok && (!best.ok || c.End < best.End || c.End == best.End && len(list) < len(victims)) {
				best, victims = c, list
			}
		}
	}
	return best, victims
}

// forceOn is force on one machine. The setup is taken as after what runs there before.
func (r *repair) forceOn(op, mode, machine int32, ready int64, gives func(int32) bool) (choice, []int32) {
	m := &r.p.Modes[mode]
	hours := r.hoursOf(m, machine)
	line := &r.lines[machine]
	const mostTries = 200
	at := ready
	var victims []int32
	for range mostTries {
		ahead := line.Back(at)
		prev, _ := ahead.Prev(-capacity.Never)
		setup, forbidden := r.setup(machine, r.familyBefore(machine, prev.Before), r.p.Ops[op].Family, m.Setup)
		c := r.fit(op, mode, hours, at, setup, r.work[mode])
		if !c.ok {
			return c, nil
		}
		victims = victims[:0]
		blocked := int64(0)
		for gaps := line.From(c.Start); ; {
			gap, more := gaps.Next(-capacity.Never)
			if !more || gap.After == nil || gap.After.From >= c.End {
				break
			}
			v := gap.After.Ref
			if r.chained[v] || r.at[v].Pin != Free || len(r.more[v]) > 0 || !gives(v) {
				blocked = gap.After.To
				break
			}
			victims = append(victims, v)
		}
		if blocked == 0 && !forbidden {
			c.Op, c.Mode, c.Machine, c.Quantity = op, mode, machine, r.p.Ops[op].Quantity
			return c, victims
		}
		at = max(blocked, at+1)
		if blocked == 0 {
			return choice{}, nil
		}
	}
	return choice{}, nil
}

// displace lifts what is in the way of a forced place and puts the operation there. If that does not end
// earlier than the place found without, all stays as it was, and it reports false.
func (r *repair) displace(op int32, forced *choice, victims []int32, ready int64, found *choice) bool {
	was, broken := make([]placing, len(victims)), r.broken
	for i, v := range victims {
		was[i] = r.placingOf(v)
		r.Board.lift(v, false)
	}
	c := r.findMachine(op, forced.Mode, forced.Machine, forced.Quantity, r.work[forced.Mode], ready)
	if !c.ok || found.ok && c.End >= found.End {
		for i, v := range victims {
			r.restore(v, was[i])
		}
		r.broken = broken
		return false
	}
	r.one[0] = c
	r.put(op, r.one[:])
	for i, v := range victims {
		r.gone(v, was[i])
	}
	return true
}

// gone brings an operation that gave way into the queue, or back if its place is still free.
func (r *repair) gone(v int32, was placing) {
	if _, known := r.first[v]; !known {
		r.first[v] = was.parts[0].Start
	}
	r.moved++
	r.push(r.unit[v])
	if r.changeovers {
		for i := range was.parts {
			r.liftBehind(&was.parts[i])
		}
	}
}

// pushRight puts an operation that gave way to the first instant on its machine from which all that
// is there may move on.
func (r *repair) pushRight(op int32, from int64) {
	later := func(v int32) bool {
		first, known := r.first[v]
		if !known {
			first = r.start[v]
		}
		return first >= r.first[op] && v != op && r.mayMove(v) && !r.isUrgent(v)
	}
	forced, victims := r.force(op, from, later)
	none := choice{}
	if forced.ok && r.moved < r.o.Most && r.displace(op, &forced, victims, from, &none) {
		return
	}
	r.put1(op, from, r.findPart(op, r.p.Ops[op].Quantity, from, nil))
}

// shiftLate moves what was placed as late as its due dates and what follows allow, the last first.
func (r *repair) shiftLate() {
	ops := slices.Clone(r.log.ops)
	ops = slices.DeleteFunc(ops, func(op int32) bool { return r.dead[op] || !r.placed[op] || r.start[op] >= capacity.Never })
	slices.SortFunc(ops, func(x, y int32) int {
		switch {
		case r.start[x] > r.start[y]:
			return -1
		case r.start[x] < r.start[y]:
			return 1
		}
		return int(y) - int(x)
	})
	r.fixedSetups = true
	defer func() { r.fixedSetups = false }()
	tried := map[int32]bool{}
	for _, op := range ops {
		switch u := r.unit[op]; {
		case r.at[op].Pin != Free:
		case r.movable(op):
			r.shift(op, r.b.outsideEnd(op))
		case !tried[u]:
			tried[u] = true
			r.b.shiftChain(r.units[u])
		}
	}
}
