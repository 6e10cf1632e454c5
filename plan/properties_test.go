package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// forAll checks a property on random models with some features. check gives what is
// wrong, or nothing. The models are the same every time; a failure names seed and size.
func forAll(t *testing.T, cases int, f oracle.Features, check func(rows *plan.Rows, p *plan.Plan) string) {
	t.Helper()
	parameters := gopter.DefaultTestParametersWithSeed(20260302)
	parameters.MinSuccessfulTests = cases
	properties := gopter.NewProperties(parameters)
	properties.Property("holds", prop.ForAll(func(seed uint64, size int) string {
		rows := oracle.RandomWith(seed, size, f)
		p, err := planned(rows, plan.Options{})
		if err != nil {
			return err.Error()
		}
		return check(rows, p)
	}, gen.UInt64(), gen.IntRange(1, 25)))
	properties.TestingRun(t)
}

func planned(rows *plan.Rows, o plan.Options) (*plan.Plan, error) {
	m, err := rows.Model()
	if err != nil {
		return nil, err
	}
	return plan.New(context.Background(), m, o)
}

// without are all features but some.
func without(names ...string) oracle.Features {
	f := oracle.AllFeatures()
	for _, name := range names {
		reflect.ValueOf(&f).Elem().FieldByName(name).SetBool(false)
	}
	return f
}

// allText is every output table of a plan.
func allText(p *plan.Plan) string {
	var b strings.Builder
	for _, table := range tables.Results(p) {
		fmt.Fprintf(&b, "-- %s --\n", table.Name)
		if err := table.CSV(context.Background(), &b); err != nil {
			return err.Error()
		}
	}
	return b.String()
}

// Rule 15: any row order gives the same bytes: orders, pegging, statuses, messages,
// netting records and figures.
func TestRowOrderChangesNoByte(t *testing.T) {
	forAll(t, 400, oracle.AllFeatures(), func(rows *plan.Rows, p *plan.Plan) string {
		want := allText(p)
		shuffle(rows, rand.New(rand.NewPCG(uint64(len(want)), 1)))
		q, err := planned(rows, plan.Options{})
		if err != nil {
			return err.Error()
		}
		return firstDifference(allText(q), want)
	})
}

func shuffle(rows *plan.Rows, r *rand.Rand) {
	all := reflect.ValueOf(rows).Elem()
	for i := range all.NumField() {
		if f := all.Field(i); f.Kind() == reflect.Slice {
			r.Shuffle(f.Len(), reflect.Swapper(f.Interface()))
		}
	}
}

// Rule 15: the number of workers and of processors does not show. Workers take many
// parts at a time, so many random models are put side by side into one.
func TestWorkersChangeNoByte(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for round := range uint64(3) {
		rows := sideBySide(1000*round, 120)
		var want string
		for _, o := range []struct{ processors, workers int }{{1, 1}, {1, 4}, {2, 0}, {2, 2}, {4, 0}, {4, 4}, {4, 13}} {
			runtime.GOMAXPROCS(o.processors)
			p, err := planned(rows, plan.Options{Workers: o.workers})
			if err != nil {
				t.Fatal(err)
			}
			got := allText(p)
			if want == "" {
				want = got
			}
			if diff := firstDifference(got, want); diff != "" {
				t.Fatalf("%d processors, %d workers: %s", o.processors, o.workers, diff)
			}
		}
	}
}

// sideBySide joins random models that know nothing of each other: every id gets the
// number of its model in front. The settings are those of the first.
func sideBySide(seed uint64, models int) *plan.Rows {
	all := &plan.Rows{}
	for n := range models {
		rows := oracle.Random(seed+uint64(n), 25)
		name := func(ids ...*string) {
			for _, id := range ids {
				if *id != "" {
					*id = fmt.Sprintf("%03d-%s", n, *id)
				}
			}
		}
		rename(rows, name)
		if n == 0 {
			all.Settings = rows.Settings
		}
		to, from := reflect.ValueOf(all).Elem(), reflect.ValueOf(rows).Elem()
		for i := range to.NumField() {
			if to.Field(i).Kind() == reflect.Slice {
				to.Field(i).Set(reflect.AppendSlice(to.Field(i), from.Field(i)))
			}
		}
	}
	all.UOMs = slices.DeleteFunc(all.UOMs, func(u bom.UOM) bool { return u.Item == "" })
	all.UOMs = append(all.UOMs, bom.UOM{ID: "box", Factor: 10 * bom.One})
	return all
}

func rename(rows *plan.Rows, name func(...*string)) {
	name(&rows.Settings.Calendar)
	edit(rows.Items, func(r *bom.Item) { name(&r.ID, &r.Calendar) })
	edit(rows.UOMs, func(r *bom.UOM) { name(&r.Item) })
	edit(rows.Sources, func(r *bom.Source) { name(&r.Item, &r.Calendar) })
	edit(rows.Lines, func(r *bom.Line) { name(&r.Parent, &r.Component) })
	edit(rows.Operations, func(r *capacity.Operation) { name(&r.Item, &r.WorkCentre) })
	edit(rows.WorkCentres, func(r *capacity.WorkCentre) { name(&r.ID, &r.Calendar) })
	edit(rows.Calendars, func(r *capacity.CalendarRow) { name(&r.ID) })
	edit(rows.Stock, func(r *mrp.Stock) { name(&r.Item, &r.ReservedFor) })
	edit(rows.Demands, func(r *mrp.Demand) { name(&r.ID, &r.Item) })
	edit(rows.Receipts, func(r *mrp.Receipt) { name(&r.ID, &r.Item, &r.Demand) })
	edit(rows.Allocations, func(r *mrp.Allocation) { name(&r.Receipt, &r.Component) })
}

func edit[R any](rows []R, change func(*R)) {
	for i := range rows {
		change(&rows[i])
	}
}

// supplyKey names a supply: kind, id, and the part that it supplies.
type supplyKey struct {
	kind mrp.SupplyKind
	id   string
	part bom.PartID
}

// suppliesOf are all supplies of a plan with their quantities: lots of stock, receipts, planned
// orders, and what both yield of by-products.
func suppliesOf(p *plan.Plan) map[supplyKey]bom.Quantity {
	all := map[supplyKey]bom.Quantity{}
	part := func(item, site string) bom.PartID {
		id, _ := p.Network().Part(item, site)
		return id
	}
	for s := range p.Model().Stock() {
		if s.Expires != bom.NoDay && s.Expires < max(p.Model().Settings().Start.Day, s.QuarantineUntil) {
			continue // usable on no day: no supply
		}
		id, lot := part(s.Item, s.Site), s.Lot
		if lot == "" {
			lot = p.Network().Label(id)
		}
		all[supplyKey{mrp.StockSupply, lot, id}] += s.Quantity
	}
	for r := range p.Model().Receipts() {
		all[supplyKey{mrp.ReceiptSupply, r.ID, part(r.Item, r.Site)}] += r.Quantity
	}
	for o := range p.Material().Orders() {
		all[supplyKey{mrp.PlannedSupply, o.ID, o.Part}] += o.Quantity
	}
	for id := range p.Network().Parts {
		for _, row := range p.Material().StockRequirements(bom.PartID(id)) {
			if row.Element != mrp.ByProductElement {
				continue
			}
			kind := mrp.PlannedSupply
			if _, ok := p.Model().Book.Receipt(row.ID); ok {
				kind = mrp.ReceiptSupply
			}
			all[supplyKey{kind, row.ID, bom.PartID(id)}] += row.Quantity
		}
	}
	return all
}

// Rule 12: the pegs of every supply sum to its quantity exactly, and there is no peg
// of nothing or without a supply.
func TestPegsOfASupplySumToIt(t *testing.T) {
	forAll(t, 500, oracle.AllFeatures(), func(_ *plan.Rows, p *plan.Plan) string {
		left := suppliesOf(p)
		for g := range p.Material().Pegging() {
			key := supplyKey{g.SupplyKind, g.Supply, g.Part}
			if _, ok := left[key]; !ok {
				return fmt.Sprintf("peg of an unknown supply: %+v", g)
			}
			if g.Quantity <= 0 {
				return fmt.Sprintf("peg of nothing: %+v", g)
			}
			left[key] -= g.Quantity
		}
		for key, q := range left {
			if q != 0 {
				return fmt.Sprintf("%+v: %v are not pegged", key, q)
			}
		}
		return ""
	})
}

// consumerKey names what requires a part.
type consumerKey struct {
	kind mrp.ConsumerKind
	id   string
	part bom.PartID
}

// Rule 12: the pegs of a demand sum to what is required, and are less only if the plan
// says that it is short.
func TestPegsOfADemandSumToIt(t *testing.T) {
	forAll(t, 500, oracle.AllFeatures(), func(_ *plan.Rows, p *plan.Plan) string {
		got := map[string]bom.Quantity{}
		for g := range p.Material().Pegging() {
			// A demand on a phantom is served by the phantom's components: no peg of its own part.
			if g.ConsumerKind == mrp.DemandConsumer {
				if i, _ := p.Model().Book.Demand(g.Consumer); p.Model().Book.DemandPart(i) == g.Part {
					got[g.Consumer] += g.Quantity
				}
			}
		}
		short := shortParts(p)
		for _, r := range p.Material().DemandResults() {
			d := p.Model().Book.DemandAt(r.Demand)
			part := p.Model().Book.DemandPart(r.Demand)
			if p.Network().Parts[part].Phantom {
				continue
			}
			q := got[d.ID]
			delete(got, d.ID)
			if q != r.Quantity && !(q < r.Quantity && short[part] && r.Status == mrp.Short) {
				return fmt.Sprintf("demand %s of %v %s has pegs of %v", d.ID, r.Quantity, d.Item, q)
			}
		}
		for id, q := range got {
			if i, _ := p.Model().Book.Demand(id); !p.Network().Parts[p.Model().Book.DemandPart(i)].Phantom {
				return fmt.Sprintf("demand %s is not planned and has pegs of %v", id, q)
			}
		}
		return ""
	})
}

// shortParts are the parts that no source can give enough of.
func shortParts(p *plan.Plan) map[bom.PartID]bool {
	short := map[bom.PartID]bool{}
	for _, g := range p.Material().Messages() {
		if g.Code == mrp.Shortage {
			short[g.Part] = true
		}
	}
	return short
}

// Rules 7 and 12: what a planned order requires of a component, reckoned here from the tables,
// is what is pegged to it. Lines are plain: the rules for versions, dates,
// substitutes and phantoms are the oracle's to check.
func TestPegsOfAnOrderSumToItsComponents(t *testing.T) {
	f := without("ByProducts", "Horizon", "LineDates", "Phantoms", "Sites", "Substitutes", "Versions")
	forAll(t, 400, f, func(rows *plan.Rows, p *plan.Plan) string {
		got := map[consumerKey]bom.Quantity{}
		for g := range p.Material().Pegging() {
			if g.ConsumerKind == mrp.PlannedConsumer {
				got[consumerKey{g.ConsumerKind, g.Consumer, g.Part}] += g.Quantity
			}
		}
		for o := range p.Material().Orders() {
			for l := range p.Model().Lines() {
				if l.Parent != o.Item || !o.Kind.Explodes() {
					continue
				}
				part, _ := p.Network().Part(l.Component, bom.DefaultSite)
				got[consumerKey{mrp.PlannedConsumer, o.ID, part}] -= lineRequirement(p, l, o.StartQuantity)
			}
		}
		for key, q := range got {
			if q != 0 {
				return fmt.Sprintf("%+v: pegs less requirement are %v", key, q)
			}
		}
		return ""
	})
}

// lineRequirement is start quantity × qty ÷ (1 − scrap), rounded up to the component's decimals once.
func lineRequirement(p *plan.Plan, l bom.Line, start bom.Quantity) bom.Quantity {
	q := l.Quantity.Decimal()
	if l.Per == bom.PerUnit {
		q = q.Mul(start.Decimal())
	}
	good := bom.One.Decimal().Sub(l.Scrap.Decimal())
	part, _ := p.Network().Part(l.Component, bom.DefaultSite)
	decimals := int32(p.Network().Parts[part].Decimals)
	whole, rest := q.QuoRem(good, decimals)
	if rest.IsPositive() {
		whole = whole.Add(bom.Step(int(decimals)).Decimal())
	}
	return bom.MustQuantity(whole.String())
}
