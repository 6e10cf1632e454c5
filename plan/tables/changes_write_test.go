package tables_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// everyChange is a change of each kind, without values.
var everyChange = []plan.Change{
	plan.AddDemand{}, plan.ChangeDemand{}, plan.CancelDemand{}, plan.MoveDemand{}, plan.ResizeDemand{}, plan.PrioritizeDemand{},
	plan.SplitDemand{}, plan.MergeDemands{}, plan.CopyDemand{}, plan.RecordInquiry{}, plan.QuoteDemand{}, plan.ConfirmQuote{},
	plan.ExpireQuote{}, plan.CancelQuote{}, plan.CountStock{}, plan.AdjustStock{}, plan.AddReceipt{}, plan.ChangeReceipt{},
	plan.CancelReceipt{}, plan.MoveReceipt{}, plan.ConfirmReceipt{}, plan.CutReceipt{}, plan.Receive{}, plan.FirmOrder{},
	plan.ReleaseOrder{}, plan.UnfirmOrder{}, plan.StartOperation{}, plan.FinishOperation{}, plan.ReportQuantity{}, plan.Scrap{},
	plan.PinOperation{}, plan.UnpinOperation{}, plan.Freeze{}, plan.AddVariant{}, plan.AddItem{}, plan.ChangeItem{}, plan.AddSource{},
	plan.ChangeSource{}, plan.RemoveSource{}, plan.AddLine{}, plan.ChangeLine{}, plan.RemoveLine{}, plan.AddOperation{},
	plan.ChangeOperation{}, plan.RemoveOperation{}, plan.AddWorkCentre{}, plan.ChangeWorkCentre{}, plan.RemoveWorkCentre{},
	plan.AddDowntime{}, plan.RemoveDowntime{}, plan.SetCalendar{},
}

// anyChange is a change of any kind with any values in its fields; wild ones too, which no table takes.
func anyChange(r *rand.Rand, zone *time.Location, wild bool) plan.Change {
	v := reflect.New(reflect.TypeOf(everyChange[r.Intn(len(everyChange))])).Elem()
	fill(r, v, zone, wild)
	return v.Interface().(plan.Change)
}

func fill(r *rand.Rand, v reflect.Value, zone *time.Location, wild bool) {
	day := bom.On(2026, time.December, 1) + bom.Day(r.Intn(400))
	switch x := v.Addr().Interface().(type) {
	case *bom.When:
		switch r.Intn(3) {
		case 0:
			*x = bom.OnDay(day)
		case 1:
			*x = bom.At(time.Unix(1_790_000_000+r.Int63n(1e8), 0).In(zone))
		case 2:
			if wild {
				*x = bom.When{Day: day, Exact: true, Unix: r.Int63n(1e12)}
			}
		}
		return
	case *bom.Day:
		*x = day
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if set := v.FieldByName("Set"); set.IsValid() && r.Intn(2) == 0 {
			return
		}
		for i := range v.NumField() {
			fill(r, v.Field(i), zone, wild)
			if v.Type().Field(i).Name == "Set" {
				v.Field(i).SetBool(true)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.Intn(3), 3))
		for i := range v.Len() {
			fill(r, v.Index(i), zone, wild)
		}
	case reflect.String:
		texts := []string{"a", "A", "main", "Ü 7", "he said \"x\",\n\ty", "\u2028\x01\x7f", "B", "C"}
		if wild {
			texts = append(texts, "", " a", "\xff")
		}
		v.SetString(texts[r.Intn(len(texts))])
	case reflect.Bool:
		v.SetBool(r.Intn(2) == 0)
	case reflect.Uint8:
		v.SetUint(uint64(r.Intn(2)))
		if wild {
			v.SetUint(uint64(r.Intn(9)))
		}
	default:
		numbers := []int64{0, 1, 7, 12_345_678, math.MaxInt32}
		if wild {
			numbers = append(numbers, -1, math.MaxInt64, math.MinInt64)
		}
		v.SetInt(numbers[r.Intn(len(numbers))])
	}
}

// asRead is a change as a list gives it: without lines in files, with the sites that are meant, and of rows that are named by
// key with the key only.
func asRead(c plan.Change) plan.Change {
	site := func(s string) string {
		if s == "" {
			return bom.DefaultSite
		}
		return s
	}
	switch x := c.(type) {
	case plan.SetCalendar:
		rows := x.Rows
		x.Rows = nil
		for _, r := range rows {
			x.Rows = append(x.Rows, capacity.CalendarRow{ID: x.Calendar, Days: r.Days, Shifts: r.Shifts})
		}
		return x
	case plan.RemoveSource:
		r := x.Source
		return plan.RemoveSource{Source: bom.Source{Item: r.Item, Site: site(r.Site), ID: r.ID}}
	case plan.RemoveLine:
		r := x.Line
		return plan.RemoveLine{Line: bom.Line{Parent: r.Parent, Component: r.Component, Site: site(r.Site), BOM: r.BOM, ID: r.ID}}
	case plan.RemoveOperation:
		r := x.Operation
		return plan.RemoveOperation{Operation: capacity.Operation{Item: r.Item, Site: site(r.Site), Routing: r.Routing, Op: r.Op, WorkCentre: r.WorkCentre}}
	case plan.RemoveDowntime:
		r := x.Downtime
		return plan.RemoveDowntime{Downtime: capacity.Downtime{WorkCentre: r.WorkCentre, Machine: r.Machine, From: r.From}}
	}
	v := reflect.New(reflect.TypeOf(c)).Elem()
	v.Set(reflect.ValueOf(c))
	if row := v.Field(0); row.Kind() == reflect.Struct && row.FieldByName("Row").IsValid() {
		row.FieldByName("Row").SetInt(0)
		if at := row.FieldByName("Site"); at.IsValid() {
			at.SetString(site(at.String()))
		}
	}
	return v.Interface().(plan.Change)
}

// readBack formats changes and reads them again.
func readBack(t *testing.T, zone *time.Location, changes []plan.Change) []plan.Change {
	t.Helper()
	text, err := tables.FormatChanges(zone, changes)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil || compact.Len() != len(text) {
		t.Fatalf("not compact JSON: %v\n%s", err, text)
	}
	scenarios, err := tables.ReadChanges(bytes.NewReader(text), tables.JSON, zone)
	if err != nil || len(scenarios) != 1 {
		t.Fatalf("%v\n%s", err, text)
	}
	return scenarios[0].Changes
}

// Every kind of change list has a type of its own in this file, so that no kind escapes the laws below.
func TestEveryKindIsWritten(t *testing.T) {
	if got, want := len(everyChange), len(tables.ChangeKinds()); got != want {
		t.Errorf("%d types, %d kinds: add the new one to everyChange", got, want)
	}
	for _, c := range everyChange {
		if _, err := tables.FormatChanges(nil, []plan.Change{c}); err != nil && strings.Contains(err.Error(), "none of the kinds") {
			t.Errorf("%T without values: %v", c, err)
		}
	}
}

// What FormatChanges writes, ReadChanges reads: the same changes, in the same order, as many as there were.
func TestChangesComeBackAsTheyWere(t *testing.T) {
	zone, _ := time.LoadLocation("America/St_Johns")
	seen := map[reflect.Type]bool{}
	law := func(seed int64) bool {
		r := rand.New(rand.NewSource(seed))
		var changes, want []plan.Change
		for len(changes) < 1+r.Intn(20) {
			c := anyChange(r, zone, false)
			if _, err := tables.FormatChanges(zone, []plan.Change{c}); err != nil {
				continue // such as a class of D
			}
			changes, want = append(changes, c), append(want, asRead(c))
			seen[reflect.TypeOf(c)] = true
		}
		got := readBack(t, zone, changes)
		if !reflect.DeepEqual(got, want) {
			t.Logf("seed %d:\n got  %+v\n want %+v", seed, got, want)
			return false
		}
		return true
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 600}); err != nil {
		t.Error(err)
	}
	for _, c := range everyChange {
		if !seen[reflect.TypeOf(c)] {
			t.Errorf("%T was never written", c)
		}
	}
}

// Whatever is in a change, it comes back the same or is refused by name: nothing is written that means something else.
func FuzzFormatChanges(f *testing.F) {
	for seed := range int64(200) {
		f.Add(seed)
	}
	zone, _ := time.LoadLocation("Europe/Berlin")
	f.Fuzz(func(t *testing.T, seed int64) {
		r := rand.New(rand.NewSource(seed))
		changes := []plan.Change{anyChange(r, zone, true), anyChange(r, zone, true)}
		_, err := tables.FormatChanges(zone, changes)
		var refused *tables.FormatError
		switch {
		case errors.As(err, &refused):
			if refused.Reason == "" || refused.Change == nil || !reflect.DeepEqual(refused.Change, changes[refused.Index]) {
				t.Fatalf("%#v", refused)
			}
		case err != nil:
			t.Fatalf("%T %v", err, err)
		default:
			want := []plan.Change{asRead(changes[0]), asRead(changes[1])}
			if got := readBack(t, zone, changes); !reflect.DeepEqual(got, want) {
				t.Fatalf("\n got  %+v\n want %+v", got, want)
			}
		}
	})
}

// Two changes of several rows each stay two, where their rows would be read as one change.
func TestChangesOfTheSameStayApart(t *testing.T) {
	day := func(shifts string) plan.SetCalendar {
		return plan.SetCalendar{Calendar: "day", Rows: []capacity.CalendarRow{{ID: "day", Days: "Mon-Fri", Shifts: shifts}, {ID: "day", Days: "Sat"}}}
	}
	split := func(ids ...string) plan.SplitDemand {
		c := plan.SplitDemand{Demand: "S1"}
		for _, id := range ids {
			c.Parts = append(c.Parts, plan.DemandPart{ID: id, Quantity: bom.Units(1)})
		}
		return c
	}
	changes := []plan.Change{
		day("06:00-14:00"), day("14:00-22:00"),
		split("a", "b"), split("c"), split("d", "e"),
		plan.MergeDemands{Demands: []string{"a", "b"}, Into: "S1"}, plan.MergeDemands{Demands: []string{"c"}, Into: "S1"},
		plan.MergeDemands{Demands: []string{"d"}, Into: "S2"},
	}
	if got := readBack(t, nil, changes); !reflect.DeepEqual(got, changes) {
		t.Errorf("\n got  %+v\n want %+v", got, changes)
	}
	csv := "change,demand,into,apart\nmerge_demands,a,S1,\nmerge_demands,b,S1,\nmerge_demands,c,S1,true\n"
	scenarios, err := tables.ReadChanges(strings.NewReader(csv), tables.CSV, nil)
	if err != nil || len(scenarios[0].Changes) != 2 {
		t.Errorf("%+v, %v", scenarios, err)
	}
}

// What is written is short: a field that has its default is left out.
func TestWrittenChangesAreShort(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Berlin")
	due := bom.At(time.Date(2026, time.December, 1, 14, 30, 7, 0, zone))
	text, err := tables.FormatChanges(zone, []plan.Change{
		plan.AddDemand{Demand: mrp.Demand{Row: 17, ID: "R1", Item: "BIKE", Site: "main", Quantity: bom.MustQuantity("1.5"), Due: due, Weight: bom.Some(bom.Number(0))}},
		plan.CountStock{Item: "BIKE"},
	})
	want := `[{"change":"add_demand","demand":"R1","item":"BIKE","qty":1.5,"due":"2026-12-01T14:30:07+01:00","weight":0},{"change":"count_stock","item":"BIKE","qty":0}]`
	if err != nil || string(text) != want {
		t.Errorf("%v\n got  %s\n want %s", err, text, want)
	}
}

// What has no written form is refused with the change, its place and the reason.
func TestChangesWithoutWrittenFormAreRefused(t *testing.T) {
	fine := plan.CancelDemand{Demand: "S1"}
	inverse := inverseOf(t)
	for _, c := range []struct {
		changes []plan.Change
		index   int
		says    string
	}{
		{nil, 0, "no changes"},
		{[]plan.Change{fine, nil}, 1, "change 2 cannot be written"},
		{[]plan.Change{fine, (*plan.CancelDemand)(nil)}, 1, "none of the kinds"},
		{[]plan.Change{&fine}, 0, "none of the kinds"},
		{inverse, 0, "(take back: cancel demand D1) cannot be written: it is none of the kinds"},
		{[]plan.Change{fine, plan.CancelDemand{}}, 1, "demand \"\" cannot be written: a value is required for cancel_demand"},
		{[]plan.Change{plan.CancelDemand{Demand: " S1"}}, 0, "no blanks"},
		{[]plan.Change{plan.CancelDemand{Demand: "\xff"}}, 0, "UTF-8"},
		{[]plan.Change{plan.CancelDemand{Demand: strings.Repeat("x", tables.MaxCell+1)}}, 0, "at most 1048576 bytes"},
		{[]plan.Change{plan.SplitDemand{Demand: "S1"}}, 0, "no rows"},
		{[]plan.Change{plan.PrioritizeDemand{Demand: "S1", Priority: math.MaxInt64}}, 0, "too large"},
		{[]plan.Change{plan.MoveDemand{Demand: "S1", Due: bom.When{Day: 800000, Exact: true, Unix: 1_790_000_000}}}, 0, "the day that its time has"},
		{[]plan.Change{plan.AddReceipt{Receipt: mrp.Receipt{ID: "R", Item: "A", Kind: 77, Quantity: 1, Due: bom.OnDay(1)}}}, 0, "kind"},
	} {
		text, err := tables.FormatChanges(nil, c.changes)
		var refused *tables.FormatError
		if !errors.As(err, &refused) || refused.Index != c.index || !strings.Contains(err.Error(), c.says) || text != nil {
			t.Errorf("%v: %v, want %q", c.changes, err, c.says)
		}
	}
}

// inverseOf is what takes a change back, which only code can make.
func inverseOf(t *testing.T) []plan.Change {
	t.Helper()
	rows := plan.Rows{
		Settings: mrp.Settings{Start: bom.OnDay(bom.On(2026, time.December, 1))},
		Items:    []bom.Item{{ID: "A"}},
		Demands:  []mrp.Demand{{ID: "D1", Item: "A", Quantity: bom.Units(1), Due: bom.OnDay(bom.On(2026, time.December, 9))}},
	}
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(t.Context(), m, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	back, err := p.Inverse(plan.CancelDemand{Demand: "D1"})
	if err != nil {
		t.Fatal(err)
	}
	return back
}
