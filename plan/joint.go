package plan

import (
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// joint ties the material plan to a scheduling problem: which job is which order,
// receipt or demand, and what the operations wait for that is no job.
type joint struct {
	m        *mrp.Model
	material *mrp.Plan
	zone     *time.Location
	today    int64 // the planning start, in seconds
	problem  *schedule.Problem
	// reference is the published schedule, nil without one.
	reference *schedule.Schedule

	lotStart     []int32 // number of a part's first lot among all lots
	lotJob       []int32 // by lot; -1: bought, available at lotReady
	lotReady     []int64 // of bought lots: when they can be there at the earliest
	lotOfJob     []int32 // lots that have a job, by lot and so by job
	receiptOfJob []int32 // receipts that have a job, by receipt and so by job
	receiptJob   []int32 // -1: available at receiptReady
	demandJob    []int32 // -1: not planned

	taken    []takenLot // bought lots and what takes them, until they are placed; nil then
	centreOf []int32    // by centre of the shop: in problem.Centres, or -1-pool
	familyOf map[string]int32
	hours    *capacity.MachineHours
	until    bom.Day // how long hours are known

	undedicated []int32    // operations on work centres of a class that they do not serve
	unlinked    [][2]int32 // pegs that are not waited for, as they make a circle
}

// supplyRef numbers what can be waited for: lots, then receipts, then stock; from 1.
func (j *joint) supplyRef(class mrp.SupplyClass, part bom.PartID, i int32) int32 {
	switch class {
	case mrp.FromOrder:
		return 1 + j.lotStart[part] + i
	case mrp.FromReceipt:
		return 1 + int32(len(j.lotJob)) + i
	}
	return 1 + int32(len(j.lotJob)) + int32(len(j.receiptJob)) + i
}

// newJoint makes the scheduling problem of a material plan.
func newJoint(material *mrp.Plan) *joint {
	return newJointUntil(material, endOfHours(material.Model()))
}

// newJointUntil makes it with working hours that are known until a day.
func newJointUntil(material *mrp.Plan, until bom.Day) *joint {
	m := material.Model()
	j := &joint{m: m, material: material, zone: m.Book.Zone, problem: &schedule.Problem{Zone: m.Book.Zone}, until: until, familyOf: map[string]int32{"": 0}}
	j.today = m.Book.Settings.Start.Instant(j.zone)
	j.problem.Start = j.today
	j.problem.Families = []string{""}
	j.addCentres()
	j.addOrders()
	j.addReceipts()
	j.addDemands()
	j.link()
	return j
}

// yearsOfHours is how far beyond the last date of the model working hours are known.
const yearsOfHours = 10

// endOfHours is the day until which the working hours of a fresh schedule are known.
func endOfHours(m *mrp.Model) bom.Day {
	last := m.Start()
	for _, d := range m.Book.DemandsByID() {
		last = max(last, d.Due.Day)
	}
	return bom.DayOf(last.Time().AddDate(yearsOfHours, 0, 0))
}

// hoursFrom is the first day of which working hours are known.
func (j *joint) hoursFrom() bom.Day { return bom.DayOf(j.m.Start().Time().AddDate(-1, 0, 0)) }

// addCentres makes centres and pools of the work centres.
func (j *joint) addCentres() {
	shop, p := j.m.Shop, j.problem
	j.hours = shop.Hours(j.zone, j.hoursFrom(), j.until)
	j.centreOf = make([]int32, len(shop.Centres))
	matrices := map[string]int32{"": 0}
	for i := range shop.Setups {
		if id := shop.Setups[i].Matrix; matrices[id] == 0 && id != "" {
			matrices[id] = int32(len(p.Matrices)) + 1
			p.Matrices = append(p.Matrices, schedule.Matrix{})
		}
	}
	j.fillMatrices(matrices)
	for i := range shop.Centres {
		w := &shop.Centres[i]
		machines := int32(w.Machines.Or(1))
		if w.Kind == capacity.Operator || w.Kind == capacity.Tool {
			j.centreOf[i] = -1 - int32(len(p.Pools))
			p.Pools = append(p.Pools, j.pool(int32(i), w, machines))
			continue
		}
		j.centreOf[i] = int32(len(p.Centres))
		c := schedule.Centre{ID: w.ID, Machines: machines, First: int32(len(p.Machines)), Matrix: matrices[w.SetupMatrix],
			Capacity: w.BatchCapacity, Sequence: w.SequenceRule, Drum: w.Bottleneck}
		switch w.Kind {
		case capacity.Batch:
			c.Kind = schedule.Batch
		case capacity.Infinite:
			c.Kind = schedule.Infinite
		}
		for k := range machines {
			p.Machines = append(p.Machines, schedule.Machine{Centre: int32(len(p.Centres)), Hours: j.hours.Machine(int32(i), int(k))})
		}
		p.Centres = append(p.Centres, c)
	}
}

func (j *joint) pool(centre int32, w *capacity.WorkCentre, units int32) schedule.Pool {
	pool := schedule.Pool{ID: w.ID, Units: units, Hours: j.hours.Machine(centre, 0)}
	for _, a := range j.hours.Absent(centre) {
		pool.Absent = append(pool.Absent, schedule.Absence{Span: a.Span, Units: 1})
	}
	return pool
}

func (j *joint) fillMatrices(matrices map[string]int32) {
	for i := range j.m.Shop.Setups {
		s := &j.m.Shop.Setups[i]
		j.problem.Matrices[matrices[s.Matrix]-1][schedule.Changeover{From: j.familyNamed(s.From), To: j.familyNamed(s.To)}] =
			schedule.Setup{Time: minutes(s.Minutes), Cost: s.Cost, Forbidden: s.Forbidden}
	}
}

func (j *joint) familyNamed(name string) int32 {
	if name == "*" {
		return schedule.AnyFamily
	}
	return j.family(name)
}

// family is the number of a setup family, known from a routing or not.
func (j *joint) family(name string) int32 {
	f, ok := j.familyOf[name]
	if !ok {
		f = int32(len(j.problem.Families))
		j.problem.Families = append(j.problem.Families, name)
		j.familyOf[name] = f
	}
	return f
}

// endless is longer than any calendar: what takes so long never ends. Sums of three of it still
// fit a Duration.
const endless = 90 * 365 * 24 * time.Hour

// minutes is an exact number of minutes, at most endless.
func minutes(n bom.Number) time.Duration {
	return min(capacity.Minutes(n), endless)
}

// addOrders makes jobs of the planned orders, part by part.
func (j *joint) addOrders() {
	parts := len(j.m.Parts)
	j.lotStart = make([]int32, parts+1)
	for part := range parts {
		j.lotStart[part+1] = j.lotStart[part] + int32(j.material.NumLots(bom.PartID(part)))
	}
	n := j.lotStart[parts]
	j.lotJob, j.lotReady = make([]int32, n), make([]int64, n)
	for part := range parts {
		for i := range int(j.lotStart[part+1] - j.lotStart[part]) {
			o := j.material.Lot(bom.PartID(part), i)
			at := j.lotStart[part] + int32(i)
			if o.Kind == bom.Buy {
				j.lotJob[at], j.lotReady[at] = -1, j.earliestBuy(&o)
				continue
			}
			j.lotOfJob = append(j.lotOfJob, at)
			j.lotJob[at] = j.addJob(schedule.Job{Target: (o.Need + 1).Begin(j.zone), Buffer: j.buffer(o.Part)}, &o, bom.Optional[int]{})
		}
	}
}

// buffer is a part's safety lead time, by the clock: how long before it is needed an order aims to be ready.
func (j *joint) buffer(part bom.PartID) time.Duration {
	return time.Duration(j.m.Parts[part].SafetyDays) * 24 * time.Hour
}

// earliestBuy is when a purchase placed today is there: at the beginning of that day.
func (j *joint) earliestBuy(o *mrp.OrderInfo) int64 {
	day, ok := j.earliestDay(o)
	if !ok {
		return capacity.Never
	}
	return max(j.today, day.Begin(j.zone))
}

// earliestDay is the day on which a purchase placed today is there.
func (j *joint) earliestDay(o *mrp.OrderInfo) (day bom.Day, ok bool) {
	if day, ok = o.Calendar.Forward(j.m.Start(), 0); ok {
		day, ok = o.Calendar.Forward(day, int(o.Lead))
	}
	return day, ok
}

// designStep is the number of the step that stands for an item's design and approval: its
// components need not be there yet.
const designStep = -1

// addJob adds an order's job: its routing's operations after the one done last, or its
// lead time as a step outside.
func (j *joint) addJob(job schedule.Job, o *mrp.OrderInfo, done bom.Optional[int]) int32 {
	p := j.problem
	job.First = int32(len(p.Ops))
	number := int32(len(p.Jobs))
	if o.Design > 0 {
		j.addOutside(number, designStep, o.StartQuantity, o.Design, o.Calendar)
	}
	steps := j.routing(o)
	if len(steps) == 0 {
		j.addOutside(number, 0, o.StartQuantity, o.Lead-o.Design, o.Calendar)
	}
	for len(steps) > 0 {
		n := 1
		for n < len(steps) && steps[n].Op == steps[0].Op {
			n++
		}
		if !done.Set || int(steps[0].Op) > done.Value {
			j.addOperation(number, o, steps[:n])
		}
		steps = steps[n:]
	}
	if int(job.First) == len(p.Ops) {
		j.addOutside(number, 0, o.StartQuantity, 0, nil) // all is done
	}
	job.Ops = int32(len(p.Ops)) - job.First
	j.chain(&job, j.routing(o))
	p.Jobs = append(p.Jobs, job)
	return number
}

// routing are the steps of an order; none if its lead time stands for it.
func (j *joint) routing(o *mrp.OrderInfo) []capacity.Step {
	if o.Kind != bom.Make || !j.m.Routed(o.Part) {
		return nil
	}
	steps, _ := j.m.Shop.Routing(o.Part, o.Routing)
	return steps
}

// addOutside adds a step that takes working days and no machine.
func (j *joint) addOutside(job, number int32, q bom.Quantity, days int32, calendar *capacity.Calendar) {
	p := j.problem
	op := schedule.Op{Job: job, Number: number, Quantity: q, Modes: int32(len(p.Modes))}
	if days > 0 {
		p.Modes = append(p.Modes, schedule.Mode{Centre: -1, LeadDays: days, Calendar: calendar})
		op.NumModes = 1
	}
	p.Ops = append(p.Ops, op)
}

// addOperation adds a routing step with its alternates.
func (j *joint) addOperation(job int32, o *mrp.OrderInfo, rows []capacity.Step) {
	p := j.problem
	first := &rows[0]
	if first.Centre < 0 {
		j.addOutside(job, first.Op, o.StartQuantity, first.LeadDays, j.m.Shop.Settings())
		return
	}
	op := schedule.Op{Job: job, Number: first.Op, Quantity: o.StartQuantity, Step: bom.Step(int(j.m.Parts[o.Part].Decimals)),
		Modes: int32(len(p.Modes)), Family: j.family(j.m.Names.String(first.Family)), Sequence: first.Sequence, SplitMax: first.SplitMax, Load: first.BatchQuantity,
		Interruptible: first.Interruptible, HoldTool: first.HoldTool}
	for i := range rows {
		if r := &rows[i]; r.Centre >= 0 && j.centreOf[r.Centre] >= 0 {
			p.Modes = append(p.Modes, j.mode(r, o.StartQuantity))
		}
	}
	op.NumModes = int32(len(p.Modes)) - op.Modes
	p.Ops = append(p.Ops, op)
}

// mode is an alternate of a step for a start quantity.
func (j *joint) mode(r *capacity.Step, q bom.Quantity) schedule.Mode {
	m := schedule.Mode{Centre: j.centreOf[r.Centre], Preference: r.Preference, Setup: minutes(r.SetupMin), Fixed: minutes(r.FixedMin), Run: minutes(r.RunMin),
		Efficiency: j.m.Shop.Centres[r.Centre].Efficiency, ToolUnits: r.ToolUnits, OperatorUnits: r.OperatorUnits}
	if r.Tool >= 0 {
		m.Tool = -j.centreOf[r.Tool]
	}
	if r.Operator >= 0 {
		m.Operator = -j.centreOf[r.Operator]
	}
	if _, run := j.m.Shop.OperationTime(r, q/bom.Quantity(max(r.SplitMax, 1))); run >= endless {
		m.Fixed, m.Run = endless, 0 // no calendar reaches so far
	}
	return m
}

// chain adds the arcs between a job's operations, with the waits of the routing.
func (j *joint) chain(job *schedule.Job, steps []capacity.Step) {
	p := j.problem
	step := func(op int32) *capacity.Step {
		i := slices.IndexFunc(steps, func(s capacity.Step) bool { return s.Op == p.Ops[op].Number })
		if i < 0 {
			return &capacity.Step{}
		}
		return &steps[i]
	}
	for op := job.First + 1; op < job.First+job.Ops; op++ {
		before, here := step(op-1), step(op)
		a := schedule.Arc{From: op - 1, To: op, Min: minutes(before.MoveMin) + minutes(here.QueueMin) + minutes(here.MinWaitMin), Transfer: before.OverlapQuantity}
		if here.MaxWaitSet {
			a.Max, a.HasMax = minutes(here.MaxWaitMin), true
		}
		p.Arcs = append(p.Arcs, a)
	}
}

// addReceipts makes jobs of the open orders that are made, moved or worked on outside;
// bought ones come when they are expected.
func (j *joint) addReceipts() {
	book := j.m.Book
	j.receiptJob = slices.Repeat([]int32{-1}, book.ReceiptSlots())
	for r, rec := range book.ReceiptsByID() {
		if rec.Kind == bom.Buy {
			continue
		}
		j.receiptOfJob = append(j.receiptOfJob, r)
		j.receiptJob[r] = j.receiptJobOf(r)
	}
}

// receiptJobOf makes the job of an open order.
func (j *joint) receiptJobOf(r int32) int32 {
	o := j.m.ReceiptInfo(r)
	job := schedule.Job{Target: (j.m.Expected(r) + 1).Begin(j.zone), Buffer: j.buffer(o.Part)}
	if len(j.routing(&o)) > 0 {
		return j.addJob(job, &o, j.m.Book.ReceiptAt(r).OpDone)
	}
	return j.addOpen(job, &o, r)
}

// receiptReady is when a receipt is expected, in seconds.
func (j *joint) receiptReady(r int32) int64 {
	rec := j.m.Book.ReceiptAt(r)
	when := rec.Due
	if !rec.Confirmed.IsZero() {
		when = rec.Confirmed
	}
	return max(j.today, when.Instant(j.zone))
}

// addOpen adds the job of an open order without routing: it is there when it is
// expected, and its lead time after its components.
func (j *joint) addOpen(job schedule.Job, o *mrp.OrderInfo, r int32) int32 {
	p := j.problem
	number := int32(len(p.Jobs))
	job.First, job.Ops = int32(len(p.Ops)), 2
	lead := o.Lead
	if j.m.Book.ReceiptAt(r).Status == mrp.InProgress {
		lead = 0
	}
	j.addOutside(number, 0, o.Quantity, lead, o.Calendar)
	j.addOutside(number, 0, o.Quantity, 0, nil)
	arrives := &p.Ops[job.First+1]
	arrives.Release, arrives.Cause = j.receiptReady(r), j.supplyRef(mrp.FromReceipt, 0, r)
	p.Arcs = append(p.Arcs, schedule.Arc{From: job.First, To: job.First + 1})
	p.Jobs = append(p.Jobs, job)
	return number
}

// classFactor weighs the tardiness of a demand by its class.
var classFactor = map[string]int64{"A": 4, "B": 2}

// addDemands makes a job of every planned demand: its shipment.
func (j *joint) addDemands() {
	book := j.m.Book
	j.demandJob = slices.Repeat([]int32{-1}, book.DemandSlots())
	hubs := map[string]int32{} // by order: where its lines meet that ship together
	for d, row := range book.DemandsByID() {
		if !j.m.Planned(int32(d)) {
			continue
		}
		j.demandJob[d] = j.shipment(row, hubs)
	}
}

// shipment makes the job of a demand; hubs are where lines of an order meet that ship together.
func (j *joint) shipment(row *mrp.Demand, hubs map[string]int32) int32 {
	p := j.problem
	number := int32(len(p.Jobs))
	job := schedule.Job{ID: row.ID, Due: j.due(row), Weight: demandWeight(row), Rank: int32(row.Priority), First: int32(len(p.Ops))}
	if shipsTogether(row) {
		j.meet(number, row, hubs)
	}
	j.addOutside(number, 0, row.Quantity, int32(row.PackDays+row.ShipDays), j.m.Shop.Settings())
	job.Ops = int32(len(p.Ops)) - job.First
	p.Jobs = append(p.Jobs, job)
	return number
}

// meet adds the arrival of a line that ships together with the others of its order: all
// arrivals come before the order's hub, the hub before all shipments. The first line holds the hub.
func (j *joint) meet(job int32, row *mrp.Demand, hubs map[string]int32) {
	p := j.problem
	arrival := int32(len(p.Ops))
	j.addOutside(job, 0, row.Quantity, 0, nil)
	hub, ok := hubs[row.Order]
	if !ok {
		hub = arrival + 1
		hubs[row.Order] = hub
		j.addOutside(job, 0, row.Quantity, 0, nil)
	}
	shipment := int32(len(p.Ops))
	p.Arcs = append(p.Arcs, schedule.Arc{From: arrival, To: hub}, schedule.Arc{From: hub, To: shipment})
}

// due is the last instant that is on time: a date's end, or the timestamp.
func (j *joint) due(row *mrp.Demand) int64 {
	if row.Due.Exact {
		return row.Due.Unix
	}
	return (row.Due.Day + 1).Begin(j.zone)
}

// demandWeight is what a second of tardiness counts, in thousandths.
func demandWeight(row *mrp.Demand) int64 {
	w := int64(row.Weight.Or(bom.One)) / 1_000_000
	if f, ok := classFactor[row.Class]; ok {
		w *= f
	}
	return min(w, mostWeight)
}
