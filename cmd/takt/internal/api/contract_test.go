package api

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// call is a request for the contract test. In its path $name stands for the id that an earlier answer gave.
type call struct {
	operation, method, path, body string
	status                        int
	headers                       []string
	keep                          string // name under which the id of the answer is kept
}

// contract calls every operation on a fresh copy of examples/appliance.
var contract = []call{
	{"get-plan", "GET", "/v1/plan", "", 200, nil, ""},
	{"get-plan", "GET", "/v1/plan", "", 304, []string{"If-None-Match", `W/"0", "1"`}, ""},
	{"list-kpis", "GET", "/v1/plan/kpis", "", 200, nil, ""},
	{"list-orders", "GET", "/v1/plan/orders?kind=make&sort=-qty&limit=3", "", 200, nil, ""},
	{"list-orders", "GET", "/v1/plan/orders?colour=red", "", 422, nil, ""},
	{"get-order", "GET", "/v1/plan/orders/ACID-HCL@main%2F2026-07-02%2F1", "", 200, nil, ""},
	{"get-order", "GET", "/v1/plan/orders/PO-4404", "", 200, nil, ""},
	{"get-order", "GET", "/v1/plan/orders/PO-4404", "", 304, []string{"If-None-Match", "*"}, ""},
	{"get-order", "GET", "/v1/plan/orders/none", "", 404, nil, ""},
	{"list-order-operations", "GET", "/v1/plan/orders/BRACKET-HINGE@main%2F2026-03-30%2F1/operations", "", 200, nil, ""},
	{"list-demands", "GET", "/v1/plan/demands?status=late&late_days.from=1.5&due.to=2026-06-30", "", 200, nil, ""},
	{"get-demand", "GET", "/v1/plan/demands/SO-1038", "", 200, nil, ""},
	{"get-demand", "GET", "/v1/plan/demands/SO-10381", "", 404, nil, ""},
	{"list-deliveries", "GET", "/v1/plan/deliveries", "", 200, nil, ""},
	{"list-pegging", "GET", "/v1/plan/pegging", "", 200, nil, ""},
	{"get-pegging-tree", "GET", "/v1/plan/pegging/SO-1038?depth=2", "", 200, nil, ""},
	{"get-pegging-tree", "GET", "/v1/plan/pegging/PO-4404?direction=up", "", 200, nil, ""},
	{"get-pegging-tree", "GET", "/v1/plan/pegging/PO-4404?direction=sideways", "", 422, nil, ""},
	{"list-messages", "GET", "/v1/plan/messages?limit=1000", "", 200, nil, ""},
	{"list-projected", "GET", "/v1/plan/projected?item=FRIDGE-420", "", 200, nil, ""},
	{"list-schedule", "GET", "/v1/plan/schedule?sort=start", "", 200, nil, ""},
	{"list-load", "GET", "/v1/plan/load", "", 200, nil, ""},
	{"list-part-requirements", "GET", "/v1/plan/parts/FRIDGE-420/requirements", "", 200, nil, ""},
	{"list-part-requirements", "GET", "/v1/plan/parts/FRIDGE/requirements", "", 404, nil, ""},
	{"explain", "GET", "/v1/explain/SO-1038", "", 200, nil, ""},
	{"explain", "GET", "/v1/explain/FRIDGE-420?as=demand", "", 404, nil, ""},
	{"export-plan", "GET", "/v1/exports/plan?format=json", "", 200, nil, ""},
	{"export-plan", "GET", "/v1/exports/plan", "", 200, nil, ""},
	{"get-report", "GET", "/v1/report", "", 200, nil, ""},
	{"get-model", "GET", "/v1/model", "", 200, []string{"Accept", "application/json"}, ""},
	{"list-tables", "GET", "/v1/tables", "", 200, nil, ""},
	{"get-table", "GET", "/v1/tables/demands?item=FRIDGE-420", "", 200, nil, ""},
	{"get-table", "GET", "/v1/tables/demands", "", 200, []string{"Accept", "text/csv"}, ""},
	{"get-row", "GET", "/v1/tables/items/FRIDGE-420", "", 200, nil, ""},
	{"get-row", "GET", "/v1/tables/items/FRIDGE-420?colour=red", "", 422, nil, ""},
	{"upload-tables", "POST", "/v1/tables?check=true", `{"demands":[{"demand":"SO-1038","qty":31}]}`, 200, nil, ""},
	{"upload-tables", "POST", "/v1/tables", `{"demands":[{"demand":"SO-1038","qty":"x"}]}`, 422, nil, ""},
	{"patch-row", "PATCH", "/v1/tables/demands/SO-1038", `{"qty":31}`, 200, nil, ""},
	{"put-row", "PUT", "/v1/tables/demands/SO-1", `{"item":"FRIDGE-420","qty":2,"due":"2026-05-20"}`, 200, []string{"Idempotency-Key", "put", "If-Match", "*"}, ""},
	{"put-row", "PUT", "/v1/tables/demands/SO-1", `{"item":"FRIDGE-420","qty":2,"due":"2026-05-20"}`, 200, []string{"Idempotency-Key", "put"}, ""},
	{"delete-row", "DELETE", "/v1/tables/demands/SO-1", "", 412, []string{"If-Match", `"1"`}, ""},
	{"delete-row", "DELETE", "/v1/tables/demands/SO-1", "", 200, nil, ""},
	{"apply-changes", "POST", "/v1/changes", `{"changes":[{"change":"prioritize_demand","demand":"SO-1038","priority":2}]}`, 200, nil, ""},
	{"undo-version", "POST", "/v1/undo", `{"version":5}`, 200, nil, ""},
	{"list-changes", "GET", "/v1/changes", "", 200, nil, ""},
	{"list-audit", "GET", "/v1/audit", "", 200, nil, ""},
	{"rush-order", "POST", "/v1/rush", `{"demand":"R-1","item":"FRIDGE-420","qty":6,"due":"2026-04-10","customer":"Mediahaus"}`, 200, nil, "rush"},
	{"get-rush", "GET", "/v1/rush/$rush", "", 200, nil, ""},
	{"commit-rush", "POST", "/v1/rush/$rush/options/99/commit", `{}`, 404, nil, ""},
	{"promise-date", "POST", "/v1/promise", `{"item":"FRIDGE-420","qty":4,"due":"2026-05-10"}`, 200, nil, ""},
	{"make-quote", "POST", "/v1/quotes", `{"demand":"Q-1","item":"FRIDGE-420","qty":2,"due":"2026-06-10","expires":"2026-03-20"}`, 200, nil, ""},
	{"list-quotes", "GET", "/v1/quotes", "", 200, nil, ""},
	{"cancel-quote", "POST", "/v1/quotes/Q-1/cancel", "", 200, nil, ""},
	{"confirm-quote", "POST", "/v1/quotes/Q-1/confirm", "", 422, nil, ""},
	{"expire-quote", "POST", "/v1/quotes/Q-2/expire", "", 404, nil, ""},
	{"review-orders", "POST", "/v1/review", `{"orders":[{"demand":"N-1","item":"FRIDGE-420","qty":1,"due":"2026-06-12"}]}`, 200, nil, ""},
	{"make-scenario", "POST", "/v1/scenarios", `{"name":"more","changes":[{"change":"resize_demand","demand":"SO-1038","qty":33}]}`, 201, nil, "scenario"},
	{"list-scenarios", "GET", "/v1/scenarios", "", 200, nil, ""},
	{"get-scenario", "GET", "/v1/scenarios/$scenario", "", 200, nil, ""},
	{"change-scenario", "POST", "/v1/scenarios/$scenario/changes", `{"changes":[{"change":"prioritize_demand","demand":"SO-1038","priority":1}]}`, 200, nil, ""},
	{"compare-scenario", "GET", "/v1/scenarios/$scenario/compare", "", 200, nil, ""},
	{"commit-scenario", "POST", "/v1/scenarios/$scenario/commit", "", 200, nil, ""},
	{"delete-scenario", "DELETE", "/v1/scenarios/none", "", 404, nil, ""},
	{"start-job", "POST", "/v1/jobs", `{"kind":"optimise","iterations":10,"seed":1}`, 202, nil, "job"},
	{"list-jobs", "GET", "/v1/jobs", "", 200, nil, ""},
	{"get-job", "GET", "/v1/jobs/$job", "", 200, nil, ""},
	{"cancel-job", "DELETE", "/v1/jobs/$job", "", 200, nil, ""},
	{"commit-job", "POST", "/v1/jobs/none/commit", "", 404, nil, ""},
	{"put-model", "PUT", "/v1/model", `{}`, 422, nil, ""},
	{"put-model", "PUT", "/v1/model", "$model", 200, nil, ""},
}

// Every answer is what the description says: status, media type, members and their types; so is every error.
func TestEveryOperationAnswersAsDescribed(t *testing.T) {
	s := appliance(t)
	operations := map[string]*huma.Operation{}
	for _, item := range s.server.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op != nil {
				operations[op.OperationID] = op
			}
		}
	}
	called := map[string]bool{"follow-events": true, // does not end; its own test reads it
		"list-tokens": true, "make-token": true, "revoke-token": true} // package access answers them: TestTokensAreAnsweredAsDescribed
	kept := map[string]string{}
	for _, c := range contract {
		path := c.path
		for name, id := range kept {
			path = strings.ReplaceAll(path, "$"+name, id)
		}
		body := c.body
		if body == "$model" {
			body = string(s.get("/v1/model?format=json").want(200).text)
		}
		r := s.ask(c.method, path, body, c.headers...)
		name := fmt.Sprintf("%s %s %s", c.operation, c.method, c.path)
		if r.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", name, r.status, c.status, r.text)
			continue
		}
		op := operations[c.operation]
		if op == nil {
			t.Errorf("%s: no such operation", name)
			continue
		}
		called[c.operation] = true
		checkAnswer(t, s, name, op, r)
		if c.keep != "" {
			var made struct {
				ID       string `json:"id"`
				Rush     string `json:"rush"`
				Scenario string `json:"scenario"`
				Job      string `json:"job"`
			}
			if err := json.Unmarshal(r.text, &made); err != nil {
				t.Fatal(err)
			}
			kept[c.keep] = made.ID + made.Rush + made.Scenario + made.Job
		}
	}
	for id, op := range operations {
		if !called[id] {
			t.Errorf("%s is not called: add it to the contract", id)
		}
		if op.Summary == "" || len(op.Tags) == 0 || op.Extensions["x-role"] == nil {
			t.Errorf("%s has no summary, tag or role", id)
		}
	}
}

// checkAnswer holds an answer against the description of its operation.
func checkAnswer(t *testing.T, s *service, name string, op *huma.Operation, r *reply) {
	t.Helper()
	doc := s.server.OpenAPI()
	described := op.Responses[strconv.Itoa(r.status)]
	if described == nil {
		t.Errorf("%s: status %d is not described", name, r.status)
		return
	}
	if described.Ref != "" {
		described = doc.Components.Responses["Problem"]
	}
	if r.status < http.StatusMultipleChoices && r.header.Get("Takt-Version") == "" && op.Tags[0] == "plan" {
		t.Errorf("%s: the answer names no version", name)
	}
	if len(described.Content) == 0 {
		return
	}
	media, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	form := described.Content[media]
	if form == nil {
		t.Errorf("%s: %s is not described", name, media)
		return
	}
	if !strings.HasSuffix(media, "json") {
		return
	}
	var v any
	if err := json.Unmarshal(r.text, &v); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	result := &huma.ValidateResult{}
	huma.Validate(doc.Components.Schemas, form.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, result)
	for _, err := range result.Errors {
		t.Errorf("%s: not as described: %v", name, err)
	}
}
