package plan_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// changesTo are the changes from a model to one of which rows were edited.
func changesTo(t *testing.T, before *plan.Model, edit func(*plan.Rows)) ([]plan.Change, *plan.Model, bool) {
	t.Helper()
	rows := before.Rows()
	edit(rows)
	after, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	changes, ok := plan.Changes(before, after)
	return changes, after, ok
}

// unnumbered are a model's rows without their numbers, which tell where they stood in some file.
func unnumbered(m *plan.Model) *plan.Rows {
	rows := m.Rows()
	v := reflect.ValueOf(rows).Elem()
	for i := range v.NumField() {
		if table := v.Field(i); table.Kind() == reflect.Slice {
			for k := range table.Len() {
				table.Index(k).FieldByName("Row").SetInt(0)
			}
		} else {
			table.FieldByName("Row").SetInt(0)
		}
	}
	return rows
}

// The smallest change that says an edit is taken, and applied it gives the very rows.
func TestChangesSayWhatWasEdited(t *testing.T) {
	p := finitePlan(t, works())
	for _, c := range []struct {
		edit func(*plan.Rows)
		want string
	}{
		{func(*plan.Rows) {}, ""},
		{func(r *plan.Rows) { r.Demands[1].Due = clock(10, 12) }, "MoveDemand move demand S1 to 2026-03-10"},
		{func(r *plan.Rows) { r.Demands[1].Due, r.Demands[1].Priority = march(11), 2 }, "MoveDemand move demand S1 to 2026-03-11, PrioritizeDemand give demand S1 priority 2"},
		{func(r *plan.Rows) { r.Demands[1].Quantity = bom.Unit }, "ResizeDemand resize demand S1 to 1"},
		{func(r *plan.Rows) { r.Demands[1].Due = bom.OnDay(bom.On(2026, 2, 2)) }, "ChangeDemand change demand S1"},
		{func(r *plan.Rows) { r.Demands[1].Due, r.Demands[1].Customer = march(11), "ACME" }, "ChangeDemand change demand S1"},
		{func(r *plan.Rows) { r.Demands[0].Quantity = bom.Units(7) }, "ChangeDemand change demand OLD"},
		{func(r *plan.Rows) {
			r.Demands, r.Stock = append(r.Demands[:1], order("NEW", 2, 9, 1)), r.Stock[:1]
		}, "AddDemand add demand NEW, CancelDemand cancel demand S1, CancelDemand cancel demand S2, CancelDemand cancel demand S3, CountStock count 0 of C"},
		{func(r *plan.Rows) { r.Stock[0].Quantity = bom.Units(3) }, "CountStock count 3 of C"},
		{func(r *plan.Rows) { r.Stock = append(r.Stock, mrp.Stock{Item: "B", Quantity: bom.Units(2)}) }, "CountStock count 2 of B"},
		{func(r *plan.Rows) { r.Receipts[0].Due = march(13) }, "MoveReceipt move receipt M1 to 2026-03-13"},
		{func(r *plan.Rows) { r.Receipts[1].Due = march(13) }, "ChangeReceipt change receipt M2"}, // its need stays
		{func(r *plan.Rows) { r.Receipts[1].Quantity = bom.Unit }, "CutReceipt cut receipt M2 to 1"},
		{func(r *plan.Rows) { r.Receipts[1].Quantity = bom.Units(9) }, "ChangeReceipt change receipt M2"},
		{func(r *plan.Rows) { r.Receipts[3].Confirmed = march(9) }, "ConfirmReceipt confirm receipt P1 for 2026-03-09"},
		{func(r *plan.Rows) { r.Receipts[3].Confirmed = bom.When{} }, "ChangeReceipt change receipt P1"},
		{func(r *plan.Rows) { r.Receipts, r.Allocations = r.Receipts[1:], nil }, "CancelReceipt cancel receipt M1"},
		{func(r *plan.Rows) { r.Settings.FreezeHours = 8 * bom.One }, "Freeze freeze 8 hours"},
		{func(r *plan.Rows) { r.Downtime = nil }, "RemoveDowntime remove downtime of press"},
		{func(r *plan.Rows) { r.Downtime[0].From = clock(3, 6) }, "AddDowntime add downtime of press, RemoveDowntime remove downtime of press"},
		{func(r *plan.Rows) { r.Calendars[0].Shifts = "06:00-22:00" }, "SetCalendar set calendar day"},
		{func(r *plan.Rows) {
			r.Items, r.Lines = append(r.Items, bom.Item{ID: "D"}), append(r.Lines, bom.Line{Parent: "D", Component: "A", Quantity: bom.Unit})
			r.Demands = append(r.Demands, mrp.Demand{ID: "N", Item: "D", Quantity: bom.Unit, Due: march(20)})
		}, "AddItem add item D main, AddLine add line D A main 1, AddDemand add demand N"},
		{func(r *plan.Rows) {
			r.Operations = slices.DeleteFunc(r.Operations, func(o capacity.Operation) bool { return o.WorkCentre == "saw" })
			r.WorkCentres, r.Schedule = r.WorkCentres[:1], nil
		}, "unreachable"}, // its schedule
		{func(r *plan.Rows) { r.WorkCentres = append(r.WorkCentres, capacity.WorkCentre{ID: "drill"}) }, "AddWorkCentre add work centre drill"},
	} {
		changes, after, ok := changesTo(t, p.Model(), c.edit)
		var said []string
		for _, x := range changes {
			said = append(said, strings.TrimPrefix(fmt.Sprintf("%T %v", x, x), "plan."))
		}
		if got := strings.Join(said, ", "); ok != (c.want != "unreachable") || ok && got != c.want {
			t.Errorf("%v %q, want %q", ok, got, c.want)
			continue
		}
		if ok {
			q, err := p.Apply(context.Background(), changes...)
			if err != nil {
				t.Errorf("%s: %v", c.want, err)
				continue
			}
			sameRows(t, unnumbered(q.Model()), unnumbered(after))
		}
	}
}

// What no change reaches is not reached by a wrong one.
func TestWhatNoChangeReachesHasNoChanges(t *testing.T) {
	p := finitePlan(t, works())
	for i, edit := range []func(*plan.Rows){
		func(r *plan.Rows) { r.Settings.HorizonDays = 90 },
		func(r *plan.Rows) { r.Settings.Start = march(3) },
		func(r *plan.Rows) { r.UOMs = append(r.UOMs, bom.UOM{ID: "box", Factor: 5 * bom.One}) },
		func(r *plan.Rows) { r.Allocations = nil },
		func(r *plan.Rows) { r.Allocations[0].Quantity = bom.Unit },
		func(r *plan.Rows) { r.Schedule = nil },
		func(r *plan.Rows) { r.Schedule[0].Pinned = false },
		func(r *plan.Rows) {
			r.Items = slices.DeleteFunc(r.Items, func(it bom.Item) bool { return it.ID == "B" })
		},
		func(r *plan.Rows) { r.Calendars, r.Settings.Calendar = nil, "" },
		func(r *plan.Rows) { r.Stock = r.Stock[1:] },
		func(r *plan.Rows) { r.Stock[0].Expires = bom.On(2026, 4, 1) },
		func(r *plan.Rows) {
			r.Stock = append(r.Stock, mrp.Stock{Item: "B", Quantity: 1, QuarantineUntil: bom.On(2026, 4, 1)})
		},
		func(r *plan.Rows) { r.Stock[1].Quantity = 0 },
		func(r *plan.Rows) { r.Downtime[0].To = clock(4, 14) },
		func(r *plan.Rows) { // M3 is made already
			r.Receipts = slices.DeleteFunc(r.Receipts, func(x mrp.Receipt) bool { return x.ID == "M3" })
		},
	} {
		if changes, _, ok := changesTo(t, p.Model(), edit); ok {
			t.Errorf("edit %d: %v", i, changes)
		}
	}
}

// A row's own columns (x_…) stay with it; where they differ, no change sets them.
func TestChangesKeepColumnsOfOnesOwn(t *testing.T) {
	model := func(row int, note string, due int) *plan.Model {
		b := plan.NewBuilder()
		b.SetSettings(mrp.Settings{Start: march(2)})
		b.AddItem(bom.Item{Row: 1, ID: "A"})
		d := order("S1", 1, due, 10)
		d.Row = row
		b.AddDemand(d)
		b.Carry("demands", row, "x_note", note)
		b.Carry("demands", row, "x_empty", "")
		m, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	before := model(3, "by phone", 6)
	if changes, ok := plan.Changes(before, model(8, "by phone", 9)); !ok || len(changes) != 1 {
		t.Errorf("the same note at another line: %v %v", changes, ok)
	}
	for _, note := range []string{"", "by mail"} {
		if changes, ok := plan.Changes(before, model(3, note, 6)); ok {
			t.Errorf("note %q: %v", note, changes)
		}
		if changes, ok := plan.Changes(model(3, note, 6), before); ok {
			t.Errorf("from note %q: %v", note, changes)
		}
	}
}
