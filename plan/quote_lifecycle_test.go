package plan_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// statusOf is what the plan says of a demand; empty if it is not planned.
func statusOf(p *plan.Plan, id string) mrp.Status {
	for _, x := range p.Finite().Promises() {
		if p.Finite().Demand(x.Demand).ID == id {
			return x.Status
		}
	}
	return ""
}

func apply(t *testing.T, p *plan.Plan, changes ...plan.Change) *plan.Plan {
	t.Helper()
	after, err := p.Apply(context.Background(), changes...)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

// An inquiry is known but not planned; quoted it holds its hours, so that nobody else gets them; confirmed it is an
// order and nothing moves; cancelled in place of that it gives the hours back. Every step is taken back to the byte.
func TestAQuoteReservesUntilItIsConfirmedOrCancelled(t *testing.T) {
	calm := finitePlan(t, shop(order("S1", 8, 2, 10)))
	asked := order("Q1", 8, 3, 10)
	inquiry := apply(t, calm, plan.RecordInquiry{Demand: asked})
	if s := statusOf(inquiry, "Q1"); s != "" {
		t.Errorf("an inquiry is planned: %s", s)
	}
	offer, err := inquiry.Quote(context.Background(), plan.Inquiry{Demand: asked}, march(20))
	if err != nil || offer.Promised != march(3) {
		t.Fatalf("quoted for %v, %v", offer.Promised, err)
	}
	quoted := apply(t, inquiry, offer.Changes()...)
	if s := statusOf(quoted, "Q1"); s != mrp.OnTime {
		t.Errorf("the quote is %s", s)
	}
	if o := promise(t, quoted, wish(8, 3, plan.NoDisturbance)); o.Promised != march(4) {
		t.Errorf("the quote's hours were offered to somebody else for %v", o.Promised)
	}
	confirmed := apply(t, quoted, plan.ConfirmQuote{Demand: "Q1"})
	if d := plan.Compare(quoted, confirmed); !d.Empty() {
		t.Errorf("confirming changed the plan: %+v", d)
	}
	cancelled := apply(t, quoted, plan.CancelQuote{Demand: "Q1"})
	if o := promise(t, cancelled, wish(8, 3, plan.NoDisturbance)); o.Promised != march(3) {
		t.Errorf("the cancelled quote's hours are offered for %v", o.Promised)
	}
	for _, step := range []plan.Change{plan.ConfirmQuote{Demand: "Q1"}, plan.CancelQuote{Demand: "Q1"}} {
		back, err := quoted.Inverse(step)
		if err != nil {
			t.Fatal(err)
		}
		if diff := firstDifference(bytesOf(t, apply(t, apply(t, quoted, step), back...)), bytesOf(t, quoted)); diff != "" {
			t.Errorf("%v taken back: %s", step, diff)
		}
	}
}

// Steps that a quote cannot take are refused with what it is and what to do, and nothing changes.
func TestWrongStepsOfAQuoteAreRefused(t *testing.T) {
	with := func(id string, status mrp.DemandStatus, expires int) mrp.Demand {
		d := order(id, 1, 20, 10)
		if d.Status = status; expires != 0 {
			d.Expires = march(expires)
		}
		return d
	}
	rows := shop(with("OPEN", mrp.Open, 0), with("ASKED", mrp.Inquiry, 0), with("QUOTED", mrp.Quote, 9), with("ALWAYS", mrp.Quote, 0), with("PAST", mrp.Quote, 1), with("GONE", mrp.ClosedDemand, 0))
	p := finitePlan(t, rows)
	before := bytesOf(t, p)
	for _, c := range []plan.Change{
		plan.ConfirmQuote{Demand: "OPEN"}, plan.ConfirmQuote{Demand: "ASKED"}, plan.ConfirmQuote{Demand: "PAST"}, plan.ConfirmQuote{Demand: "GONE"},
		plan.ExpireQuote{Demand: "QUOTED"}, plan.ExpireQuote{Demand: "ALWAYS"}, plan.ExpireQuote{Demand: "OPEN"}, plan.ExpireQuote{Demand: "GONE"},
		plan.CancelQuote{Demand: "OPEN"}, plan.CancelQuote{Demand: "GONE"},
		plan.QuoteDemand{Demand: with("OPEN", 0, 9)}, plan.QuoteDemand{Demand: with("QUOTED", 0, 9)}, plan.QuoteDemand{Demand: with("NEW", 0, 0)}, plan.QuoteDemand{Demand: with("NEW", 0, 1)},
	} {
		_, err := p.Apply(context.Background(), c)
		var failed *plan.ChangeError
		var quote *plan.QuoteError
		if !errors.As(err, &failed) || !errors.As(err, &quote) || quote.Advice == "" {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, c := range []plan.Change{plan.ConfirmQuote{Demand: "QUOTED"}, plan.ConfirmQuote{Demand: "ALWAYS"}, plan.ExpireQuote{Demand: "PAST"},
		plan.CancelQuote{Demand: "QUOTED"}, plan.CancelQuote{Demand: "ASKED"}, plan.QuoteDemand{Demand: with("ASKED", 0, 9)}} {
		apply(t, p, c)
	}
	if list := p.ExpiredQuotes(); len(list) != 1 || list[0] != "PAST" {
		t.Errorf("expired: %v", list)
	}
	if _, err := p.Apply(context.Background(), plan.ConfirmQuote{Demand: "NONE"}); err == nil {
		t.Error("a quote that is not there was confirmed")
	}
	for _, expires := range []bom.When{{}, march(1)} {
		var quote *plan.QuoteError
		if _, err := p.Quote(context.Background(), wish(1, 5, 0), expires); !errors.As(err, &quote) {
			t.Errorf("quoted until %v: %v", expires, err)
		}
	}
	if bytesOf(t, p) != before {
		t.Error("a step changed the plan that it was asked of")
	}
}

// Quotes never steal from orders: on random shops, whatever is quoted one after the other, every open order's
// promise is no later than before the first quote.
func TestQuotesNeverMakeAnOrderLater(t *testing.T) {
	seeds := uint64(25)
	if testing.Short() {
		seeds = 5
	}
	quotes := 0
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 7))
		rows := oracle.Random(seed, int(seed%12)+3)
		rows.Settings.HorizonDays = 0
		p := finitePlan(t, rows)
		before := p
		for n := range 3 {
			item := rows.Items[rng.IntN(len(rows.Items))]
			due := bom.OnDay(rows.Settings.Start.Day + bom.Day(rng.IntN(15)))
			q := plan.Inquiry{Demand: mrp.Demand{ID: "~quote" + string(rune('0'+n)), Item: item.ID, Site: item.Site, Quantity: bom.Units(int64(1 + rng.IntN(6))), Due: due}}
			o, err := p.Quote(context.Background(), q, bom.OnDay(due.Day+30))
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if o.Promised.IsZero() {
				continue
			}
			quotes++
			p = o.Plan
		}
		d := plan.Compare(before, p)
		for _, x := range d.Demands {
			if harmed(before, &x) {
				t.Errorf("seed %d: %s is %d s later for quotes", seed, x.Demand, x.Later())
			}
		}
	}
	if quotes < int(seeds) {
		t.Errorf("only %d quotes", quotes)
	}
}
