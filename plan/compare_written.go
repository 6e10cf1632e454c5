package plan

import (
	"slices"
	"strings"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Written is what the output tables of a plan say, where the plan itself is not at hand. Order of rows is free.
type Written struct {
	Demands    []WrittenDemand
	Orders     []mrp.Order                   // without Part, Lot and the flags, which tables do not have
	Operations []capacity.ScheduledOperation // nil: the plan has no schedule
	Loads      []capacity.Load               // nil: the plan tells none
	KPIs       []KPI
}

// WrittenDemand is a row of demand_status.
type WrittenDemand struct {
	Demand     string
	Item, Site string
	State      DemandState
}

// CompareWritten is Compare for plans of which only the tables are there. Operations and loads are
// compared if both have them; costs are in no table.
func CompareWritten(a, b *Written) Diff {
	d := Diff{Demands: diffDemands(a.served(), b.served()), Orders: diffOrders(a.orders(), b.orders()), KPIs: diffKPIs(a.kpis(), b.kpis())}
	if a.Operations != nil && b.Operations != nil {
		d.Operations = diffOperations(a.operations(), b.operations())
	}
	if a.Loads != nil && b.Loads != nil {
		d.Loads = diffLoads(a.loads(), b.loads())
	}
	return d
}

func (w *Written) served() []served {
	out := make([]served, len(w.Demands))
	for i := range w.Demands {
		d := &w.Demands[i]
		out[i] = served{&mrp.Demand{ID: d.Demand, Item: d.Item, Site: d.Site}, d.State}
	}
	slices.SortFunc(out, func(x, y served) int { return strings.Compare(x.row.ID, y.row.ID) })
	return out
}

func (w *Written) orders() []mrp.Order {
	return slices.SortedFunc(slices.Values(w.Orders), func(x, y mrp.Order) int { return strings.Compare(x.ID, y.ID) })
}

func (w *Written) operations() []capacity.ScheduledOperation {
	return joinSplits(slices.Values(slices.SortedStableFunc(slices.Values(w.Operations), func(x, y capacity.ScheduledOperation) int { return compareSteps(&x, &y) })))
}

func (w *Written) loads() []capacity.Load {
	return slices.SortedFunc(slices.Values(w.Loads), func(x, y capacity.Load) int { return compareWeeks(&x, &y) })
}

func (w *Written) kpis() []KPI {
	return slices.SortedFunc(slices.Values(w.KPIs), func(x, y KPI) int { return strings.Compare(x.Name, y.Name) })
}
