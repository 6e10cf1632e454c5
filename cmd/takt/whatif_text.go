package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// printWhatif prints a line a scenario, and the demands that change.
func printWhatif(w io.Writer, start *standing, outcomes []outcome, compare bool) {
	heading(w, "SCENARIOS", "")
	finite := start.plan.Scheduled()
	g := grid{indent: 2, columns: []column{{title: "scenario", most: 30, give: true}, {title: "changes", right: true}, {title: "late demands", right: true},
		{title: "late days", right: true}, {title: "re-promised", right: true}, {title: "operations moved", right: true}, {title: "extra cost", right: true}}}
	g.add("as planned", "", thousands(int64(start.late)), inDays(start.seconds), "", "", "")
	for i := range outcomes {
		o := &outcomes[i]
		moved, cost := "", ""
		if finite {
			moved = fmt.Sprintf("%s of %s", thousands(int64(o.effects.Stability.OperationsMoved)), thousands(int64(start.operations)))
		}
		if !o.cost.IsZero() {
			cost = o.cost.StringFixed(2)
		}
		g.add(o.name, thousands(int64(len(o.changes))), thousands(int64(o.late)), inDays(o.seconds), thousands(int64(o.effects.Stability.Repromised)), moved, cost)
	}
	g.write(w)
	if len(outcomes) == 1 && !compare {
		printShifts(w, outcomes[0].effects.Shifts)
		return
	}
	if compare {
		printSideBySide(w, start, outcomes)
	}
}

// inDays is lateness in days with one place.
func inDays(seconds int64) string {
	return decimal.NewFromInt(seconds).DivRound(decimal.NewFromInt(24*3600), 1).String()
}

// printShifts lists the demands that ship at another time, those that lose the most first.
func printShifts(w io.Writer, shifts []plan.Shift) {
	heading(w, "DEMANDS", count(len(shifts), "change"))
	list := slices.Clone(shifts)
	slices.SortStableFunc(list, func(x, y plan.Shift) int { return cmp.Compare(worse(&y), worse(&x)) })
	g := grid{indent: 2, columns: []column{{title: "demand", most: 24}, {title: "item", most: 24, give: true}, {title: "customer", most: 20, give: true},
		{title: "promised before"}, {title: "after"}, {title: "late", right: true}, {title: "because", fold: true}}}
	for i := range list[:min(len(list), mostDiff)] {
		x := &list[i]
		late := ""
		if x.LateAfter > 0 {
			late = waited(x.LateAfter)
		}
		g.add(x.Demand, x.Item, x.Customer, shipDay(x.Before), shipDay(x.After), late, x.Reason)
	}
	g.write(w)
	rest(w, len(list)-mostDiff)
}

// worse is by how many seconds a demand becomes later: as much as there is if it loses its promise, and nothing if it
// had none and gets one.
func worse(x *plan.Shift) int64 {
	switch {
	case x.Before.IsZero() && x.After.IsZero():
		return 0
	case x.Before.IsZero():
		return -x.LateBefore
	case x.After.IsZero():
		return math.MaxInt64
	}
	return x.LateAfter - x.LateBefore
}

// shipDay is the day of a promise.
func shipDay(at bom.When) string {
	if at.IsZero() {
		return "–"
	}
	return at.Day.String()
}

// sideBySide is a demand in all scenarios.
type sideBySide struct {
	demand, item string
	before       stand
	shifts       []*plan.Shift // by scenario; nil: as planned
	worst        int64         // by which it becomes later in any
}

// demandsOf are the demands that any scenario changes, by id.
func demandsOf(start *standing, outcomes []outcome) []sideBySide {
	rows := map[string]*sideBySide{}
	for i := range outcomes {
		for k := range outcomes[i].effects.Shifts {
			x := &outcomes[i].effects.Shifts[k]
			row := rows[x.Demand]
			if row == nil {
				row = &sideBySide{demand: x.Demand, item: x.Item, before: start.demands[x.Demand], shifts: make([]*plan.Shift, len(outcomes))}
				rows[x.Demand] = row
			}
			row.shifts[i] = x
			row.worst = max(row.worst, worse(x))
		}
	}
	list := make([]sideBySide, 0, len(rows))
	for _, row := range rows {
		list = append(list, *row)
	}
	slices.SortFunc(list, func(a, b sideBySide) int { return strings.Compare(a.demand, b.demand) })
	return list
}

// printSideBySide prints the demands that any scenario changes, those that lose the most first.
func printSideBySide(w io.Writer, start *standing, outcomes []outcome) {
	list := demandsOf(start, outcomes)
	slices.SortStableFunc(list, func(a, b sideBySide) int { return cmp.Compare(b.worst, a.worst) })
	heading(w, "DEMANDS", count(len(list), "demand")+" that a scenario changes; = as planned, * late")
	g := grid{indent: 2, columns: []column{{title: "demand", most: 24}, {title: "item", most: 20, give: true}, {title: "as planned"}}}
	for i := range outcomes {
		g.columns = append(g.columns, column{title: cut(outcomes[i].name, 16)})
	}
	for _, row := range list[:min(len(list), mostDiff)] {
		cells := []string{row.demand, row.item, starred(row.before.at, row.before.late)}
		for _, x := range row.shifts {
			cell := cells[2]
			if x != nil {
				cell = starred(x.After, x.LateAfter > 0)
			}
			if cell == cells[2] {
				cell = "="
			}
			cells = append(cells, cell)
		}
		g.add(cells...)
	}
	g.write(w)
	rest(w, len(list)-mostDiff)
}

func starred(at bom.When, late bool) string {
	if late {
		return shipDay(at) + "*"
	}
	return shipDay(at)
}

// whatifTables are the figures of the scenarios and the demands that they change.
func whatifTables(base *plan.Plan, start *standing, outcomes []outcome) []tables.Table {
	type row struct {
		outcome
		scenario string
	}
	type shift struct {
		plan.Shift
		scenario string
	}
	rows := []row{{outcome{late: start.late, seconds: start.seconds}, ""}}
	var shifts []shift
	for i := range outcomes {
		rows = append(rows, row{outcomes[i], outcomes[i].name})
		for _, x := range outcomes[i].effects.Shifts {
			shifts = append(shifts, shift{x, outcomes[i].name})
		}
	}
	zone := base.Model().Zone()
	return []tables.Table{
		tables.New("scenarios", zone, slices.Values(rows),
			tables.Text("scenario", func(r *row) string { return r.scenario }),
			tables.Int("changes", func(r *row) int { return len(r.changes) }),
			tables.Int("late_demands", func(r *row) int { return r.late }),
			tables.Int("late_s", func(r *row) int { return int(r.seconds) }),
			tables.Int("repromised", func(r *row) int { return r.effects.Stability.Repromised }),
			tables.Int("operations_moved", func(r *row) int { return r.effects.Stability.OperationsMoved }),
			tables.Int("machines_changed", func(r *row) int { return r.effects.Stability.MachinesChanged }),
			tables.Int("shifted_s", func(r *row) int { return int(r.effects.Stability.ShiftedSeconds) }),
			tables.Decimal("extra_cost", func(r *row) decimal.Decimal { return r.cost })),
		tables.New("demands", zone, slices.Values(shifts),
			tables.Text("scenario", func(x *shift) string { return x.scenario }),
			tables.ID("demand", func(x *shift) string { return x.Demand }),
			tables.ID("item", func(x *shift) string { return x.Item }),
			tables.ID("customer", func(x *shift) string { return x.Customer }),
			tables.When("promised_before", func(x *shift) bom.When { return x.Before }),
			tables.When("promised_after", func(x *shift) bom.When { return x.After }),
			tables.Int("late_before_s", func(x *shift) int { return int(x.LateBefore) }),
			tables.Int("late_after_s", func(x *shift) int { return int(x.LateAfter) }),
			tables.Text("reason", func(x *shift) string { return x.Reason })),
	}
}
