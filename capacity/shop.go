package capacity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Step is a row of routings.csv, compiled: one operation on one work centre.
// Rows of one operation are alternates; the first of them is the first choice.
type Step struct {
	Part                           bom.PartID
	Centre                         int32 // in Shop.Centres; -1: subcontracted
	Routing, Name, Family          bom.Sym
	Supplier                       bom.Sym
	Tool, Operator                 int32 // in Shop.Centres; -1: none
	Op, Preference                 int32
	LeadDays, SplitMax             int32
	ToolUnits, OperatorUnits       int32
	Row                            int32
	HoldTool, Interruptible        bool
	MaxWaitSet                     bool
	SetupMin, RunMin, FixedMin     bom.Number
	QueueMin, MoveMin              bom.Number
	MinWaitMin, MaxWaitMin         bom.Number
	Sequence, Yield                bom.Number
	BatchQuantity, OverlapQuantity bom.Quantity
}

// Shop is the compiled capacity side of a model: calendars, work centres,
// routings, downtime and setups, in canonical order. It is immutable.
type Shop struct {
	Centres  []WorkCentre // by id
	Steps    []Step       // by (part, routing, op, preference, work centre)
	Downtime []Downtime
	Setups   []Setup
	Rows     []CalendarRow

	catalog   *bom.Catalog
	stepStart []int32
	calendars map[string]*Calendar
	centre    map[string]int32
	settings  *Calendar // the settings' calendar
}

// Builder collects the capacity tables in any order. It is for one goroutine.
type Builder struct {
	names *bom.Names
	errs  *bom.Errors
	shop  Shop
	steps []Step    // Part, Centre, Tool and Operator hold Syms until those are known
	sites []bom.Sym // of the row in steps
}

// NewBuilder returns a builder that interns ids in names and reports to errs.
func NewBuilder(names *bom.Names, errs *bom.Errors) *Builder {
	return &Builder{names: names, errs: errs}
}

// Expect takes memory for the rows of routings that are about to come.
func (b *Builder) Expect(rows int) {
	b.steps, b.sites = slices.Grow(b.steps, rows), slices.Grow(b.sites, rows)
}

// AddCalendar adds a row of calendars.csv.
func (b *Builder) AddCalendar(r CalendarRow) {
	setRow(&r.Row, len(b.shop.Rows))
	(&bom.Check{Errs: b.errs, Table: "calendars", Row: r.Row}).ID("calendar", r.ID)
	b.shop.Rows = append(b.shop.Rows, r)
}

func setRow(row *int, position int) {
	if *row == 0 {
		*row = position + 1
	}
}

// AddWorkCentre adds a row of work_centres.csv.
func (b *Builder) AddWorkCentre(w WorkCentre) {
	setRow(&w.Row, len(b.shop.Centres))
	c := &bom.Check{Errs: b.errs, Table: "work_centres", Row: w.Row}
	c.ID("work_centre", w.ID)
	c.OptionalID("site", w.Site)
	if w.Site == "" {
		w.Site = bom.DefaultSite
	}
	if m := w.Machines.Or(1); m < 1 || m > 100_000 {
		c.Fail("machines", m, "a number of machines from 1 to 100000: close a centre with downtime or its calendar")
	}
	if w.Efficiency < 0 {
		c.Fail("efficiency", w.Efficiency, "a positive number (1 is normal, 0.9 is slower)")
	}
	for _, n := range [...]struct {
		column string
		value  bom.Number
	}{{"cost_per_hour", w.CostPerHour}, {"overtime_cost_per_hour", w.OvertimeCostPerHour}, {"overtime_hours_per_day", w.OvertimeHoursPerDay}} {
		bom.NotNegative(c, n.column, n.value)
	}
	bom.NotNegative(c, "batch_capacity", w.BatchCapacity)
	b.shop.Centres = append(b.shop.Centres, w)
}

// AddDowntime adds a row of downtime.csv.
func (b *Builder) AddDowntime(d Downtime) {
	setRow(&d.Row, len(b.shop.Downtime))
	c := &bom.Check{Errs: b.errs, Table: "downtime", Row: d.Row}
	c.ID("work_centre", d.WorkCentre)
	bom.NotNegative(c, "machine", d.Machine)
	bom.NotNegative(c, "cost", d.Cost)
	if d.From.IsZero() {
		c.Fail("from", "", "a date or time")
	}
	if d.To.IsZero() || d.To.Day < d.From.Day || d.To.Exact && d.From.Exact && d.To.Unix <= d.From.Unix {
		c.Fail("to", d.To.Day, "a time after from (a date means through that day)")
	}
	b.shop.Downtime = append(b.shop.Downtime, d)
}

// AddSetup adds a row of setups.csv.
func (b *Builder) AddSetup(s Setup) {
	setRow(&s.Row, len(b.shop.Setups))
	c := &bom.Check{Errs: b.errs, Table: "setups", Row: s.Row}
	c.ID("matrix", s.Matrix)
	c.ID("from", s.From)
	c.ID("to", s.To)
	bom.NotNegative(c, "minutes", s.Minutes)
	bom.NotNegative(c, "cost", s.Cost)
	b.shop.Setups = append(b.shop.Setups, s)
}

// AddOperation adds a row of routings.csv.
func (b *Builder) AddOperation(o Operation) {
	setRow(&o.Row, len(b.steps))
	c := &bom.Check{Errs: b.errs, Table: "routings", Row: o.Row}
	checkOperation(&o, c)
	site := o.Site
	if site == "" {
		site = bom.DefaultSite
	}
	b.sites = append(b.sites, b.names.Intern(site))
	b.steps = append(b.steps, Step{
		Part: bom.PartID(b.names.Intern(o.Item)), Centre: int32(b.names.Intern(o.WorkCentre)),
		Tool: int32(b.names.Intern(o.Tool)), Operator: int32(b.names.Intern(o.Operator)),
		Routing: b.names.Intern(o.Routing), Name: b.names.Intern(o.Name), Family: b.names.Intern(o.SetupFamily), Supplier: b.names.Intern(o.Supplier),
		Op: int32(o.Op), Preference: int32(max(o.Preference, 1)), LeadDays: int32(o.LeadDays), SplitMax: int32(o.SplitMax),
		ToolUnits: int32(o.ToolUnits), OperatorUnits: int32(o.OperatorUnits), Row: int32(o.Row),
		HoldTool: o.HoldTool, Interruptible: o.Interruptible.Or(true), MaxWaitSet: o.MaxWaitMin.Set,
		SetupMin: o.SetupMin, RunMin: o.RunMin, FixedMin: o.FixedMin, QueueMin: o.QueueMin, MoveMin: o.MoveMin,
		MinWaitMin: o.MinWaitMin, MaxWaitMin: o.MaxWaitMin.Value, Sequence: o.Sequence, Yield: orOne(o.Yield),
		BatchQuantity: o.BatchQuantity, OverlapQuantity: o.OverlapQuantity,
	})
}

func orOne(n bom.Number) bom.Number {
	if n == 0 {
		return bom.One
	}
	return n
}

func checkOperation(o *Operation, c *bom.Check) {
	c.ID("item", o.Item)
	c.OptionalID("site", o.Site)
	c.OptionalID("work_centre", o.WorkCentre)
	switch {
	case o.WorkCentre == "" && o.Supplier == "":
		c.Fail("work_centre", "", "a work centre, or a supplier for a subcontracted step")
	case o.WorkCentre != "" && o.Supplier != "":
		c.Fail("supplier", o.Supplier, "either a work centre or a supplier, not both")
	}
	if o.Op < 1 {
		c.Fail("op", o.Op, "a positive step number, ascending along the routing")
	}
	for _, n := range [...]struct {
		column string
		value  bom.Number
	}{{"setup_min", o.SetupMin}, {"run_min", o.RunMin}, {"fixed_min", o.FixedMin}, {"queue_min", o.QueueMin},
		{"move_min", o.MoveMin}, {"min_wait_min", o.MinWaitMin}, {"max_wait_min", o.MaxWaitMin.Value}} {
		bom.NotNegative(c, n.column, n.value)
	}
	if o.MaxWaitMin.Set && o.MaxWaitMin.Value < o.MinWaitMin {
		c.Fail("max_wait_min", o.MaxWaitMin.Value, fmt.Sprintf("at least min_wait_min %v", o.MinWaitMin))
	}
	bom.NotNegative(c, "batch_qty", o.BatchQuantity)
	bom.NotNegative(c, "overlap_qty", o.OverlapQuantity)
	for _, n := range [...]struct {
		column string
		value  int
	}{{"preference", o.Preference}, {"split_max", o.SplitMax}, {"tool_units", o.ToolUnits}, {"operator_units", o.OperatorUnits}} {
		bom.NotNegative(c, n.column, n.value)
	}
	c.Days("lead_days", o.LeadDays)
	c.Yield(o.Yield)
}

// Shop resolves what was added. settings names the calendar of the settings, which
// stands in that row; start places the calendars' window. Errors go to the collector. The builder
// must not be used again.
func (b *Builder) Shop(catalog *bom.Catalog, settings string, row int, start bom.Day) *Shop {
	s := &b.shop
	s.catalog = catalog
	slices.SortStableFunc(s.Rows, func(x, y CalendarRow) int { return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Row, y.Row)) })
	s.calendars = compileCalendars(s.Rows, start, b.errs)
	s.settings = b.calendar(settings, "settings", max(row, 1), "calendar")
	b.buildCentres()
	b.buildSteps()
	b.buildDowntime()
	b.buildSetups()
	b.checkItemCalendars()
	return s
}

// calendar resolves a calendar id of some row; empty is nil.
func (b *Builder) calendar(id, table string, row int, column string) *Calendar {
	if id == "" {
		return nil
	}
	c, ok := b.shop.calendars[id]
	if !ok {
		expected := "a calendar of the calendars table"
		if near := bom.Closest(id, calendarNames(b.shop.Rows)); near != "" {
			expected += "; did you mean " + near + "?"
		}
		(&bom.Check{Errs: b.errs, Table: table, Row: row}).Fail(column, id, expected)
	}
	return c
}

func calendarNames(rows []CalendarRow) []string {
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = rows[i].ID
	}
	return names
}

func (b *Builder) buildCentres() {
	s := &b.shop
	slices.SortStableFunc(s.Centres, func(x, y WorkCentre) int { return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Row, y.Row)) })
	s.centre = make(map[string]int32, len(s.Centres))
	for i := range s.Centres {
		w := &s.Centres[i]
		b.calendar(w.Calendar, "work_centres", w.Row, "calendar")
		if _, twice := s.centre[w.ID]; twice {
			(&bom.Check{Errs: b.errs, Table: "work_centres", Row: w.Row}).Fail("work_centre", w.ID, "one row a work centre")
		}
		s.centre[w.ID] = int32(i)
	}
}

func (b *Builder) resolveCentre(id, column string, check *bom.Check) int32 {
	if id == "" {
		return -1
	}
	if i, ok := b.shop.centre[id]; ok {
		return i
	}
	expected := "a work centre of the work_centres table"
	if len(b.shop.Centres) < 20_000 {
		names := make([]string, len(b.shop.Centres))
		for i := range names {
			names[i] = b.shop.Centres[i].ID
		}
		if near := bom.Closest(id, names); near != "" {
			expected += "; did you mean " + near + "?"
		}
	}
	check.Fail(column, id, expected)
	return -1
}

// resolveSym resolves the centre whose id a step holds as a Sym. A tool or an
// operator must be of that kind.
func (b *Builder) resolveSym(id int32, column string, kind CentreKind, check *bom.Check) int32 {
	text := b.names.String(bom.Sym(id))
	centre := b.resolveCentre(text, column, check)
	if centre >= 0 && kind != Machine && b.shop.Centres[centre].Kind != kind {
		check.Fail(column, text, "a work centre of kind "+CentreKinds[kind])
	}
	return centre
}

func (b *Builder) buildSteps() {
	c := b.shop.catalog
	rows := b.steps[:0]
	for i := range b.steps {
		r := &b.steps[i]
		check := bom.Check{Errs: b.errs, Table: "routings", Row: int(r.Row)}
		r.Part = c.Resolve(bom.Sym(r.Part), b.sites[i], "item", &check)
		r.Centre = b.resolveSym(r.Centre, "work_centre", Machine, &check)
		r.Tool = b.resolveSym(r.Tool, "tool", Tool, &check)
		r.Operator = b.resolveSym(r.Operator, "operator", Operator, &check)
		if r.Part != bom.NoPart {
			rows = append(rows, *r)
		}
	}
	b.steps, b.sites = nil, nil
	less := func(x, y *Step) int {
		return cmp.Or(cmp.Compare(x.Part, y.Part), cmp.Compare(c.Rank(x.Routing), c.Rank(y.Routing)), cmp.Compare(x.Op, y.Op),
			cmp.Compare(x.Preference, y.Preference), cmp.Compare(x.Centre, y.Centre), cmp.Compare(x.Row, y.Row))
	}
	for i := 1; i < len(rows); i++ {
		if less(&rows[i-1], &rows[i]) > 0 {
			slices.SortFunc(rows, func(x, y Step) int { return less(&x, &y) })
			break
		}
	}
	b.shop.stepStart = make([]int32, c.NumParts()+1)
	for i := range rows {
		b.shop.stepStart[rows[i].Part+1]++
		b.checkTwice(rows, i)
	}
	for p := range c.NumParts() {
		b.shop.stepStart[p+1] += b.shop.stepStart[p]
	}
	b.shop.Steps = rows
}

// checkTwice reports a row with the key of an earlier alternate of its operation.
func (b *Builder) checkTwice(rows []Step, i int) {
	y := &rows[i]
	for j := i - 1; j >= 0; j-- {
		x := &rows[j]
		if x.Part != y.Part || x.Routing != y.Routing || x.Op != y.Op {
			return
		}
		if x.Centre == y.Centre {
			check := &bom.Check{Errs: b.errs, Table: "routings", Row: int(max(x.Row, y.Row))}
			check.Fail("op", fmt.Sprint(y.Op), fmt.Sprintf("one row an item, site, routing, op and work_centre: row %d has the same key", min(x.Row, y.Row)))
			return
		}
	}
}

func (b *Builder) buildDowntime() {
	d := b.shop.Downtime
	slices.SortStableFunc(d, func(x, y Downtime) int {
		return cmp.Or(strings.Compare(x.WorkCentre, y.WorkCentre), cmp.Compare(x.Machine, y.Machine),
			cmp.Compare(x.From.Day, y.From.Day), cmp.Compare(x.From.Unix, y.From.Unix), cmp.Compare(x.Row, y.Row))
	})
	for i := range d {
		check := &bom.Check{Errs: b.errs, Table: "downtime", Row: d[i].Row}
		if w := b.resolveCentre(d[i].WorkCentre, "work_centre", check); w >= 0 {
			if m := b.shop.Centres[w].Machines.Or(1); d[i].Machine > m {
				check.Fail("machine", fmt.Sprint(d[i].Machine), fmt.Sprintf("a machine from 1 to %d, or empty for all", m))
			}
		}
		if i > 0 && d[i].WorkCentre == d[i-1].WorkCentre && d[i].Machine == d[i-1].Machine && d[i].From == d[i-1].From {
			check.Fail("from", d[i].From.Day.String(), fmt.Sprintf("one row a work_centre, machine and from: row %d has the same key", d[i-1].Row))
		}
	}
}

// WithDowntime is the shop with other downtime; it shares the rest. Errors are *bom.Errors of the rows.
func (s *Shop) WithDowntime(rows []Downtime) (*Shop, error) {
	errs := &bom.Errors{}
	b := &Builder{errs: errs, shop: *s}
	b.shop.Downtime = make([]Downtime, 0, len(rows))
	for _, d := range rows {
		b.AddDowntime(d)
	}
	b.buildDowntime()
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return &b.shop, nil
}

func (b *Builder) buildSetups() {
	s := b.shop.Setups
	slices.SortStableFunc(s, func(x, y Setup) int {
		return cmp.Or(strings.Compare(x.Matrix, y.Matrix), strings.Compare(x.From, y.From), strings.Compare(x.To, y.To), cmp.Compare(x.Row, y.Row))
	})
	matrices := make(map[string]bool, len(s))
	for i := range s {
		matrices[s[i].Matrix] = true
		if i > 0 && s[i].Matrix == s[i-1].Matrix && s[i].From == s[i-1].From && s[i].To == s[i-1].To {
			check := &bom.Check{Errs: b.errs, Table: "setups", Row: s[i].Row}
			check.Fail("to", s[i].To, fmt.Sprintf("one row a matrix, from and to: row %d has the same key", s[i-1].Row))
		}
	}
	for i := range b.shop.Centres {
		w := &b.shop.Centres[i]
		if w.SetupMatrix != "" && !matrices[w.SetupMatrix] {
			check := &bom.Check{Errs: b.errs, Table: "work_centres", Row: w.Row}
			check.Fail("setup_matrix", w.SetupMatrix, "a matrix of the setups table")
		}
	}
}

// checkItemCalendars resolves the calendars that items and sources name.
func (b *Builder) checkItemCalendars() {
	c := b.shop.catalog
	for p := range c.Parts {
		if id := c.Parts[p].Calendar; id != 0 {
			b.calendar(c.Names.String(id), "items", int(c.Parts[p].Row), "calendar")
		}
	}
	for i := range c.Supplies {
		s := &c.Supplies[i]
		if s.Calendar != 0 {
			b.calendar(c.Names.String(s.Calendar), "sources", int(s.Row), "calendar")
		}
		if s.Routing == 0 {
			continue
		}
		if _, ok := b.shop.Routing(s.Part, s.Routing); !ok || !s.Kind.Explodes() {
			check := &bom.Check{Errs: b.errs, Table: "sources", Row: int(s.Row)}
			check.Fail("routing", c.Names.String(s.Routing), fmt.Sprintf("a routing version of the made part %s", c.Label(s.Part)))
		}
	}
}

// Calendar is the calendar of that id; nil, which works around the clock, for the empty id.
func (s *Shop) Calendar(id string) *Calendar { return s.calendars[id] }

// Settings is the settings' calendar, nil if there is none.
func (s *Shop) Settings() *Calendar { return s.settings }

// Centre finds a work centre by id.
func (s *Shop) Centre(id string) (int32, bool) {
	i, ok := s.centre[id]
	return i, ok
}

// CentreCalendar is the calendar of a work centre: its own, else the settings'.
func (s *Shop) CentreCalendar(centre int32) *Calendar {
	if id := s.Centres[centre].Calendar; id != "" {
		return s.calendars[id]
	}
	return s.settings
}

// Routed tells for every part whether it has a routing.
func (s *Shop) Routed() []bool {
	routed := make([]bool, len(s.stepStart)-1)
	for p := range routed {
		routed[p] = s.stepStart[p] != s.stepStart[p+1]
	}
	return routed
}

// Routing is the steps of a routing version of a part. The empty version falls
// back to the only one; a part without routing has no steps, which is ok for the
// empty version.
func (s *Shop) Routing(p bom.PartID, version bom.Sym) ([]Step, bool) {
	all := s.Steps[s.stepStart[p]:s.stepStart[p+1]]
	if len(all) == 0 {
		return nil, version == 0
	}
	if version == 0 && all[0].Routing == all[len(all)-1].Routing {
		return all, true
	}
	from := slices.IndexFunc(all, func(x Step) bool { return x.Routing == version })
	if from < 0 {
		return nil, false
	}
	to := from
	for to < len(all) && all[to].Routing == version {
		to++
	}
	return all[from:to], true
}
