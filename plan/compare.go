package plan

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Diff is what differs between two plans, from the first to the second. Lists are in the order of
// their ids; what is the same in both is left out.
type Diff struct {
	Demands    []DemandDiff
	Orders     []OrderDiff
	Operations []OperationDiff
	Loads      []LoadDiff
	Costs      []KPIDiff // see Plan.Costs
	KPIs       []KPIDiff
}

// Presence says in which of two plans something is.
type Presence string

// The presences.
const (
	Added   Presence = "added"   // in the second only
	Removed Presence = "removed" // in the first only
	Changed Presence = "changed" // in both, but not the same
)

// DemandState is how a plan serves a demand.
type DemandState struct {
	Quantity bom.Quantity
	Promised bom.When
	Late     int64 // seconds
	Status   mrp.Status
}

// DemandDiff is a demand that is served otherwise.
type DemandDiff struct {
	Presence      Presence
	Demand        string
	Item, Site    string
	Priority      int
	Before, After DemandState
}

// Later is by how many seconds the demand's lateness grows; negative if it shrinks. It is 0 for a demand that is in one
// plan only, and for one that loses its promise or gets one: see Lost and Gained.
func (d *DemandDiff) Later() int64 {
	if d.Presence != Changed || d.Before.Promised.IsZero() || d.After.Promised.IsZero() {
		return 0
	}
	return d.After.Late - d.Before.Late
}

// Lost reports whether the first plan promises the demand and the second does not.
func (d *DemandDiff) Lost() bool {
	return d.Presence == Changed && !d.Before.Promised.IsZero() && d.After.Promised.IsZero()
}

// Gained reports whether the second plan promises the demand and the first does not, however late.
func (d *DemandDiff) Gained() bool {
	return d.Presence == Changed && d.Before.Promised.IsZero() && !d.After.Promised.IsZero()
}

// OrderDiff is a planned order that is not the same.
type OrderDiff struct {
	Presence      Presence
	Order         string
	Before, After mrp.Order // the zero Order where it is not
}

// OperationDiff is an operation that runs at another time or on another machine.
type OperationDiff struct {
	Presence      Presence
	Order         string
	Op            int
	Before, After capacity.ScheduledOperation
}

// Moved is by how many seconds the start moves; 0 if it is in one plan only.
func (d *OperationDiff) Moved() int64 {
	if d.Presence != Changed {
		return 0
	}
	return d.After.Start.Unix - d.Before.Start.Unix
}

// KPIDiff is a figure in both plans.
type KPIDiff struct {
	Name          string
	Unit          string
	Before, After decimal.Decimal
}

// Compare tells what differs between two plans of one factory. Operations are compared if both plans are
// finite; loads are then those of the schedules, else those of capacity requirements planning. O(n log n) in what the plans hold; the plans may be
// of different models. What a change did to the demands alone is in Plan.Effects, at no cost.
func Compare(a, b *Plan) Diff {
	d := Diff{Demands: compareDemands(a, b), Orders: compareOrders(a, b), Loads: compareLoads(a, b),
		Costs: diffKPIs(a.Costs(), b.Costs()), KPIs: diffKPIs(a.KPIs(), b.KPIs())}
	if a.finite != nil && b.finite != nil {
		d.Operations = compareOperations(a, b)
	}
	return d
}

// Empty reports whether nothing differs.
func (d *Diff) Empty() bool {
	return len(d.Demands) == 0 && len(d.Orders) == 0 && len(d.Operations) == 0 && len(d.Loads) == 0 && len(d.Costs) == 0 && len(d.KPIs) == 0
}

// joinSorted walks two lists in the order of their keys and tells every pair; one side is nil where a key is
// in one list only.
func joinSorted[T any](a, b []T, compare func(x, y *T) int, visit func(x, y *T)) {
	for len(a) > 0 || len(b) > 0 {
		order := 0
		switch {
		case len(a) == 0:
			order = 1
		case len(b) == 0:
			order = -1
		default:
			order = compare(&a[0], &b[0])
		}
		var x, y *T
		if order <= 0 {
			x, a = &a[0], a[1:]
		}
		if order >= 0 {
			y, b = &b[0], b[1:]
		}
		visit(x, y)
	}
}

func presence(before, after bool) Presence {
	switch {
	case !before:
		return Added
	case !after:
		return Removed
	}
	return Changed
}

// served is a demand with its state.
type served struct {
	row   *mrp.Demand
	state DemandState
}

func (p *Plan) served() []served {
	book := p.model.Book
	var out []served
	if p.finite != nil {
		for _, r := range p.Finite().Promises() {
			out = append(out, served{book.DemandAt(r.Demand), DemandState{r.Quantity, r.Promised, r.Late, r.Status}})
		}
		return out
	}
	const day = 24 * 3600
	for _, r := range p.material.DemandResults() {
		out = append(out, served{book.DemandAt(r.Demand), DemandState{r.Quantity, bom.OnDay(r.Promised), int64(r.LateDays) * day, r.Status}})
	}
	return out
}

func compareDemands(a, b *Plan) []DemandDiff { return diffDemands(a.served(), b.served()) }

func diffDemands(a, b []served) []DemandDiff {
	var out []DemandDiff
	joinSorted(a, b, func(x, y *served) int { return strings.Compare(x.row.ID, y.row.ID) }, func(x, y *served) {
		if x != nil && y != nil && x.state == y.state {
			return
		}
		row := cmp.Or(y, x).row
		d := DemandDiff{Presence: presence(x != nil, y != nil), Demand: row.ID, Item: row.Item, Site: row.Site, Priority: row.Priority}
		if x != nil {
			d.Before = x.state
		}
		if y != nil {
			d.After = y.state
		}
		out = append(out, d)
	})
	return out
}

func compareOrders(a, b *Plan) []OrderDiff {
	return diffOrders(slices.Collect(a.material.Orders()), slices.Collect(b.material.Orders()))
}

func diffOrders(a, b []mrp.Order) []OrderDiff {
	var out []OrderDiff
	joinSorted(a, b, func(x, y *mrp.Order) int { return strings.Compare(x.ID, y.ID) },
		func(x, y *mrp.Order) {
			if x != nil && y != nil && sameOrder(*x, *y) {
				return
			}
			d := OrderDiff{Presence: presence(x != nil, y != nil), Order: cmp.Or(y, x).ID}
			if x != nil {
				d.Before = *x
			}
			if y != nil {
				d.After = *y
			}
			out = append(out, d)
		})
	return out
}

// sameOrder compares what orders are, not the numbers that a plan gives them inside.
func sameOrder(a, b mrp.Order) bool {
	a.Part, a.Lot, b.Part, b.Lot = 0, 0, 0, 0
	return a == b
}

// compareSteps orders operations by order and number.
func compareSteps(x, y *capacity.ScheduledOperation) int {
	return cmp.Or(strings.Compare(x.Order, y.Order), cmp.Compare(x.Op, y.Op))
}

func compareOperations(a, b *Plan) []OperationDiff {
	return diffOperations(a.Finite().wholeOperations(), b.Finite().wholeOperations())
}

func diffOperations(a, b []capacity.ScheduledOperation) []OperationDiff {
	var out []OperationDiff
	type row = capacity.ScheduledOperation
	key := func(x, y *row) int {
		return cmp.Or(strings.Compare(x.Order, y.Order), cmp.Compare(x.Op, y.Op), strings.Compare(x.WorkCentre, y.WorkCentre), cmp.Compare(x.Machine, y.Machine))
	}
	joinSorted(a, b, compareSteps, func(x, y *row) {
		if x != nil && y != nil && key(x, y) == 0 && x.Start == y.Start && x.End == y.End && x.Quantity == y.Quantity {
			return
		}
		d := OperationDiff{Presence: presence(x != nil, y != nil), Order: cmp.Or(y, x).Order, Op: cmp.Or(y, x).Op}
		if x != nil {
			d.Before = *x
		}
		if y != nil {
			d.After = *y
		}
		out = append(out, d)
	})
	return out
}

// wholeOperations are the operations of the schedule, split ones by their first part.
func (f *Finite) wholeOperations() []capacity.ScheduledOperation {
	return joinSplits(f.Operations())
}

// joinSplits puts the parts of split operations together; rows are by order and operation.
func joinSplits(rows iter.Seq[capacity.ScheduledOperation]) []capacity.ScheduledOperation {
	var out []capacity.ScheduledOperation
	for o := range rows {
		if n := len(out); n > 0 && out[n-1].Order == o.Order && out[n-1].Op == o.Op {
			out[n-1].Quantity += o.Quantity
			if o.End.Unix > out[n-1].End.Unix {
				out[n-1].End = o.End
			}
			continue
		}
		out = append(out, o)
	}
	return out
}

// diffKPIs compares figures that both lists have.
func diffKPIs(a, b []KPI) []KPIDiff {
	var out []KPIDiff
	joinSorted(a, b, func(x, y *KPI) int { return strings.Compare(x.Name, y.Name) }, func(x, y *KPI) {
		if x == nil || y == nil || x.Value.Equal(y.Value) {
			return
		}
		out = append(out, KPIDiff{x.Name, x.Unit, x.Value, y.Value})
	})
	return out
}
