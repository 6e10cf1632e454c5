package plan

import "slices"

// Carried are the columns of one's own in a table (x_…): takt ignores them, and writes
// them again with their rows.
type Carried struct {
	Columns []string // in the order of the file
	cells   map[int][]string
}

// Cell is the text of Columns[i] in the row with that number; empty when there is none.
func (c *Carried) Cell(row, i int) string {
	cells := c.cells[row]
	if i >= len(cells) {
		return ""
	}
	return cells[i]
}

// Carry keeps a cell of one's own column. row is the number of the row in its table.
func (b *Builder) Carry(table string, row int, column, value string) {
	if value == "" {
		return
	}
	c := b.carried[table]
	if c == nil {
		c = &Carried{cells: map[int][]string{}}
		if b.carried == nil {
			b.carried = map[string]*Carried{}
		}
		b.carried[table] = c
	}
	i := slices.Index(c.Columns, column)
	if i < 0 {
		i = len(c.Columns)
		c.Columns = append(c.Columns, column)
	}
	cells := c.cells[row]
	for len(cells) <= i {
		cells = append(cells, "")
	}
	cells[i] = value
	c.cells[row] = cells
}

// Carried are the columns of one's own of a table, nil if it has none.
func (m *Model) Carried(table string) *Carried { return m.carried[table] }
