package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// harm is by how many seconds, times weight, demands are later in a plan than in another.
func harm(before, after *plan.Plan) int64 {
	sum := int64(0)
	for _, d := range plan.Compare(before, after).Demands {
		if d.Later() > 0 {
			i, _ := after.Model().Book.Demand(d.Demand)
			row := after.Model().Book.DemandAt(i)
			weight := int64(row.Weight.Or(bom.One)) / 1_000_000
			switch row.Class {
			case "A":
				weight *= 4
			case "B":
				weight *= 2
			}
			sum += d.Later() * weight
		}
	}
	return sum
}

// A machine breaks down. Improved after the repair, others are not later in sum than without, weighted tardiness is not more, and the
// same tries give the same plan.
func TestAnOptimisedRepairIsNeverWorse(t *testing.T) {
	ctx := context.Background()
	gained := 0
	for seed := range uint64(40) {
		rows := oracle.Random(seed, int(seed%25)+3)
		rng := rand.New(rand.NewPCG(seed, 1))
		enrich(rows, rng)
		m, err := rows.Model()
		if err != nil {
			t.Fatal(err)
		}
		p := scheduledBy(t, m, plan.FiniteOptions{Direction: schedule.Direction(seed % 2)})
		centre := rows.WorkCentres[rng.IntN(len(rows.WorkCentres))]
		if centre.Kind != capacity.Machine {
			continue
		}
		from := rows.Settings.Start
		down := plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: centre.ID, From: bom.OnDay(from.Day + 1), To: bom.OnDay(from.Day + 5)}}
		repaired, err := p.Apply(ctx, down)
		if err != nil {
			continue // the model has a downtime there already
		}
		with := plan.Repair{Optimise: &plan.Search{Iterations: tries, Seed: seed}}
		better, err := p.ApplyWith(ctx, with, down)
		if err != nil {
			t.Fatal(err)
		}
		checkFinite(t, better)
		g := better.Finite().Gain()
		sameFigures(t, &g.Before, repaired)
		sameFigures(t, &g.After, better)
		if g.After.WeightedTardiness.GreaterThan(g.Before.WeightedTardiness) {
			t.Errorf("seed %d: weighted tardiness %v, without the search %v", seed, g.After.WeightedTardiness, g.Before.WeightedTardiness)
		}
		if a, b := harm(p, better), harm(p, repaired); a > b {
			t.Errorf("seed %d: others are %d later, without the search %d", seed, a, b)
		} else if a < b {
			gained++
		}
		again, err := p.ApplyWith(ctx, with, down)
		if err != nil {
			t.Fatal(err)
		}
		if diff := firstDifference(bytesOf(t, again), bytesOf(t, better)); diff != "" {
			t.Errorf("seed %d, again: %s", seed, diff)
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, g)
		}
	}
	t.Logf("less harm in %d", gained)
}

// In a crowded shop a machine breaks down. Of those who pay for it a search after the repair lets pay less, in most shops; a search for the
// best schedule of all could not, as it would have others pay for what it gains.
func TestASearchAfterARepairSparesThoseWhoPay(t *testing.T) {
	ctx := context.Background()
	less := 0
	const shops = 6
	for seed := range uint64(shops) {
		p := scheduledBy(t, modelOf(t, crowded(seed)), plan.FiniteOptions{Direction: schedule.Direction(seed % 2), Optimise: &plan.Search{Iterations: tries}})
		start := p.Model().Settings().Start.Day
		down := plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "L", From: bom.OnDay(start + 1), To: bom.OnDay(start + 4)}}
		repaired, err := p.Apply(ctx, down)
		if err != nil {
			t.Fatal(err)
		}
		better, err := p.ApplyWith(ctx, plan.Repair{Optimise: &plan.Search{Iterations: 5 * tries, Seed: seed}}, down)
		if err != nil {
			t.Fatal(err)
		}
		checkFinite(t, better)
		a, b := harm(p, better), harm(p, repaired)
		if a > b {
			t.Errorf("seed %d: others are %d later, without the search %d", seed, a, b)
		}
		if a < b {
			less++
		}
		t.Logf("%d → %d: %s; moved %d, without %d", b, a, better.Finite().Gain(), better.Effects().Stability.OperationsMoved, repaired.Effects().Stability.OperationsMoved)
	}
	if less <= shops/2 {
		t.Errorf("less in %d of %d shops", less, shops)
	}
}

// An order that is wanted ten weeks later helps nobody by moving: it stays where it was planned, just in time.
func TestASearchAfterARepairLeavesWhatIsFarOff(t *testing.T) {
	ctx := context.Background()
	rows := crowded(5)
	far := order("FAR", 4, 31, 10)
	far.Item, far.Due = "AA", bom.OnDay(far.Due.Day+40)
	rows.Demands = append(rows.Demands, far)
	p := scheduledBy(t, modelOf(t, rows), plan.FiniteOptions{Direction: schedule.Backward})
	start := p.Model().Settings().Start.Day
	down := plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "L", From: bom.OnDay(start + 1), To: bom.OnDay(start + 4)}}
	better, err := p.ApplyWith(ctx, plan.Repair{Optimise: &plan.Search{Iterations: 5 * tries}}, down)
	if err != nil {
		t.Fatal(err)
	}
	if !better.Finite().Gain().Anything() {
		t.Fatalf("the search found nothing: %s %v", better.Finite().Gain(), better.Finite().Gain().StopReason)
	}
	for _, d := range plan.Compare(p, better).Operations {
		if d.Before.Start.Unix > (start + 50).Begin(p.Model().Zone()) {
			t.Errorf("%s op %d moved from %v to %v", d.Order, d.Op, d.Before.Start, d.After.Start)
		}
	}
}

// A rush order in a crowded shop: with a search others lose less for the same promise, or it ships earlier.
func TestASearchFindsABetterWayForARushOrder(t *testing.T) {
	found := 0
	for seed := range uint64(6) {
		p := scheduledBy(t, modelOf(t, crowded(seed)), plan.FiniteOptions{Direction: schedule.Direction(seed % 2)})
		d := order("RUSH", 4, 5, 1)
		d.Item = "CC"
		options := plan.RushOptions{Optimise: &plan.Search{Iterations: 5 * tries, Seed: seed}}
		r, plain := rush(t, p, d, options), rush(t, p, d, plan.RushOptions{})
		if a, b := &r.Options[0], &plain.Options[0]; !a.OnTime && b.OnTime || a.Late > b.Late || a.Late == b.Late && a.WeightedSlip().GreaterThan(b.WeightedSlip()) {
			t.Errorf("seed %d: the best option is worse with a search:\n%s%s", seed, told(r), told(plain))
		}
		options.Optimise = &plan.Search{Iterations: 5 * tries, Seed: seed, Cores: 1}
		if one := told(rush(t, p, d, options)); one != told(r) {
			t.Errorf("seed %d: on one core\n%son all\n%s", seed, one, told(r))
		}
		for i := range r.Options {
			o := &r.Options[i]
			if o.Gain == nil {
				continue
			}
			found++
			if !slices.Contains(kinds(o), plan.LeverOptimise) || o.Repair.Optimise == nil {
				t.Errorf("seed %d: option %d has a gain and no search", seed, i+1)
			}
			again, err := p.ApplyWith(context.Background(), o.Repair, o.Changes...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := firstDifference(bytesOf(t, again), bytesOf(t, o.Plan)); diff != "" {
				t.Errorf("seed %d: option %d made again: %s", seed, i+1, diff)
			}
			checkFinite(t, o.Plan)
			if _, _, err := o.Publish(context.Background()); err != nil {
				t.Errorf("seed %d: option %d: %v", seed, i+1, err)
			}
			t.Logf("seed %d: option %d: %s", seed, i+1, o.Gain)
		}
	}
	if found == 0 {
		t.Error("no option came of a search")
	}
}

// rushModel is a random shop and an order for it that is wanted soon.
func rushModel(t *testing.T, seed uint64) (*plan.Plan, mrp.Demand) {
	t.Helper()
	rows := oracle.Random(seed, int(seed%25)+3)
	rng := rand.New(rand.NewPCG(seed, 1))
	enrich(rows, rng)
	rows.Settings.HorizonDays = 0
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	item := rows.Items[rng.IntN(len(rows.Items))]
	d := mrp.Demand{ID: "RUSH", Item: item.ID, Site: item.Site, Quantity: bom.Units(int64(1 + rng.IntN(9))), Due: bom.OnDay(rows.Settings.Start.Day + bom.Day(1+rng.IntN(9))), Priority: 1}
	return scheduledBy(t, m, plan.FiniteOptions{Direction: schedule.Direction(seed % 2)}), d
}

// An option with a search is better than the one without for the order or for those who pay, says by how much, and can be made
// again from its changes. What is answered does not depend on the cores.
func TestAnOptionWithASearchIsBetterThanWithout(t *testing.T) {
	ctx := context.Background()
	searched := 0
	for seed := range uint64(16) {
		p, d := rushModel(t, seed)
		options := plan.RushOptions{Optimise: &plan.Search{Iterations: 3 * tries, Seed: seed}, Forks: 12}
		r, err := p.Rush(ctx, d, options)
		if err != nil {
			continue
		}
		plain, err := p.Rush(ctx, d, plan.RushOptions{Forks: 12})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := &r.Options[0], &plain.Options[0]; !a.OnTime && b.OnTime || a.Late > b.Late || a.Late == b.Late && a.WeightedSlip().GreaterThan(b.WeightedSlip()) {
			t.Errorf("seed %d: the best option is worse with a search:\n%s%s", seed, told(r), told(plain))
		}
		for i := range r.Options {
			o := &r.Options[i]
			if o.Gain == nil {
				continue
			}
			searched++
			checkFinite(t, o.Plan)
			if o.Gain.LateAfter > o.Gain.LateBefore || o.Gain.LateAfter == o.Gain.LateBefore && (o.Gain.SlipAfter.GreaterThan(o.Gain.SlipBefore) || o.Gain.SlipAfter.Equal(o.Gain.SlipBefore) && o.Stability.Instability == 0 && o.Gain.StirBefore == 0) || !o.Gain.SlipAfter.Equal(o.WeightedSlip()) {
				t.Errorf("seed %d: option %d: %s", seed, i+1, o.Gain)
			}
			again, err := p.ApplyWith(ctx, o.Repair, o.Changes...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := firstDifference(bytesOf(t, again), bytesOf(t, o.Plan)); diff != "" {
				t.Errorf("seed %d: option %d made again: %s", seed, i+1, diff)
			}
			if _, _, err := o.Publish(ctx); err != nil {
				t.Errorf("seed %d: option %d: %v", seed, i+1, err)
			}
		}
		options.Optimise.Cores = 1
		one, err := p.Rush(ctx, d, options)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprint(told(one)), told(r); a != b {
			t.Errorf("seed %d: on one core\n%son all\n%s", seed, a, b)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d options with a search", searched)
}

// The live plan is improved: committed, the better schedule holds, and Undo brings the other one back.
func TestABetterScheduleIsCommittedToALivePlan(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(20) {
		p := scheduledBy(t, busy(t, seed), plan.FiniteOptions{})
		live := plan.NewLive(p, plan.LiveOptions{})
		better, _, err := live.Current().Plan.Optimise(ctx, plan.Search{Iterations: tries})
		if err != nil {
			t.Fatal(err)
		}
		version, err := live.Commit(ctx, plan.Proposal{Base: live.Current().Version, Plan: better})
		if err != nil {
			t.Fatal(err)
		}
		now := live.Current()
		if better == p {
			if now.Version != 1 || version != 1 {
				t.Errorf("seed %d: nothing was gained, and the version is %d", seed, now.Version)
			}
			live.Close(ctx)
			continue
		}
		if now.Version != 2 || version != 2 || bytesOf(t, now.Plan) != bytesOf(t, better) {
			t.Errorf("seed %d: version %d does not hold the better schedule", seed, now.Version)
		}
		if _, err := live.Undo(ctx, version); err != nil {
			t.Fatal(err)
		}
		if diff := firstDifference(bytesOf(t, live.Current().Plan), bytesOf(t, p)); diff != "" {
			t.Errorf("seed %d: undone: %s", seed, diff)
		}
		live.Close(ctx)
		return
	}
	t.Error("nothing was gained in any model")
}
