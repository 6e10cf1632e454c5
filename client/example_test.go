package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/taktplan/takt/client"
)

// service answers as takt serve does, for the examples.
func service(answers map[string]string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := answers[r.Method+" "+r.URL.Path]
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Takt-Version", "7")
		if strings.HasPrefix(text, "id:") {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		if !ok {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			text = `{"type": "/problems/unknown", "detail": "no demand SO-10001: did you mean \"SO-1001\"?", "kind": "demand", "id": "SO-10001", "closest": "SO-1001"}`
		}
		fmt.Fprint(w, text)
	}))
}

// An urgent order: ask, look at the options, take the best.
func Example() {
	s := service(map[string]string{
		"POST /v1/rush": `{"rush": "3rk7", "version": 7, "options": [{"option": 1, "promise": "2026-04-09", "on_time": true,
			"slips": [{"demand": "SO-1011", "later_s": 86400}], "cost": {"total": "120"}}]}`,
		"POST /v1/rush/3rk7/options/1/commit": `{"version": 8, "kind": "committed", "changes": ["add demand R-1"]}`,
	})
	defer s.Close()
	ctx, c := context.Background(), &client.Client{URL: s.URL}

	rush, err := c.Rush(ctx, client.RushRequest{Wanted: client.Wanted{Demand: "R-1", Item: "FRIDGE-420", Quantity: "60", Due: "2026-04-10", Customer: "Mediahaus"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	best := rush.Options[0]
	fmt.Println("there on", best.Promise, "for", best.Cost.Total, "and", len(best.Slips), "order later")
	step, err := c.CommitRush(ctx, rush.ID, best.Option)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("version", step.Version, step.Changes)
	// Output:
	// there on 2026-04-09 for 120 and 1 order later
	// version 8 [add demand R-1]
}

// A problem has the data of the error.
func ExampleProblem() {
	s := service(nil)
	defer s.Close()
	c := &client.Client{URL: s.URL}
	_, err := c.Apply(context.Background(), []client.Change{{"change": "move_demand", "demand": "SO-10001", "due": "2026-04-20"}})
	if p, ok := errors.AsType[*client.Problem](err); ok {
		fmt.Println(p)
		fmt.Println(p.Name(), p.Kind, p.Closest)
	}
	// Output:
	// no demand SO-10001: did you mean "SO-1001"?
	// unknown demand SO-1001
}

// Lists go on over all pages.
func ExampleClient_Demands() {
	s := service(map[string]string{"GET /v1/plan/demands": `{"version": 7, "total": 2, "items": [{"demand": "SO-1", "late_days": 1.5}, {"demand": "SO-2", "late_days": 0.25}]}`})
	defer s.Close()
	c := &client.Client{URL: s.URL}
	for row, err := range c.Demands(context.Background(), client.Query{Where: map[string]string{"status": "late"}, Sort: "-late_days"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Text("demand"), row.Text("late_days"))
	}
	// Output:
	// SO-1 1.5
	// SO-2 0.25
}

// Tables that are wrong come back with every error.
func ExampleClient_Upload() {
	s := service(map[string]string{"POST /v1/tables": `{"version": 8, "count": 1, "changes": ["resize demand SO-1"], "tables": ["demands"]}`})
	defer s.Close()
	c := &client.Client{URL: s.URL}
	csv := []byte("demand,qty\nSO-1,31\n")
	done, err := c.Upload(context.Background(), client.Upload{Files: []client.File{{Name: "demands.csv", Data: csv}}})
	if p, ok := errors.AsType[*client.Problem](err); ok {
		for _, f := range p.Errors {
			fmt.Println(f.File, f.Line, f.Column, f.Detail)
		}
		return
	}
	fmt.Println("version", done.Version, done.Changes)
	// Output:
	// version 8 [resize demand SO-1]
}

// An export is read while the service writes it.
func ExampleClient_ExportPlan() {
	s := service(map[string]string{"GET /v1/exports/plan": "a ZIP of CSV files"})
	defer s.Close()
	c := &client.Client{URL: s.URL}
	file, err := c.ExportPlan(context.Background(), client.ExportQuery{Format: "zip"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	n, err := io.Copy(io.Discard, file) // or into an *os.File of the name file.Name
	fmt.Println("version", file.Version, n, "bytes", err)
	// Output:
	// version 7 18 bytes <nil>
}

// What happens to the plan, one event for each version.
func ExampleClient_Events() {
	s := service(map[string]string{"GET /v1/events": `id: 8
event: committed
data: {"version": 8, "kind": "committed", "changes": ["add demand R-1"], "shifts": [{"demand": "R-1", "promised_after": "2026-04-10"}]}

`})
	defer s.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop() // ends the stream
	c := &client.Client{URL: s.URL}
	for e, err := range c.Events(ctx, 7) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if e.Kind == client.Reset {
			continue // events were missed: read the plan again
		}
		for _, shift := range e.Shifts {
			fmt.Println("version", e.Version, e.Changes, shift.Demand, "is there on", shift.After)
		}
		break
	}
	// Output:
	// version 8 [add demand R-1] R-1 is there on 2026-04-10
}
