package mrp

import (
	"slices"
	"strings"
	"sync"

	"github.com/taktplan/takt/bom"
)

// labelOrder is the string order of the parts' labels, made when first asked for.
// It differs from part order where one item id is the beginning of another.
type labelOrder struct {
	once  sync.Once
	order []bom.PartID
	ranks []int32
}

func (o *labelOrder) make(m *Model) {
	o.order = make([]bom.PartID, len(m.Parts))
	for p := range o.order {
		o.order[p] = bom.PartID(p)
	}
	compare := func(a, b bom.PartID) int { return compareLabels(m, a, b) }
	if !slices.IsSortedFunc(o.order, compare) {
		slices.SortFunc(o.order, compare)
	}
	o.ranks = make([]int32, len(m.Parts))
	for i, p := range o.order {
		o.ranks[p] = int32(i)
	}
}

// compareLabels compares item@site of two parts without joining the texts.
func compareLabels(m *Model, a, b bom.PartID) int {
	x, y := m.ItemID(a), m.ItemID(b)
	n := min(len(x), len(y))
	if c := strings.Compare(x[:n], y[:n]); c != 0 {
		return c
	}
	if len(x) == len(y) {
		return strings.Compare(m.SiteID(a), m.SiteID(b))
	}
	return strings.Compare(m.Label(a), m.Label(b))
}

func (o *labelOrder) rank(m *Model) []int32 {
	o.once.Do(func() { o.make(m) })
	return o.ranks
}

func (o *labelOrder) parts(m *Model) []bom.PartID {
	o.once.Do(func() { o.make(m) })
	return o.order
}
