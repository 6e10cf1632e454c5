package plan

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// AddDowntime is a breakdown of a work centre or one of its machines, or overtime (kind overtime, with its cost).
type AddDowntime struct{ Downtime capacity.Downtime }

// RemoveDowntime takes downtime or overtime away, as when a machine is up again: the row with this work centre, machine and beginning.
type RemoveDowntime struct{ Downtime capacity.Downtime }

// SetCalendar gives a calendar these rows in place of those that it has, or makes a new one: other shifts, holidays.
type SetCalendar struct {
	Calendar string
	Rows     []capacity.CalendarRow // their ID may be empty
}

type downtimeKey struct {
	centre  string
	machine int
	from    bom.When
}

var downtimeTable = table[capacity.Downtime, downtimeKey]{
	kind: "downtime", rows: func(r *Rows) *[]capacity.Downtime { return &r.Downtime }, row: func(r *capacity.Downtime) *int { return &r.Row },
	key: func(r *capacity.Downtime) downtimeKey { return downtimeKey{r.WorkCentre, r.Machine, r.From} },
	touch: func(d *draft, _, _ *capacity.Downtime) {
		d.touched.hours = true
		d.affects(DatesOnly)
	},
	check: func(_ *bom.Builder, s *capacity.Builder, r capacity.Downtime) { s.AddDowntime(r) },
}

func (c AddDowntime) String() string {
	if c.Downtime.Kind == capacity.Overtime {
		return "add overtime of " + c.Downtime.WorkCentre
	}
	return "add downtime of " + c.Downtime.WorkCentre
}
func (c RemoveDowntime) String() string { return "remove downtime of " + c.Downtime.WorkCentre }
func (c SetCalendar) String() string    { return "set calendar " + c.Calendar }

func (c AddDowntime) claims() []claim    { return whole(downtimeTable.kind, downtimeName(&c.Downtime)) }
func (c RemoveDowntime) claims() []claim { return whole(downtimeTable.kind, downtimeName(&c.Downtime)) }
func (c SetCalendar) claims() []claim    { return whole("calendar", c.Calendar) }

func downtimeName(d *capacity.Downtime) string {
	return fmt.Sprintf("of %s %d from %v %d", d.WorkCentre, d.Machine, d.From.Day, d.From.Unix)
}

func (c AddDowntime) edit(d *draft) (Change, error) {
	row := c.Downtime
	row.Row = 0
	if downtimeTable.find(d, downtimeTable.key(&row)) >= 0 {
		return nil, &ValueError{"from", row.From.Day.String(), "downtime of this work centre and machine begins then already: remove it first"}
	}
	i := centreTable.find(d, row.WorkCentre)
	if i < 0 {
		return nil, centreTable.missing(d, row.WorkCentre)
	}
	if n := d.tables().WorkCentres[i].Machines.Or(1); row.Machine > n {
		return nil, &ValueError{"machine", strconv.Itoa(row.Machine), fmt.Sprintf("%s has machines 1 to %d: name one of them, or none for all", row.WorkCentre, n)}
	}
	if err := downtimeTable.valid(d, row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { downtimeTable.set(d, row) })
}

func (c RemoveDowntime) edit(d *draft) (Change, error) {
	key := downtimeTable.key(&c.Downtime)
	if downtimeTable.find(d, key) < 0 {
		return nil, &NotFoundError{Kind: downtimeTable.kind, ID: fmt.Sprintf("of %s from %v", key.centre, key.from.Text(d.base.Zone())),
			Advice: "name work centre, machine and beginning as in the table downtime"}
	}
	return d.undoable(c, func() { downtimeTable.remove(d, key) })
}

func (c SetCalendar) edit(d *draft) (Change, error) {
	if len(c.Rows) == 0 {
		return nil, &ValueError{"days", "", "name at least one row of days and shifts"}
	}
	rows := slices.Clone(c.Rows)
	for i := range rows {
		rows[i].ID, rows[i].Row = c.Calendar, 0
	}
	// A calendar is checked as a whole, in a shop of its own.
	err := checked(func(errs *bom.Errors) {
		names := bom.NewNames()
		b := capacity.NewBuilder(names, errs)
		for _, r := range rows {
			b.AddCalendar(r)
		}
		b.Shop(bom.NewBuilder(names, errs).Catalog(), "", 0, d.base.Book.Start)
	})
	if err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setCalendar(c.Calendar, rows) })
}
