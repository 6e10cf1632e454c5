package plan_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// wish is an inquiry for A: its due date is a day of March, 0 for the earliest.
func wish(quantity, day int, mode plan.Mode) plan.Inquiry {
	q := plan.Inquiry{Demand: mrp.Demand{Item: "A", Quantity: bom.Units(int64(quantity))}, Mode: mode}
	if day > 0 {
		q.Due = march(day)
	}
	return q
}

func promise(t *testing.T, p *plan.Plan, q plan.Inquiry) plan.Offer {
	t.Helper()
	o, err := p.Promise(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The press makes one A an hour, eight a day, Monday to Friday. The week of the 2nd is sold out: 8 hours for S1
// and 32 for S2 stand before eight more for Wednesday, so that these are made on Monday the 9th unless somebody waits.
func TestPromiseFindsTheFirstDayThatDisturbsNobody(t *testing.T) {
	p := finitePlan(t, shop(order("S1", 8, 2, 10), order("S2", 32, 6, 10)))
	o := promise(t, p, wish(8, 4, plan.NoDisturbance))
	if o.Promised != march(9) || o.Late != 5*24*3600 || len(o.Slips) != 0 {
		t.Errorf("promised %v, %d s late, slips %v", o.Promised, o.Late, o.Slips)
	}
	if len(o.Barred) == 0 && len(o.Causes) == 0 {
		t.Error("it does not say why not on Wednesday")
	}
	if o.Demand.Due != o.Promised || o.Plan == nil || len(o.Changes()) != 1 {
		t.Errorf("the offer cannot be kept: due %v", o.Demand.Due)
	}
	if _, known := p.Model().Book.Demand(o.Demand.ID); known {
		t.Error("asking has changed the plan that was asked")
	}
}

// In free hours a date is kept as asked: sixteen for the 10th begin on the 9th with a plan that is made just in time,
// and the offer says so.
func TestPromiseJustInTimeSaysWhenToStart(t *testing.T) {
	m, err := shop(order("S1", 8, 2, 10)).Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{Direction: 1}})
	if err != nil {
		t.Fatal(err)
	}
	o := promise(t, p, wish(16, 10, plan.JustInTime))
	if !o.OK() || o.Promised != march(10) {
		t.Fatalf("promised %v", o.Promised)
	}
	if o.Release == nil || o.Release.Start.Day != bom.On(2026, time.March, 9) || o.Of(mrp.PlannedSupply) != bom.Units(16) {
		t.Errorf("16 hours end on the 10th, so they start on the 9th; got %+v from %+v", o.Release, o.Supply)
	}
}

// As soon as possible may take the day of another order, and says so; the same without disturbing waits its turn.
func TestPromiseAsSoonAsPossibleSaysWhoWaits(t *testing.T) {
	p := finitePlan(t, shop(order("S1", 12, 3, 10)))
	q := wish(8, 0, plan.AsSoonAsPossible)
	q.Priority = 1
	soon := promise(t, p, q)
	q.Mode = plan.NoDisturbance
	quiet := promise(t, p, q)
	if quiet.Promised != march(4) || len(quiet.Slips) != 0 {
		t.Errorf("undisturbed: %v, slips %v", quiet.Promised, quiet.Slips)
	}
	if soon.Promised != march(2) || len(soon.Slips) != 1 {
		t.Errorf("soon: %v, slips %v; Monday, and S1 is late for it", soon.Promised, soon.Slips)
	}
}

// Stock that nobody needs is promised at once; what is more has to be made: 10 on the shelf, S1 takes 4 of them.
func TestPromiseSaysWhatComesFromStockAndWhatIsMade(t *testing.T) {
	rows := shop(order("S1", 4, 20, 10))
	rows.Stock = []mrp.Stock{{Item: "A", Quantity: bom.Units(10)}}
	p := finitePlan(t, rows)
	free := promise(t, p, wish(6, 2, plan.NoDisturbance))
	if !free.OK() || free.Of(mrp.StockSupply) != bom.Units(6) || free.Available != bom.Units(6) || free.Release != nil {
		t.Errorf("6 are free: %+v", free)
	}
	more := promise(t, p, wish(12, 4, plan.NoDisturbance))
	if more.Available != bom.Units(6) || more.Of(mrp.StockSupply)+more.Of(mrp.PlannedSupply) != bom.Units(12) || more.Release == nil {
		t.Errorf("6 of 12 are free: %v, %+v", more.Available, more.Supply)
	}
}

// The largest quantity by Wednesday is the free hours until then: eight on Tuesday and Wednesday each.
func TestLargestFillsTheFreeHours(t *testing.T) {
	p := finitePlan(t, shop(order("S1", 8, 2, 10)))
	for _, most := range []int{0, 100} {
		got, err := p.Largest(context.Background(), wish(most, 4, plan.NoDisturbance))
		if err != nil {
			t.Fatal(err)
		}
		if got.Quantity != bom.Units(16) || !got.Bounded {
			t.Errorf("at most %d: %v in steps of %v, bounded %v", most, got.Quantity, got.Step, got.Bounded)
		}
		fits := func(q bom.Quantity) bool {
			w := wish(1, 4, plan.NoDisturbance)
			w.Quantity = q
			o := promise(t, p, w)
			return o.OK()
		}
		if !fits(got.Quantity) || fits(got.Quantity+got.Step) {
			t.Errorf("%v has to fit, and %v more not", got.Quantity, got.Step)
		}
	}
	small, err := p.Largest(context.Background(), wish(5, 4, plan.NoDisturbance))
	if err != nil || small.Quantity != bom.Units(5) || small.Bounded {
		t.Errorf("all of five fit: %+v, %v", small, err)
	}
}

// Available-to-promise of Krajewski et al., Operations Management (goldens.md G20): 55 on hand, a lot of
// 150 in weeks 2 and 7, orders 38, 27, 24, 8 in weeks 1 to 4: 17, 91 and 150 may still be promised. What an offer
// calls available is the sum to its date, and all of it is promised without disturbing an order.
func TestAvailableIsTheTextbookRecord(t *testing.T) {
	week := func(n int) bom.When { return bom.OnDay(bom.On(2026, time.March, 2) + bom.Day(7*(n-1))) }
	rows := &plan.Rows{
		Settings: mrp.Settings{Start: week(1)},
		Items:    []bom.Item{{ID: "A", LeadDays: bom.Some(365)}},
		Stock:    []mrp.Stock{{Item: "A", Quantity: bom.Units(55)}},
		Receipts: []mrp.Receipt{{ID: "M2", Kind: bom.Make, Item: "A", Quantity: bom.Units(150), Due: week(2)}, {ID: "M7", Kind: bom.Make, Item: "A", Quantity: bom.Units(150), Due: week(7)}},
	}
	for i, q := range []int64{38, 27, 24, 8} {
		rows.Demands = append(rows.Demands, mrp.Demand{ID: string(rune('a' + i)), Item: "A", Quantity: bom.Units(q), Due: week(i + 1)})
	}
	p := planOf(t, rows)
	for n, want := range map[int]int64{1: 17, 2: 108, 6: 108, 7: 258} {
		q := wish(300, 0, plan.NoDisturbance)
		q.Due = week(n)
		o := promise(t, p, q)
		if o.Available != bom.Units(want) {
			t.Errorf("week %d: %v available, %d in the textbook", n, o.Available, want)
		}
		got, err := p.Largest(context.Background(), q)
		if err != nil || got.Quantity != bom.Units(want) {
			t.Errorf("week %d: at most %v, %d in the textbook; %v", n, got.Quantity, want, err)
		}
	}
}

// A special item that the model does not have is made like a standard one, after its design: five working
// days from Monday the 2nd, then four hours of work on the 9th.
func TestPromiseOfASpecialItemIncludesItsDesign(t *testing.T) {
	q := wish(4, 0, plan.NoDisturbance)
	q.Item, q.Like, q.DesignDays = "A-RED", "A", 5
	o := promise(t, finitePlan(t, shop(order("S1", 8, 2, 10))), q)
	if o.Promised != march(9) || len(o.Designs) != 1 || o.Designs[0] != (plan.DesignStep{Item: "A-RED", Days: 5}) {
		t.Errorf("promised %v, designs %v", o.Promised, o.Designs)
	}
}

// What cannot be meant is an error that says what was expected.
func TestPromiseRefusesWhatCannotBeMeant(t *testing.T) {
	rows := shop(order("S1", 4, 2, 10))
	rows.Items[0].Decimals = bom.Some(0)
	p := finitePlan(t, rows)
	for want, change := range map[string]func(*plan.Inquiry){
		"item AA: expected an item of the items table; did you mean A?":                                       func(q *plan.Inquiry) { q.Item = "AA" },
		"item A: expected an item of site north; it is at main":                                               func(q *plan.Inquiry) { q.Site = "north" },
		"qty 0: expected more than 0":                                                                         func(q *plan.Inquiry) { q.Quantity = 0 },
		"qty 0.5: expected at most 0 decimal places, as the item's decimals say":                              func(q *plan.Inquiry) { q.Quantity = bom.Units(1) / 2 },
		"due 2026-03-01: expected 2026-03-02, the start of the plan, or later":                                func(q *plan.Inquiry) { q.Due = march(1) },
		"mode 7: expected one of no_disturbance, asap, jit":                                                   func(q *plan.Inquiry) { q.Mode = 7 },
		"due: missing: expected a date":                                                                       func(q *plan.Inquiry) { q.Mode, q.Due = plan.JustInTime, bom.When{} },
		"demand S1: expected a new id, or that of an inquiry: this demand is open":                            func(q *plan.Inquiry) { q.ID = "S1" },
		"like B: expected an item of the items table":                                                         func(q *plan.Inquiry) { q.Item, q.Like = "C", "B" },
		"item A: expected a new item beside the standard item A; this one is there already: ask for it alone": func(q *plan.Inquiry) { q.Like = "A" },
	} {
		q := wish(4, 4, plan.NoDisturbance)
		change(&q)
		_, err := p.Promise(context.Background(), q)
		var bad *plan.InquiryError
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// On random shops with all that the model knows, an offer that disturbs nobody disturbs nobody: planned with
// it, no order is later than it was, and the date is kept.
func TestAnOfferWithoutDisturbanceMakesNoOrderLater(t *testing.T) {
	seeds := uint64(40)
	if testing.Short() {
		seeds = 8
	}
	offers := 0
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 5))
		rows := oracle.Random(seed, int(seed%15)+3)
		enrich(rows, rng)
		rows.Settings.HorizonDays = 0
		before := finitePlan(t, rows)
		item := rows.Items[rng.IntN(len(rows.Items))]
		q := plan.Inquiry{Demand: mrp.Demand{ID: "~new", Item: item.ID, Site: item.Site, Quantity: bom.Units(int64(1 + rng.IntN(9))), Due: rows.Settings.Start}}
		q.Due.Day += bom.Day(rng.IntN(20))
		o := promise(t, before, q)
		if o.Promised.IsZero() {
			continue
		}
		offers++
		after, err := before.ApplyWith(context.Background(), plan.Repair{Strategy: plan.GapFit}, o.Changes()...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		d := plan.Compare(before, after)
		for _, x := range d.Demands {
			if harmed(before, &x) {
				t.Errorf("seed %d: %s is %d s later for it", seed, x.Demand, x.Later())
			}
			if x.Demand == "~new" && (x.After.Status != mrp.OnTime || x.After.Promised.Day > o.Promised.Day) {
				t.Errorf("seed %d: promised %v, planned %v (%s)", seed, o.Promised, x.After.Promised, x.After.Status)
			}
		}
		checkFinite(t, after)
	}
	if offers < int(seeds)/3 {
		t.Errorf("only %d offers from %d models", offers, seeds)
	}
}

// harmed reports whether an order that had a promise has a later one, or none.
func harmed(before *plan.Plan, x *plan.DemandDiff) bool {
	if x.Presence != plan.Changed || x.Before.Promised.IsZero() || x.Later() <= 0 && !x.After.Promised.IsZero() {
		return false
	}
	i, _ := before.Model().Book.Demand(x.Demand)
	return before.Model().Book.DemandAt(i).Kind != mrp.Forecast
}

// A special item comes with its BOM, routing and sources, and goes without a trace.
func TestAVariantIsTakenBackToTheByte(t *testing.T) {
	rows := shop(order("S1", 8, 2, 10))
	rows.Items = append(rows.Items, bom.Item{ID: "STEEL"})
	rows.Lines = []bom.Line{{Parent: "A", Component: "STEEL", Quantity: bom.Units(2)}}
	rows.Sources = []bom.Source{{Item: "A", ID: "own", Kind: bom.Make}, {Item: "STEEL", ID: "mill", Kind: bom.Buy, LeadDays: bom.Some(1)}}
	p := finitePlan(t, rows)
	add := plan.AddVariant{Item: "A-RED", Like: "A", DesignDays: 3}
	back, err := p.Inverse(add)
	if err != nil {
		t.Fatal(err)
	}
	red := order("RED", 4, 20, 10)
	red.Item = "A-RED"
	special := apply(t, p, add, plan.AddDemand{Demand: red})
	if o := ordersByID(special); len(o) != len(ordersByID(p))+2 {
		t.Errorf("making the special item and buying its steel are two more orders: %v", o)
	}
	again := apply(t, apply(t, special, plan.CancelDemand{Demand: "RED"}), back...)
	if diff := firstDifference(bytesOf(t, again), bytesOf(t, p)); diff != "" {
		t.Error(diff)
	}
	for _, c := range []plan.AddVariant{{Item: "A", Like: "STEEL"}, {Item: "B", Like: "C"}} {
		if _, err := p.Apply(context.Background(), c); err == nil {
			t.Errorf("%v was made", c)
		}
	}
}
