package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// answer ranks what was tried, and says of the rest why it is no option. Options are looked at closely before they are given.
func (s *search) answer(ctx context.Context) (*Rush, error) {
	for {
		r, kept := s.rank()
		changed := false
		for _, o := range kept {
			was := o.try.out.at
			o.try.detail(s.base.model.Zone())
			changed = changed || o.try.err != nil || o.try.out.at != was || o.try.out.onTime != o.OnTime
		}
		if changed {
			continue
		}
		for _, o := range kept {
			o.tell()
			o.Approval = s.opts.Approve.approve(o)
			r.Options = append(r.Options, *o)
		}
		return r, ctx.Err()
	}
}

// rank gives the options that are worth a choice, the best first, and the answer with all others.
func (s *search) rank() (*Rush, []*Option) {
	r := &Rush{Demand: s.demand, search: s}
	var list, kept []*Option
	for _, t := range s.tries {
		if t.err != nil {
			r.Tried = append(r.Tried, Attempt{Levers: t.levers(), Why: t.err.Error()})
			continue
		}
		list = append(list, t.option(s.base.model.Zone()))
	}
	slices.SortStableFunc(list, compareOptions)
	for i, o := range list {
		why := ""
		switch better := o.betterOf(list, i); {
		case better != nil:
			why = fmt.Sprintf("in nothing better than: %s", better.short())
		case len(kept) == s.opts.Most:
			why = "there are enough options that are better"
		default:
			kept = append(kept, o)
			continue
		}
		r.Tried = append(r.Tried, Attempt{Levers: o.Levers, Promise: o.Promise, Why: why})
	}
	for _, x := range s.stuck {
		if !slices.ContainsFunc(s.tries, func(t *try) bool { return t.has(x.kind) }) {
			r.Untried = append(r.Untried, Untried{x.kind, x.why})
		}
	}
	return r, kept
}

// betterOf is an option of a ranked list that leaves the one at a place nothing to be chosen for; of two that are as good as each
// other the first stays. nil: there is none.
func (o *Option) betterOf(list []*Option, at int) *Option {
	for i, x := range list {
		if i != at && o.dominated(x) && (i < at || !x.dominated(o)) {
			return x
		}
	}
	return nil
}

// short names an option by its levers.
func (o *Option) short() string {
	if len(o.Levers) == 0 {
		return "as it stands"
	}
	texts := make([]string, len(o.Levers))
	for i := range o.Levers {
		texts[i] = o.Levers[i].Short()
	}
	return strings.Join(texts, "; ")
}

func (t *try) levers() []Lever {
	var list []Lever
	for i := range t.pulls {
		list = append(list, t.pulls[i].lever)
	}
	return list
}

// option is a try as it is compared.
func (t *try) option(zone *time.Location) *Option {
	o := &Option{try: t, zone: zone, Levers: t.levers(), Changes: t.changes(), Repair: t.repair, Plan: t.plan, Promise: t.out.promised, Late: t.out.late,
		OnTime: t.out.onTime, Slips: t.slips, Stability: t.plan.Effects().Stability, at: t.out.at}
	for i := range o.Levers {
		o.Cost.add(&o.Levers[i])
	}
	return o
}

// tell fills in what is not needed to compare.
func (o *Option) tell() {
	out := &o.try.out
	o.Gain = o.try.gained()
	o.Promise, o.OnTimeQuantity, o.Deliveries = out.promised, out.inTime, out.deliveries
	if o.OnTime {
		return
	}
	o.Causes = out.causes
	if root, ok := (&Promise{Causes: o.Causes}).Root(); ok {
		o.Remaining = &root
	}
}
