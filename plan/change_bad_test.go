package plan_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// A change that cannot be made is refused with an error of its kind that names what is wrong and says what to
// do, and the rows are as before.
func TestBadChangesAreRefusedByName(t *testing.T) {
	p := finitePlan(t, works())
	before := p.Model().Rows()
	type notFound = *plan.NotFoundError
	type exists = *plan.ExistsError
	type closed = *plan.ClosedError
	type value = *plan.ValueError
	made := firstPlanned(t, p, "A").ID
	gone, strange := order("N", 1, 9, 1), order("N", 1, 9, 1)
	gone.Item, strange.Site = "AA", "moon"
	for _, c := range []struct {
		change plan.Change
		kind   any
		says   string
	}{
		{plan.MoveDemand{Demand: "S11", Due: march(9)}, notFound(nil), "did you mean S1?"},
		{plan.ChangeDemand{Demand: order("S9", 1, 9, 1)}, notFound(nil), "no demand S9"},
		{plan.CancelDemand{Demand: "S9"}, notFound(nil), "no demand S9"},
		{plan.ResizeDemand{Demand: "OLD", Quantity: bom.Unit}, closed(nil), "OLD is closed"},
		{plan.AddDemand{Demand: order("S1", 1, 9, 1)}, exists(nil), "S1 is there already"},
		{plan.AddDemand{Demand: gone}, notFound(nil), "no item AA"},
		{plan.AddDemand{Demand: strange}, notFound(nil), "it is at site main"},
		{plan.AddDemand{Demand: order("N", -1, 9, 1)}, value(nil), "qty -1"},
		{plan.AddDemand{Demand: mrp.Demand{ID: "N", Item: "A", Quantity: bom.MustQuantity("0.5"), Due: march(9)}}, value(nil), "decimal places"},
		{plan.AddDemand{Demand: mrp.Demand{ID: "N", Item: "A", Quantity: bom.Unit}}, value(nil), "due"},
		{plan.AddDemand{Demand: mrp.Demand{ID: "N ", Item: "A", Quantity: bom.Unit, Due: march(9)}}, value(nil), "blanks"},
		{plan.MoveDemand{Demand: "S1", Due: bom.OnDay(bom.On(2026, 2, 27))}, value(nil), "it is past, today is 2026-03-02"},
		{plan.MoveDemand{Demand: "S1", Due: bom.OnDay(bom.On(2126, 2, 27))}, value(nil), "to 2056-03-02 is expected"},
		{plan.MoveDemand{Demand: "S1"}, value(nil), "a date is expected"},
		{plan.ResizeDemand{Demand: "S1"}, value(nil), "cancel the demand instead"},
		{plan.ResizeDemand{Demand: "S1", Quantity: -bom.Unit}, value(nil), "qty -1"},
		{plan.PrioritizeDemand{Demand: "S1"}, value(nil), "priority 0"},
		{plan.SplitDemand{Demand: "S1"}, value(nil), "at least one part"},
		{plan.SplitDemand{Demand: "S1", Parts: []plan.DemandPart{{ID: "X", Quantity: bom.Units(5)}}}, value(nil), "more than the 4"},
		{plan.SplitDemand{Demand: "S1", Parts: []plan.DemandPart{{ID: "X", Quantity: bom.Unit}, {ID: "X", Quantity: bom.Unit}}}, exists(nil), "X is there"},
		{plan.SplitDemand{Demand: "S1", Parts: []plan.DemandPart{{ID: "S2", Quantity: bom.Unit}}}, exists(nil), "S2 is there"},
		{plan.MergeDemands{Demands: []string{"S1"}, Into: "S1"}, value(nil), "twice"},
		{plan.MergeDemands{Into: "S1"}, value(nil), "at least one"},
		{plan.CopyDemand{Demand: "S1", ID: "S2"}, exists(nil), "S2 is there"},
		{plan.AdjustStock{Item: "C", Lot: "L1", Quantity: -bom.Units(21)}, value(nil), "there are only 20"},
		{plan.AdjustStock{Item: "C", Lot: "L1"}, value(nil), "qty 0"},
		{plan.CountStock{Item: "C", Quantity: -bom.Unit}, value(nil), "0 or more"},
		{plan.CountStock{Item: "CC", Quantity: bom.Unit}, notFound(nil), "no item CC"},
		{plan.CountStock{Item: "C", ReservedFor: "S9", Quantity: bom.Unit}, notFound(nil), "no demand S9"},
		{plan.AddReceipt{Receipt: mrp.Receipt{ID: "M1", Item: "A", Due: march(9)}}, exists(nil), "M1 is there"},
		{plan.AddReceipt{Receipt: mrp.Receipt{ID: "M8", Item: "A", Due: march(9), Demand: "S9"}}, notFound(nil), "no demand S9"},
		{plan.ChangeReceipt{Receipt: mrp.Receipt{ID: "M1", Item: "A", Due: march(9), OpDone: bom.Some(10)}}, value(nil), "in_progress only"},
		{plan.CancelReceipt{Receipt: "M8"}, notFound(nil), "no receipt M8"},
		{plan.CancelReceipt{Receipt: made}, notFound(nil), "firm or release it first"},
		{plan.MoveReceipt{Receipt: "M1", Due: march(1)}, value(nil), "it is past"},
		{plan.CutReceipt{Receipt: "P1", Quantity: bom.Units(11)}, value(nil), "less than the 10"},
		{plan.CutReceipt{Receipt: "P1"}, value(nil), "cancel the receipt"},
		{plan.CutReceipt{Receipt: "P1", Quantity: -bom.Unit}, value(nil), "above 0"},
		{plan.CutReceipt{Receipt: "M3", Quantity: bom.Unit}, value(nil), "operation 10 is finished for all 2"},
		{plan.Receive{Receipt: "P1", Quantity: bom.Units(11)}, value(nil), "only 10 of P1"},
		{plan.Receive{Receipt: "P1", Quantity: -bom.Unit}, value(nil), "above 0"},
		{plan.FirmOrder{Order: "A@main/2026-01-01/1"}, notFound(nil), "no planned order"},
		{plan.ReleaseOrder{Order: "M1"}, value(nil), "released already"},
		{plan.UnfirmOrder{Receipt: "M1"}, value(nil), "not firm"},
		{plan.StartOperation{Receipt: "M3", Op: 10}, value(nil), "up to 10 are finished"},
		{plan.StartOperation{Receipt: "M1", Op: 10, At: march(3)}, value(nil), "it is to come"},
		{plan.FinishOperation{Receipt: "M1", Op: 15}, notFound(nil), "its routing has 10, 20, 30"},
		{plan.FinishOperation{Receipt: "P1", Op: 10}, notFound(nil), "it has no routing"},
		{plan.FinishOperation{Receipt: made, Op: 10}, notFound(nil), "firm or release"},
		{plan.ReportQuantity{Receipt: "M1", Op: 10, Quantity: bom.Units(5)}, value(nil), "only 4 of M1"},
		{plan.Scrap{Receipt: "M1", Op: 10, Quantity: bom.Units(5)}, value(nil), "only 4 of M1"},
		{plan.Scrap{Receipt: "M1", Op: 10, Quantity: -bom.Units(5)}, value(nil), "above 0"},
		{plan.PinOperation{Order: "M1", Op: 99}, notFound(nil), "99 of M1"},
		{plan.PinOperation{Order: "M8", Op: 10}, notFound(nil), "10 of M8"},
		{plan.UnpinOperation{Order: "M1", Op: 20}, notFound(nil), "pinned operation 20 of M1"},
		{plan.Freeze{Hours: -bom.One}, value(nil), "freeze_hours -1"},
		{plan.AddItem{Item: bom.Item{ID: "A"}}, exists(nil), "item A main is there"},
		{plan.ChangeItem{Item: bom.Item{ID: "AA"}}, notFound(nil), "did you mean A main?"},
		{plan.ChangeSource{Source: bom.Source{Item: "C", ID: "ACNE"}}, notFound(nil), "did you mean C main ACME?"},
		{plan.AddSource{Source: bom.Source{Item: "CC", ID: "X"}}, notFound(nil), "no item CC"},
		{plan.ChangeSource{Source: bom.Source{Item: "C", ID: "ACME", LeadDays: bom.Some(-1)}}, value(nil), "lead_days -1"},
		{plan.RemoveLine{Line: bom.Line{Parent: "A", Component: "B"}}, notFound(nil), "no line A B main 1"},
		{plan.AddOperation{Operation: capacity.Operation{Item: "A", Op: 40}}, value(nil), "work centre"},
		{plan.ChangeOperation{Operation: capacity.Operation{Item: "A", Op: 40, WorkCentre: "saw"}}, notFound(nil), "no operation A main 40 saw"},
		{plan.RemoveWorkCentre{WorkCentre: "oven"}, notFound(nil), "no work centre oven"},
		{plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "pres", From: clock(3, 6), To: clock(3, 9)}}, notFound(nil), "did you mean press?"},
		{plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "press", Machine: 3, From: clock(3, 6), To: clock(3, 9)}}, value(nil), "machines 1 to 2"},
		{plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "saw", From: clock(3, 9), To: clock(3, 6)}}, value(nil), "after from"},
		{plan.AddDowntime{Downtime: works().Downtime[0]}, value(nil), "begins then already"},
		{plan.RemoveDowntime{Downtime: capacity.Downtime{WorkCentre: "saw", From: clock(3, 9)}}, notFound(nil), "no downtime of saw"},
		{plan.SetCalendar{Calendar: "day"}, value(nil), "at least one row"},
		{plan.SetCalendar{Calendar: "day", Rows: []capacity.CalendarRow{{Days: "Mon-Fry", Shifts: "06:00-14:00"}}}, value(nil), "Mon-Fry"},
	} {
		_, err := p.Apply(context.Background(), c.change)
		var failed *plan.ChangeError
		if !errors.As(err, &failed) {
			t.Errorf("%v: no change error but %v", c.change, err)
			continue
		}
		if reflect.TypeOf(failed.Err) != reflect.TypeOf(c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %T %v, want %T with %q", c.change, failed.Err, err, c.kind, c.says)
		}
	}
	sameRows(t, p.Model().Rows(), before)
}
