package mrp_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// TestMessagesInOrder: messages are sorted by code, item, site, order, demand and dates; a
// sequence gives the same messages each time, and stops when it is told to.
func TestMessagesInOrder(t *testing.T) {
	expired := 0
	for seed := uint64(1); seed <= 300; seed++ {
		model, err := oracle.Random(seed, int(seed%25)+3).Model()
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.New(context.Background(), model, plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		list := p.Material().Messages()
		if !slices.IsSortedFunc(list, func(a, b mrp.Message) int {
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Site, b.Site),
				cmp.Compare(a.Order, b.Order), cmp.Compare(a.Demand, b.Demand), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
		}) {
			t.Errorf("seed %d: messages are not in order", seed)
		}
		all := p.Material().AllMessages()
		for range all {
			break
		}
		if again := slices.Collect(all); !slices.Equal(again, list) || !slices.Equal(slices.Collect(all), list) {
			t.Errorf("seed %d: the sequence gives other messages", seed)
		}
		expired += checkExpired(t, model, list)
	}
	if expired == 0 {
		t.Error("no model has stock that expired before it could be used")
	}
}

// checkExpired: stock that expires before the start or in quarantine gives a message. It counts them.
func checkExpired(t *testing.T, m *plan.Model, list []mrp.Message) int {
	n := 0
	for _, l := range m.Book.LotsByPart() {
		if l.Expires == 0 || l.Quantity == 0 || l.Expires >= max(m.Book.Start, l.QuarantineUntil) {
			continue
		}
		n++
		if !slices.ContainsFunc(list, func(g mrp.Message) bool {
			return g.Code == mrp.ExpiringStock && g.Part == l.Part && g.Order == m.Catalog.Names.String(l.ID) && g.From == l.Expires &&
				g.Quantity == l.Quantity && strings.Contains(g.Text, "expired before it could be used")
		}) {
			t.Errorf("no message for lot %s of %s", m.Catalog.Names.String(l.ID), m.Catalog.Label(l.Part))
		}
	}
	return n
}
