package plan_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// batch makes changes of many kinds.
func (m *machine) batch(r *rand.Rand) string {
	before := m.whole()
	was := former{allText(before.Plan), m.material}
	v, err := m.live.Apply(context.Background(), wideChanges(r, before.Plan)...)
	return m.stepped(was, before, v, err)
}

// repair makes one plan of another by one strategy after the other. The laws hold for each; the current plan is not concerned.
func (m *machine) repair(r *rand.Rand) string {
	s := m.whole()
	was := allText(s.Plan)
	p := s.Plan
	for range 1 + r.IntN(4) {
		how, changes := randomRepair(r, p), wideChanges(r, p)
		next, err := p.ApplyWith(context.Background(), how, changes...)
		var line *plan.UnknownLineError
		switch {
		case errors.As(err, &line) && how.Strategy != plan.DedicatedLine:
			return err.Error()
		case err != nil:
			continue
		}
		fresh, err := plan.New(context.Background(), mustModel(next), plan.Options{})
		if err != nil {
			return err.Error()
		}
		if diff := firstDifference(materialTables(next), materialTables(fresh)); diff != "" {
			return fmt.Sprintf("%v: the material plan is not that of the tables: %s", changes, diff)
		}
		if wrong := m.scheduleLaws(next); wrong != "" {
			return fmt.Sprintf("%v, %v: %s", how.Strategy, changes, wrong)
		}
		p = next
	}
	return firstDifference(allText(s.Plan), was)
}

// randomRepair is one of the strategies; of a dedicated line one that may not be there.
func randomRepair(r *rand.Rand, p *plan.Plan) plan.Repair {
	rows := p.Model().Rows()
	how := plan.Repair{Strategy: plan.Strategy(r.IntN(int(plan.Total) + 1))}
	switch how.Strategy {
	case plan.DedicatedLine:
		how.WorkCentre = "no line"
		if n := len(rows.WorkCentres); n > 0 {
			how.WorkCentre = rows.WorkCentres[r.IntN(n)].ID
		}
	case plan.MatchUp:
		if r.IntN(2) == 0 {
			how.Until = bom.OnDay(rows.Settings.Start.Day + bom.Day(r.IntN(40)))
		}
	}
	if r.IntN(4) == 0 {
		how.MostMoves = 1 + r.IntN(5)
	}
	if r.IntN(3) == 0 && len(rows.Demands) > 0 {
		how.Urgent = []string{rows.Demands[r.IntN(len(rows.Demands))].ID}
	}
	return how
}

// wideChanges are one to four changes of any kind, some of rows that are not there.
func wideChanges(r *rand.Rand, p *plan.Plan) []plan.Change {
	rows := p.Model().Rows()
	out := make([]plan.Change, 1+r.IntN(4))
	for i := range out {
		switch r.IntN(5) {
		case 0:
			out[i] = randomChange(r, rows)
		case 1:
			out[i] = demandChange(r, rows)
		case 2:
			out[i] = receiptChange(r, rows)
		case 3:
			out[i] = orderChange(r, p, rows)
		default:
			out[i] = tableChange(r, rows)
		}
	}
	return out
}

func someUnits(r *rand.Rand) bom.Quantity { return bom.Units(int64(1 + r.IntN(20))) }

// pick is one of the rows; other if there is none.
func pick[R any](r *rand.Rand, rows []R, other R) R {
	if len(rows) == 0 {
		return other
	}
	return rows[r.IntN(len(rows))]
}

func someDay(r *rand.Rand, rows *plan.Rows) bom.When {
	return bom.OnDay(rows.Settings.Start.Day + bom.Day(r.IntN(40)))
}

func demandChange(r *rand.Rand, rows *plan.Rows) plan.Change {
	d, id := pick(r, rows.Demands, mrp.Demand{ID: "nobody"}), fmt.Sprintf("N%d", r.IntN(40))
	switch r.IntN(6) {
	case 0:
		return plan.MoveDemand{Demand: d.ID, Due: someDay(r, rows)}
	case 1:
		return plan.ResizeDemand{Demand: d.ID, Quantity: someUnits(r)}
	case 2:
		return plan.PrioritizeDemand{Demand: d.ID, Priority: 1 + r.IntN(10)}
	case 3:
		return plan.SplitDemand{Demand: d.ID, Parts: []plan.DemandPart{{ID: id, Quantity: max(d.Quantity/2, 1), Due: someDay(r, rows)}}}
	case 4:
		return plan.MergeDemands{Demands: []string{pick(r, rows.Demands, d).ID}, Into: d.ID}
	}
	return plan.CopyDemand{Demand: d.ID, ID: id, Due: someDay(r, rows), Quantity: someUnits(r)}
}

func receiptChange(r *rand.Rand, rows *plan.Rows) plan.Change {
	id := pick(r, rows.Receipts, mrp.Receipt{ID: "nothing"}).ID
	op := 10 * (1 + r.IntN(3))
	switch r.IntN(9) {
	case 0:
		return plan.MoveReceipt{Receipt: id, Due: someDay(r, rows)}
	case 1:
		return plan.ConfirmReceipt{Receipt: id, Confirmed: someDay(r, rows)}
	case 2:
		return plan.CutReceipt{Receipt: id, Quantity: someUnits(r)}
	case 3:
		return plan.Receive{Receipt: id, Quantity: someUnits(r)}
	case 4:
		return plan.UnfirmOrder{Receipt: id}
	case 5:
		return plan.StartOperation{Receipt: id, Op: op}
	case 6:
		return plan.FinishOperation{Receipt: id, Op: op}
	case 7:
		return plan.ReportQuantity{Receipt: id, Op: op, Quantity: someUnits(r)}
	}
	return plan.Scrap{Receipt: id, Op: op, Quantity: bom.Units(1)}
}

// orderChange firms, releases or pins an order of the plan.
func orderChange(r *rand.Rand, p *plan.Plan, rows *plan.Rows) plan.Change {
	var orders []string
	for o := range p.Material().Orders() {
		orders = append(orders, o.ID)
	}
	id, op := pick(r, orders, "no order"), 10*(1+r.IntN(3))
	switch r.IntN(8) {
	case 0, 1:
		return plan.FirmOrder{Order: id}
	case 2, 3:
		return plan.ReleaseOrder{Order: id}
	case 4:
		return plan.PinOperation{Order: id, Op: op}
	case 5:
		return plan.UnpinOperation{Order: pick(r, rows.Schedule, capacity.ScheduledOperation{Order: "no order"}).Order, Op: op}
	case 6:
		return plan.Freeze{Hours: bom.Number(r.IntN(100)) * bom.One}
	}
	return plan.AdjustStock{Item: rows.Items[r.IntN(len(rows.Items))].ID, Site: "main", Quantity: someUnits(r) - bom.Units(5)}
}

// tableChange gives a row of the master data other values.
func tableChange(r *rand.Rand, rows *plan.Rows) plan.Change {
	switch r.IntN(6) {
	case 0:
		item := pick(r, rows.Items, bom.Item{})
		item.SafetyStock = bom.Some(someUnits(r))
		return plan.ChangeItem{Item: item}
	case 1:
		if len(rows.Lines) > 0 {
			line := pick(r, rows.Lines, bom.Line{})
			line.Quantity = someUnits(r)
			return plan.ChangeLine{Line: line}
		}
	case 2:
		if len(rows.Operations) > 0 {
			op := pick(r, rows.Operations, capacity.Operation{})
			op.SetupMin = bom.Number(r.IntN(90)) * bom.One
			return plan.ChangeOperation{Operation: op}
		}
	case 3:
		if len(rows.WorkCentres) > 0 {
			w := pick(r, rows.WorkCentres, capacity.WorkCentre{})
			w.Machines = bom.Some(1 + r.IntN(3))
			return plan.ChangeWorkCentre{WorkCentre: w}
		}
	}
	return randomDowntime(r, rows)
}
