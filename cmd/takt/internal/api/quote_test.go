package api

import (
	"net/http"
	"testing"
)

const asked = `{"demand":"Q","item":"A","qty":8,"due":"2026-03-03","customer":"Hansen","expires":"2026-03-20"}`

// A quote holds its date: it is in the plan, and becomes an order when the customer says yes.
func TestAQuoteIsMadeAndConfirmed(t *testing.T) {
	s := serve(t, fourOrders().Model)
	q := read[QuoteAnswer](s.post("/v1/quotes", asked).want(200))
	if q.Version != 2 || q.Quote == nil || q.Quote.Due != "2026-03-06" || q.Quote.Status != "quote" || q.Quote.Expired || q.Promise == nil {
		t.Fatalf("%+v", q)
	}
	page := read[QuotePage](s.get("/v1/quotes").want(200))
	if page.Total != 1 || page.Items[0].Demand != "Q" || page.Items[0].Customer != "Hansen" || page.Version != 2 {
		t.Errorf("%+v", page)
	}
	step := read[Event](s.post("/v1/quotes/Q/confirm", "").want(200))
	if d, _ := s.demand("Q"); d.Status != 0 || step.Version != 3 {
		t.Errorf("%+v %+v", d, step)
	}
	s.post("/v1/quotes/Q/cancel", "").refused(422, "quote")
	if page := read[QuotePage](s.get("/v1/quotes").want(200)); page.Total != 0 || page.Items == nil {
		t.Errorf("%+v", page)
	}
}

func TestAQuoteIsCancelledOrExpires(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.post("/v1/quotes", asked).want(200)
	if p := s.post("/v1/quotes/Q/expire", "").refused(422, "quote"); p.ID != "Q" || p.Value != "quote" {
		t.Errorf("%+v", p)
	}
	s.post("/v1/quotes/Q/cancel", "", "If-Match", `"1"`).refused(412, "stale")
	s.post("/v1/quotes/Q/cancel", "", "If-Match", `"2"`).want(200)
	for _, step := range []string{"confirm", "expire", "cancel"} {
		if p := s.post("/v1/quotes/nobody/"+step, "").refused(404, "not-found"); p.ID != "nobody" {
			t.Errorf("%+v", p)
		}
	}
}

// A quote that is asked for again with its key is not planned again.
func TestARepeatedQuoteIsAnsweredAgain(t *testing.T) {
	s := serve(t, fourOrders().Model)
	first := read[QuoteAnswer](s.post("/v1/quotes", asked, "Idempotency-Key", "q").want(200))
	r := s.post("/v1/quotes", asked, "Idempotency-Key", "q").want(200)
	again := read[QuoteAnswer](r)
	if r.header.Get("Idempotency-Replayed") != "true" || again.Version != first.Version || again.Quote == nil || *again.Quote != *first.Quote || s.version() != 2 {
		t.Errorf("%s", r.text)
	}
	s.post("/v1/quotes", asked).refused(422, "invalid-value")
}

func TestQuotesThatMakeNoSense(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for body, field := range map[string]string{
		`{"demand":"Q","item":"A","due":"2026-03-03","expires":"2026-03-20"}`:          "qty",
		`{"demand":"Q","item":"A","qty":8,"due":"2026-03-03","expires":"2026-01-20"}`:  "expires",
		`{"demand":"Q","item":"A","qty":8,"due":"2026-03-03","expires":"x"}`:           "expires",
		`{"demand":"S1","item":"A","qty":8,"due":"2026-03-03","expires":"2026-03-20"}`: "demand",
		`{"demand":"Q","item":"Z","qty":8,"due":"2026-03-03","expires":"2026-03-20"}`:  "item",
	} {
		r := s.post("/v1/quotes", body)
		if p := r.refused(422, "invalid-value"); p.Field != field {
			t.Errorf("%s: %s", body, r.text)
		}
	}
	s.post("/v1/quotes", `{"item":"A","qty":8}`).refused(422, "invalid-request")
	s.post("/v1/quotes", asked, "If-Match", `"9"`).refused(412, "stale")
}

// Quotes come in pages, by id.
func TestQuotesComeInPages(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for _, id := range []string{"Q2", "Q1", "Q3"} {
		s.post("/v1/quotes", `{"demand":"`+id+`","item":"A","qty":1,"expires":"2026-03-20"}`).want(http.StatusOK)
	}
	first := read[QuotePage](s.get("/v1/quotes?limit=2").want(200))
	if len(first.Items) != 2 || first.Total != 3 || first.Items[0].Demand != "Q1" || first.Next == "" {
		t.Fatalf("%+v", first)
	}
	second := read[QuotePage](s.get("/v1/quotes?limit=2&status=quote&cursor=" + first.Next).want(200))
	if len(second.Items) != 1 || second.Items[0].Demand != "Q3" || second.Next != "" {
		t.Errorf("%+v", second)
	}
	if none := read[QuotePage](s.get("/v1/quotes?status=inquiry").want(200)); none.Total != 0 {
		t.Errorf("%+v", none)
	}
}
