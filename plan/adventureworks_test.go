package plan_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/shareddata"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// record is a row of a CSV table by column.
type record map[string]string

func (r record) int(column string) int64 {
	if r[column] == "" {
		return 0
	}
	n, err := strconv.ParseInt(r[column], 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// day is a date, as days that subtract.
func (r record) day(column string) bom.Day {
	if r[column] == "" {
		return bom.NoDay
	}
	d, err := bom.ParseDay(r[column])
	if err != nil {
		panic(err)
	}
	return d
}

func records(t *testing.T, text []byte) []record {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []record
	for _, row := range rows[1:] {
		r := record{}
		for i, name := range rows[0] {
			r[name] = row[i]
		}
		out = append(out, r)
	}
	return out
}

func recordsOf(t *testing.T, dir, table string) []record {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	return records(t, text)
}

// written is an output table of a plan, written and read again.
func written(t *testing.T, p *plan.Plan, name string) []record {
	t.Helper()
	for _, table := range tables.Results(p) {
		if table.Name == name {
			var b bytes.Buffer
			if err := table.CSV(context.Background(), &b); err != nil {
				t.Fatal(err)
			}
			return records(t, b.Bytes())
		}
	}
	t.Fatalf("no table %s", name)
	return nil
}

// The AdventureWorks plan obeys the rules to the unit and the day. The check here knows
// nothing of the engine: it reads the tables in and the tables out as text, adds up what
// every item requires (from its demands and from the written orders of its parents), and walks
// its balance day by day. In this model every day works, all lots are lot-for-lot with a
// minimum at most, nothing yields less than it starts, and open make orders are in progress.
func TestAdventureWorksObeysTheRules(t *testing.T) {
	dir := shareddata.Path(t, "adventureworks")
	m, notes, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(fmt.Sprint(notes), "explosion_cases.csv") {
		t.Errorf("notes %v, want one about explosion_cases.csv", notes)
	}
	p, err := plan.New(context.Background(), m, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &balanceCheck{t: t, today: bom.On(2013, 5, 1), days: map[string]map[bom.Day]*balanceDay{}}
	c.read(dir)
	orders := written(t, p, "planned_orders")
	c.orders(orders)
	short := 0
	for _, item := range recordsOf(t, dir, "items") {
		short += c.walk(item)
	}
	projected := c.projected(written(t, p, "projected"))
	demands := map[string]int{}
	for _, r := range written(t, p, "demand_status") {
		demands[r["status"]]++
	}
	pegged := c.pegging(written(t, p, "pegging"), orders)
	got := fmt.Sprintf("items %d, orders %d, shortages %d, projected days %d, pegs %d, demands %v",
		len(c.days), len(orders), short, projected, pegged, demands)
	const want = "items 504, orders 6800, shortages 6800, projected days 12761, pegs 50002, demands map[late:519 on_time:12632]"
	expect(t, "counts", got, want)
}

// balanceDay is what happens to an item on a day.
type balanceDay struct {
	required, received, planned int64
	orders                      []record
}

type balanceCheck struct {
	t       *testing.T
	today   bom.Day
	days    map[string]map[bom.Day]*balanceDay
	stock   map[string]int64
	safety  map[string]int64
	lines   map[string][]record // by parent
	source  map[string]record   // the best by priority, then id
	items   map[string]record
	balance map[string]map[bom.Day]int64
}

func (c *balanceCheck) day(item string, d bom.Day) *balanceDay {
	d = max(d, c.today)
	if c.days[item] == nil {
		c.days[item] = map[bom.Day]*balanceDay{}
	}
	if c.days[item][d] == nil {
		c.days[item][d] = &balanceDay{}
	}
	return c.days[item][d]
}

// read adds up what the tables in say.
func (c *balanceCheck) read(dir string) {
	c.stock, c.safety, c.lines = map[string]int64{}, map[string]int64{}, map[string][]record{}
	c.source, c.items, c.balance = map[string]record{}, map[string]record{}, map[string]map[bom.Day]int64{}
	for _, r := range recordsOf(c.t, dir, "items") {
		c.items[r["item"]], c.safety[r["item"]] = r, r.int("safety_stock")
		c.day(r["item"], c.today)
	}
	for _, r := range recordsOf(c.t, dir, "stock") {
		c.stock[r["item"]] += r.int("qty")
	}
	for _, r := range recordsOf(c.t, dir, "demands") {
		c.day(r["item"], r.day("due")).required += r.int("qty")
	}
	for _, r := range recordsOf(c.t, dir, "receipts") {
		if r["kind"] == "make" && r["status"] != "in_progress" {
			c.t.Fatalf("receipt %s explodes: the check does not know that", r["receipt"])
		}
		c.day(r["item"], r.day("due")).received += r.int("qty")
	}
	for _, r := range recordsOf(c.t, dir, "bom") {
		c.lines[r["parent"]] = append(c.lines[r["parent"]], r)
	}
	for _, r := range recordsOf(c.t, dir, "sources") {
		best, ok := c.source[r["item"]]
		if !ok || r.int("priority") < best.int("priority") || r.int("priority") == best.int("priority") && r["source"] < best["source"] {
			c.source[r["item"]] = r
		}
	}
}

// orders checks the dates of every order and adds up what it supplies and requires.
func (c *balanceCheck) orders(orders []record) {
	for _, o := range orders {
		lead := c.items[o["item"]].int("lead_days")
		if s := c.source[o["item"]]; s != nil && s["lead_days"] != "" {
			lead = s.int("lead_days")
		}
		start, due, need := o.day("need")-bom.Day(lead), o.day("need"), o.day("need")
		if start < c.today {
			start, due = c.today, c.today+bom.Day(lead)
		}
		if o.day("start") != start || o.day("due") != due || need < c.today || o.int("late_days") != int64(due-need) {
			c.t.Errorf("order %s: start %s, due %s, late %s; want %v, %v, %d", o["order"], o["start"], o["due"], o["late_days"], start, due, due-need)
		}
		if o["order"] != fmt.Sprintf("%s@main/%s/1", o["item"], o["need"]) || o["source"] != c.source[o["item"]]["source"] || o["start_qty"] != o["qty"] {
			c.t.Errorf("order %v", o)
		}
		d := c.day(o["item"], need)
		d.planned += o.int("qty")
		d.orders = append(d.orders, o)
		if o["kind"] == "make" {
			for _, l := range c.lines[o["item"]] {
				if (l["from_date"] == "" || l.day("from_date") <= start) && (l["to_date"] == "" || l.day("to_date") >= start) {
					c.day(l["component"], start).required += o.int("start_qty") * l.int("qty")
				}
			}
		}
	}
}

// walk checks an item's balance: from today on it is never below the safety stock,
// and on every day the shortage is ordered, raised to the source's minimum, and
// nothing else. It gives the number of days with a shortage.
func (c *balanceCheck) walk(item record) (shortages int) {
	id := item["item"]
	balance := c.stock[id]
	c.balance[id] = map[bom.Day]int64{}
	days := make([]bom.Day, 0, len(c.days[id]))
	for d := range c.days[id] {
		days = append(days, d)
	}
	slices.Sort(days)
	for _, at := range days {
		d := c.days[id][at]
		balance += d.received - d.required
		lot := int64(0)
		if short := c.safety[id] - balance; short > 0 {
			shortages++
			lot = max(short, c.source[id].int("min"))
		}
		if d.planned != lot || len(d.orders) > 1 {
			c.t.Errorf("%s on %v: balance %d, safety stock %d, planned %d in %d orders, want %d", id, at, balance, c.safety[id], d.planned, len(d.orders), lot)
		}
		balance += d.planned
		c.balance[id][at] = balance
	}
	return shortages
}

// projected compares the written netting records with the balances, and gives their number.
func (c *balanceCheck) projected(rows []record) int {
	for _, r := range rows {
		d := c.days[r["item"]][r.day("date")]
		if d == nil || r.int("requirements") != d.required || r.int("receipts") != d.received || r.int("planned") != d.planned ||
			r.int("projected") != c.balance[r["item"]][r.day("date")] || r.int("safety_stock") != c.safety[r["item"]] {
			c.t.Errorf("projected %v, want %+v, balance %d", r, d, c.balance[r["item"]][r.day("date")])
		}
	}
	return len(rows)
}

// pegging checks that the pegs of every planned order sum to it, and gives their number.
func (c *balanceCheck) pegging(pegs, orders []record) int {
	left := map[string]int64{}
	for _, o := range orders {
		left[o["order"]] = o.int("qty")
	}
	for _, g := range pegs {
		if g["supply_kind"] == "planned" {
			left[g["supply"]] -= g.int("qty")
		}
	}
	for id, q := range left {
		if q != 0 {
			c.t.Errorf("order %s: %d are not pegged", id, q)
		}
	}
	return len(pegs)
}

// What AdventureWorks sold on a day, exploded through the lines that did not end, is
// what its own system then made: 392 days. Here every day of theirs is a day of one plan, lot
// for lot, without stock and lead times, so that its orders must be what was made.
func TestAdventureWorksExplosions(t *testing.T) {
	dir := shareddata.Path(t, "adventureworks")
	start := bom.On(2015, 1, 1) // all lines that did not end are valid by then
	rows := &plan.Rows{Settings: mrp.Settings{Start: bom.OnDay(start)}}
	for _, r := range recordsOf(t, dir, "items") {
		rows.Items = append(rows.Items, bom.Item{ID: r["item"], LeadDays: bom.Some(0)})
	}
	made := map[string]bool{}
	for _, r := range recordsOf(t, dir, "bom") {
		if r["to_date"] != "" {
			continue
		}
		made[r["parent"]] = true
		rows.Lines = append(rows.Lines, bom.Line{Parent: r["parent"], Component: r["component"], ID: r["line"],
			Quantity: bom.MustQuantity(r["qty"]), FromDate: r.day("from_date")})
	}
	want, cases := map[string]string{}, map[int64]bool{}
	for i, r := range recordsOf(t, dir, "explosion_cases") {
		n := r.int("case")
		cases[n] = true
		on := start + bom.Day(n)
		if r["kind"] == "made" {
			want[fmt.Sprintf("%s on %v", r["item"], on)] = r["qty"]
			continue
		}
		rows.Demands = append(rows.Demands, mrp.Demand{ID: fmt.Sprint(i), Item: r["item"], Quantity: bom.MustQuantity(r["qty"]), Due: bom.OnDay(on)})
	}
	got := map[string]string{}
	for o := range planOf(t, rows).Material().Orders() {
		if made[o.Item] {
			got[fmt.Sprintf("%s on %v", o.Item, o.Need)] = o.Quantity.String()
		}
	}
	for key, q := range want {
		if got[key] != q {
			t.Errorf("%s: planned %s, made %s", key, got[key], q)
		}
	}
	expect(t, "counts", fmt.Sprintf("%d cases, %d orders, %d made", len(cases), len(got), len(want)), "392 cases, 20458 orders, 20458 made")
}
