package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// ApplyWith is Apply with a way to repair the schedule, and to improve it.
func (p *Plan) ApplyWith(ctx context.Context, r Repair, changes ...Change) (*Plan, error) {
	if r.Optimise != nil {
		if err := r.Optimise.check(); err != nil {
			return nil, err
		}
	}
	after, err := p.applyWith(ctx, r, changes)
	if err != nil || r.Optimise == nil || after.finite == nil {
		return after, err
	}
	return after.improvedAfter(ctx, p, &r)
}

func (p *Plan) applyWith(ctx context.Context, r Repair, changes []Change) (*Plan, error) {
	if len(changes) == 0 && (r.Strategy != Total || p.finite == nil) {
		fork := *p
		fork.effects = nil // nothing was done to it
		return &fork, nil
	}
	if int(r.Strategy) >= len(Strategies) {
		return nil, &StrategyError{r.Strategy}
	}
	d := newDraft(p)
	if _, err := editAll(d, changes); err != nil {
		return nil, err
	}
	after, net, err := p.replan(ctx, d)
	if err != nil {
		return nil, err
	}
	if p.finite == nil {
		after.effects = effectsLater(p, after, r.Strategy)
		return after, nil
	}
	if net != nil && p.version != nil && r.Strategy != Total && !p.shipTogether(d) {
		switch done, err := p.repair(ctx, after, d, net, r); {
		case err != nil:
			return nil, err
		case done && !after.worthAnew(r):
			return after, nil
		case done:
			return after.orAnew(ctx, p)
		}
	}
	if err := after.schedule(ctx, p.options); err != nil {
		return nil, err
	}
	after.effects = effectsLater(p, after, Total)
	return after, nil
}

// A repair in a small plan that makes others later by more than a day in all is compared with a schedule built anew, which costs little there.
const (
	smallPlan = 1_500 // operations
	worthDay  = int64(24 * 3600)
)

// worthAnew reports whether a repaired plan is to be compared with one whose schedule is built anew.
func (p *Plan) worthAnew(r Repair) bool {
	if r.Strategy != Displace || p.version == nil || len(p.version.family.root.problem.Ops) > smallPlan {
		return false
	}
	slip := int64(0)
	for i := range p.effects.made.Shifts {
		slip += p.effects.made.Shifts[i].Slip()
	}
	return slip > worthDay
}

// orAnew is a plan that came of another by repair, or with its schedule built anew if that is better by more than a day.
func (p *Plan) orAnew(ctx context.Context, before *Plan) (*Plan, error) {
	anew := &Plan{model: p.model, network: p.network, material: p.material, options: p.options}
	if err := anew.schedule(ctx, p.options); err != nil {
		return nil, err
	}
	if anew.lateness()+worthDay >= p.lateness() {
		return p, nil
	}
	anew.effects = effectsLater(before, anew, Total)
	return anew, nil
}

// lateness is the sum of all demands' lateness, in seconds; one that never ships counts as a year.
func (p *Plan) lateness() int64 {
	const year = 365 * 24 * 3600
	sum := int64(0)
	for _, r := range p.Finite().Promises() {
		if sum += r.Late; r.Status == mrp.Short && r.Promised.IsZero() {
			sum += year
		}
	}
	return sum
}

// replan plans the material of a draft. net says what differs, nil if all may in any way.
func (p *Plan) replan(ctx context.Context, d *draft) (after *Plan, net *mrp.NetChange, err error) {
	if d.touched == (touchedTables{}) {
		material, net, err := p.material.Change(ctx, d.edits, mrp.Options{Workers: p.options.Workers})
		var rebuild *mrp.RebuildError
		switch {
		case err == nil:
			m := *p.model
			m.Book = material.Model().Book
			after = &Plan{model: &m, network: material.Model().Network, material: material, options: p.options}
			return after, net, nil
		case !errors.As(err, &rebuild):
			return nil, nil, err
		}
	}
	if d.touched == (touchedTables{hours: true}) {
		if after, net, err = p.replanHours(ctx, d); err == nil {
			return after, net, nil
		}
	}
	m, err := d.model()
	if err != nil {
		return nil, nil, err
	}
	after, err = New(ctx, m, p.options.withoutFinite())
	if err != nil {
		return nil, nil, err
	}
	after.options = p.options
	return after, nil, nil
}

// replanHours plans a draft in which beside rows of the book only downtime changed, which netting does not look at.
func (p *Plan) replanHours(ctx context.Context, d *draft) (*Plan, *mrp.NetChange, error) {
	shop, err := p.model.Shop.WithDowntime(d.rows.Downtime)
	if err != nil {
		return nil, nil, err
	}
	material, net, err := p.material.Change(ctx, d.edits, mrp.Options{Workers: p.options.Workers})
	if err != nil {
		return nil, nil, err
	}
	material = material.WithShop(shop)
	m := *p.model
	m.Shop, m.Book = shop, material.Model().Book
	return &Plan{model: &m, network: material.Model().Network, material: material, options: p.options}, net, nil
}

// withoutFinite are the options for the material plan alone.
func (o Options) withoutFinite() Options {
	o.Finite = nil
	return o
}

// shipTogether reports whether a demand that was edited ships, or shipped, together with other lines of its order.
func (p *Plan) shipTogether(d *draft) bool {
	for id, row := range d.edits.Demands {
		if row != nil && shipsTogether(row) {
			return true
		}
		if i, ok := p.model.Book.Demand(id); ok && shipsTogether(p.model.Book.DemandAt(i)) {
			return true
		}
	}
	return false
}

// rebaseDepth is after how many changes a plan gets a family of its own, so that histories stay short.
const rebaseDepth = 256

// rebaseMoves is after how many moves for each operation it gets one too.
const rebaseMoves = 4

// repair makes the schedule of a changed plan from this one's. It reports false if it has to be built anew.
func (p *Plan) repair(ctx context.Context, after *Plan, d *draft, net *mrp.NetChange, r Repair) (bool, error) {
	family := p.version.family
	fl := family.floor(p.version)
	c := &floorChange{floor: fl, old: p.material, new: after.material, parts: withBehindPhantoms(after.material, append(editedParts(&d.edits, p.material.Model(), after.material.Model()), net.Visited...)), changed: distinct(net.Changed), line: -1, urgent: r.Urgent}
	if r.Strategy == DedicatedLine {
		centre, ok := c.m.Shop.Centre(r.WorkCentre)
		if !ok || c.centreOf[centre] < 0 {
			family.release(fl)
			return false, &UnknownLineError{r.WorkCentre}
		}
		c.line = c.centreOf[centre]
	}
	v, err := c.try(ctx, &d.edits, p.repairOptions(fl, r))
	if err != nil {
		family.release(fl)
		if errors.Is(err, schedule.ErrUnsettled) {
			return false, nil
		}
		return false, err
	}
	effects := c.effects(r.Strategy, len(fl.problem.Ops))
	family.release(fl)
	after.version = v
	after.finite = &laterFinite{make: func() *Finite { return finiteOf(after) }}
	after.effects = &laterEffects{made: effects}
	if v.depth >= rebaseDepth || v.moved > rebaseMoves*len(family.root.problem.Ops) {
		f := after.Finite()
		after.version = newFamily(f, p.model.published, &p.options)
	}
	return true, nil
}

// try repairs the schedule. After an error the floor stands where it stood.
func (c *floorChange) try(ctx context.Context, edits *mrp.Edits, o schedule.RepairOptions) (*version, error) {
	broken, at := c.board.Broken(), c.at
	err := c.apply(ctx, edits, o)
	if err == nil && (c.fixedChanged() || c.misplaced()) {
		err = schedule.ErrUnsettled
	}
	v := &version{family: at.family, parent: at, depth: at.depth + 1, moved: at.moved + len(c.step.board.Moves()), step: c.step}
	c.at = v
	if err == nil && c.breaksMore(broken) {
		err = schedule.ErrUnsettled
	}
	if err != nil {
		c.undo(v)
		return nil, err
	}
	return v, nil
}

// fixedChanged reports whether an order's job came or went of which the published schedule keeps operations where they are.
func (c *floorChange) fixedChanged() bool {
	if len(c.at.family.fixed) == 0 {
		return false
	}
	moves := c.step.board.Moves()
	for i := range moves {
		if before := moves[i].Before(); len(before) > 0 && before[0].Pin != schedule.Free {
			return true
		}
		if job := c.problem.Ops[moves[i].Op].Job; len(moves[i].Before()) == 0 && c.owner[job].class != ownsDemand && c.at.family.fixed[c.orderOf(moves[i].Op)] {
			return true
		}
	}
	return false
}

// repairOptions say how the board is to be repaired.
func (p *Plan) repairOptions(fl *floor, r Repair) schedule.RepairOptions {
	o := schedule.RepairOptions{Most: r.MostMoves, Rounds: r.Trials, Late: p.options.Finite.Direction == schedule.Backward, Hold: fl.frozenUntil()}
	o.Displace = r.Strategy != GapFit
	o.KeepSequence = r.Strategy == RightShift
	if r.Strategy == MatchUp {
		const days = 14
		o.Until = fl.today + int64(days*24*time.Hour/time.Second)
		if !r.Until.IsZero() {
			o.Until = r.Until.Instant(fl.zone)
		}
	}
	return o
}

// StrategyError is a repair strategy that there is none of.
type StrategyError struct{ Strategy Strategy }

func (e *StrategyError) Error() string {
	return fmt.Sprintf("repair strategy %d: name one of %s", int(e.Strategy), strings.Join(Strategies[:], ", "))
}

// UnknownLineError is a dedicated line that is no work centre with machines.
type UnknownLineError struct{ WorkCentre string }

func (e *UnknownLineError) Error() string {
	return fmt.Sprintf("dedicated line %q: name a work centre of the model that has machines", e.WorkCentre)
}

// editedParts are the parts whose supplies are taken by demands and receipts that were edited, and what the receipts
// supply: their jobs come anew, though netting may see no difference.
func editedParts(edits *mrp.Edits, models ...*mrp.Model) []bom.PartID {
	var out []bom.PartID
	for _, m := range models {
		for _, id := range slices.Sorted(maps.Keys(edits.Demands)) {
			if d, ok := m.Book.Demand(id); ok {
				out = append(out, m.Book.DemandPart(d))
			}
		}
		for _, id := range slices.Sorted(maps.Keys(edits.Receipts)) {
			r, ok := m.Book.Receipt(id)
			if !ok {
				continue
			}
			part := m.Book.ReceiptPart(r)
			out = append(out, part)
			from, to := m.Lines(part)
			for l := from; l < to; l++ {
				out = append(out, m.Components[l].Part)
			}
			for _, other := range m.Book.ReceiptsOf(part) { // they may be made in another way now
				for _, a := range m.Book.AllocationsOf(m.Book.ReceiptAt(other).ID) {
					if c, ok := m.Catalog.Part(a.Component, a.Site); ok {
						out = append(out, c)
					}
				}
			}
			from, to = m.Catalog.Sources(part)
			for s := from; s < to; s++ {
				if sender := m.Supplies[s].Sender; sender != bom.NoPart {
					out = append(out, sender)
				}
			}
		}
	}
	return out
}

func distinct(parts []bom.PartID) []bom.PartID {
	seen := make(map[bom.PartID]bool, len(parts))
	out := make([]bom.PartID, 0, len(parts))
	for _, p := range parts {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// withBehindPhantoms adds the components of phantoms, whose consumers stand behind the phantom.
func withBehindPhantoms(m *mrp.Plan, parts []bom.PartID) []bom.PartID {
	model := m.Model()
	out := distinct(parts)
	seen := make(map[bom.PartID]bool, len(out))
	for _, p := range out {
		seen[p] = true
	}
	for i := 0; i < len(out); i++ {
		if !model.Parts[out[i]].Phantom {
			continue
		}
		from, to := model.Lines(out[i])
		for l := from; l < to; l++ {
			if c := model.Components[l].Part; !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// Effects are what the changes did that made this plan of another; none for a plan that was made by New.
func (p *Plan) Effects() Effects {
	if p.effects == nil {
		return Effects{}
	}
	return p.effects.get()
}

// laterEffects are effects that may be found when they are first asked for.
type laterEffects struct {
	once sync.Once
	made Effects
	make func() Effects
}

// effectsLater compares two plans when it is asked to. It holds them without what made them of others, lest a
// chain of plans stays alive.
func effectsLater(before, after *Plan, strategy Strategy) *laterEffects {
	a, b := before.sides(), after.sides()
	return &laterEffects{make: func() Effects { return effectsOf(a, b, strategy) }}
}

func (l *laterEffects) get() Effects {
	l.once.Do(func() {
		if l.make != nil {
			l.made, l.make = l.make(), nil
		}
	})
	return l.made
}

// sides is a plan without the effects that made it, so that comparing two plans keeps no others alive.
func (p *Plan) sides() *Plan {
	side := *p
	side.effects = nil
	return &side
}
