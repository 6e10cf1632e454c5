package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// messageCase is a tiny model that triggers a message, and its neighbour that does not.
// Both give all codes of their plan, blank between them: what else a trigger must bring along is said too.
type messageCase struct {
	when   string                              // the trigger in a sentence
	model  func(c *published, triggers bool)   // the model and its neighbour
	codes  string                              // of the one that triggers
	others string                              // of its neighbour
	about  func(t *testing.T, got mrp.Message) // what the message must say
}

// either is one of two values.
func either[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// dated checks the two dates of a message, as periods.
func dated(from, to int) func(*testing.T, mrp.Message) {
	return func(t *testing.T, g mrp.Message) {
		t.Helper()
		if g.From != period(from) || g.To != period(to) {
			t.Errorf("from %v to %v, want %v to %v", g.From, g.To, period(from), period(to))
		}
	}
}

// counted checks the quantity of a message.
func counted(units int64) func(*testing.T, mrp.Message) {
	return func(t *testing.T, g mrp.Message) {
		t.Helper()
		if g.Quantity != bom.Units(units) {
			t.Errorf("quantity %v, want %d", g.Quantity, units)
		}
	}
}

// open adds a receipt of a bought part A, 10 units.
func (c *published) open(r mrp.Receipt) {
	r.ID, r.Item, r.Quantity = "PO1", "A", bom.Units(10)
	c.Receipts = append(c.Receipts, r)
}

var messageCases = map[mrp.Code]messageCase{
	mrp.PastStart: {
		when: "the lead time of 2 and the safety lead time of 3 days reach back before today; the safety days absorb it",
		model: func(c *published, triggers bool) {
			c.part("A", 2, 0, func(i *bom.Item) { i.SafetyDays = 3 })
			c.gross("A", either[int64](triggers, 5, 7), 10)
		},
		codes: "past_start release_now", about: dated(5, 3),
	},
	mrp.ReleaseNow: {
		when: "an order due in period 3 with two days of lead time starts today",
		model: func(c *published, triggers bool) {
			c.part("A", 2, 0)
			c.gross("A", either[int64](triggers, 3, 4), 10)
		},
		codes: "release_now", about: dated(1, 3),
	},
	mrp.Fenced: {
		when: "an order due before today + 5 is moved to that day; four safety days absorb it",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0, func(i *bom.Item) { i.PlanningFenceDays, i.SafetyDays = 5, 4 })
			c.gross("A", either[int64](triggers, 9, 10), 10)
		},
		codes: "fenced", about: dated(9, 6),
	},
	mrp.RescheduleIn: {
		when: "a receipt of period 8 is needed in period 5, within reschedule_days: no new order; as long as it stays, the demand is late",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Settings.RescheduleDays = 5
			c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(8))})
			c.gross("A", either[int64](triggers, 5, 8), 10)
		},
		codes: "late_demand reschedule_in", about: dated(8, 5),
	},
	mrp.RescheduleOut: {
		when: "a receipt of period 7 is first needed in period 12, more than damper_days later",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Settings.DamperDays = 4
			c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(7))})
			c.gross("A", either[int64](triggers, 12, 11), 10)
		},
		codes: "reschedule_out", about: dated(7, 12),
	},
	mrp.CancelReceipt: {
		when: "nothing needs a receipt",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(8))})
			if !triggers {
				c.gross("A", 8, 1)
			}
		},
		codes: "cancel", others: "excess", about: counted(10),
	},
	mrp.Expedite: {
		when: "the supplier confirms a receipt for period 10 that counts in netting, and is needed, in period 8; the demand is late",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(8)), Need: bom.OnDay(period(8)),
				Confirmed: bom.OnDay(period(either(triggers, 10, 8)))})
			c.gross("A", 8, 10)
		},
		codes: "expedite late_demand", about: dated(10, 8),
	},
	mrp.PastDueDemand: {
		when: "a demand was due yesterday: it counts today and cannot be on time any more",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 10)
			c.gross("A", either[int64](triggers, 0, 1), 10)
		},
		codes: "late_demand past_due_demand", about: dated(0, 1),
	},
	mrp.PastDueReceipt: {
		when: "a receipt was due yesterday: it counts today",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.scheduled("A", either(triggers, 0, 1), 10)
			c.gross("A", 1, 10)
		},
		codes: "past_due_receipt", about: dated(0, 1),
	},
	mrp.BelowSafety: {
		when: "stock of 4 is below the safety stock of 10; the missing 6 are ordered today",
		model: func(c *published, triggers bool) {
			c.part("A", 0, either[int64](triggers, 4, 10), func(i *bom.Item) { i.SafetyStock = bom.Some(bom.Units(10)) })
		},
		codes: "below_safety_stock release_now", about: counted(6),
	},
	mrp.Excess: {
		when: "stock of 15 is 5 more than all requirements and the safety stock",
		model: func(c *published, triggers bool) {
			c.part("A", 0, either[int64](triggers, 15, 10), func(i *bom.Item) { i.SafetyStock = bom.Some(bom.Units(7)) })
			c.gross("A", 5, 3)
		},
		codes: "excess", about: counted(5),
	},
	mrp.Shortage: {
		when: "the only source gives what a sister site can spare, which is not enough",
		model: func(c *published, triggers bool) {
			c.sites()
			c.Sources = []bom.Source{{Item: "A", ID: "north", Kind: bom.Transfer, From: "north", SpareOnly: true}}
			c.Stock = []mrp.Stock{{Item: "A", Site: "north", Quantity: bom.Units(either[int64](triggers, 9, 10))}}
			c.gross("A", 5, 10)
		},
		codes: "short_demand shortage",
	},
	mrp.SubstituteUsed: {
		when: "the main component would have to start before today, its substitute is on stock",
		model: func(c *published, triggers bool) {
			c.part("A", 1, 0)
			c.part("main", 10, 0)
			c.part("other", 10, either[int64](triggers, 10, 0))
			c.Lines = []bom.Line{
				{Parent: "A", Component: "main", Quantity: bom.Unit, SubstituteGroup: "G", SubstitutePriority: 1},
				{Parent: "A", Component: "other", Quantity: bom.Unit, SubstituteGroup: "G", SubstitutePriority: 2},
			}
			c.gross("A", either[int64](triggers, 5, 15), 10)
		},
		codes: "substitute_used", about: counted(10),
	},
	mrp.SourceMissing: {
		when: "the only source is valid from period 6 on",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Sources = []bom.Source{{Item: "A", ID: "S", Kind: bom.Buy, FromDate: period(6)}}
			c.gross("A", either[int64](triggers, 5, 6), 10)
		},
		codes: "source_missing",
	},
	mrp.HorizonExhausted: {
		when: "a demand on the day start + horizon_days lies beyond",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Settings.HorizonDays = 10
			c.gross("A", either[int64](triggers, 11, 10), 10)
		},
		codes: "horizon",
	},
	mrp.CalendarExhausted: {
		when: "the calendar has no fifth working day",
		model: func(c *published, triggers bool) {
			c.part("A", 5, 0, func(i *bom.Item) { i.Calendar = "short" })
			c.Calendars = []capacity.CalendarRow{{ID: "short", Days: either(triggers, "2026-03-02..2026-03-04", "2026-03-02..2026-03-20"), Shifts: "06:00-14:00"}}
			c.gross("A", 8, 10)
		},
		codes: "calendar_exhausted short_demand",
	},
	mrp.LotSurplus: {
		when: "a minimum lot of 10 for a demand of 6",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0, func(i *bom.Item) { i.LotMin = bom.Units(10) })
			c.gross("A", 5, either[int64](triggers, 6, 10))
		},
		codes: "lot_surplus", about: counted(4),
	},
	mrp.ExpiringStock: {
		when: "a lot expires in period 5, and only 3 of 10 are needed by then",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Stock = []mrp.Stock{{Item: "A", Lot: "L", Quantity: bom.Units(10), Expires: period(5)}}
			c.gross("A", 4, 3, either[int64](triggers, 6, 5), 7)
		},
		codes: "expiring_stock", about: counted(7),
	},
	mrp.ReservationUnused: {
		when: "stock is reserved for a closed demand; another one uses it",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Stock = []mrp.Stock{{Item: "A", Lot: "L", Quantity: bom.Units(10), ReservedFor: "SO1"}}
			for i, status := range []mrp.DemandStatus{either(triggers, mrp.ClosedDemand, mrp.Open), either(triggers, mrp.Open, mrp.ClosedDemand)} {
				c.Demands = append(c.Demands, mrp.Demand{ID: fmt.Sprint("SO", i+1), Item: "A", Quantity: bom.Units(10), Due: bom.OnDay(period(5)), Status: status})
			}
		},
		codes: "reservation_unused", about: counted(10),
	},
	mrp.FollowUp: {
		when: "a purchase is due within three days",
		model: func(c *published, triggers bool) {
			c.part("A", 0, 0)
			c.Settings.FollowUpDays = bom.Some(3)
			due := either(triggers, 3, 8)
			c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(due))})
			c.gross("A", int64(due), 10)
		},
		codes: "follow_up", about: counted(10),
	},
	mrp.LateDemand: {
		when: "five days of lead time for a demand in two days",
		model: func(c *published, triggers bool) {
			c.part("A", 5, 0)
			c.gross("A", either[int64](triggers, 3, 6), 10)
		},
		codes: "late_demand past_start release_now", others: "release_now", about: dated(3, 6),
	},
	mrp.ShortDemand: {
		when: "the supply comes in period 6, after the last date on which it is of use",
		model: func(c *published, triggers bool) {
			c.part("A", 5, 0)
			c.Demands = []mrp.Demand{{ID: "SO1", Item: "A", Quantity: bom.Units(10), Due: bom.OnDay(period(3)),
				Latest: bom.OnDay(period(either(triggers, 5, 6)))}}
		},
		codes: "past_start release_now short_demand", others: "late_demand past_start release_now", about: dated(3, 6),
	},
}

// sites adds A at two sites, which buys at neither.
func (c *published) sites() {
	c.part("A", 0, 0)
	c.part("A", 0, 0, func(i *bom.Item) { i.Site = "north" })
}

// Rule 13 and the rest: every code has a model that triggers it and one that does not,
// and neither gives another message than it says.
func TestMessageTriggers(t *testing.T) {
	for _, code := range mrp.Codes() {
		c, ok := messageCases[code]
		if !ok {
			t.Errorf("no case for %s: add one", code)
			continue
		}
		t.Run(string(code), func(t *testing.T) {
			for _, triggers := range []bool{true, false} {
				model := textbook()
				c.model(model, triggers)
				p := planOf(t, &model.Rows)
				want := either(triggers, c.codes, c.others)
				expect(t, fmt.Sprintf("%s: %v", c.when, triggers), codesOf(p), want)
				for _, g := range p.Material().Messages() {
					if g.Text == "" || g.Severity == "" {
						t.Errorf("message without text or severity: %+v", g)
					}
					if g.Code == code && c.about != nil && triggers {
						c.about(t, g)
					}
				}
			}
		})
	}
	for code := range messageCases {
		if !slices.Contains(mrp.Codes(), code) {
			t.Errorf("%s is no code", code)
		}
	}
}

// codesOf are the codes of a plan's messages, each once.
func codesOf(p *plan.Plan) string {
	seen := map[string]bool{}
	for _, g := range p.Material().Messages() {
		seen[string(g.Code)] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(seen)), " ")
}

// Every severity of the codes is one of three, and messages come by code, item, site and order.
func TestMessagesAreOrdered(t *testing.T) {
	c := textbook()
	for _, item := range []string{"B", "A", "C"} {
		c.part(item, 4, 0)
		c.gross(item, 2, 5, 3, 5)
	}
	got := planOf(t, &c.Rows).Material().Messages()
	key := func(g mrp.Message) string {
		return strings.Join([]string{string(g.Code), g.Item, g.Site, g.Order, g.Demand}, "\x00")
	}
	if !slices.IsSortedFunc(got, func(a, b mrp.Message) int { return strings.Compare(key(a), key(b)) }) || len(got) == 0 {
		t.Errorf("messages out of order: %+v", got)
	}
	for _, g := range got {
		if !slices.Contains([]mrp.Severity{mrp.Error, mrp.Warning, mrp.Info}, g.Severity) {
			t.Errorf("%s: severity %q", g.Code, g.Severity)
		}
	}
}

// Dampers keep advice quiet: damper_days that on dates, damper_share that on quantities.
func TestDampers(t *testing.T) {
	advice := func(days int, share string, change func(c *published)) string {
		c := textbook()
		c.part("A", 0, 0)
		c.Settings.DamperDays, c.Settings.DamperShare = days, bom.MustNumber(share)
		change(c)
		return codesOf(planOf(t, &c.Rows))
	}
	early := func(c *published) { // due in 7, needed in 10
		c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(7))})
		c.gross("A", 10, 10)
	}
	expect(t, "3 days early, damper 2", advice(2, "0", early), "reschedule_out")
	expect(t, "3 days early, damper 3", advice(3, "0", early), "")
	late := func(c *published) { // there in 10, needed in 8: the demand stays late, the advice goes
		c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(10)), Need: bom.OnDay(period(8))})
		c.gross("A", 8, 10)
	}
	expect(t, "2 days late, damper 1", advice(1, "0", late), "expedite late_demand")
	expect(t, "2 days late, damper 2", advice(2, "0", late), "late_demand")
	surplus := func(c *published) { // 2 of 10 are not needed
		c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(7))})
		c.gross("A", 7, 8)
	}
	expect(t, "a fifth too much, damper 0.1", advice(0, "0.1", surplus), "excess")
	expect(t, "a fifth too much, damper 0.2", advice(0, "0.2", surplus), "")
	needless := func(c *published) { c.open(mrp.Receipt{Kind: bom.Buy, Due: bom.OnDay(period(7))}) }
	expect(t, "needed by nothing, any damper", advice(30, "0.9", needless), "cancel")
}

// The follow-up list by supplier: purchases due within follow_up_days, overdue ones too, and
// nothing that is made, transferred or due later.
func TestFollowUpBySupplier(t *testing.T) {
	c := textbook()
	c.part("A", 0, 0)
	c.part("B", 0, 0)
	c.Settings.FollowUpDays = bom.Some(5)
	for _, item := range []string{"A", "B"} {
		c.Sources = append(c.Sources,
			bom.Source{Item: item, ID: "1", Kind: bom.Buy, From: "Steel Inc"},
			bom.Source{Item: item, ID: "2", Kind: bom.Buy, From: "Coils Ltd"})
	}
	purchase := func(id, item, source string, kind bom.Kind, p int) {
		c.Receipts = append(c.Receipts, mrp.Receipt{ID: id, Item: item, Source: source, Kind: kind, Status: mrp.InProgress,
			Quantity: bom.Unit, Due: bom.OnDay(period(p))})
	}
	purchase("PO1", "A", "1", bom.Buy, 2)
	purchase("PO2", "A", "2", bom.Buy, -3)
	purchase("PO3", "B", "1", bom.Buy, 4)
	purchase("PO4", "B", "1", bom.Buy, 12)
	purchase("WO6", "A", "", bom.Make, 3)
	list := map[string][]string{}
	for _, g := range planOf(t, &c.Rows).Material().Messages() {
		if g.Code == mrp.FollowUp {
			list[g.Supplier] = append(list[g.Supplier], g.Order)
			if !strings.Contains(g.Text, g.Supplier) || !strings.Contains(g.Text, g.Order) {
				t.Errorf("text of %s names neither order nor supplier: %s", g.Order, g.Text)
			}
		}
	}
	expect(t, "follow up", fmt.Sprint(list), "map[Coils Ltd:[PO2] Steel Inc:[PO1 PO3]]")
}
