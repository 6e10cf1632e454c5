package mrp

import (
	"fmt"
	"math"
	"math/big"

	"gonum.org/v1/gonum/mathext"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/fixed"
)

// span is how many days from the planning start netting can address: dates lie
// within 30 years, and offsets and calendars reach further by at most another 40.
const span = 26_000

// Model is what netting reads, compiled: networks, policies, sources, and the
// requirements and supplies that are given. It is immutable.
type Model struct {
	*bom.Network
	Shop *capacity.Shop
	Book *Book

	scheduled func(bom.PartID) (days int, ok bool) // lead times of routings; nil: their own

	start     bom.Day
	horizon   int32 // first day offset that is ignored
	settings  *capacity.Calendar
	calendars []*capacity.Calendar

	settingsCalendar int32 // in calendars
	anySpare         bool  // some source is spare_only

	policies    []policy
	statistical []bom.PartID // parts whose safety stock comes from a service level
	sources     []source
	sourceStart []int32
	// openQuantity is what open receipts name of each source.
	openQuantity []Quantity
	extras       []extra
	leadTimes    []capacity.LeadTime

	fixed         []fixedRequirement // by part
	fixedStart    []int32
	supplies      []fixedSupply // by part: unreserved stock, receipts
	supplyStart   []int32
	held          []fixedSupply // by part: reserved stock, hard-pegged receipts
	heldStart     []int32
	open          []lot // by part: receipts that explode or transfer
	openRef       []int32
	openBits      []uint64 // by part: has any
	openStart     []int32
	receiptLots   []lot                       // by receipt: its start, due and source as planned
	mains         map[bom.PartID][]bom.PartID // of a substitute: the parts it can stand in for
	spare         map[bom.PartID]bom.Quantity // free stock of senders with spare_only transfers
	holders       map[int32]bool              // demands that share supply but have some reserved
	labels        *labelOrder
	beyondHorizon int
	over          *modelEdit // what edits changed; nil: nothing
}

// policy is what netting reads of a part, in one cache line.
type policy struct {
	safety Quantity // static or statistical
	step   Quantity // smallest quantity
	only   int32    // the one source, valid always; -1: choose
	rule   bom.LotRule
	flags  uint16
}

// Quantity is bom.Quantity.
type Quantity = bom.Quantity

const (
	partPhantom    uint16 = 1 << iota
	partSpecial           // demands with supply of their own pass through, or requirements are needed one by one
	partSerial            // draws on something shared with parts of the same level
	partCover             // cover_days
	partPerishable        // has stock that expires
	partSends             // some part is supplied from here by transfer
	partByProduct         // is a by-product somewhere
	partSubstitute        // can stand in for another
	partMain              // has substitutes
	partDesign            // design_days
	partShelf             // shelf_life_days
	partFence             // planning_fence_days
	partHeld              // has reserved stock or hard-pegged receipts
	partGiven             // several sources: count what each was given
	partSafetyDays        // safety_days
	partPlainDates        // every day works, one source, nothing but its lead time moves an order
)

// source is one way to replenish a part, compiled.
type source struct {
	part               bom.PartID
	supply             int32 // in Catalog.Supplies; -1: the part has no source row
	calendar           int32 // in Model.calendars
	lead               int32 // working days with inspection; -1: from the routing
	leadTime           int32 // in Model.leadTimes, if lead is -1
	inspection         int32
	extra              int32 // in Model.extras; -1: none
	sender             bom.PartID
	lines              bom.LineRange
	min, max, multiple Quantity
	kind               bom.Kind
	spareOnly          bool
}

// extra is what few sources have.
type extra struct {
	perUnit bom.Number // lead days per unit of start quantity
	yield   *big.Rat   // nil: 1
	num     int64      // yield as num/den when it fits, else 0
	den     int64
}

// fixedRequirement is a demand, an allocation, or what a firm transfer takes at its sender.
type fixedRequirement struct {
	quantity Quantity
	day      int32 // offset from start
	ref      int32 // demand or receipt
	alloc    int32 // allocation; -1: none
	kind     consumerKind
}

// fixedSupply is a lot of stock or a receipt.
type fixedSupply struct {
	quantity Quantity
	day      int32 // offset from start on which it joins
	expires  int32 // last day offset on which it is usable; math.MaxInt32: does not expire
	ref      int32 // lot or receipt
	demand   int32 // held for this demand; -1: for everyone
	receipt  bool
}

// lot is a planned order, a receipt that explodes, or a phantom's requirement of a day.
//
// Large plans hold many millions of them, so it is kept to 32 bytes.
type lot struct {
	quantity, startQuantity Quantity
	need, due, start        bom.Day
	tag                     lotTag
}

// lotTag is an index into Model.sources, and flags above it.
type lotTag uint32

const (
	startPast  lotTag = 1 << (sourceBits + iota) // its start by the lead time was before today
	fenced                                       // moved behind the planning time fence
	noCalendar                                   // the calendar has no such day
	noSource                                     // no source is valid on the need day
	designed                                     // its lead time holds the design days
	noSupply                                     // a receipt without a source of its kind

	sourceBits = 26
	maxSources = 1<<sourceBits - 1
)

// source is the lot's way of replenishment, in Model.sources.
func (l *lot) source() int32 { return int32(l.tag & maxSources) }

func (l *lot) is(flag lotTag) bool { return l.tag&flag != 0 }

// Compile prepares netting. Errors are *bom.Errors. Time and memory are linear in the tables.
func Compile(network *bom.Network, shop *capacity.Shop, book *Book) (*Model, error) {
	return CompileWith(network, shop, book, nil)
}

// CompileWith is Compile with other lead times, in working days, for parts made by a
// routing: those for which scheduled says ok. They take the place of the routing's own, which
// know nothing of the load; lead days that are given stay.
func CompileWith(network *bom.Network, shop *capacity.Shop, book *Book, scheduled func(bom.PartID) (days int, ok bool)) (*Model, error) {
	m := &Model{Network: network, Shop: shop, Book: book, scheduled: scheduled, start: book.Start, settings: shop.Settings(), horizon: math.MaxInt32, labels: &labelOrder{}}
	if h := book.Settings.HorizonDays; h > 0 {
		m.horizon = int32(h)
	}
	errs := &bom.Errors{}
	m.compileSources(errs)
	m.sumOpen()
	for _, p := range m.statistical {
		m.policies[p].safety = m.safetyStock(p)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	m.compileReceipts()
	m.compileRequirements()
	m.compileSupplies()
	m.compileMarks()
	m.compileSpare()
	return m, nil
}

// Start is the planning start: today.
func (m *Model) Start() bom.Day { return m.start }

func (m *Model) compileSources(errs *bom.Errors) {
	c := m.Catalog
	calendars := &calendarIndex{model: m, of: map[*capacity.Calendar]int32{}}
	settings := calendars.index(m.settings)
	m.settingsCalendar = settings
	m.sourceStart = make([]int32, len(c.Parts)+1)
	m.sources = make([]source, 0, len(c.Parts))
	m.policies = make([]policy, len(c.Parts))
	m.leadTimes = make([]capacity.LeadTime, 0, len(m.Shop.Steps))
	for p := range c.Parts {
		part := &c.Parts[p]
		from, to := c.Sources(bom.PartID(p))
		if from == to {
			calendar := settings
			if part.Calendar != 0 {
				calendar = calendars.index(calendarOf(c, m.Shop, bom.PartID(p), nil))
			}
			s := source{part: bom.PartID(p), supply: -1, calendar: calendar, sender: bom.NoPart, extra: -1,
				kind: m.DefaultKind(bom.PartID(p)), min: part.LotMin, max: part.LotMax, multiple: part.LotMultiple}
			m.addSource(s, part, nil, errs)
		}
		for i := from; i < to; i++ {
			supply := &c.Supplies[i]
			calendar := settings
			if part.Calendar != 0 || supply.Calendar != 0 {
				calendar = calendars.index(calendarOf(c, m.Shop, bom.PartID(p), supply))
			}
			s := source{part: bom.PartID(p), supply: i, calendar: calendar, sender: supply.Sender, extra: -1,
				kind: supply.Kind, spareOnly: supply.SpareOnly, min: max(part.LotMin, supply.Min),
				max: orElse(supply.Max, part.LotMax), multiple: orElse(supply.Multiple, part.LotMultiple)}
			m.addSource(s, part, supply, errs)
		}
		m.sourceStart[p+1] = int32(len(m.sources))
		m.compilePolicy(bom.PartID(p), part) // while the part is in the cache
	}
	if len(m.sources) > maxSources {
		errs.Add(fmt.Errorf("more than %d sources and parts: plan the model in pieces", maxSources))
	}
}

func orElse(q, otherwise Quantity) Quantity {
	if q != 0 {
		return q
	}
	return otherwise
}

// calendarIndex numbers the calendars in use.
type calendarIndex struct {
	model *Model
	of    map[*capacity.Calendar]int32
}

func (x *calendarIndex) index(c *capacity.Calendar) int32 {
	i, ok := x.of[c]
	if !ok {
		i = int32(len(x.model.calendars))
		x.of[c] = i
		x.model.calendars = append(x.model.calendars, c)
	}
	return i
}

// addSource fills in lead time, lines and yield, and appends s.
func (m *Model) addSource(s source, part *bom.Part, supply *bom.Supply, errs *bom.Errors) {
	s.lead, s.leadTime = part.LeadDays, -1
	var routing bom.Sym
	if supply == nil {
		s.lines = m.DefaultLines(s.part)
	} else {
		s.lines = m.SupplyLines(s.supply)
		routing = supply.Routing
		if supply.LeadDays >= 0 {
			s.lead = supply.LeadDays
		}
	}
	if s.kind == bom.Buy || s.kind == bom.Subcontract {
		s.inspection = part.InspectionDays
	}
	if s.kind.Explodes() {
		m.addRouting(&s, part, routing, errs)
	} else {
		s.lines = bom.LineRange{}
	}
	m.anySpare = m.anySpare || s.spareOnly
	if supply != nil && supply.LeadDaysPerUnit > 0 {
		m.extraOf(&s).perUnit = supply.LeadDaysPerUnit
	}
	if s.lead >= 0 || s.leadTime < 0 {
		s.lead = max(s.lead, 0) + s.inspection
	}
	if s.multiple == bom.Step(int(part.Decimals)) {
		s.multiple = 0 // every quantity is a multiple of the step
	}
	m.sources = append(m.sources, s)
}

func (m *Model) extraOf(s *source) *extra {
	if s.extra < 0 {
		s.extra = int32(len(m.extras))
		m.extras = append(m.extras, extra{})
	}
	return &m.extras[s.extra]
}

// addRouting gives a made source its yield, and its lead time when none is given.
func (m *Model) addRouting(s *source, part *bom.Part, version bom.Sym, errs *bom.Errors) {
	var steps []capacity.Step
	if m.Routed(s.part) {
		var ok bool
		if steps, ok = m.Shop.Routing(s.part, version); !ok {
			check := &bom.Check{Errs: errs, Table: "items", Row: int(part.Row)}
			check.Fail("item", m.ItemID(s.part), "one routing version, or sources that name the version: several exist and none is empty")
			return
		}
	}
	yield := part.Yield
	plain := yield == bom.One
	for i := range steps {
		plain = plain && steps[i].Yield == bom.One
	}
	if !plain {
		m.extraOf(s).setYield(yield, steps)
	}
	if s.lead < 0 && s.kind == bom.Make && len(steps) > 0 {
		if m.scheduled != nil {
			if days, ok := m.scheduled(s.part); ok {
				s.lead = int32(days)
				return
			}
		}
		lead := m.Shop.LeadTime(steps)
		if days, ok := lead.Constant(); ok {
			s.lead = int32(days)
			return
		}
		s.leadTime = int32(len(m.leadTimes))
		m.leadTimes = append(m.leadTimes, lead)
	}
}

// setYield multiplies the item's yield with those of its operations.
func (x *extra) setYield(item bom.Number, steps []capacity.Step) {
	y := big.NewRat(int64(item), int64(bom.One))
	for i := range steps {
		if i == 0 || steps[i].Op != steps[i-1].Op {
			y.Mul(y, big.NewRat(int64(steps[i].Yield), int64(bom.One)))
		}
	}
	x.yield = y
	if y.Num().IsInt64() && y.Denom().IsInt64() {
		x.num, x.den = y.Num().Int64(), y.Denom().Int64()
	}
}

// gross is the start quantity that yields good: ⌈good ÷ yield⌉ in steps of the item.
func (x *extra) gross(good, step Quantity) (Quantity, bool) {
	if x.yield == nil {
		return good, true
	}
	var v int64
	var ok bool
	if x.num != 0 {
		v, ok = fixed.MulDivCeil(int64(good), x.den, x.num)
	} else {
		n := new(big.Int).Mul(big.NewInt(int64(good)), x.yield.Denom())
		q, r := n.QuoRem(n, x.yield.Num(), new(big.Int))
		if r.Sign() != 0 {
			q.Add(q, big.NewInt(1))
		}
		v, ok = q.Int64(), q.IsInt64()
	}
	if !ok {
		return 0, false
	}
	v, ok = fixed.CeilTo(v, int64(step))
	return Quantity(v), ok
}

// compilePolicy fills in what netting reads of a part, but for the safety stock that
// depends on a source.
func (m *Model) compilePolicy(p bom.PartID, part *bom.Part) {
	pol := &m.policies[p]
	pol.step = bom.Step(int(part.Decimals))
	pol.only = -1
	if from, to := m.sourceStart[p], m.sourceStart[p+1]; to-from == 1 && m.alwaysValid(from) {
		pol.only = from
	}
	pol.flags = flag(part.Phantom, partPhantom) | flag(part.DesignDays > 0, partDesign) |
		flag(m.sourceStart[p+1]-m.sourceStart[p] > 1, partGiven)
	if part.Phantom {
		return // no lot rule, lead time, yield or safety stock
	}
	pol.rule = part.LotRule
	pol.safety = part.SafetyStock
	if !part.SafetyStockGiven && part.ServiceLevel != 0 && part.DemandDeviation != 0 {
		m.statistical = append(m.statistical, p)
	}
	pol.flags |= flag(part.CoverDays > 0, partCover) | flag(part.ShelfLifeDays > 0, partShelf) |
		flag(part.PlanningFenceDays > 0, partFence) | flag(part.SafetyDays > 0, partSafetyDays)
	if pol.only >= 0 && pol.flags&(partFence|partSafetyDays|partDesign) == 0 {
		src := &m.sources[pol.only]
		pol.flags |= flag(src.extra < 0 && m.calendars[src.calendar] == nil, partPlainDates)
	}
}

func flag(on bool, f uint16) uint16 {
	if on {
		return f
	}
	return 0
}

func (m *Model) alwaysValid(i int32) bool {
	s := &m.sources[i]
	if s.supply < 0 {
		return true
	}
	supply := &m.Supplies[s.supply]
	return supply.FromDate == bom.NoDay && supply.ToDate == bom.NoDay && !s.spareOnly
}

// safetyStock is z·σ·√(lead days) of the best source (Silver, Pyke & Thomas,
// ch. 6), rounded up at once.
func (m *Model) safetyStock(p bom.PartID) Quantity {
	part := &m.Parts[p]
	best := m.bestSource(p, m.start, nil)
	if best < 0 {
		best = m.anySource(p, nil, nil)
	}
	s := &m.sources[best]
	lead := int(s.lead) - int(s.inspection)
	if s.leadTime >= 0 && s.lead < 0 {
		lead = m.leadTimes[s.leadTime].Days(0)
	}
	z := mathext.NormalQuantile(float64(part.ServiceLevel) / float64(bom.One))
	stock := z * float64(part.DemandDeviation) * math.Sqrt(float64(lead))
	if stock <= 0 {
		return 0
	}
	if stock >= math.MaxInt64/2 {
		return math.MaxInt64 / 2
	}
	step := float64(bom.Step(int(part.Decimals)))
	const noise = 1e-9 // of the floating-point result, so that 3.0000000001 is 3
	return Quantity(math.Ceil(stock/step-noise)) * bom.Step(int(part.Decimals))
}

// offset is a day as an offset from start, never before it.
func (m *Model) offset(d bom.Day) int32 { return max(0, int32(d-m.start)) }

// day is the day of an offset.
func (m *Model) day(offset int32) bom.Day { return m.start + bom.Day(offset) }

// sourceID is the id of a source as tables write it; empty for the default one.
func (m *Model) sourceID(s int32) string {
	if s < 0 || m.sources[s].supply < 0 {
		return ""
	}
	return m.Names.String(m.Supplies[m.sources[s].supply].ID)
}

// scatter orders rows by part (counting sort, stable) and gives the offsets.
func scatter[T any](n int, rows []T, part []bom.PartID) ([]T, []int32) {
	start := make([]int32, n+1)
	for _, p := range part {
		start[p+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	next := append([]int32(nil), start[:n]...)
	out := make([]T, len(rows))
	for i, p := range part {
		out[next[p]] = rows[i]
		next[p]++
	}
	return out, start
}

// OverflowError is a quantity that leaves the exact range.
type OverflowError struct {
	Item, Site string
	Day        bom.Day
}

func (e *OverflowError) Error() string {
	return fmt.Sprintf("the requirements of %s@%s on %v exceed %v units: check quantities per unit, lot sizes and demands, or use a larger unit of measure",
		e.Item, e.Site, e.Day, bom.MaxQuantity)
}

// LeadTimeError is a lead time that no calendar reaches.
type LeadTimeError struct {
	Item, Site string
	Day        bom.Day
	Quantity   bom.Quantity
}

func (e *LeadTimeError) Error() string {
	return fmt.Sprintf("an order of %v %s@%s for %v would take more than %d working days: check lead_days_per_unit and the routing's run_min",
		e.Quantity, e.Item, e.Site, e.Day, maxLead)
}

// LotCountError is a lot maximum so small that a requirement splits into too many lots.
type LotCountError struct {
	Item, Site    string
	Day           bom.Day
	Quantity, Max bom.Quantity
}

func (e *LotCountError) Error() string {
	return fmt.Sprintf("%s@%s needs %v on %v, more than %d lots of at most %v: raise the maximum lot of the item or source",
		e.Item, e.Site, e.Quantity, e.Day, maxLots, e.Max)
}

// maxLots bounds the lots of one shortage.
const maxLots = 100_000

func ratioOf(a, b int64) *big.Rat { return big.NewRat(a, b) }

// ceilRat rounds up; ok is false when the result does not fit.
func ceilRat(r *big.Rat) (int64, bool) {
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64(), q.IsInt64()
}
