package plan

import "github.com/taktplan/takt/mrp"

// demandRow is a demand by its number in the book.
func (m *Model) demandRow(i int32) *mrp.Demand { return m.Book.DemandAt(i) }

// receiptRow is an open order by its number in the book.
func (m *Model) receiptRow(i int32) *mrp.Receipt { return m.Book.ReceiptAt(i) }
