package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/plan/tables"
)

// pages follows next to the end.
func (s *service) pages(path string, each func(listed)) {
	s.t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	cursor := ""
	for range 10_000 {
		l := s.get(path + cursor).list()
		each(l)
		if l.Next == "" {
			return
		}
		cursor = join + "cursor=" + l.Next
	}
	s.t.Fatal("the pages have no end")
}

// The pages of a list, of any size and in any order, are the list: every row once.
func TestPagesMakeTheWholeList(t *testing.T) {
	s := appliance(t)
	for _, path := range []string{"orders", "demands", "messages", "pegging", "schedule", "load", "projected", "deliveries"} {
		for _, sort := range []string{"", "&sort=-item", "&sort=qty,-item", "&sort=-late_days", "&sort=-finite_end,kind"} {
			first := s.get("/v1/plan/" + path + "?limit=1000" + sort)
			if first.status == 422 && sort != "" {
				continue // this table has no such column
			}
			var whole, cut []string
			total := first.list().Total
			s.pages("/v1/plan/"+path+"?limit=1000"+sort, func(l listed) {
				for _, item := range l.Items {
					whole = append(whole, fmt.Sprint(item))
				}
			})
			s.pages("/v1/plan/"+path+"?limit=173"+sort, func(l listed) {
				for _, item := range l.Items {
					cut = append(cut, fmt.Sprint(item))
				}
			})
			if len(whole) != total || !slices.Equal(whole, cut) {
				t.Errorf("%s%s: %d rows of %d by the thousand, %d in small pages, or in another order", path, sort, len(whole), total, len(cut))
			}
		}
	}
}

// Rows that are equal in every cell are still told one by one.
func TestPagesOfEqualRows(t *testing.T) {
	src := &source{columns: []tables.Column{{Name: "a"}}, key: []int{0}, zone: time.UTC, object: func(b []byte, r row) []byte { return append(b, r.Cell(0)...) }}
	src.rows = func(yield func(row) bool) {
		for _, text := range []string{"x", "y", "x", "x", "z", "x"} {
			if !yield(cells{text}) {
				return
			}
		}
	}
	order, _ := sortColumns(src.columns, src.key, "")
	var got []string
	cursor := ""
	for range 10 {
		after, err := readCursor(cursor, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		p := &selection{limit: 1, order: order, after: after}
		items, next, total := p.cut(src)
		if total != 6 {
			t.Errorf("total %d", total)
		}
		got = append(got, string(items[0]))
		if cursor = next; cursor == "" {
			break
		}
	}
	if strings.Join(got, "") != "xxxxyz" {
		t.Errorf("pages gave %v", got)
	}
}

type cells []string

func (c cells) Cell(i int) []byte { return []byte(c[i]) }

// A sorted list is in order by what cells mean: numbers as numbers, dates and times as instants, empty cells last.
func TestListsSortByMeaning(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind  tables.Kind
		order string
	}{
		{tables.KindNumber, "-12 -2.5 -2.25 0 0.5 0.75 2 10 10.1 9223372036854.775807 "},
		{tables.KindDate, "2026-03-01 2026-03-02 2026-03-02T00:30:00+01:00 2026-03-02T01:00:00Z 2026-03-03 "},
		{tables.KindID, "A A10 A2 a "},
		{tables.KindBool, "false true "},
	} {
		list := strings.Split(c.order, " ")
		for i := range list {
			for j := range list {
				got, want := compareCells(c.kind, zone, []byte(list[i]), []byte(list[j])), i-j
				if got < 0 != (want < 0) || got > 0 != (want > 0) {
					t.Errorf("%q and %q compare as %d", list[i], list[j], got)
				}
			}
		}
	}
}

// A condition holds for the rows that it says, and for no others.
func TestFiltersChooseRows(t *testing.T) {
	s := appliance(t)
	all := s.get("/v1/plan/orders?limit=1000").list().Items
	for query, holds := range map[string]func(map[string]any) bool{
		"kind=make":                    func(o map[string]any) bool { return o["kind"] == "make" },
		"kind=make&kind=buy":           func(o map[string]any) bool { return o["kind"] == "make" || o["kind"] == "buy" },
		"qty.from=100&qty.to=200":      func(o map[string]any) bool { q := o["qty"].(float64); return q >= 100 && q <= 200 },
		"qty=200.000":                  func(o map[string]any) bool { return o["qty"].(float64) == 200 },
		"start.to=2026-03-20&kind=buy": func(o map[string]any) bool { return o["start"].(string) <= "2026-03-20" && o["kind"] == "buy" },
		"finite_end.to=2026-03-20":     func(o map[string]any) bool { return o["finite_end"].(string)[:10] <= "2026-03-20" },
		"finite_end.from=2026-05-01":   func(o map[string]any) bool { return o["finite_end"].(string)[:10] >= "2026-05-01" },
		"demand=":                      func(o map[string]any) bool { return o["demand"] == nil },
		"late_days.from=1":             func(o map[string]any) bool { return o["late_days"].(float64) >= 1 },
	} {
		want := 0
		for _, o := range all {
			if holds(o) {
				want++
			}
		}
		got := s.get("/v1/plan/orders?limit=1000&" + query).list()
		if want == 0 || want == len(all) {
			t.Errorf("%s decides nothing here", query)
		}
		if got.Total != want || len(got.Items) != want {
			t.Errorf("%s: %d rows, total %d, want %d", query, len(got.Items), got.Total, want)
		}
		for _, o := range got.Items {
			if !holds(o) {
				t.Errorf("%s: %v", query, o)
			}
		}
	}
}

// What a list cannot do it says, with the name that may have been meant.
func TestListsRefuseWhatTheyDoNotKnow(t *testing.T) {
	s := appliance(t)
	for query, field := range map[string]string{
		"itme=X": "itme", "sort=itme": "sort", "qty=many": "qty", "qty.from=1e9": "qty.from", "start=soon": "start", "item.from=A": "item.from",
		"cursor=x": "cursor", "cursor=e30": "cursor", "qty=" + strings.Repeat("9", 100): "qty", "": "",
	} {
		if field == "" {
			continue
		}
		p := s.get("/v1/plan/orders?"+query).refused(422, "invalid-value")
		if p.Field != field || !strings.Contains(p.Detail, field) {
			t.Errorf("%s: %+v", query, p)
		}
	}
	next := s.get("/v1/plan/orders?limit=1&sort=qty").list().Next
	s.get("/v1/plan/orders?limit=1&cursor="+next).refused(422, "invalid-value") // made for another order
	s.get("/v1/plan/orders?limit=0").refused(422, "invalid-request")
	s.get("/v1/plan/orders?limit=1001").refused(422, "invalid-request")
	s.get("/v1/plan/orders?item=%zz").refused(400, "bad-request")
	if p := s.get("/v1/plan/orders?itme=X").problem(); !strings.Contains(p.Detail, "did you mean item?") {
		t.Error(p.Detail)
	}
}

// A list that the plan changes under goes on behind the last row given, on the new plan.
func TestACursorOutlivesItsVersion(t *testing.T) {
	s := serve(t, fourOrders().Model)
	first := s.get("/v1/plan/demands?limit=2").list()
	if len(first.Items) != 2 || first.Items[1]["demand"] != "S2" {
		t.Fatalf("%+v", first)
	}
	s.change(`{"change":"cancel_demand","demand":"S2"},` + add("S0", 1, 20) + `,` + add("S25", 1, 20))
	second := s.get("/v1/plan/demands?limit=9&cursor=" + url.QueryEscape(first.Next)).list()
	var got []string
	for _, d := range second.Items {
		got = append(got, d["demand"].(string))
	}
	if second.Version != 2 || strings.Join(got, " ") != "S25 S3 S4" {
		t.Errorf("version %d: %v", second.Version, got)
	}
}

// The table schedule, which is read, and the list schedule, which is planned, are two.
func TestListsOfOneNameAreNotMixedUp(t *testing.T) {
	s := appliance(t)
	type list struct {
		Total int
		Items []map[string]any
	}
	for range 2 { // the second time both are kept
		var read, planned list
		for path, out := range map[string]*list{"/v1/tables/schedule?limit=1": &read, "/v1/plan/schedule?limit=1": &planned} {
			if err := json.Unmarshal(s.get(path).want(200).text, out); err != nil {
				t.Fatal(err)
			}
		}
		if read.Total != 0 || planned.Total == 0 {
			t.Errorf("%d rows were read and %d are planned", read.Total, planned.Total)
		}
	}
}

// A table that is too long to be kept as text is cut into the same pages.
func TestLongTablesAreCutWithoutBeingKept(t *testing.T) {
	s := appliance(t)
	v := s.server.now()
	table, _ := v.table("pegging")
	kept := v.source("pegging", table, []string{"item"}, time.UTC)
	loose := *kept
	loose.rows = rowsOf(table)
	order, _ := sortColumns(kept.columns, kept.key, "-qty")
	p := &selection{limit: 50, order: order, sort: "-qty"}
	a, nextA, totalA := p.cut(kept)
	b, nextB, totalB := p.cut(&loose)
	if !slices.EqualFunc(a, b, func(x, y []byte) bool { return string(x) == string(y) }) || nextA != nextB || totalA != totalB || len(a) != 50 {
		t.Errorf("%d and %d rows of %d and %d", len(a), len(b), totalA, totalB)
	}
}
