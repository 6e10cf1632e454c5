package capacity

import (
	"iter"

	"github.com/taktplan/takt/bom"
)

// Operations yields the rows of routings.csv in canonical order.
func (s *Shop) Operations() iter.Seq[Operation] {
	return func(yield func(Operation) bool) {
		for i := range s.Steps {
			if !yield(s.operation(&s.Steps[i])) {
				return
			}
		}
	}
}

func (s *Shop) operation(r *Step) Operation {
	t := s.catalog.Names.String
	o := Operation{
		Row: int(r.Row), Item: s.catalog.ItemID(r.Part), Site: s.catalog.SiteID(r.Part), Routing: t(r.Routing), Op: int(r.Op), Name: t(r.Name),
		WorkCentre: s.centreID(r.Centre), Preference: orEmpty(int(r.Preference), 1), SetupMin: r.SetupMin, RunMin: r.RunMin, FixedMin: r.FixedMin,
		BatchQuantity: r.BatchQuantity, QueueMin: r.QueueMin, MoveMin: r.MoveMin, MinWaitMin: r.MinWaitMin,
		OverlapQuantity: r.OverlapQuantity, SplitMax: int(r.SplitMax), SetupFamily: t(r.Family), Sequence: r.Sequence,
		Tool: s.centreID(r.Tool), ToolUnits: int(r.ToolUnits), Operator: s.centreID(r.Operator), OperatorUnits: int(r.OperatorUnits),
		HoldTool: r.HoldTool, Supplier: t(r.Supplier), LeadDays: int(r.LeadDays), Yield: orEmpty(r.Yield, bom.One),
	}
	if !r.Interruptible {
		o.Interruptible = bom.Some(false)
	}
	if r.MaxWaitSet {
		o.MaxWaitMin = bom.Some(r.MaxWaitMin)
	}
	return o
}

// orEmpty is v, or the zero value where v is the default that an empty cell stands for.
func orEmpty[T comparable](v, byDefault T) T {
	if v == byDefault {
		var empty T
		return empty
	}
	return v
}

func (s *Shop) centreID(i int32) string {
	if i < 0 {
		return ""
	}
	return s.Centres[i].ID
}
