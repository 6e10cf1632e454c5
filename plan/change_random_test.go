package plan_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Whatever a batch says, Apply gives a plan or a typed error and never panics, and the plan that it was applied to keeps its bytes. What
// applies can be taken back: the rows are then what they were.
func FuzzApply(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed)
	}
	base, err := planned(held(), plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		f.Fatal(err)
	}
	calm, orders := bytesOf(f, base), []string{"M1", "NONE"}
	for o := range base.Material().Orders() {
		orders = append(orders, o.ID)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 7))
		p := base
		for range 3 {
			batch := make([]plan.Change, 1+r.IntN(4))
			for i := range batch {
				batch[i] = anyChange(r, orders)
			}
			next, err := p.ApplyWith(context.Background(), plan.Repair{Strategy: plan.Strategy(r.IntN(len(plan.Strategies))), WorkCentre: oneOf(r, "press", "saw", "none")}, batch...)
			if err != nil {
				checkTyped(t, batch, err)
				continue
			}
			checkTakenBack(t, p, next, batch)
			p = next
		}
		if diff := firstDifference(bytesOf(t, base), calm); diff != "" {
			t.Fatalf("the plan that was changed from differs: %s", diff)
		}
	})
}

// checkTyped fails for an error that is no value of the package.
func checkTyped(t *testing.T, batch []plan.Change, err error) {
	t.Helper()
	typed := is[*plan.ChangeError](err) || is[*plan.UnknownLineError](err) || is[*bom.Errors](err) ||
		is[*mrp.OverflowError](err) || is[*mrp.LeadTimeError](err) || is[*mrp.LotCountError](err) || is[*capacity.CalendarEndError](err)
	if !typed {
		t.Fatalf("%v: %T %v", batch, err, err)
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// checkTakenBack fails if the inverse of a batch does not restore the rows.
func checkTakenBack(t *testing.T, before, after *plan.Plan, batch []plan.Change) {
	t.Helper()
	back, err := before.Inverse(batch...)
	if err != nil {
		t.Fatalf("%v: applied, but there is no way back: %v", batch, err)
	}
	again, err := after.Apply(context.Background(), back...)
	if err != nil {
		t.Fatalf("%v: %v", batch, err)
	}
	if sameRows(t, again.Model().Rows(), before.Model().Rows()); t.Failed() {
		t.Fatalf("after %v was taken back", batch)
	}
}

func oneOf[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// anyChange is a change of any kind with values that may make sense.
func anyChange(r *rand.Rand, orders []string) plan.Change {
	demand := func() string { return oneOf(r, "S1", "S2", "S3", "OLD", "N1", "N2", "", "S99") }
	receipt := func() string { return oneOf(r, "M1", "M2", "M3", "P1", "P2", "N1", "", orders[0]) }
	item := func() string { return oneOf(r, "A", "A", "B", "C", "", "X") }
	quantity := func() bom.Quantity {
		return oneOf(r, bom.Unit, bom.Units(2), bom.Units(5), bom.Units(40), 0, -bom.Unit, 1, bom.MaxQuantity)
	}
	due := func() bom.When {
		return oneOf(r, march(2), march(6), march(13), clock(9, 12), bom.When{}, bom.OnDay(bom.On(2020, 1, 1)), bom.OnDay(bom.On(2055, 1, 1)))
	}
	centre := func() string { return oneOf(r, "press", "saw", "none", "") }
	op := func() int { return oneOf(r, 10, 20, 30, 15, 0, -1) }
	aDemand := func() mrp.Demand {
		return mrp.Demand{ID: demand(), Item: item(), Site: oneOf(r, "", "main", "moon"), Quantity: quantity(), Due: due(), Priority: r.IntN(4) - 1, UOM: oneOf(r, "", "", "box"),
			Kind: mrp.DemandKind(r.IntN(2)), Status: mrp.DemandStatus(r.IntN(len(mrp.DemandStatuses))), Expires: due(), Latest: due(), Peg: mrp.Peg(r.IntN(2)), Policy: mrp.Policy(r.IntN(2))}
	}
	aReceipt := func() mrp.Receipt {
		return mrp.Receipt{ID: receipt(), Kind: bom.Kind(r.IntN(len(bom.Kinds))), Item: item(), Quantity: quantity(), Due: due(), Status: mrp.ReceiptStatus(r.IntN(3)),
			OpDone: oneOf(r, bom.Optional[int]{}, bom.Some(10), bom.Some(20), bom.Some(99)), Demand: oneOf(r, "", "S1", "S9"), Source: oneOf(r, "", "ACME", "X")}
	}
	anOperation := func() capacity.Operation {
		return capacity.Operation{Item: item(), Op: op(), WorkCentre: centre(), RunMin: oneOf(r, bom.One, 60*bom.One, -bom.One)}
	}
	aDowntime := func() capacity.Downtime {
		return capacity.Downtime{WorkCentre: centre(), Machine: r.IntN(4) - 1, From: clock(3+r.IntN(5), 6), To: clock(3+r.IntN(5), 14), Kind: capacity.DowntimeKind(r.IntN(2))}
	}
	line := bom.Line{Parent: item(), Component: item(), Quantity: quantity()}
	made := []func() plan.Change{
		func() plan.Change { return plan.AddDemand{Demand: aDemand()} },
		func() plan.Change { return plan.ChangeDemand{Demand: aDemand()} },
		func() plan.Change { return plan.CancelDemand{Demand: demand()} },
		func() plan.Change { return plan.MoveDemand{Demand: demand(), Due: due()} },
		func() plan.Change { return plan.ResizeDemand{Demand: demand(), Quantity: quantity()} },
		func() plan.Change { return plan.PrioritizeDemand{Demand: demand(), Priority: r.IntN(12) - 1} },
		func() plan.Change {
			return plan.SplitDemand{Demand: demand(), Parts: []plan.DemandPart{{ID: demand(), Quantity: quantity(), Due: due()}, {ID: "N3", Quantity: quantity()}}[:1+r.IntN(2)]}
		},
		func() plan.Change { return plan.MergeDemands{Demands: []string{demand()}, Into: demand()} },
		func() plan.Change {
			return plan.CopyDemand{Demand: demand(), ID: demand(), Due: due(), Quantity: quantity()}
		},
		func() plan.Change { return plan.RecordInquiry{Demand: aDemand()} },
		func() plan.Change { return plan.QuoteDemand{Demand: aDemand()} },
		func() plan.Change { return plan.ConfirmQuote{Demand: demand()} },
		func() plan.Change { return plan.ExpireQuote{Demand: demand()} },
		func() plan.Change { return plan.CancelQuote{Demand: demand()} },
		func() plan.Change {
			return plan.CountStock{Item: item(), Lot: oneOf(r, "", "L1", "L2"), Quantity: quantity(), ReservedFor: oneOf(r, "", "S2", "S9")}
		},
		func() plan.Change {
			return plan.AdjustStock{Item: item(), Lot: oneOf(r, "", "L1", "L2"), Quantity: quantity(), ReservedFor: oneOf(r, "", "S2")}
		},
		func() plan.Change { return plan.AddReceipt{Receipt: aReceipt()} },
		func() plan.Change { return plan.ChangeReceipt{Receipt: aReceipt()} },
		func() plan.Change { return plan.CancelReceipt{Receipt: receipt()} },
		func() plan.Change { return plan.MoveReceipt{Receipt: receipt(), Due: due()} },
		func() plan.Change { return plan.ConfirmReceipt{Receipt: receipt(), Confirmed: due()} },
		func() plan.Change { return plan.CutReceipt{Receipt: receipt(), Quantity: quantity()} },
		func() plan.Change {
			return plan.Receive{Receipt: receipt(), Quantity: quantity(), Lot: oneOf(r, "", "L1")}
		},
		func() plan.Change {
			return plan.FirmOrder{Order: oneOf(r, orders...), Receipt: oneOf(r, "", receipt())}
		},
		func() plan.Change {
			return plan.ReleaseOrder{Order: oneOf(r, orders...), Receipt: oneOf(r, "", receipt())}
		},
		func() plan.Change { return plan.UnfirmOrder{Receipt: receipt()} },
		func() plan.Change { return plan.StartOperation{Receipt: receipt(), Op: op(), At: due()} },
		func() plan.Change { return plan.FinishOperation{Receipt: receipt(), Op: op()} },
		func() plan.Change { return plan.ReportQuantity{Receipt: receipt(), Op: op(), Quantity: quantity()} },
		func() plan.Change { return plan.Scrap{Receipt: receipt(), Op: op(), Quantity: quantity()} },
		func() plan.Change { return plan.PinOperation{Order: oneOf(r, orders...), Op: op()} },
		func() plan.Change { return plan.UnpinOperation{Order: oneOf(r, orders...), Op: op()} },
		func() plan.Change { return plan.Freeze{Hours: oneOf(r, 0, bom.One, 48*bom.One, -bom.One)} },
		func() plan.Change { return plan.AddItem{Item: bom.Item{ID: item()}} },
		func() plan.Change {
			return plan.AddVariant{Item: oneOf(r, "V", "A", ""), Like: item(), DesignDays: oneOf(r, 0, 2, -1)}
		},
		func() plan.Change { return plan.ChangeItem{Item: bom.Item{ID: item(), LotMultiple: quantity()}} },
		func() plan.Change {
			return plan.AddSource{Source: bom.Source{Item: item(), ID: oneOf(r, "ACME", "X"), Kind: bom.Kind(r.IntN(2))}}
		},
		func() plan.Change { return plan.RemoveSource{Source: bom.Source{Item: "C", ID: oneOf(r, "ACME", "X")}} },
		func() plan.Change { return plan.AddLine{Line: line} },
		func() plan.Change { return plan.ChangeLine{Line: line} },
		func() plan.Change { return plan.RemoveLine{Line: line} },
		func() plan.Change { return plan.AddOperation{Operation: anOperation()} },
		func() plan.Change { return plan.ChangeOperation{Operation: anOperation()} },
		func() plan.Change { return plan.RemoveOperation{Operation: anOperation()} },
		func() plan.Change { return plan.AddWorkCentre{WorkCentre: capacity.WorkCentre{ID: centre()}} },
		func() plan.Change {
			return plan.ChangeWorkCentre{WorkCentre: capacity.WorkCentre{ID: centre(), Machines: bom.Some(r.IntN(4))}}
		},
		func() plan.Change { return plan.RemoveWorkCentre{WorkCentre: centre()} },
		func() plan.Change { return plan.AddDowntime{Downtime: aDowntime()} },
		func() plan.Change { return plan.RemoveDowntime{Downtime: aDowntime()} },
		func() plan.Change {
			return plan.SetCalendar{Calendar: oneOf(r, "day", "night", ""), Rows: []capacity.CalendarRow{{Days: oneOf(r, "Mon-Fri", "Sat", "x"), Shifts: oneOf(r, "06:00-14:00", "22:00-06:00", "x", "")}}}
		},
	}
	return made[r.IntN(len(made))]()
}
