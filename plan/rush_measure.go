package plan

import (
	"context"
	"sync"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// Measure finds what the options do to the bottleneck and to setups: Option.Bottleneck and Cost.Setup, which Rush leaves out as
// they take a pass over all operations of each plan. The order of the options stays. A material plan has neither.
func (r *Rush) Measure(ctx context.Context) error {
	s := r.search
	f := s.base.Finite()
	if f == nil {
		return nil
	}
	window := capacity.Span{From: f.today, To: max(dueEnd(s.demand.Due, f.zone), f.today+1)}
	before := f.centreLoads(window)
	work := s.bottleneck(before)
	var wait sync.WaitGroup
	turn := make(chan struct{}, s.base.options.workers())
	for i := range r.Options {
		o := &r.Options[i]
		turn <- struct{}{}
		wait.Go(func() {
			after := o.Plan.Finite()
			if after.setupTime() != f.setupTime() {
				o.Cost.Setup = after.setupCost().Sub(f.setupCost())
			}
			o.Bottleneck = f.compareLoad(before, after, work, window)
			<-turn
		})
	}
	wait.Wait()
	return ctx.Err()
}

// bottleneck is the work centre that the order waits for longest as it stands; if it waits for none, the busiest.
func (s *search) bottleneck(loads []centreLoad) string {
	s.tries[0].detail(s.base.model.Zone())
	best, id := int64(0), ""
	for _, c := range s.tries[0].out.causes {
		if (c.Kind == CauseMachine || c.Kind == CauseOven) && c.Wait > best {
			best, id = c.Wait, c.WorkCentre
		}
	}
	if id != "" {
		return id
	}
	share := -1.0
	for i := range loads {
		if l := &loads[i]; l.available > 0 && float64(l.setup+l.run)/float64(l.available) > share {
			share, id = float64(l.setup+l.run)/float64(l.available), l.id
		}
	}
	return id
}

func (f *Finite) setupTime() int64 { return f.score[schedule.SetupTime] }
