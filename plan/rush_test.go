package plan_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// rushShop is the shop of compare_test with a second item on the press, and one that is made of a bought component.
func rushShop(demands ...mrp.Demand) *plan.Rows {
	rows := shop(demands...)
	rows.Items = []bom.Item{{ID: "A"}, {ID: "B"}, {ID: "P"}, {ID: "C", Cost: bom.MustNumber("2")}, {ID: "D", Cost: bom.MustNumber("3")}}
	hour := bom.MustNumber("60")
	rows.Operations = []capacity.Operation{{Item: "A", Op: 10, WorkCentre: "press", RunMin: hour}, {Item: "B", Op: 10, WorkCentre: "press", RunMin: hour},
		{Item: "P", Op: 10, WorkCentre: "bench", RunMin: hour}}
	rows.WorkCentres = []capacity.WorkCentre{{ID: "press"}, {ID: "bench"}}
	rows.Lines = []bom.Line{{Parent: "P", Component: "C", Quantity: bom.Units(1)}}
	rows.Sources = []bom.Source{{Item: "C", ID: "SLOW", Kind: bom.Buy, From: "Slow Ltd", LeadDays: bom.Some(10)}}
	return rows
}

func rushed(item string, quantity, day int) mrp.Demand {
	d := order("RUSH", quantity, day, 1)
	d.Item = item
	return d
}

func rush(t *testing.T, p *plan.Plan, d mrp.Demand, o plan.RushOptions) *plan.Rush {
	t.Helper()
	r, err := p.Rush(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Measure(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

// kinds are the levers of an option.
func kinds(o *plan.Option) []plan.LeverKind {
	var list []plan.LeverKind
	for _, l := range o.Levers {
		list = append(list, l.Kind)
	}
	return list
}

// with is the first option that has a lever.
func with(t *testing.T, r *plan.Rush, kind plan.LeverKind) *plan.Option {
	t.Helper()
	for i := range r.Options {
		if slices.Contains(kinds(&r.Options[i]), kind) {
			return &r.Options[i]
		}
	}
	t.Fatalf("no option with %s: %s", kind, told(r))
	return nil
}

// told is an answer in a few lines.
func told(r *plan.Rush) string {
	var b strings.Builder
	for i := range r.Options {
		o := &r.Options[i]
		fmt.Fprintf(&b, "%v on time %v late %d %v cost %v slips %d\n", o.Promise.Day, o.OnTime, o.Late, o.Levers, o.Cost.Total(), len(o.Slips))
	}
	for _, x := range r.Tried {
		fmt.Fprintf(&b, "tried %v: %s\n", x.Levers, x.Why)
	}
	return b.String()
}

// There is room on the press: one option is enough, without levers, and the plan that was asked stays as it was.
func TestARushOrderThatFitsNeedsNoLever(t *testing.T) {
	p := finitePlan(t, rushShop(order("S1", 4, 6, 10)))
	before := bytesOf(t, p)
	r := rush(t, p, rushed("B", 4, 3), plan.RushOptions{})
	if o := &r.Options[0]; len(r.Options) != 1 || !o.OnTime || len(o.Levers) > 0 || len(o.Slips) > 0 || o.OnTimeQuantity != bom.Units(4) {
		t.Error(told(r))
	}
	if bytesOf(t, p) != before {
		t.Error("the plan that was asked is not what it was")
	}
}

// The press is full on Monday: overtime saves the order at nobody's expense, and costs what it costs.
func TestOvertimeServesARushOrderAtNobodysExpense(t *testing.T) {
	rows := rushShop(order("S1", 8, 2, 10))
	rows.WorkCentres[0].OvertimeHoursPerDay, rows.WorkCentres[0].OvertimeCostPerHour = bom.MustNumber("4"), bom.MustNumber("50")
	r := rush(t, finitePlan(t, rows), rushed("B", 4, 2), plan.RushOptions{})
	o := with(t, r, plan.LeverOvertime)
	if !o.OnTime || len(o.Slips) > 0 || o.Cost.Overtime.String() != "200" || o.Cost.Total().String() != "200" {
		t.Error(told(r))
	}
	if b := o.Bottleneck; b == nil || b.WorkCentre != "press" || b.Before.Available.Hours() != 8 || b.After.Available.Hours() != 12 {
		t.Errorf("bottleneck %+v", b)
	}
}

// Without overtime somebody pays: whoever is served late is named, with days and reason, and the order's promise is theirs
// for nothing.
func TestAnOptionNamesWhoPays(t *testing.T) {
	customer := order("S1", 8, 2, 10)
	customer.Customer = "Miller"
	r := rush(t, finitePlan(t, rushShop(customer)), rushed("B", 8, 2), plan.RushOptions{})
	if o := &r.Options[0]; !o.OnTime || len(o.Slips) != 1 || o.Slips[0].Demand != "S1" || o.Slips[0].Customer != "Miller" || o.Slips[0].Seconds <= 0 || o.Slips[0].Reason == "" {
		t.Errorf("%s%+v", told(r), o.Slips)
	}
	polite := rush(t, finitePlan(t, rushShop(customer)), rushed("B", 8, 2), plan.RushOptions{Approve: plan.Approval{Others: true}})
	if len(polite.Options[0].Approval) != 1 {
		t.Errorf("approval %v", polite.Options[0].Approval)
	}
}

// What cannot be bought in time is expedited, bought elsewhere, substituted or sent: each at its price.
func TestEverySupplyLeverIsPulledWhereItHelps(t *testing.T) {
	sources := map[plan.LeverKind]bom.Source{
		plan.LeverExpedite: {Item: "C", ID: "SLOW", Kind: bom.Buy, From: "Slow Ltd", LeadDays: bom.Some(10), ExpediteDays: bom.Some(2), ExpediteCost: bom.MustNumber("300")},
		plan.LeverSource:   {Item: "C", ID: "FAST", Kind: bom.Buy, From: "Fast Ltd", Priority: 2, LeadDays: bom.Some(2), UnitCost: bom.MustNumber("100")},
		plan.LeverTransfer: {Item: "C", ID: "SISTER", Kind: bom.Transfer, From: "north", Priority: 2, LeadDays: bom.Some(2), UnitCost: bom.MustNumber("100")},
	}
	for kind, source := range sources {
		rows := rushShop()
		if rows.Sources[0].ID == source.ID {
			rows.Sources[0] = source
		} else {
			rows.Sources = append(rows.Sources, source)
		}
		if kind == plan.LeverTransfer {
			rows.Items = append(rows.Items, bom.Item{ID: "C", Site: "north"})
			rows.Stock = []mrp.Stock{{Item: "C", Site: "north", Quantity: bom.Units(5)}}
		}
		for _, p := range []*plan.Plan{finitePlan(t, rows), materialPlan(t, rows)} {
			r := rush(t, p, rushed("P", 3, 6), plan.RushOptions{})
			if o := with(t, r, kind); !o.OnTime || o.Cost.Total().String() != "300" || !slices.Equal(kinds(o), []plan.LeverKind{kind}) {
				t.Errorf("%s: %s", kind, told(r))
			}
		}
	}
}

func materialPlan(t *testing.T, rows *plan.Rows) *plan.Plan {
	t.Helper()
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), m, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A subcontractor makes what the press has no time for.
func TestASubcontractorMakesWhatTheMachineCannot(t *testing.T) {
	rows := rushShop(order("S1", 8, 2, 10), order("S2", 8, 3, 10))
	rows.Sources = append(rows.Sources, bom.Source{Item: "B", ID: "OWN", Kind: bom.Make}, bom.Source{Item: "B", ID: "JOB", Kind: bom.Subcontract, From: "Job Shop", Priority: 2, LeadDays: bom.Some(1), UnitCost: bom.MustNumber("7")})
	r := rush(t, finitePlan(t, rows), rushed("B", 8, 3), plan.RushOptions{})
	if o := with(t, r, plan.LeverSubcontract); !o.OnTime || len(o.Slips) > 0 || o.Cost.Subcontract.String() != "56" {
		t.Error(told(r))
	}
}

// An open order brings the component late; another component may stand in for it.
func TestASubstituteStandsInForALateReceipt(t *testing.T) {
	rows := rushShop()
	rows.Lines[0].SubstituteGroup = "c"
	rows.Lines = append(rows.Lines, bom.Line{Parent: "P", Component: "D", Quantity: bom.Units(1), SubstituteGroup: "c", SubstitutePriority: 2})
	rows.Stock = []mrp.Stock{{Item: "D", Quantity: bom.Units(9)}}
	day := func(d int) bom.When { return order("", 0, d, 0).Due }
	rows.Receipts = []mrp.Receipt{{ID: "PO", Kind: bom.Buy, Item: "C", Quantity: bom.Units(9), Due: day(20), Need: day(3), Source: "SLOW"}}
	r := rush(t, finitePlan(t, rows), rushed("P", 3, 6), plan.RushOptions{})
	if o := with(t, r, plan.LeverSubstitute); !o.OnTime || o.Cost.Purchase.String() != "3" {
		t.Error(told(r))
	}
}

// Of an order that cannot be in time, what can ships in time and the rest when it is there.
func TestALateOrderIsSplit(t *testing.T) {
	rows := rushShop()
	rows.Stock = []mrp.Stock{{Item: "C", Quantity: bom.Units(4)}}
	d := rushed("P", 8, 6)
	d.Policy = mrp.Complete
	r := rush(t, finitePlan(t, rows), d, plan.RushOptions{})
	o := with(t, r, plan.LeverSplit)
	sum := bom.Quantity(0)
	for _, x := range o.Deliveries {
		sum += x.Quantity
	}
	if o.OnTime || o.OnTimeQuantity != bom.Units(4) || sum != bom.Units(8) || len(o.Deliveries) != 2 {
		t.Errorf("%s%+v", told(r), o.Deliveries)
	}
}

// An option is its changes: made again they give its promise, and its published tables are planned to it.
func TestAnOptionCanBeMadeAgain(t *testing.T) {
	rows := rushShop(order("S1", 8, 2, 10), order("S2", 8, 4, 10))
	rows.WorkCentres[0].OvertimeHoursPerDay = bom.MustNumber("4")
	p := finitePlan(t, rows)
	r := rush(t, p, rushed("B", 6, 2), plan.RushOptions{})
	for i := range r.Options {
		o := &r.Options[i]
		again, err := p.ApplyWith(context.Background(), o.Repair, o.Changes...)
		if err != nil {
			t.Fatal(err)
		}
		if bytesOf(t, again) != bytesOf(t, o.Plan) {
			t.Errorf("option %d is not its changes", i+1)
		}
		m, published, err := o.Publish(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{}})
		if err != nil {
			t.Fatal(err)
		}
		if bytesOf(t, fresh) != bytesOf(t, published) {
			t.Errorf("option %d: the published tables give another plan", i+1)
		}
		for _, d := range plan.Compare(o.Plan, fresh).Demands {
			if d.Later() > 0 {
				t.Errorf("option %d: planned again, %s is later", i+1, d.Demand)
			}
		}
	}
}

// No option is shown that is in nothing better than another; the answer does not depend on the processors.
func TestOptionsAreWorthAChoiceAndAlwaysTheSame(t *testing.T) {
	rows := rushShop(order("S1", 8, 2, 10), order("S2", 8, 3, 10), order("S3", 8, 4, 10))
	rows.WorkCentres[0].OvertimeHoursPerDay, rows.WorkCentres[0].OvertimeCostPerHour = bom.MustNumber("4"), bom.MustNumber("50")
	r := rush(t, finitePlan(t, rows), rushed("B", 8, 2), plan.RushOptions{})
	for i := range r.Options {
		for k := range r.Options {
			a, b := &r.Options[i], &r.Options[k]
			if i != k && a.OnTime && b.OnTime && a.Cost.Total().Cmp(b.Cost.Total()) >= 0 && a.WeightedSlip().Cmp(b.WeightedSlip()) >= 0 && a.Stability.Instability >= b.Stability.Instability {
				t.Errorf("option %d is no better than %d\n%s", i+1, k+1, told(r))
			}
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if one := told(rush(t, finitePlan(t, rows), rushed("B", 8, 2), plan.RushOptions{})); one != told(r) {
		t.Errorf("with one processor\n%s\nwith more\n%s", one, told(r))
	}
}

// Levers that are not allowed are not pulled.
func TestOnlyLeversThatAreAllowedArePulled(t *testing.T) {
	rows := rushShop(order("S1", 8, 2, 10))
	rows.WorkCentres[0].OvertimeHoursPerDay = bom.MustNumber("4")
	r := rush(t, finitePlan(t, rows), rushed("B", 4, 2), plan.RushOptions{Levers: []plan.LeverKind{plan.LeverSplit}})
	for i := range r.Options {
		for _, k := range kinds(&r.Options[i]) {
			if k != plan.LeverSplit {
				t.Errorf("%s was pulled", k)
			}
		}
	}
}

// A rush order that makes no sense is a typed error that names the field.
func TestARushOrderThatMakesNoSenseIsAnError(t *testing.T) {
	rows := rushShop(order("S1", 8, 2, 10))
	rows.Items[1].Decimals = bom.Some(0)
	rows.Settings.HorizonDays = 30
	p := finitePlan(t, rows)
	for field, change := range map[string]func(*mrp.Demand){
		"item":   func(d *mrp.Demand) { d.Item = "BB" },
		"qty":    func(d *mrp.Demand) { d.Quantity = 0 },
		"qty ":   func(d *mrp.Demand) { d.Quantity = bom.MustQuantity("0.5") },
		"due":    func(d *mrp.Demand) { d.Due = bom.OnDay(bom.On(2026, 3, 1)) },
		"due ":   func(d *mrp.Demand) { d.Due = bom.OnDay(bom.On(2026, 4, 1)) },
		"due  ":  func(d *mrp.Demand) { d.Due = bom.When{} },
		"demand": func(d *mrp.Demand) { d.ID = "S1" },
		"kind":   func(d *mrp.Demand) { d.Kind = mrp.Forecast },
		"status": func(d *mrp.Demand) { d.Status = mrp.Inquiry },
	} {
		d := rushed("B", 4, 2)
		change(&d)
		_, err := p.Rush(context.Background(), d, plan.RushOptions{})
		if bad, ok := errors.AsType[*plan.RushError](err); !ok || bad.Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := p.Rush(context.Background(), rushed("B", 4, 2), plan.RushOptions{Levers: []plan.LeverKind{"overtme"}})
	if bad, ok := errors.AsType[*plan.RushError](err); !ok || !strings.Contains(bad.Reason, "overtime?") {
		t.Error(err)
	}
}
