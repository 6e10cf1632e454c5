package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/client"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// members are the JSON members of a document with their types.
func members(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "":
			for k, v := range members(f.Type) {
				out[k] = v
			}
		default:
			out[name] = f.Type
		}
	}
	return out
}

// agree checks that the client's document has the members of the service's, of the same kinds, and no others.
func agree(t *testing.T, where string, service, theirs reflect.Type) {
	t.Helper()
	if service.Kind() == reflect.Pointer {
		service = service.Elem()
	}
	if theirs.Kind() == reflect.Pointer {
		theirs = theirs.Elem()
	}
	switch {
	case service == reflect.TypeFor[Step]():
		agree(t, where, reflect.TypeFor[Event](), theirs)
	case service == reflect.TypeFor[ChangeList](), service.Kind() == reflect.Interface: // free JSON
	case theirs == reflect.TypeFor[json.Number]():
		if service.Kind() != reflect.String {
			t.Errorf("%s is a %v", where, service)
		}
	case theirs == reflect.TypeFor[time.Time]() && service.Kind() == reflect.String:
	case service.Kind() != theirs.Kind():
		t.Errorf("%s is a %v, of the client a %v", where, service, theirs)
	case service.Kind() == reflect.Slice:
		agree(t, where+"[]", service.Elem(), theirs.Elem())
	case service.Kind() == reflect.Struct:
		a, b := members(service), members(theirs)
		for name := range a {
			if b[name] == nil {
				t.Errorf("%s.%s: the client does not have it", where, name)
				continue
			}
			agree(t, where+"."+name, a[name], b[name])
		}
		for name := range b {
			if a[name] == nil {
				t.Errorf("%s.%s: the service does not have it", where, name)
			}
		}
	}
}

// The documents of the client are those of the service, member by member.
func TestClientDocumentsAreThoseOfTheService(t *testing.T) {
	for _, d := range []struct{ service, client any }{
		{Summary{}, client.Plan{}}, {Event{}, client.Event{}}, {Problem{}, client.Problem{}}, {Outcome{}, client.Outcome{}},
		{RushRequest{}, client.RushRequest{}}, {RushAnswer{}, client.RushAnswer{}}, {Asked{}, client.Inquiry{}}, {PromiseAnswer{}, client.PromiseAnswer{}},
		{QuoteRequest{}, client.QuoteRequest{}}, {QuoteAnswer{}, client.QuoteAnswer{}}, {ScenarioRequest{}, client.ScenarioRequest{}}, {Scenario{}, client.Scenario{}},
		{JobRequest{}, client.JobRequest{}}, {Job{}, client.Job{}}, {AuditEntry{}, client.LogEntry{}}, {ReviewRequest{}, client.ReviewRequest{}},
		{ReviewAnswer{}, client.ReviewAnswer{}}, {Edited{}, client.Edited{}},
	} {
		s := reflect.TypeOf(d.service)
		agree(t, s.Name(), s, reflect.TypeOf(d.client))
	}
}

// clientOf is a client of a service under test.
func clientOf(s *service) *client.Client {
	return &client.Client{URL: s.http.URL, HTTP: s.http.Client()}
}

// collect takes all of a list.
func collect[T any](t *testing.T, list func(func(T, error) bool)) (out []T) {
	t.Helper()
	for item, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, item)
	}
	return out
}

// good fails at an error.
func good[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// The client reads the plan, changes it and takes that back; problems come as such.
func TestClientReadsAndChangesThePlan(t *testing.T) {
	s := serve(t, fourOrders().Model)
	c, ctx := clientOf(s), t.Context()
	p := good[client.Plan](t)(c.Plan(ctx))
	if p.Version != s.version() || p.Counts.Demands != 4 || !p.Schedule || len(p.Figures) == 0 {
		t.Errorf("%+v", p)
	}
	demands := collect(t, c.Demands(ctx, client.Query{Limit: 3, Sort: "-demand"}))
	if len(demands) != 4 || demands[0].Text("demand") != "S4" || demands[3].Text("demand") != "S1" {
		t.Errorf("%v", demands)
	}
	if d := good[client.Demand](t)(c.Demand(ctx, "S2")); d.Version != p.Version || d.Demand.Text("qty") != "8" || d.Status == nil || len(d.Deliveries) != 1 {
		t.Errorf("%+v", d)
	}
	orders := collect(t, c.Orders(ctx, client.Query{}))
	if o := good[client.Order](t)(c.Order(ctx, orders[0].Text("order"))); o.Kind != "planned" || o.Planned.Text("item") != "A" || len(o.Operations) == 0 {
		t.Errorf("%+v", o)
	}
	if rows := collect(t, c.Table(ctx, "demands", client.Query{Where: map[string]string{"due.from": "2026-03-05"}})); len(rows) != 2 {
		t.Errorf("%v", rows)
	}

	step := good[client.Step](t)(c.Apply(ctx, []client.Change{{"change": "add_demand", "demand": "N", "item": "A", "qty": 2, "due": "2026-03-09"}}, client.IfMatch(p.Version), client.Key("k1")))
	if step.Version != p.Version+1 || step.Kind != "applied" || step.Replayed || !slices.Contains(step.Changes, "add demand N") {
		t.Errorf("%+v", step)
	}
	again := good[client.Step](t)(c.Apply(ctx, []client.Change{{"change": "add_demand", "demand": "N", "item": "A", "qty": 2, "due": "2026-03-09"}}, client.IfMatch(p.Version), client.Key("k1")))
	if !again.Replayed || again.Version != step.Version {
		t.Errorf("%+v", again)
	}
	_, err := c.Apply(ctx, []client.Change{{"change": "cancel_demand", "demand": "N"}}, client.IfMatch(p.Version))
	if stale, ok := errors.AsType[*client.Problem](err); !ok || stale.Name() != "stale" || stale.Status != http.StatusPreconditionFailed || stale.Current != step.Version {
		t.Errorf("%v", err)
	}
	_, err = c.Demand(ctx, "S22")
	if missing, ok := errors.AsType[*client.Problem](err); !ok || missing.Name() != "not-found" || missing.Kind != "demand" {
		t.Errorf("%v", err)
	}
	list := good[[]byte](t)(tables.FormatChanges(time.UTC, []plan.Change{plan.ResizeDemand{Demand: "N", Quantity: bom.Units(3)}}))
	step = good[client.Step](t)(c.ApplyList(ctx, list))
	back := good[client.Step](t)(c.Undo(ctx, step.Version))
	if d, _ := s.demand("N"); back.Kind != "undone" || d.Quantity != bom.Units(2) {
		t.Errorf("%+v, %v", back, d.Quantity)
	}
	if log := collect(t, c.Log(ctx)); len(log) != 3 || log[0].Kind != "undone" || log[0].At.IsZero() || log[2].Changes[0] != "add demand N" {
		t.Errorf("%+v", log)
	}
	if audit := collect(t, c.Audit(ctx)); len(audit) != 3 {
		t.Errorf("%+v", audit)
	}
}

// The client asks for a rush order, and commits; a stale commit tells the outcome, which can be taken.
func TestClientAsksAndCommits(t *testing.T) {
	s := serve(t, fourOrders().Model)
	c, ctx := clientOf(s), t.Context()
	rush := good[client.RushAnswer](t)(c.Rush(ctx, client.RushRequest{Wanted: client.Wanted{Demand: "R", Item: "A", Quantity: "4", Due: "2026-03-03"}, Most: 3}))
	if rush.Version != s.version() || len(rush.Options) == 0 || rush.Options[0].Promise == "" {
		t.Fatalf("%+v", rush)
	}
	if kept := good[client.RushAnswer](t)(c.RushAgain(ctx, rush.ID)); !reflect.DeepEqual(kept, rush) {
		t.Errorf("%+v", kept)
	}
	moved := good[client.Step](t)(c.Apply(ctx, []client.Change{{"change": "prioritize_demand", "demand": "S4", "priority": 4}}))
	_, err := c.CommitRush(ctx, rush.ID, 1)
	stale, _ := errors.AsType[*client.Problem](err)
	if stale == nil {
		t.Fatal(err)
	}
	outcome, ok := stale.Stale()
	if !ok || outcome.Version != moved.Version || len(outcome.Shifts) == 0 {
		t.Fatalf("%#v %+v", stale, outcome)
	}
	if step := good[client.Step](t)(c.CommitRush(ctx, rush.ID, 1, client.IfMatch(outcome.Version))); step.Kind != "committed" || step.Version != outcome.Version+1 {
		t.Errorf("%+v", step)
	}

	promise := good[client.PromiseAnswer](t)(c.Promise(ctx, client.Inquiry{Wanted: client.Wanted{Item: "A", Quantity: "2", Due: "2026-03-20"}}))
	if !promise.AsAsked || promise.Quantity != "2" || promise.Promised == "" {
		t.Errorf("%+v", promise)
	}
	quote := good[client.QuoteAnswer](t)(c.Quote(ctx, client.QuoteRequest{Inquiry: client.Inquiry{Wanted: client.Wanted{Demand: "Q", Item: "A", Quantity: "2", Due: "2026-03-20"}}, Expires: "2026-03-31"}))
	if quote.Quote == nil || quote.Quote.Demand != "Q" || quote.Step.Version != s.version() {
		t.Errorf("%+v", quote)
	}
	if step := good[client.Step](t)(c.ConfirmQuote(ctx, "Q")); step.Version != s.version() {
		t.Errorf("%+v", step)
	}
	if _, err := c.ExpireQuote(ctx, "Q"); !client.IsProblem(err, "quote") {
		t.Error(err)
	}
	if _, err := c.CancelQuote(ctx, "none"); !client.IsProblem(err, "not-found") {
		t.Error(err)
	}
}

// The client makes a scenario, changes, compares and commits it, and has the schedule improved by a job.
func TestClientTriesScenariosAndJobs(t *testing.T) {
	s := serve(t, fourOrders().Model)
	c, ctx := clientOf(s), t.Context()
	x := good[client.Scenario](t)(c.MakeScenario(ctx, client.ScenarioRequest{Name: "later", Changes: []client.Change{{"change": "move_demand", "demand": "S1", "due": "2026-03-10"}}}))
	x = good[client.Scenario](t)(c.ChangeScenario(ctx, x.ID, []client.Change{{"change": "cancel_demand", "demand": "S4"}}))
	if x.Name != "later" || len(x.Changes) != 2 || x.Effects == nil || len(x.KPIs) == 0 {
		t.Errorf("%+v", x)
	}
	if read := good[client.Scenario](t)(c.Scenario(ctx, x.ID)); !reflect.DeepEqual(read, x) {
		t.Errorf("%+v", read)
	}
	if diff := good[map[string][]client.Row](t)(c.CompareScenario(ctx, x.ID, "base")); len(diff) == 0 {
		t.Error("nothing differs")
	}
	other := good[client.Scenario](t)(c.MakeScenario(ctx, client.ScenarioRequest{Of: x.ID}))
	if list := good[[]client.Scenario](t)(c.Scenarios(ctx)); len(list) != 2 {
		t.Errorf("%+v", list)
	}
	if err := c.DeleteScenario(ctx, other.ID); err != nil {
		t.Error(err)
	}
	if step := good[client.Step](t)(c.CommitScenario(ctx, x.ID, client.IfMatch(x.Base), client.Rebase())); step.Kind != "committed" {
		t.Errorf("%+v", step)
	}
	if _, err := c.Scenario(ctx, x.ID); !client.IsProblem(err, "not-found") {
		t.Error(err)
	}

	job := good[client.Job](t)(c.StartJob(ctx, client.JobRequest{Kind: "optimise", Iterations: 20}))
	if job = good[client.Job](t)(c.AwaitJob(ctx, job.ID, time.Millisecond)); job.State != "done" || job.Gain == nil {
		t.Errorf("%+v", job)
	}
	if list := good[[]client.Job](t)(c.Jobs(ctx)); len(list) != 1 || list[0].ID != job.ID {
		t.Errorf("%+v", list)
	}
	if step, err := c.CommitJob(ctx, job.ID); err != nil && !client.IsProblem(err, "conflict") || err == nil && step.Version != s.version() {
		t.Errorf("%+v %v", step, err)
	}
	if gone := good[client.Job](t)(c.CancelJob(ctx, job.ID)); gone.ID != job.ID {
		t.Errorf("%+v", gone)
	}
}

// lossy loses every third answer to a change, after the service has made it.
type lossy struct {
	http.RoundTripper
	n, lost atomic.Int64
}

func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := l.RoundTripper.RoundTrip(r)
	if err != nil || r.Method != http.MethodPost || l.n.Add(1)%3 != 0 {
		return a, err
	}
	_ = a.Body.Close()
	l.lost.Add(1)
	return nil, io.ErrUnexpectedEOF
}

// Though answers are lost and changes are sent again, each is made once, and a follower sees each version once.
func TestClientMakesAChangeOnceThoughAnswersAreLost(t *testing.T) {
	const changes = 7
	s := serve(t, fourOrders().Model)
	loss := &lossy{RoundTripper: s.http.Client().Transport}
	c := &client.Client{URL: s.http.URL, HTTP: &http.Client{Transport: loss}}
	begin := s.version()
	seen := make(chan []uint64)
	go func() {
		var versions []uint64
		for e, err := range clientOf(s).Events(t.Context(), begin) {
			if err != nil {
				break
			}
			if versions = append(versions, e.Version); len(versions) == changes {
				break
			}
		}
		seen <- versions
	}()
	for range changes {
		if _, err := c.Apply(t.Context(), []client.Change{{"change": "adjust_stock", "item": "A", "qty": 1}}); err != nil {
			t.Fatal(err)
		}
	}
	if loss.lost.Load() < 3 {
		t.Fatalf("%d answers lost", loss.lost.Load())
	}
	rows := collect(t, c.Table(t.Context(), "stock", client.Query{}))
	if len(rows) != 1 || rows[0].Text("qty") != "7" {
		t.Errorf("%v", rows)
	}
	want := make([]uint64, changes)
	for i := range want {
		want[i] = begin + 1 + uint64(i)
	}
	if got := <-seen; !slices.Equal(got, want) {
		t.Errorf("followed %v, want %v", got, want)
	}
}
