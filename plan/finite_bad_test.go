package plan_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// badShop is a saw that works weekdays from six to two, and an order of A for Friday. Tables given
// replace these.
func badShop(t *testing.T, changes string) (*plan.Model, error) {
	t.Helper()
	dir := t.TempDir()
	for _, text := range []string{`
-- settings.csv --
start,calendar
2026-03-02,day
-- calendars.csv --
calendar,days,shifts
day,Mon-Fri,06:00-14:00
-- items.csv --
item
A
-- work_centres.csv --
work_centre
saw
-- routings.csv --
item,op,work_centre,run_min
A,10,saw,60
-- demands.csv --
demand,item,qty,due
SO1,A,4,2026-03-06
`, changes} {
		for _, f := range txtar.Parse([]byte(text)).Files {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	m, _, err := tables.Load(context.Background(), dir, tables.Options{})
	return m, err
}

// What cannot be meant is an error at load that names file, line and column and says what to do.
func TestBadShopIsAnError(t *testing.T) {
	const published = "-- schedule.csv --\norder,op,work_centre,machine,start,setup_end,end\n"
	for name, c := range map[string]struct{ changes, want string }{
		"no work centre and no supplier": {"-- routings.csv --\nitem,op,work_centre,run_min\nA,10,,60\n", `routings.csv:2: column work_centre: "": a work centre, or a supplier for a subcontracted step`},
		"no machines":                    {"-- work_centres.csv --\nwork_centre,machines\nsaw,0\n", `work_centres.csv:2: column machines: "0": a number of machines from 1`},
		"minutes that do not fit":        {"-- routings.csv --\nitem,op,work_centre,run_min\nA,10,saw,99999999999999999999\n", `routings.csv:2: column run_min`},
		"negative minutes":               {"-- routings.csv --\nitem,op,work_centre,run_min\nA,10,saw,-1\n", `routings.csv:2: column run_min`},
		"a cycle of parts":               {"-- bom.csv --\nparent,component,qty\nA,A,1\n", "cycle"},
		"too few operators": {"-- work_centres.csv --\nwork_centre,kind,machines\nfitters,operator,2\nsaw,machine,1\n-- routings.csv --\nitem,op,work_centre,run_min,operator,operator_units\nA,10,saw,60,fitters,3\n",
			`routings.csv:2: column operator_units: "3": at most 2, the machines of fitters: raise them, or ask for less`},
		"more than millennia of work":    {"-- routings.csv --\nitem,op,work_centre,run_min\nA,10,saw,9000000000\n", "would take more than 1048576 working days"},
		"published on an unknown centre": {published + "X,10,sow,1,2026-03-02,,2026-03-03\n", `schedule.csv:2: column work_centre: "sow": a work centre of the work_centres table, or no row for what is no more; did you mean saw?`},
		"published on too high a machine": {published + "X,10,saw,2,2026-03-02,,2026-03-03\n",
			`schedule.csv:2: column machine: "2": a machine from 1 to 1, as saw has: correct it, or raise machines`},
		"published backwards":    {published + "X,10,saw,1,2026-03-04,,2026-03-03\n", `schedule.csv:2: column end: "2026-03-03": a time not before start: correct one of them`},
		"a setup behind its end": {published + "X,10,saw,1,2026-03-02,2026-03-05,2026-03-03\n", `schedule.csv:2: column setup_end: "2026-03-05": a time from start to end`},
		"published far away":     {published + "X,10,saw,1,2099-03-02,,2099-03-03\n", `schedule.csv:2: column start`},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := badShop(t, c.changes)
			if err == nil {
				_, err = plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{}})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

// What is strange but has a meaning is scheduled as well as it can be, whatever the options: soon,
// without a panic, and with all operations of all orders.
func TestStrangeShopIsScheduled(t *testing.T) {
	const published = "-- schedule.csv --\norder,op,work_centre,machine,start,setup_end,end,qty,family,pinned\n"
	for name, c := range map[string]struct {
		changes string
		broken  schedule.ViolationKind // empty: nothing
	}{
		"as it is":                       {"", ""},
		"published orders that are gone": {published + "X,10,saw,1,2026-03-02,,2026-03-03,,,yes\nA@main/2026-03-06/1,20,saw,1,2026-03-02,,2026-03-03,,,yes\n", ""},
		"published without times":        {published + "A@main/2026-03-06/1,10,,,,,,4,,\n", ""},
		"published by another name":      {published + "A@main/2026-03-06/1,10,saw,,2026-03-03T06:00:00Z,,2026-03-03T10:00:00Z,,*,yes\n", ""},
		"a published family of stars":    {published + "X,10,saw,1,2026-03-01,,2026-03-01,,*,\n", ""},
		"a pin of another quantity":      {published + "A@main/2026-03-06/1,10,saw,1,2026-03-03T06:00:00Z,,2026-03-03T08:00:00Z,2,,yes\n", ""},
		"a pin in the past":              {published + "A@main/2026-03-06/1,10,saw,1,2026-02-24T06:00:00Z,,2026-02-24T10:00:00Z,,,yes\n", ""},
		"a pin of decades":               {published + "A@main/2026-03-06/1,10,saw,1,2017-02-24T06:00:00Z,,2055-02-24T10:00:00Z,,,yes\n", ""},
		"a pin twice":                    {published + "A@main/2026-03-06/1,10,saw,1,2026-03-03T06:00:00Z,,2026-03-03T10:00:00Z,,,yes\nA@main/2026-03-06/1,10,saw,1,2026-03-03T08:00:00Z,,2026-03-03T12:00:00Z,,,yes\n", ""},
		"everything is frozen":           {"-- settings.csv --\nstart,freeze_hours\n2026-03-02,9000000000\n" + published + "A@main/2026-03-06/1,10,saw,1,2026-03-05T06:00:00Z,,2026-03-05T10:00:00Z,,,\n", ""},
		"no working time at all":         {"-- calendars.csv --\ncalendar,days,shifts\nday,Mon-Sun,\n", schedule.Unplaced},
		"a closure of decades":           {"-- downtime.csv --\nwork_centre,from,to\nsaw,2017-01-01,2055-12-31\n", schedule.Unplaced},
		"centuries of work":              {"-- items.csv --\nitem,lead_days\nA,1\n-- routings.csv --\nitem,op,work_centre,run_min\nA,10,saw,9000000000\n", schedule.Unplaced},
		"centuries of everything": {"-- items.csv --\nitem,lead_days\nA,1\n-- routings.csv --\nitem,op,work_centre,setup_min,run_min,fixed_min,queue_min,move_min,min_wait_min,max_wait_min\n" +
			"A,10,saw,9000000000,9000000000,9000000000,9000000000,9000000000,9000000000,\nA,20,saw,9000000000,9000000000,9000000000,9000000000,9000000000,9000000000,9000000000\n", schedule.Unplaced},
		"centuries of waits": {"-- items.csv --\nitem,lead_days\nA,1\n-- routings.csv --\nitem,op,work_centre,run_min,queue_min,move_min,min_wait_min\n" +
			"A,10,saw,60,9000000000,9000000000,9000000000\nA,20,saw,60,9000000000,9000000000,9000000000\n", schedule.Unplaced},
		"centuries of setup":        {"-- work_centres.csv --\nwork_centre,setup_matrix\nsaw,m\n-- setups.csv --\nmatrix,from,to,minutes\nm,*,*,9000000000\n", schedule.Unplaced},
		"a million million":         {"-- items.csv --\nitem,lead_days\nA,1\n-- demands.csv --\ndemand,item,qty,due\nSO1,A,1000000000000,2026-03-06\n", schedule.Unplaced},
		"a split of millions":       {"-- routings.csv --\nitem,op,work_centre,run_min,split_max\nA,10,saw,60,2000000000\n", ""},
		"a millionth at once":       {"-- routings.csv --\nitem,op,work_centre,run_min,overlap_qty\nA,10,saw,60,0.000001\nA,20,saw,60,\n", ""},
		"an oven of millionth":      {"-- work_centres.csv --\nwork_centre,kind,batch_capacity\nsaw,batch,0.000001\n-- routings.csv --\nitem,op,work_centre,run_min,batch_qty\nA,10,saw,1,1\n", ""},
		"no work":                   {"-- routings.csv --\nitem,op,work_centre\nA,10,saw\nA,20,saw\n", ""},
		"work of a tool":            {"-- work_centres.csv --\nwork_centre,kind\nsaw,tool\n", ""},
		"a purchase without a day":  {"-- items.csv --\nitem,calendar\nA,\nB,never\n-- calendars.csv --\ncalendar,days,shifts\nday,Mon-Fri,06:00-14:00\nnever,Mon-Sun,\n-- bom.csv --\nparent,component,qty\nA,B,1\n", schedule.Unplaced},
		"a demand without a day":    {"-- demands.csv --\ndemand,item,qty,due,ship_days\nSO1,A,40,2026-03-06,1\n-- calendars.csv --\ncalendar,days,shifts\nday,2026-03-02..2026-03-04,06:00-14:00\n", schedule.Unplaced},
		"lead times of centuries":   {"-- routings.csv --\nitem,op,work_centre,run_min,supplier,lead_days\nA,10,,,Plater,10000\nA,20,,,Plater,10000\n", schedule.Unplaced},
		"a demand in thirty years":  {"-- demands.csv --\ndemand,item,qty,due\nSO1,A,4,2056-03-01\n", ""},
		"a demand ten years ago":    {"-- demands.csv --\ndemand,item,qty,due\nSO1,A,4,2016-03-06\n", ""},
		"all is done":               {"-- receipts.csv --\nreceipt,kind,item,qty,due,status,op_done\nR1,make,A,4,2026-03-04,in_progress,99\n", ""},
		"receipts wait in a circle": {"-- items.csv --\nitem\nA\nB\n-- routings.csv --\nitem,op,work_centre,run_min\nA,10,saw,60\nB,10,saw,60\n-- receipts.csv --\nreceipt,kind,item,qty,due\nR1,make,A,4,2026-03-04\nR2,make,B,4,2026-03-04\n-- allocations.csv --\nreceipt,component,qty,needed\nR1,B,4,2026-03-05\nR2,A,4,2026-03-05\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := badShop(t, c.changes)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range []plan.FiniteOptions{{}, {Direction: schedule.Backward}, {Direction: schedule.Bottleneck}, {Rules: []schedule.Rule{schedule.ATC}},
				{NoGapFilling: true}, {Direction: schedule.Backward, ScheduledLeadTimes: true}} {
				ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
				p, err := plan.New(ctx, m, plan.Options{Finite: &o})
				cancel()
				if err != nil {
					t.Fatalf("%+v: %v", o, err)
				}
				checkFinite(t, p)
				checkOperations(t, p)
				if kinds := brokenKinds(p); c.broken == "" && len(kinds) > 0 || c.broken != "" && !kinds[c.broken] {
					t.Errorf("%+v: broken: %s, want %q", o, brokenText(p), c.broken)
				}
				for _, r := range p.Finite().Promises() {
					if c.broken == schedule.Unplaced && (r.Status != "short" || len(r.Causes) == 0) {
						t.Errorf("demand %s is %s, because of %v", p.Finite().Demand(r.Demand).ID, r.Status, r.Causes)
					}
				}
				p.KPIs()
				for range p.Finite().Load(capacity.Day).Rows() {
				}
			}
		})
	}
}

func brokenKinds(p *plan.Plan) map[schedule.ViolationKind]bool {
	kinds := map[schedule.ViolationKind]bool{}
	for _, v := range p.Finite().Schedule().Broken {
		kinds[v.Kind] = true
	}
	return kinds
}

// checkOperations holds a plan to having every operation of its make orders in the schedule.
func checkOperations(t *testing.T, p *plan.Plan) {
	t.Helper()
	in := map[string]int{}
	for o := range p.Finite().Operations() {
		in[o.Order]++
	}
	for o := range p.Material().Orders() {
		steps, _ := p.Model().Shop.Routing(o.Part, 0)
		ops := map[int32]bool{}
		for _, s := range steps {
			ops[s.Op] = true
		}
		if in[o.ID] < len(ops) {
			t.Errorf("order %s: %d of %d operations are in the schedule", o.ID, in[o.ID], len(ops))
		}
	}
}

// A work centre that is marked as the bottleneck is the drum of the schedule, however little it has to do.
func TestMarkedBottleneckIsTheDrum(t *testing.T) {
	m, err := badShop(t, "-- work_centres.csv --\nwork_centre,bottleneck\nmill,yes\nsaw,no\n")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Finite().Problem().Centres {
		if c.Drum != (c.ID == "mill") {
			t.Errorf("%s: drum is %v", c.ID, c.Drum)
		}
	}
}

// Families that no routing has any more are one family in the published schedule and in the setups.
func TestFamiliesOfThePast(t *testing.T) {
	m, err := badShop(t, `-- work_centres.csv --
work_centre,setup_matrix
saw,m
-- setups.csv --
matrix,from,to,minutes
m,gone,new,7
m,*,*,90
-- routings.csv --
item,op,work_centre,run_min,setup_family
A,10,saw,60,new
-- schedule.csv --
order,op,work_centre,machine,start,end,family
X,10,saw,1,2026-02-27T06:00:00Z,2026-02-27T07:00:00Z,gone
`)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		t.Fatal(err)
	}
	for o := range p.Finite().Operations() {
		if setup := o.SetupEnd.Unix - o.Start.Unix; setup != 7*60 {
			t.Errorf("setup of %d s after the published family, want 420", setup)
		}
	}
}
