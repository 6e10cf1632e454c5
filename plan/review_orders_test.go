package plan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// verdicts tells what review says, an order a line.
func verdicts(list []plan.Verdict) string {
	var b strings.Builder
	for _, v := range list {
		fmt.Fprintf(&b, "%s %v", v.Order.ID, v.Decision)
		if v.Decision == plan.Accept {
			fmt.Fprintf(&b, " for %v", v.Offer.Promised.Day)
		}
		if !v.Date.IsZero() {
			fmt.Fprintf(&b, ", all on %v", v.Date.Day)
		}
		if v.Decision == plan.Counter && v.Quantity > 0 {
			fmt.Fprintf(&b, ", %v in time", v.Quantity)
		}
		for _, s := range v.Split {
			fmt.Fprintf(&b, ", %v on %v", s.Quantity, s.At.Day)
		}
		if v.Held {
			b.WriteString(", held")
		}
		for _, r := range v.Reasons {
			fmt.Fprintf(&b, " (%s)", r.Kind)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func pressShop(t *testing.T) *plan.Plan {
	t.Helper()
	rows := shop(order("S1", 8, 2, 10))
	rows.Items[0].Decimals = bom.Some(0)
	return finitePlan(t, rows)
}

// Eight hours a day, and Monday the 2nd is sold. O1 takes Tuesday. O2 wants twelve by Wednesday: eight hours are free
// until then, the rest is there on Thursday. O3 is of no use after Tuesday, which O1 has: refused. O4 is what
// O2 was not given, because a counter-offer holds nothing.
func TestReviewDecidesInSequence(t *testing.T) {
	late := order("O3", 2, 3, 10)
	late.Latest = march(3)
	got, err := pressShop(t).Review(context.Background(), []mrp.Demand{order("O1", 8, 3, 10), order("O2", 12, 4, 10), late, order("O4", 8, 4, 10)}, plan.ReviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `O1 accept for 2026-03-03
O2 counter_offer, all on 2026-03-05, 8 in time, 8 on 2026-03-04, 4 on 2026-03-05 (late)
O3 refuse (late) (disturbs) (latest)
O4 accept for 2026-03-04
`
	if verdicts(got) != want {
		t.Errorf("got\n%swant\n%s", verdicts(got), want)
	}
	last := got[len(got)-1].After
	for _, id := range []string{"S1", "O1", "O4"} {
		if s := statusOf(last, id); s != mrp.OnTime {
			t.Errorf("%s is %s in the plan with what was accepted", id, s)
		}
	}
	if s := statusOf(last, "O2"); s != "" {
		t.Errorf("O2 was not accepted, and is planned: %s", s)
	}
}

// A counter-offer that is held keeps its hours: the next order gets what is behind it.
func TestReviewHoldsCounterOffers(t *testing.T) {
	p := pressShop(t)
	orders := []mrp.Demand{order("O1", 12, 3, 10), order("O2", 8, 4, 10)}
	free, err := p.Review(context.Background(), orders, plan.ReviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	held, err := p.Review(context.Background(), orders, plan.ReviewOptions{HoldUntil: march(31)})
	if err != nil {
		t.Fatal(err)
	}
	if free[1].Decision != plan.Accept || held[1].Decision != plan.Counter || !held[0].Held {
		t.Errorf("free\n%sheld\n%s", verdicts(free), verdicts(held))
	}
	row := func(id string) mrp.Demand {
		for d := range held[1].After.Model().Demands() {
			if d.ID == id {
				return d
			}
		}
		return mrp.Demand{}
	}
	if q := row("O1"); q.Status != mrp.Quote || q.Due != held[0].Date || q.Expires != march(31) {
		t.Errorf("held as %+v", q)
	}
}

// Accepted with its design: a special item's five working days come first, and the answer shows them.
func TestReviewShowsTheDesignOfASpecialItem(t *testing.T) {
	rows := shop()
	rows.Items[0].DesignDays = 5
	got, err := finitePlan(t, rows).Review(context.Background(), []mrp.Demand{order("O1", 4, 4, 10), order("O2", 4, 20, 10)}, plan.ReviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Decision != plan.Counter || got[0].Date != march(9) {
		t.Errorf("%s", verdicts(got))
	}
	for _, v := range got {
		last := v.Reasons[len(v.Reasons)-1]
		if last.Kind != plan.ReasonDesign || last.Text != "the date includes 5 working days of design and approval of A" {
			t.Errorf("%s: %+v", v.Order.ID, last)
		}
	}
}

// A lever that is plugged in is asked for orders that are not accepted alone, and is part of the answer.
func TestReviewShowsThePriceOfALever(t *testing.T) {
	asked := 0
	o := plan.ReviewOptions{Levers: func(_ context.Context, _ *plan.Plan, order mrp.Demand) ([]plan.LeverOffer, error) {
		asked++
		return []plan.LeverOffer{{Levers: []string{"overtime"}, Promised: order.Due, Cost: decimal.NewFromInt(90)}}, nil
	}}
	got, err := pressShop(t).Review(context.Background(), []mrp.Demand{order("O1", 8, 3, 10), order("O2", 1, 3, 10)}, o)
	if err != nil || asked != 1 || len(got[1].Levers) != 1 || got[1].Decision != plan.Counter {
		t.Errorf("asked %d times, %v\n%s", asked, err, verdicts(got))
	}
}

// A batch with orders that cannot be meant is not reviewed, and all of them are named.
func TestReviewReportsAllBadOrders(t *testing.T) {
	unknown := order("O2", 1, 3, 10)
	unknown.Item = "AA"
	_, err := pressShop(t).Review(context.Background(), []mrp.Demand{order("O1", 8, 3, 10), unknown, order("O1", 1, 3, 10), order("S1", 1, 3, 10), order("O5", 1, 1, 10), order("O6", 0, 3, 10)}, plan.ReviewOptions{})
	var errs *bom.Errors
	if !errors.As(err, &errs) || len(errs.List) != 5 {
		t.Fatalf("%v", err)
	}
	for i, want := range []string{"order 2, O2: item AA", "order 3, O1: demand O1", "order 4, S1: demand S1", "order 5, O5: due 2026-03-01", "order 6, O6: qty 0"} {
		var bad *plan.OrderError
		if !errors.As(errs.List[i], &bad) || !strings.HasPrefix(errs.List[i].Error(), want) {
			t.Errorf("%v, want %s", errs.List[i], want)
		}
	}
}

// With the levers of Rush an order that is not accepted as asked shows what would serve it: every lever is in time or
// earlier than the date that costs nobody anything, and says who would ship later.
func TestReviewWithTheLeversOfRush(t *testing.T) {
	urgent := order("O2", 4, 3, 1)
	urgent.Weight = bom.Some(9 * bom.One)
	got, err := pressShop(t).Review(context.Background(), []mrp.Demand{order("O1", 8, 3, 10), urgent}, plan.ReviewOptions{Levers: plan.RushLevers(plan.RushOptions{})})
	if err != nil {
		t.Fatal(err)
	}
	v := got[1]
	if v.Decision != plan.Counter || v.Date != march(4) || len(v.Levers) == 0 {
		t.Fatalf("%s%+v", verdicts(got), v.Levers)
	}
	for _, l := range v.Levers {
		if l.Late > 0 && l.Promised.Day >= v.Date.Day || len(l.Levers) == 0 {
			t.Errorf("%+v is no better than %v", l, v.Date)
		}
	}
}
