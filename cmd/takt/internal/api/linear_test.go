package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/plan"
)

// Many write at the same time: every answer tells the step that holds its change, and whoever follows is told of every version once, in order.
func TestWritersSeeOneHistory(t *testing.T) {
	const writers, each = 6, 10
	s := serve(t, fourOrders().Model)
	next := s.follow("/v1/events")
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				id := fmt.Sprintf("W%d-%d", w, i)
				r := s.post("/v1/changes", `{"changes":[`+add(id, 1, 20)+`]}`)
				if r.status != http.StatusOK {
					t.Errorf("%s", r.text)
					continue
				}
				if step := read[Event](r); !slices.Contains(step.Changes, "add demand "+id) {
					t.Errorf("the step of %s is %+v", id, step.Changes)
				}
			}
		})
	}
	all.Wait()
	told := map[string]int{}
	for version := uint64(2); version <= s.version(); version++ {
		e := next()
		if e.data.Version != version {
			t.Fatalf("version %d after %d", e.data.Version, version-1)
		}
		for _, c := range e.data.Changes {
			told[c]++
		}
	}
	for c, n := range told {
		if n != 1 {
			t.Errorf("%q was told %d times", c, n)
		}
	}
	if len(told) != writers*each {
		t.Errorf("told of %d changes, want %d", len(told), writers*each)
	}
}

// A change that could not be written down is the store's fault and not the request's: it can be sent again.
func TestWhatCouldNotBeWrittenDownCanBeSentAgain(t *testing.T) {
	s := serve(t, fourOrders().Model)
	err := s.server.failWrite(t.Context(), &Write{}, &plan.RecordError{Version: 2, Err: errors.New("no space left on device")})
	p, ok := errors.AsType[*Problem](err)
	if !ok || p.Status != http.StatusServiceUnavailable || p.GetHeaders().Get("Retry-After") == "" {
		t.Errorf("%+v", err)
	}
}

// Answers that are kept hold no plans of versions that are over: they could not become current as they are.
func TestKeptAnswersLetPlansGo(t *testing.T) {
	s := serve(t, painted().Model)
	r := read[RushAnswer](s.post("/v1/rush", `{"demand":"R","item":"RED","qty":4,"due":"2026-03-09"}`).want(200))
	x := s.job(`{"kind":"optimise","iterations":3000}`)
	s.ended(x.ID)
	kept, err := s.server.writes.rushes.get(r.ID)
	if err != nil {
		t.Fatal(err)
	}
	job, err := s.server.writes.jobs.kept.get(x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.options[0].on(1).Plan == nil || job.better == nil {
		t.Fatal("the plans are gone before the version is")
	}
	s.server.forget(1)
	if kept.options[0].on(1).Plan == nil {
		t.Fatal("the plan of the current version is gone")
	}
	s.change(`{"change":"resize_demand","demand":"D00","qty":2}`)
	s.server.forget(s.version())
	if kept.options[0].on(1).Plan != nil || job.better != nil || job.base.Plan != nil {
		t.Error("plans of another version are kept")
	}
	if p := s.post(commitPath(r, 1), "").refused(409, "stale"); p.Outcome == nil {
		t.Errorf("%+v", p)
	}
	s.post("/v1/jobs/"+x.ID+"/commit", "").refused(409, "stale")
}

// On a full shelf the oldest gives way, but not what still runs; nor does that expire.
func TestAShelfKeepsWhatRuns(t *testing.T) {
	runs, now := "a", time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)
	shelf := &shelf[string]{clock: func() time.Time { return now }, most: 2, life: time.Hour, what: "job", held: func(x string) bool { return x == runs }}
	for _, name := range []string{"a", "b", "c"} {
		if _, err := shelf.put(true, func(string, time.Time) string { return name }); err != nil {
			t.Fatal(err)
		}
	}
	if all := shelf.all(); !slices.Equal(all, []string{"a", "c"}) {
		t.Errorf("%v", all)
	}
	now = now.Add(time.Hour)
	if all := shelf.all(); !slices.Equal(all, []string{"a"}) {
		t.Errorf("after their time: %v", all)
	}
	runs = ""
	if all := shelf.all(); len(all) != 0 {
		t.Errorf("when nothing runs any more: %v", all)
	}
}
