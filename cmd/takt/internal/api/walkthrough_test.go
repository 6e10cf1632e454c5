package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// The walk-through of the README: Mediahaus wants 60 refrigerators by 10 April. The options are asked for, the first one is taken, and
// whoever follows the plan is told what that did.
func TestTheWalkThroughOfTheReadme(t *testing.T) {
	s := serveWith(t, &plan.FiniteOptions{Direction: schedule.Backward}, func() (*plan.Model, error) {
		m, _, err := tables.Load(t.Context(), "../../../../examples/appliance", tables.Options{})
		return m, err
	})
	next := s.follow("/v1/events")

	r := s.rush(`{"demand":"R-1","item":"FRIDGE-420","qty":60,"due":"2026-04-10","customer":"Mediahaus","measure":true}`)
	if r.Version != 1 || len(r.Options) != 2 {
		t.Fatalf("%+v", r)
	}
	first, second := r.Options[0], r.Options[1]
	if !first.OnTime || first.Promise != "2026-04-10" || len(first.Slips) != 0 || first.Cost.Total != "8200.83" || !strings.Contains(first.Levers[0].Text, "COMPRESSOR-VSD") {
		t.Errorf("%+v", first)
	}
	if !second.OnTime || len(second.Slips) != 2 {
		t.Errorf("%+v", second)
	}

	step := read[Event](s.post(commitPath(r, 1), "", "Idempotency-Key", "mediahaus-1").want(200))
	if step.Version != 2 || !slices.Equal(step.Changes, []string{"add demand R-1", "add receipt R-1-R1"}) {
		t.Errorf("%+v", step)
	}

	e := next()
	if e.id != "2" || e.name != "committed" || len(e.data.Shifts) != 2 || e.data.Shifts[0].Demand != "R-1" || e.data.Shifts[0].After != "2026-04-10" || e.data.Stability.Moved != 505 {
		t.Errorf("%+v", e)
	}
	if e := s.follow("/v1/events?after=1")(); e.data.Version != 2 {
		t.Errorf("%+v", e)
	}

	back := read[Event](s.post("/v1/undo", `{"version":2}`).want(200))
	if _, there := s.demand("R-1"); there || back.Version != 3 {
		t.Errorf("%+v", back)
	}
}
