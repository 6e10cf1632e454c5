package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// LoadOptions choose the buckets of capacity load planning; the zero value is good.
type LoadOptions struct {
	Bucket capacity.BucketSize
	Days   int // calendar days from the planning start; 0: to the end of the last work
}

// Workload is the load that work puts on the work centres, and what work that is. It is
// immutable and safe for any number of readers.
type Workload struct {
	Profile *capacity.LoadProfile
	// Past is work of a rough cut that would have to be over by the planning start: it is in
	// no bucket, since stock and open orders stand for it.
	Past time.Duration

	model *Model
	asked []Asked
	tasks []capacity.Task // by centre and bucket
	at    []int32         // where those of a centre and bucket begin
}

// Asked is the time that a product asks of a work centre over all buckets.
type Asked struct {
	Part       bom.PartID
	Centre     int32 // in Shop.Centres
	Setup, Run time.Duration
}

// Total is setup and run time together.
func (a *Asked) Total() time.Duration { return max(a.Setup, a.Run, a.Setup+a.Run) }

// Asked are the hours that products ask by work centre, in the order of parts and centres: in a rough cut
// of the demanded product for all levels below it, in CRP of the part that is made.
func (w *Workload) Asked() []Asked { return w.asked }

// Tasks are the operations, or shares of them, in a bucket of a centre.
func (w *Workload) Tasks(centre int32, bucket int) []capacity.Task {
	i := int(centre)*w.Profile.Buckets().Len() + bucket
	return w.tasks[w.at[i]:w.at[i+1]]
}

// Covers tells what would cover the gap of a centre in a bucket; see capacity.LoadProfile.Covers.
func (w *Workload) Covers(centre int32, bucket int) []capacity.Cover {
	return w.Profile.Covers(centre, bucket, w.Tasks(centre, bucket))
}

// CapacityRequirements is capacity requirements planning (CRP; Vollmann, Berry, Whybark &
// Jacobs, Manufacturing Planning and Control): the load of planned make orders and open make
// receipts on the first choice of each operation, and on its tool and operators.
//
// An operation takes setup, and fixed + run · start quantity ÷ efficiency, an oven's run once a
// load. The time from an order's start to its due day (to the end of that, if it starts there) is
// divided among the operations in proportion to their lead times (queue, setup, run, move, least wait, lead days
// outside), and an operation's work within its part in proportion to the centre's working hours. What should
// have been done before the planning start stands in the first bucket. A receipt in progress asks only for the
// operations after op_done. No load is levelled: that is finite scheduling's task.
//
// O(operations of all orders · buckets they touch).
func (p *Plan) CapacityRequirements(o LoadOptions) *Workload {
	last := p.model.Book.Start
	p.eachMake(func(w *jobOrder) { last = max(last, w.due-1) })
	x := newLoading(p.model, o, last)
	p.eachMake(x.place)
	return x.workload()
}

// jobOrder is an order whose operations ask for time.
type jobOrder struct {
	part, product   bom.PartID
	supply          int32 // in Catalog.Supplies; -1: none
	start, due      bom.Day
	quantity, begun bom.Quantity // good, and to start
	done            int          // operations up to this number are done
	open            bool
	fixed           bool // is in progress: cannot begin earlier
}

// eachMake visits planned make orders by part and need day, then open make receipts by id.
func (p *Plan) eachMake(visit func(*jobOrder)) {
	for part := range p.model.Catalog.Parts {
		if !p.network.Routed(bom.PartID(part)) {
			continue
		}
		for o := range p.material.OrdersOf(bom.PartID(part)) {
			if o.Kind == bom.Make {
				visit(&jobOrder{part: o.Part, product: o.Part, supply: p.supplyOf(&o), start: o.Start, due: o.Due, quantity: o.Quantity, begun: o.StartQuantity})
			}
		}
	}
	book := p.model.Book
	for r, row := range book.ReceiptsByID() {
		o := p.material.Model().Open(r)
		if o.Kind != bom.Make || !p.network.Routed(o.Part) {
			continue
		}
		visit(&jobOrder{part: o.Part, product: o.Part, supply: o.Supply, start: o.Start, due: o.Due, quantity: row.Quantity, begun: o.StartQuantity,
			done: row.OpDone.Or(0), open: true, fixed: row.Status == mrp.InProgress})
	}
}

// supplyOf finds the source of a planned order, -1 for a part without sources.
func (p *Plan) supplyOf(o *mrp.Order) int32 {
	c := p.model.Catalog
	from, to := c.Sources(o.Part)
	for s := from; s < to; s++ {
		if c.Names.String(c.Supplies[s].ID) == o.Source {
			return s
		}
	}
	return -1
}

// loading fills a workload.
type loading struct {
	model   *Model
	profile *capacity.LoadProfile
	tasks   []placedTask
	asked   map[askedKey]*Asked
	past    time.Duration
	drop    bool // what is over by the planning start is counted in past alone
}

type placedTask struct {
	cell int32 // centre · buckets + bucket
	capacity.Task
}

type askedKey struct {
	part   bom.PartID
	centre int32
}

// newLoading is a loading without work, for work through a last day.
func newLoading(m *Model, o LoadOptions, last bom.Day) *loading {
	start, shown := m.Book.Settings.Start, last
	if o.Days > 0 {
		shown = start.Day + bom.Day(o.Days) - 1
	}
	buckets := capacity.NewBuckets(o.Bucket, m.Zone(), start, shown)
	from, _ := buckets.Days(0)
	_, to := buckets.Days(buckets.Len() - 1)
	hours := m.Shop.Hours(m.Zone(), from, max(to, last)+1) // also where work beyond the buckets lies
	return &loading{model: m, profile: m.Shop.NewLoadProfile(hours, buckets), asked: map[askedKey]*Asked{}}
}

// steps is the routing of an order from the operation after done on.
func (x *loading) steps(w *jobOrder) []capacity.Step {
	version := bom.Sym(0)
	if w.supply >= 0 {
		version = x.model.Catalog.Supplies[w.supply].Routing
	}
	steps, _ := x.model.Shop.Routing(w.part, version)
	for len(steps) > 0 && int(steps[0].Op) <= w.done {
		steps = steps[1:]
	}
	return steps
}

// place puts the operations of an order into the profile.
func (x *loading) place(w *jobOrder) {
	steps, shop := x.steps(w), x.model.Shop
	var leads, sum int64
	for rows := range operations(steps) {
		sum = int64(addTime(time.Duration(sum), shop.LeadShare(&rows[0], w.begun)))
	}
	from, to := w.start.Begin(x.model.Zone()), max(w.due, w.start+1).Begin(x.model.Zone())
	if begin := x.profile.Buckets().Start(); w.fixed && to > begin {
		from = max(from, begin) // the rest of what is in progress
	}
	begin := from
	for rows := range operations(steps) {
		leads = int64(addTime(time.Duration(leads), shop.LeadShare(&rows[0], w.begun)))
		end := to
		if leads < sum {
			end = from + portion(to-from, leads, sum)
		}
		x.operation(w, rows, begin, end)
		begin = end
	}
}

// operation puts one operation, its tool and its operators into the profile.
func (x *loading) operation(w *jobOrder, rows []capacity.Step, from, to int64) {
	first := &rows[0]
	setup, run := x.model.Shop.OperationTime(first, w.begun)
	if first.Centre < 0 || setup == 0 && run == 0 {
		return
	}
	if x.drop && to <= x.profile.Buckets().Start() {
		x.past = addTime(x.past, addTime(setup, run))
		return
	}
	x.occupy(w, rows, first.Centre, from, to, setup, run)
	if first.Tool >= 0 && first.ToolUnits > 0 {
		n := time.Duration(first.ToolUnits)
		x.occupy(w, rows, first.Tool, from, to, mulTime(setup, n), mulTime(run, n))
	}
	if first.Operator >= 0 && first.OperatorUnits > 0 {
		n := time.Duration(first.OperatorUnits)
		x.occupy(w, rows, first.Operator, from, to, mulTime(setup, n), mulTime(run, n))
	}
}

// occupy distributes time of a work centre, and keeps what it is for.
func (x *loading) occupy(w *jobOrder, rows []capacity.Step, centre int32, from, to int64, setup, run time.Duration) {
	key := askedKey{w.product, centre}
	a := x.asked[key]
	if a == nil {
		a = &Asked{Part: w.product, Centre: centre}
		x.asked[key] = a
	}
	whole, n := int64(addTime(setup, run)), x.profile.Buckets().Len()
	slack := max(0, w.start-x.model.Book.Start)
	if w.fixed {
		slack = 0
	}
	x.profile.Distribute(centre, from, to, setup, run, func(bucket int, setup, run time.Duration) {
		if bucket >= n {
			return
		}
		t := addTime(setup, run)
		a.Setup, a.Run = addTime(a.Setup, setup), addTime(a.Run, run)
		x.tasks = append(x.tasks, placedTask{centre*int32(n) + int32(bucket), capacity.Task{
			Rows: rows, Time: t, Start: w.begun, Quantity: bom.Quantity(portion(int64(w.quantity), int64(t), whole)), Slack: int32(slack), Open: w.open}})
	})
}

// workload is the result: tasks by centre and bucket in the order in which they came.
func (x *loading) workload() *Workload {
	out := &Workload{Profile: x.profile, Past: x.past, model: x.model}
	out.at = make([]int32, len(x.model.Shop.Centres)*x.profile.Buckets().Len()+1)
	for i := range x.tasks {
		out.at[x.tasks[i].cell+1]++
	}
	for i := 1; i < len(out.at); i++ {
		out.at[i] += out.at[i-1]
	}
	out.tasks = make([]capacity.Task, len(x.tasks))
	next := slices.Clone(out.at)
	for i := range x.tasks {
		t := &x.tasks[i]
		out.tasks[next[t.cell]] = t.Task
		next[t.cell]++
	}
	for _, a := range x.asked {
		if a.Total() > 0 {
			out.asked = append(out.asked, *a)
		}
	}
	slices.SortFunc(out.asked, func(a, b Asked) int { return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Centre, b.Centre)) })
	return out
}
