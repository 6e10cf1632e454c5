package plan

import (
	"context"
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
	parts    []bom.PartID // whose pegs may differ
	before   map[bom.PartID][]floorLink
	step     *floorStep
	pairs    []jobPair
	ops      int // of the problem before
	names    int
	line     int32    // the work centre of a dedicated line, in problem.Centres; -1: none
	urgent   []string // demands before which all others give way
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
	owners := len(c.owner)
	c.changeReceipts(edits)
	c.changeDemands(edits)
	for _, part := range c.parts {
		c.changeLots(part)
	}
	c.step.numOps = len(c.problem.Ops) - c.ops
	c.step.families = slices.Clone(c.problem.Families[c.names:])
	c.step.owners = slices.Clone(c.owner[owners:])
	c.linkAnew()
	o.Subjects = c.jobsOf(sortedKeys(edits.Demands))
	o.Urgent = c.jobsOf(c.urgent)
	err := c.board.Repair(ctx, o)
	c.step.board = c.board.Commit()
	return err
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
	linker := c.old.Linker()
	c.before = make(map[bom.PartID][]floorLink, len(c.parts))
	for _, part := range c.parts {
		c.before[part] = c.partLinks(linker, part)
	}
}

// lotKey is what makes the id of a part's planned order: its need day, and its number on that day.
type lotKey struct {
	need bom.Day
	n    int
}

// keys are the keys of a part's lots.
func keys(p *mrp.Plan, part bom.PartID) []lotKey {
	out := make([]lotKey, p.NumLots(part))
	n := map[bom.Day]int{}
	for i := range out {
		need := p.Lot(part, i).Need
		n[need]++
		out[i] = lotKey{need, n[need]}
	}
	return out
}

// changeLots gives the part's orders of the new plan their jobs: an order that was there and takes the same
// work keeps its job.
func (c *floorChange) changeLots(part bom.PartID) {
	was := c.jobs[part]
	before, after := keys(c.old, part), keys(c.new, part)
	at := make(map[lotKey]int, len(before))
	for i, k := range before {
		at[k] = i
	}
	now := make([]int32, len(after))
	kept := make([]bool, len(before))
	changed := len(before) != len(after)
	var fresh []int
	for i, k := range after {
		o := c.new.Lot(part, i)
		j, there := at[k]
		if there {
			same := c.old.Lot(part, j)
			if sameWork(&same, &o) {
				now[i], kept[j] = was[j], true
				changed = changed || i != j
				continue
			}
		}
		changed = true
		fresh = append(fresh, i)
	}
	if !changed {
		return
	}
	for j, job := range was {
		if !kept[j] && job >= 0 {
			c.board.RemoveJob(job)
		}
	}
	for _, i := range fresh {
		o := c.new.Lot(part, i)
		if now[i] = -1; o.Kind != bom.Buy {
			now[i] = c.add(schedule.Job{Target: (o.Need + 1).Begin(c.zone), Buffer: c.buffer(part)}, &o, owner{part: part, class: ownsLot})
			if j, there := at[after[i]]; there && was[j] >= 0 {
				c.pairs = append(c.pairs, jobPair{was[j], now[i]})
			}
		}
	}
	c.step.jobs = append(c.step.jobs, jobsMove{part, was, now})
	c.jobs[part] = now
}

// sameWork reports whether two states of an order ask the same of the shop.
func sameWork(a, b *mrp.OrderInfo) bool {
	return a.Kind == b.Kind && a.Supply == b.Supply && a.Routing == b.Routing && a.StartQuantity == b.StartQuantity &&
		a.Lead == b.Lead && a.Design == b.Design && a.Calendar == b.Calendar
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
	ids := sortedKeys(edits.Receipts)
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
	ids := sortedKeys(edits.Demands)
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

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// growWaits makes room for the waits of new operations.
func (c *floorChange) growWaits() {
	c.waits = append(c.waits, make([][]wait, len(c.problem.Ops)-len(c.waits))...)
}

// linkAnew lets operations wait for what the new pegs say.
func (c *floorChange) linkAnew() {
	c.growWaits()
	linker := c.new.Linker()
	waiting := map[int32]bool{} // operations whose waits may differ
	var order []int32
	note := func(op int32) {
		if !waiting[op] {
			waiting[op] = true
			order = append(order, op)
		}
	}
	instants := map[int32][]wait{}
	for _, part := range c.parts {
		was, now := c.before[part], c.partLinks(linker, part)
		c.relink(was, now)
		for i := range was {
			if was[i].from < 0 {
				note(was[i].to)
			}
		}
		for i := range now {
			if now[i].from < 0 {
				note(now[i].to)
				instants[now[i].to] = append(instants[now[i].to], wait{part, now[i].ready})
			}
		}
	}
	visited := make(map[bom.PartID]bool, len(c.parts))
	for _, part := range c.parts {
		visited[part] = true
	}
	for op := int32(c.ops); int(op) < len(c.problem.Ops); op++ {
		if len(c.waits[op]) > 0 { // open orders that came
			note(op)
		}
	}
	for _, op := range order {
		list := slices.DeleteFunc(slices.Clone(c.waits[op]), func(w wait) bool { return visited[w.part] })
		list = append(list, instants[op]...)
		c.step.waits = append(c.step.waits, waitsMove{op, c.waits[op], list})
		c.waits[op] = list
		c.board.SetRelease(op, releaseOf(list), 0)
	}
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

// relink takes arcs away that are no more and adds those that came; both lists are sorted.
func (c *floorChange) relink(was, now []floorLink) {
	for len(was) > 0 || len(now) > 0 {
		d := 0
		switch {
		case len(was) == 0:
			d = 1
		case len(now) == 0:
			d = -1
		default:
			d = compareLinks(was[0], now[0])
		}
		if d < 0 && was[0].from >= 0 {
			c.board.Unlink(was[0].from, was[0].to, int64(was[0].lag/time.Second))
		}
		if d > 0 && now[0].from >= 0 {
			c.problem.Arcs = append(c.problem.Arcs, schedule.Arc{From: now[0].from, To: now[0].to, Min: now[0].lag, Material: true})
		}
		if d <= 0 {
			was = was[1:]
		}
		if d >= 0 {
			now = now[1:]
		}
	}
}
