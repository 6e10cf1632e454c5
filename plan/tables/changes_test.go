package tables_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

const twoScenarios = `{"scenarios": [
 {"name": "rush", "x_note": "of Friday", "changes": [
  {"change": "add_demand", "demand": "R1", "item": "BIKE", "qty": 20, "due": "2026-12-01", "priority": 1, "x_by": "me"},
  {"change": "split_demand", "demand": "S1", "new": "S1a", "qty": "1.5"},
  {"change": "split_demand", "demand": "S1", "new": "S1b", "qty": 2, "due": "2026-12-08"}]},
 {"name": "overtime", "changes": [
  {"change": "add_downtime", "work_centre": "saw", "from": "2026-12-01T14:00:00+01:00", "to": "2026-12-01T18:00:00+01:00", "kind": "overtime", "cost": 90}]}
]}`

const twoScenariosCSV = `scenario,change,demand,item,qty,due,priority,new,work_centre,from,to,kind,cost
rush,add_demand,R1,BIKE,20,2026-12-01,1,,,,,,
overtime,add_downtime,,,,,,,saw,2026-12-01T14:00:00+01:00,2026-12-01T18:00:00+01:00,overtime,90
rush,split_demand,S1,,1.5,,,S1a,,,,,
rush,split_demand,S1,,2,2026-12-08,,S1b,,,,,
`

// JSON and CSV say the same: scenarios in the order in which they first stand, rows of one split as one change.
func TestChangeListsAreReadFromJSONAndCSV(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Berlin")
	day := func(d int) bom.When { return bom.OnDay(bom.On(2026, time.December, d)) }
	clock := func(h int) bom.When { return bom.At(time.Date(2026, time.December, 1, h, 0, 0, 0, zone)) }
	want := []tables.Scenario{
		{Name: "rush", Changes: []plan.Change{
			plan.AddDemand{Demand: mrp.Demand{ID: "R1", Item: "BIKE", Site: "main", Quantity: bom.Units(20), Due: day(1), Priority: 1}},
			plan.SplitDemand{Demand: "S1", Parts: []plan.DemandPart{{ID: "S1a", Quantity: bom.MustQuantity("1.5")}, {ID: "S1b", Quantity: bom.Units(2), Due: day(8)}}}}},
		{Name: "overtime", Changes: []plan.Change{
			plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "saw", From: clock(14), To: clock(18), Kind: capacity.Overtime, Cost: bom.MustNumber("90")}}}},
	}
	for format, text := range map[tables.Format]string{tables.JSON: twoScenarios, tables.CSV: twoScenariosCSV} {
		got, err := tables.ReadChanges(strings.NewReader(text), format, zone)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("format %d:\n got  %+v\n want %+v", format, got, want)
		}
	}
}

// Every kind is read with all its columns filled, and gives a change that says what it is.
func TestEveryKindOfChangeIsRead(t *testing.T) {
	value := func(c tables.Column) string {
		switch {
		case c.Kind == tables.KindDate:
			return "2026-12-01"
		case c.Kind == tables.KindBool:
			return "true"
		case c.Kind == tables.KindNumber:
			return "1"
		case c.Kind == tables.KindName:
			return c.Values[len(c.Values)-1]
		}
		return "ID-" + c.Name
	}
	for _, k := range tables.ChangeKinds() {
		var object []string
		header, row := []string{"change"}, []string{k.Name}
		for _, c := range k.Columns {
			object = append(object, fmt.Sprintf("%q: %q", c.Name, value(c)))
			header, row = append(header, c.Name), append(row, value(c))
		}
		fromJSON, err := tables.ReadChanges(strings.NewReader(fmt.Sprintf(`[{"change": %q, %s}]`, k.Name, strings.Join(object, ", "))), tables.JSON, nil)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		fromCSV, err := tables.ReadChanges(strings.NewReader(strings.Join(header, ",")+"\n"+strings.Join(row, ",")+"\n"), tables.CSV, nil)
		if err != nil || !reflect.DeepEqual(fromCSV, fromJSON) {
			t.Errorf("%s: %v from CSV, %v from JSON: %v", k.Name, fromCSV, fromJSON, err)
		}
		if len(fromJSON) != 1 || len(fromJSON[0].Changes) != 1 || fromJSON[0].Changes[0].String() == "" {
			t.Errorf("%s: %+v", k.Name, fromJSON)
		}
	}
}

// Every error has its place, the field, the value and what was expected.
func TestBadChangeListsAreRefusedByPlace(t *testing.T) {
	for _, c := range []struct {
		format     tables.Format
		text, says string
	}{
		{tables.JSON, `[`, "changes.json: line 1: the document ends too early"},
		{tables.JSON, `[]`, "the list has no change"},
		{tables.JSON, `7`, "an array of changes is expected"},
		{tables.JSON, `[] []`, "one document is expected"},
		{tables.JSON, "[\n{\"change\" 1}]", "line 2: not JSON"},
		{tables.JSON, `{"scenario": []}`, `scenario: no such field: did you mean "scenarios"?`},
		{tables.JSON, `{"scenarios": {}}`, "scenarios: an array of objects is expected"},
		{tables.JSON, `{"scenarios": [3]}`, "changes.json: scenarios[0]: an object is expected"},
		{tables.JSON, `{"scenarios": [{"name": 3}]}`, "name: a text is expected"},
		{tables.JSON, `{"scenarios": [{"nam": "a"}]}`, `scenarios[0]: column nam: "nam": no such field`},
		{tables.JSON, `{"scenarios": [{"name": "a", "changes": []}, {"name": "a", "changes": []}]}`, "scenarios[1]: column name: \"a\": there is a scenario of this name"},
		{tables.JSON, `{"scenarios": [{"changes": [{"change": "freeze", "freeze_hours": "x"}]}]}`, `changes.json: scenarios[0].changes[0]: column freeze_hours: "x": not a decimal number`},
		{tables.JSON, `[{"demand": "S1"}]`, "changes[0]: column change: \"\": the kind of the change is expected"},
		{tables.JSON, `[{"change": "cancel_demand", "demand": 7}]`, "a text is expected: write it in double quotes"},
		{tables.JSON, `[{"change": "cancel_demand", "demand": {"id": 7}}]`, "a single value is expected"},
		{tables.JSON, `[{"change": "cancel_demand", "demand": "a", "demand": "b"}]`, "the field is there twice"},
		{tables.JSON, `[{"change": "cancel_demand", "demand": null}]`, "a value is required for cancel_demand"},
		{tables.JSON, `[{"change": "cancel_demand", "demand": " a"}]`, "no blanks before or after it"},
		{tables.CSV, "", "the file is empty"},
		{tables.CSV, "change,demand\n", "the list has no change"},
		{tables.CSV, "demand\nS1\n", "the required column change is missing"},
		{tables.CSV, "change,demnd\n", `changes.csv:1: column demnd: "demnd": no such column in change lists: did you mean "demand"?`},
		{tables.CSV, "change;demand\n", "separated by semicolons"},
		{tables.CSV, "change,change\n", "twice"},
		{tables.CSV, "change,demand\ncancel_demand\n", "changes.csv:2: 1 cells, but the header has 2"},
		{tables.CSV, "change,demand\n\ncancel_demand,\"S1\n", "never closed"},
		{tables.CSV, "change,demand\ncancel_demand,\xff\n", "not UTF-8"},
		{tables.CSV, "change,demand,qty\ncancel_demand,S1,3\n", `changes.csv:2: column qty: "3": cancel_demand has no such field: known are demand`},
		{tables.Excel, "", "change lists are CSV or JSON"},
	} {
		got, err := tables.ReadChanges(strings.NewReader(c.text), c.format, nil)
		var errs *bom.Errors
		var place *tables.FileError
		if !errors.As(err, &errs) || !errors.As(err, &place) || !strings.Contains(err.Error(), c.says) || got != nil {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
}

// Whatever stands in a list, it is read or refused; what is read from JSON has changes.
func FuzzReadChanges(f *testing.F) {
	f.Add(twoScenarios, true)
	f.Add(twoScenariosCSV, false)
	f.Add(`[{"change": "set_calendar", "calendar": "day", "days": "Mon-Fri", "shifts": "06:00-14:00"}]`, true)
	f.Add("change,order,op\npin_operation,\"M\"\"1\",10\n", false)
	f.Add(`{"name": "a", "changes": [{"change": "merge_demands", "demand": "S1", "into": "S2"}]}`, true)
	f.Fuzz(func(t *testing.T, text string, json bool) {
		format := tables.CSV
		if json {
			format = tables.JSON
		}
		scenarios, err := tables.ReadChanges(strings.NewReader(text), format, time.UTC)
		var errs *bom.Errors
		if err != nil && !errors.As(err, &errs) {
			t.Fatalf("%T %v", err, err)
		}
		if (err == nil) == (len(scenarios) == 0) {
			t.Fatalf("%d scenarios and error %v", len(scenarios), err)
		}
		for _, s := range scenarios {
			for _, c := range s.Changes {
				if c.String() == "" {
					t.Fatalf("%#v says nothing", c)
				}
			}
		}
	})
}
