package bom

// EmptyVersion is the BOM version of an order that names none: the empty one, or
// the only one. ok is false when there are several and none is empty.
func (n *Network) EmptyVersion(p PartID) (lines LineRange, ok bool) {
	return n.version(0, n.lineStart[p], n.lineStart[p+1])
}
