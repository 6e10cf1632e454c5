package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func (s *service) scenario(body string) Scenario {
	s.t.Helper()
	return read[Scenario](s.post("/v1/scenarios", body).want(http.StatusCreated))
}

// A scenario is a plan beside the plan: it is changed, compared, and becomes the plan when it is committed.
func TestAScenarioIsTriedAndCommitted(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.post("/v1/scenarios", `{"name":"a day more","changes":[`+add("R", 8, 3)+`]}`).want(201)
	x := read[Scenario](r)
	if r.header.Get("Location") != "/v1/scenarios/"+x.ID || x.Base != 1 || x.Stale || x.Name != "a day more" || len(x.Effects.Shifts) == 0 || len(x.KPIs) == 0 {
		t.Fatalf("%s", r.text)
	}
	path := "/v1/scenarios/" + x.ID
	more := read[Scenario](s.post(path+"/changes", `{"changes":[{"change":"resize_demand","demand":"S4","qty":2}]}`).want(200))
	if !slices.Equal(more.Changes, []string{"add demand R", "resize demand S4 to 2"}) {
		t.Errorf("%+v", more.Changes)
	}
	if _, there := s.demand("R"); there || s.version() != 1 {
		t.Fatal("the plan changed with the scenario")
	}
	list := read[ScenarioPage](s.get("/v1/scenarios").want(200))
	if list.Total != 1 || list.Items[0].ID != x.ID || list.Items[0].Effects != nil {
		t.Errorf("%+v", list)
	}
	shown := read[Scenario](s.get(path).want(200))
	step := read[Event](s.post(path+"/commit", "", "If-Match", `"1"`, "Idempotency-Key", "c").want(200))
	if d, ok := s.demand("R"); !ok || d.ID != "R" || step.Version != 2 || step.Kind != "committed" || len(step.Shifts) != len(shown.Effects.Shifts) {
		t.Errorf("%+v, shown %+v", step, shown.Effects)
	}
	s.get(path).refused(404, "not-found")
	if again := s.post(path+"/commit", "", "If-Match", `"1"`, "Idempotency-Key", "c").want(200); again.header.Get("Idempotency-Replayed") != "true" {
		t.Error("committed twice")
	}
	s.post(path+"/commit", "").refused(404, "not-found")
}

// What contradicts an earlier change of the scenario takes its place.
func TestAScenarioCanBeChangedTwice(t *testing.T) {
	s := serve(t, fourOrders().Model)
	x := s.scenario(`{"changes":[` + add("R", 8, 3) + `,{"change":"resize_demand","demand":"S4","qty":2}]}`)
	path := "/v1/scenarios/" + x.ID
	s.post(path+"/changes", `{"changes":[{"change":"resize_demand","demand":"S4","qty":3},{"change":"cancel_demand","demand":"R"}]}`).want(200)
	s.post(path+"/commit", "").want(200)
	d, _ := s.demand("S4")
	if _, there := s.demand("R"); there || d.Quantity.String() != "3" {
		t.Errorf("%+v", d)
	}
}

func TestAScenarioRefusesBadChanges(t *testing.T) {
	s := serve(t, fourOrders().Model)
	x := s.scenario(`{"changes":[` + add("R", 8, 3) + `]}`)
	path := "/v1/scenarios/" + x.ID + "/changes"
	if p := s.post(path, `{"changes":[{"change":"cancel_demand","demand":"nobody"}]}`).refused(422, "unknown"); *p.Index != 0 {
		t.Errorf("%+v", p)
	}
	s.post(path, `{"changes":[{"change":"resize_demand","demand":"S1","qty":2},{"change":"resize_demand","demand":"S1","qty":3}]}`).refused(422, "contradiction")
	s.post(path, `{"changes":[{"change":"dance"}]}`).refused(422, "invalid-value")
	s.post(path, `{`).refused(400, "bad-request")
	s.post(path, `{}`).refused(422, "invalid-request")
	if now := read[Scenario](s.get("/v1/scenarios/" + x.ID).want(200)); len(now.Changes) != 1 {
		t.Errorf("%+v", now.Changes)
	}
	s.post("/v1/scenarios", `{"of":"nobody"}`).refused(422, "invalid-value")
	s.post("/v1/scenarios", `{"strategy":"dedicated_line"}`).refused(422, "invalid-value")
	s.post("/v1/scenarios", `{"strategy":"hope"}`).refused(422, "invalid-request")
	s.post("/v1/scenarios/nobody/changes", `{"changes":[`+add("R", 8, 3)+`]}`).refused(404, "not-found")
	s.get("/v1/scenarios/nobody/compare").refused(404, "not-found")
	s.ask("DELETE", "/v1/scenarios/nobody", "").refused(404, "not-found")
	if list := read[ScenarioPage](s.get("/v1/scenarios").want(200)); list.Total != 1 {
		t.Errorf("%d scenarios are left of failed requests", list.Total)
	}
}

// Two scenarios side by side, and each with the plan.
func TestScenariosAreCompared(t *testing.T) {
	s := serve(t, fourOrders().Model)
	a := s.scenario(`{"changes":[` + add("R", 8, 3) + `]}`)
	b := s.scenario(`{"of":"` + a.ID + `","name":"and more","changes":[` + add("R2", 8, 4) + `]}`)
	if len(b.Changes) != 2 {
		t.Errorf("%+v", b)
	}
	for with, want := range map[string]string{"": `"demand":"R2"`, "?with=base": `"demand":"R"`, "?with=" + a.ID: `"demand":"R2"`} {
		r := s.get("/v1/scenarios/" + b.ID + "/compare" + with).want(200)
		text := strings.ReplaceAll(string(r.text), " ", "")
		if !strings.Contains(text, want) || !strings.Contains(text, `"kpi"`) || r.header.Get("ETag") != `"1"` {
			t.Errorf("with %q: %s", with, r.text)
		}
		if strings.Contains(with, a.ID) && strings.Contains(text, `"presence":"added","demand":"R",`) {
			t.Error("what both have was told")
		}
	}
	s.get("/v1/scenarios/"+b.ID+"/compare?with=nobody").refused(404, "not-found")
	s.ask("DELETE", "/v1/scenarios/"+a.ID, "").want(204)
	s.get("/v1/scenarios/"+a.ID).refused(404, "not-found")
	s.get("/v1/scenarios/" + b.ID).want(200)
}

// When the plan has moved on a scenario tells what it comes to now, and is taken by naming that version; or by rebase, if it is no worse.
func TestAStaleScenarioTellsItsOutcome(t *testing.T) {
	s := serve(t, press(pieces("S1", 8, 10)).Model)
	x := s.scenario(`{"changes":[` + add("R", 8, 12) + `]}`)
	y := s.scenario(`{"changes":[` + add("Y", 8, 12) + `]}`)
	s.change(add("X", 8, 13))
	path := "/v1/scenarios/" + x.ID
	if now := read[Scenario](s.get(path).want(200)); !now.Stale || now.Base != 1 {
		t.Errorf("%+v", now)
	}
	p := s.post(path+"/commit", "").refused(409, "stale")
	if outcome, ok := p.Outcome.(map[string]any); !ok || outcome["version"] != 2.0 {
		t.Fatalf("%+v", p)
	}
	s.post(path+"/commit", "", "If-Match", `"1"`).refused(412, "stale")
	s.post(path+"/commit", "", "If-Match", `"2"`).want(200)
	if step := read[Event](s.post("/v1/scenarios/"+y.ID+"/commit?rebase=true", "").want(200)); step.Version != 4 {
		t.Errorf("%+v", step)
	}
}

// Scenarios are kept for a while, and up to a number.
func TestScenariosExpireAndHaveACap(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.ScenarioCap, o.ScenarioLife = 2, time.Hour })
	a := s.scenario(`{}`)
	s.later(30 * time.Minute)
	s.scenario(`{}`)
	if n := s.server.Scenarios(); n != 2 {
		t.Errorf("%d scenarios", n)
	}
	p := s.post("/v1/scenarios", `{}`).refused(409, "conflict")
	if p.Kind != "scenario" || !strings.Contains(p.Detail, "delete one") {
		t.Errorf("%+v", p)
	}
	s.later(30 * time.Minute)
	if p := s.get("/v1/scenarios/"+a.ID).refused(404, "not-found"); !strings.Contains(p.Detail, "expired") {
		t.Errorf("%+v", p)
	}
	s.post("/v1/scenarios/"+a.ID+"/commit", "").refused(404, "not-found")
	s.scenario(`{}`)
	s.post("/v1/scenarios/"+s.scenarioIDs()[0]+"/commit", "").refused(409, "conflict") // it has no changes
}

func (s *service) scenarioIDs() []string {
	var ids []string
	for _, x := range read[ScenarioPage](s.get("/v1/scenarios").want(200)).Items {
		ids = append(ids, x.ID)
	}
	return ids
}
