package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"
)

const rushed = `{"demand":"R","item":"A","qty":8,"due":"2026-03-03"}`

// rush asks for an order of a day's work for Tuesday, when the press is taken.
func (s *service) rush(body string) RushAnswer {
	s.t.Helper()
	return read[RushAnswer](s.post("/v1/rush", body).want(http.StatusOK))
}

func commitPath(r RushAnswer, option int) string {
	return fmt.Sprintf("/v1/rush/%s/options/%d/commit", r.ID, option)
}

// The answer to a rush order changes nothing; committing an option makes the plan that was shown the current one.
func TestARushOrderIsAskedForAndThenCommitted(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.rush(rushed)
	if r.Version != 1 || len(r.Options) == 0 || r.Demand != "R" || r.ID == "" || s.version() != 1 {
		t.Fatalf("%+v", r)
	}
	if again := read[RushAnswer](s.get("/v1/rush/" + r.ID).want(200)); again.ID != r.ID || len(again.Options) != len(r.Options) {
		t.Errorf("%+v", again)
	}
	step := read[Event](s.post(commitPath(r, 1), "").want(200))
	if d, ok := s.demand("R"); !ok || d.Priority != 1 || step.Version != 2 || step.Kind != "committed" || s.version() != 2 {
		t.Errorf("step %+v, demand %+v", step, d)
	}
	for _, shift := range step.Shifts {
		if shift.Demand == "R" && shift.After != r.Options[0].Promise {
			t.Errorf("R was shown for %s and ships on %s", r.Options[0].Promise, shift.After)
		}
	}
}

func TestRushOrdersThatMakeNoSense(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.RushTime = 5 * time.Second })
	for _, c := range []struct {
		body  string
		kind  string
		field string
	}{
		{`{}`, "invalid-request", ""},
		{`{"item":"A","qty":true,"due":"2026-03-03"}`, "invalid-request", ""},
		{`{"item":"B","qty":8,"due":"2026-03-03"}`, "invalid-value", "item"},
		{`{"item":"A","qty":"many","due":"2026-03-03"}`, "invalid-value", "qty"},
		{`{"item":"A","qty":-8,"due":"2026-03-03"}`, "invalid-value", "qty"},
		{`{"item":"A","due":"2026-03-03"}`, "invalid-value", "qty"},
		{`{"item":"A","qty":0.5,"due":"2026-03-03"}`, "invalid-value", "qty"},
		{`{"item":"A","qty":8,"due":"Tuesday"}`, "invalid-value", "due"},
		{`{"item":"A","qty":8}`, "invalid-value", "due"},
		{`{"item":"A","qty":8,"due":"2026-02-03"}`, "invalid-value", "due"},
		{`{"demand":"S1","item":"A","qty":8,"due":"2026-03-03"}`, "invalid-value", "demand"},
		{`{"item":"A","qty":8,"due":"2026-03-03","uom":"box"}`, "invalid-value", "uom"},
		{`{"item":"A","qty":8,"due":"2026-03-03","levers":["magic"]}`, "invalid-value", "levers"},
		{`{"item":"A","qty":8,"due":"2026-03-03","strategy":"hope"}`, "invalid-request", ""},
		{`{"item":"A","qty":8,"due":"2026-03-03","until":"2026-03-09"}`, "invalid-value", "until"},
		{`{"item":"A","qty":8,"due":"2026-03-03","strategy":"match_up","until":"2026-01-01"}`, "invalid-value", "until"},
		{`{"item":"A","qty":8,"due":"2026-03-03","strategy":"dedicated_line"}`, "invalid-value", "line"},
		{`{"item":"A","qty":8,"due":"2026-03-03","strategy":"dedicated_line","line":"saw"}`, "invalid-value", ""},
		{`{"item":"A","qty":8,"due":"2026-03-03","optimise":"forever"}`, "invalid-value", "optimise"},
		{`{"item":"A","qty":8,"due":"2026-03-03","optimise":"1h"}`, "invalid-value", "optimise"},
		{`{"item":"A","qty":8,"due":"2026-03-03","priority":0}`, "invalid-value", "priority"},
	} {
		r := s.post("/v1/rush", c.body)
		p := r.refused(422, c.kind)
		if c.field != "" && p.Field != c.field {
			t.Errorf("%s: %s", c.body, r.text)
		}
	}
	s.post("/v1/rush", `{"item":`).refused(400, "bad-request")
}

// An option is committed upon the version that it was shown on. When the plan has moved on the answer says what it comes to now, and
// that is taken by sending it again with the version of the outcome.
func TestAStaleOptionTellsItsOutcome(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.rush(rushed)
	s.change(add("X", 8, 12))
	p := s.post(commitPath(r, 1), "").refused(409, "stale")
	if outcome, ok := p.Outcome.(map[string]any); !ok || outcome["version"] != 2.0 || len(outcome["shifts"].([]any)) == 0 || p.Base != 1 || p.Current != 2 {
		t.Fatalf("%+v", p)
	}
	s.post(commitPath(r, 1), "", "If-Match", `"1"`).refused(412, "stale")
	if _, there := s.demand("R"); there || s.version() != 2 {
		t.Fatal("a stale option changed the plan")
	}
	if step := read[Event](s.post(commitPath(r, 1), "", "If-Match", `"2"`).want(200)); step.Version != 3 {
		t.Errorf("%+v", step)
	}
}

// If-Match that names neither the version of the answer nor one whose outcome was told takes nothing.
func TestAnOptionIsNotTakenUnseen(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.rush(rushed)
	s.change(add("X", 8, 12))
	if p := s.post(commitPath(r, 1), "", "If-Match", `"2"`).refused(412, "stale"); p.Outcome == nil {
		t.Errorf("%+v", p)
	}
	s.post(commitPath(r, 1), "", "If-Match", `"7"`).refused(412, "stale")
	fresh := s.rush(rushed)
	s.post(commitPath(fresh, 1), "", "If-Match", `"1"`).refused(412, "stale")
	s.post(commitPath(fresh, 1), "", "If-Match", `"2"`).want(200)
}

// rebase takes the option on the plan that has moved on if that makes it no worse, and refuses if others would pay more.
func TestRebaseTakesAnOptionThatIsNoWorse(t *testing.T) {
	s := serve(t, press(pieces("S1", 8, 10)).Model)
	r := s.rush(`{"demand":"R","item":"A","qty":8,"due":"2026-03-06"}`) // the press is free: nobody pays
	s.change(add("X", 8, 13))
	if step := read[Event](s.post(commitPath(r, 1)+"?rebase=true", "").want(200)); step.Version != 3 {
		t.Errorf("%+v", step)
	}
	again := s.rush(`{"demand":"R2","item":"A","qty":8,"due":"2026-03-09"}`)
	if len(again.Options[0].Slips) > 0 || !again.Options[0].OnTime {
		t.Fatalf("the press is not free for the second order: %+v", again.Options[0])
	}
	s.change(add("Y", 40, 4)) // and now it is not
	s.post(commitPath(again, 1)+"?rebase=true", "").refused(409, "stale")
	if _, there := s.demand("R2"); there {
		t.Error("an option was taken that makes others late")
	}
}

// An answer is kept for a while; the oldest gives way when there are too many.
func TestRushAnswersExpire(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.ScenarioCap = 2; o.ScenarioLife = time.Hour })
	first := s.rush(rushed)
	if first.Expires != "2026-03-02T06:00:00Z" {
		t.Errorf("expires %s", first.Expires)
	}
	second := s.rush(rushed)
	third := s.rush(rushed)
	s.post(commitPath(first, 1), "").refused(404, "not-found")
	s.get("/v1/rush/" + second.ID).want(200)
	s.later(time.Hour)
	s.get("/v1/rush/"+second.ID).refused(404, "not-found")
	s.post(commitPath(third, 1), "").refused(404, "not-found")
	s.post("/v1/rush/nonsense/options/1/commit", "").refused(404, "not-found")
}

func TestOptionsAreCounted(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.rush(rushed)
	s.post(commitPath(r, 99), "").refused(404, "not-found")
	s.post(commitPath(r, 0), "").refused(422, "invalid-request")
}

// A commit that is repeated with its key is answered again, even when the answer to the rush order has expired.
func TestARepeatedCommitIsAnsweredAgain(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.rush(rushed)
	first := s.post(commitPath(r, 1), "", "Idempotency-Key", "c").want(200)
	s.later(2 * time.Hour)
	again := s.post(commitPath(r, 1), "", "Idempotency-Key", "c").want(200)
	if string(first.text) != string(again.text) || again.header.Get("Idempotency-Replayed") != "true" || s.version() != 2 {
		t.Errorf("%s\n%s", first.text, again.text)
	}
	s.post(commitPath(r, 2), "", "Idempotency-Key", "c").refused(422, "key-reused")
}

// Options that make others later need consent if that was asked for.
func TestAnOptionMayNeedConsent(t *testing.T) {
	s := serve(t, press(pieces("S1", 8, 2), pieces("S2", 8, 3)).Model)
	r := s.rush(`{"demand":"R","item":"A","qty":8,"due":"2026-03-02","approval":["others","money"]}`)
	for _, o := range r.Options {
		if len(o.Approval) == 0 {
			continue
		}
		s.post(commitPath(r, o.Option), "").refused(403, "refused")
		s.post(commitPath(r, o.Option)+"?approved_by=Ms+Weber", "").want(200)
		var log LogPage[AuditEntry]
		if err := json.Unmarshal(s.get("/v1/audit").want(200).text, &log); err != nil {
			t.Fatal(err)
		}
		if len(log.Items) == 0 || log.Items[0].Note != "approved by Ms Weber" {
			t.Errorf("the audit log does not say who consented: %+v", log.Items)
		}
		return
	}
	t.Fatalf("no option makes others later: %+v", r.Options)
}

// A question that takes too long is broken off.
func TestARushOrderHasALimit(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.RushTime = time.Nanosecond })
	s.post("/v1/rush", rushed).refused(504, "timeout")
	s.post("/v1/promise", `{"item":"A","qty":1}`).refused(504, "timeout")
	s.post("/v1/review", `{"orders":[`+rushed+`]}`).refused(504, "timeout")
	s.post("/v1/quotes", `{"demand":"Q","item":"A","qty":1,"expires":"2026-03-09"}`).refused(504, "timeout")
	s.post("/v1/scenarios", `{"changes":[`+add("R", 1, 3)+`]}`).refused(504, "timeout")
}

// A search improves the options within its tries; asked twice it finds the same.
func TestARushOrderIsImprovedBySearch(t *testing.T) {
	s := serve(t, fourOrders().Model)
	body := `{"demand":"R","item":"A","qty":8,"due":"2026-03-03","iterations":200,"measure":true,"most":2}`
	a, b := s.rush(body), s.rush(body)
	if len(a.Options) > 3 || a.Options[0].Promise != b.Options[0].Promise || a.Options[0].Bottleneck == nil {
		t.Errorf("%+v\n%+v", a.Options, b.Options)
	}
}

// Questions are planned as many at a time as there are processors; one that waits too long is told to come again.
func TestQuestionsWaitForAPlace(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.RushTime = 10 * time.Millisecond })
	places := s.server.writes.places
	for range cap(places) {
		places <- struct{}{}
	}
	r := s.post("/v1/rush", rushed)
	if r.refused(503, "busy"); r.header.Get("Retry-After") == "" {
		t.Errorf("%v", r.header)
	}
	s.post("/v1/promise", `{"item":"A","qty":1}`).refused(503, "busy")
	s.post("/v1/quotes", asked).refused(503, "busy")
	s.post("/v1/review", `{"orders":[`+rushed+`]}`).refused(503, "busy")
	s.post("/v1/scenarios", `{"changes":[`+add("R", 1, 3)+`]}`).refused(503, "busy")
	for range cap(places) {
		<-places
	}
	s.server.RushTime = time.Minute
	s.rush(rushed)
}

// Changes give way to a question until it is answered, refused or not, and no longer; a schedule that nobody waits for is not written out meanwhile, unless
// the one that is shown is about to be too old.
func TestNothingGivesWayToAQuestionThatIsOver(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.Behind = 2 * time.Second })
	for path, body := range map[string]string{
		"/v1/rush":      rushed,
		"/v1/promise":   `{"item":"A","qty":1}`,
		"/v1/review":    `{"accept":true,"orders":[{"demand":"R7","item":"A","qty":1,"due":"2026-04-10"}]}`,
		"/v1/scenarios": `{"changes":[{"change":"cancel_demand","demand":"nobody"}]}`,
	} {
		s.post(path, body)
		if s.keeper.Asked() || len(s.server.writes.places) > 0 {
			t.Errorf("%s is answered, and somebody is said to wait", path)
		}
	}
	shown := newView(s.keeper.Current())
	shown.ended.Store(s.server.Clock().UnixNano())
	s.server.resting.Store(0)
	done := s.keeper.Asking()
	if s.server.mayWrite(shown) {
		t.Error("a schedule may be written out while somebody asks")
	}
	shown.ended.Add(-int64(3 * s.server.Behind / 4))
	if !s.server.mayWrite(shown) {
		t.Error("reads will have to wait for the schedule")
	}
	done()
	shown.ended.Store(s.server.Clock().UnixNano())
	if !s.server.mayWrite(shown) {
		t.Error("nobody asks, and the schedule may not be written out")
	}
	s.server.writing.Add(1)
	if s.server.mayWrite(shown) {
		t.Error("two schedules may be written out at a time")
	}
	s.server.writing.Add(-1)
}

// A search does not hold up the end of the service.
func TestASearchEndsWithTheService(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.server.stop()
	began := time.Now()
	r := s.post("/v1/rush", `{"demand":"R","item":"A","qty":8,"due":"2026-03-03","optimise":"20s"}`)
	if r.status != 200 && r.status != 503 {
		t.Errorf("%d: %s", r.status, r.text)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}
