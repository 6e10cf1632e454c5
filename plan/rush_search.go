package plan

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// search holds what was tried for a rush order.
type search struct {
	base    *Plan
	demand  mrp.Demand
	opts    RushOptions
	allowed map[LeverKind]bool
	tries   []*try
	seen    map[string]bool
	stuck   []stuck
}

func newSearch(p *Plan, demand mrp.Demand, opts RushOptions) (*search, error) {
	const rounds, forks, most = 6, 48, 6
	set := func(v *int, otherwise int) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	set(&opts.Rounds, rounds)
	set(&opts.Forks, forks)
	set(&opts.Most, most)
	allowed, err := leverSet(demand.ID, opts.Levers)
	if err != nil {
		return nil, err
	}
	s := &search{base: p, demand: demand, opts: opts, allowed: allowed, seen: map[string]bool{}}
	if !p.Scheduled() {
		for _, k := range []LeverKind{LeverDisplace, LeverOvertime, LeverAlternate, LeverReschedule} {
			s.cannot(k, "the plan has no finite schedule")
			delete(s.allowed, k)
		}
	}
	if opts.Repair.Strategy == GapFit {
		delete(s.allowed, LeverDisplace)
	}
	return s, nil
}

// cannot notes why a lever cannot be pulled; the first reason counts.
func (s *search) cannot(kind LeverKind, format string, args ...any) {
	if s.allowed[kind] && !slices.ContainsFunc(s.stuck, func(x stuck) bool { return x.kind == kind }) {
		s.stuck = append(s.stuck, stuck{kind, fmt.Sprintf(format, args...)})
	}
}

// run tries what needs no resource, then levers on what holds the best plans up, round by round.
func (s *search) run(ctx context.Context) error {
	if err := s.evaluate(ctx, s.seeds()); err != nil {
		return err
	}
	if err := s.tries[0].err; err != nil {
		return err
	}
	for range s.opts.Rounds {
		var next []*try
		for _, t := range s.frontier() {
			next = append(next, s.grow(t)...)
		}
		if len(next) == 0 {
			break
		}
		if err := s.evaluate(ctx, next); err != nil {
			return err
		}
	}
	if err := s.evaluate(ctx, s.anew()); err != nil {
		return err
	}
	if err := s.evaluate(ctx, s.splits()); err != nil {
		return err
	}
	return s.improve(ctx)
}

// mostAnew is up to how many operations Rush schedules all anew without being asked to.
const mostAnew = 5_000

// anew schedules everything with the order before all others. It takes as long as a plan, so it is tried only if
// nothing else gave the date and machines are what the order waits for.
func (s *search) anew() []*try {
	const first = 1000 // what lateness of the order counts then
	best := s.best(func(*try) bool { return true })
	if !s.allowed[LeverReschedule] || best == nil || best.out.onTime {
		return nil
	}
	if best.detail(s.base.model.Zone()); !best.waitsForMachines() {
		return nil
	}
	if len(s.opts.Levers) == 0 && s.base.NumOperations() > mostAnew {
		s.cannot(LeverReschedule, "the schedule has more than %d operations, which takes a while: ask for this lever by its name", mostAnew)
		return nil
	}
	var list []*try
	for _, t := range []*try{best, s.best(func(t *try) bool { return t.demand.Peg != best.demand.Peg })} {
		if t == nil {
			continue
		}
		d := t.demand
		d.Weight = bom.Some(max(d.Weight.Or(bom.One), first*bom.One))
		pulls := slices.DeleteFunc(slices.Clone(t.pulls), func(x pull) bool { return x.lever.Kind == LeverDisplace })
		pulls = append(pulls, pull{lever: Lever{Kind: LeverReschedule}})
		list = append(list, &try{demand: d, repair: Repair{Strategy: Total}, pulls: pulls, parent: t})
	}
	return list
}

// waitsForMachines reports whether an order would be in time but for other orders on its machines.
func (t *try) waitsForMachines() bool {
	sum := int64(0)
	for _, c := range t.out.causes {
		if c.Kind == CauseMachine || c.Kind == CauseOven || c.Kind == CausePool {
			sum += c.Wait
		}
	}
	return sum > 0 && sum >= t.out.late
}

// seeds are the order as it stands, without supply of others, and with others giving way.
func (s *search) seeds() []*try {
	own := s.demand
	own.Peg = mrp.Dedicated
	ownSupply := pull{lever: Lever{Kind: LeverOwnSupply}}
	still, away := Repair{Strategy: GapFit}, s.opts.Repair
	away.Urgent = []string{s.demand.ID}
	displace := pull{lever: Lever{Kind: LeverDisplace, Strategy: away.Strategy}}

	list := []*try{{demand: s.demand, repair: still}}
	dedicate := s.allowed[LeverOwnSupply] && s.demand.Peg != mrp.Dedicated
	if dedicate {
		list = append(list, &try{demand: own, repair: still, pulls: []pull{ownSupply}})
	}
	if s.allowed[LeverDisplace] {
		list = append(list, &try{demand: s.demand, repair: away, pulls: []pull{displace}})
	}
	if dedicate && s.allowed[LeverDisplace] {
		list = append(list, &try{demand: own, repair: away, pulls: []pull{ownSupply, displace}})
	}
	return list
}

// frontier are the tries to put levers on: the best one, unless it is on time at nobody's expense, and
// the best one in which nobody moves.
func (s *search) frontier() []*try {
	best, still := s.best(func(*try) bool { return true }), s.best(func(t *try) bool { return !t.has(LeverDisplace) })
	for best != nil && best.done() {
		if best.detail(s.base.model.Zone()); best.err == nil && best.done() {
			return nil // it holds when looked at closely
		}
		best = s.best(func(*try) bool { return true })
	}
	if best == nil {
		return nil
	}
	var list []*try
	for _, t := range []*try{best, still} {
		if t != nil && !t.grown && !t.done() && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

// done reports whether nothing is left to improve.
func (t *try) done() bool { return t.out.onTime && len(t.slips) == 0 }

func (t *try) has(kind LeverKind) bool {
	return slices.ContainsFunc(t.pulls, func(x pull) bool { return x.lever.Kind == kind })
}

// best is the try with the earliest promise, of equal ones the one that harms least, then the one made first.
func (s *search) best(of func(*try) bool) *try {
	var best *try
	for _, t := range s.tries {
		if t.err == nil && of(t) && (best == nil || t.better(best)) {
			best = t
		}
	}
	return best
}

func (t *try) better(than *try) bool {
	if t.out.at != than.out.at {
		return t.out.at < than.out.at
	}
	return t.harm.LessThan(than.harm)
}

// grow puts every lever that acts on what holds a try up on top of it. Of a try that is on time, what holds
// up the demand that pays most counts.
func (s *search) grow(t *try) []*try {
	t.grown = true
	t.detail(s.base.model.Zone())
	causes, late := t.out.causes, t.out.late
	if t.out.onTime {
		x, ok := t.plan.outcome(t.slips[0].Demand)
		if !ok {
			return nil
		}
		causes, late = x.causes, t.slips[0].Seconds
	}
	var next []*try
	for _, x := range s.pulls(t, causes, late) {
		next = append(next, &try{demand: t.demand, rest: t.rest, repair: t.repair, pulls: append(slices.Clip(t.pulls), x), parent: t})
	}
	return next
}

// evaluate plans tries in parallel, as many as may still be made. What fails is kept with its error.
func (s *search) evaluate(ctx context.Context, list []*try) error {
	var fresh []*try
	for _, t := range list {
		if key := t.key(); !s.seen[key] && len(s.tries)+len(fresh) < s.opts.Forks {
			s.seen[key] = true
			fresh = append(fresh, t)
		}
	}
	var wait sync.WaitGroup
	turn := make(chan struct{}, s.base.options.workers())
	for _, t := range fresh {
		turn <- struct{}{}
		wait.Go(func() {
			t.evaluate(ctx, s)
			<-turn
		})
	}
	wait.Wait()
	s.tries = append(s.tries, fresh...)
	return ctx.Err()
}

// splits ship on time what can, and the rest when all of the best late try would be there: what is there in
// time, else a half or a quarter.
func (s *search) splits() []*try {
	if !s.allowed[LeverSplit] || s.demand.Policy == mrp.OrderComplete {
		return nil
	}
	decimals := int(s.base.model.Catalog.Parts[s.part()].Decimals)
	var list []*try
	for _, t := range []*try{s.best(func(*try) bool { return true }), s.best(func(t *try) bool { return len(t.pulls) == 0 })} {
		if t == nil || t.out.onTime || t.rest != nil {
			continue
		}
		t.detail(s.base.model.Zone())
		first := []bom.Quantity{t.out.inTime}
		if t.out.inTime == 0 {
			first = []bom.Quantity{s.demand.Quantity / 2, s.demand.Quantity / 4}
		}
		for _, q := range first {
			if q -= q % bom.Step(decimals); q <= 0 || q >= s.demand.Quantity {
				continue
			}
			list = append(list, s.split(t, q))
		}
	}
	return list
}

func (s *search) split(t *try, first bom.Quantity) *try {
	now, rest := t.demand, t.demand
	now.Quantity, now.MinDelivery = first, min(t.demand.MinDelivery, first)
	rest.ID, rest.Quantity = s.demand.ID+"-REST", s.demand.Quantity-first
	rest.MinDelivery = min(t.demand.MinDelivery, rest.Quantity)
	if !t.out.promised.IsZero() {
		rest.Due = bom.OnDay(t.out.promised.Day)
	}
	l := Lever{Kind: LeverSplit, Item: s.demand.Item, Site: s.demand.Site, Quantity: first}
	return &try{demand: now, rest: &rest, repair: t.repair, pulls: append(slices.Clip(t.pulls), pull{lever: l}), parent: t}
}

// part is the part that is asked for.
func (s *search) part() bom.PartID {
	part, _ := s.base.model.Catalog.Part(s.demand.Item, s.demand.Site)
	return part
}
