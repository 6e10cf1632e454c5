package plan

import (
	"iter"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// masterData puts changes of items, work centres, sources, BOM and routings: what others name comes first and goes last.
func (x *modelChanges) masterData() {
	rows(x, "items", &itemTable, x.before.Items(), x.after.Items(),
		func(r bom.Item) Change { return AddItem{r} }, func(r bom.Item) Change { return ChangeItem{r} }, nil)
	rows(x, "work_centres", &centreTable, x.before.WorkCentres(), x.after.WorkCentres(),
		func(r capacity.WorkCentre) Change { return AddWorkCentre{r} }, func(r capacity.WorkCentre) Change { return ChangeWorkCentre{r} },
		func(r capacity.WorkCentre) Change { return RemoveWorkCentre{r.ID} })
	rows(x, "sources", &sourceTable, x.before.Sources(), x.after.Sources(),
		func(r bom.Source) Change { return AddSource{r} }, func(r bom.Source) Change { return ChangeSource{r} },
		func(r bom.Source) Change { return RemoveSource{r} })
	rows(x, "bom", &lineTable, x.before.Lines(), x.after.Lines(),
		func(r bom.Line) Change { return AddLine{r} }, func(r bom.Line) Change { return ChangeLine{r} },
		func(r bom.Line) Change { return RemoveLine{r} })
	rows(x, "routings", &operationTable, x.before.Operations(), x.after.Operations(),
		func(r capacity.Operation) Change { return AddOperation{r} }, func(r capacity.Operation) Change { return ChangeOperation{r} },
		func(r capacity.Operation) Change { return RemoveOperation{r} })
}

// rows puts changes of a table's rows; without remove none of them may go.
func rows[R comparable, K comparable](x *modelChanges, name string, t *table[R, K], before, after iter.Seq[R], add, change, remove func(R) Change) {
	pairs := pairsOf(x, name, before, after, t.key, t.row)
	for _, p := range pairs {
		if t.part != nil && p.is != nil {
			x.looksFor(t.part(p.is))
		}
		switch {
		case p.was == nil:
			x.add(add(*p.is))
		case p.is != nil:
			x.add(change(*p.is))
		case remove != nil:
			x.add(remove(*p.was))
		default:
			x.missing = true
		}
	}
	if len(pairs) > 0 {
		n := 0
		for range before {
			n++
		}
		x.work += len(pairs) * (n + len(pairs))
	}
}

// calendars puts changes of whole calendars.
func (x *modelChanges) calendars() {
	by := func(rows iter.Seq[capacity.CalendarRow]) (ids []string, of map[string][]capacity.CalendarRow) {
		of = map[string][]capacity.CalendarRow{}
		for r := range rows {
			if of[r.ID] == nil {
				ids = append(ids, r.ID)
			}
			of[r.ID] = append(of[r.ID], r)
		}
		return ids, of
	}
	_, was := by(x.before.Calendars())
	ids, is := by(x.after.Calendars())
	number := func(r *capacity.CalendarRow) *int { return &r.Row }
	for _, id := range ids {
		same := slices.EqualFunc(was[id], is[id], func(a, b capacity.CalendarRow) bool { return alike(a, b, number) })
		for i, r := range is[id] {
			row := addedRow // rows that are set anew have no columns of their own
			if same {
				row = was[id][i].Row
			}
			x.missing = x.missing || !x.carriedAlike("calendars", row, r.Row)
		}
		if !same {
			x.add(SetCalendar{Calendar: id, Rows: is[id]})
			x.work += len(x.before.Shop.Rows)
		}
	}
	for id := range was {
		x.missing = x.missing || is[id] == nil
	}
}

// downtime puts downtime that comes or goes; a row with its key cannot do both.
func (x *modelChanges) downtime() {
	rows(x, "downtime", &downtimeTable, x.before.Downtime(), x.after.Downtime(),
		func(r capacity.Downtime) Change { return AddDowntime{r} },
		func(r capacity.Downtime) Change { x.missing = true; return AddDowntime{r} },
		func(r capacity.Downtime) Change { return RemoveDowntime{r} })
}

// demands puts changes of demands.
func (x *modelChanges) demands() {
	id, number := func(r *mrp.Demand) string { return r.ID }, func(r *mrp.Demand) *int { return &r.Row }
	for _, p := range pairsOf(x, "demands", x.before.Demands(), x.after.Demands(), id, number) {
		switch {
		case p.was == nil:
			x.looksFor(p.is.Item, p.is.Site)
			x.add(AddDemand{*p.is})
		case p.is == nil:
			x.add(CancelDemand{p.was.ID})
		default:
			x.demand(*p.was, *p.is)
		}
	}
}

// demand puts what changes a demand: its date, quantity and priority alone, or the whole row.
func (x *modelChanges) demand(was, is mrp.Demand) {
	small := was
	small.Row, small.Due, small.Quantity, small.Priority = is.Row, is.Due, is.Quantity, is.Priority
	if small != is || is.Status == mrp.ClosedDemand || is.Due.Day < x.before.Book.Start || is.Quantity <= 0 || is.Priority < 1 {
		x.add(ChangeDemand{is})
		return
	}
	if was.Due != is.Due {
		x.add(MoveDemand{is.ID, is.Due})
	}
	if was.Quantity != is.Quantity {
		x.add(ResizeDemand{is.ID, is.Quantity})
	}
	if was.Priority != is.Priority {
		x.add(PrioritizeDemand{is.ID, is.Priority})
	}
}

// stock puts counts: all that changes set of a lot.
func (x *modelChanges) stock() {
	key, number := func(r *mrp.Stock) mrp.StockKey { return r.Key() }, func(r *mrp.Stock) *int { return &r.Row }
	for _, p := range pairsOf(x, "stock", x.before.Stock(), x.after.Stock(), key, number) {
		var was, is mrp.Stock
		switch {
		case p.is == nil && p.was.ReservedFor == "":
			x.missing = true // a lot stays, with nothing in it
			continue
		case p.is == nil:
			is = *p.was
			was, is.Quantity = is, 0
		case p.was == nil:
			is = *p.is
			was = mrp.Stock{Item: is.Item, Site: is.Site, Lot: is.Lot, ReservedFor: is.ReservedFor}
		default:
			was, is = *p.was, *p.is
		}
		x.looksFor(is.Item, is.Site)
		was.Row, was.Quantity = is.Row, is.Quantity
		if was != is || p.is != nil && is.Quantity == 0 && is.ReservedFor != "" {
			x.missing = true // when it expires, or is out of quarantine; or it would go
		}
		x.add(CountStock{Item: is.Item, Site: is.Site, Lot: is.Lot, ReservedFor: is.ReservedFor, Quantity: is.Quantity})
	}
}

// receipts puts changes of open orders.
func (x *modelChanges) receipts() {
	id, number := func(r *mrp.Receipt) string { return r.ID }, func(r *mrp.Receipt) *int { return &r.Row }
	for _, p := range pairsOf(x, "receipts", x.before.Receipts(), x.after.Receipts(), id, number) {
		switch {
		case p.was == nil:
			x.looksFor(p.is.Item, p.is.Site)
			x.add(AddReceipt{*p.is})
		case p.is == nil:
			x.add(CancelReceipt{p.was.ID})
		default:
			x.add(receiptChange(*p.was, *p.is, x.before.Book.Start))
		}
	}
}

// receiptChange is what changes an open order: one date or its quantity alone, or the whole row.
func receiptChange(was, is mrp.Receipt, start bom.Day) Change {
	was.Row, is.Row = 0, 0
	moved, confirmed, cut := was, was, was
	moved.Due, moved.Need, moved.Confirmed = is.Due, bom.When{}, bom.When{}
	if was.Status != mrp.InProgress {
		moved.Start = bom.When{}
	}
	confirmed.Confirmed = is.Confirmed
	cut.Quantity = is.Quantity
	switch {
	case was.Due != is.Due && moved == is && is.Due.Day >= start:
		return MoveReceipt{is.ID, is.Due}
	case confirmed == is && is.Confirmed.Day >= start:
		return ConfirmReceipt{is.ID, is.Confirmed}
	case cut == is && 0 < is.Quantity && is.Quantity < was.Quantity:
		return CutReceipt{is.ID, is.Quantity}
	}
	return ChangeReceipt{is}
}
