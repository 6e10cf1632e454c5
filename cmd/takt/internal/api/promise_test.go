package api

import (
	"net/http"
	"testing"
)

func (s *service) promise(body string) PromiseAnswer {
	s.t.Helper()
	return read[PromiseAnswer](s.post("/v1/promise", body).want(http.StatusOK))
}

// The press is taken until Thursday: eight more pieces are there on Friday, and a promise changes nothing.
func TestAPromiseIsTheEarliestDateThatDisturbsNobody(t *testing.T) {
	s := serve(t, fourOrders().Model)
	p := s.promise(`{"item":"A","qty":8,"due":"2026-03-03"}`)
	if p.Version != 1 || p.AsAsked || p.Promised != "2026-03-06" || len(p.Slips) != 0 || p.Mode != "no_disturbance" || len(p.Causes) == 0 {
		t.Errorf("%+v", p)
	}
	if p.Quantity != "8" || p.LateDays != "3" {
		t.Errorf("%s pieces, %s days late", p.Quantity, p.LateDays)
	}
	if most := s.promise(`{"item":"A","due":"2026-03-12"}`); most.Largest == "0" || most.Promised == "" {
		t.Errorf("%+v", most)
	}
	if early := s.promise(`{"item":"A","qty":"8"}`); early.Promised == "" || early.Site != "main" || early.Due != "" || !early.AsAsked {
		t.Errorf("%+v", early)
	}
	if asap := s.promise(`{"item":"A","qty":8,"due":"2026-03-02","mode":"asap"}`); asap.Promised >= p.Promised || asap.Mode != "asap" {
		t.Errorf("%+v", asap)
	}
	if special := s.promise(`{"item":"A-RED","like":"A","design_days":3,"qty":1}`); len(special.Designs) != 1 || special.Designs[0].Days != 3 {
		t.Errorf("%+v", special)
	}
	if s.version() != 1 {
		t.Error("a promise changed the plan")
	}
}

func TestInquiriesThatMakeNoSense(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for body, field := range map[string]string{
		`{"item":"A"}`:                            "qty",
		`{"item":"A","qty":0}`:                    "qty",
		`{"item":"A","qty":1,"due":"x"}`:          "due",
		`{"item":"A","qty":1,"due":"2026-01-01"}`: "due",
		`{"item":"Z","qty":1}`:                    "item",
		`{"item":"A","qty":1,"mode":"jit"}`:       "due",
		`{"item":"A","qty":1,"design_days":3}`:    "design_days",
		`{"item":"A","qty":1,"like":"Z"}`:         "",
		`{"item":"B","qty":1,"like":"Z"}`:         "like",
	} {
		r := s.post("/v1/promise", body)
		if p := r.refused(422, "invalid-value"); field != "" && p.Field != field {
			t.Errorf("%s: %s", body, r.text)
		}
	}
	s.post("/v1/promise", `{"item":"A","qty":1,"mode":"soon"}`).refused(422, "invalid-request")
	s.post("/v1/promise", `[]`).refused(422, "invalid-request")
}
