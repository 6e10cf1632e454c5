package mrp

import (
	"context"
	"slices"
	"sync"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/sparse"
)

// NetChange says what a change did to a plan.
type NetChange struct {
	// Visited are the parts whose orders or pegs of supplies can differ, in low-level-code order: those that were
	// netted again, and after a full plan those with a difference.
	Visited []bom.PartID
	// Changed are those of them whose orders came out different.
	Changed []bom.PartID
	// Full reports that all was planned anew: the change concerns what parts share.
	Full bool
}

// Change plans the model with edits of its book: another plan of another model, which share with this one all
// that did not change. Its output equals that of a fresh plan of the edited tables byte for byte.
//
// A part is netted again when its own rows changed, or the orders of a part that requires it; where its orders come out
// as before, the wave ends (net change, Orlicky ch. 5). Edits of what is held for or made to order for a demand, of
// receipts that count as given by one of several sources, and all edits where substitutes or spare stock of sister
// sites come in, are planned anew.
//
// Errors are *bom.Errors of the edited rows, *RebuildError, those of Model.Plan, and the context's.
// Time and memory grow with the rows and orders of the parts visited, and with the number of rows added since the
// tables were read (four bytes each).
func (p *Plan) Change(ctx context.Context, e Edits, opts Options) (*Plan, *NetChange, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	d, err := p.m.Book.edit(p.m.Catalog, &e)
	if err != nil {
		return nil, nil, err
	}
	if d.empty() {
		return p, &NetChange{}, nil
	}
	next, dirty, ok := p.m.edited(d)
	if !ok {
		return p.planAnew(ctx, d, opts)
	}
	w := newWave(p, next, dirty)
	if err := w.run(ctx); err != nil {
		return nil, nil, err
	}
	if w.w.err != nil { // a fresh plan gives the error that it would give
		return p.planAnew(ctx, d, opts)
	}
	return w.plan(), &w.change, nil
}

// WithShop is the plan upon a shop that differs in what netting does not look at: downtime. It shares all with this one.
func (p *Plan) WithShop(shop *capacity.Shop) *Plan {
	m := *p.m
	m.Shop = shop
	next := &Plan{m: &m, pages: p.pages, over: p.over, promises: p.promises, draws: p.draws, drawsFixed: p.drawsFixed}
	if p.over == nil { // else they are counted when asked for
		next.beyond, next.count = p.beyond, p.count
	}
	return next
}

// planAnew compiles and plans all of an edited book.
func (p *Plan) planAnew(ctx context.Context, d *bookEdit, opts Options) (*Plan, *NetChange, error) {
	m, err := CompileWith(p.m.Network, p.m.Shop, d.book, p.m.scheduled)
	if err != nil {
		return nil, nil, err
	}
	m.labels = p.m.labels
	next, err := m.Plan(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	change := &NetChange{Full: true}
	differs := make([]bool, len(m.Parts)) // netting, or what it was made of
	mark := func(part bom.PartID) { differs[part] = true }
	d.eachPart(m, mark)
	const owned = partSpecial | partHeld | partMain | partSubstitute | partSerial
	for part := range m.Parts { // supply of one demand's own moves pegs in ways that orders do not show
		if (p.m.policies[part].flags|m.policies[part].flags)&owned != 0 {
			mark(bom.PartID(part))
		}
	}
	for level := range m.NumLevels() {
		for _, part := range m.AtLevel(level) {
			if !slices.Equal(p.lots(part), next.lots(part)) || !p.side(part).equal(next.side(part)) {
				change.Changed = append(change.Changed, part)
				mark(part)
				m.eachBelow(part, mark)
			} else if differs[part] && m.policies[part].flags&partPhantom != 0 { // pegs pass through a phantom
				m.eachBelow(part, mark)
			}
		}
	}
	shared := m.anySpare || len(m.mains) > 0 // substitutes and spare stock may pass on more than orders show
	for level := range m.NumLevels() {
		for _, part := range m.AtLevel(level) {
			if shared || differs[part] {
				change.Visited = append(change.Visited, part)
			}
		}
	}
	return next, change, nil
}

// eachPart visits the parts that the edited rows are about, and what receipts among them require.
func (d *bookEdit) eachPart(m *Model, visit func(bom.PartID)) {
	for _, c := range d.demands {
		eachSide(c, func(r *demandRow) { visit(r.part) })
	}
	for _, c := range d.lots {
		eachSide(c, func(l *Lot) { visit(l.Part) })
	}
	for _, c := range d.receipts {
		eachSide(c, func(r *receiptRow) {
			visit(r.part)
			m.eachBelow(r.part, visit)
			for _, a := range d.book.AllocationsOf(r.ID) { // needed when the receipt starts
				if part, ok := m.Catalog.Part(a.Component, a.Site); ok {
					visit(part)
				}
			}
		})
	}
	for _, c := range d.allocations {
		eachSide(c, func(r *allocationRow) {
			visit(r.part)
			if of := d.book.ReceiptPart(r.receipt); of != bom.NoPart { // without allocations it explodes
				m.eachBelow(of, visit)
			}
		})
	}
}

func eachSide[R any](c rowChange[R], visit func(*R)) {
	for _, r := range [...]*R{c.before, c.after} {
		if r != nil {
			visit(r)
		}
	}
}

// result is what netting a part gave.
type result struct {
	lots []lot
	side *side
}

// wave nets dirty parts in low-level-code order.
type wave struct {
	base, p *Plan
	results sparse.Editor[result]
	w       *worker
	queue   []uint64 // a heap of level and part; a part may be in it more than once
	batch   []bom.PartID
	change  NetChange
}

// workers keeps scratch memory: its arrays have an element for every day.
var workers = sync.Pool{New: func() any { return newWorker(nil, nil) }}

func newWave(base *Plan, m *Model, dirty []bom.PartID) *wave {
	v := &wave{base: base, w: workers.Get().(*worker), p: &Plan{m: m, pages: base.pages}}
	if base.over != nil {
		v.results = base.over.Edit()
	}
	v.p.over = &v.results.Array
	v.w.m, v.w.p = m, v.p
	for _, part := range dirty {
		v.push(part)
	}
	return v
}

func (v *wave) run(ctx context.Context) error {
	for len(v.queue) > 0 {
		if err := ctx.Err(); err != nil {
			v.release()
			return err
		}
		v.touch(v.take())
		for _, part := range v.batch {
			if v.net(part); v.w.err != nil {
				return nil
			}
		}
	}
	return nil
}

// take pops some parts of one level: they require nothing of each other.
func (v *wave) take() []bom.PartID {
	v.batch = v.batch[:0]
	level := v.queue[0] >> 32
	for len(v.queue) > 0 && v.queue[0]>>32 == level && len(v.batch) < touchAhead {
		if part := v.pop(); len(v.batch) == 0 || v.batch[len(v.batch)-1] != part {
			v.batch = append(v.batch, part)
		}
	}
	return v.batch
}

// touch loads what netting the parts will read, all at once; see touchAhead.
func (v *wave) touch(parts []bom.PartID) {
	m, sink := v.p.m, 0
	for _, p := range parts {
		from, _ := m.Lines(p)
		sink += int(m.policies[p].flags) + int(m.fixedStart[p]) + int(m.supplyStart[p]) + int(m.sourceStart[p]) + int(from) + len(m.Uses(p))
	}
	for _, p := range parts {
		from, to := m.Lines(p)
		if from < to {
			sink += int(m.Components[from].Part)
		}
		sink += int(m.sources[m.sourceStart[p]].kind)
	}
	v.w.touchParents(parts)
	v.w.sink += sink
}

// release gives the worker's memory back; it holds nothing of the plan.
func (v *wave) release() {
	w := v.w
	w.m, w.p, w.side, w.special = nil, nil, nil, nil
	w.beyond, w.requirements = 0, 0
	workers.Put(w)
}

// plan is the finished plan.
func (v *wave) plan() *Plan {
	results := v.results.Done()
	v.p.over = &results
	v.release()
	return v.p
}

// net nets a part again; if it comes out different, what its orders require is dirty.
func (v *wave) net(part bom.PartID) {
	w := v.w
	before := v.results.Get(int32(part))
	lots, side := v.p.lots(part), v.p.side(part)
	w.part, w.out = part, w.out[:0]
	scratch := w.netPart(part)
	if w.err != nil {
		return
	}
	if scratch != nil && len(w.m.holders) > 0 {
		v.results.Set(int32(part), &result{lots: slices.Clone(w.out)})
		w.attribute(part, scratch)
	}
	v.change.Visited = append(v.change.Visited, part)
	changed := !slices.Equal(lots, w.out) || !side.equal(w.side)
	if changed {
		v.results.Set(int32(part), &result{slices.Clone(w.out), w.side})
		v.change.Changed = append(v.change.Changed, part)
	} else if scratch != nil {
		v.results.Set(int32(part), before)
	}
	if changed || w.m.policies[part].flags&partPhantom != 0 { // pegs pass through a phantom
		w.m.eachBelow(part, v.push)
	}
}

// push adds a part to the queue.
func (v *wave) push(part bom.PartID) {
	q := append(v.queue, uint64(v.p.m.Level(part))<<32|uint64(uint32(part)))
	for i := len(q) - 1; i > 0; {
		up := (i - 1) / 2
		if q[up] <= q[i] {
			break
		}
		q[up], q[i] = q[i], q[up]
		i = up
	}
	v.queue = q
}

// pop takes the first part of the queue.
func (v *wave) pop() bom.PartID {
	q := v.queue
	first, n := q[0], len(q)-1
	q[0] = q[n]
	q = q[:n]
	for i := 0; ; {
		next := 2*i + 1
		if next+1 < n && q[next+1] < q[next] {
			next++
		}
		if next >= n || q[i] <= q[next] {
			break
		}
		q[i], q[next] = q[next], q[i]
		i = next
	}
	v.queue = q
	return bom.PartID(uint32(first))
}

// equal reports whether netting left the same; nil is an empty side.
func (s *side) equal(t *side) bool {
	if s == t {
		return true
	}
	none := &side{}
	if s == nil {
		s = none
	}
	if t == nil {
		t = none
	}
	return s.short == t.short && slices.Equal(s.moved, t.moved) && slices.Equal(s.pulled, t.pulled) &&
		slices.Equal(s.owners, t.owners) && slices.Equal(s.demands, t.demands)
}

// totals are the dependent requirements that were netted, and those on or after the horizon. A plan made
// by a change counts them when first asked for.
func (p *Plan) totals() (requirements int64, beyond int) {
	p.counted.Do(func() {
		if p.over == nil {
			return
		}
		w := newWorker(p.m, p)
		for i := range p.m.Parts {
			w.recount(bom.PartID(i))
		}
		p.count, p.beyond = w.requirements, w.beyond
	})
	return p.count, p.beyond
}

// beyondHorizon is the number of requirements, given and dependent, that lie beyond the horizon.
func (p *Plan) beyondHorizon() int {
	_, beyond := p.totals()
	return p.m.beyondHorizon + beyond
}

// recount gathers the requirements of a part as netting did.
func (w *worker) recount(p bom.PartID) {
	w.part, w.demand = p, -1
	if w.m.policies[p].flags&partSpecial == 0 {
		w.gather(p)
	} else {
		w.perish = w.perish[:0]
		w.gatherCommon(p, w.prepare(p))
	}
	w.events(p)
}
