package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// painted is a press that has to be cleaned between two colours, with orders of both in turn: a search finds fewer changes.
func painted() *plan.Rows {
	rows := press()
	rows.Items = []bom.Item{{ID: "RED", Decimals: bom.Some(0)}, {ID: "BLUE", Decimals: bom.Some(0)}}
	rows.Operations = nil
	rows.WorkCentres[0].SetupMatrix = "paint"
	for _, item := range []string{"RED", "BLUE"} {
		rows.Operations = append(rows.Operations, capacity.Operation{Item: item, Op: 10, WorkCentre: "press", RunMin: bom.MustNumber("30"), SetupFamily: item})
	}
	rows.Setups = []capacity.Setup{{Matrix: "paint", From: "RED", To: "BLUE", Minutes: bom.MustNumber("60")}, {Matrix: "paint", From: "BLUE", To: "RED", Minutes: bom.MustNumber("60")}}
	for i := range 12 {
		item := []string{"RED", "BLUE"}[i%2]
		rows.Demands = append(rows.Demands, mrp.Demand{ID: fmt.Sprintf("D%02d", i), Item: item, Quantity: bom.Units(4), Due: bom.OnDay(bom.On(2026, time.March, 3+i/3)), Priority: 5})
	}
	return rows
}

func (s *service) job(body string) Job {
	s.t.Helper()
	return read[Job](s.post("/v1/jobs", body).want(http.StatusAccepted))
}

// ended waits for a job.
func (s *service) ended(id string) Job {
	s.t.Helper()
	x, err := s.server.writes.jobs.kept.get(id)
	if err != nil {
		s.t.Fatal(err)
	}
	<-x.ended
	return read[Job](s.get("/v1/jobs/" + id).want(http.StatusOK))
}

// A search runs beside everything else; what it finds becomes the plan when it is committed.
func TestAJobFindsABetterSchedule(t *testing.T) {
	s := serve(t, painted().Model)
	r := s.post("/v1/jobs", `{"kind":"optimise","iterations":3000,"seed":1}`, "Idempotency-Key", "j").want(202)
	x := read[Job](r)
	if r.header.Get("Location") != "/v1/jobs/"+x.ID || x.Base != 1 {
		t.Fatalf("%s", r.text)
	}
	done := s.ended(x.ID)
	if done.State != "done" || done.Improvements == 0 || done.Gain == nil || !done.Gain.Anything || len(done.Score) == 0 || s.version() != 1 {
		t.Fatalf("%+v", done)
	}
	if again := s.post("/v1/jobs", `{"kind":"optimise","iterations":3000,"seed":1}`, "Idempotency-Key", "j").want(202); read[Job](again).ID != x.ID || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s", again.text)
	}
	s.post("/v1/jobs", `{"kind":"optimise","iterations":3}`, "Idempotency-Key", "j").refused(422, "key-reused")
	step := read[Event](s.post("/v1/jobs/"+x.ID+"/commit", "", "Idempotency-Key", "c").want(200))
	if step.Version != 2 || step.Kind != "committed" || len(step.Changes) != 0 {
		t.Errorf("%+v", step)
	}
	if now := s.ended(x.ID); now.State != "committed" || now.Version != 2 {
		t.Errorf("%+v", now)
	}
	s.post("/v1/jobs/"+x.ID+"/commit", "", "Idempotency-Key", "c").want(200)
	s.post("/v1/jobs/"+x.ID+"/commit", "").refused(409, "conflict")
	if list := read[JobPage](s.get("/v1/jobs").want(200)); list.Total != 1 || list.Items[0].State != "committed" {
		t.Errorf("%+v", list)
	}
}

func TestAJobCommitsItselfIfAsked(t *testing.T) {
	s := serve(t, painted().Model)
	x := s.job(`{"kind":"optimise","iterations":3000,"commit":true}`)
	if done := s.ended(x.ID); done.State != "committed" || done.Version != 2 || s.version() != 2 {
		t.Errorf("%+v", done)
	}
}

// A job that is cancelled keeps what it has found until then.
func TestAJobIsCancelled(t *testing.T) {
	s := serve(t, painted().Model)
	x := s.job(`{"kind":"optimise","time":"10m"}`)
	s.post("/v1/jobs/"+x.ID+"/commit", "").refused(409, "conflict")
	gone := read[Job](s.ask("DELETE", "/v1/jobs/"+x.ID, "").want(200))
	if gone.State == "running" || gone.State == "failed" || gone.Gain == nil {
		t.Errorf("%+v", gone)
	}
	s.get("/v1/jobs/" + x.ID).want(200)
	s.ask("DELETE", "/v1/jobs/"+x.ID, "").want(200) // now it is forgotten
	s.get("/v1/jobs/"+x.ID).refused(404, "not-found")
	s.ask("DELETE", "/v1/jobs/"+x.ID, "").refused(404, "not-found")
	s.post("/v1/jobs/"+x.ID+"/commit", "").refused(404, "not-found")
}

// What was found for another plan than the current one cannot be taken any more.
func TestAJobIsStaleWhenThePlanMovesOn(t *testing.T) {
	s := serve(t, painted().Model)
	x := s.job(`{"kind":"optimise","iterations":3000}`)
	s.ended(x.ID)
	s.change(`{"change":"resize_demand","demand":"D00","qty":2}`)
	if p := s.post("/v1/jobs/"+x.ID+"/commit", "").refused(409, "stale"); p.Base != 1 || p.Current != 2 || !strings.Contains(p.Detail, "another search") {
		t.Errorf("%+v", p)
	}
	s.post("/v1/jobs/"+x.ID+"/commit", "", "If-Match", `"1"`).refused(412, "stale")
	s.post("/v1/jobs", `{"kind":"optimise","iterations":3}`, "If-Match", `"1"`).refused(412, "stale")
}

func TestJobsThatMakeNoSense(t *testing.T) {
	s := serve(t, painted().Model, func(o *Options) { o.OptimiseMost = time.Minute })
	for body, field := range map[string]string{
		`{"kind":"optimise","time":"2m"}`:   "time",
		`{"kind":"optimise","time":"-1s"}`:  "time",
		`{"kind":"optimise","time":"soon"}`: "time",
	} {
		if p := s.post("/v1/jobs", body).refused(422, "invalid-value"); p.Field != field {
			t.Errorf("%s: %+v", body, p)
		}
	}
	for _, body := range []string{`{}`, `{"kind":"dance"}`, `{"kind":"optimise","iterations":0}`, `{"kind":"optimise","seed":-1}`} {
		s.post("/v1/jobs", body).refused(422, "invalid-request")
	}
}

// Only so many searches run at a time.
func TestJobsHaveACap(t *testing.T) {
	s := serve(t, painted().Model)
	for range mostJobs { // the search must not come to its end by itself: what they were given is not looked at
		s.server.writes.jobs.running[&job{cancel: func() {}}] = struct{}{}
	}
	if p := s.post("/v1/jobs", `{"kind":"optimise","iterations":3}`).refused(409, "conflict"); p.Kind != "job" {
		t.Errorf("%+v", p)
	}
	if list := read[JobPage](s.get("/v1/jobs").want(200)); list.Total != 0 {
		t.Errorf("%+v", list)
	}
}

// Closing the server ends what runs, and takes no more.
func TestCloseEndsJobs(t *testing.T) {
	s := serve(t, painted().Model)
	x := s.job(`{"kind":"optimise","time":"10m"}`)
	if err := s.server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := read[Job](s.get("/v1/jobs/" + x.ID).want(200)); now.State == "running" {
		t.Errorf("%+v", now)
	}
	s.post("/v1/jobs", `{"kind":"optimise","time":"10m"}`).refused(503, "unavailable")
}

// A plan of material only has no schedule to search or to repair.
func TestAPlanWithoutAScheduleSaysSo(t *testing.T) {
	s := serveWith(t, nil, fourOrders().Model)
	s.post("/v1/jobs", `{"kind":"optimise","iterations":3}`).refused(409, "conflict")
	s.post("/v1/rush", `{"item":"A","qty":8,"due":"2026-03-03","optimise":"1s"}`).refused(409, "conflict")
	s.rush(rushed)
	s.promise(`{"item":"A","qty":8}`)
	if step := s.change(add("R", 8, 3)); step.Version != 2 {
		t.Errorf("%+v", step)
	}
}
