package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// Every typed error is answered with its own kind and status, and with the data that it carries.
func TestEveryTypedErrorHasItsProblem(t *testing.T) {
	change := func(err error) error {
		return &plan.ChangeError{Change: plan.CancelDemand{Demand: "S1"}, Index: 2, Reason: err.Error(), Err: err}
	}
	for _, c := range []struct {
		err    error
		status int
		kind   string
		has    func(p *Problem) bool
	}{
		{change(&plan.NotFoundError{Kind: "demand", ID: "S9", Closest: "S1"}), 422, "unknown", func(p *Problem) bool {
			return p.Kind == "demand" && p.ID == "S9" && p.Closest == "S1" && *p.Index == 2 && p.Change == "cancel demand S1"
		}},
		{change(&plan.ExistsError{Kind: "demand", ID: "S1"}), 422, "exists", func(p *Problem) bool { return p.ID == "S1" }},
		{change(&plan.ClosedError{Kind: "demand", ID: "S1"}), 422, "closed", func(p *Problem) bool { return p.ID == "S1" }},
		{change(&plan.HeldError{Demand: "S1", Receipts: []string{"R"}}), 422, "held", func(p *Problem) bool { return p.ID == "S1" }},
		{change(&plan.ValueError{Field: "qty", Value: "0", Expected: "more"}), 422, "invalid-value", func(p *Problem) bool { return p.Field == "qty" && p.Value == "0" && p.Expected == "more" }},
		{change(&plan.ConflictError{Kind: "demand", ID: "S1", FirstChange: plan.CancelDemand{Demand: "S1"}}), 422, "contradiction", func(p *Problem) bool { return p.ID == "S1" }},
		{&plan.QuoteError{Demand: "Q", Step: "confirm", Status: mrp.Open}, 422, "quote", func(p *Problem) bool { return p.ID == "Q" && p.Value == "open" }},
		{&plan.RushError{Demand: "R", Field: "levers", Value: "magic", Reason: "no such"}, 422, "invalid-value", func(p *Problem) bool { return p.ID == "R" && p.Field == "levers" }},
		{&plan.InquiryError{Field: "due", Expected: "a date"}, 422, "invalid-value", func(p *Problem) bool { return p.Field == "due" }},
		{&plan.OrderError{Index: 1, Order: "N", Err: &plan.InquiryError{Field: "due"}}, 422, "invalid-value", func(p *Problem) bool { return *p.Index == 1 && p.ID == "N" }},
		{&plan.SearchError{Field: "time", Value: "-1s"}, 422, "invalid-value", func(p *Problem) bool { return p.Value == "-1s" }},
		{&plan.UnknownLineError{WorkCentre: "W"}, 422, "invalid-value", func(p *Problem) bool { return p.Value == "W" }},
		{&plan.StaleError{Base: 3, Current: 5}, 412, "stale", func(p *Problem) bool { return p.Base == 3 && p.Current == 5 }},
		{&plan.HistoryError{Version: 3}, 409, "history", func(p *Problem) bool { return p.Base == 3 }},
		{&plan.BusyError{Waiting: 7}, 503, "busy", func(p *Problem) bool { return p.GetHeaders().Get("Retry-After") == "1" }},
		{plan.ErrClosed, 503, "unavailable", nil},
		{&plan.RefusedError{Err: errors.New("too dear")}, 403, "refused", nil},
		{&store.NotLeaderError{Leader: "http://b"}, 503, "no-leader", func(p *Problem) bool { return p.Leader == "http://b" && p.GetHeaders().Get("Retry-After") != "" }},
		{&keeper.KeyError{Key: "k"}, 422, "key-reused", nil},
		{keeper.ErrUncertain, 503, "uncertain", nil},
		{plan.ErrNoSchedule, 409, "conflict", nil},
		{&bom.Errors{List: []error{&tables.FileError{File: "bom.csv", Err: &bom.RowError{Table: "bom", Row: 4, Column: "qty", Value: "x", Expected: "a number"}}}, More: 2}, 422, "invalid-tables",
			func(p *Problem) bool {
				return p.More == 2 && p.Errors[0].Line == 4 && p.Errors[0].File == "bom.csv" && p.Errors[0].Column == "qty"
			}},
		{&bom.CycleError{Path: []bom.PathStep{{Item: "A"}}}, 422, "invalid-tables", nil},
		{&mrp.OverflowError{}, 422, "invalid-value", nil},
		{context.DeadlineExceeded, 504, "timeout", nil},
		{&http.MaxBytesError{Limit: 5}, 413, "too-large", func(p *Problem) bool { return strings.Contains(p.Detail, "5 bytes") }},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			p := problem(err)
			if p.Status != c.status || p.Type != "/problems/"+c.kind || p.Detail == "" || p.Title == "" || c.has != nil && !c.has(p) {
				t.Errorf("%T: %+v, want %d %s", c.err, p, c.status, c.kind)
			}
		}
	}
}

// What nobody thought of, and a panic, is told to the log and not to the client.
func TestFaultsAreToldToTheLogOnly(t *testing.T) {
	var log bytes.Buffer
	s := serve(t, fourOrders().Model, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		o.RequestID = func(context.Context) string { return "req-7" }
	})
	type nothing struct{}
	huma.Register(s.server.api, s.server.op(Viewer, huma.Operation{OperationID: "fault", Method: "GET", Path: "/fault", Hidden: true}), func(ctx context.Context, _ *nothing) (*nothing, error) {
		return nil, s.server.fail(ctx, errors.New("the secret of the disk"))
	})
	huma.Register(s.server.api, s.server.op(Viewer, huma.Operation{OperationID: "panic", Method: "GET", Path: "/panic", Hidden: true}), func(context.Context, *nothing) (*nothing, error) {
		panic("the secret of the panic")
	})
	for path, secret := range map[string]string{"/fault": "the secret of the disk", "/panic": "the secret of the panic"} {
		log.Reset()
		r := s.get(path)
		p := r.refused(500, "internal")
		if p.Instance != "req-7" || strings.Contains(string(r.text), "secret") {
			t.Errorf("%s", r.text)
		}
		if !strings.Contains(log.String(), secret) || !strings.Contains(log.String(), "req-7") {
			t.Errorf("the log has not %q: %s", secret, log.String())
		}
	}
}

// A panic in the middle of an answer breaks the connection off: what was sent is not all of it.
func TestAPanicDoesNotEndAnAnswerHalfway(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
	type nothing struct{}
	huma.Register(s.server.api, s.server.op(Viewer, huma.Operation{OperationID: "panic", Method: "GET", Path: "/panic", Hidden: true}), func(context.Context, *nothing) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			fmt.Fprint(ctx.BodyWriter(), "half")
			panic("a fault")
		}}, nil
	})
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.String() != "half" {
			t.Errorf("panic %v after %q", p, w.Body)
		}
	}()
	s.server.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/panic", nil))
}

// An error after the first byte breaks the connection off; one before it is a problem.
func TestStreamsDoNotEndHalfway(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for _, begun := range []bool{false, true} {
		w := httptest.NewRecorder()
		ctx := humago.NewContext(&huma.Operation{}, httptest.NewRequest("GET", "/", nil), w)
		out := s.server.stream(1, "text/plain", "x.txt", func(_ context.Context, w io.Writer) error {
			if begun {
				fmt.Fprint(w, "half")
			}
			return errors.New("the other half is missing")
		})
		func() {
			defer func() {
				if p := recover(); (p == http.ErrAbortHandler) != begun {
					t.Errorf("begun %v: panic %v", begun, p)
				}
			}()
			out.Body(ctx)
		}()
		if !begun && (w.Code != 500 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("ETag") != "") {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	}
}
