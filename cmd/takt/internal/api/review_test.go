package api

import (
	"testing"
)

const incoming = `"orders":[
	{"demand":"N1","item":"A","qty":4,"due":"2026-03-12","customer":"Hansen"},
	{"demand":"N2","item":"A","qty":8,"due":"2026-03-03"}]`

// Orders are decided on in their sequence; nothing is changed unless that was asked for.
func TestReviewDecidesOnOrders(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r := read[ReviewAnswer](s.post("/v1/review", `{`+incoming+`}`).want(200))
	if len(r.Verdicts) != 2 || r.Verdicts[0].Decision != "accept" || r.Verdicts[1].Decision != "counter_offer" || r.Step != nil || s.version() != 1 {
		t.Fatalf("%+v", r)
	}
	if v := r.Verdicts[1]; v.Promised <= v.Due || len(v.Reasons) == 0 || v.Held {
		t.Errorf("%+v", v)
	}
}

// With accept the accepted orders are in the plan, and the counter-offers that are held as quotes.
func TestReviewPutsAcceptedOrdersIntoThePlan(t *testing.T) {
	s := serve(t, fourOrders().Model)
	body := `{` + incoming + `,"accept":true,"hold":"2026-03-20","levers":false}`
	r := s.post("/v1/review", body, "Idempotency-Key", "r", "If-Match", `"1"`).want(200)
	a := read[ReviewAnswer](r)
	n1, _ := s.demand("N1")
	n2, _ := s.demand("N2")
	if a.Version != 2 || a.Step == nil || n1.ID != "N1" || n1.Status != 0 || n2.Status != 2 || !a.Verdicts[1].Held || s.version() != 2 {
		t.Fatalf("%s", r.text)
	}
	again := s.post("/v1/review", body, "Idempotency-Key", "r", "If-Match", `"1"`).want(200)
	if again.header.Get("Idempotency-Replayed") != "true" || read[ReviewAnswer](again).Version != 2 || s.version() != 2 {
		t.Errorf("%s", again.text)
	}
	s.post("/v1/review", body).refused(422, "invalid-value") // they are in the plan by now
	s.post("/v1/review", body, "If-Match", `"1"`).refused(412, "stale")
}

// Every order that cannot be meant is named with its place; nothing is reviewed.
func TestBadOrdersAreAllNamed(t *testing.T) {
	s := serve(t, fourOrders().Model)
	p := s.post("/v1/review", `{"orders":[{"demand":"N1","item":"A","qty":"x","due":"y"},{"demand":"N2","item":"A","qty":1},{"demand":"N3","item":"A","qty":1,"due":"2026-03-12"}]}`).refused(422, "invalid-value")
	if len(p.Errors) != 3 || p.Errors[0].Location != "body.orders[0].qty" || p.Errors[2].Location != "body.orders[1].due" {
		t.Errorf("%+v", p.Errors)
	}
	p = s.post("/v1/review", `{"orders":[{"demand":"N1","item":"Z","qty":1,"due":"2026-03-12"},{"demand":"N1","item":"A","qty":1,"due":"2026-03-12"}]}`).refused(422, "invalid-value")
	if len(p.Errors) != 2 || p.Errors[0].Location != "body.orders[0].item" || p.Errors[1].Location != "body.orders[1].demand" {
		t.Errorf("%+v", p.Errors)
	}
	p = s.post("/v1/review", `{"orders":[{"item":"A","qty":1,"due":"2026-03-12"}]}`).refused(422, "invalid-value")
	if p.Field != "demand" || *p.Index != 0 {
		t.Errorf("%+v", p)
	}
	s.post("/v1/review", `{"orders":[]}`).refused(422, "invalid-request")
	s.post("/v1/review", `{`+incoming+`,"hold":"2026-01-01"}`).refused(422, "invalid-value")
}
