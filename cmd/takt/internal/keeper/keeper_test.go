package keeper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/bolt"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// appliance is the model of the examples.
func appliance(ctx context.Context) (*plan.Model, error) {
	m, _, err := tables.Load(ctx, "../../../../examples/appliance", tables.Options{})
	return m, err
}

func options(s store.Store) keeper.Options {
	return keeper.Options{Store: s, Model: appliance, Plan: plan.Options{Finite: &plan.FiniteOptions{Direction: schedule.Backward}}}
}

func open(t *testing.T, folder string, change ...func(*keeper.Options)) (*keeper.Keeper, store.Store) {
	t.Helper()
	s, err := bolt.Open(folder, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := options(s)
	for _, c := range change {
		c(&o)
	}
	k, err := keeper.Open(t.Context(), o)
	if err != nil {
		_ = s.Close()
		t.Fatal(err)
	}
	return k, s
}

func closeBoth(t *testing.T, k *keeper.Keeper, s store.Store) {
	t.Helper()
	if err := errors.Join(k.Close(context.Background()), s.Close()); err != nil {
		t.Fatal(err)
	}
}

// allText is all that a plan says, tables in and tables out.
func allText(t *testing.T, p *plan.Plan) string {
	t.Helper()
	var b strings.Builder
	for _, table := range append(tables.Of(p.Model()), tables.Results(p)...) {
		fmt.Fprintf(&b, "-- %s --\n", table.Name)
		if err := table.CSV(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// same fails with the first line in which two texts differ.
func same(t *testing.T, got, want string) {
	t.Helper()
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d\n got %s\nwant %s", i+1, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		t.Fatalf("%d lines, want %d", len(a), len(b))
	}
}

func rush(id string, qty int64, due bom.Day) plan.Change {
	return plan.AddDemand{Demand: mrp.Demand{ID: id, Item: "FRIDGE-420", Quantity: bom.Units(qty), Due: bom.OnDay(due), Priority: 1}}
}

func start(t *testing.T, k *keeper.Keeper) bom.Day {
	t.Helper()
	return k.Current().Plan.Model().Settings().Start.Day
}

// day is a step of some kind.
func day(t *testing.T, k *keeper.Keeper, r *rand.Rand, today bom.Day, n int) {
	t.Helper()
	ctx, now := t.Context(), k.Current()
	id := fmt.Sprintf("R%d", n)
	var err error
	switch n % 7 {
	case 0, 1, 2:
		_, err = k.Apply(ctx, keeper.Request{}, rush(id, 1+int64(r.IntN(9)), today+10+bom.Day(r.IntN(40))), plan.PrioritizeDemand{Demand: "SO-1011", Priority: 1 + r.IntN(5)})
	case 3:
		var answer *plan.Rush
		answer, err = now.Plan.Rush(ctx, mrp.Demand{ID: id, Item: "FRIDGE-420", Quantity: bom.Units(6), Due: bom.OnDay(today + 15), Priority: 1}, plan.RushOptions{})
		if err == nil {
			best := &answer.Options[0]
			_, err = k.Commit(ctx, keeper.Request{}, plan.Proposal{Base: now.Version, Changes: best.Changes, Repair: best.Repair, Plan: best.Plan})
		}
	case 4:
		_, err = k.Undo(ctx, keeper.Request{}, now.Version)
		if _, none := errors.AsType[*plan.HistoryError](err); none {
			err = nil // right after a start
		}
	case 5:
		var better *plan.Plan
		better, _, err = now.Plan.Optimise(ctx, plan.Search{Iterations: 200, Cores: 1})
		if err == nil {
			_, err = k.Commit(ctx, keeper.Request{}, plan.Proposal{Base: now.Version, Plan: better})
		}
	case 6:
		rows := now.Plan.Model().Rows()
		rows.Items[0].Description += " (new)"
		var m *plan.Model
		if m, err = rows.Model(); err == nil {
			_, err = k.Load(ctx, keeper.Request{}, m)
		}
	}
	if err != nil {
		t.Fatalf("step %d: %v", n, err)
	}
}

// Sixteen callers at once: every change is there after a restart, once, and the log tells who made it.
func TestChangesOfManyAtOnceAreAllThere(t *testing.T) {
	folder := t.TempDir()
	k, s := open(t, folder, func(o *keeper.Options) { o.SnapshotSteps = 10 })
	today := start(t, k)
	var all sync.WaitGroup
	for w := range 16 {
		all.Go(func() {
			for i := range 5 {
				who := keeper.Request{Actor: fmt.Sprint("writer ", w), ID: fmt.Sprint(w, "/", i)}
				if _, err := k.Apply(t.Context(), who, rush(fmt.Sprintf("W%d-%d", w, i), 1, today+20+bom.Day(i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	want := allText(t, k.Current().Plan)
	closeBoth(t, k, s)
	k, s = open(t, folder)
	defer closeBoth(t, k, s)
	same(t, allText(t, k.Current().Plan), want)
	entries, err := k.Log(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, e := range entries {
		seen[e.Actor+" "+strings.Join(e.Changes, "; ")]++
	}
	if len(entries) != 80 || len(seen) != 80 {
		t.Errorf("%d entries, %d of them different; want 80", len(entries), len(seen))
	}
}

// The same request twice is done once, at the same time, one after the other, and after a restart; the same key for another request is an error.
func TestARequestWithAKeyIsDoneOnce(t *testing.T) {
	folder := t.TempDir()
	k, s := open(t, folder)
	ask := keeper.Request{Actor: "shop", Key: "order-1", Hash: []byte("content")}
	change := rush("ONCE", 2, start(t, k)+20)
	var all sync.WaitGroup
	var done atomic.Int64
	for range 8 {
		all.Go(func() {
			got, err := k.Apply(t.Context(), ask, change)
			if err != nil || got.Version != 2 {
				t.Errorf("version %d, %v", got.Version, err)
			}
			if !got.Repeated {
				done.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 {
		t.Errorf("done %d times", done.Load())
	}
	closeBoth(t, k, s)
	k, s = open(t, folder)
	defer closeBoth(t, k, s)
	if got, err := k.Apply(t.Context(), ask, change); err != nil || !got.Repeated || got.Version != 2 {
		t.Errorf("after a restart: %+v, %v", got, err)
	}
	other := ask
	other.Hash = []byte("other content")
	if _, err := k.Apply(t.Context(), other, change); !is[*keeper.KeyError](err) {
		t.Errorf("the key of another request: %v", err)
	}
	other = ask
	other.Actor = "another shop"
	if _, err := k.Apply(t.Context(), other, rush("TWICE", 2, start(t, k)+20)); err != nil {
		t.Errorf("another caller's key: %v", err)
	}
	if v := k.Current().Version; v != 3 {
		t.Errorf("version %d", v)
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A change that is about a version is refused when another one is current.
func TestAChangeAboutAnotherVersionIsRefused(t *testing.T) {
	k, s := open(t, t.TempDir())
	defer closeBoth(t, k, s)
	today := start(t, k)
	if _, err := k.Apply(t.Context(), keeper.Request{Base: 1}, rush("A", 1, today+20)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Apply(t.Context(), keeper.Request{Base: 1}, rush("B", 1, today+20)); !is[*plan.StaleError](err) {
		t.Errorf("%v", err)
	}
	if _, err := k.Load(t.Context(), keeper.Request{Base: 1}, k.Current().Plan.Model()); !is[*plan.StaleError](err) {
		t.Errorf("%v", err)
	}
}

// faulty is a store whose appends go wrong when they are told to.
type faulty struct {
	store.Store
	instead atomic.Pointer[func(store.Record) error] // of the next append
	blind   atomic.Bool                              // the log cannot be read, nor be led

	mu   sync.Mutex
	lost chan struct{} // of the leadership, to be lost
	led  int           // how often it was asked to lead
}

// lose ends the leadership of the keeper.
func (f *faulty) lose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.lost)
	f.lost = nil
}

func (f *faulty) Append(ctx context.Context, r store.Record) error {
	if instead := f.instead.Swap(nil); instead != nil {
		return (*instead)(r)
	}
	return f.Store.Append(ctx, r)
}

func (f *faulty) Lead(ctx context.Context, address string) (<-chan struct{}, error) {
	if f.blind.Load() {
		return nil, &store.UnreachableError{Err: errors.New("connection lost")}
	}
	if _, err := f.Store.Lead(ctx, address); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.led++
	if f.lost == nil {
		f.lost = make(chan struct{})
	}
	return f.lost, nil
}

func (f *faulty) Records(ctx context.Context, after uint64) iter.Seq2[store.Record, error] {
	if f.blind.Load() {
		return func(yield func(store.Record, error) bool) { yield(store.Record{}, errors.New("connection lost")) }
	}
	return f.Store.Records(ctx, after)
}

// faultyKeeper is a keeper on a store that goes wrong when it is told to.
func faultyKeeper(t *testing.T, folder string) (*keeper.Keeper, *faulty) {
	t.Helper()
	s, err := bolt.Open(folder, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &faulty{Store: s}
	k, err := keeper.Open(t.Context(), options(f))
	if err != nil {
		t.Fatal(err)
	}
	return k, f
}

// leads waits until the keeper takes changes again.
func leads(t *testing.T, k *keeper.Keeper) {
	t.Helper()
	limit, done := context.WithTimeout(t.Context(), time.Minute)
	defer done()
	for ok := false; !ok; ok, _ = k.Leads() {
		if limit.Err() != nil {
			t.Fatal("the keeper does not come back")
		}
	}
}

// A full disk refuses the change and nothing else.
func TestAFullDiskRefusesAChange(t *testing.T) {
	k, f := faultyKeeper(t, t.TempDir())
	defer closeBoth(t, k, f)
	full := errors.New("no space left on device")
	refuse := func(store.Record) error { return full }
	f.instead.Store(&refuse)
	if _, err := k.Apply(t.Context(), keeper.Request{}, rush("FULL", 1, start(t, k)+20)); !errors.Is(err, full) || errors.Is(err, keeper.ErrUncertain) || k.Current().Version != 1 {
		t.Fatalf("%v, version %d", err, k.Current().Version)
	}
	if got, err := k.Apply(t.Context(), keeper.Request{}, rush("ROOM", 1, start(t, k)+20)); err != nil || got.Version != 2 {
		t.Fatalf("%v, version %d", err, got.Version)
	}
}

// When nobody knows what came of a write, changes are refused until the log can be read by a leader; the plan is then what the log says: with the change, without
// it, or with another's in its place.
func TestAWriteOfWhichNobodyKnows(t *testing.T) {
	for what, write := range map[string]func(f *faulty, r store.Record) error{
		"it is there":     func(f *faulty, r store.Record) error { return f.Store.Append(context.Background(), r) },
		"it is not there": func(*faulty, store.Record) error { return nil },
		"another's is in place": func(f *faulty, r store.Record) error {
			r.Data, r.Answers = bytes.ReplaceAll(r.Data, []byte("MINE"), []byte("OTHER")), nil
			return f.Store.Append(context.Background(), r)
		},
	} {
		t.Run(what, func(t *testing.T) {
			folder := t.TempDir()
			k, f := faultyKeeper(t, folder)
			today := start(t, k)
			lost := func(r store.Record) error {
				f.blind.Store(true)
				if err := write(f, r); err != nil {
					t.Error(err)
				}
				return &store.UncertainError{Err: errors.New("connection reset")}
			}
			f.instead.Store(&lost)
			mine := keeper.Request{Key: "mine", Hash: []byte("mine")}
			if _, err := k.Apply(t.Context(), mine, rush("MINE", 1, today+20)); !errors.Is(err, keeper.ErrUncertain) {
				t.Fatalf("the answer is %v", err)
			}
			if _, err := k.Apply(t.Context(), keeper.Request{}, rush("NO", 1, today+20)); err == nil || errors.Is(err, keeper.ErrUncertain) || k.Ready(t.Context()) == nil {
				t.Fatalf("a change is taken, or said to be uncertain, though the store cannot be read: %v", err)
			}
			f.blind.Store(false)
			leads(t, k)
			book := k.Current().Plan.Model().Book
			_, own := book.Demand("MINE")
			_, other := book.Demand("OTHER")
			if own != (what == "it is there") || other != (what == "another's is in place") {
				t.Errorf("the plan has the change %v, another's %v", own, other)
			}
			again, err := k.Apply(t.Context(), mine, rush("MINE", 1, today+20))
			if err != nil || again.Repeated != own {
				t.Errorf("sent again: %+v, %v", again, err)
			}
			want := allText(t, k.Current().Plan)
			closeBoth(t, k, f)
			k, s := open(t, folder)
			defer closeBoth(t, k, s)
			same(t, allText(t, k.Current().Plan), want)
		})
	}
}

// A connection that is lost in the middle of a write ends leadership and leaves a doubt. Leading again settles both at once: the keeper does not look a second time, in the
// middle of the changes that it takes by then.
func TestADoubtIsSettledByLeadingAgain(t *testing.T) {
	const rounds = 6
	k, f := faultyKeeper(t, t.TempDir())
	today := start(t, k)
	for round := range rounds {
		lost := func(store.Record) error {
			f.lose()
			return &store.UncertainError{Err: errors.New("connection reset")}
		}
		f.instead.Store(&lost)
		if _, err := k.Apply(t.Context(), keeper.Request{}, rush("LOST", 1, today+20)); !errors.Is(err, keeper.ErrUncertain) {
			t.Fatal(err)
		}
		leads(t, k)
		for i := range 5 {
			if _, err := k.Apply(t.Context(), keeper.Request{}, rush(fmt.Sprint(round, "-", i), 1, today+20)); err != nil {
				t.Error(err)
			}
		}
	}
	closeBoth(t, k, f)
	if want := 1 + rounds; f.led != want {
		t.Errorf("asked to lead %d times, want %d", f.led, want)
	}
}

// A start with other options plans anew, as a step of its own; the store's tables hold, not those of the folder.
func TestAStartWithOtherOptionsPlansAnew(t *testing.T) {
	folder := t.TempDir()
	k, s := open(t, folder)
	if _, err := k.Apply(t.Context(), keeper.Request{}, rush("MINE", 1, start(t, k)+20)); err != nil {
		t.Fatal(err)
	}
	closeBoth(t, k, s)
	k, s = open(t, folder, func(o *keeper.Options) { o.Plan.Finite = nil; o.Model = nil })
	now := k.Current()
	if _, there := now.Plan.Model().Book.Demand("MINE"); !there || now.Version != 3 || now.Plan.Finite() != nil {
		t.Errorf("version %d, schedule %v", now.Version, now.Plan.Finite() != nil)
	}
	closeBoth(t, k, s)
	k, s = open(t, folder, func(o *keeper.Options) { o.Plan.Finite = nil; o.Model = nil })
	defer closeBoth(t, k, s)
	if k.Current().Version != 3 {
		t.Errorf("version %d after the same options again", k.Current().Version)
	}
}

// An empty store without a model is an error that says what to do.
func TestAnEmptyStoreNeedsAModel(t *testing.T) {
	s, err := bolt.Open(t.TempDir(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := options(s)
	o.Model = nil
	if _, err := keeper.Open(t.Context(), o); !errors.Is(err, keeper.ErrNoModel) {
		t.Error(err)
	}
}

// Bytes that are no state give an error, not a panic.
func TestADamagedSnapshotIsAnError(t *testing.T) {
	folder := t.TempDir()
	s, err := bolt.Open(folder, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Lead(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSnapshot(t.Context(), store.Snapshot{Version: 1, Data: bytes.Repeat([]byte("zip"), 99)}); err != nil {
		t.Fatal(err)
	}
	if _, err := keeper.Open(t.Context(), options(s)); !is[*store.DamagedError](err) {
		t.Error(err)
	}
}

// The clock of the machine jumps back a year, ahead ten, and stands still: the log says so, and the plan does not depend on it.
func TestTheClockJumps(t *testing.T) {
	plans := map[bool]string{}
	for _, jumps := range []bool{false, true} {
		folder, now := t.TempDir(), time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)
		moves := []time.Duration{0, -365 * 24 * time.Hour, 3650 * 24 * time.Hour, -time.Nanosecond}
		ticks := 0
		clock := func(o *keeper.Options) {
			o.SnapshotSteps = 3
			o.Clock = func() time.Time {
				if ticks++; jumps {
					now = now.Add(moves[ticks%len(moves)])
				}
				return now
			}
		}
		k, s := open(t, folder, clock)
		today := start(t, k)
		for i := range 8 {
			if _, err := k.Apply(t.Context(), keeper.Request{}, rush(fmt.Sprint("J", i), 1, today+20)); err != nil {
				t.Fatal(err)
			}
		}
		closeBoth(t, k, s)
		k, s = open(t, folder, clock)
		plans[jumps] = allText(t, k.Current().Plan)
		if entries, err := k.Log(t.Context(), 0, 100); err != nil || len(entries) != 8 || entries[0].Version != 9 {
			t.Errorf("%d entries, %v", len(entries), err)
		}
		closeBoth(t, k, s)
	}
	same(t, plans[true], plans[false])
}
