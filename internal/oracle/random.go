package oracle

import (
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Features are what a random model may contain.
type Features struct {
	Allocations   bool // components still to issue to receipts
	ByProducts    bool
	Calendars     bool
	CoverDays     bool
	Decimals      bool // other than whole numbers
	Dedicated     bool // make-to-order demands
	DemandFence   bool
	DesignDays    bool
	Expiry        bool // lots that expire
	FineLines     bool // bom quantities with decimals, whatever the component's
	Forecasts     bool // and their consumption
	HardPegs      bool
	Horizon       bool
	Inspection    bool
	LeadPerUnit   bool
	LineDates     bool
	LookAhead     bool // eoq and the rules that look ahead
	LotRules      bool // fixed and period
	MinMax        bool
	Modifiers     bool
	Offsets       bool
	Overdue       bool
	PackShip      bool
	PastDueKeep   bool
	PerOrder      bool
	Phantoms      bool
	PlanningFence bool
	Quarantine    bool
	ReceiptDates  bool // need, confirmed and start
	Receipts      bool
	Reschedule    bool
	Reserved      bool
	Routings      bool
	SafetyDays    bool
	SafetyStock   bool
	Scrap         bool
	ServiceLevel  bool
	Shares        bool
	ShelfLife     bool
	Sites         bool // two sites, and transfers between them
	SourceDates   bool
	Sources       bool
	Status        bool // inquiries, quotes and closed demands
	Subcontract   bool
	Substitutes   bool
	Timestamps    bool
	UOMs          bool
	Versions      bool // of boms
	Yield         bool
}

// AllFeatures are all of them.
func AllFeatures() (f Features) {
	all := reflect.ValueOf(&f).Elem()
	for i := range all.NumField() {
		all.Field(i).SetBool(true)
	}
	return f
}

// Random is a small random valid model: 3 to 25 parts, up to 40 demands, 60
// days. The same seed and size give the same model.
func Random(seed uint64, size int) *plan.Rows { return RandomWith(seed, size, AllFeatures()) }

// RandomWith is Random with some of the features only.
func RandomWith(seed uint64, size int, f Features) *plan.Rows {
	size = max(size, 1)
	g := &generator{
		Rand: rand.New(rand.NewPCG(seed, 0x7a6b74)),
		f:    f,
		rows: &plan.Rows{},
		info: map[part]*partInfo{},
	}
	g.sites = []string{"main"}
	g.items = 3 + g.IntN(min(size, 22)+1)
	if g.with(f.Sites, 0.5) {
		g.sites = append(g.sites, "north")
		g.items = max(2, g.items/2)
	}
	g.settings()
	g.calendarRows()
	g.uoms()
	g.workCentres()
	g.parts()
	g.demandRows(1 + g.IntN(min(2*size, 40)))
	g.stockRows()
	g.receiptRows()
	return g.rows
}

// firstDay is the start of every random model, a Monday.
var firstDay = bom.On(2026, 3, 2)

const modelDays = 60

// generator builds a random model. Arcs only go from a part to one that is later
// in the order (item number, main before north), so that there is no cycle.
type generator struct {
	*rand.Rand
	f     Features
	rows  *plan.Rows
	items int
	sites []string
	info  map[part]*partInfo
}

// partInfo is what later tables must know of a part.
type partInfo struct {
	index    int
	decimals int
	phantom  bool
	lines    bool
	routing  bool
	kinds    []bom.Kind // of its sources, or of the default one
	sources  []bom.Source
}

// with draws whether an optional feature shows; it draws even if the feature is
// off, so that a model changes little when one is switched.
func (g *generator) with(feature bool, probability float64) bool {
	return g.Float64() < probability && feature
}

// between is a random number from low to high.
func (g *generator) between(low, high int) int { return low + g.IntN(high-low+1) }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func itemID(i int) string { return fmt.Sprintf("P%02d", i) }

// quantity is a random quantity within the decimals.
func (g *generator) quantity(low, high, decimals int) bom.Quantity {
	q := bom.Units(int64(g.between(low, high)))
	fraction := bom.Quantity(g.IntN(1000)) * 1000 // three places
	step := bom.Quantity(pow10(6 - decimals))
	if g.with(decimals > 0, 0.4) {
		q += fraction / step * step
	}
	return q
}

// day is a random day relative to start.
func (g *generator) day(from, to int) bom.Day { return firstDay + bom.Day(g.between(from, to)) }

// when is a day, now and then with a time of the day.
func (g *generator) when(from, to int) bom.When {
	d := g.day(from, to)
	seconds := int64(g.IntN(24 * 3600))
	if g.with(g.f.Timestamps, 0.1) {
		return bom.When{Day: d, Exact: true, Unix: d.Time().Unix() + seconds}
	}
	return bom.OnDay(d)
}

func (g *generator) settings() {
	s := &g.rows.Settings
	s.Start = bom.OnDay(firstDay)
	if g.with(g.f.Horizon, 0.3) {
		s.HorizonDays = g.between(20, modelDays)
	}
	if g.with(g.f.PastDueKeep, 0.3) {
		s.PastDue = mrp.Keep
	}
	if g.with(g.f.Calendars, 0.6) {
		s.Calendar = pick(g, "week", "nights")
	}
	if g.with(g.f.Forecasts, 0.7) {
		s.ConsumeBackDays, s.ConsumeAheadDays = g.between(0, 12), g.between(0, 8)
	}
	if g.with(g.f.Reschedule, 0.5) {
		s.RescheduleDays = g.between(1, 10)
	}
}

func (g *generator) uoms() {
	if !g.f.UOMs {
		return
	}
	g.rows.UOMs = append(g.rows.UOMs,
		bom.UOM{ID: "box", Factor: 10 * bom.One},
		bom.UOM{Item: itemID(g.IntN(g.items)), ID: "box", Factor: 20 * bom.One},
	)
}

// uom is the box now and then, else the base unit.
func (g *generator) uom() string {
	if g.with(g.f.UOMs, 0.1) {
		return "box"
	}
	return ""
}
