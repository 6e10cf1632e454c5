package plan_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Net change is a fresh plan, to the byte: on random models of every feature, any sequence of edits of demands,
// stock, receipts and allocations gives what planning the edited tables anew gives, fork upon fork, and leaves the
// plans it came from as they were.
func TestNetChangeEqualsFreshPlan(t *testing.T) {
	full := 0
	for _, f := range []oracle.Features{oracle.AllFeatures(), without("Substitutes", "Dedicated", "Reserved", "HardPegs"), without("Substitutes")} {
		onRandom(t, 150, f, func(rows *plan.Rows, p *plan.Plan) string {
			r := rand.New(rand.NewPCG(uint64(len(rows.Demands)), uint64(len(rows.Lines))))
			base := p.Material()
			before, at := materialText(base), base
			for round := range 6 {
				e := randomEdits(r, p, at)
				next, change, err := at.Change(context.Background(), e, mrp.Options{})
				fresh, want := freshly(p, at, e)
				if err != nil || want != nil {
					if rebuild := (*mrp.RebuildError)(nil); !errors.As(err, &rebuild) && (err == nil) != (want == nil) {
						return fmt.Sprintf("round %d: net change says %v, a fresh plan %v", round, err, want)
					}
					continue
				}
				if change.Full {
					full++
				}
				if diff := firstDifference(materialText(next), materialText(fresh.Material())); diff != "" {
					return fmt.Sprintf("round %d (full: %v): %s", round, change.Full, diff)
				}
				if a, b := next.NumRequirements(), fresh.Material().NumRequirements(); a != b && !change.Full {
					return fmt.Sprintf("round %d: %d requirements, fresh %d", round, a, b)
				}
				if missed := notVisited(at, next, change); missed != "" {
					return fmt.Sprintf("round %d: %s", round, missed)
				}
				if r.IntN(3) > 0 {
					at = next
				}
			}
			return firstDifference(materialText(base), before)
		})
	}
	t.Logf("%d changes were planned anew", full)
}

// onRandom checks a property on random models with some features, the same every time; a failure names the seed.
func onRandom(t *testing.T, cases int, f oracle.Features, check func(rows *plan.Rows, p *plan.Plan) string) {
	t.Helper()
	for seed := range uint64(cases) {
		rows := oracle.RandomWith(seed, 1+int(seed%25), f)
		p, err := planned(rows, plan.Options{})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if wrong := check(rows, p); wrong != "" {
			t.Errorf("seed %d: %s", seed, wrong)
		}
	}
}

// materialText is all that a material plan says, part by part where it has parts.
func materialText(p *mrp.Plan) string {
	var b strings.Builder
	m := p.Model()
	for o := range p.Orders() {
		fmt.Fprintln(&b, o)
	}
	for g := range p.Pegging() {
		fmt.Fprintln(&b, g)
	}
	for _, r := range p.DemandResults() {
		fmt.Fprintln(&b, m.Book.DemandAt(r.Demand).ID, r.Quantity, r.Promised, r.LateDays, r.Status, r.Causes, r.Deliveries)
	}
	for g := range p.AllMessages() {
		fmt.Fprintln(&b, g)
	}
	for part, days := range p.AllProjected() {
		fmt.Fprintln(&b, m.Label(part), days)
	}
	for part := range m.Parts {
		id := bom.PartID(part)
		fmt.Fprintln(&b, m.Label(id), p.ATP(id), p.StockRequirements(id))
	}
	return b.String()
}

// notVisited names a part whose pegs differ though the change does not say so.
func notVisited(a, b *mrp.Plan, c *mrp.NetChange) string {
	text := func(p *mrp.Plan, part bom.PartID) string {
		var s strings.Builder
		for o := range p.OrdersOf(part) {
			fmt.Fprintln(&s, o)
		}
		for _, g := range p.PegsOf(part) {
			g.Available = bom.NoDay // what is late elsewhere moves dates here
			fmt.Fprintln(&s, g)
		}
		return s.String()
	}
	for part := range a.Model().Parts {
		id := bom.PartID(part)
		if !slices.Contains(c.Visited, id) && text(a, id) != text(b, id) {
			return "pegs of " + a.Model().Label(id) + " differ, but it was not visited"
		}
	}
	return ""
}

// freshly plans the tables of a plan's book with edits anew.
func freshly(p *plan.Plan, at *mrp.Plan, e mrp.Edits) (*plan.Plan, error) {
	rows, book := p.Model().Rows(), at.Model().Book
	rows.Demands, rows.Stock, rows.Receipts, rows.Allocations = nil, nil, nil, nil
	for _, d := range book.DemandsByID() {
		if _, edited := e.Demands[d.ID]; !edited {
			rows.Demands = append(rows.Demands, *d)
		}
	}
	for s := range book.StockRows(p.Model().Catalog) {
		if _, edited := e.Stock[s.Key()]; !edited {
			rows.Stock = append(rows.Stock, s)
		}
	}
	for _, r := range book.ReceiptsByID() {
		if _, edited := e.Receipts[r.ID]; !edited {
			rows.Receipts = append(rows.Receipts, *r)
		}
	}
	for _, a := range book.AllocationsByKey() {
		if _, edited := e.Allocations[a.Key()]; !edited {
			rows.Allocations = append(rows.Allocations, *a)
		}
	}
	rows.Demands = append(rows.Demands, present(e.Demands)...)
	rows.Stock = append(rows.Stock, present(e.Stock)...)
	rows.Receipts = append(rows.Receipts, present(e.Receipts)...)
	rows.Allocations = append(rows.Allocations, present(e.Allocations)...)
	return planned(rows, plan.Options{})
}

func present[K comparable, R any](edits map[K]*R) []R {
	var out []R
	for _, row := range edits {
		if row != nil {
			out = append(out, *row)
		}
	}
	return out
}

// randomEdits are some edits of one to three rows.
func randomEdits(r *rand.Rand, p *plan.Plan, at *mrp.Plan) mrp.Edits {
	e, book, c := mrp.NewEdits(), at.Model().Book, p.Model().Catalog
	var demands []mrp.Demand
	for _, d := range book.DemandsByID() {
		demands = append(demands, *d)
	}
	var receipts []mrp.Receipt
	for _, x := range book.ReceiptsByID() {
		receipts = append(receipts, *x)
	}
	var allocations []mrp.Allocation
	for _, a := range book.AllocationsByKey() {
		allocations = append(allocations, *a)
	}
	stock := slices.Collect(book.StockRows(c))
	part := bom.PartID(r.IntN(c.NumParts()))
	moved := func(w bom.When) bom.When {
		if w.IsZero() {
			return w
		}
		return bom.OnDay(w.Day + bom.Day(r.IntN(21)-7))
	}
	for range 1 + r.IntN(3) {
		switch k := r.IntN(12); {
		case k < 3: // a new demand, among the others by id
			d := mrp.Demand{ID: fmt.Sprintf("%c%d", "AMZ"[r.IntN(3)], r.IntN(40)), Item: c.ItemID(part), Site: c.SiteID(part), Quantity: bom.Units(int64(r.IntN(50))),
				Due: bom.OnDay(p.Model().Settings().Start.Day + bom.Day(r.IntN(90)-5)), Priority: r.IntN(4)}
			if r.IntN(5) == 0 {
				d.Kind, d.PeriodDays = mrp.Forecast, r.IntN(10)
			}
			if r.IntN(12) == 0 && d.Kind != mrp.Forecast {
				d.Peg = mrp.Dedicated
			}
			e.Demands[d.ID] = &d
		case k < 6 && len(demands) > 0:
			d := demands[r.IntN(len(demands))]
			switch e.Demands[d.ID] = &d; r.IntN(4) {
			case 0:
				e.Demands[d.ID] = nil
			case 1:
				d.Quantity += bom.Units(int64(r.IntN(9)))
			case 2:
				d.Due = moved(d.Due)
			case 3:
				d.Item, d.Site = c.ItemID(part), c.SiteID(part)
				d.Quantity, d.MinDelivery = bom.Units(7), 0
			}
		case k < 8 && len(stock) > 0:
			s := stock[r.IntN(len(stock))]
			switch e.Stock[s.Key()] = &s; r.IntN(3) {
			case 0:
				e.Stock[s.Key()] = nil
			case 1:
				s.Quantity += bom.Units(int64(r.IntN(30)))
			case 2:
				s.Expires = p.Model().Settings().Start.Day + bom.Day(r.IntN(60))
			}
		case k == 8:
			s := mrp.Stock{Item: c.ItemID(part), Site: c.SiteID(part), Quantity: bom.Units(int64(r.IntN(20)))}
			e.Stock[s.Key()] = &s
		case k == 9:
			x := mrp.Receipt{ID: fmt.Sprintf("%c%d", "AMZ"[r.IntN(3)], r.IntN(40)), Item: c.ItemID(part), Site: c.SiteID(part), Kind: bom.Kind(r.IntN(2)),
				Quantity: bom.Units(int64(r.IntN(30))), Due: bom.OnDay(p.Model().Settings().Start.Day + bom.Day(r.IntN(60)-5)), Status: mrp.ReceiptStatus(r.IntN(3))}
			e.Receipts[x.ID] = &x
		case k == 10 && len(receipts) > 0:
			x := receipts[r.IntN(len(receipts))]
			switch e.Receipts[x.ID] = &x; r.IntN(4) {
			case 0:
				e.Receipts[x.ID] = nil
			case 1:
				x.Quantity += bom.Units(int64(r.IntN(9)))
			case 2:
				x.Due, x.Confirmed = moved(x.Due), moved(x.Confirmed)
			case 3:
				x.Status = mrp.Firm
			}
		case len(allocations) > 0 && r.IntN(2) == 0:
			a := allocations[r.IntN(len(allocations))]
			if e.Allocations[a.Key()] = &a; r.IntN(2) == 0 {
				e.Allocations[a.Key()] = nil
			} else {
				a.Quantity += bom.Units(3)
			}
		case len(receipts) > 0:
			a := mrp.Allocation{Receipt: receipts[r.IntN(len(receipts))].ID, Component: c.ItemID(part), Site: c.SiteID(part), Quantity: bom.Units(2)}
			e.Allocations[a.Key()] = &a
		}
	}
	return e
}

// What was added and taken away again leaves no trace, however often; numbers are used again.
func TestNetChangeUndone(t *testing.T) {
	onRandom(t, 40, oracle.AllFeatures(), func(_ *plan.Rows, p *plan.Plan) string {
		at := p.Material()
		want, slots := materialText(at), at.Model().Book.DemandSlots()
		c := p.Model().Catalog
		for i := range 30 {
			part := bom.PartID(i % c.NumParts())
			d := mrp.Demand{ID: fmt.Sprint("rush-", i), Item: c.ItemID(part), Site: c.SiteID(part), Quantity: bom.Units(5), Due: bom.OnDay(p.Model().Settings().Start.Day + 9)}
			for _, row := range []*mrp.Demand{&d, nil} {
				e := mrp.NewEdits()
				e.Demands[d.ID] = row
				next, _, err := at.Change(context.Background(), e, mrp.Options{})
				if err != nil {
					return err.Error()
				}
				at = next
			}
		}
		if got := at.Model().Book.DemandSlots(); got > slots+1 {
			return fmt.Sprintf("%d numbers of demands, %d before", got, slots)
		}
		return firstDifference(materialText(at), want)
	})
}

// Many goroutines change one plan at the same time, each for itself.
func TestNetChangeSideBySide(t *testing.T) {
	p, err := planned(oracle.RandomWith(7, 25, without("Substitutes")), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	base, c := p.Material(), p.Model().Catalog
	texts := make([]string, 8)
	var group sync.WaitGroup
	for g := range texts {
		group.Go(func() {
			at := base
			for i := range 20 {
				part := bom.PartID((g/2 + i) % c.NumParts())
				d := mrp.Demand{ID: fmt.Sprint("rush-", i), Item: c.ItemID(part), Site: c.SiteID(part), Quantity: bom.Units(5), Due: bom.OnDay(p.Model().Settings().Start.Day + 9)}
				e := mrp.NewEdits()
				e.Demands[d.ID] = &d
				next, _, err := at.Change(context.Background(), e, mrp.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				at = next
			}
			texts[g] = materialText(at)
		})
	}
	group.Wait()
	for g := 0; g < len(texts); g += 2 {
		if diff := firstDifference(texts[g+1], texts[g]); diff != "" {
			t.Errorf("two goroutines, one change, two plans: %s", diff)
		}
	}
}

// A row that is wrong is refused with the words of the tables, and nothing is planned.
func TestNetChangeRefusesWrongRows(t *testing.T) {
	rows := bikeShop(bikes("SO-1", 10, 4))
	rows.Stock = append(rows.Stock, mrp.Stock{Item: "BIKE", Quantity: bom.Units(1), ReservedFor: "SO-1"})
	p, err := planned(rows, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	due := bom.OnDay(bom.On(2026, 3, 20))
	for want, edit := range map[string]func(e *mrp.Edits){
		`column item: "BYKE"`:         func(e *mrp.Edits) { e.Demands["X"] = &mrp.Demand{Item: "BYKE", Quantity: bom.Units(1), Due: due} },
		`column due`:                  func(e *mrp.Edits) { e.Demands["X"] = &mrp.Demand{Item: "BIKE", Quantity: bom.Units(1)} },
		`column qty`:                  func(e *mrp.Edits) { e.Demands["X"] = &mrp.Demand{Item: "BIKE", Quantity: -1, Due: due} },
		`30 years after`:              func(e *mrp.Edits) { e.Demands["X"] = &mrp.Demand{Item: "BIKE", Due: bom.OnDay(bom.On(2190, 1, 1))} },
		`column reserved_for: "SO-1"`: func(e *mrp.Edits) { e.Demands["SO-1"] = nil },
		`column receipt: "PO-9"`: func(e *mrp.Edits) {
			e.Allocations[mrp.AllocationKey{Receipt: "PO-9", Component: "BIKE"}] = &mrp.Allocation{Quantity: bom.Units(1)}
		},
	} {
		e := mrp.NewEdits()
		edit(&e)
		_, _, err := p.Material().Change(context.Background(), e, mrp.Options{})
		if errs := (*bom.Errors)(nil); !errors.As(err, &errs) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
