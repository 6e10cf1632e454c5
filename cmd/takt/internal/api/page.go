package api

import (
	"encoding/base64"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/taktplan/takt/plan/tables"
)

// row is a row of a list; it is valid until the next one.
type row = tables.Cells

// source is a table that pages are cut from.
type source struct {
	columns []tables.Column
	key     []int // the columns whose order the rows have when nothing else is asked for
	zone    *time.Location
	rows    iter.Seq[row]
	object  func(b []byte, r row) []byte
}

// selection is what is asked for of a list.
type selection struct {
	limit   int
	filters []filter
	order   []sortColumn // those asked for, then the key
	sort    string       // as asked for
	after   *cursor
}

// sortColumn is a column to sort by.
type sortColumn struct {
	column     int
	kind       tables.Kind
	descending bool
}

// cursor is a place in a list: behind a row. Another version of the plan may not have that row any more; the list goes on behind where it would be.
type cursor struct {
	Sort  string   `json:"s,omitempty"`
	Cells []string `json:"c"`           // of the columns that are sorted by
	Hash  uint64   `json:"h"`           // of the whole row, which decides among rows that are equal in these
	Same  int      `json:"n,omitempty"` // how many rows equal in all were given
}

// sortColumns reads what to sort by: column,-column.
func sortColumns(columns []tables.Column, key []int, text string) ([]sortColumn, error) {
	var out []sortColumn
	for name := range strings.SplitSeq(text, ",") {
		if name == "" {
			continue
		}
		plain := strings.TrimPrefix(name, "-")
		at := columnIndex(columns, plain)
		if at < 0 {
			return nil, badParameter("sort", name, "there is no such column: "+meant(plain, columnNames(columns)))
		}
		if slices.ContainsFunc(out, func(c sortColumn) bool { return c.column == at }) {
			return nil, badParameter("sort", name, "the list is sorted by this column already: name it once")
		}
		out = append(out, sortColumn{at, columns[at].Kind, plain != name})
	}
	for _, at := range key {
		if !slices.ContainsFunc(out, func(c sortColumn) bool { return c.column == at }) {
			out = append(out, sortColumn{at, columns[at].Kind, false})
		}
	}
	return out, nil
}

// readCursor reads a cursor of the same list.
func readCursor(text, sort string, columns int) (*cursor, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || len(c.Cells) != columns || c.Sort != sort || c.Same < 0 {
		return nil, badParameter("cursor", text, "a cursor is the next of an answer, with the same sort: leave it out to begin at the first page")
	}
	return &c, nil
}

func (c *cursor) String() string {
	raw, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// kept is a row that may be on the page.
type kept struct {
	cells  []string
	hash   uint64
	object []byte
}

// cut makes a page: the first rows behind the cursor among those that meet the conditions, in order. It looks at every row once, and
// holds no more than the page.
func (p *selection) cut(s *source) (items [][]byte, next string, total int) {
	var top []kept // sorted; at most one more than the page
	same := 0
	for r := range s.rows {
		if !p.meets(s, r) {
			continue
		}
		total++
		hash, hashed := uint64(0), false
		if p.after != nil {
			c := p.compare(s.zone, r, p.after.Cells)
			if c == 0 {
				hash, hashed = rowHash(s, r), true
				c = compareHash(hash, p.after.Hash)
				if c == 0 {
					if same++; same > p.after.Same {
						c = 1
					}
				}
			}
			if c <= 0 {
				continue
			}
		}
		if full := len(top) > p.limit; full && p.compare(s.zone, r, top[p.limit].cells) > 0 {
			continue
		}
		if !hashed {
			hash = rowHash(s, r)
		}
		at, _ := slices.BinarySearchFunc(top, r, func(k kept, r row) int {
			if c := p.compare(s.zone, r, k.cells); c != 0 {
				return -c
			}
			if c := compareHash(hash, k.hash); c != 0 {
				return -c
			}
			return -1 // equal rows in the order in which they come
		})
		if at > p.limit {
			continue
		}
		if len(top) > p.limit {
			top = top[:p.limit]
		}
		top = slices.Insert(top, at, kept{p.cellsOf(r), hash, s.object(nil, r)})
	}
	if len(top) > p.limit {
		top = top[:p.limit]
		next = p.behind(top)
	}
	items = make([][]byte, len(top))
	for i := range top {
		items[i] = top[i].object
	}
	return items, next, total
}

// behind is the cursor behind the last of the rows.
func (p *selection) behind(rows []kept) string {
	last := rows[len(rows)-1]
	c := cursor{Sort: p.sort, Cells: last.cells, Hash: last.hash}
	equal := func(k kept) bool { return k.hash == last.hash && slices.Equal(k.cells, last.cells) }
	for i := len(rows) - 1; i >= 0 && equal(rows[i]); i-- {
		c.Same++
	}
	if p.after != nil && c.Same == len(rows) && p.after.Hash == c.Hash && slices.Equal(p.after.Cells, c.Cells) {
		c.Same += p.after.Same
	}
	return c.String()
}

func (p *selection) meets(s *source, r row) bool {
	for i := range p.filters {
		if !p.filters[i].meets(s.zone, r.Cell(p.filters[i].column)) {
			return false
		}
	}
	return true
}

// compare compares a row with the cells of another by the columns that are sorted by.
func (p *selection) compare(zone *time.Location, r row, cells []string) int {
	for i, c := range p.order {
		a := r.Cell(c.column)
		d := compareCells(c.kind, zone, a, []byte(cells[i]))
		if d == 0 {
			continue
		}
		if c.descending && len(a) > 0 && cells[i] != "" {
			return -d
		}
		return d
	}
	return 0
}

func (p *selection) cellsOf(r row) []string {
	out := make([]string, len(p.order))
	for i, c := range p.order {
		out[i] = string(r.Cell(c.column))
	}
	return out
}

// rowHash tells rows apart that are equal in what they are sorted by (FNV-1a, the same on every instance).
func rowHash(s *source, r row) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for i := range s.columns {
		for _, c := range r.Cell(i) {
			h = (h ^ uint64(c)) * prime
		}
		h = (h ^ 0xff) * prime // no byte of UTF-8
	}
	return h
}

func compareHash(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// appendList appends a page as the document of a list.
func appendList(b []byte, version uint64, items [][]byte, next string, total int) []byte {
	b = append(b, `{"version":`...)
	b = strconv.AppendUint(b, version, 10)
	b = append(b, `,"total":`...)
	b = strconv.AppendInt(b, int64(total), 10)
	if next != "" {
		b = append(b, `,"next":"`...)
		b = append(b, next...)
		b = append(b, '"')
	}
	b = append(b, `,"items":[`...)
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '\n')
		b = append(b, item...)
	}
	return append(b, "]}\n"...)
}
