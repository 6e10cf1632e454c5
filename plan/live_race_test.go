package plan_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// week is a press with orders for three weeks.
func week() *plan.Rows {
	var demands []mrp.Demand
	for i := range 15 {
		demands = append(demands, order(fmt.Sprintf("S%02d", i), 1+i%4, 2+i, 10))
	}
	return shop(demands...)
}

// A thousand what-ifs on one plan from several goroutines, forks of forks among them: each sees its own change and no other, and the
// plan that all were made from is as it was. The race detector watches.
func TestAThousandForksAtWork(t *testing.T) {
	const forks, workers = 1000, 8
	ctx := t.Context()
	base := finitePlan(t, week())
	before := bytesOf(t, base)
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for n := next.Add(1); n <= forks; n = next.Add(1) {
				id := fmt.Sprintf("F%d", n)
				fork, err := base.Apply(ctx, plan.AddDemand{Demand: order(id, 1+int(n%5), 2+int(n%20), 10)})
				if err == nil && n%4 == 0 {
					fork, err = fork.Apply(ctx, plan.CancelDemand{Demand: "S00"})
				}
				if err != nil {
					t.Error(err)
					return
				}
				_, gone := fork.Model().Book.Demand("S00")
				_, mine := fork.Model().Book.Demand(id)
				_, other := fork.Model().Book.Demand(fmt.Sprintf("F%d", n-1))
				if !mine || other || gone == (n%4 == 0) || len(fork.Finite().Verify()) > 0 {
					t.Errorf("fork %d: own demand %v, another's %v, S00 %v", n, mine, other, gone)
				}
			}
		})
	}
	all.Wait()
	if diff := firstDifference(bytesOf(t, base), before); diff != "" {
		t.Error(diff)
	}
}

// A Live under load: writers that add, change and undo, planners that commit, readers that read, subscribers that follow or sleep. Nothing
// is lost: what was said to be made is in the plan, versions only grow, and whoever follows is told of every version.
func TestLiveUnderLoad(t *testing.T) {
	for _, lag := range []bool{false, true} {
		t.Run(fmt.Sprintf("lag %v", lag), func(t *testing.T) { liveUnderLoad(t, lag) })
	}
}

func liveUnderLoad(t *testing.T, lag bool) {
	const writers, each = 4, 40
	ctx := t.Context()
	l := plan.NewLive(finitePlan(t, week()), plan.LiveOptions{Lag: lag, Queue: 3})
	follows, sleeps := l.Subscribe(1<<16), l.Subscribe(2)
	var readers, work sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			var last plan.Snapshot
			for {
				s := l.Current()
				if s.Version < last.Version || s.MaterialVersion < last.MaterialVersion || s.Version > s.MaterialVersion {
					t.Errorf("versions went from %+v to %+v", last, s)
				}
				if len(s.Plan.Finite().Promises()) < 15 {
					t.Errorf("version %d has lost demands", s.Version)
				}
				select {
				case <-stop:
					return
				default:
					last = s
				}
			}
		})
	}
	for w := range writers {
		work.Go(func() {
			for i := range each {
				changes := []plan.Change{plan.AddDemand{Demand: order(fmt.Sprintf("W%d-%d", w, i), 1, 2+i%20, 10)}}
				var err error
				if w == 0 {
					_, err = l.Commit(ctx, plan.Proposal{Base: l.Current().Version, Changes: changes, Rebase: func(plan.Proposal) bool { return true }})
				} else {
					_, err = l.Apply(ctx, changes...)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	close(stop)
	readers.Wait()
	if err := l.Close(ctx); err != nil {
		t.Fatal(err)
	}
	s := l.Current()
	if n := len(demandIDs(l)); n != 15+writers*each || s.Version != s.MaterialVersion {
		t.Errorf("%d demands at version %d of %d, want %d", n, s.Version, s.MaterialVersion, 15+writers*each)
	}
	told, version := 0, uint64(1)
	for e := range follows.Events(ctx) {
		if e.Kind == plan.Scheduled {
			continue
		}
		if e.Version != version+1 || e.Missed > 0 {
			t.Errorf("version %d after %d, %d missed", e.Version, version, e.Missed)
		}
		told, version = told+len(e.Changes), e.Version
	}
	if told != writers*each || version != s.Version {
		t.Errorf("told of %d changes to version %d, want %d and %d", told, version, writers*each, s.Version)
	}
	if e, err := sleeps.Next(ctx); err != nil || e.Missed == 0 {
		t.Errorf("%d missed, %v; whoever sleeps misses something", e.Missed, err)
	}
	if _, err := sleeps.Next(ctx); err != nil {
		t.Error(err)
	}
	if _, err := sleeps.Next(ctx); !errors.Is(err, plan.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}

// fromEnvironment is a number that the environment gives for long runs, or the usual one.
func fromEnvironment(name string, usual int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil || n <= 0 {
		return usual
	}
	return n
}

// Orders come and go through a Live: goroutines and memory are at the end what they were after the first tenth. With
// TAKT_CHANGES=100000 in the environment the run is long.
func TestLiveStaysFlat(t *testing.T) {
	ctx := t.Context()
	l := plan.NewLive(materialOf(t, workshop(wanted("D1", "BIKE", 4, 20), wanted("D2", "LAMP", 6, 16))), plan.LiveOptions{})
	l.Subscribe(4) // nobody reads it: it must not grow
	changes := fromEnvironment("TAKT_CHANGES", 5000)
	goroutines := runtime.NumGoroutine()
	var early uint64
	for i := range changes {
		d := wanted("N"+strconv.Itoa(i%8), "BIKE", 1+i%7, 10+i%15)
		var c plan.Change = plan.AddDemand{Demand: d}
		if i%16 >= 8 {
			c = plan.CancelDemand{Demand: d.ID}
		}
		if _, err := l.Apply(ctx, c); err != nil {
			t.Fatal(err)
		}
		if i == changes/10 {
			early = heap()
		}
	}
	late := heap()
	const slack = 1 << 20
	if late > early+slack {
		t.Errorf("%d changes: %d bytes in use after the first tenth, %d at the end", changes, early, late)
	}
	if err := l.Close(context.WithoutCancel(ctx)); err != nil {
		t.Fatal(err)
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, %d at the beginning", n, goroutines)
	}
	if v := l.Current().Version; v != uint64(changes)+1 {
		t.Errorf("version %d after %d changes", v, changes)
	}
	if q := l.Current().Plan.Model().Rows().Demands[0].Quantity; q != bom.Units(4) {
		t.Errorf("D1 is %v", q)
	}
}

// heap is the memory in use once the garbage is collected.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
