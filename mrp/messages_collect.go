package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// notice is a message before its ids and text are made. Large plans have millions of
// them: 48 bytes without a pointer. What ref counts depends on the code.
type notice struct {
	quantity int64
	balance  int64 // of BelowSafety: what is left
	part     bom.PartID
	ref      int32      // lot of the part, receipt, lot of stock, demand, index in Model.held or in side.moved; -1: none
	day      bom.Day    // the date that ref does not tell
	last     bom.Day    // of a demand: its last delivery
	consumer int32      // what needs a receipt: entry.ref
	parent   bom.PartID // entry.parent
	kind     consumerKind
	code     codeIndex
}

// entry is the consumer that a notice tells of.
func (n *notice) entry() entry { return entry{kind: n.kind, ref: n.consumer, parent: n.parent} }

// noticeList is a list in blocks: growing it leaves no garbage.
type noticeList struct {
	blocks [][]notice
}

func (l *noticeList) add(n notice) {
	const least, most = 16, 4096 // notices in a block
	last := len(l.blocks) - 1
	if last < 0 || len(l.blocks[last]) == cap(l.blocks[last]) {
		size := least
		if last >= 0 {
			size = min(2*cap(l.blocks[last]), most)
		}
		l.blocks = append(l.blocks, make([]notice, 0, size))
		last++
	}
	l.blocks[last] = append(l.blocks[last], n)
}

// collector gathers notices by code, each list by item, site, order, demand and date:
// parts come in the order of item and site, and those of a part are sorted as it ends.
type collector struct {
	p     *Plan
	m     *Model
	w     *worker
	g     *pegger
	lists *[numCodes]noticeList

	here  []notice // of the part at hand
	days  []ProjectedDay
	stock []pegSupply
	first []firstPeg
	lot   int // of stock: the first one of the part at hand
	order func(a, b notice) int
	end   bom.Day // the last day on which a demand is needed: what expires later is no matter of this plan
}

func (p *Plan) collectNotices() *[numCodes]noticeList {
	c := &collector{p: p, m: p.m, w: newWorker(p.m, p), g: newPegger(p), lists: new([numCodes]noticeList)}
	c.order = c.compare
	c.end = c.m.lastFixed()
	if p.beyondHorizon() > 0 {
		c.add(notice{code: atHorizonExhausted, part: bom.NoPart, ref: -1})
	}
	c.flush()
	for part := range c.m.Parts {
		c.part(bom.PartID(part))
		c.flush()
	}
	results := p.demandResults()
	for i := range results {
		c.demand(&results[i])
	}
	c.flush()
	return c.lists
}

func (c *collector) add(n notice) { c.here = append(c.here, n) }

// flush sorts what was added and appends it to the lists.
func (c *collector) flush() {
	if len(c.here) > 1 {
		slices.SortStableFunc(c.here, c.order)
	}
	for i := range c.here {
		c.lists[c.here[i].code].add(c.here[i])
	}
	c.here = c.here[:0]
}

// compare orders notices as their messages: by code, part, order id, demand id, dates.
func (c *collector) compare(a, b notice) int {
	if a.code != b.code {
		return cmp.Compare(a.code, b.code)
	}
	if a.part != b.part {
		return cmp.Compare(a.part, b.part)
	}
	switch a.code {
	case atCalendarExhausted, atSourceMissing, atFenced, atPastStart, atReleaseNow:
		return c.p.compareOrders(a.part, a.ref, b.part, b.ref)
	case atExpiringStock:
		x, y := c.m.Book.LotAt(a.ref), c.m.Book.LotAt(b.ref)
		return cmp.Or(cmp.Compare(c.m.Rank(x.ID), c.m.Rank(y.ID)), cmp.Compare(x.Expires, y.Expires), c.m.Book.lots.compare(a.ref, b.ref))
	case atReservationUnused:
		return cmp.Or(strings.Compare(c.p.heldID(a.ref), c.p.heldID(b.ref)), c.m.Book.CompareDemands(c.m.held[a.ref].demand, c.m.held[b.ref].demand))
	case atSubstituteUsed:
		x, y := &c.p.side(a.part).moved[a.ref], &c.p.side(b.part).moved[b.ref]
		return cmp.Or(strings.Compare(c.p.consumerID(&x.from), c.p.consumerID(&y.from)), cmp.Compare(x.day, y.day))
	}
	return cmp.Or(c.compareRefs(a, b), cmp.Compare(a.day, b.day))
}

// compareRefs compares demands and receipts by id.
func (c *collector) compareRefs(a, b notice) int {
	switch a.code {
	case atCancelReceipt, atExcess, atExpedite, atRescheduleIn, atRescheduleOut, atPastDueReceipt, atFollowUp:
		return c.m.Book.CompareReceipts(a.ref, b.ref)
	case atLateDemand, atPastDueDemand, atShortDemand:
		return c.m.Book.CompareDemands(a.ref, b.ref)
	}
	return cmp.Compare(a.ref, b.ref)
}

// part gives the messages of one part.
func (c *collector) part(part bom.PartID) {
	c.lots(part)
	c.side(part)
	c.expired(part)
	pol := &c.m.policies[part]
	safety, peg := pol.safety != 0 || pol.flags&partCover != 0, c.mustPeg(part)
	plain := c.plain(part)
	if safety || peg && plain {
		c.days = c.w.recordTo(c.days[:0], part, 0)
	}
	if safety {
		c.belowSafety(part)
	}
	switch {
	case !peg:
	case plain:
		c.plainLeftover(part)
	default:
		s := c.g.requirements(part)
		pegs := c.g.peg(part, s, c.p.lots(part), c.p.side(part))
		c.receipts(part, pegs)
		c.leftover(part, pegs)
		c.reservations(part, s)
	}
}

// lots gives the messages about single planned orders.
func (c *collector) lots(part bom.PartID) {
	if c.m.policies[part].flags&partPhantom != 0 {
		return
	}
	lots := c.p.lots(part)
	for i := range lots {
		l := &lots[i]
		if l.tag&^maxSources == 0 && l.start > c.m.start {
			continue
		}
		n := notice{part: part, ref: int32(i)}
		say := func(code codeIndex) {
			n.code = code
			c.add(n)
		}
		if l.is(noCalendar) {
			say(atCalendarExhausted)
			continue
		}
		if l.is(noSource) {
			say(atSourceMissing)
		}
		if l.is(fenced) {
			say(atFenced)
		}
		if l.is(startPast) {
			say(atPastStart)
		}
		if l.start <= c.m.start {
			say(atReleaseNow)
		}
	}
}

// side gives the messages about what netting left beside lots.
func (c *collector) side(part bom.PartID) {
	s := c.p.side(part)
	if s == nil {
		return
	}
	for i := range s.moved {
		c.add(notice{code: atSubstituteUsed, part: part, ref: int32(i)})
	}
	if s.short {
		c.add(notice{code: atShortage, part: part, ref: -1})
	}
	for _, v := range s.pulled {
		if int(c.m.openLot(v.receipt).need-c.m.day(v.to)) <= c.m.Book.Settings.DamperDays {
			continue // counted there all the same, but not worth advice
		}
		c.add(notice{code: atRescheduleIn, part: part, ref: v.receipt, day: c.m.day(v.to)})
	}
}

// expired tells of stock that netting left out: nothing can use it while it lasts.
func (c *collector) expired(part bom.PartID) {
	lots := &c.m.Book.lots
	if lots.over != nil {
		for _, i := range lots.of(part) {
			c.expiredLot(part, i)
		}
		return
	}
	for ; c.lot < len(lots.base) && lots.base[c.lot].Part <= part; c.lot++ {
		if lots.base[c.lot].Part == part {
			c.expiredLot(part, int32(c.lot))
		}
	}
}

func (c *collector) expiredLot(part bom.PartID, i int32) {
	if l := c.m.Book.LotAt(i); l.Quantity > 0 && c.m.neverUsable(l) {
		c.add(notice{code: atExpiringStock, part: part, ref: i, quantity: int64(l.Quantity)})
	}
}

// neverUsable reports whether stock expired before it could be used.
func (m *Model) neverUsable(l *Lot) bool {
	return l.Expires != bom.NoDay && int32(l.Expires-m.start) < m.offset(l.QuarantineUntil)
}

// belowSafety compares what is there today with the safety stock.
func (c *collector) belowSafety(part bom.PartID) {
	for i := range c.days {
		d := &c.days[i]
		if before := d.Projected - d.Planned; before < d.SafetyStock {
			c.add(notice{code: atBelowSafety, part: part, ref: -1, day: d.Day, quantity: int64(d.SafetyStock - before), balance: int64(before)})
		}
	}
}

// mustPeg reports whether a part's pegs can give a message.
func (c *collector) mustPeg(part bom.PartID) bool {
	m := c.m
	return len(m.suppliesOf(part)) > 0 || m.heldStart[part] != m.heldStart[part+1] || c.modified(part)
}

// modified reports whether lots of the part can exceed what they are needed for.
func (c *collector) modified(part bom.PartID) bool {
	if len(c.p.lots(part)) == 0 || c.m.policies[part].flags&partPhantom != 0 {
		return false
	}
	if c.m.policies[part].rule != bom.LotForLot {
		return true
	}
	for s := c.m.sourceStart[part]; s < c.m.sourceStart[part+1]; s++ {
		if src := &c.m.sources[s]; src.min > 0 || src.multiple > 0 {
			return true
		}
	}
	return false
}

// plain reports whether what is left over of a part can be told from sums: all is common,
// nothing of it expires, and no advice on a receipt asks for its pegs.
func (c *collector) plain(part bom.PartID) bool {
	m := c.m
	if m.policies[part].flags&(partSpecial|partByProduct|partHeld) != 0 || m.perishable(part) || c.p.side(part) != nil {
		return false
	}
	supplies := m.suppliesOf(part)
	for i := range supplies {
		if supplies[i].receipt {
			return false
		}
	}
	return true
}

// plainLeftover is leftover without pegs. Requirements, then the safety stock, take supplies
// first-in-first-out; so what is left is the last of them. The worker holds the requirements.
func (c *collector) plainLeftover(part bom.PartID) {
	m := c.m
	left := -int64(m.policies[part].safety)
	for _, q := range c.w.req {
		left -= q
	}
	c.stock = c.stock[:0]
	supplies := m.suppliesOf(part)
	for i := range supplies {
		left += int64(supplies[i].quantity)
		c.stock = append(c.stock, pegSupply{day: supplies[i].day, left: int64(supplies[i].quantity)})
	}
	lots := c.p.lots(part)
	for i := range lots {
		left += int64(lots[i].quantity)
	}
	if left <= 0 {
		return
	}
	slices.SortFunc(c.stock, func(a, b pegSupply) int { return cmp.Compare(a.day, b.day) })
	excess, surplus := int64(0), int64(0)
	for i, j := len(c.stock)-1, len(lots)-1; left > 0 && (i >= 0 || j >= 0); {
		if j >= 0 && (i < 0 || m.offset(lots[j].need) >= c.stock[i].day) { // lots after stock of the day
			took := min(left, int64(lots[j].quantity))
			surplus += took
			left -= took
			j--
		} else {
			took := min(left, c.stock[i].left)
			excess += took
			left -= took
			i--
		}
	}
	c.sayLeft(part, excess, surplus)
}

// sayLeft tells what is left over of stock and of lots.
func (c *collector) sayLeft(part bom.PartID, excess, surplus int64) {
	if excess > 0 {
		c.add(notice{code: atExcess, part: part, ref: -1, quantity: excess})
	}
	if surplus > 0 && c.m.policies[part].flags&partPhantom == 0 {
		c.add(notice{code: atLotSurplus, part: part, ref: -1, quantity: surplus})
	}
}

// firstPeg is what a supply's pegs say: the first day on which something needs
// it, and how much is excess.
type firstPeg struct {
	supply int32
	entry  entry // of the first need
	used   int64
	excess int64
	safety int64
}

// firstPegs gives them by supply, for the stock or the receipts of a part. They are valid until the next call.
func (c *collector) firstPegs(pegs []peg, kind supplyKind) []firstPeg {
	c.first = c.first[:0]
	for i := range pegs {
		g := &pegs[i]
		if g.supplyKind != kind || kind == supplyReceipt && g.lotOf != bom.NoPart {
			continue
		}
		f := firstPeg{supply: g.supply}
		switch g.entry.kind {
		case consumerExcess:
			f.excess = g.q
		case consumerSafety:
			f.safety = g.q
		default:
			f.used, f.entry = g.q, g.entry
		}
		c.first = append(c.first, f)
	}
	slices.SortStableFunc(c.first, func(a, b firstPeg) int { return cmp.Compare(a.supply, b.supply) })
	merged := c.first[:0]
	for _, f := range c.first {
		if n := len(merged); n == 0 || merged[n-1].supply != f.supply {
			merged = append(merged, f)
			continue
		}
		sum := &merged[len(merged)-1]
		if f.used > 0 && (sum.used == 0 || f.entry.day < sum.entry.day) {
			sum.entry = f.entry
		}
		sum.used, sum.excess, sum.safety = sum.used+f.used, sum.excess+f.excess, sum.safety+f.safety
	}
	return merged
}

// receipts advises on the open orders of a part.
func (c *collector) receipts(part bom.PartID, pegs []peg) {
	m := c.m
	first := c.firstPegs(pegs, supplyReceipt)
	m.eachReceipt(part, func(r int32) {
		if i, ok := slices.BinarySearchFunc(first, r, func(f firstPeg, r int32) int { return cmp.Compare(f.supply, r) }); ok {
			c.advise(part, r, &first[i])
		}
		row := m.Book.ReceiptAt(r)
		if row.due() < m.start {
			c.add(notice{code: atPastDueReceipt, part: part, ref: r})
		}
		if row.Kind == bom.Buy && row.due() <= m.start+bom.Day(m.Book.Settings.FollowUpDays.Or(5)) {
			c.add(notice{code: atFollowUp, part: part, ref: r})
		}
	})
}

// advise is rule 13 for one receipt. Dampers keep it quiet.
func (c *collector) advise(part bom.PartID, r int32, f *firstPeg) {
	m := c.m
	row := m.Book.ReceiptAt(r)
	settings := &m.Book.Settings
	n := notice{part: part, ref: r}
	switch {
	case f.used == 0 && f.safety == 0:
		n.code = atCancelReceipt
		c.add(n)
		return
	case f.excess > 0 && exceedsShare(f.excess, row.Quantity, settings.DamperShare):
		c.add(notice{code: atExcess, part: part, ref: r, quantity: f.excess})
	}
	if f.used == 0 {
		return
	}
	need := m.day(f.entry.day)
	n.day, n.kind, n.consumer, n.parent = need, f.entry.kind, f.entry.ref, f.entry.parent
	early := int(need - m.openLot(r).need)
	late := int(m.receiptAvailable(r) - need)
	switch {
	case late > 0 && late > settings.DamperDays && !c.pulled(part, r):
		n.code = atExpedite
		c.add(n)
	case early > settings.DamperDays && f.safety == 0:
		n.code = atRescheduleOut
		c.add(n)
	}
}

func (c *collector) pulled(part bom.PartID, r int32) bool {
	s := c.p.side(part)
	return s != nil && slices.ContainsFunc(s.pulled, func(v pulled) bool { return v.receipt == r })
}

// exceedsShare reports whether part is more than the share of whole.
func exceedsShare(part int64, whole bom.Quantity, share bom.Number) bool {
	return bom.Quantity(part).Decimal().GreaterThan(whole.Decimal().Mul(share.Decimal()))
}

// leftover gives the messages about stock and lots that are not all used.
func (c *collector) leftover(part bom.PartID, pegs []peg) {
	excess, surplus := int64(0), int64(0)
	for _, f := range c.firstPegs(pegs, supplyStock) {
		if l := c.m.Book.LotAt(f.supply); f.excess > 0 && l.Expires != bom.NoDay && l.Expires <= c.end {
			c.add(notice{code: atExpiringStock, part: part, ref: f.supply, quantity: f.excess})
		} else {
			excess += f.excess
		}
	}
	for i := range pegs {
		if g := &pegs[i]; g.supplyKind == supplyPlanned && g.lotOf == part && g.entry.kind == consumerExcess {
			surplus += g.q
		}
	}
	c.sayLeft(part, excess, surplus)
}

// reservations tells what is held for demands that do not need it.
func (c *collector) reservations(part bom.PartID, s *specialScratch) {
	for i := range s.held {
		if h := &s.held[i]; h.left > 0 {
			c.add(notice{code: atReservationUnused, part: part, ref: c.m.heldStart[part] + int32(i), quantity: h.left})
		}
	}
}

// demand gives the messages of one demand.
func (c *collector) demand(r *DemandResult) {
	n := notice{part: c.m.Book.DemandPart(r.Demand), ref: r.Demand, day: r.Promised, quantity: int64(r.Quantity)}
	if k := len(r.Deliveries); k > 0 {
		n.last = r.Deliveries[k-1].Date
	}
	if c.m.Book.DemandAt(r.Demand).Due.Day < c.m.start {
		n.code = atPastDueDemand
		c.add(n)
	}
	switch r.Status {
	case Late:
		n.code = atLateDemand
		c.add(n)
	case Short:
		n.code = atShortDemand
		c.add(n)
	}
}
