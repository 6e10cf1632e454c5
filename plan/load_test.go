package plan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// bikeShop makes bikes of frames. A day has 8 hours, Monday to Friday. A bike takes 30 minutes
// of setup and 6 minutes of two fitters; frames take 60 of setup and 12 minutes to weld, then 90 minutes for four
// in the oven. A bike takes two working days, a frame three. The plan begins on a Monday.
func bikeShop(demands ...mrp.Demand) *plan.Rows {
	return &plan.Rows{
		Settings:  mrp.Settings{Start: bom.OnDay(bom.On(2026, 3, 2)), Calendar: "DAY"},
		Calendars: []capacity.CalendarRow{{ID: "DAY", Days: "Mon-Fri", Shifts: "06:00-14:00"}},
		Items:     []bom.Item{{ID: "BIKE", LeadDays: bom.Some(2)}, {ID: "FRAME", LeadDays: bom.Some(3)}},
		Lines:     []bom.Line{{Parent: "BIKE", Component: "FRAME", Quantity: bom.Units(1)}},
		WorkCentres: []capacity.WorkCentre{{ID: "ASM"}, {ID: "FITTERS", Kind: capacity.Operator, Machines: bom.Some(4)},
			{ID: "OVEN", Kind: capacity.Batch}, {ID: "WELD"}},
		Operations: []capacity.Operation{
			{Item: "BIKE", Op: 10, WorkCentre: "ASM", SetupMin: 30 * bom.One, RunMin: 6 * bom.One, Operator: "FITTERS", OperatorUnits: 2},
			{Item: "FRAME", Op: 10, WorkCentre: "WELD", SetupMin: 60 * bom.One, RunMin: 12 * bom.One},
			{Item: "FRAME", Op: 20, WorkCentre: "OVEN", RunMin: 90 * bom.One, BatchQuantity: bom.Units(4)},
		},
		Demands: demands,
	}
}

func bikes(id string, n int64, day int) mrp.Demand {
	return mrp.Demand{ID: id, Item: "BIKE", Quantity: bom.Units(n), Due: bom.OnDay(bom.On(2026, 3, day))}
}

// wantMinutes compares setup and run of a centre, week by week.
func wantMinutes(t *testing.T, p *plan.Plan, w *plan.Workload, centre string, want ...[2]int) {
	t.Helper()
	c, _ := p.Model().Shop.Centre(centre)
	var got [][2]int
	for l := range w.Profile.Of(c) {
		if l.Setup%time.Minute != 0 || l.Run%time.Minute != 0 {
			t.Errorf("%s: %v and %v are no whole minutes", centre, l.Setup, l.Run)
		}
		got = append(got, [2]int{int(l.Setup / time.Minute), int(l.Run / time.Minute)})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: setup and run %v, want %v", centre, got, want)
	}
}

// asked are the minutes that products ask, as item/work centre.
func asked(p *plan.Plan, w *plan.Workload) map[string]int {
	out := map[string]int{}
	for _, a := range w.Asked() {
		out[p.Model().Catalog.ItemID(a.Part)+"/"+p.Model().Shop.Centres[a.Centre].ID] = int(a.Total() / time.Minute)
	}
	return out
}

// Ten bikes for Friday 13 March begin on Wednesday, so their frames on Friday 6 March: of the five days from
// there to Wednesday the first two fifths are the welder's, which works on the Friday of them, and the rest the
// oven's, Monday and Tuesday. Four frames are in stock: six are welded, in two loads of the oven.
func TestCapacityRequirements(t *testing.T) {
	rows := bikeShop(bikes("SO-1", 10, 13))
	rows.Stock = []mrp.Stock{{Item: "FRAME", Quantity: bom.Units(4)}}
	p := planOf(t, rows)
	w := p.CapacityRequirements(plan.LoadOptions{})
	wantMinutes(t, p, w, "ASM", [2]int{}, [2]int{30, 60})
	wantMinutes(t, p, w, "FITTERS", [2]int{}, [2]int{60, 120})
	wantMinutes(t, p, w, "WELD", [2]int{60, 72}, [2]int{})
	wantMinutes(t, p, w, "OVEN", [2]int{}, [2]int{0, 180})
	got := asked(p, w)
	if len(got) != 4 || got["BIKE/ASM"] != 90 || got["BIKE/FITTERS"] != 180 || got["FRAME/WELD"] != 132 || got["FRAME/OVEN"] != 180 {
		t.Errorf("asked: %v", got)
	}
}

// A rough cut does not see the stock, and asks it all for the bike.
func TestRoughCut(t *testing.T) {
	rows := bikeShop(bikes("SO-1", 10, 13))
	rows.Stock = []mrp.Stock{{Item: "FRAME", Quantity: bom.Units(4)}}
	p := planOf(t, rows)
	w := p.RoughCut(plan.LoadOptions{})
	wantMinutes(t, p, w, "ASM", [2]int{}, [2]int{30, 60})
	wantMinutes(t, p, w, "WELD", [2]int{60, 120}, [2]int{})
	wantMinutes(t, p, w, "OVEN", [2]int{}, [2]int{0, 270})
	got := asked(p, w)
	if len(got) != 4 || got["BIKE/ASM"] != 90 || got["BIKE/WELD"] != 180 || got["BIKE/OVEN"] != 270 {
		t.Errorf("asked: %v", got)
	}
}

// Bikes for Wednesday are assembled this week; their frames, due on Monday, had to be made before: they are in
// no week. Two demands of a week share the setup. A forecast counts with what orders left of it.
func TestRoughCutOfThePast(t *testing.T) {
	rows := bikeShop(bikes("SO-1", 10, 4), bikes("SO-2", 5, 5), mrp.Demand{ID: "FC", Item: "BIKE", Quantity: bom.Units(8), Due: bom.OnDay(bom.On(2026, 3, 5)), Kind: mrp.Forecast})
	p := planOf(t, rows)
	w := p.RoughCut(plan.LoadOptions{})
	wantMinutes(t, p, w, "ASM", [2]int{30, 108}) // 10 + 5 + (8 − 5) bikes
	wantMinutes(t, p, w, "WELD", [2]int{})
	if want := (60 + 18*12 + 5*90) * time.Minute; w.Past != want {
		t.Errorf("%v before the start, want %v", w.Past, want)
	}
}

// Of a receipt in progress the operations that are not done are left: of five good frames at a yield
// of one half ten go through the oven, in three loads. A released one asks for all; what is late of it stands in the first week.
func TestOpenReceipts(t *testing.T) {
	rows := bikeShop(bikes("SO-1", 5, 13))
	rows.Operations[2].Yield = bom.MustNumber("0.5")
	rows.Receipts = []mrp.Receipt{{ID: "MO-1", Kind: bom.Make, Item: "FRAME", Quantity: bom.Units(5), Due: bom.OnDay(bom.On(2026, 3, 4)), Status: mrp.InProgress, OpDone: bom.Some(10)}}
	p := planOf(t, rows)
	w := p.CapacityRequirements(plan.LoadOptions{})
	wantMinutes(t, p, w, "OVEN", [2]int{0, 270}, [2]int{})
	wantMinutes(t, p, w, "WELD", [2]int{}, [2]int{})
	c, _ := p.Model().Shop.Centre("OVEN")
	if tasks := w.Tasks(c, 0); len(tasks) != 1 || tasks[0].Slack != 0 || !tasks[0].Open || tasks[0].Quantity != bom.Units(5) || tasks[0].Start != bom.Units(10) {
		t.Errorf("%+v", tasks)
	}
	rows.Receipts[0].Status, rows.Receipts[0].OpDone = mrp.Released, bom.Optional[int]{}
	p = planOf(t, rows)
	w = p.CapacityRequirements(plan.LoadOptions{})
	wantMinutes(t, p, w, "OVEN", [2]int{0, 270}, [2]int{})
	wantMinutes(t, p, w, "WELD", [2]int{60, 120}, [2]int{})
}

// A thousand bikes take 100½ hours of a week that has 40; the order could begin nine days earlier, so the
// week before can take 40.
func TestCoverOfAnOrder(t *testing.T) {
	p := planOf(t, bikeShop(bikes("SO-1", 1000, 13)))
	w := p.CapacityRequirements(plan.LoadOptions{})
	c, _ := p.Model().Shop.Centre("ASM")
	covers := w.Covers(c, 1)
	if len(covers) != 1 || covers[0].Kind != capacity.CoverEarlier || covers[0].Time != 40*time.Hour || covers[0].Gap != 60*time.Hour+30*time.Minute {
		t.Errorf("%+v", covers)
	}
	if b := w.Profile.Bottlenecks(); b[0].WorkCentre != "OVEN" || b[1].WorkCentre != "WELD" || b[2].WorkCentre != "ASM" {
		t.Errorf("ranking %+v", b)
	}
	if days := p.CapacityRequirements(plan.LoadOptions{Bucket: capacity.Day, Days: 3}); days.Profile.Buckets().Len() != 3 || days.Profile.Beyond() == 0 {
		t.Error("three days hold all")
	}
}

// Order of rows and number of workers do not show.
func TestLoadIsDeterministic(t *testing.T) {
	rows := bikeShop(bikes("SO-1", 10, 13), bikes("SO-2", 7, 18), bikes("SO-3", 300, 20))
	first := planOf(t, rows)
	slices.Reverse(rows.Demands)
	slices.Reverse(rows.Operations)
	slices.Reverse(rows.WorkCentres)
	second := planOf(t, rows)
	for _, of := range []func(*plan.Plan) *plan.Workload{
		func(p *plan.Plan) *plan.Workload { return p.RoughCut(plan.LoadOptions{}) },
		func(p *plan.Plan) *plan.Workload { return p.CapacityRequirements(plan.LoadOptions{}) },
	} {
		a, b := of(first), of(second)
		if !slices.Equal(slices.Collect(a.Profile.Rows()), slices.Collect(b.Profile.Rows())) || !slices.Equal(a.Asked(), b.Asked()) {
			t.Error("the load depends on the order of rows")
		}
	}
}

// A horizon that ends within an order leaves out what lies behind it: the oven works on Monday and Tuesday
// in equal parts, and only Monday is shown.
func TestLoadOfAHorizon(t *testing.T) {
	p := planOf(t, bikeShop(bikes("SO-1", 10, 13)))
	w := p.CapacityRequirements(plan.LoadOptions{Bucket: capacity.Day, Days: 8})
	wantMinutes(t, p, w, "OVEN", [2]int{}, [2]int{}, [2]int{}, [2]int{}, [2]int{}, [2]int{}, [2]int{}, [2]int{0, 135})
	if want := (135 + 90 + 2*90) * time.Minute; w.Profile.Beyond() != want {
		t.Errorf("%v beyond, want %v", w.Profile.Beyond(), want)
	}
}

// A rough cut follows transfers to the sender, and passes through phantoms: bikes for the north are assembled at
// main two days before they are sent, and their frames belong to a kit that is never made.
func TestRoughCutOfTransfersAndPhantoms(t *testing.T) {
	rows := bikeShop(mrp.Demand{ID: "SO-N", Item: "BIKE", Site: "north", Quantity: bom.Units(10), Due: bom.OnDay(bom.On(2026, 3, 17))})
	rows.Items = append(rows.Items, bom.Item{ID: "BIKE", Site: "north"}, bom.Item{ID: "KIT", Phantom: true})
	rows.Sources = []bom.Source{{Item: "BIKE", Site: "north", ID: "TRUCK", Kind: bom.Transfer, From: bom.DefaultSite, LeadDays: bom.Some(2)}}
	rows.Lines = []bom.Line{{Parent: "BIKE", Component: "KIT", Quantity: bom.Units(1)}, {Parent: "KIT", Component: "FRAME", Quantity: bom.Units(1)}}
	p := planOf(t, rows)
	w := p.RoughCut(plan.LoadOptions{})
	wantMinutes(t, p, w, "ASM", [2]int{}, [2]int{30, 60}, [2]int{}) // sent on Friday 13 March
	wantMinutes(t, p, w, "WELD", [2]int{60, 120}, [2]int{}, [2]int{})
	for _, a := range w.Asked() {
		if p.Model().Catalog.SiteID(a.Part) != "north" {
			t.Errorf("%+v is not asked for the product", a)
		}
	}
}
