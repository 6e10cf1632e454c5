package plan

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// floorChange brings a floor from one material plan to another, and repairs its schedule.
type floorChange struct {
	*floor
	old, new *mrp.Plan
	parts    []bom.PartID  // whose pegs may differ
	changed  []bom.PartID  // of these: whose orders differ
	before   [][]floorLink // of parts
	step     *floorStep
	pairs    []jobPair
	ops      int // of the problem before
	names    int
	line     int32    // the work centre of a dedicated line, in problem.Centres; -1: none
	urgent   []string // demands before which all others give way
	circle   bool     // an operation would wait for itself
}

// jobPair is an order whose job was replaced: it takes more or less work now.
type jobPair struct{ was, now int32 }

// apply makes the change on the floor. The error is that of schedule.Board.Repair; the step is whole
// even then, so that it can be undone.
func (c *floorChange) apply(ctx context.Context, edits *mrp.Edits, o schedule.RepairOptions) error {
	c.step = &floorStep{before: c.old, after: c.new}
	c.pairs = nil
	c.ops, c.names = len(c.problem.Ops), len(c.problem.Families)
	c.board.Begin()
	c.linksBefore()
	c.stand(c.new)
	settled := c.changeHours()
	owners := len(c.owner)
	c.changeReceipts(edits)
	c.changeDemands(edits)
	for _, part := range c.changed {
		c.changeLots(part)
	}
	c.step.numOps = len(c.problem.Ops) - c.ops
	c.step.families = slices.Clone(c.problem.Families[c.names:])
	c.step.owners = slices.Clone(c.owner[owners:])
	c.linkAnew()
	if c.circle || !settled {
		c.step.board = c.board.Commit()
		return schedule.ErrUnsettled
	}
	c.dedicate()
	o.Improve = c.old.Model().Shop != c.m.Shop || c.frees(edits)
	o.Subjects = c.jobsOf(slices.Sorted(maps.Keys(edits.Demands)))
	o.Urgent = c.jobsOf(c.urgent)
	err := c.board.Repair(ctx, o)
	c.step.board = c.board.Commit()
	return err
}

// breaksMore reports whether something is broken on the board that was not before. What an order broke whose job was
// replaced, its new job may break.
func (c *floorChange) breaksMore(before []schedule.Violation) bool {
	now := c.board.Broken()
	if len(now) == 0 {
		return false
	}
	type fault struct {
		kind schedule.ViolationKind
		op   int32
	}
	known := make(map[fault]bool, len(before))
	for _, v := range before {
		known[fault{v.Kind, v.Op}] = true
	}
	former := make(map[int32]int32, len(c.pairs))
	for _, p := range c.pairs {
		former[p.now] = p.was
	}
	return slices.ContainsFunc(now, func(v schedule.Violation) bool {
		if known[fault{v.Kind, v.Op}] {
			return false
		}
		job := c.problem.Ops[v.Op].Job
		was, ok := former[job]
		return !ok || !known[fault{v.Kind, v.Op - c.problem.Jobs[job].First + c.problem.Jobs[was].First}]
	})
}

// frees reports whether the change may make room or bring supply earlier: a demand went or became smaller, or open orders
// or stock changed.
func (c *floorChange) frees(edits *mrp.Edits) bool {
	for id, row := range edits.Demands {
		if d, ok := c.old.Model().Book.Demand(id); ok && (row == nil || row.Quantity < c.old.Model().Book.DemandAt(d).Quantity) {
			return true
		}
	}
	return len(edits.Receipts)+len(edits.Stock)+len(edits.Allocations) > 0
}

// jobsOf are the jobs of demands that are planned.
func (c *floorChange) jobsOf(demands []string) []int32 {
	var out []int32
	for _, id := range demands {
		if d, ok := c.m.Book.Demand(id); ok && c.jobOfDemand(d) >= 0 {
			out = append(out, c.jobOfDemand(d))
		}
	}
	return out
}

// linksBefore notes what the parts' supplies were waited for by.
func (c *floorChange) linksBefore() {
	c.before = make([][]floorLink, len(c.parts))
	for i, part := range c.parts {
		c.before[i] = c.linksNow(part)
	}
	for _, part := range c.parts {
		c.relinked[part]++
		delete(c.recent, part)
	}
	c.step.parts = c.parts
}

// lotKey is what makes the id of a part's planned order: its need day, and its number on that day.
type lotKey struct {
	need bom.Day
	n    int
}

// keys are the keys of a part's lots. They are in the order of need days, but orders that are made for a demand stand behind
// the common ones, and count on.
func keys(p *mrp.Plan, part bom.PartID) []lotKey {
	out := make([]lotKey, p.NumLots(part))
	var counts map[bom.Day]int // of days; nil while the order is kept
	for i := range out {
		need := p.LotNeed(part, i)
		out[i] = lotKey{need, 1}
		if i > 0 && need < out[i-1].need && counts == nil {
			counts = make(map[bom.Day]int)
			for _, k := range out[:i] {
				counts[k.need] = k.n
			}
		}
		switch {
		case counts != nil:
			counts[need]++
			out[i].n = counts[need]
		case i > 0 && need == out[i-1].need:
			out[i].n = out[i-1].n + 1
		}
	}
	return out
}

// changeLots gives the part's orders of the new plan their jobs: an order that was there and takes the same
// work keeps its job.
func (c *floorChange) changeLots(part bom.PartID) {
	was := c.jobs[part]
	if c.m.OnlyBought(part) { // no job has to be looked for
		now := slices.Repeat([]int32{-1}, c.new.NumLots(part))
		c.step.jobs = append(c.step.jobs, jobsMove{part, was, now})
		c.jobs[part] = now
		return
	}
	before, after := keys(c.old, part), keys(c.new, part)
	place := placesOf(before, after)
	now := make([]int32, len(after))
	kept := make([]bool, len(before))
	for i, j := range place {
		if now[i] = none; j >= 0 && c.new.SameWork(part, i, c.old, j) {
			now[i], kept[j] = was[j], true
		}
	}
	for j, job := range was {
		if !kept[j] && job >= 0 {
			c.board.RemoveJob(job)
		}
	}
	for i := range after {
		if now[i] != none {
			continue
		}
		o := c.new.Lot(part, i)
		if now[i] = -1; o.Kind != bom.Buy {
			now[i] = c.add(schedule.Job{Target: (o.Need + 1).Begin(c.zone), Buffer: c.buffer(part)}, &o, owner{part: part, class: ownsLot})
			if j := place[i]; j >= 0 && was[j] >= 0 {
				c.pairs = append(c.pairs, jobPair{was[j], now[i]})
			}
		}
	}
	c.step.jobs = append(c.step.jobs, jobsMove{part, was, now})
	c.jobs[part] = now
}

// none marks an order that has no job yet.
const none = int32(-2)

// placesOf are the places of keys among other keys, -1 where they are not. Both are in the order of need days, at least for the most part.
func placesOf(among, list []lotKey) []int {
	out := make([]int, len(list))
	if !slices.IsSortedFunc(among, compareKeys) || !slices.IsSortedFunc(list, compareKeys) {
		at := make(map[lotKey]int, len(among))
		for i, k := range among {
			at[k] = i
		}
		for i, k := range list {
			out[i] = -1
			if j, ok := at[k]; ok {
				out[i] = j
			}
		}
		return out
	}
	j := 0
	for i, k := range list {
		for j < len(among) && compareKeys(among[j], k) < 0 {
			j++
		}
		if out[i] = -1; j < len(among) && among[j] == k {
			out[i] = j
		}
	}
	return out
}

func compareKeys(a, b lotKey) int {
	if a.need != b.need {
		return int(a.need - b.need)
	}
	return a.n - b.n
}

// add adds the job of an order, on the dedicated line where it can run there.
func (c *floorChange) add(job schedule.Job, o *mrp.OrderInfo, w owner) int32 {
	number := c.addJob(job, o, bom.Optional[int]{})
	c.owner = append(c.owner, w)
	if c.line >= 0 {
		c.keepLine(number)
	}
	return number
}

// keepLine leaves operations that can run on the dedicated line no other machine.
func (c *floorChange) keepLine(job int32) {
	p := c.problem
	row := &p.Jobs[job]
	for i := row.First; i < row.First+row.Ops; i++ {
		op := &p.Ops[i]
		for m := op.Modes; m < op.Modes+op.NumModes; m++ {
			if p.Modes[m].Centre == c.line {
				op.Modes, op.NumModes = m, 1
				break
			}
		}
	}
}

// changeReceipts takes over the open orders that were edited.
func (c *floorChange) changeReceipts(edits *mrp.Edits) {
	ids := c.touchedReceipts(edits)
	replaced := map[string]int32{}
	for _, id := range ids {
		if r, ok := c.old.Model().Book.Receipt(id); ok && c.jobOfReceipt(r) >= 0 {
			replaced[id] = c.jobOfReceipt(r)
			c.board.RemoveJob(c.jobOfReceipt(r))
			c.moveReceipt(r, -1)
		}
	}
	for _, id := range ids {
		r, ok := c.m.Book.Receipt(id)
		if !ok {
			continue
		}
		rec := c.m.Book.ReceiptAt(r)
		if rec.Kind == bom.Buy {
			c.moveReceipt(r, -1)
			continue
		}
		job := c.receiptJobOf(r)
		c.owner = append(c.owner, owner{c.m.Book.ReceiptPart(r), r, ownsReceipt})
		c.moveReceipt(r, job)
		c.growWaits()
		c.awaitReceipt(r, job)
		if was, ok := replaced[id]; ok {
			c.pairs = append(c.pairs, jobPair{was, job})
		}
	}
}

// touchedReceipts are the open orders that were edited, and those of the same parts that are made in another way for it: the
// shares of sources count them all.
func (c *floorChange) touchedReceipts(edits *mrp.Edits) []string {
	touched := make(map[string]bool, len(edits.Receipts))
	for id := range edits.Receipts {
		touched[id] = true
	}
	was := c.old.Model()
	for id := range edits.Receipts {
		for _, m := range [...]*mrp.Model{was, c.m} {
			r, ok := m.Book.Receipt(id)
			if !ok {
				continue
			}
			for _, other := range m.Book.ReceiptsOf(m.Book.ReceiptPart(r)) {
				name := m.Book.ReceiptAt(other).ID
				before, inOld := was.Book.Receipt(name)
				after, inNew := c.m.Book.Receipt(name)
				if inOld && inNew && !sameWork(was.ReceiptInfo(before), c.m.ReceiptInfo(after)) {
					touched[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(touched))
}

// sameWork reports whether two open orders ask the same of the shop.
func sameWork(a, b mrp.OrderInfo) bool {
	return a.Kind == b.Kind && a.Supply == b.Supply && a.Routing == b.Routing && a.Quantity == b.Quantity && a.StartQuantity == b.StartQuantity &&
		a.Lead == b.Lead && a.Calendar == b.Calendar
}

func (c *floorChange) moveReceipt(r, job int32) {
	c.step.receipts = append(c.step.receipts, jobMove{r, c.jobOfReceipt(r), job})
	c.setReceiptJob(r, job)
}

func (c *floorChange) moveDemand(d, job int32) {
	c.step.demands = append(c.step.demands, jobMove{d, c.jobOfDemand(d), job})
	c.setDemandJob(d, job)
}

// changeDemands takes over the demands that were edited.
func (c *floorChange) changeDemands(edits *mrp.Edits) {
	ids := slices.Sorted(maps.Keys(edits.Demands))
	replaced := map[string]int32{}
	for _, id := range ids {
		if d, ok := c.old.Model().Book.Demand(id); ok && c.jobOfDemand(d) >= 0 {
			replaced[id] = c.jobOfDemand(d)
			c.board.RemoveJob(c.jobOfDemand(d))
			c.moveDemand(d, -1)
		}
	}
	for _, id := range ids {
		d, ok := c.m.Book.Demand(id)
		if !ok || !c.m.Planned(d) {
			continue
		}
		row := c.m.Book.DemandAt(d)
		job := c.shipment(row, nil)
		c.owner = append(c.owner, owner{c.m.Book.DemandPart(d), d, ownsDemand})
		c.moveDemand(d, job)
		if was, ok := replaced[id]; ok {
			c.pairs = append(c.pairs, jobPair{was, job})
		}
	}
}

// growWaits makes room for the waits of new operations.
func (c *floorChange) growWaits() {
	c.waits = append(c.waits, make([][]wait, len(c.problem.Ops)-len(c.waits))...)
}

// linkAnew lets operations wait for what the new pegs say.
func (c *floorChange) linkAnew() {
	c.growWaits()
	linker := c.linker()
	w := waiting{floorChange: c, seen: map[int32]bool{}}
	for i, part := range c.parts {
		now := c.partLinks(linker, part, len(c.before[i])+8)
		w.changePart(part, c.before[i], now)
		c.recent[part] = now
	}
	for op := int32(c.ops); int(op) < len(c.problem.Ops); op++ { // open orders that came
		if len(c.waits[op]) > 0 {
			w.note(op)
		}
	}
	for _, op := range w.order {
		c.board.SetRelease(op, releaseOf(c.waits[op]), 0)
	}
}

// waiting collects the operations that wait for other instants than before.
type waiting struct {
	*floorChange
	seen  map[int32]bool
	order []int32
}

func (w *waiting) note(op int32) {
	if !w.seen[op] {
		w.seen[op] = true
		w.order = append(w.order, op)
	}
}

// changePart takes over the links of one part: arcs and instants that are no more go, others come.
func (w *waiting) changePart(part bom.PartID, before, now []floorLink) {
	was, is := differing(before, now)
	if len(was) == 0 && len(is) == 0 {
		return
	}
	was, is = slices.Clone(was), slices.Clone(is)
	slices.SortFunc(was, compareLinks)
	slices.SortFunc(is, compareLinks)
	for len(was) > 0 || len(is) > 0 {
		d := 0
		switch {
		case len(was) == 0:
			d = 1
		case len(is) == 0:
			d = -1
		default:
			d = compareLinks(was[0], is[0])
		}
		if d < 0 {
			w.drop(part, &was[0])
		}
		if d > 0 {
			w.add(part, &is[0])
		}
		if d <= 0 {
			was = was[1:]
		}
		if d >= 0 {
			is = is[1:]
		}
	}
}

// drop takes a link away.
func (w *waiting) drop(part bom.PartID, l *floorLink) {
	if l.from >= 0 {
		w.board.Unlink(l.from, l.to, int64(l.lag/time.Second))
		return
	}
	list := w.waits[l.to]
	if i := slices.Index(list, wait{part, l.ready}); i >= 0 {
		w.setWaits(l.to, slices.Concat(list[:i], list[i+1:]))
	}
}

// add makes an operation wait for a supply.
func (w *waiting) add(part bom.PartID, l *floorLink) {
	if l.from >= 0 {
		w.circle = w.circle || w.problem.Ops[l.from].Job == w.problem.Ops[l.to].Job
		w.problem.Arcs = append(w.problem.Arcs, schedule.Arc{From: l.from, To: l.to, Min: l.lag, Material: true})
		return
	}
	list := w.waits[l.to]
	w.setWaits(l.to, append(list[:len(list):len(list)], wait{part, l.ready}))
}

func (w *waiting) setWaits(op int32, list []wait) {
	w.step.waits = append(w.step.waits, waitsMove{op, w.waits[op], list})
	w.waits[op] = list
	w.note(op)
}

// releaseOf is when the last of some supplies is there.
func releaseOf(list []wait) int64 {
	release := int64(0)
	for _, w := range list {
		if w.ready >= capacity.Never {
			return notEver
		}
		release = max(release, w.ready)
	}
	return release
}
