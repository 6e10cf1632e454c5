package api

import (
	"iter"
	"sync"
	"time"

	"github.com/taktplan/takt/plan/tables"
)

// mostListed is how many bytes of text a listing holds at most; the pages of longer tables are cut from the table itself.
const mostListed = 16 << 20

// listing holds the rows of a table as text, so that its pages need not make them again.
type listing struct {
	once    sync.Once
	columns int
	text    []byte
	ends    []uint32
	whole   bool // false: the table is too long
}

// listedRow is a row of a listing.
type listedRow struct {
	l  *listing
	at int // number of its first cell
}

// Cell is the text of column i.
func (r *listedRow) Cell(i int) []byte {
	from := uint32(0)
	if r.at+i > 0 {
		from = r.l.ends[r.at+i-1]
	}
	return r.l.text[from:r.l.ends[r.at+i]]
}

func (l *listing) fill(t tables.Table) {
	l.columns = len(t.Columns)
	for r := range t.Rows {
		for i := range t.Columns {
			l.text = append(l.text, r.Cell(i)...)
			l.ends = append(l.ends, uint32(len(l.text)))
		}
		if len(l.text) > mostListed {
			l.text, l.ends = nil, nil
			return
		}
	}
	l.whole = true
}

// rows are the rows of the listing.
func (l *listing) rows(yield func(row) bool) {
	r := &listedRow{l: l}
	for r.at = 0; r.at < len(l.ends); r.at += l.columns {
		if !yield(r) {
			return
		}
	}
}

// source is a table of this version to cut pages from. Its rows are made at most once if they are not too many, and kept under
// the name of the list: that of the table is not enough, as there are two of schedule.
func (v *view) source(list string, t tables.Table, key []string, zone *time.Location) *source {
	v.mu.Lock()
	l := v.listings[list]
	if l == nil {
		l = &listing{}
		v.listings[list] = l
	}
	v.mu.Unlock()
	l.once.Do(func() { l.fill(t) })
	s := &source{columns: t.Columns, zone: zone, rows: rowsOf(t)}
	if l.whole {
		s.rows = l.rows
	}
	for _, name := range key {
		if at := columnIndex(t.Columns, name); at >= 0 {
			s.key = append(s.key, at)
		}
	}
	s.object = t.Objects()
	return s
}

func rowsOf(t tables.Table) iter.Seq[row] {
	return func(yield func(row) bool) {
		for r := range t.Rows {
			if !yield(r) {
				return
			}
		}
	}
}
