package plan_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// throughFiles is a plan that was written to files, as tables and a kept schedule, and read again.
func throughFiles(t *testing.T, p *plan.Plan, o plan.Options) *plan.Plan {
	t.Helper()
	ctx := t.Context()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, table := range tables.Of(p.Model()) {
		w, err := z.Create(table.Name + ".csv")
		if err == nil {
			err = table.CSV(ctx, w)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r := tables.NewReader(tables.Options{})
	if err := r.ReadCSV(ctx, files); err != nil {
		t.Fatal(err)
	}
	m, _, err := r.Model()
	if err != nil {
		t.Fatal(err)
	}
	again, err := plan.Restore(ctx, m, o, p.SavedSchedule())
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// A plan that was kept in files and read again shows the same bytes, and so does whatever comes of it by changes, as far as they
// come of the rooted plan: random models, random changes of all kinds, repaired in all ways.
func TestAPlanThatWasKeptGoesOnAsItWould(t *testing.T) {
	cases := uint64(60)
	if testing.Short() {
		cases = 20
	}
	changed := 0
	for seed := range cases {
		rows := oracle.Random(seed, int(seed%25)+3)
		m, err := rows.Model()
		if err != nil {
			continue
		}
		o := plan.Options{Finite: &plan.FiniteOptions{Direction: schedule.Direction(seed % 2)}}
		p, err := plan.New(t.Context(), m, o)
		if err != nil {
			continue
		}
		r := rand.New(rand.NewPCG(seed, 3))
		for range 3 {
			for range 1 + r.IntN(4) {
				if next, err := p.ApplyWith(t.Context(), randomRepair(r, p), wideChanges(r, p)...); err == nil {
					p = next
				}
			}
			rooted, err := p.Rooted(t.Context())
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if diff := firstDifference(allText(rooted), allText(p)); diff != "" {
				t.Fatalf("seed %d: the rooted plan differs: %s", seed, diff)
			}
			kept := throughFiles(t, p, o)
			for step := range 6 {
				if diff := firstDifference(allText(kept), allText(rooted)); diff != "" {
					t.Fatalf("seed %d, %d changes after it was read: %s", seed, step, diff)
				}
				how, changes := randomRepair(r, rooted), wideChanges(r, rooted)
				a, errA := rooted.ApplyWith(t.Context(), how, changes...)
				b, errB := kept.ApplyWith(t.Context(), how, changes...)
				if fmt.Sprint(errA) != fmt.Sprint(errB) {
					t.Fatalf("seed %d: %v and %v", seed, errA, errB)
				}
				if errA == nil {
					rooted, kept = a, b
					changed++
				}
			}
			p = rooted
		}
	}
	if changed < int(cases) {
		t.Errorf("only %d changes were made", changed)
	}
}

// What a Live with eight writers does is written down step by step, and comes out the same when it is made again from
// there: batches that were planned together, and plans that were rooted on the way.
func TestStepsThatWereWrittenDownCanBeMadeAgain(t *testing.T) {
	base := finitePlan(t, week())
	var steps []plan.Step
	live := plan.NewLive(base, plan.LiveOptions{Version: 7, Record: func(ctx context.Context, s *plan.Step) error {
		if s.Version%5 == 0 {
			rooted, err := s.Plan.Rooted(ctx)
			if err != nil {
				return err
			}
			s.Plan = rooted
		}
		steps = append(steps, *s)
		return nil
	}})
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 12 {
				id := fmt.Sprintf("W%d-%d", w, i)
				if _, err := live.Apply(t.Context(), plan.AddDemand{Demand: order(id, 1+i%4, 2+(w+i)%20, 10)}); err != nil {
					t.Error(err)
				}
				if i%3 == 2 {
					if _, err := live.Apply(t.Context(), plan.CancelDemand{Demand: id}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	again, version := base, uint64(7)
	for _, s := range steps {
		if version++; s.Version != version {
			t.Fatalf("version %d follows %d", s.Version, version-1)
		}
		var batches [][]plan.Change
		for _, b := range s.Batches {
			batches = append(batches, b.Changes)
		}
		next, err := again.Repeat(t.Context(), s.Repair, batches...)
		if err == nil && s.Version%5 == 0 {
			next, err = next.Rooted(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		again = next
	}
	if s := live.Current(); s.Version != version {
		t.Errorf("version %d is current, %d was written", s.Version, version)
	}
	if diff := firstDifference(allText(again), allText(live.Current().Plan)); diff != "" {
		t.Error(diff)
	}
}

// A step that cannot be written down is not made, whoever asked for it, and the next one can be.
func TestAStepThatCannotBeWrittenDownIsNotMade(t *testing.T) {
	full := errors.New("no space left on device")
	var fail error = full
	live := plan.NewLive(finitePlan(t, week()), plan.LiveOptions{Record: func(context.Context, *plan.Step) error { return fail }})
	before := live.Current()
	_, err := live.Apply(t.Context(), plan.CancelDemand{Demand: "S00"})
	wrong, ok := errors.AsType[*plan.RecordError](err)
	if !ok || wrong.Version != 2 || !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if _, err := live.Commit(t.Context(), plan.Proposal{Base: 1, Changes: []plan.Change{plan.CancelDemand{Demand: "S00"}}}); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if live.Current() != before {
		t.Error("something has changed")
	}
	fail = nil
	if v, err := live.Apply(t.Context(), plan.CancelDemand{Demand: "S00"}); v != 2 || err != nil {
		t.Errorf("version %d, %v", v, err)
	}
	fail = full
	if _, err := live.Undo(t.Context(), 2); !errors.Is(err, full) || live.Current().Version != 2 {
		t.Errorf("%v, version %d", err, live.Current().Version)
	}
	fail = nil
	if v, err := live.Undo(t.Context(), 2); v != 3 || err != nil {
		t.Errorf("version %d, %v", v, err)
	}
	if diff := firstDifference(allText(live.Current().Plan), allText(before.Plan)); diff != "" {
		t.Error(diff)
	}
}

// A plan of other tables takes the place of the current one, if that is the one that was meant; there is a way back.
func TestAPlanOfOtherTablesTakesThePlace(t *testing.T) {
	old, other := finitePlan(t, week()), finitePlan(t, shop(order("ONLY", 3, 4, 10)))
	live := plan.NewLive(old, plan.LiveOptions{})
	if _, err := live.Replace(t.Context(), 9, other); err == nil {
		t.Error("version 9 is not current")
	} else if stale, ok := errors.AsType[*plan.StaleError](err); !ok || stale.Current != 1 {
		t.Errorf("%v", err)
	}
	events := live.Subscribe(0)
	if v, err := live.Replace(t.Context(), 1, other); v != 2 || err != nil {
		t.Fatalf("version %d, %v", v, err)
	}
	e, err := events.Next(t.Context())
	if err != nil || e.Kind != plan.Loaded || len(e.Effects().Shifts) != 16 {
		t.Errorf("%v, %v: %d demands came or went", e.Kind, err, len(e.Effects().Shifts))
	}
	if diff := firstDifference(allText(live.Current().Plan), allText(other)); diff != "" {
		t.Error(diff)
	}
	if _, err := live.Undo(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if diff := firstDifference(allText(live.Current().Plan), allText(old)); diff != "" {
		t.Error(diff)
	}
}

// A step with a search is made again by its changes and the schedule that was kept, and goes on the same from there.
func TestASearchedScheduleIsKept(t *testing.T) {
	base := finitePlan(t, week())
	change := plan.AddDemand{Demand: order("RUSH", 8, 2, 1)}
	best, err := base.ApplyWith(t.Context(), plan.Repair{Optimise: &plan.Search{Iterations: 300, Time: time.Minute}}, change)
	if err != nil {
		t.Fatal(err)
	}
	again, err := base.RepeatTo(t.Context(), best.SavedSchedule(), change)
	if err != nil {
		t.Fatal(err)
	}
	rooted, err := best.Rooted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := firstDifference(allText(again), allText(rooted)); diff != "" {
		t.Error(diff)
	}
	same := func(a, b *plan.Plan) bool {
		return slices.Equal(slices.Collect(a.Finite().Operations()), slices.Collect(b.Finite().Operations()))
	}
	if !same(again, best) {
		t.Error("the schedule is another one")
	}
	if fresh, err := base.Apply(t.Context(), change); err != nil || same(fresh, best) {
		t.Errorf("the search found nothing, so that nothing is tested (%v)", err)
	}
}

// Whatever bytes are given as a schedule that was kept, Restore gives a plan or a typed error.
func FuzzRestore(f *testing.F) {
	p, err := planned(shop(order("S1", 4, 2, 10), order("S2", 4, 6, 10)), plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		f.Fatal(err)
	}
	saved := p.SavedSchedule()
	f.Add(saved)
	f.Add(saved[:len(saved)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		again, err := plan.Restore(t.Context(), p.Model(), plan.Options{Finite: &plan.FiniteOptions{}}, data)
		if err != nil {
			if _, ok := errors.AsType[*plan.SavedError](err); !ok {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		_ = allText(again)
	})
}
