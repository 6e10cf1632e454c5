package main

import (
	"sync"

	"github.com/taktplan/takt/cmd/takt/internal/metrics"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// sources are what metrics ask. While starting there is no plan, and all is 0.
func (s *service) sources() metrics.Sources {
	var late lateCount
	return metrics.Sources{
		Version: func() uint64 {
			if now, ok := s.current(); ok {
				return now.Version
			}
			return 0
		},
		Late:    func() int { n, _ := late.of(s); return n },
		Demands: func() int { _, n := late.of(s); return n },
		Waiting: func() int { return s.gate.Changing() },
		Scenarios: func() int {
			if x := s.answers.Load(); x != nil {
				return x.Scenarios()
			}
			return 0
		},
		Subscribers: func() int {
			if x := s.answers.Load(); x != nil {
				return x.Subscribers()
			}
			return 0
		},
		Leads: func() bool {
			k := s.live.Load()
			if k == nil {
				return false
			}
			ok, _ := k.Leads()
			return ok
		},
	}
}

func (s *service) current() (plan.Snapshot, bool) {
	k := s.live.Load()
	if k == nil {
		return plan.Snapshot{}, false
	}
	return k.Current(), true
}

// lateCount is the number of late demands, counted once for a version.
type lateCount struct {
	mu        sync.Mutex
	version   uint64
	late, all int
}

func (n *lateCount) of(s *service) (late, all int) {
	now, ok := s.current()
	if !ok {
		return 0, 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.version != now.Version {
		n.version = now.Version
		n.late, n.all = countLate(now.Plan)
	}
	return n.late, n.all
}

// countLate is how many demands ship late or short, and how many there are.
func countLate(p *plan.Plan) (late, all int) {
	if f := p.Finite(); f != nil {
		for _, d := range f.Promises() {
			all++
			if d.Status != mrp.OnTime {
				late++
			}
		}
		return late, all
	}
	for _, d := range p.Material().DemandResults() {
		all++
		if d.Status != mrp.OnTime {
			late++
		}
	}
	return late, all
}
