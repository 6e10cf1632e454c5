package mrp

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/taktplan/takt/bom"
)

// Status says whether a demand is served.
type Status string

// The statuses of a demand, as tables write them.
const (
	OnTime Status = "on_time"
	Late   Status = "late"
	Short  Status = "short"
)

// CauseKind says what holds up a supply.
type CauseKind string

// The causes of lateness in a material plan. Calendar, NoSupply and NoUse make a demand short.
const (
	CauseOverdue   CauseKind = "overdue"     // was due before the planning start
	CauseLeadTime  CauseKind = "lead_time"   // a planned order cannot start before today
	CauseFence     CauseKind = "fence"       // a planned order was moved behind the planning time fence
	CauseReceipt   CauseKind = "receipt"     // a receipt comes late
	CauseComponent CauseKind = "component"   // waits for a component that is late
	CauseSupply    CauseKind = "no_supply"   // no source can give it
	CauseCalendar  CauseKind = "no_calendar" // the calendar ends
	CauseSiblings  CauseKind = "siblings"    // ships together with later lines of its order
	CauseLatest    CauseKind = "latest"      // comes after the last date on which it is of use
)

// Cause is one link of the chain from a late demand back to what holds it up.
type Cause struct {
	Kind  CauseKind
	Order string // planned order or receipt; empty for the demand itself
	Part  bom.PartID
	Item  string
	Site  string
	From  string  // supplier or sending site, where one is known
	Date  bom.Day // when it is really there
	Days  int     // how late that is
	Own   int     // how late it would be with all components there in time
	Lead  int     // lead time in working days, of a planned order
}

func (c Cause) String() string {
	at := c.Item + "@" + c.Site
	switch c.Kind {
	case CauseOverdue:
		return "was due before the planning start"
	case CauseLeadTime:
		from := ""
		if c.From != "" {
			from = " from " + c.From
		}
		return fmt.Sprintf("%s%s takes %s and cannot start before today: there on %v", at, from, count(c.Lead, "working day"), c.Date)
	case CauseFence:
		return fmt.Sprintf("%s may not be planned inside the planning time fence: there on %v", at, c.Date)
	case CauseReceipt:
		from := ""
		if c.From != "" {
			from = " from " + c.From
		}
		return fmt.Sprintf("receipt %s of %s%s comes on %v", c.Order, at, from, c.Date)
	case CauseComponent:
		if c.Lead > 0 {
			return fmt.Sprintf("%s waits for its components, then takes %s: there on %v", at, count(c.Lead, "working day"), c.Date)
		}
		return fmt.Sprintf("%s waits and is there on %v", at, c.Date)
	case CauseSupply:
		return fmt.Sprintf("no source can supply %s: add one to sources", at)
	case CauseCalendar:
		return fmt.Sprintf("the calendar for %s has no working day left: extend it", at)
	case CauseSiblings:
		return "ships together with the other lines of its order, the last of which is there on " + c.Date.String()
	case CauseLatest:
		return "comes after the last date on which it is of use"
	}
	return string(c.Kind)
}

// count is a number of things in words: 1 day, 2 days.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Delivery is a part of a demand that ships together.
type Delivery struct {
	Date     bom.Day
	Quantity bom.Quantity
}

// DemandResult is what the plan does for one demand.
type DemandResult struct {
	Demand     int32 // its number in the book
	Quantity   bom.Quantity
	Promised   bom.Day // last delivery + pack + ship; NoDay when nothing is delivered
	LateDays   int
	Status     Status
	Causes     []Cause // from the demand back to the root; nil when on time
	Deliveries []Delivery
}

// lotKey is a planned order's lot.
type lotKey struct {
	part bom.PartID
	lot  int32
}

// origin is what a delay comes from.
type origin struct {
	kind     CauseKind
	part     bom.PartID // whose supply is late
	supply   supplyKind
	ref      int32
	lotOf    bom.PartID
	day      bom.Day // when that supply is there
	expected int32
}

// never is the date of what no calendar can reach.
const never bom.Day = math.MaxInt32 / 2

// lateness holds the dates that the lateness of supplies moves.
type lateness struct {
	p        *Plan
	lots     map[lotKey]*delay
	receipts map[int32]*delay
	demands  map[int32][]arrival // of demands whose supply was looked at
	missing  map[int32]int64     // quantity without any supply
	causes   map[int32]origin
	waiting  map[bom.PartID]bool // parts with delayed lots or receipts; nil when all is found
	visited  []bool              // by part: followed, or passed over because nothing was late
	dirty    map[bom.PartID]bool // parts to follow again
	repeated bool                // parts are followed again: waits may be circular
	g        *pegger             // nil when all is found
}

// delay is when a supply really starts and is there.
type delay struct {
	start, due bom.Day
	from       origin
}

// arrival is a quantity for a demand and the day on which it is there.
type arrival struct {
	day bom.Day
	q   int64
}

// lateness follows late supplies through their pegs up to the demands: parts in
// reverse level order, so that a part's components are done before it. Parts
// with nothing late are skipped.
func (p *Plan) findLate() *lateness {
	t := &lateness{p: p, lots: map[lotKey]*delay{}, receipts: map[int32]*delay{}, demands: map[int32][]arrival{},
		missing: map[int32]int64{}, causes: map[int32]origin{}, waiting: map[bom.PartID]bool{}, g: newPegger(p)}
	m := p.m
	t.visited = make([]bool, len(m.Parts))
	t.seedReceipts()
	for level := m.NumLevels() - 1; level >= 0; level-- {
		for _, part := range m.AtLevel(level) {
			if t.concerned(part) {
				t.follow(part)
			}
			t.visited[part] = true
		}
	}
	t.again()
	t.waiting, t.visited, t.dirty, t.g = nil, nil, nil, nil
	return t
}

// again follows parts once more whose supplies moved after they had been followed:
// by-products of orders that wait, and receipts that wait for an allocation outside
// their BOM. Dates only move back and no order waits for itself, so this ends.
func (t *lateness) again() {
	m := t.p.m
	t.repeated = true
	for len(t.dirty) > 0 {
		parts := slices.SortedFunc(maps.Keys(t.dirty), func(a, b bom.PartID) int {
			return cmp.Or(cmp.Compare(m.Level(b), m.Level(a)), cmp.Compare(a, b))
		})
		t.dirty = nil
		for _, part := range parts {
			t.follow(part)
		}
	}
}

// moved notes that supplies of a part, and what its orders yield beside it, are later than they were.
func (t *lateness) moved(part bom.PartID) {
	m := t.p.m
	t.waiting[part] = true
	touch := func(p bom.PartID) {
		t.waiting[p] = true
		if t.visited[p] {
			if t.dirty == nil {
				t.dirty = map[bom.PartID]bool{}
			}
			t.dirty[p] = true
		}
	}
	touch(part)
	if !m.HasByProducts() {
		return
	}
	from, to := m.Lines(part)
	for l := from; l < to; l++ {
		if m.Components[l].Quantity < 0 {
			touch(m.Components[l].Part)
		}
	}
}

// seedReceipts finds the parts whose receipts come later than they count.
func (t *lateness) seedReceipts() {
	m := t.p.m
	for r := range m.Book.ReceiptsByID() {
		if m.receiptAvailable(r) > m.openLot(r).need {
			t.moved(m.Book.ReceiptPart(r))
		}
	}
}

// receiptAvailable is when a receipt is expected, never before today.
func (m *Model) receiptAvailable(r int32) bom.Day { return max(m.Book.ReceiptAt(r).due(), m.start) }

// concerned reports whether some supply of the part is late or missing.
func (t *lateness) concerned(part bom.PartID) bool {
	if t.waiting[part] {
		return true
	}
	s := t.p.side(part)
	if s != nil && (s.short || len(s.pulled) > 0) {
		return true
	}
	lots := t.p.lots(part)
	for i := range lots {
		if lots[i].due > lots[i].need || lots[i].is(noCalendar) {
			return true
		}
	}
	if t.p.m.policies[part].flags&partByProduct != 0 {
		for _, u := range t.p.m.Uses(part) {
			for _, l := range t.p.lots(u.Parent) {
				if l.due > l.need {
					return true
				}
			}
		}
	}
	return false
}

// follow pegs a part and passes the dates of its supplies on to their consumers.
func (t *lateness) follow(part bom.PartID) {
	m := t.p.m
	fixed := m.fixedOf(part)
	for i := range fixed {
		if f := &fixed[i]; f.kind == consumerDemand { // found anew when a part is followed again
			delete(t.demands, f.ref)
			delete(t.missing, f.ref)
			delete(t.causes, f.ref)
		}
	}
	s := t.g.requirements(part)
	pegs := t.g.peg(part, s, t.p.lots(part), t.p.side(part))
	left := int64(0)
	for i := range s.entries {
		left += s.entries[i].q
	}
	for i := range s.hard {
		left += s.hard[i].q
	}
	for i := range pegs {
		if g := &pegs[i]; g.entry.kind < consumerSafety {
			left -= g.q
			t.pass(part, g)
		}
	}
	if left != 0 {
		t.missAll(part, s, pegs)
	}
}

// missAll finds the requirements that pegs do not cover.
func (t *lateness) missAll(part bom.PartID, s *specialScratch, pegs []peg) {
	if len(s.hard) == 0 {
		t.g.order(s)
	}
	pegged := map[entryKey]int64{}
	for i := range pegs {
		if g := &pegs[i]; g.entry.kind < consumerSafety {
			pegged[keyOf(&g.entry)] += g.q
		}
	}
	hard := map[int]int64{}
	for _, h := range s.hard {
		hard[h.entry] += h.q
	}
	for i := range s.entries {
		e := &s.entries[i]
		if left := e.q + hard[i] - pegged[keyOf(e)]; left > 0 && e.q > 0 {
			t.miss(part, e, left)
		}
	}
}

// entryKey tells the requirements of a part apart.
type entryKey struct {
	kind        consumerKind
	ref         int32
	parent      bom.PartID
	line, alloc int32
	owner, day  int32
}

func keyOf(e *entry) entryKey {
	return entryKey{e.kind, e.ref, e.parent, e.line, e.alloc, e.owner, e.day}
}

// pass takes the date of a peg's supply to its consumer.
func (t *lateness) pass(part bom.PartID, g *peg) {
	from := origin{part: part, supply: g.supplyKind, ref: g.supply, lotOf: g.lotOf, expected: g.entry.day}
	from.day, from.kind = t.there(g)
	t.reach(&g.entry, from, g.q)
}

// miss is a requirement that no supply covers.
func (t *lateness) miss(part bom.PartID, e *entry, q int64) {
	from := origin{kind: CauseSupply, part: part, supply: supplyPlanned, ref: -1, lotOf: bom.NoPart, day: never, expected: e.day}
	t.reach(e, from, q)
}

// reach gives a consumer the date of a supply.
func (t *lateness) reach(e *entry, from origin, q int64) {
	m := t.p.m
	need := m.day(e.day)
	late := from.day > need
	switch e.kind {
	case consumerDemand:
		if from.day == never {
			t.missing[e.ref] += q
		} else {
			t.demands[e.ref] = append(t.demands[e.ref], arrival{max(need, from.day), q})
		}
		if old, ok := t.causes[e.ref]; late && (!ok || from.day > old.day) {
			t.causes[e.ref] = from
		}
	case consumerReceipt:
		if late {
			t.pushReceipt(e, from)
		}
	case consumerPlanned:
		if late {
			t.pushLot(e, from)
		}
	}
}

// there is when a peg's supply is really there, and why it is late if it is.
func (t *lateness) there(g *peg) (bom.Day, CauseKind) {
	m := t.p.m
	switch g.supplyKind {
	case supplyStock:
		return m.day(g.day), ""
	case supplyReceipt:
		if d := t.receipts[g.supply]; d != nil {
			return max(d.due, m.receiptAvailable(g.supply)), CauseReceipt
		}
		return m.receiptAvailable(g.supply), CauseReceipt
	}
	l := &t.p.lots(g.lotOf)[g.supply]
	kind := CauseLeadTime
	if l.is(fenced) && !l.is(startPast) {
		kind = CauseFence
	}
	if l.is(noCalendar) {
		return never, CauseCalendar
	}
	if d := t.lots[lotKey{g.lotOf, g.supply}]; d != nil && d.due > l.due {
		return d.due, CauseComponent
	}
	return l.due, kind
}

// pushLot starts a lot no earlier than its late component allows.
func (t *lateness) pushLot(e *entry, from origin) {
	p, m := t.p, t.p.m
	l := &p.lots(e.parent)[e.ref]
	key := lotKey{e.parent, e.ref}
	d := t.lots[key]
	if d == nil {
		d = &delay{start: l.start, due: l.due}
		t.lots[key] = d
	}
	start := from.day
	if from.day != never && e.line >= 0 {
		start = m.startFor(l, e.parent, &m.Components[e.line], from.day)
	}
	if start <= d.start || t.circular(e, from) {
		return
	}
	d.from = from
	d.start, d.due = m.restart(l, e.parent, start)
	t.moved(e.parent)
}

// startFor is the first start whose component, stepped by its offset, is needed no earlier than a day.
func (m *Model) startFor(l *lot, parent bom.PartID, line *bom.Component, day bom.Day) bom.Day {
	n := int(line.OffsetDays)
	if n == 0 {
		return day
	}
	calendar := m.settings
	if m.policies[parent].flags&partPhantom == 0 {
		calendar = m.calendars[m.sources[l.source()].calendar]
	}
	var start bom.Day
	var ok bool
	if n > 0 {
		start, ok = calendar.Back(day, n)
	} else {
		start, ok = calendar.Forward(day, -n)
	}
	if !ok {
		return day
	}
	return start
}

// restart is the start and due of a lot that can start no earlier than a day.
func (m *Model) restart(l *lot, part bom.PartID, day bom.Day) (start, due bom.Day) {
	if day == never {
		return never, never
	}
	if m.policies[part].flags&partPhantom != 0 {
		return day, day
	}
	s := &m.sources[l.source()]
	calendar := m.calendars[s.calendar]
	lead := m.leadDays(s, l.startQuantity)
	if l.is(designed) {
		lead += int(m.Parts[part].DesignDays)
	}
	start, ok := calendar.Forward(day, 0)
	if !ok {
		return never, never
	}
	if due, ok = calendar.Forward(start, lead); !ok {
		return never, never
	}
	return start, due
}

// longestChain bounds a chain of causes; structures are not as deep.
const longestChain = 10_000

// circular reports whether a supply waits for the very order that it would hold up. A
// by-product counts on its order's need day, so that a late order can be fed by its own.
func (t *lateness) circular(e *entry, from origin) bool {
	if !t.repeated {
		return false // in the first pass components come before what they go into
	}
	for range longestChain {
		var next *delay
		switch from.supply {
		case supplyReceipt:
			if e.kind == consumerReceipt && e.ref == from.ref {
				return true
			}
			next = t.receipts[from.ref]
		case supplyPlanned:
			if e.kind == consumerPlanned && e.parent == from.lotOf && e.ref == from.ref {
				return true
			}
			next = t.lots[lotKey{from.lotOf, from.ref}]
		}
		if next == nil || next.from.day == bom.NoDay {
			return false
		}
		from = next.from
	}
	return true
}

// pushReceipt moves a receipt whose component comes late.
func (t *lateness) pushReceipt(e *entry, from origin) {
	m := t.p.m
	l := m.openLot(e.ref)
	d := t.receipts[e.ref]
	if d == nil {
		d = &delay{start: l.start, due: l.due}
		t.receipts[e.ref] = d
	}
	if from.day <= d.start || t.circular(e, from) {
		return
	}
	d.from = from
	d.start, d.due = from.day, from.day
	if !l.is(noSupply) {
		d.start, d.due = m.restart(l, m.Book.ReceiptPart(e.ref), from.day)
	}
	t.moved(m.Book.ReceiptPart(e.ref))
}

// late is the lateness of the plan, found when first asked for.
func (p *Plan) late() *lateness {
	p.once.Do(func() { p.found = p.findLate() })
	return p.found
}

// available is when a peg's supply is really there.
func (p *Plan) available(g *peg) bom.Day {
	day, _ := p.late().there(g)
	if day == never {
		return bom.NoDay
	}
	return day
}

// DemandResults gives what the plan does for every planned demand, by id.
// Following late supplies costs O(k log k) in the requirements of the parts concerned, once a plan.
func (p *Plan) DemandResults() []DemandResult {
	out, t := p.demandResults(), p.late()
	for i := range out {
		t.explain(&out[i])
	}
	return out
}

// demandResults are DemandResults without causes.
func (p *Plan) demandResults() []DemandResult {
	m, t := p.m, p.late()
	var out []DemandResult
	left := m.consumeForecasts()
	for d, row := range m.Book.demands.all() {
		if !m.Planned(d) {
			continue
		}
		q := row.Quantity
		if row.Kind == Forecast {
			if q = left[d]; q == 0 {
				continue
			}
		}
		out = append(out, t.result(d, q))
	}
	p.shipOrdersTogether(out)
	for i := range out {
		t.judge(&out[i])
	}
	return out
}

// result collects the deliveries of a demand.
func (t *lateness) result(d int32, q bom.Quantity) DemandResult {
	m := t.p.m
	row := m.Book.DemandAt(d)
	r := DemandResult{Demand: d, Quantity: q}
	arrivals := slices.Clone(t.demands[d])
	total := int64(0)
	for _, a := range arrivals {
		total += a.q
	}
	if len(arrivals) == 0 && t.missing[d] == 0 {
		arrivals = []arrival{{max(m.needDay(d), m.start), int64(q)}}
	} else if rest := int64(q) - total - t.missing[d]; rest > 0 {
		arrivals = append(arrivals, arrival{max(m.needDay(d), m.start), rest})
	}
	slices.SortFunc(arrivals, func(a, b arrival) int { return cmp.Compare(a.day, b.day) })
	list := make([]Arrival, len(arrivals))
	for i, a := range arrivals {
		list[i] = Arrival{int64(a.day), bom.Quantity(a.q)}
	}
	for _, v := range row.Ship(list) {
		r.Deliveries = append(r.Deliveries, Delivery{bom.Day(v.At), v.Quantity})
	}
	return r
}

// Arrival is a quantity for a demand and when it is there: a day, or a second, counted
// from wherever the caller counts.
type Arrival struct {
	At       int64
	Quantity bom.Quantity
}

// Ship groups arrivals, in the order of time, into deliveries as the policy allows: complete ships once, at the
// last arrival; partial waits until min_delivery is together, and a rest that is smaller
// joins the delivery before it.
func (d *Demand) Ship(arrivals []Arrival) []Arrival {
	var out []Arrival
	pending := bom.Quantity(0)
	for i, a := range arrivals {
		pending += a.Quantity
		last := i == len(arrivals)-1
		if pending == 0 || !last && (arrivals[i+1].At == a.At || d.Policy != Partial || pending < d.MinDelivery) {
			continue
		}
		if n := len(out); last && n > 0 && pending < d.MinDelivery {
			out[n-1].Quantity += pending // a rest too small to ship alone joins the delivery before it
			out[n-1].At = a.At
		} else {
			out = append(out, Arrival{a.At, pending})
		}
		pending = 0
	}
	return out
}

// shipOrdersTogether moves all lines of an order_complete order to the last of them.
func (p *Plan) shipOrdersTogether(results []DemandResult) {
	last := map[string]bom.Day{}
	together := func(r *DemandResult) bool {
		row := p.m.Book.DemandAt(r.Demand)
		return row.Policy == OrderComplete && row.Order != "" && len(r.Deliveries) > 0
	}
	for i := range results {
		if r := &results[i]; together(r) {
			order := p.m.Book.DemandAt(r.Demand).Order
			last[order] = max(last[order], r.Deliveries[len(r.Deliveries)-1].Date)
		}
	}
	for i := range results {
		if r := &results[i]; together(r) {
			r.Deliveries[len(r.Deliveries)-1].Date = last[p.m.Book.DemandAt(r.Demand).Order]
		}
	}
}

// judge sets promise, lateness and status of a demand.
func (t *lateness) judge(r *DemandResult) {
	m := t.p.m
	row := m.Book.DemandAt(r.Demand)
	r.Status = OnTime
	if n := len(r.Deliveries); n > 0 {
		r.Promised = r.Deliveries[n-1].Date
		if steps := row.PackDays + row.ShipDays; steps > 0 {
			if day, ok := m.settings.Forward(r.Promised, steps); ok {
				r.Promised = day
			}
		}
		if r.LateDays = max(0, int(r.Promised-row.Due.Day)); r.LateDays > 0 {
			r.Status = Late
		}
	}
	if t.missing[r.Demand] > 0 || row.useless(r.Promised) {
		r.Status = Short
	}
}

// useless reports whether a day is after the last one on which the demand is of use.
func (d *Demand) useless(day bom.Day) bool { return !d.Latest.IsZero() && day > d.Latest.Day }

// explain sets the causes of a demand that is not on time.
func (t *lateness) explain(r *DemandResult) {
	if r.Status == OnTime {
		return
	}
	if r.Causes = t.chain(r.Demand); len(r.Causes) == 0 && len(r.Deliveries) > 0 {
		r.Causes = []Cause{{Kind: CauseSiblings, Part: t.p.m.Book.DemandPart(r.Demand), Date: r.Deliveries[len(r.Deliveries)-1].Date}}
	}
	if t.p.m.Book.DemandAt(r.Demand).useless(r.Promised) {
		r.Causes = append([]Cause{{Kind: CauseLatest, Date: r.Promised}}, r.Causes...)
	}
}

// chain follows the binding causes from a demand back to the root.
func (t *lateness) chain(d int32) []Cause {
	m := t.p.m
	var out []Cause
	if due := m.Book.DemandAt(d).Due.Day; due < m.start {
		out = append(out, Cause{Kind: CauseOverdue, Part: m.Book.DemandPart(d), Date: m.start, Days: int(m.start - due)})
	}
	from, ok := t.causes[d]
	for range longestChain {
		if !ok {
			break
		}
		c := t.cause(&from)
		out = append(out, c)
		if c.Kind != CauseComponent && c.Kind != CauseReceipt {
			break
		}
		var next *delay
		if from.supply == supplyReceipt {
			next = t.receipts[from.ref]
		} else {
			next = t.lots[lotKey{from.lotOf, from.ref}]
		}
		if ok = next != nil && next.from.day != 0; ok {
			from = next.from
		}
	}
	return out
}

// Root is the cause that holds the demand up most: the link of the chain that
// would be latest even if all its components were there, of several the deepest.
// ok is false for a demand on time.
func (r *DemandResult) Root() (c Cause, ok bool) {
	for _, link := range r.Causes {
		if link.Kind == CauseSupply || link.Kind == CauseCalendar {
			return link, true // it never comes, whatever else waits
		}
		if head := link.Kind == CauseOverdue || link.Kind == CauseLatest; !ok || !head && link.Own >= c.Own {
			c, ok = link, true
		}
	}
	return c, ok
}

// cause describes one origin.
func (t *lateness) cause(from *origin) Cause {
	p, m := t.p, t.p.m
	c := Cause{Kind: from.kind, Part: from.part, Item: m.ItemID(from.part), Site: m.SiteID(from.part), Date: from.day, Days: int(from.day - m.day(from.expected))}
	if from.day == never {
		c.Date, c.Days = bom.NoDay, 0
	}
	source := int32(-1)
	switch {
	case from.supply == supplyReceipt:
		c.Order = m.Book.ReceiptAt(from.ref).ID
		c.Own = max(0, int(m.receiptAvailable(from.ref)-m.day(from.expected)))
		c.From = p.supplier(from.ref)
	case from.supply == supplyPlanned && from.ref >= 0:
		l := &p.lots(from.lotOf)[from.ref]
		c.Own = max(0, int(l.due-l.need))
		if m.policies[from.lotOf].flags&partPhantom == 0 {
			c.Order = p.orderID(from.lotOf, from.ref)
			source = l.source()
			c.Lead = m.leadDays(&m.sources[source], l.startQuantity)
			if l.is(designed) {
				c.Lead += int(m.Parts[from.lotOf].DesignDays)
			}
		}
	}
	if source >= 0 && m.sources[source].supply >= 0 {
		c.From = m.Names.String(m.Supplies[m.sources[source].supply].From)
	}
	return c
}
