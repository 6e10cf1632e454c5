package capacity

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/bom"
)

// shopOf is a shop of some work centres and calendars.
func shopOf(centres []WorkCentre, calendars map[string]*Calendar) *Shop {
	return &Shop{Centres: centres, calendars: calendars}
}

// The lead time of a routing is the exact sum of its operations, rounded up
// once: setup 30 + fixed 10 + 1.5 a unit for 100 units and 300 of queue are 490
// minutes, 1.02 days of 480, so 2. A day holds exactly 93⅓ units.
func TestLeadTimeOfRouting(t *testing.T) {
	day := mustCalendar(t, "Mon-Fri=06:00-14:00")
	s := shopOf([]WorkCentre{{ID: "A", Calendar: "day"}}, map[string]*Calendar{"day": day})
	lt := s.LeadTime([]Step{{Op: 10, SetupMin: 30 * bom.One, FixedMin: 10 * bom.One, RunMin: bom.MustNumber("1.5"), QueueMin: 300 * bom.One, Yield: bom.One}})
	if got := lt.Days(bom.Units(100)); got != 2 {
		t.Errorf("100 units take %d days, want 2", got)
	}
	if got := lt.Days(bom.MustQuantity("93.333333")); got != 1 { // 479.9999995 minutes
		t.Errorf("93.333333 units take %d days, want 1", got)
	}
	if got := lt.Days(bom.MustQuantity("93.333334")); got != 2 { // 480.000001 minutes
		t.Errorf("93.333334 units take %d days, want 2", got)
	}
	if _, ok := lt.Constant(); ok {
		t.Error("it depends on the quantity")
	}
}

// An alternate of an operation adds nothing; a subcontracted step adds its lead
// days; an oven runs once a load; efficiency divides run time.
func TestLeadTimeOfKinds(t *testing.T) {
	s := shopOf([]WorkCentre{{ID: "A"}, {ID: "B", Efficiency: bom.MustNumber("0.5")}, {ID: "O", Kind: Batch}}, nil)
	one := bom.Units(1440)
	for _, x := range []struct {
		name  string
		steps []Step
		want  int
	}{
		{"none", nil, 0},
		{"one", []Step{{Op: 10, Centre: 0, RunMin: bom.One}}, 1},
		{"an alternate", []Step{{Op: 10, Centre: 0, RunMin: bom.One}, {Op: 10, Centre: 1, RunMin: bom.One}}, 1},
		{"half efficiency", []Step{{Op: 10, Centre: 1, RunMin: bom.One}}, 2},
		{"subcontracted", []Step{{Op: 10, Centre: -1, LeadDays: 3, QueueMin: 9999 * bom.One}, {Op: 20, Centre: 0, RunMin: bom.One}}, 4},
		{"an oven of 1000", []Step{{Op: 10, Centre: 2, RunMin: 1000 * bom.One, BatchQuantity: bom.Units(1000)}}, 2},
	} {
		lt := s.LeadTime(x.steps)
		if got := lt.Days(one); got != x.want {
			t.Errorf("%s: %d days, want %d", x.name, got, x.want)
		}
	}
}

// The fast form equals exact fractions, for any minutes and quantities.
func TestLeadTimeIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		fixed, run := bom.Number(r.Int64N(5_000_000_000_000)), bom.Number(r.Int64N(50_000_000_000))
		q := bom.Quantity(r.Int64N(2_000_000_000))
		minutes, days := r.IntN(7*1440)+1, r.IntN(7)+1
		lt := LeadTime{fixed: fixed, run: run, minutes: uint16(minutes), days: uint16(days)}
		want := new(big.Rat).SetFrac64(int64(run), 1_000_000_000)
		want.Mul(want, new(big.Rat).SetFrac64(int64(q), 1_000_000))
		want.Add(want, new(big.Rat).SetFrac64(int64(fixed), 1_000_000_000))
		want.Mul(want, new(big.Rat).SetFrac64(int64(days), int64(minutes)))
		up := new(big.Int).Add(want.Num(), new(big.Int).Sub(want.Denom(), big.NewInt(1)))
		up.Quo(up, want.Denom())
		expected := MaxLeadDays
		if up.Cmp(big.NewInt(MaxLeadDays)) < 0 {
			expected = int(up.Int64())
		}
		if got := lt.Days(q); got != expected {
			t.Fatalf("fixed %v run %v for %v in days of %d/%d minutes: %d, exactly %v", fixed, run, q, minutes, days, got, want)
		}
	}
}
