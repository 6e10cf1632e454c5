package api

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
)

// An order of a day for the day of another one: the answer has the version that holds it, and says who ships later.
func TestAChangeIsAnsweredWithWhatItDid(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := s.post("/v1/changes", `{"changes":[`+add("R", 8, 3)+`]}`).want(http.StatusOK)
	step := read[Event](r)
	if step.Version != 2 || step.Kind != "applied" || !slices.Equal(step.Changes, []string{"add demand R"}) || step.Stability == nil {
		t.Errorf("step %+v", step)
	}
	if r.header.Get("ETag") != `"2"` || r.header.Get("Takt-Version") != "2" || r.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("headers %v", r.header)
	}
	i := slices.IndexFunc(step.Shifts, func(x shift) bool { return x.Demand == "R" })
	if i < 0 || step.Shifts[i].After == "" {
		t.Errorf("shifts %+v do not say when R ships", step.Shifts)
	}
	if _, ok := s.demand("R"); !ok || s.version() != 2 {
		t.Error("the plan does not hold the order")
	}
}

// Each kind of bad change has its own problem, with its data, and changes nothing.
func TestBadChangesSayWhatIsWrong(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for _, c := range []struct {
		name, body string
		status     int
		kind       string
		check      func(Problem) bool
	}{
		{"no JSON", `{`, 400, "bad-request", nil},
		{"no body", ``, 400, "bad-request", nil},
		{"no changes", `{}`, 422, "invalid-request", nil},
		{"empty list", `{"changes":[]}`, 422, "invalid-request", nil},
		{"not a list", `{"changes":7}`, 422, "invalid-request", nil},
		{"unknown member", `{"changes":[` + add("R", 1, 3) + `],"now":true}`, 422, "invalid-request", nil},
		{"unknown kind", `{"changes":[{"change":"ad_demand"}]}`, 422, "invalid-value", func(p Problem) bool { return p.Field == "change" && p.Value == "ad_demand" }},
		{"bad value", `{"changes":[` + add("R", 1, 3) + `,{"change":"move_demand","demand":"S1","due":"soon"}]}`, 422, "invalid-value",
			func(p Problem) bool { return p.Field == "due" && p.Errors[0].Location == "body.changes[1].due" }},
		{"two bad values", `{"changes":[{"change":"move_demand","demand":"S1","due":"soon"},{"change":"scrap","qty":"x"}]}`, 422, "invalid-value", func(p Problem) bool { return len(p.Errors) > 1 }},
		{"not there", `{"changes":[{"change":"cancel_demand","demand":"S11"}]}`, 422, "unknown",
			func(p Problem) bool { return p.Kind == "demand" && p.ID == "S11" && p.Closest == "S1" && *p.Index == 0 }},
		{"there already", `{"changes":[` + add("S1", 1, 3) + `]}`, 422, "exists", func(p Problem) bool { return p.ID == "S1" }},
		{"makes no sense", `{"changes":[` + add("R", 1, 3) + `,{"change":"resize_demand","demand":"S1","qty":-1}]}`, 422, "invalid-value",
			func(p Problem) bool { return p.Field == "qty" && *p.Index == 1 && p.Change != "" }},
		{"contradiction", `{"changes":[{"change":"resize_demand","demand":"S1","qty":3},{"change":"resize_demand","demand":"S1","qty":4}]}`, 422, "contradiction", nil},
		{"rows that do not go together", `{"changes":[{"change":"set_calendar","calendar":"day","days":"Mon-Fri","shifts":"14:00-06:00-"}]}`, 422, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := s.post("/v1/changes", c.body)
			r.t = t
			p := r.want(c.status).problem()
			if c.kind != "" && p.Type != "/problems/"+c.kind || p.Detail == "" || c.check != nil && !c.check(p) {
				t.Errorf("%s", r.text)
			}
		})
	}
	if s.version() != 1 {
		t.Errorf("version %d", s.version())
	}
}

func TestClosedAndHeldDemandsAreNamed(t *testing.T) {
	rows := fourOrders()
	rows.Demands[0].Status = 3 // closed
	rows.Stock = append(rows.Stock, stockFor("S2"))
	s := serve(t, rows.Model)
	if p := s.post("/v1/changes", `{"changes":[{"change":"move_demand","demand":"S1","due":"2026-03-20"}]}`).refused(422, "closed"); p.ID != "S1" {
		t.Errorf("%+v", p)
	}
	if p := s.post("/v1/changes", `{"changes":[{"change":"cancel_demand","demand":"S2"}]}`).refused(422, "held"); p.ID != "S2" {
		t.Errorf("%+v", p)
	}
}

// If-Match names the version that somebody has looked at: when it is not current any more nothing is changed.
func TestIfMatchKeepsAChangeFromAPlanThatHasMovedOn(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.change(add("R1", 1, 10), "If-Match", `"1"`)
	p := s.post("/v1/changes", `{"changes":[`+add("R2", 1, 10)+`]}`, "If-Match", `"1"`).refused(412, "stale")
	if p.Base != 1 || p.Current != 2 {
		t.Errorf("%+v", p)
	}
	s.change(add("R2", 1, 10), "If-Match", `W/"2"`)
	s.change(add("R3", 1, 10), "If-Match", `*`)
	s.change(add("R4", 1, 10), "If-Match", `4`)
	for _, bad := range []string{`"x"`, `0`, `"-1"`, `1.5`} {
		s.post("/v1/changes", `{"changes":[`+add("R5", 1, 10)+`]}`, "If-Match", bad).refused(400, "bad-request")
	}
	if s.version() != 5 {
		t.Errorf("version %d", s.version())
	}
}

// A request that is sent again with its key is answered again and not done again, whatever came meanwhile.
func TestARepeatedRequestIsDoneOnce(t *testing.T) {
	s := serve(t, fourOrders().Model)
	body := `{"changes":[` + add("R1", 1, 10) + `]}`
	first := s.post("/v1/changes", body, "Idempotency-Key", "k1", "If-Match", `"1"`).want(200)
	s.change(add("R2", 1, 10))
	again := s.post("/v1/changes", body, "Idempotency-Key", "k1", "If-Match", `"1"`).want(200)
	if string(again.text) != string(first.text) || again.header.Get("Idempotency-Replayed") != "true" || again.header.Get("ETag") != `"2"` {
		t.Errorf("%s\n%s\n%v", first.text, again.text, again.header)
	}
	if s.version() != 3 {
		t.Errorf("version %d", s.version())
	}
	s.post("/v1/changes", `{"changes":[`+add("R3", 1, 10)+`]}`, "Idempotency-Key", "k1").refused(422, "key-reused")
	s.post("/v1/undo", `{"version":3}`, "Idempotency-Key", "k1").refused(422, "key-reused")
	s.post("/v1/changes", body, "Idempotency-Key", "two words").refused(422, "invalid-request")
}

func TestUndoTakesTheCurrentVersionBack(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.post("/v1/undo", `{"version":1}`).refused(409, "history")
	s.change(add("R", 8, 3))
	step := read[Event](s.post("/v1/undo", `{"version":2}`, "Idempotency-Key", "u").want(200))
	if _, there := s.demand("R"); there || step.Version != 3 || step.Kind != "undone" || !slices.Equal(step.Changes, []string{"take back: add demand R"}) {
		t.Errorf("step %+v", step)
	}
	if r := s.post("/v1/undo", `{"version":2}`, "Idempotency-Key", "u").want(200); r.header.Get("Idempotency-Replayed") != "true" {
		t.Error("undone twice")
	}
	if p := s.post("/v1/undo", `{"version":2}`).refused(409, "stale"); p.Base != 2 || p.Current != 3 {
		t.Errorf("%+v", p)
	}
	s.post("/v1/undo", `{"version":3}`, "If-Match", `"2"`).refused(412, "stale")
	s.post("/v1/undo", `{"version":0}`).refused(422, "invalid-request")
	s.post("/v1/undo", `{}`).refused(422, "invalid-request")
}

// The log tells every change once, the newest first, page by page; who asked stands in the audit alone.
func TestTheLogTellsEveryChange(t *testing.T) {
	var asked []string
	s := serve(t, fourOrders().Model, func(o *Options) {
		o.Roles = func(role string) func(huma.Context, func(huma.Context)) {
			return func(ctx huma.Context, next func(huma.Context)) {
				asked = append(asked, role)
				next(ctx)
			}
		}
	})
	for i := range 5 {
		s.change(add(fmt.Sprint("R", i), 1, 10))
	}
	var told []uint64
	for cursor, pages := "", 0; ; pages++ {
		page := read[LogPage[LogEntry]](s.get("/v1/changes?limit=2" + cursor).want(200))
		for _, e := range page.Items {
			told = append(told, e.Version)
			if e.Kind != "applied" || len(e.Changes) != 1 || e.At != "2026-03-02T05:00:00Z" {
				t.Errorf("entry %+v", e)
			}
		}
		if page.Next == "" || pages > 9 {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	if !slices.Equal(told, []uint64{6, 5, 4, 3, 2}) {
		t.Errorf("versions %v", told)
	}
	read[LogPage[AuditEntry]](s.get("/v1/audit").want(200))
	if !slices.Equal(asked[5:], []string{Viewer, Viewer, Viewer, Admin}) {
		t.Errorf("roles %v", asked)
	}
	s.get("/v1/changes?cursor=x").refused(400, "bad-request")
	s.get("/v1/changes?limit=0").refused(422, "invalid-request")
	s.get("/v1/changes?sort=actor").refused(422, "invalid-request")
}

func TestQuantitiesStayExact(t *testing.T) {
	rows := fourOrders()
	rows.Items[0].Decimals = bom.Some(6)
	s := serve(t, rows.Model)
	s.change(`{"change":"resize_demand","demand":"S1","qty":0.123457}`)
	if d, _ := s.demand("S1"); d.Quantity.String() != "0.123457" {
		t.Errorf("%v", d.Quantity)
	}
}
