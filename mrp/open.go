package mrp

import "github.com/taktplan/takt/bom"

// OpenOrder is a receipt as planning takes it (rule 7).
type OpenOrder struct {
	Part          bom.PartID
	Kind          bom.Kind
	Supply        int32        // the source in Catalog.Supplies; -1: a part without one
	StartQuantity bom.Quantity // of what is still to come, with what the yield loses
	Start, Due    bom.Day
}

// Open is Book.ReceiptAt(r) with the source, start quantity and start that planning gives it.
func (m *Model) Open(r int32) OpenOrder {
	l := m.openLot(r)
	o := OpenOrder{Part: m.Book.ReceiptPart(r), Kind: m.Book.ReceiptAt(r).Kind, Supply: -1, StartQuantity: l.startQuantity, Start: l.start, Due: l.due}
	if !l.is(noSupply) {
		o.Supply = m.sources[l.source()].supply
	}
	return o
}
