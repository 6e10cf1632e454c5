package plan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
)

func materialOf(t *testing.T, rows *plan.Rows) *plan.Plan {
	t.Helper()
	p, err := planned(rows, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// hold keeps the writer of a Live from working until release is called: it is asked for a decision that does not come.
func hold(l *plan.Live) (release func()) {
	decided := make(chan struct{})
	go func() {
		_, _ = l.Commit(context.Background(), plan.Proposal{Changes: []plan.Change{plan.CountStock{Item: "A"}},
			Rebase: func(plan.Proposal) bool { <-decided; return false }})
	}()
	synctest.Wait()
	return func() { close(decided) }
}

// demandIDs are the demands of the whole plan.
func demandIDs(l *plan.Live) []string {
	var ids []string
	for d := range l.Current().Plan.Model().Demands() {
		ids = append(ids, d.ID)
	}
	return ids
}

// outcome is what came of a call.
type outcome struct {
	version uint64
	err     error
}

// applyEach queues batches one after the other and gives what came of them once all are done.
func applyEach(l *plan.Live, release func(), batches ...[]plan.Change) []outcome {
	out := make([]outcome, len(batches))
	var all sync.WaitGroup
	for i, changes := range batches {
		all.Go(func() { out[i].version, out[i].err = l.Apply(context.Background(), changes...) })
		synctest.Wait()
	}
	release()
	all.Wait()
	return out
}

func adds(ids ...string) [][]plan.Change {
	var out [][]plan.Change
	for i, id := range ids {
		out = append(out, []plan.Change{plan.AddDemand{Demand: order(id, 1+i, 9, 10)}})
	}
	return out
}

func TestLiveBatchesThatWaitArePlannedAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := plan.NewLive(materialOf(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{})
		s := l.Subscribe(0)
		for _, o := range applyEach(l, hold(l), adds("B1", "B2", "B3", "B4")...) {
			if o.err != nil || o.version != 2 {
				t.Errorf("version %d, %v; all four are version 2", o.version, o.err)
			}
		}
		e, err := s.Next(t.Context())
		if err != nil || e.Kind != plan.Applied || e.Version != 2 || len(e.Changes) != 4 || len(e.Effects().Shifts) != 4 {
			t.Errorf("event %+v, %v; want one with four changes and four new demands", e, err)
		}
		if d := e.Diff(); len(d.Demands) != 4 {
			t.Errorf("%d demands differ, want 4", len(d.Demands))
		}
		if n := demandIDs(l); len(n) != 5 {
			t.Errorf("demands %v, want 5", n)
		}
	})
}

// What comes while Turn waits is planned with what waited. Turn is called for changes alone: what was decided or made elsewhere, and a Live that ends, wait for nobody.
func TestLivePlansWhatComesDuringTurnTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := 0
		turn := make(chan struct{})
		l := plan.NewLive(materialOf(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{Turn: func(context.Context) {
			turns++
			<-turn
		}})
		for _, o := range applyEach(l, func() { close(turn) }, adds("B1", "B2", "B3")...) {
			if o.err != nil || o.version != 2 {
				t.Errorf("version %d, %v; all three are version 2", o.version, o.err)
			}
		}
		if _, err := l.Undo(t.Context(), 2); err != nil {
			t.Error(err)
		}
		if err := l.Close(t.Context()); err != nil || turns != 1 {
			t.Errorf("Turn was called %d times, want once; %v", turns, err)
		}
	})
}

// One of five that wait is wrong: it alone is told, and what is wrong is its own first change, wherever it stood in the queue.
func TestLiveABadBatchDoesNotSpoilOthers(t *testing.T) {
	for bad := range 5 {
		synctest.Test(t, func(t *testing.T) {
			l := plan.NewLive(materialOf(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{})
			batches := adds("B1", "B2", "B3", "B4", "B5")
			batches[bad] = []plan.Change{plan.CancelDemand{Demand: "nobody"}}
			for i, o := range applyEach(l, hold(l), batches...) {
				var failed *plan.ChangeError
				switch {
				case i == bad && (!errors.As(o.err, &failed) || failed.Index != 0 || failed.Change != batches[bad][0]):
					t.Errorf("the bad batch: %v", o.err)
				case i != bad && (o.err != nil || o.version < 2):
					t.Errorf("batch %d beside the bad one %d: %v", i, bad, o.err)
				}
			}
			if n := len(demandIDs(l)); n != 5 {
				t.Errorf("%d demands, want 5", n)
			}
		})
	}
}

// What one batch adds another may cancel, though one batch must not do both: callers that are planned together
// do not contradict each other, and the schedule follows all that they did.
func TestLiveBatchesOfDifferentCallersDoNotContradict(t *testing.T) {
	for _, lag := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := plan.NewLive(finitePlan(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{Lag: lag})
			before := allText(l.Current().Plan)
			add, cancel := adds("B1")[0], []plan.Change{plan.CancelDemand{Demand: "B1"}}
			got := applyEach(l, hold(l), add, cancel, add, cancel)
			synctest.Wait()
			for _, o := range got {
				if o.err != nil || o.version != 2 {
					t.Errorf("version %d, %v; all are version 2", o.version, o.err)
				}
			}
			if diff := firstDifference(allText(l.Current().Plan), before); diff != "" {
				t.Errorf("lag %v: %s", lag, diff)
			}
			if _, err := l.Undo(t.Context(), 2); err != nil {
				t.Error(err)
			}
		})
	}
}

// A demand for an item that does not exist fails when the tables are checked, not when the row is
// set: the next one of the same id is good and must not fail as a duplicate of it.
func TestLiveABatchIsNotJudgedByARefusedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := plan.NewLive(materialOf(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{})
		wrong := order("X", 1, 9, 10)
		wrong.Item = "NOTHING"
		got := applyEach(l, hold(l), []plan.Change{plan.AddDemand{Demand: wrong}}, []plan.Change{plan.AddDemand{Demand: order("X", 1, 9, 10)}})
		if got[0].err == nil || got[1].err != nil {
			t.Errorf("%v, %v; want an error and none", got[0].err, got[1].err)
		}
	})
}

func TestLiveAFullQueueIsBusyOrWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, refuse := range []bool{true, false} {
			l := plan.NewLive(materialOf(t, shop()), plan.LiveOptions{Queue: 1, Refuse: refuse})
			release := hold(l)
			first := make(chan error)
			go func() { _, err := l.Apply(t.Context(), adds("B1")[0]...); first <- err }()
			synctest.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			second := make(chan error)
			go func() { _, err := l.Apply(ctx, adds("B2")[0]...); second <- err }()
			synctest.Wait()
			if refuse {
				var busy *plan.BusyError
				if err := <-second; !errors.As(err, &busy) || busy.Waiting != 1 {
					t.Errorf("%v, want a *BusyError", err)
				}
			}
			cancel()
			if !refuse {
				if err := <-second; !errors.Is(err, context.Canceled) {
					t.Errorf("%v, want the context's error", err)
				}
			}
			release()
			if err := <-first; err != nil {
				t.Error(err)
			}
			if n := len(demandIDs(l)); n != 1 {
				t.Errorf("%d demands, want B1 alone", n)
			}
		}
	})
}

// A caller that gives up while its batch waits knows that it was not made, and its place is free.
func TestLiveABatchIsWithdrawnWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := plan.NewLive(materialOf(t, shop()), plan.LiveOptions{Queue: 1, Refuse: true})
		release := hold(l)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { _, err := l.Apply(ctx, adds("B1")[0]...); gone <- err }()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want the context's error", err)
		}
		if got := applyEach(l, release, adds("B2")...); got[0].err != nil {
			t.Error(got[0].err)
		}
		if d := demandIDs(l); len(d) != 1 || d[0] != "B2" {
			t.Errorf("demands %v, want B2 alone", d)
		}
	})
}

// Three versions in a row and back: the very plans that were there, under new numbers; then the history is used up.
func TestLiveUndoGivesTheEarlierPlanBack(t *testing.T) {
	ctx := t.Context()
	for _, lag := range []bool{false, true} {
		l := plan.NewLive(finitePlan(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{History: 2, Lag: lag})
		states := []string{bytesOf(t, l.Current().Plan)}
		for _, changes := range adds("B1", "B2", "B3") {
			v, err := l.Apply(ctx, changes...)
			if err != nil {
				t.Fatal(err)
			}
			s, err := l.Scheduled(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, bytesOf(t, s.Plan))
		}
		sub := l.Subscribe(0)
		for i := 2; i >= 1; i-- {
			v, err := l.Undo(ctx, l.Current().MaterialVersion)
			if err != nil || v != uint64(7-i) {
				t.Fatalf("version %d, %v", v, err)
			}
			s := l.Current()
			if diff := firstDifference(bytesOf(t, s.Plan), states[i]); s.Version != v || diff != "" {
				t.Errorf("lag %v, version %d, back to state %d: %s", lag, s.Version, i, diff)
			}
			e, err := sub.Next(ctx)
			gone := fmt.Sprintf("B%d", i+1)
			if err != nil || e.Kind != plan.Undone || len(e.Changes) != 1 || !strings.Contains(e.Changes[0].String(), gone) {
				t.Errorf("event %+v, %v; want %s taken back", e, err, gone)
			}
			if x := e.Effects().Shifts; len(x) == 0 || x[len(x)-1].After != (bom.When{}) && x[0].After != (bom.When{}) {
				t.Errorf("effects %+v; %s is gone", x, gone)
			}
		}
		var history *plan.HistoryError
		if _, err := l.Undo(ctx, 6); !errors.As(err, &history) || history.Kept != 2 {
			t.Errorf("%v, want a *HistoryError", err)
		}
		var stale *plan.StaleError
		if _, err := l.Undo(ctx, 4); !errors.As(err, &stale) || stale.Base != 4 || stale.Current != 6 {
			t.Errorf("%v, want a *StaleError from 4 to 6", err)
		}
	}
}

// Nobody waits for a slow subscriber, and it learns how much it missed.
func TestLiveASlowSubscriberIsToldWhatItMissed(t *testing.T) {
	ctx := t.Context()
	l := plan.NewLive(materialOf(t, shop()), plan.LiveOptions{})
	slow := l.Subscribe(2)
	for _, changes := range adds("B1", "B2", "B3", "B4", "B5") {
		if _, err := l.Apply(ctx, changes...); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(ctx); err != nil {
		t.Fatal(err)
	}
	got := ""
	for e := range slow.Events(ctx) {
		got += fmt.Sprintf("version %d, %d missed before; ", e.Version, e.Missed)
	}
	if want := "version 5, 3 missed before; version 6, 0 missed before; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := slow.Next(ctx); !errors.Is(err, plan.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}

func TestLiveCloseFinishesWhatWaitsAndRefusesWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := plan.NewLive(finitePlan(t, shop()), plan.LiveOptions{Lag: true})
		release := hold(l)
		closed := make(chan error)
		got := applyEach(l, func() {
			go func() { closed <- l.Close(t.Context()) }()
			synctest.Wait()
			if _, err := l.Apply(t.Context(), adds("B9")[0]...); !errors.Is(err, plan.ErrClosed) {
				t.Errorf("%v, want ErrClosed", err)
			}
			release()
		}, adds("B1", "B2")...)
		if err := <-closed; err != nil || got[0].err != nil || got[1].err != nil {
			t.Errorf("%v, %v", got, err)
		}
		if s := l.Current(); s.Version != s.MaterialVersion || len(demandIDs(l)) != 2 {
			t.Errorf("version %d of %d with %d demands, want all done", s.Version, s.MaterialVersion, len(demandIDs(l)))
		}
	})
}

// A Close that may not wait refuses what is queued; those callers know that nothing was made of it.
func TestLiveCloseRefusesWhatItCannotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := plan.NewLive(materialOf(t, shop()), plan.LiveOptions{})
		release := hold(l)
		got := applyEach(l, func() {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			done := make(chan error)
			go func() { done <- l.Close(ctx) }()
			synctest.Wait()
			release()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("%v, want the context's error", err)
			}
		}, adds("B1")...)
		if !errors.Is(got[0].err, plan.ErrClosed) || len(demandIDs(l)) != 0 {
			t.Errorf("%v; want ErrClosed and no demand", got[0].err)
		}
	})
}

// With Lag the material plan is ahead and the schedule catches up: in the end the material is that of a fresh plan, to the byte, the
// schedule breaks no rule, and every change was told once.
func TestLiveScheduleFollowsTheMaterialPlan(t *testing.T) {
	ctx := t.Context()
	p := finitePlan(t, shop(order("S1", 4, 2, 10)))
	l := plan.NewLive(p, plan.LiveOptions{Lag: true, MostBehind: 3})
	sub := l.Subscribe(100)
	for i := range 20 {
		if _, err := l.Apply(ctx, plan.AddDemand{Demand: order(fmt.Sprintf("B%02d", i), 1+i%3, 3+i%20, 10)}); err != nil {
			t.Fatal(err)
		}
		if s := l.Current(); s.Version > s.MaterialVersion || s.Material.Finite() != nil || s.Plan.Finite() == nil {
			t.Fatalf("snapshot %+v", s)
		}
	}
	s, err := l.Scheduled(ctx, 21)
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Plan.Finite().Verify(); len(v) > 0 {
		t.Errorf("violations: %v", v)
	}
	fresh := planOf(t, s.Plan.Model().Rows())
	if diff := firstDifference(bytesOf(t, s.Material), bytesOf(t, fresh)); diff != "" {
		t.Errorf("material: %s", diff)
	}
	if err := l.Close(ctx); err != nil {
		t.Fatal(err)
	}
	changes, scheduled := 0, uint64(0)
	for e := range sub.Events(ctx) {
		changes += len(e.Changes)
		if e.Kind == plan.Scheduled {
			scheduled = e.Version
		}
	}
	if changes != 20 || scheduled != 21 {
		t.Errorf("%d changes told, scheduled to %d; want 20 and 21", changes, scheduled)
	}
}

// overtime is a Saturday on the press, which costs 50 an hour then.
func overtime() plan.AddDowntime {
	return plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "press", Kind: capacity.Overtime, Cost: 100 * bom.One,
		From: instant(7, 6), To: instant(7, 14)}}
}
