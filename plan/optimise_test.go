package plan_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// busy is a random model with a rich shop in which something is late.
func busy(t *testing.T, seed uint64) *plan.Model {
	t.Helper()
	rows := oracle.Random(seed, int(seed%25)+3)
	enrich(rows, rand.New(rand.NewPCG(seed, 1)))
	m, err := rows.Model()
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return m
}

// crowded is a shop with more work than time: items of six steps on five machines in an order of their own, with changeovers, and
// an order for each that most cannot be in time for.
func crowded(seed uint64) *plan.Rows {
	r := rand.New(rand.NewPCG(seed, 9))
	const items, machines, steps = 14, 5, 6
	rows := shop()
	rows.Items, rows.Operations, rows.WorkCentres = nil, nil, nil
	centre := func(k int) string { return string(rune('K' + k)) }
	for k := range machines {
		rows.WorkCentres = append(rows.WorkCentres, capacity.WorkCentre{ID: centre(k), SetupMatrix: "m"})
	}
	rows.Setups = []capacity.Setup{{Matrix: "m", From: "*", To: "*", Minutes: 20 * bom.One}}
	for i := range items {
		id := string(rune('A' + i%26))
		id += id
		rows.Items = append(rows.Items, bom.Item{ID: id})
		for step := range steps {
			rows.Operations = append(rows.Operations, capacity.Operation{Item: id, Op: 10 * (step + 1), WorkCentre: centre(r.IntN(machines)), RunMin: bom.Number(10+r.IntN(80)) * bom.One,
				SetupFamily: string(rune('f' + r.IntN(3)))})
		}
		d := order("S"+id, 2+r.IntN(4), 4+r.IntN(12), 10)
		d.Item, d.Weight = id, bom.Some(bom.Number(1+r.IntN(4))*bom.One)
		rows.Demands = append(rows.Demands, d)
	}
	return rows
}

func modelOf(t *testing.T, rows *plan.Rows) *plan.Model {
	t.Helper()
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func scheduledBy(t *testing.T, m *plan.Model, o plan.FiniteOptions) *plan.Plan {
	t.Helper()
	p, err := plan.New(context.Background(), m, plan.Options{Finite: &o})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// figure is a KPI of a plan.
func figure(t *testing.T, p *plan.Plan, name string) decimal.Decimal {
	t.Helper()
	for _, k := range p.KPIs() {
		if k.Name == name {
			return k.Value
		}
	}
	t.Fatalf("no KPI %s", name)
	return decimal.Zero
}

// sameFigures reports whether figures are the KPIs of a plan.
func sameFigures(t *testing.T, g *plan.Figures, p *plan.Plan) {
	t.Helper()
	n := func(i int) decimal.Decimal { return decimal.NewFromInt(int64(i)) }
	for name, v := range map[string]decimal.Decimal{"late_demands": n(g.Late), "short_demands": n(g.Short), "tardiness": g.Tardiness,
		"weighted_tardiness": g.WeightedTardiness, "setup_time": g.SetupTime, "wip": g.WIP, "makespan": g.Makespan} {
		if want := figure(t, p, name); !want.Equal(v) {
			t.Errorf("%s is %v in the gain and %v among the KPIs", name, v, want)
		}
	}
}

const tries = 200 // what a search of a test may do

// An optimised plan is never worse than the plan as built, on random rich models in every direction; Verify accepts it, its
// material is the same, and the gain is the difference of the two plans' KPIs.
func TestAnOptimisedPlanIsNeverWorse(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 12
	}
	gained := 0
	for seed := range seeds {
		m := busy(t, seed)
		o := plan.FiniteOptions{Direction: schedule.Direction(seed % 3)}
		built := scheduledBy(t, m, o)
		o.Optimise = &plan.Search{Iterations: tries, Seed: seed}
		p := scheduledBy(t, m, o)
		checkFinite(t, p)
		was, is := built.Finite().Score(), p.Finite().Score()
		if o.Objective.Compare(&is, &was) > 0 || len(p.Finite().Schedule().Broken) > len(built.Finite().Schedule().Broken) {
			t.Errorf("seed %d: %v with the search, %v without", seed, is, was)
		}
		g := p.Finite().Gain()
		sameFigures(t, &g.Before, built)
		sameFigures(t, &g.After, p)
		if diff := plan.Compare(built, p); len(diff.Orders) > 0 {
			t.Errorf("seed %d: planned orders changed", seed)
		}
		if g.Anything() {
			gained++
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, g)
		}
	}
	if gained == 0 {
		t.Error("the search found nothing in any model")
	}
	t.Logf("%d of %d models gained", gained, seeds)
}

// Where a shop has more work than time a search finds much: every crowded shop is served better, and the gain says by how much.
func TestASearchServesACrowdedShopBetter(t *testing.T) {
	for seed := range uint64(6) {
		m := modelOf(t, crowded(seed))
		o := plan.FiniteOptions{Direction: schedule.Direction(seed % 2)}
		built := scheduledBy(t, m, o)
		o.Optimise = &plan.Search{Iterations: 10 * tries, Seed: seed}
		p := scheduledBy(t, m, o)
		checkFinite(t, p)
		g := p.Finite().Gain()
		sameFigures(t, &g.Before, built)
		sameFigures(t, &g.After, p)
		better, told := g.After.WeightedTardiness.LessThan(g.Before.WeightedTardiness), "fewer"
		if g.Before.Late == 0 { // one of them is in time for all: less setup is what is left to gain
			better, told = g.After.Late == 0 && g.After.SetupTime.LessThan(g.Before.SetupTime), "setup"
		}
		if !better || g.Moved == 0 || !strings.Contains(g.String(), told) {
			t.Errorf("seed %d: %s", seed, g)
		}
		t.Log(g)
	}
}

// Counted in tries, the same search gives the same bytes, on one core and on two.
func TestASearchOfSoManyTriesIsRepeatable(t *testing.T) {
	for _, seed := range []uint64{4, 7, 11} {
		m := modelOf(t, crowded(seed))
		with := func(cores int) string {
			o := plan.FiniteOptions{Direction: schedule.Backward, Optimise: &plan.Search{Iterations: tries, Seed: 3, Cores: cores}}
			return bytesOf(t, scheduledBy(t, m, o))
		}
		first := with(1)
		if diff := firstDifference(with(1), first); diff != "" {
			t.Errorf("seed %d, again: %s", seed, diff)
		}
		if diff := firstDifference(with(2), first); diff != "" {
			t.Errorf("seed %d, two cores: %s", seed, diff)
		}
	}
}

// A plan that is there is improved: the plan itself stays as it was, frozen and pinned operations stay where they are, and the better one
// can be changed as any plan can.
func TestOptimiseLeavesFrozenAndPinnedOperations(t *testing.T) {
	ctx := context.Background()
	gained := 0
	for seed := range uint64(30) {
		rows := oracle.Random(seed, int(seed%25)+3)
		enrich(rows, rand.New(rand.NewPCG(seed, 1)))
		rows.Settings.FreezeHours = 100 * bom.One
		m, err := rows.Model()
		if err != nil {
			t.Fatal(err)
		}
		p := scheduledBy(t, m, plan.FiniteOptions{Direction: schedule.Direction(seed % 2)})
		before := bytesOf(t, p)
		better, gain, err := p.Optimise(ctx, plan.Search{Iterations: tries, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if bytesOf(t, p) != before {
			t.Fatalf("seed %d: the plan that was improved changed", seed)
		}
		if better == p {
			continue
		}
		gained++
		checkFinite(t, better)
		sameFigures(t, &gain.Before, p)
		sameFigures(t, &gain.After, better)
		freeze := p.Finite().Problem().Start + 100*3600
		for _, d := range plan.Compare(p, better).Operations {
			if d.Before.Start.Unix < freeze {
				t.Errorf("seed %d: %s op %d moved from %v, inside the frozen zone", seed, d.Order, d.Op, d.Before.Start)
			}
		}
		was, is := p.Finite().Score(), better.Finite().Score()
		if (&schedule.Objective{}).Compare(&is, &was) > 0 {
			t.Errorf("seed %d: worse: %v, was %v", seed, is, was)
		}
		if len(rows.Demands) > 0 {
			again, err := better.Apply(ctx, plan.CountStock{Item: rows.Items[0].ID, Site: rows.Items[0].Site, Lot: "~new", Quantity: bom.Units(3)})
			if err != nil {
				t.Fatal(err)
			}
			checkFinite(t, again)
			if again.Finite().Gain() != nil {
				t.Error("a repaired plan claims the gain of the search before")
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, &gain)
		}
	}
	if gained == 0 {
		t.Error("nothing was gained in any model")
	}
}

// Of a plan where nothing is late and nothing can be better the plan itself comes back, and the gain says so.
func TestOptimiseGivesThePlanBackWhereNothingIsToGain(t *testing.T) {
	p := finitePlan(t, shop(order("S1", 4, 6, 10)))
	better, gain, err := p.Optimise(context.Background(), plan.Search{Iterations: 50})
	if err != nil {
		t.Fatal(err)
	}
	if better != p || gain.Anything() || !strings.HasPrefix(gain.String(), "nothing better was found") {
		t.Errorf("%v %s", better == p, &gain)
	}
}

// Limits that make no sense, and a plan without a schedule, are typed errors; nothing is searched.
func TestASearchThatMakesNoSenseIsAnError(t *testing.T) {
	ctx := context.Background()
	p := finitePlan(t, shop(order("S1", 4, 6, 10)))
	for field, o := range map[string]plan.Search{"time": {Time: -time.Second}, "iterations": {Iterations: -1}, "cores": {Iterations: 1, Cores: -1}} {
		check := func(err error) {
			t.Helper()
			if bad, ok := errors.AsType[*plan.SearchError](err); !ok || bad.Field != field || !strings.Contains(err.Error(), "give") {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, _, err := p.Optimise(ctx, o)
		check(err)
		_, err = plan.New(ctx, p.Model(), plan.Options{Finite: &plan.FiniteOptions{Optimise: &o}})
		check(err)
		_, err = p.ApplyWith(ctx, plan.Repair{Optimise: &o})
		check(err)
		_, err = p.Rush(ctx, order("R", 1, 6, 1), plan.RushOptions{Optimise: &o})
		check(err)
	}
	if _, _, err := materialPlan(t, shop(order("S1", 4, 6, 10))).Optimise(ctx, plan.Search{Iterations: 1}); !errors.Is(err, plan.ErrNoSchedule) {
		t.Error(err)
	}
}

// The deadline of the context is a normal end; when it is cancelled the best so far comes with the error.
func TestADeadlineEndsASearchAndACancelledOneGivesWhatItHas(t *testing.T) {
	p := scheduledBy(t, busy(t, 7), plan.FiniteOptions{})
	past, done := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer done()
	if q, gain, err := p.Optimise(past, plan.Search{}); err != nil || q == nil || gain.StopReason == schedule.Cancelled {
		t.Errorf("deadline: %v %v", gain.StopReason, err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if q, gain, err := p.Optimise(cancelled, plan.Search{}); !errors.Is(err, context.Canceled) || q == nil || gain.StopReason != schedule.Cancelled {
		t.Errorf("cancelled: %v %v", gain.StopReason, err)
	}
}

// Published operations that are pinned keep machine and times in a plan that is optimised.
func TestPinnedOperationsStayInAnOptimisedPlan(t *testing.T) {
	for seed := range uint64(12) {
		rows := oracle.Random(seed, int(seed%25)+3)
		enrich(rows, rand.New(rand.NewPCG(seed, 1)))
		m, err := rows.Model()
		if err != nil {
			t.Fatal(err)
		}
		published := slices.Collect(scheduledBy(t, m, plan.FiniteOptions{}).Finite().Operations())
		pinned := map[string]capacity.ScheduledOperation{}
		for i := range published {
			if row := &published[i]; i%3 == 0 && row.WorkCentre != "" && !row.Start.IsZero() && (i == 0 || published[i-1].Op != row.Op) && (i+1 == len(published) || published[i+1].Op != row.Op) {
				row.Pinned = true
				pinned[row.Order+"/"+string(rune(row.Op))] = *row
			}
		}
		rows.Schedule = published
		if m, err = rows.Model(); err != nil {
			t.Fatal(err)
		}
		p := scheduledBy(t, m, plan.FiniteOptions{Optimise: &plan.Search{Iterations: tries}})
		for row := range p.Finite().Operations() {
			if was, ok := pinned[row.Order+"/"+string(rune(row.Op))]; ok && (was.Start != row.Start || was.End != row.End || was.Machine != row.Machine || was.WorkCentre != row.WorkCentre) {
				t.Fatalf("seed %d: %v moved to %v", seed, was, row)
			}
		}
	}
}
