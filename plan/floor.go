package plan

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// version is where a finite plan stands in its family: what its schedule differs in from its
// parent's. It is immutable.
type version struct {
	family *family
	parent *version // nil: the root
	depth  int
	moved  int // operations that moved since the root
	step   *floorStep
}

// family are the plans that came of one finite plan by repair. Each holds only what it differs in from its
// parent; boards, brought from one plan to another by undoing and making steps, hold the rest. A
// family has as many boards as it has plans that are changed at the same time, and keeps some.
type family struct {
	root  *Finite
	first *version                      // where the root stands
	links []atomic.Pointer[[]floorLink] // by part, of the root; nil until asked for
	fixed map[string]bool               // orders of which the published schedule keeps operations where they are

	boards int // how many are kept

	mu   sync.Mutex
	free []*floor
}

// floor is a planning board with what ties it to the material plan. One goroutine uses it at a time.
type floor struct {
	*joint // of the board's problem; material is that of the version at which it stands
	board  *schedule.Board
	at     *version
	jobs   [][]int32 // by part: the job of each lot; -1: bought
	owner  []owner   // by job
	waits  [][]wait  // by operation: when supplies are there that no job makes

	pegs     *mrp.Linker                // of material; nil until asked for
	begins   map[bom.Day]int64          // of days: when they begin, but not before today
	relinked []int32                    // by part: how many steps from the root changed its links
	recent   map[bom.PartID][]floorLink // links of parts that steps changed, as far as they were found and hold at this version
}

// owner is what a job stands for.
type owner struct {
	part   bom.PartID // of an order or receipt; of a demand what it asks for
	number int32      // of a receipt or demand
	class  ownerClass
}

type ownerClass uint8

const (
	ownsLot ownerClass = iota
	ownsReceipt
	ownsDemand
)

// wait is a supply without a job that an operation waits for.
type wait struct {
	part  bom.PartID
	ready int64
}

// floorStep is what one change did to a floor.
type floorStep struct {
	board         *schedule.Step
	before, after *mrp.Plan
	parts         []bom.PartID // whose links changed
	jobs          []jobsMove
	owners        []owner // of the jobs that came
	waits         []waitsMove
	demands       []jobMove
	receipts      []jobMove
	families      []string // names of setup families that came
	numOps        int      // that came
}

type jobsMove struct {
	part     bom.PartID
	was, now []int32
}

type waitsMove struct {
	op       int32
	was, now []wait
}

type jobMove struct{ number, was, now int32 }

// newFamily is the first plan of a family; nil if its schedule has what repair does not cover.
func newFamily(f *Finite, published []capacity.ScheduledOperation, o *Options) *version {
	if o.Finite.ScheduledLeadTimes || o.Finite.NoGapFilling || len(f.unlinked) > 0 {
		return nil
	}
	v := &version{}
	const beside = 2 // goroutines that are about to take a board while others still work
	v.family = &family{root: f, first: v, boards: o.workers() + beside, links: make([]atomic.Pointer[[]floorLink], len(f.m.Parts)), fixed: f.fixedOrders(published)}
	return v
}

// fixedOrders are the orders of which the published schedule may keep operations where they are.
func (j *joint) fixedOrders(published []capacity.ScheduledOperation) map[string]bool {
	out := map[string]bool{}
	frozen := j.frozenUntil()
	for i := range published {
		row := &published[i]
		if start := row.Start.Instant(j.zone); row.Pinned || start < frozen || start < j.today && row.End.Instant(j.zone) > j.today {
			out[row.Order] = true
		}
	}
	return out
}

// shipsTogether reports whether a demand ships with the other lines of its order.
func shipsTogether(d *mrp.Demand) bool { return d.Policy == mrp.OrderComplete && d.Order != "" }

// floor is a board that stands at a version. It has to be given back by release, whatever happens to it: at the
// version, or at one that came of it.
func (f *family) floor(v *version) *floor {
	fl := f.take(v)
	if fl == nil {
		fl = newFloor(f.root)
		fl.at = f.first
	}
	fl.goTo(v)
	return fl
}

// take is the free board that is nearest to a version: at it, at its parent, or any.
func (f *family) take(v *version) *floor {
	f.mu.Lock()
	defer f.mu.Unlock()
	best := -1
	for i, fl := range f.free {
		switch {
		case fl.at == v:
			best = i
		case (fl.at.parent == v || fl.at == v.parent) && (best < 0 || f.free[best].at != v):
			best = i
		case best < 0:
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	fl := f.free[best]
	f.free = slices.Delete(f.free, best, best+1)
	return fl
}

// release gives a board back.
func (f *family) release(fl *floor) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.free) < f.boards {
		f.free = append(f.free, fl)
	}
}

// goTo brings a floor to a version: back to where their histories part, and on from there.
func (fl *floor) goTo(v *version) {
	var redo []*version
	for v != fl.at {
		switch {
		case fl.at.depth >= v.depth:
			fl.undo(fl.at)
		default:
			redo = append(redo, v)
			v = v.parent
		}
	}
	for _, v := range slices.Backward(redo) {
		fl.redo(v)
	}
}

// newFloor puts a plan on a board. O(n log n).
func newFloor(f *Finite) *floor {
	fl := &floor{board: schedule.NewBoard(f.schedule)}
	j := *f.joint
	j.problem = fl.board.Problem()
	j.familyOf = maps.Clone(j.familyOf)
	j.demandJob, j.receiptJob = slices.Clone(j.demandJob), slices.Clone(j.receiptJob)
	j.lotOfJob, j.receiptOfJob = nil, nil
	fl.joint = &j
	fl.jobs = make([][]int32, len(j.m.Parts))
	fl.relinked, fl.begins = make([]int32, len(j.m.Parts)), map[bom.Day]int64{}
	fl.recent = map[bom.PartID][]floorLink{}
	fl.owner = make([]owner, len(j.problem.Jobs))
	for part := range fl.jobs {
		fl.jobs[part] = f.lotJob[f.lotStart[part]:f.lotStart[part+1]]
		for _, job := range fl.jobs[part] {
			if job >= 0 {
				fl.owner[job] = owner{part: bom.PartID(part), class: ownsLot}
			}
		}
	}
	for r, job := range j.receiptJob {
		if job >= 0 {
			fl.owner[job] = owner{j.m.Book.ReceiptPart(int32(r)), int32(r), ownsReceipt}
		}
	}
	for d, job := range j.demandJob {
		if job >= 0 {
			fl.owner[job] = owner{j.m.Book.DemandPart(int32(d)), int32(d), ownsDemand}
		}
	}
	fl.collectWaits()
	return fl
}

// collectWaits lists what operations wait for that no job makes.
func (fl *floor) collectWaits() {
	fl.waits = make([][]wait, len(fl.problem.Ops))
	linker := fl.material.Linker()
	for part := range fl.m.Parts {
		fl.links(linker, bom.PartID(part), func(l floorLink) {
			if l.from < 0 {
				fl.waits[l.to] = append(fl.waits[l.to], wait{bom.PartID(part), l.ready})
			}
		})
	}
	for r, job := range fl.receiptJob {
		if job >= 0 {
			fl.awaitReceipt(int32(r), job)
		}
	}
}

// awaitReceipt lets the job of an open order without routing end when the order is expected.
func (fl *floor) awaitReceipt(r, job int32) {
	if o := fl.m.ReceiptInfo(r); len(fl.routing(&o)) == 0 {
		last := fl.problem.Jobs[job].First + fl.problem.Jobs[job].Ops - 1
		fl.waits[last] = append(fl.waits[last], wait{bom.NoPart, fl.receiptReady(r)})
	}
}

// undo takes the step back that led to the version at which the floor stands.
func (fl *floor) undo(v *version) {
	s := v.step
	for _, part := range s.parts {
		fl.relinked[part]--
		delete(fl.recent, part)
	}
	for i := len(s.jobs) - 1; i >= 0; i-- {
		fl.jobs[s.jobs[i].part] = s.jobs[i].was
	}
	for i := len(s.waits) - 1; i >= 0; i-- {
		fl.waits[s.waits[i].op] = s.waits[i].was
	}
	for i := len(s.demands) - 1; i >= 0; i-- {
		fl.demandJob[s.demands[i].number] = s.demands[i].was
	}
	for i := len(s.receipts) - 1; i >= 0; i-- {
		fl.receiptJob[s.receipts[i].number] = s.receipts[i].was
	}
	fl.owner = fl.owner[:len(fl.owner)-len(s.owners)]
	fl.waits = fl.waits[:len(fl.waits)-s.numOps]
	for _, name := range s.families {
		delete(fl.familyOf, name)
	}
	fl.board.Undo(s.board)
	fl.stand(s.before)
	fl.at = v.parent
}

// redo makes the step that leads to a version.
func (fl *floor) redo(v *version) {
	s := v.step
	for _, part := range s.parts {
		fl.relinked[part]++
		delete(fl.recent, part)
	}
	fl.board.Redo(s.board)
	for _, name := range s.families {
		fl.familyOf[name] = int32(slices.Index(fl.problem.Families, name))
	}
	fl.owner = append(fl.owner, s.owners...)
	fl.waits = append(fl.waits, make([][]wait, s.numOps)...)
	for i := range s.jobs {
		fl.jobs[s.jobs[i].part] = s.jobs[i].now
	}
	for i := range s.waits {
		fl.waits[s.waits[i].op] = s.waits[i].now
	}
	for i := range s.demands {
		fl.setDemandJob(s.demands[i].number, s.demands[i].now)
	}
	for i := range s.receipts {
		fl.setReceiptJob(s.receipts[i].number, s.receipts[i].now)
	}
	fl.stand(s.after)
	fl.at = v
}

// stand takes a material plan as that of the floor.
func (fl *floor) stand(m *mrp.Plan) {
	fl.material, fl.m = m, m.Model()
	if fl.pegs != nil {
		fl.pegs = fl.pegs.Of(m)
	}
}

func (fl *floor) setDemandJob(d, job int32) {
	for int(d) >= len(fl.demandJob) {
		fl.demandJob = append(fl.demandJob, -1)
	}
	fl.demandJob[d] = job
}

func (fl *floor) setReceiptJob(r, job int32) {
	for int(r) >= len(fl.receiptJob) {
		fl.receiptJob = append(fl.receiptJob, -1)
	}
	fl.receiptJob[r] = job
}

func (fl *floor) jobOfDemand(d int32) int32 {
	if int(d) < len(fl.demandJob) {
		return fl.demandJob[d]
	}
	return -1
}

func (fl *floor) jobOfReceipt(r int32) int32 {
	if int(r) < len(fl.receiptJob) {
		return fl.receiptJob[r]
	}
	return -1
}
