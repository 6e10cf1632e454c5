package mrp

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/sparse"
)

// Options steer a planning run; the zero value is good.
type Options struct {
	// Workers bounds the goroutines; 0 is GOMAXPROCS. The plan does not depend on it.
	Workers int
	// Progress, when set, is told how many parts are planned, from one goroutine at a time.
	Progress func(done, total int)
}

// Plan is a material plan: the lots of every part. It is immutable and safe for
// any number of readers.
type Plan struct {
	m      *Model
	pages  []*page
	over   *sparse.Array[result] // what a change made different; nil: nothing
	beyond int                   // dependent requirements on or after the horizon; see totals
	count  int64                 // dependent requirements

	counted sync.Once

	promises map[bom.PartID]Quantity // free stock that substitutions count on
	draws    map[[2]bom.PartID]Quantity
	// drawsFixed lets no part draw more spare stock than it did.
	drawsFixed bool

	once  sync.Once
	found *lateness
}

const (
	pageBits = 8
	pageSize = 1 << pageBits
)

// page holds the results of 256 parts.
type page struct {
	lots  [pageSize][]lot
	sides [pageSize]*side
}

func (p *Plan) lots(part bom.PartID) []lot {
	if p.over != nil {
		return p.changedLots(part)
	}
	return p.pages[part>>pageBits].lots[part&(pageSize-1)]
}

// changedLots is lots of a plan made by a change. It stands apart so that lots is small enough to be inlined.
func (p *Plan) changedLots(part bom.PartID) []lot {
	if r := p.over.Get(int32(part)); r != nil {
		return r.lots
	}
	return p.pages[part>>pageBits].lots[part&(pageSize-1)]
}

func (p *Plan) side(part bom.PartID) *side {
	if p.over != nil {
		return p.changedSide(part)
	}
	return p.pages[part>>pageBits].sides[part&(pageSize-1)]
}

func (p *Plan) changedSide(part bom.PartID) *side {
	if r := p.over.Get(int32(part)); r != nil {
		return r.side
	}
	return p.pages[part>>pageBits].sides[part&(pageSize-1)]
}

// demandsOf are the demands that a part's lots are made for, nil if they are all common.
func (p *Plan) demandsOf(part bom.PartID) []int32 {
	if s := p.side(part); s != nil {
		return s.demands
	}
	return nil
}

// demandOf is the demand that a lot is made for, -1 for a common one.
func demandOf(demands []int32, i int) int32 {
	if demands == nil {
		return -1
	}
	return demands[i]
}

func (p *Plan) promised(part bom.PartID) Quantity { return p.promises[part] }
func (p *Plan) promise(part bom.PartID, q Quantity) {
	if p.promises == nil {
		p.promises = map[bom.PartID]Quantity{}
	}
	p.promises[part] += q
}

// drawn is what all receivers but one have drawn from a sender's free stock.
func (p *Plan) drawn(sender, except bom.PartID) Quantity {
	var q Quantity
	for key, d := range p.draws {
		if key[0] == sender && key[1] != except {
			q += d
		}
	}
	return q
}

// Model is the model that was planned.
func (p *Plan) Model() *Model { return p.m }

// NumRequirements is the number of dependent requirements that were netted.
func (p *Plan) NumRequirements() int64 {
	n, _ := p.totals()
	return n
}

// Plan nets all parts in low-level-code order. Parts of one level run in
// parallel without locks: each reads only the finished orders of higher levels.
// Errors are *OverflowError, *LotCountError, and the context's.
// Time is linear in the dependent requirements; memory in the planned orders.
func (m *Model) Plan(ctx context.Context, opts Options) (*Plan, error) {
	p := &Plan{m: m, pages: make([]*page, (len(m.Parts)+pageSize-1)>>pageBits)}
	all := make([]page, len(p.pages))
	for i := range all {
		p.pages[i] = &all[i]
	}
	s := newSweep(m, p, opts)
	if err := s.all(ctx); err != nil {
		return nil, err
	}
	if err := s.settleSpare(ctx); err != nil {
		return nil, err
	}
	for _, w := range s.workers {
		p.beyond += w.beyond
		p.count += w.requirements
	}
	return p, nil
}

// sweep nets parts level by level with a pool of workers.
type sweep struct {
	m       *Model
	p       *Plan
	opts    Options
	workers []*worker
	done    int
	dirty   map[bom.PartID]bool // senders to net again
}

func newSweep(m *Model, p *Plan, opts Options) *sweep {
	n := opts.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	n = min(n, len(m.Parts)/chunk+1) // more would find nothing to do
	s := &sweep{m: m, p: p, opts: opts, dirty: map[bom.PartID]bool{}}
	for range n {
		s.workers = append(s.workers, newWorker(m, p))
	}
	return s
}

// all nets every part.
func (s *sweep) all(ctx context.Context) error {
	for level := range s.m.NumLevels() {
		if err := s.level(ctx, s.m.AtLevel(level)); err != nil {
			return err
		}
	}
	return nil
}

const chunk = 256 // parts that a worker takes at a time

// level nets the parts of one level, those that share something one after
// another in part order.
func (s *sweep) level(ctx context.Context, parts []bom.PartID) error {
	var next atomic.Int64
	run := func(w *worker, report bool) {
		for ctx.Err() == nil {
			from := int(next.Add(chunk)) - chunk
			if from >= len(parts) {
				return
			}
			w.planAll(parts[from:min(from+chunk, len(parts))])
			if report && s.opts.Progress != nil {
				s.opts.Progress(s.done+min(int(next.Load()), len(parts)), len(s.m.Parts))
			}
		}
	}
	helpers := min(len(s.workers), (len(parts)+chunk-1)/chunk) - 1
	var group sync.WaitGroup
	panics := make([]any, len(s.workers))
	for i := range max(helpers, 0) {
		group.Go(func() {
			defer func() { panics[i+1] = recover() }() // a defect shows in the caller's goroutine, where it can be caught
			run(s.workers[i+1], false)
		})
	}
	run(s.workers[0], true)
	group.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
	if err := errors.Join(ctx.Err(), s.err()); err != nil {
		return err
	}
	for _, p := range parts {
		if s.m.policies[p].flags&partSerial != 0 {
			s.workers[0].plan(p)
			s.noteDraws(p)
		}
	}
	s.done += len(parts)
	return s.err()
}

// err is the error of the first part of the level that failed: a worker takes
// parts in ascending order and keeps its first error.
func (s *sweep) err() error {
	var first *worker
	for _, w := range s.workers {
		if w.err != nil && (first == nil || w.errPart < first.errPart) {
			first = w
		}
	}
	if first == nil {
		return nil
	}
	return first.err
}

// touchAhead is how many parts are touched before they are netted. Parents lie
// scattered over memory; loading the beginning of all their orders in one go overlaps the
// cache misses, which would otherwise come one after another (a third of the sweep's time
// on a million parts; 8 and 64 were slower than 24).
const touchAhead = 24

// planAll nets the parts of a chunk that share nothing.
func (w *worker) planAll(parts []bom.PartID) {
	for len(parts) > 0 {
		batch := parts[:min(touchAhead, len(parts))]
		parts = parts[len(batch):]
		w.touchParents(batch)
		for _, p := range batch {
			if w.m.policies[p].flags&partSerial == 0 {
				w.plan(p)
			}
		}
	}
}

// touchParents loads the orders that netting the parts will read.
func (w *worker) touchParents(parts []bom.PartID) {
	sink := 0
	for _, p := range parts {
		for _, u := range w.m.Uses(p) {
			sink += len(w.p.lots(u.Parent))
		}
	}
	for _, p := range parts {
		for _, u := range w.m.Uses(p) {
			lots := w.p.lots(u.Parent)
			for i := 0; i < len(lots); i += 4 { // two cache lines
				sink += int(lots[i].start)
			}
		}
	}
	w.sink = sink
}

// plan nets a part and stores its result.
func (w *worker) plan(p bom.PartID) {
	w.part = p
	w.startLots()
	scratch := w.netPart(p)
	page := w.p.pages[p>>pageBits]
	page.lots[p&(pageSize-1)] = w.keep()
	if scratch != nil {
		w.attribute(p, scratch)
	}
	page.sides[p&(pageSize-1)] = w.side
}

// block is how many lots a worker takes memory for at a time.
const block = 4096

// startLots makes w.out the free end of the worker's current block.
func (w *worker) startLots() {
	if cap(w.arena)-len(w.arena) < block/16 {
		w.arena = make([]lot, 0, block)
	}
	w.out = w.arena[len(w.arena):]
}

// keep gives w.out a lasting place: it stays where it is if the block was large enough.
func (w *worker) keep() []lot {
	n := len(w.out)
	if n == 0 {
		return nil
	}
	if cap(w.out) == cap(w.arena)-len(w.arena) { // it did not have to move
		w.arena = w.arena[:len(w.arena)+n]
		return w.out[:n:n]
	}
	return append(make([]lot, 0, n), w.out...)
}

// noteDraws records what a part draws from sister sites. A sender that was netted
// before the draw was known is netted again.
func (s *sweep) noteDraws(p bom.PartID) {
	now := map[bom.PartID]Quantity{}
	for _, l := range s.p.lots(p) {
		if src := &s.m.sources[l.source()]; src.spareOnly {
			now[src.sender] += l.quantity
		}
	}
	for i := s.m.sourceStart[p]; i < s.m.sourceStart[p+1]; i++ {
		src := &s.m.sources[i]
		if !src.spareOnly || s.p.draws[[2]bom.PartID{src.sender, p}] == now[src.sender] {
			continue
		}
		if s.p.draws == nil {
			s.p.draws = map[[2]bom.PartID]Quantity{}
		}
		s.p.draws[[2]bom.PartID{src.sender, p}] = now[src.sender]
		if s.m.Level(src.sender) <= s.m.Level(p) {
			s.dirty[src.sender] = true
		}
	}
}

// settleSpare nets senders again whose sisters drew on them after they were
// netted, and what depends on them, until nothing changes. A sister that was drawn on
// does not draw back, so two sites settle at once. In a ring of sites draws could go
// round: after some rounds they may only shrink, which ends it.
func (s *sweep) settleSpare(ctx context.Context) error {
	const freeRounds = 8
	for round := 0; len(s.dirty) > 0; round++ {
		s.p.drawsFixed = round >= freeRounds
		dirty := s.dirty
		s.dirty = map[bom.PartID]bool{}
		for level := range s.m.NumLevels() {
			if err := ctx.Err(); err != nil {
				return err
			}
			for _, p := range s.m.AtLevel(level) {
				if dirty[p] {
					s.renet(p, dirty)
				}
			}
		}
		if err := s.err(); err != nil {
			return err
		}
	}
	return nil
}

// renet nets one part again; if its lots changed, what it requires is dirty.
func (s *sweep) renet(p bom.PartID, dirty map[bom.PartID]bool) {
	before, demands := s.p.lots(p), s.p.demandsOf(p)
	s.workers[0].plan(p)
	if s.m.policies[p].flags&partSerial != 0 {
		s.noteDraws(p)
	}
	if slices.Equal(before, s.p.lots(p)) && slices.Equal(demands, s.p.demandsOf(p)) {
		return
	}
	from, to := s.m.Lines(p)
	for l := from; l < to; l++ {
		dirty[s.m.Components[l].Part] = true
	}
	for i := s.m.sourceStart[p]; i < s.m.sourceStart[p+1]; i++ {
		if src := &s.m.sources[i]; src.sender != bom.NoPart && !src.spareOnly {
			dirty[src.sender] = true
		}
	}
}
