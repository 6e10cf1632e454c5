package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// Changes of master data: rows of items, sources, BOM, routings and work centres. What hangs together
// over rows (a source's calendar, a cycle) is checked when the changed model is made.

// AddItem is a new row of items.
type AddItem struct{ Item bom.Item }

// ChangeItem puts an item's row in the place of the one with its item and site.
type ChangeItem struct{ Item bom.Item }

// AddSource is a new way to replenish a part.
type AddSource struct{ Source bom.Source }

// ChangeSource puts a source's row in the place of the one with its item, site and id.
type ChangeSource struct{ Source bom.Source }

// RemoveSource takes the source with this item, site and id away.
type RemoveSource struct{ Source bom.Source }

// AddLine is a new line of a BOM.
type AddLine struct{ Line bom.Line }

// ChangeLine puts a line in the place of the one with its parent, component, site, version and id.
type ChangeLine struct{ Line bom.Line }

// RemoveLine takes the line with this parent, component, site, version and id away.
type RemoveLine struct{ Line bom.Line }

// AddOperation is a new operation of a routing, or another work centre for one.
type AddOperation struct{ Operation capacity.Operation }

// ChangeOperation puts a row in the place of the one with its item, site, routing, op and work centre.
type ChangeOperation struct{ Operation capacity.Operation }

// RemoveOperation takes the row with this item, site, routing, op and work centre away.
type RemoveOperation struct{ Operation capacity.Operation }

// AddWorkCentre is a new work centre.
type AddWorkCentre struct{ WorkCentre capacity.WorkCentre }

// ChangeWorkCentre puts a work centre's row in the place of the one with its id.
type ChangeWorkCentre struct{ WorkCentre capacity.WorkCentre }

// RemoveWorkCentre takes a work centre away that no routing names.
type RemoveWorkCentre struct{ WorkCentre string }

type (
	itemKey   struct{ item, site string }
	sourceKey struct{ item, site, source string }
	lineKey   struct{ parent, component, site, version, line string }
	opKey     struct {
		item, site, routing string
		op                  int
		centre              string
	}
)

var itemTable = table[bom.Item, itemKey]{
	large: true,
	kind:  "item", rows: func(r *Rows) *[]bom.Item { return &r.Items }, row: func(r *bom.Item) *int { return &r.Row },
	site:  func(r *bom.Item) *string { return &r.Site },
	key:   func(r *bom.Item) itemKey { return itemKey{r.ID, siteOr(r.Site)} },
	touch: structural(itemImpact),
	check: func(b *bom.Builder, _ *capacity.Builder, r bom.Item) { b.AddItem(r) },
}

var sourceTable = table[bom.Source, sourceKey]{
	large: true,
	kind:  "source", rows: func(r *Rows) *[]bom.Source { return &r.Sources }, row: func(r *bom.Source) *int { return &r.Row },
	site:  func(r *bom.Source) *string { return &r.Site },
	key:   func(r *bom.Source) sourceKey { return sourceKey{r.Item, siteOr(r.Site), r.ID} },
	touch: structural(sourceImpact),
	check: func(b *bom.Builder, _ *capacity.Builder, r bom.Source) { b.AddSource(r) },
	part:  func(r *bom.Source) (string, string) { return r.Item, r.Site },
}

var lineTable = table[bom.Line, lineKey]{
	large: true,
	kind:  "line", rows: func(r *Rows) *[]bom.Line { return &r.Lines }, row: func(r *bom.Line) *int { return &r.Row },
	site: func(r *bom.Line) *string { return &r.Site },
	key: func(r *bom.Line) lineKey {
		id := r.ID
		if id == "" {
			id = "1"
		}
		return lineKey{r.Parent, r.Component, siteOr(r.Site), r.BOM, id}
	},
	touch: structural(lineImpact),
	check: func(b *bom.Builder, _ *capacity.Builder, r bom.Line) { b.AddLine(r) },
	part:  func(r *bom.Line) (string, string) { return r.Parent, r.Site },
}

var operationTable = table[capacity.Operation, opKey]{
	large: true,
	kind:  "operation", rows: func(r *Rows) *[]capacity.Operation { return &r.Operations }, row: func(r *capacity.Operation) *int { return &r.Row },
	site: func(r *capacity.Operation) *string { return &r.Site },
	key: func(r *capacity.Operation) opKey {
		return opKey{r.Item, siteOr(r.Site), r.Routing, r.Op, r.WorkCentre}
	},
	touch: structural(operationImpact),
	check: func(_ *bom.Builder, s *capacity.Builder, r capacity.Operation) { s.AddOperation(r) },
	part:  func(r *capacity.Operation) (string, string) { return r.Item, r.Site },
}

var centreTable = table[capacity.WorkCentre, string]{
	kind: "work centre", rows: func(r *Rows) *[]capacity.WorkCentre { return &r.WorkCentres }, row: func(r *capacity.WorkCentre) *int { return &r.Row },
	site:  func(r *capacity.WorkCentre) *string { return &r.Site },
	key:   func(r *capacity.WorkCentre) string { return r.ID },
	touch: structural(centreImpact),
	check: func(_ *bom.Builder, s *capacity.Builder, r capacity.WorkCentre) { s.AddWorkCentre(r) },
}

// structural notes that a table of the structure changes.
func structural[R any](impact func(was, is R) Impact) func(*draft, *R, *R) {
	return func(d *draft, was, is *R) {
		d.touched.structure = true
		if was == nil || is == nil {
			d.affects(Structure)
			return
		}
		d.affects(impact(*was, *is))
	}
}

// name is what a row is called in errors: its key, without what is empty.
func (t *table[R, K]) name(key K) string {
	text := strings.Trim(fmt.Sprint(key), "{}")
	return strings.Join(strings.Fields(text), " ")
}

func (t *table[R, K]) claims(r R) []claim { return whole(t.kind, t.name(t.key(&r))) }

func (t *table[R, K]) says(verb string, r R) string {
	return verb + " " + t.kind + " " + t.name(t.key(&r))
}

// add adds a row whose key must be free.
func (t *table[R, K]) add(d *draft, c Change, row R) (Change, error) {
	t.canonical(&row, 0)
	if t.find(d, t.key(&row)) >= 0 {
		return nil, &ExistsError{t.kind, t.name(t.key(&row))}
	}
	if err := t.valid(d, row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { t.set(d, row) })
}

// change replaces a row that must be there.
func (t *table[R, K]) change(d *draft, c Change, row R) (Change, error) {
	was, ok := t.get(d, t.key(&row))
	if !ok {
		return nil, t.missing(d, t.key(&row))
	}
	t.canonical(&row, *t.row(&was))
	if err := t.valid(d, row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { t.set(d, row) })
}

// canonical is a row as a model keeps it.
func (t *table[R, K]) canonical(row *R, number int) {
	*t.row(row) = number
	if t.site != nil {
		*t.site(row) = siteOr(*t.site(row))
	}
}

// drop takes a row away that must be there.
func (t *table[R, K]) drop(d *draft, c Change, key K) (Change, error) {
	if t.find(d, key) < 0 {
		return nil, t.missing(d, key)
	}
	return d.undoable(c, func() { t.remove(d, key) })
}

func (t *table[R, K]) missing(d *draft, key K) error {
	rows := slices.Values(*t.list(d))
	return &NotFoundError{Kind: t.kind, ID: t.name(key), Closest: closestID(t.name(key), column(rows, func(r *R) string { return t.name(t.key(r)) }))}
}

// valid checks a row as its table does, and that its part is there.
func (t *table[R, K]) valid(d *draft, row R) error {
	err := checked(func(errs *bom.Errors) {
		names := bom.NewNames()
		t.check(bom.NewBuilder(names, errs), capacity.NewBuilder(names, errs), row)
	})
	if err == nil && t.part != nil {
		_, err = d.part(t.part(&row))
	}
	return err
}

func (c AddItem) String() string          { return itemTable.says("add", c.Item) }
func (c ChangeItem) String() string       { return itemTable.says("change", c.Item) }
func (c AddSource) String() string        { return sourceTable.says("add", c.Source) }
func (c ChangeSource) String() string     { return sourceTable.says("change", c.Source) }
func (c RemoveSource) String() string     { return sourceTable.says("remove", c.Source) }
func (c AddLine) String() string          { return lineTable.says("add", c.Line) }
func (c ChangeLine) String() string       { return lineTable.says("change", c.Line) }
func (c RemoveLine) String() string       { return lineTable.says("remove", c.Line) }
func (c AddOperation) String() string     { return operationTable.says("add", c.Operation) }
func (c ChangeOperation) String() string  { return operationTable.says("change", c.Operation) }
func (c RemoveOperation) String() string  { return operationTable.says("remove", c.Operation) }
func (c AddWorkCentre) String() string    { return "add work centre " + c.WorkCentre.ID }
func (c ChangeWorkCentre) String() string { return "change work centre " + c.WorkCentre.ID }
func (c RemoveWorkCentre) String() string { return "remove work centre " + c.WorkCentre }

func (c AddItem) claims() []claim          { return itemTable.claims(c.Item) }
func (c ChangeItem) claims() []claim       { return itemTable.claims(c.Item) }
func (c AddSource) claims() []claim        { return sourceTable.claims(c.Source) }
func (c ChangeSource) claims() []claim     { return sourceTable.claims(c.Source) }
func (c RemoveSource) claims() []claim     { return sourceTable.claims(c.Source) }
func (c AddLine) claims() []claim          { return lineTable.claims(c.Line) }
func (c ChangeLine) claims() []claim       { return lineTable.claims(c.Line) }
func (c RemoveLine) claims() []claim       { return lineTable.claims(c.Line) }
func (c AddOperation) claims() []claim     { return operationTable.claims(c.Operation) }
func (c ChangeOperation) claims() []claim  { return operationTable.claims(c.Operation) }
func (c RemoveOperation) claims() []claim  { return operationTable.claims(c.Operation) }
func (c AddWorkCentre) claims() []claim    { return centreTable.claims(c.WorkCentre) }
func (c ChangeWorkCentre) claims() []claim { return centreTable.claims(c.WorkCentre) }
func (c RemoveWorkCentre) claims() []claim { return whole(centreTable.kind, c.WorkCentre) }

func (c AddItem) edit(d *draft) (Change, error)      { return itemTable.add(d, c, c.Item) }
func (c ChangeItem) edit(d *draft) (Change, error)   { return itemTable.change(d, c, c.Item) }
func (c AddSource) edit(d *draft) (Change, error)    { return sourceTable.add(d, c, c.Source) }
func (c ChangeSource) edit(d *draft) (Change, error) { return sourceTable.change(d, c, c.Source) }
func (c AddLine) edit(d *draft) (Change, error)      { return lineTable.add(d, c, c.Line) }
func (c ChangeLine) edit(d *draft) (Change, error)   { return lineTable.change(d, c, c.Line) }
func (c AddOperation) edit(d *draft) (Change, error) { return operationTable.add(d, c, c.Operation) }
func (c ChangeOperation) edit(d *draft) (Change, error) {
	return operationTable.change(d, c, c.Operation)
}
func (c AddWorkCentre) edit(d *draft) (Change, error) { return centreTable.add(d, c, c.WorkCentre) }
func (c ChangeWorkCentre) edit(d *draft) (Change, error) {
	return centreTable.change(d, c, c.WorkCentre)
}
func (c RemoveSource) edit(d *draft) (Change, error) {
	return sourceTable.drop(d, c, sourceTable.key(&c.Source))
}
func (c RemoveLine) edit(d *draft) (Change, error) {
	return lineTable.drop(d, c, lineTable.key(&c.Line))
}
func (c RemoveOperation) edit(d *draft) (Change, error) {
	return operationTable.drop(d, c, operationTable.key(&c.Operation))
}
func (c RemoveWorkCentre) edit(d *draft) (Change, error) { return centreTable.drop(d, c, c.WorkCentre) }
