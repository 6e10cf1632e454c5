package plan_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

func march(day int) bom.When { return bom.OnDay(bom.On(2026, time.March, day)) }

func clock(day, hour int) bom.When {
	return bom.At(time.Date(2026, time.March, day, hour, 0, 0, 0, time.UTC))
}

// works is a shop with two operations an order, stock, open orders of all statuses and a bought part.
func works() *plan.Rows {
	return &plan.Rows{
		Settings:    mrp.Settings{Start: march(2), Calendar: "day"},
		Calendars:   []capacity.CalendarRow{{ID: "day", Days: "Mon-Fri", Shifts: "06:00-14:00"}},
		Items:       []bom.Item{{ID: "A", Decimals: bom.Some(0)}, {ID: "B", Cost: bom.One}, {ID: "C", LeadDays: bom.Some(3), ShelfLifeDays: 10}},
		WorkCentres: []capacity.WorkCentre{{ID: "press", Machines: bom.Some(2)}, {ID: "saw"}},
		Operations: []capacity.Operation{
			{Item: "A", Op: 10, WorkCentre: "saw", RunMin: bom.MustNumber("30")},
			{Item: "A", Op: 20, WorkCentre: "press", RunMin: bom.MustNumber("60")},
			{Item: "A", Op: 20, WorkCentre: "saw", Preference: 2, RunMin: bom.MustNumber("90")},
			{Item: "A", Op: 30, WorkCentre: "press", RunMin: bom.MustNumber("10")},
		},
		Lines:   []bom.Line{{Parent: "A", Component: "C", Quantity: bom.Units(2)}},
		Sources: []bom.Source{{Item: "C", ID: "ACME", Kind: bom.Buy, LeadDays: bom.Some(3)}},
		Stock:   []mrp.Stock{{Item: "C", Lot: "L1", Quantity: bom.Units(20)}, {Item: "C", Lot: "L2", Quantity: bom.Units(5), ReservedFor: "S2"}},
		Demands: []mrp.Demand{order("S1", 4, 6, 10), order("S2", 6, 13, 10), order("S3", 2, 13, 5),
			{ID: "OLD", Item: "A", Quantity: bom.Unit, Due: march(2), Status: mrp.ClosedDemand}},
		Receipts: []mrp.Receipt{
			{ID: "M1", Kind: bom.Make, Item: "A", Quantity: bom.Units(4), Due: march(6)},
			{ID: "M2", Kind: bom.Make, Item: "A", Quantity: bom.Units(3), Due: march(9), Status: mrp.Firm, Need: march(10)},
			{ID: "M3", Kind: bom.Make, Item: "A", Quantity: bom.Units(2), Due: march(5), Status: mrp.InProgress, OpDone: bom.Some(10)},
			{ID: "P1", Kind: bom.Buy, Item: "C", Quantity: bom.Units(10), Due: march(5), Confirmed: march(6)},
		},
		Allocations: []mrp.Allocation{{Receipt: "M1", Component: "C", Quantity: bom.Units(8)}},
		Downtime:    []capacity.Downtime{{WorkCentre: "press", Machine: 1, From: clock(4, 6), To: clock(4, 10)}},
		Schedule: []capacity.ScheduledOperation{
			{Order: "M1", Op: 10, WorkCentre: "saw", Machine: 1, Start: clock(3, 6), SetupEnd: clock(3, 6), End: clock(3, 8), Quantity: bom.Units(4), Pinned: true},
		},
	}
}

// planned is the first planned order of an item.
func firstPlanned(t *testing.T, p *plan.Plan, item string) mrp.Order {
	t.Helper()
	for o := range p.Material().Orders() {
		if o.Item == item {
			return o
		}
	}
	t.Fatalf("no planned order of %s", item)
	return mrp.Order{}
}

// changed is the row-wise result of changes.
func changed(t *testing.T, p *plan.Plan, changes ...plan.Change) *plan.Rows {
	t.Helper()
	q, err := p.Apply(context.Background(), changes...)
	if err != nil {
		t.Fatal(err)
	}
	return q.Model().Rows()
}

func demandRow(rows *plan.Rows, id string) (mrp.Demand, bool) {
	for _, d := range rows.Demands {
		if d.ID == id {
			return d, true
		}
	}
	return mrp.Demand{}, false
}

func receiptRow(rows *plan.Rows, id string) (mrp.Receipt, bool) {
	for _, r := range rows.Receipts {
		if r.ID == id {
			return r, true
		}
	}
	return mrp.Receipt{}, false
}

func stockOf(rows *plan.Rows, item, lot string) bom.Quantity {
	for _, s := range rows.Stock {
		if s.Item == item && s.Lot == lot {
			return s.Quantity
		}
	}
	return 0
}

// everyChange is one change of each kind that the works can take.
func everyChange(t *testing.T, p *plan.Plan) []plan.Change {
	made := firstPlanned(t, p, "A").ID
	rows := works()
	item, centre, line, source, op := rows.Items[2], rows.WorkCentres[0], rows.Lines[0], rows.Sources[0], rows.Operations[1]
	item.LeadDays, centre.Efficiency, line.Quantity, source.LeadDays, op.RunMin = bom.Some(5), bom.MustNumber("0.5"), bom.Units(3), bom.Some(1), bom.MustNumber("45")
	moved := order("S1", 5, 9, 1)
	return []plan.Change{
		plan.AddDemand{Demand: order("NEW", 3, 4, 1)}, plan.ChangeDemand{Demand: moved}, plan.CancelDemand{Demand: "S3"},
		plan.MoveDemand{Demand: "S1", Due: march(11)}, plan.ResizeDemand{Demand: "S1", Quantity: bom.Units(9)}, plan.PrioritizeDemand{Demand: "S1", Priority: 1},
		plan.SplitDemand{Demand: "S1", Parts: []plan.DemandPart{{ID: "S1b", Quantity: bom.Units(1), Due: march(20)}}},
		plan.SplitDemand{Demand: "S1", Parts: []plan.DemandPart{{ID: "S1b", Quantity: bom.Units(1)}, {ID: "S1c", Quantity: bom.Units(3)}}},
		plan.MergeDemands{Demands: []string{"S3"}, Into: "S2"}, plan.CopyDemand{Demand: "S1", ID: "S9", Due: march(16)},
		plan.CountStock{Item: "C", Lot: "L1", Quantity: bom.Units(1)}, plan.CountStock{Item: "C", Lot: "L9", Quantity: bom.Units(1)},
		plan.AdjustStock{Item: "C", Lot: "L1", Quantity: -bom.Units(3)}, plan.AdjustStock{Item: "C", Lot: "L2", ReservedFor: "S2", Quantity: bom.Units(3)},
		plan.AddReceipt{Receipt: mrp.Receipt{ID: "P9", Kind: bom.Buy, Item: "C", Quantity: bom.Units(4), Due: march(4)}},
		plan.ChangeReceipt{Receipt: mrp.Receipt{ID: "P1", Kind: bom.Buy, Item: "C", Quantity: bom.Units(4), Due: march(4)}},
		plan.CancelReceipt{Receipt: "M1"}, plan.MoveReceipt{Receipt: "M2", Due: march(20)}, plan.ConfirmReceipt{Receipt: "P1", Confirmed: march(12)},
		plan.CutReceipt{Receipt: "P1", Quantity: bom.Units(6)}, plan.Receive{Receipt: "P1", Quantity: bom.Units(6), Lot: "L3"}, plan.Receive{Receipt: "M1"},
		plan.FirmOrder{Order: made}, plan.ReleaseOrder{Order: made, Receipt: "M9"}, plan.ReleaseOrder{Order: "M2"}, plan.UnfirmOrder{Receipt: "M2"},
		plan.StartOperation{Receipt: "M1", Op: 10}, plan.FinishOperation{Receipt: "M1", Op: 20}, plan.FinishOperation{Receipt: "M1", Op: 30, Lot: "X"},
		plan.ReportQuantity{Receipt: "M1", Op: 10, Quantity: bom.Units(2)}, plan.ReportQuantity{Receipt: "M1", Op: 30, Quantity: bom.Units(2)},
		plan.Scrap{Receipt: "M3", Op: 20, Quantity: bom.Unit}, plan.Scrap{Receipt: "M3", Op: 20, Quantity: bom.Units(2)},
		plan.PinOperation{Order: made, Op: 20}, plan.UnpinOperation{Order: "M1", Op: 10}, plan.Freeze{Hours: bom.MustNumber("24")},
		plan.AddItem{Item: bom.Item{ID: "D"}}, plan.ChangeItem{Item: item},
		plan.AddSource{Source: bom.Source{Item: "C", ID: "BOLT", Kind: bom.Buy, Priority: 2}}, plan.ChangeSource{Source: source}, plan.RemoveSource{Source: bom.Source{Item: "C", ID: "ACME"}},
		plan.AddLine{Line: bom.Line{Parent: "A", Component: "B", Quantity: bom.Unit}}, plan.ChangeLine{Line: line}, plan.RemoveLine{Line: line},
		plan.AddOperation{Operation: capacity.Operation{Item: "A", Op: 30, Preference: 2, WorkCentre: "saw", RunMin: bom.One}}, plan.ChangeOperation{Operation: op},
		plan.RemoveOperation{Operation: op},
		plan.AddWorkCentre{WorkCentre: capacity.WorkCentre{ID: "oven"}}, plan.ChangeWorkCentre{WorkCentre: centre},
		plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "saw", From: clock(3, 6), To: clock(3, 9)}},
		plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "saw", From: clock(3, 14), To: clock(3, 18), Kind: capacity.Overtime, Cost: bom.One}},
		plan.RemoveDowntime{Downtime: works().Downtime[0]},
		plan.SetCalendar{Calendar: "day", Rows: []capacity.CalendarRow{{Days: "Mon-Sat", Shifts: "06:00-14:00,14:00-22:00"}}},
		plan.SetCalendar{Calendar: "night", Rows: []capacity.CalendarRow{{Days: "Mon-Fri", Shifts: "22:00-06:00"}}},
	}
}

// Every change changes rows, and its inverse gives exactly the rows that there were; so does the
// inverse of the inverse for the changed ones.
func TestTheInverseOfAChangeRestoresTheRows(t *testing.T) {
	ctx := context.Background()
	p := finitePlan(t, works())
	rows := p.Model().Rows()
	for _, c := range everyChange(t, p) {
		t.Run(c.String(), func(t *testing.T) {
			q, err := p.Apply(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			is := q.Model().Rows()
			if reflect.DeepEqual(is, rows) {
				t.Error("nothing changed")
			}
			back, err := p.Inverse(c)
			if err != nil {
				t.Fatal(err)
			}
			again, err := q.Inverse(back...)
			if err != nil {
				t.Fatal(err)
			}
			r, err := q.Apply(ctx, back...)
			if err != nil {
				t.Fatal(err)
			}
			sameRows(t, r.Model().Rows(), rows)
			s, err := r.Apply(ctx, again...)
			if err != nil {
				t.Fatal(err)
			}
			sameRows(t, s.Model().Rows(), is)
			for _, bad := range s.Finite().Verify() {
				if !bad.Given { // the pinned operation may have lost its hours or its material
					t.Errorf("the schedule of the changed model: %v", bad)
				}
			}
		})
	}
}

func sameRows(t *testing.T, got, want *plan.Rows) {
	t.Helper()
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		if x, y := g.Field(i), w.Field(i); x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
			continue
		} else if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			t.Errorf("%s: got %+v, want %+v", g.Type().Field(i).Name, x.Interface(), y.Interface())
		}
	}
}

// A demand is split, its parts moved, merged again with the next one: quantities add up.
func TestDemandsAreSplitMergedAndCopied(t *testing.T) {
	p := finitePlan(t, works())
	rows := changed(t, p, plan.SplitDemand{Demand: "S2", Parts: []plan.DemandPart{{ID: "S2b", Quantity: bom.Units(2), Due: march(20)}}})
	if s2, _ := demandRow(rows, "S2"); s2.Quantity != bom.Units(4) || s2.Due != march(13) {
		t.Errorf("what is left of S2: %v for %v", s2.Quantity, s2.Due)
	}
	if part, _ := demandRow(rows, "S2b"); part.Quantity != bom.Units(2) || part.Due != march(20) || part.Priority != 10 {
		t.Errorf("S2b: %+v", part)
	}
	rows = changed(t, p, plan.MergeDemands{Demands: []string{"S1", "S3"}, Into: "S2"})
	if s2, _ := demandRow(rows, "S2"); s2.Quantity != bom.Units(12) || s2.Due != march(6) || s2.Priority != 5 {
		t.Errorf("merged: %v for %v, priority %d", s2.Quantity, s2.Due, s2.Priority)
	}
	if _, there := demandRow(rows, "S1"); there {
		t.Error("S1 is merged, and still there")
	}
	rows = changed(t, p, plan.CopyDemand{Demand: "OLD", ID: "S4", Due: march(9), Quantity: bom.Units(7)})
	if s4, _ := demandRow(rows, "S4"); s4.Quantity != bom.Units(7) || s4.Status != mrp.Open {
		t.Errorf("the copy: %+v", s4)
	}
}

// An order runs through the shop: begun, one piece lost, the rest received in two deliveries.
func TestReportsMoveAnOrderThroughTheShop(t *testing.T) {
	ctx := context.Background()
	p := finitePlan(t, works())
	step := func(c plan.Change) *plan.Rows {
		t.Helper()
		q, err := p.Apply(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		p = q
		return q.Model().Rows()
	}
	m1, _ := receiptRow(step(plan.StartOperation{Receipt: "M1", Op: 10}), "M1")
	if m1.Status != mrp.InProgress || m1.OpDone.Set {
		t.Errorf("begun: %v, done %v", m1.Status, m1.OpDone)
	}
	m1, _ = receiptRow(step(plan.FinishOperation{Receipt: "M1", Op: 10}), "M1")
	if m1.OpDone.Value != 10 {
		t.Errorf("op 10 is finished, op_done is %v", m1.OpDone)
	}
	if n := len(p.Finite().OperationsOf("M1")); n != 2 {
		t.Errorf("%d operations are left of M1, not 2", n)
	}
	before := p.Material().NumOrders()
	m1, _ = receiptRow(step(plan.Scrap{Receipt: "M1", Op: 20, Quantity: bom.Unit}), "M1")
	if m1.Quantity != bom.Units(3) {
		t.Errorf("one of 4 is lost, %v are to come", m1.Quantity)
	}
	if p.Material().NumOrders() < before {
		t.Error("no supplement is planned")
	}
	rows := step(plan.ReportQuantity{Receipt: "M1", Op: 30, Quantity: bom.Unit, Lot: "N"})
	m1, _ = receiptRow(rows, "M1")
	if m1.Quantity != bom.Units(2) || stockOf(rows, "A", "N") != bom.Unit {
		t.Errorf("one received: %v to come, %v in stock", m1.Quantity, stockOf(rows, "A", "N"))
	}
	rows = step(plan.FinishOperation{Receipt: "M1", Op: 30, Lot: "N"})
	if _, there := receiptRow(rows, "M1"); there || stockOf(rows, "A", "N") != bom.Units(3) {
		t.Errorf("all received: still open %v, %v in stock", there, stockOf(rows, "A", "N"))
	}
	for _, a := range rows.Allocations {
		if a.Receipt == "M1" {
			t.Error("an allocation of the order that is gone is there")
		}
	}
}

// Scrap is made up for: the order that is planned to stay on time has the lost quantity.
func TestScrapIsSupplemented(t *testing.T) {
	rows := shop(order("S1", 4, 6, 10))
	rows.Receipts = []mrp.Receipt{{ID: "M1", Kind: bom.Make, Item: "A", Quantity: bom.Units(4), Due: march(4)}}
	p := finitePlan(t, rows)
	if p.Material().NumOrders() != 0 {
		t.Fatal("the order covers the demand")
	}
	q, err := p.Apply(context.Background(), plan.Scrap{Receipt: "M1", Op: 10, Quantity: bom.Unit})
	if err != nil {
		t.Fatal(err)
	}
	if o := firstPlanned(t, q, "A"); o.Quantity != bom.Unit {
		t.Errorf("one piece is lost, the supplement is %v", o.Quantity)
	}
}

// A planned order that is firmed, released or pinned as it is planned changes no other one, and stays where it is.
func TestFirmReleaseAndPinKeepWhatIsPlanned(t *testing.T) {
	ctx := context.Background()
	p := finitePlan(t, shop(order("S1", 4, 3, 10), order("S2", 4, 6, 10)))
	o := firstPlanned(t, p, "A")
	for _, c := range []plan.Change{plan.FirmOrder{Order: o.ID, Receipt: "M1"}, plan.ReleaseOrder{Order: o.ID, Receipt: "M1"}} {
		q, err := p.Apply(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		if q.Material().NumOrders() != p.Material().NumOrders()-1 {
			t.Errorf("%v: %d planned orders, before %d", c, q.Material().NumOrders(), p.Material().NumOrders())
		}
		r, _ := receiptRow(q.Model().Rows(), "M1")
		if r.Quantity != o.Quantity || r.Need.Day != o.Need || r.Start.Day != o.Start {
			t.Errorf("%v: %+v of %+v", c, r, o)
		}
	}
	was := p.Finite().OperationsOf(o.ID)[0]
	q, err := p.Apply(ctx, plan.PinOperation{Order: o.ID, Op: 10}, plan.AddDemand{Demand: order("RUSH", 8, 2, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if is := q.Finite().OperationsOf(o.ID)[0]; is.Start != was.Start || !is.Pinned {
		t.Errorf("pinned at %v, it is at %v (pinned %v)", was.Start, is.Start, is.Pinned)
	}
}

// An operation that is reported to have begun at seven stands there from seven on.
func TestAStartedOperationStandsWhereItBegan(t *testing.T) {
	rows := shop(order("S1", 8, 6, 10))
	rows.Settings.Start = clock(2, 8)
	rows.Receipts = []mrp.Receipt{{ID: "M1", Kind: bom.Make, Item: "A", Quantity: bom.Units(8), Due: march(4)}}
	p := finitePlan(t, rows)
	q, err := p.Apply(context.Background(), plan.StartOperation{Receipt: "M1", Op: 10, At: clock(2, 7)})
	if err != nil {
		t.Fatal(err)
	}
	if is := q.Finite().OperationsOf("M1"); len(is) != 1 || is[0].Start != clock(2, 7) {
		t.Errorf("begun at seven, it stands at %+v", is)
	}
	if bad := q.Finite().Verify(); len(bad) > 0 {
		t.Errorf("the schedule: %v", bad[0])
	}
}

// What a change touches is told from its rows.
func TestChangesAreClassified(t *testing.T) {
	p := finitePlan(t, works())
	s1, _ := demandRow(p.Model().Rows(), "S1")
	named, heavy, dearer := s1, s1, works().Items[1]
	named.Customer, heavy.Weight, dearer.Cost = "Miller", bom.Some(bom.MustNumber("3")), bom.MustNumber("7")
	for _, c := range []struct {
		change plan.Change
		want   plan.Impact
	}{
		{plan.ChangeDemand{Demand: s1}, plan.NoEffect},
		{plan.ChangeDemand{Demand: named}, plan.NoEffect},
		{plan.ChangeDemand{Demand: heavy}, plan.SequenceOnly},
		{plan.PrioritizeDemand{Demand: "S1", Priority: 3}, plan.SequenceOnly},
		{plan.Freeze{Hours: bom.One}, plan.SequenceOnly},
		{plan.MoveDemand{Demand: "S1", Due: march(12)}, plan.DatesOnly},
		{plan.ConfirmReceipt{Receipt: "P1", Confirmed: march(12)}, plan.DatesOnly},
		{plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "saw", From: clock(3, 6), To: clock(3, 9)}}, plan.DatesOnly},
		{plan.ResizeDemand{Demand: "S1", Quantity: bom.Unit}, plan.Structure},
		{plan.CancelDemand{Demand: "S3"}, plan.Structure},
		{plan.CountStock{Item: "C", Lot: "L1", Quantity: bom.Unit}, plan.Structure},
		{plan.ChangeItem{Item: dearer}, plan.NoEffect},
	} {
		got, err := p.Classify(c.change)
		if err != nil || got != c.want {
			t.Errorf("%v: %v (%v), not %v", c.change, got, err, c.want)
		}
	}
	if got, err := p.Classify(plan.ChangeDemand{Demand: named}, plan.MoveDemand{Demand: "S2", Due: march(20)}); err != nil || got != plan.DatesOnly {
		t.Errorf("the batch is %v (%v), not what its deepest change is", got, err)
	}
	if _, err := p.Classify(plan.CancelDemand{Demand: "S9"}); err == nil {
		t.Error("a change that cannot be made has no class")
	}
}

// A change of no effect leaves orders and schedule as they are.
func TestAChangeWithoutEffectChangesNoOrder(t *testing.T) {
	p := finitePlan(t, works())
	s1, _ := demandRow(p.Model().Rows(), "S1")
	s1.Customer = "Miller"
	q, err := p.Apply(context.Background(), plan.ChangeDemand{Demand: s1})
	if err != nil {
		t.Fatal(err)
	}
	if d := plan.Compare(p, q); !d.Empty() {
		t.Errorf("%+v", d)
	}
}

// Two changes of a batch that set the same are refused, and the error names both; changes that add up, or that set
// different columns, go together in any order.
func TestContradictionsInABatchAreFound(t *testing.T) {
	p := finitePlan(t, works())
	move, cut := plan.MoveDemand{Demand: "S1", Due: march(11)}, plan.CancelDemand{Demand: "S1"}
	for _, batch := range [][]plan.Change{
		{move, cut}, {cut, move}, {move, move}, {plan.AddDemand{Demand: order("N", 1, 9, 1)}, plan.AddDemand{Demand: order("N", 2, 9, 1)}},
		{plan.CountStock{Item: "C", Lot: "L1", Quantity: bom.Unit}, plan.AdjustStock{Item: "C", Site: "main", Lot: "L1", Quantity: bom.Unit}},
		{plan.CancelReceipt{Receipt: "P1"}, plan.Receive{Receipt: "P1"}}, {plan.CutReceipt{Receipt: "P1", Quantity: bom.Unit}, plan.Receive{Receipt: "P1"}},
		{plan.MergeDemands{Demands: []string{"S3"}, Into: "S1"}, plan.CopyDemand{Demand: "S1", ID: "N"}},
	} {
		_, err := p.Apply(context.Background(), batch...)
		var conflict *plan.ConflictError
		var failed *plan.ChangeError
		if !errors.As(err, &conflict) || !errors.As(err, &failed) || failed.Index != 1 || conflict.First != 0 {
			t.Errorf("%v: %v", batch, err)
		}
	}
	rows := changed(t, p, move, plan.ResizeDemand{Demand: "S1", Quantity: bom.Units(8)}, plan.AdjustStock{Item: "C", Lot: "L1", Quantity: bom.Unit}, plan.AdjustStock{Item: "C", Lot: "L1", Quantity: bom.Unit},
		plan.MergeDemands{Demands: []string{"S3"}, Into: "S2"}, plan.FinishOperation{Receipt: "M1", Op: 10}, plan.FinishOperation{Receipt: "M1", Op: 20})
	if s1, _ := demandRow(rows, "S1"); s1.Due != march(11) || s1.Quantity != bom.Units(8) || stockOf(rows, "C", "L1") != bom.Units(22) {
		t.Errorf("S1 %+v, stock %v", s1, stockOf(rows, "C", "L1"))
	}
}
