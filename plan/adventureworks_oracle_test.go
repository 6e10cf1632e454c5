package plan_test

import (
	"context"
	"testing"

	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/internal/shareddata"
	"github.com/taktplan/takt/plan/tables"
)

// The real data set comes out of the engine as it comes out of the slow oracle,
// order by order.
func TestAdventureWorksEqualsOracle(t *testing.T) {
	m, _, err := tables.Load(context.Background(), shareddata.Path(t, "adventureworks"), tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := m.Rows()
	p := planOf(t, rows)
	if diff := firstDifference(ordersText(p), expectedText(oracle.Plan(rows))); diff != "" {
		t.Fatalf("orders differ at %s", diff)
	}
	if n := p.Material().NumOrders(); n != 6800 {
		t.Errorf("%d orders, 6800 when this was written", n)
	}
}
