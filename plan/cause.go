package plan

import (
	"fmt"
	"sort"
	"strconv"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// CauseKind says what holds a demand up in the schedule.
type CauseKind string

// The kinds of causes, beside those of the material plan for what has no supply at all.
const (
	CauseMachine  CauseKind = "machine"  // waits for a machine behind another order
	CauseOven     CauseKind = "batch"    // waits for the oven load that it joins
	CausePool     CauseKind = "pool"     // waits for a tool or an operator
	CauseClosed   CauseKind = "calendar" // the work centre does not work
	CauseFrozen   CauseKind = "frozen"   // pinned, started or in the frozen zone
	CausePurchase CauseKind = "purchase" // a purchase cannot be there before
	CauseReceipt  CauseKind = "receipt"  // an open order comes only then
	CauseStock    CauseKind = "stock"    // stock in quarantine
	CauseLead     CauseKind = "lead_time"
	CauseDesign   CauseKind = "design"  // the design and approval of a special item
	CauseWork     CauseKind = "work"    // takes its time: operations, moves and waits
	CauseOverdue  CauseKind = "overdue" // was due before the plan begins
	CauseMaterial CauseKind = "material"
	CauseNever    CauseKind = "no_calendar"
)

// Cause is one link of the chain from a late demand back to what holds it up.
type Cause struct {
	Kind       CauseKind
	Order      string // that waits, or that is waited for
	Item, Site string // what it makes or brings
	Op         int    // the operation of Order; 0: none
	WorkCentre string // or the pool
	Behind     string // the order on the machine before it
	Queue      int    // how many operations ran there meanwhile
	From       string // supplier or sending site
	Since      bom.When
	Until      bom.When
	Wait       int64 // seconds that this link lasts
	text       string
}

// String is the link as a sentence.
func (c Cause) String() string {
	if c.text != "" {
		return c.text
	}
	where := ""
	if c.Order != "" {
		where = c.Order
		if c.Op > 0 {
			where += " op " + strconv.Itoa(c.Op)
		}
	}
	switch c.Kind {
	case CauseMachine:
		s := fmt.Sprintf("%s waits %s for %s behind %s", where, length(c.Wait), c.WorkCentre, c.Behind)
		if c.Queue > 1 {
			s += fmt.Sprintf(" and %s", more(c.Queue-1))
		}
		return s
	case CauseOven:
		return fmt.Sprintf("%s waits %s for its load of %s", where, length(c.Wait), c.WorkCentre)
	case CausePool:
		return fmt.Sprintf("%s waits %s for %s", where, length(c.Wait), c.WorkCentre)
	case CauseClosed:
		return fmt.Sprintf("%s waits %s because %s does not work", where, length(c.Wait), c.WorkCentre)
	case CauseFrozen:
		return fmt.Sprintf("%s keeps its time on %s: pinned, started or in the frozen zone", where, c.WorkCentre)
	case CausePurchase:
		if c.Until.IsZero() {
			return fmt.Sprintf("%s@%s%s is never there: its calendar has no day for the lead time: extend it", c.Item, c.Site, from(c.From))
		}
		return fmt.Sprintf("%s@%s%s cannot be there before %v", c.Item, c.Site, from(c.From), c.Until.Day)
	case CauseReceipt:
		return fmt.Sprintf("receipt %s of %s@%s%s comes on %v", c.Order, c.Item, c.Site, from(c.From), c.Until.Day)
	case CauseStock:
		return fmt.Sprintf("stock of %s@%s is in quarantine until %v", c.Item, c.Site, c.Until.Day)
	case CauseDesign:
		return fmt.Sprintf("the design and approval for %s take %s", where, length(c.Wait))
	case CauseLead:
		return fmt.Sprintf("%s%s takes %s", where, from(c.From), length(c.Wait))
	case CauseWork:
		return fmt.Sprintf("%s takes %s on %s", where, length(c.Wait), c.WorkCentre)
	case CauseNever:
		return fmt.Sprintf("%s finds no time in which its work centre, tool and operators work: extend their calendars", where)
	}
	return string(c.Kind)
}

func from(supplier string) string {
	if supplier == "" {
		return ""
	}
	return " from " + supplier
}

func more(n int) string {
	if n == 1 {
		return "1 more operation"
	}
	return strconv.Itoa(n) + " more operations"
}

// tenths is a number of units with one decimal, none if it is whole.
func tenths(n, unit int64) string {
	t := (n*10 + unit/2) / unit
	if t%10 == 0 {
		return strconv.FormatInt(t/10, 10)
	}
	return fmt.Sprintf("%d.%d", t/10, t%10)
}

// overdue is the cause of a demand that was due so many seconds before the plan begins.
func overdue(demand string, seconds int64) Cause {
	return Cause{Kind: CauseOverdue, Order: demand, Wait: seconds, text: "was due before the planning start"}
}

// causes is the chain of a demand that is not on time.
func (f *Finite) causes(why *schedule.Why, r *mrp.DemandResult, p *Promise) []Cause {
	var out []Cause
	row := f.m.Book.DemandAt(p.Demand)
	due := f.problem.Jobs[f.demandJob[p.Demand]].Due
	if due < f.today {
		out = append(out, overdue(row.ID, f.today-due))
	}
	if p.Status == mrp.Short && p.Late == 0 {
		for _, c := range r.Causes { // what has no supply at all, material planning knows
			out = append(out, Cause{Kind: CauseMaterial, Order: c.Order, Item: c.Item, Site: c.Site, From: c.From, text: c.String()})
		}
		if len(out) > 0 {
			return out
		}
	}
	job := &f.problem.Jobs[f.demandJob[p.Demand]]
	for _, link := range why.Chain(job.First + job.Ops - 1) {
		out = append(out, f.link2causes(&link)...)
	}
	return out
}

// link2causes is a link of the schedule's chain with the work of the operation before it.
func (f *Finite) link2causes(l *schedule.Link) []Cause {
	c := f.describe(l.Op)
	c.Since, c.Until, c.Wait = f.when(l.From), f.when(l.Until), l.Wait()
	if l.Machine >= 0 {
		c.WorkCentre = f.problem.Centres[f.problem.Machines[l.Machine].Centre].ID
	}
	switch l.Kind {
	case schedule.WaitMachine:
		c.Kind, c.Behind, c.Queue = CauseMachine, f.describe(l.Other).Order, int(l.Queue)
	case schedule.WaitOven:
		c.Kind = CauseOven
	case schedule.WaitPool:
		c.Kind, c.WorkCentre = CausePool, f.problem.Pools[l.Pool].ID
	case schedule.WaitCalendar:
		c.Kind = CauseClosed
	case schedule.WaitPinned: // it could have begun at the planning start
		c.Kind, c.Since, c.Wait = CauseFrozen, f.when(f.today), max(0, l.Until-f.today)
	case schedule.WaitNever:
		if op := &f.problem.Ops[l.Op]; op.Release == notEver {
			l.Cause = op.Cause
			return []Cause{f.release(l)}
		}
		c.Kind = CauseNever
	case schedule.WaitRelease:
		return []Cause{f.release(l)}
	case schedule.WaitStep, schedule.WaitMaterial:
		return f.worked(l)
	default:
		return nil
	}
	return []Cause{c}
}

// worked is what the operation before took, if it is one that takes time.
func (f *Finite) worked(l *schedule.Link) []Cause {
	if l.Other < 0 || f.schedule.Start(l.Other) >= capacity.Never {
		return nil
	}
	c := f.describe(l.Other)
	start, end := f.schedule.Start(l.Other), max(l.Until, f.schedule.End(l.Other))
	c.Since, c.Until, c.Wait = f.when(start), f.when(end), end-start
	if c.Wait == 0 {
		return nil
	}
	if c.Kind = CauseLead; f.problem.Ops[l.Other].Number == designStep {
		c.Kind, c.Op = CauseDesign, 0
	}
	if a := f.schedule.Of(l.Other)[0]; a.Machine >= 0 {
		c.Kind, c.WorkCentre = CauseWork, f.problem.Centres[f.problem.Machines[a.Machine].Centre].ID
	}
	return []Cause{c}
}

// release is what a release stands for: a purchase, a receipt or stock.
func (f *Finite) release(l *schedule.Link) Cause {
	c := Cause{Until: f.when(l.Until), Wait: max(0, min(l.Until, capacity.Never)-f.today), Since: f.when(f.today)}
	lots, receipts := int32(len(f.lotJob)), int32(len(f.receiptJob))
	switch ref := l.Cause - 1; {
	case ref < 0:
		return f.describe(l.Op)
	case ref < lots:
		part := bom.PartID(sort.Search(len(f.m.Parts), func(p int) bool { return f.lotStart[p+1] > ref }))
		o := f.material.Lot(part, int(ref-f.lotStart[part]))
		c.Kind, c.Order = CausePurchase, f.material.LotID(part, int(ref-f.lotStart[part]))
		c.Item, c.Site, c.From = f.m.ItemID(part), f.m.SiteID(part), f.supplier(o.Supply)
	case ref < lots+receipts:
		row := f.m.Book.ReceiptAt(ref - lots)
		c.Kind, c.Order, c.Item, c.Site = CauseReceipt, row.ID, row.Item, row.Site
		c.From = f.supplier(f.m.ReceiptInfo(ref - lots).Supply)
	default:
		lot := f.m.Book.LotAt(ref - lots - receipts)
		c.Kind, c.Item, c.Site = CauseStock, f.m.ItemID(lot.Part), f.m.SiteID(lot.Part)
	}
	return c
}

func (f *Finite) supplier(supply int32) string {
	if supply < 0 {
		return ""
	}
	return f.m.Names.String(f.m.Supplies[supply].From)
}

// describe names the order of an operation.
func (f *Finite) describe(op int32) Cause {
	o := &f.problem.Ops[op]
	c := Cause{Op: int(o.Number)}
	c.Order, c.Item, c.Site, c.From = f.jobName(o.Job)
	return c
}

// jobName is the order, receipt or demand that a job stands for, and what it makes.
func (f *Finite) jobName(job int32) (order, item, site, supplier string) {
	if i := sort.Search(len(f.lotOfJob), func(i int) bool { return f.lotJob[f.lotOfJob[i]] >= job }); i < len(f.lotOfJob) && f.lotJob[f.lotOfJob[i]] == job {
		at := f.lotOfJob[i]
		part := bom.PartID(sort.Search(len(f.m.Parts), func(p int) bool { return f.lotStart[p+1] > at }))
		o := f.material.Lot(part, int(at-f.lotStart[part]))
		return f.material.LotID(part, int(at-f.lotStart[part])), f.m.ItemID(part), f.m.SiteID(part), f.supplier(o.Supply)
	}
	if r, ok := f.receiptOf(job); ok {
		row := f.m.Book.ReceiptAt(r)
		return row.ID, row.Item, row.Site, f.supplier(f.m.ReceiptInfo(r).Supply)
	}
	id := f.problem.Jobs[job].ID
	if d, ok := f.m.Book.Demand(id); ok {
		return id, f.m.Book.DemandAt(d).Item, f.m.Book.DemandAt(d).Site, ""
	}
	return id, "", "", ""
}

// receiptOf is the receipt that a job stands for. Jobs of receipts are in their order.
func (f *Finite) receiptOf(job int32) (int32, bool) {
	i := sort.Search(len(f.receiptOfJob), func(i int) bool { return f.receiptJob[f.receiptOfJob[i]] >= job })
	if i == len(f.receiptOfJob) || f.receiptJob[f.receiptOfJob[i]] != job {
		return 0, false
	}
	return f.receiptOfJob[i], true
}

// OrderOf names the order, receipt or demand of an operation.
func (f *Finite) OrderOf(op int32) string { return f.describe(op).Order }

// Describe is a violation of the schedule as a sentence that names orders and machines.
func (f *Finite) Describe(v schedule.Violation) string {
	if v.Op < 0 {
		return string(v.Kind)
	}
	c := f.describe(v.Op)
	where := c.Order
	if c.Op > 0 {
		where += " op " + strconv.Itoa(c.Op)
	}
	if parts := f.schedule.Of(v.Op); len(parts) > 0 && parts[0].Machine >= 0 {
		where += " on " + f.problem.Centres[f.problem.Machines[parts[0].Machine].Centre].ID
	}
	other := ""
	if v.Other >= 0 {
		switch v.Kind {
		case schedule.PoolExceeded:
			other = f.problem.Pools[v.Other].ID
		case schedule.WrongMachine:
		default:
			other = f.describe(v.Other).Order
		}
	}
	text := where + ": "
	switch v.Kind {
	case schedule.Unplaced:
		text += "finds no time in which its work centre, tool and operators work, or waits for what finds none: extend their calendars or shorten the operation"
	case schedule.Interrupted:
		text += "may not be interrupted, but no stretch of working time is long enough: it spans non-working time"
	case schedule.ForbiddenRun:
		text += "its changeover is forbidden, and there is no other place for it: allow one in setups"
	case schedule.TooLate:
		text += fmt.Sprintf("begins %s after the longest wait behind %s", length(v.By), other)
	case schedule.TooSoon, schedule.TooEarly:
		text += fmt.Sprintf("begins %s too early", length(v.By))
		if other != "" {
			text += " for " + other
		}
	case schedule.Overlap:
		text += "runs at the same time as " + other
	case schedule.PoolExceeded:
		text += fmt.Sprintf("needs %d more of %s than there are", v.By, other)
	case schedule.OffHours:
		text += "begins or ends outside working time"
	case schedule.WrongTime:
		if v.By < 0 {
			text += "takes " + length(-v.By) + " less working time than its work"
		} else {
			text += "takes " + length(v.By) + " more working time than its work"
		}
	case schedule.WrongMachine:
		text += "this machine cannot do it"
	case schedule.BatchWrong:
		text += "its load is too large or mixes families"
	case schedule.QuantityOff:
		text += "its quantity is not that of the order"
	case schedule.Moved:
		text += "is not where it is pinned"
	default:
		text += string(v.Kind)
	}
	if v.Given {
		text += " (pinned)"
	}
	return text
}

// Zone is the model's time zone.
func (f *Finite) Zone() *time.Location { return f.zone }
