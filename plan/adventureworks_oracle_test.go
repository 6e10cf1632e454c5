package plan_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/plan/tables"
)

// sharedData is the folder of a shared data set; without it the test skips, loudly.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	shared := os.Getenv("TAKT_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	dir := filepath.Join(shared, "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: the shared data set %s is absent (set TAKT_SHARED): %v", name, err)
	}
	return dir
}

// The real data set comes out of the engine as it comes out of the slow oracle,
// order by order.
func TestAdventureWorksEqualsOracle(t *testing.T) {
	m, _, err := tables.Load(context.Background(), sharedData(t, "adventureworks"), tables.Options{})
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
