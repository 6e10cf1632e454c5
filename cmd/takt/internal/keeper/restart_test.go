package keeper_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// shared is a store of which others may follow the log: it gets no snapshot at the end.
type shared struct{ store.Store }

// crashing says whether a keeper ends as one does that is killed: without a snapshot.
func crashing(o *keeper.Options) { o.Store = shared{o.Store} }

// A day in a factory, in steps of every kind: orders, decisions, searches, tables that are loaded, things taken back. After a
// restart the plan is the same to the byte, at every point, with snapshots and without, whether the service was asked to end or was killed.
func TestAfterARestartThePlanIsTheSameToTheByte(t *testing.T) {
	for _, steps := range []int{3, 40, 1000} {
		for _, orderly := range []bool{true, false} {
			t.Run(fmt.Sprintf("snapshot after %d, orderly %v", steps, orderly), func(t *testing.T) {
				folder, r := t.TempDir(), rand.New(rand.NewPCG(uint64(steps), 1))
				change := []func(*keeper.Options){func(o *keeper.Options) { o.SnapshotSteps = steps }}
				if !orderly {
					change = append(change, crashing)
				}
				k, s := open(t, folder, change...)
				today := start(t, k)
				for round := range 5 {
					for i := range 4 {
						day(t, k, r, today, 4*round+i)
					}
					want, version := allText(t, k.Current().Plan), k.Current().Version
					closeBoth(t, k, s)
					k, s = open(t, folder, change...)
					if got := k.Current().Version; got != version {
						t.Fatalf("round %d: version %d after the restart, %d before", round, got, version)
					}
					same(t, allText(t, k.Current().Plan), want)
				}
				closeBoth(t, k, s)
			})
		}
	}
}

// firstOnly is a store of which all snapshots are damaged but the first.
type firstOnly struct {
	store.Store
	first store.Snapshot
}

func (f *firstOnly) Snapshot(context.Context) (store.Snapshot, bool, error) {
	return f.first, true, nil
}

// The snapshot of an orderly end is not needed: the log alone, from the first snapshot on, leads to the same plan, over every restart.
func TestTheLogAloneLeadsOverOrderlyEnds(t *testing.T) {
	folder, r := t.TempDir(), rand.New(rand.NewPCG(6, 1))
	rare := func(o *keeper.Options) { // a repair that depends much on what was before
		o.SnapshotSteps, o.Repair = 1000, plan.Repair{Strategy: plan.RightShift}
		o.Plan.Finite.Direction = schedule.Forward
	}
	k, s := open(t, folder, rare)
	first, ok, err := s.Snapshot(t.Context())
	if !ok || err != nil || first.Version != 1 {
		t.Fatalf("snapshot %d (%v, %v)", first.Version, ok, err)
	}
	today := start(t, k)
	for round := range 6 {
		for i := range 5 {
			change := rush(fmt.Sprintf("R%d-%d", round, i), 1+int64(r.IntN(60)), today+5+bom.Day(r.IntN(40)))
			if _, err := k.Apply(t.Context(), keeper.Request{}, change, plan.PrioritizeDemand{Demand: "SO-1011", Priority: 1 + r.IntN(5)}); err != nil {
				t.Fatal(err)
			}
			if i == 2 {
				if _, err := k.Apply(t.Context(), keeper.Request{}, plan.CancelDemand{Demand: fmt.Sprintf("R%d-%d", round, r.IntN(3))}); err != nil {
					t.Fatal(err)
				}
			}
		}
		version := k.Current().Version
		closeBoth(t, k, s)
		k, s = open(t, folder, rare)
		if newest, _, err := s.Snapshot(t.Context()); err != nil || newest.Version != version {
			t.Fatalf("the snapshot of the end is of version %d, want %d (%v)", newest.Version, version, err)
		}
	}
	for r, err := range s.Records(t.Context(), 0) { // the first record after each end says that it begins at a rooted plan
		if err != nil {
			t.Fatal(err)
		}
		const steps = 6 // of a round
		if got, want := bytes.Contains(r.Data, []byte(`"fresh":true`)), r.Version > 2 && r.Version%steps == 2; got != want {
			t.Errorf("record %d begins at a rooted plan: %v, want %v", r.Version, got, want)
		}
	}
	want := allText(t, k.Current().Plan)
	closeBoth(t, k, s)
	k, s = open(t, folder, rare, func(o *keeper.Options) { o.Store = &firstOnly{o.Store, first} })
	same(t, allText(t, k.Current().Plan), want)
	closeBoth(t, k, s)
}

// A log that another takt has written may lead to another schedule: the log of the service says so, once. After an orderly end there is nothing to say.
func TestALogOfAnotherTaktIsTold(t *testing.T) {
	const told = "written by another version of takt"
	for _, orderly := range []bool{true, false} {
		var log bytes.Buffer
		as := func(version string) func(*keeper.Options) {
			return func(o *keeper.Options) {
				o.Version, o.Log = version, slog.New(slog.NewJSONHandler(&log, nil))
				if !orderly {
					crashing(o)
				}
			}
		}
		folder := t.TempDir()
		k, s := open(t, folder, as("v1.0.0"))
		for i := range 3 {
			if _, err := k.Apply(t.Context(), keeper.Request{}, rush(fmt.Sprint("V", i), 1, start(t, k)+20)); err != nil {
				t.Fatal(err)
			}
		}
		closeBoth(t, k, s)
		k, s = open(t, folder, as("v1.0.0"))
		closeBoth(t, k, s)
		if strings.Contains(log.String(), told) {
			t.Errorf("told of its own log: %s", &log)
		}
		k, s = open(t, folder, as("v1.1.0"))
		closeBoth(t, k, s)
		want := 1
		if orderly {
			want = 0
		}
		if got := strings.Count(log.String(), told); got != want || want > 0 && !strings.Contains(log.String(), `"its":"v1.0.0","mine":"v1.1.0"`) {
			t.Errorf("orderly %v: told %d times, want %d: %s", orderly, got, want, &log)
		}
	}
}
