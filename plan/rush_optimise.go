package plan

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
)

// OptionGain is what a search made better in an option, against the option without it.
type OptionGain struct {
	Gain
	PromiseBefore, PromiseAfter bom.When
	LateBefore, LateAfter       int64           // of the order, in seconds
	SlipBefore, SlipAfter       decimal.Decimal // days × weight of those who pay
	StirBefore, StirAfter       int             // operations that moved against the plan that was asked
}

// String is the gain in one or two lines.
func (g *OptionGain) String() string {
	var parts []string
	if g.LateBefore != g.LateAfter {
		parts = append(parts, fmt.Sprintf("the order ships %s earlier", length(g.LateBefore-g.LateAfter)))
	}
	if text := fewer(g.SlipBefore, g.SlipAfter, "weighted days for those who pay"); text != "" {
		parts = append(parts, text)
	}
	if g.StirBefore != g.StirAfter {
		parts = append(parts, fmt.Sprintf("%s operations moved in place of %s", grouped(int64(g.StirAfter)), grouped(int64(g.StirBefore))))
	}
	if len(parts) == 0 {
		return g.Gain.String()
	}
	return strings.Join(append(parts, g.Gain.changes()...), ", ") + "; " + g.effort()
}

// mostImproved bounds the options that the time of a search is shared among.
const mostImproved = 3

// errNothingGained is why an option with a search is none.
var errNothingGained = errors.New("the search found nothing that is better for the order or for those who pay, or moves clearly less at no more setups")

// improve searches for better schedules of the best options that leave something to be wished for: the order is late, others
// pay, or operations moved. What is gained is an option of its own, beside the one without.
func (s *search) improve(ctx context.Context) error {
	if s.opts.Optimise == nil || !s.base.Scheduled() {
		return nil
	}
	_, kept := s.rank()
	var chosen []*try
	for _, o := range kept {
		if o.try.detail(s.base.model.Zone()); o.try.err == nil && len(chosen) < mostImproved && (!o.try.done() || o.Stability.OperationsMoved > 0) {
			chosen = append(chosen, o.try)
		}
	}
	for _, t := range chosen {
		better := t.searched(s.opts.Optimise.share(len(chosen)))
		better.improve(ctx, s)
		s.tries = append(s.tries, better)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// share is the search of one of several that divide its time and tries among them.
func (o *Search) share(n int) *Search {
	part := *o
	part.Time = o.limit() / time.Duration(n)
	if o.Iterations > 0 {
		part.Iterations = max(1, o.Iterations/int64(n))
	}
	return &part
}

// searched is a try with a search on top.
func (t *try) searched(o *Search) *try {
	repair := t.repair
	repair.Optimise, repair.Urgent = o, []string{t.demand.ID}
	pulls := append(t.pulls[:len(t.pulls):len(t.pulls)], pull{lever: Lever{Kind: LeverOptimise}})
	return &try{demand: t.demand, rest: t.rest, repair: repair, pulls: pulls, parent: t}
}

// improve searches upon the plan of the try below.
func (t *try) improve(ctx context.Context, s *search) {
	zone := s.base.model.Zone()
	if t.plan, t.err = t.parent.plan.improvedAfter(ctx, s.base, &t.repair); t.err != nil {
		return
	}
	if t.detail(zone); t.err != nil {
		return
	}
	if t.weigh(); !t.option(zone).gains(t.parent.option(zone)) {
		t.err = errNothingGained
	}
}

// gains reports whether an option is better than another for the order or those who pay, or in this the same, moves a tenth less,
// and takes no more setups.
func (o *Option) gains(over *Option) bool {
	if result := compareResults(o, over); result != 0 {
		return result < 0
	}
	const tenth = 10
	calm, stir := &o.Stability, &over.Stability
	return stir.Instability-calm.Instability > stir.Instability/tenth && calm.OperationsMoved < stir.OperationsMoved && o.Plan.Finite().setupTime() <= over.Plan.Finite().setupTime()
}

// gained is what the search of a try made better; nil without one.
func (t *try) gained() *OptionGain {
	if !t.has(LeverOptimise) {
		return nil
	}
	before := t.parent
	return &OptionGain{Gain: *t.plan.Finite().Gain(), PromiseBefore: before.out.promised, PromiseAfter: t.out.promised,
		LateBefore: before.out.late, LateAfter: t.out.late, SlipBefore: before.harm, SlipAfter: t.harm,
		StirBefore: before.plan.Effects().Stability.OperationsMoved, StirAfter: t.plan.Effects().Stability.OperationsMoved}
}
