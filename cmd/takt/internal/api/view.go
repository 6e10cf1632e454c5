package api

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// view is a version of the plan with what reads have found out about it. Everything in it is made once, when somebody first asks.
type view struct {
	plan    *plan.Plan
	version uint64
	// ended is when another version became current, as far as reads have noticed, in nanoseconds since 1970; 0: not yet.
	ended atomic.Int64

	// The schedule is written out aside, by write.
	begin   sync.Once
	written chan struct{} // is closed when it is
	demands func(int32) (demandState, bool)

	figures  func() []plan.KPI
	summed   sync.Once
	sum      Summary
	counted  sync.Once
	counts   []int // rows of the input tables
	mu       sync.Mutex
	listings map[string]*listing
}

func newView(v plan.Snapshot) *view {
	w := &view{plan: v.Plan, version: v.Version, written: make(chan struct{}), listings: map[string]*listing{}}
	w.figures = sync.OnceValue(w.plan.KPIs)
	return w
}

// now is the view of the current version. It costs nothing.
func (s *Server) now() *view {
	at := s.Keeper.Current()
	for {
		v := s.view.Load()
		if v != nil && (v.plan == at.Plan || v.version > at.Version) {
			return v
		}
		next := newView(at)
		if !s.view.CompareAndSwap(v, next) {
			continue
		}
		if v != nil {
			v.ended.Store(s.Clock().UnixNano())
			if v.isWritten() {
				s.last.Store(v)
			}
		}
		return next
	}
}

// write writes the schedule out in a goroutine of its own, once: a plan that came by repair holds it as differences.
func (s *Server) write(v *view) {
	v.begin.Do(func() {
		s.writing.Add(1)
		go func() {
			defer s.writing.Add(-1)
			defer s.rested(time.Now())
			v.demands = demandsOf(v.plan)
			v.figures()
			close(v.written)
			if v.ended.Load() != 0 {
				if last := s.last.Load(); last == nil || last.version < v.version {
					s.last.Store(v)
				}
			}
		}()
	})
}

// isWritten reports whether the schedule is written out.
func (v *view) isWritten() bool {
	select {
	case <-v.written:
		return true
	default:
		return false
	}
}

// quick is how long the writing of a schedule may take for reads to wait for it always: small models are never behind.
const quick = 5 * time.Millisecond

// rest is how much longer than the writing of a schedule the pause after it is, while reads may show an older one: so that it takes a
// tenth of a processor. At most it is half of Options.Behind, in time for the next one.
const rest = 9

// rested notes how long that took, and until when no other schedule need be written out for reads that may show an older one.
func (s *Server) rested(begun time.Time) {
	now := time.Now()
	s.took.Store(int64(now.Sub(begun)))
	s.resting.Store(now.Add(min(rest*now.Sub(begun), s.Behind/2)).UnixNano())
}

// scheduled is a view whose schedule is written out: the current version's, or one that ended less than Options.Behind ago, while the
// current one is being written. least is the version that the caller wants at least.
func (s *Server) scheduled(ctx context.Context, least uint64) (*view, error) {
	v, err := s.atLeast(ctx, least)
	if err != nil || v.isWritten() {
		return v, err
	}
	if last := s.last.Load(); last != nil && last.version >= least && s.took.Load() > int64(quick) && s.Clock().UnixNano()-last.ended.Load() < int64(s.Behind) {
		if s.mayWrite(last) {
			s.write(v)
		}
		return last, nil
	}
	s.write(v)
	select {
	case <-v.written:
		return v, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// mayWrite reports whether a schedule may be written out while reads show that of an older version: one at a time, now and then, and not while a
// question is being planned unless the older one will be too old soon.
func (s *Server) mayWrite(shown *view) bool {
	if s.writing.Load() > 0 || time.Now().UnixNano() < s.resting.Load() {
		return false
	}
	return !s.Keeper.Asked() || s.Clock().UnixNano()-shown.ended.Load() > int64(s.Behind/2)
}

// atLeast is the view of the current version as soon as that is a version or a later one.
func (s *Server) atLeast(ctx context.Context, least uint64) (*view, error) {
	const look, most = 2 * time.Millisecond, 10 * time.Second
	v := s.now()
	if v.version >= least {
		return v, nil
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	end := time.NewTimer(most)
	defer end.Stop()
	for {
		select {
		case <-tick.C:
			if v = s.now(); v.version >= least {
				return v, nil
			}
		case <-end.C:
			return nil, NewProblem("not-yet", "this version has not come yet: leave at_least out, or ask again").With(func(p *Problem) { p.Base, p.Current = least, v.version })
		case <-s.ctx.Done():
			return nil, plan.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// demandState is what the plan does for a demand: with a schedule a promise, without one a result of the material plan.
type demandState struct {
	promise *plan.Promise
	result  *mrp.DemandResult
}

// demandsOf finds what the plan does for a demand by the demand's number, in O(log n).
func demandsOf(p *plan.Plan) func(int32) (demandState, bool) {
	book := p.Model().Book
	if f := p.Finite(); f != nil {
		f.LatestEnds() // the delays of operations need them
		list := f.Promises()
		return func(d int32) (demandState, bool) {
			i, ok := slices.BinarySearchFunc(list, d, func(x plan.Promise, d int32) int { return book.CompareDemands(x.Demand, d) })
			if !ok {
				return demandState{}, false
			}
			return demandState{promise: &list[i]}, true
		}
	}
	list := p.Material().DemandResults()
	return func(d int32) (demandState, bool) {
		i, ok := slices.BinarySearchFunc(list, d, func(x mrp.DemandResult, d int32) int { return book.CompareDemands(x.Demand, d) })
		if !ok {
			return demandState{}, false
		}
		return demandState{result: &list[i]}, true
	}
}

// table is one of the tables that the plan writes; ok is false for one that it does not have.
func (v *view) table(name string) (tables.Table, bool) {
	for _, t := range tables.Results(v.plan) {
		if t.Name == name {
			return t, true
		}
	}
	return tables.Table{}, false
}
