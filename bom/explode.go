package bom

import (
	"fmt"
	"iter"
	"slices"

	"github.com/taktplan/takt/internal/fixed"
)

// Amount is a quantity of a part.
type Amount struct {
	Part     PartID
	Quantity Quantity
}

// Selection narrows or widens what a Structure follows. The zero value follows
// what planning would follow on the day.
type Selection struct {
	// Lines, when set, admits a line; others do not exist. It must not keep or
	// change its argument, and must answer the same for the same line.
	Lines func(*Component) bool
	// Bought also follows the lines of parts whose best source that day buys or
	// transfers: those of their best make or subcontract source, else of the default
	// version. The part that an explosion starts from is always followed so.
	Bought bool
	// IgnoreYield explodes a made quantity as it is, not ⌈quantity ÷ yield⌉.
	IgnoreYield bool
	// Alternatives also lists, where used, lines that planning would not follow
	// that day: of other versions and of later members of substitute groups.
	Alternatives bool
	// MaxLevel stops indented lists at that level; 0: they end with the structure.
	MaxLevel int
}

// Structure is the product structure on a day. It is immutable, cheap to
// make, and safe for any number of readers.
type Structure struct {
	network *Network
	day     Day
	sel     Selection
}

// On is the network on a day: lines and sources are judged by their dates
// there. On NoDay, dates do not count and every line and source is valid.
func (n *Network) On(day Day, s Selection) *Structure {
	return &Structure{network: n, day: day, sel: s}
}

// Network is what the structure looks at.
func (s *Structure) Network() *Network { return s.network }

// Day is the day on which dates are judged.
func (s *Structure) Day() Day { return s.day }

// Requirement is a line of an explosion: a component of a parent, or a by-product.
type Requirement struct {
	// Level is the depth in the tree: 1 for components of the part asked for.
	Level  int
	Parent PartID
	Part   PartID
	// Line is the row behind it: quantity per, scrap, operation, offset, dates.
	// It belongs to the catalog: read only.
	Line *Component
	// Quantity is what the amount asked for requires of the component here, in
	// its base unit; it is negative for a by-product.
	Quantity Quantity
	// Start is the quantity that an indented explosion goes on with, more than
	// Quantity where yield is lost; 0: it does not go on.
	Start   Quantity
	Phantom bool
	// Path leads from the part asked for to this one, both included. It is valid
	// until the iteration goes on; clone it to keep it.
	Path []PartID
}

// Total is what a summarised explosion needs of a part over all levels.
type Total struct {
	Part PartID
	// LowLevelCode of the part in the whole network.
	LowLevelCode int
	// Quantity is what was asked for and what components require, zero or more.
	Quantity Quantity
	// ByProduct is what comes back, zero or less. It is not netted against Quantity: in
	// time it follows the order that yields it.
	ByProduct Quantity
	// Start is the quantity that is started and exploded; 0: not exploded.
	Start   Quantity
	Phantom bool
}

// OverflowError is a quantity that leaves the exact range of about ±9.2e12 units.
type OverflowError struct {
	Item, Site string // of the part whose quantity is too large
	Parent     string // item of the line's parent; empty: the part's own sum or start quantity
	Row        int    // of bom; 0: none
}

func (e *OverflowError) Error() string {
	where := "its start quantity or the sum of its requirements"
	if e.Parent != "" {
		where = fmt.Sprintf("what %s requires of it (bom row %d)", e.Parent, e.Row)
	}
	return fmt.Sprintf("%s@%s: %s exceeds %v units: check the quantities per unit, scrap and yields, or use a larger unit of measure",
		e.Item, e.Site, where, MaxQuantity)
}

// QuantityError is an amount that no explosion can start from.
type QuantityError struct {
	Item, Site string
	Quantity   Quantity
	Decimals   int // of the item
}

func (e *QuantityError) Error() string {
	if e.Quantity < 0 {
		return fmt.Sprintf("%v of %s@%s cannot be exploded: ask for zero or more", e.Quantity, e.Item, e.Site)
	}
	return fmt.Sprintf("%v of %s@%s cannot be exploded: the item has %d decimals, round the quantity to them", e.Quantity, e.Item, e.Site, e.Decimals)
}

// Requirement is what an order that starts with that quantity requires of the line's
// component: start × quantity ÷ (1 − scrap), or without start if per order,
// rounded up once to the component's decimals (0 to 6). For a by-product it is the
// negative quantity received, rounded down. ok is false on overflow; start must not be negative.
func (c *Component) Requirement(start Quantity, decimals int) (q Quantity, ok bool) {
	factor := int64(start)
	if c.Per == PerOrder {
		factor = int64(Unit)
	}
	size := int64(step(decimals))
	if c.Quantity < 0 {
		v, ok := fixed.MulDivFloor(factor, -int64(c.Quantity), int64(Unit))
		return -Quantity(v - v%size), ok
	}
	var v int64
	if c.Scrap == 0 {
		v, ok = fixed.MulDivCeil(factor, int64(c.Quantity), int64(Unit))
	} else {
		v, ok = fixed.MulMulDivCeil(factor, int64(c.Quantity), int64(One)/int64(Unit), int64(One-c.Scrap))
	}
	if !ok {
		return 0, false
	}
	v, ok = fixed.CeilTo(v, size)
	return Quantity(v), ok
}

// BestSource is the source that planning takes first for a need on the day: of
// the valid ones the lowest priority number, then one with a share, then the
// first id; when none is valid, of all. Transfers that give only what is to spare
// are passed over. It is -1 when there is none. On NoDay all are valid.
func (n *Network) BestSource(p PartID, day Day) int32 {
	return n.bestSource(p, day, func(*Supply) bool { return true })
}

// bestSource is BestSource among the sources that admit allows.
func (n *Network) bestSource(p PartID, day Day, admit func(*Supply) bool) int32 {
	best, bestValid := int32(-1), false
	for i := n.supplyStart[p]; i < n.supplyStart[p+1]; i++ {
		s := &n.Supplies[i]
		if s.SpareOnly || !admit(s) {
			continue
		}
		valid := day == NoDay || s.Valid(day)
		better := best < 0 || valid && !bestValid
		if !better && valid == bestValid {
			b := &n.Supplies[best]
			better = s.Priority < b.Priority || s.Priority == b.Priority && s.Share > 0 && b.Share == 0
		}
		if better {
			best, bestValid = i, valid
		}
	}
	return best
}

// bill is how a part comes about on the day.
type bill struct {
	lines  LineRange
	supply int32 // the source behind it; -1: none
	kind   Kind
	yield  Number // share of the start quantity that is good
}

// bill of a part; follow goes on where the best source does not explode.
func (s *Structure) bill(p PartID, follow bool) bill {
	n := s.network
	if n.phantoms[p] {
		return bill{n.byPart[p], -1, Make, One}
	}
	best := n.BestSource(p, s.day)
	b := bill{supply: best, yield: One}
	switch {
	case best < 0:
		b.lines, b.kind = n.byPart[p], n.DefaultKind(p)
	default:
		b.lines, b.kind = n.bySupply[best], n.Supplies[best].Kind
	}
	if !b.kind.Explodes() && follow {
		b.supply = n.bestSource(p, s.day, func(s *Supply) bool { return s.Kind.Explodes() })
		if b.supply >= 0 {
			b.lines, b.kind = n.bySupply[b.supply], n.Supplies[b.supply].Kind
		} else if lines, _ := n.version(0, n.lineStart[p], n.lineStart[p+1]); lines != (LineRange{}) {
			b.lines, b.kind = lines, Make
		} else {
			b.supply = best
		}
	}
	if b.kind.Explodes() && !s.sel.IgnoreYield {
		b.yield = n.Parts[p].Yield
	}
	return b
}

// valid reports whether a line exists on the day, whatever its substitutes.
func (s *Structure) valid(l int32) bool {
	c := &s.network.Components[l]
	return (s.day == NoDay || c.Valid(s.day)) && (s.sel.Lines == nil || s.sel.Lines(c))
}

// follows reports whether line l of a version is exploded: it is valid, and
// the first valid member of its substitute group.
func (s *Structure) follows(l int32, version LineRange) bool {
	if !s.valid(l) {
		return false
	}
	group := s.network.Components[l].Group
	if group == 0 {
		return true
	}
	for i := version.From; i < version.To; i++ {
		if i != l && s.network.Components[i].Group == group && s.network.LaterSubstitute(i, l) && s.valid(i) {
			return false
		}
	}
	return true
}

// start is the quantity to start for q good ones: ⌈q ÷ yield⌉, or q.
func (s *Structure) start(p PartID, q Quantity, b bill) (Quantity, error) {
	if b.yield == One {
		return q, nil
	}
	v, ok := fixed.MulDivCeil(int64(q), int64(One), int64(b.yield))
	if ok {
		v, ok = fixed.CeilTo(v, int64(step(int(s.network.decimals[p]))))
	}
	if !ok {
		return 0, s.network.overflow(p, nil)
	}
	return Quantity(v), nil
}

func (n *Network) overflow(p PartID, line *Component) error {
	e := &OverflowError{Item: n.ItemID(p), Site: n.SiteID(p)}
	if line != nil {
		e.Parent, e.Row = n.ItemID(line.Parent), int(line.Row)
	}
	return e
}

func (n *Network) checkAmount(a Amount) error {
	if d := int(n.decimals[a.Part]); a.Quantity < 0 || a.Quantity%step(d) != 0 {
		return &QuantityError{Item: n.ItemID(a.Part), Site: n.SiteID(a.Part), Quantity: a.Quantity, Decimals: d}
	}
	return nil
}

// SingleLevel explodes an amount by one level, in line order. It ends with the first error:
// *QuantityError, *OverflowError.
func (s *Structure) SingleLevel(want Amount) iter.Seq2[Requirement, error] {
	one := *s
	one.sel.MaxLevel = 1
	return one.Indented(want)
}

// Indented explodes an amount over all levels, in tree order: a component is
// followed by its own components. Every occurrence of a part explodes as an
// order of its own, so per-order lines count once an occurrence, and rounding and
// yield are applied at each; Summarised sums first. A quantity of zero
// and a by-product are not exploded. It ends with the first error:
// *QuantityError, *OverflowError.
func (s *Structure) Indented(want Amount) iter.Seq2[Requirement, error] {
	return func(yield func(Requirement, error) bool) {
		if err := s.network.checkAmount(want); err != nil {
			yield(Requirement{}, err)
			return
		}
		w := walk{Structure: s, path: []PartID{want.Part}}
		if err := w.run(want, yield); err != nil {
			yield(Requirement{}, err)
		}
	}
}

// walk is one indented explosion under way.
type walk struct {
	*Structure
	path  []PartID
	stack []opened
}

// opened is a part of the path whose lines are being visited.
type opened struct {
	version LineRange
	next    int32
	start   Quantity
}

// open puts the lines of p on the stack and gives the start quantity, 0 for a leaf.
func (w *walk) open(p PartID, q Quantity, root bool) (Quantity, error) {
	b := w.bill(p, root || w.sel.Bought)
	start := Quantity(0)
	if q > 0 && b.lines.From < b.lines.To {
		var err error
		if start, err = w.start(p, q, b); err != nil {
			return 0, err
		}
	} else {
		b.lines.To = b.lines.From
	}
	w.stack = append(w.stack, opened{b.lines, b.lines.From, start})
	return start, nil
}

func (w *walk) run(want Amount, yield func(Requirement, error) bool) error {
	n := w.network
	if _, err := w.open(want.Part, want.Quantity, true); err != nil {
		return err
	}
	for len(w.stack) > 0 {
		top := &w.stack[len(w.stack)-1]
		if top.next == top.version.To {
			w.stack = w.stack[:len(w.stack)-1]
			w.path = w.path[:len(w.stack)]
			continue
		}
		l := top.next
		top.next++
		if !w.follows(l, top.version) {
			continue
		}
		c := &n.Components[l]
		q, ok := c.Requirement(top.start, int(n.decimals[c.Part]))
		if !ok {
			return n.overflow(c.Part, c)
		}
		r := Requirement{Level: len(w.stack), Parent: c.Parent, Part: c.Part, Line: c, Quantity: q, Phantom: n.phantoms[c.Part]}
		w.path = append(w.path, c.Part)
		if w.sel.MaxLevel == 0 || r.Level < w.sel.MaxLevel {
			var err error
			if r.Start, err = w.open(c.Part, q, false); err != nil {
				return err
			}
		}
		r.Path = w.path
		if !yield(r, nil) {
			return nil
		}
		w.path = w.path[:len(w.stack)]
	}
	return nil
}

// Summarised explodes amounts and yields one total a part, the parts asked
// for among them, by low-level code and then part. A part is exploded once, after
// all that requires it was summed (Orlicky 1975): as one order, so per-order lines
// count once, and rounding and yield are applied to the sum. It ends with the first error: *QuantityError,
// *OverflowError. O(l + p·log p) for l lines and p parts reached.
func (s *Structure) Summarised(want ...Amount) iter.Seq2[Total, error] {
	want = slices.Clone(want)
	return func(yield func(Total, error) bool) {
		x := &summary{Structure: s, totals: levelled[Total]{network: s.network, at: map[PartID]int32{}}, asked: map[PartID]bool{}}
		if err := x.run(want, yield); err != nil {
			yield(Total{}, err)
		}
	}
}

// summary is one summarised explosion under way.
type summary struct {
	*Structure
	totals levelled[Total]
	asked  map[PartID]bool
}

func (x *summary) run(want []Amount, yield func(Total, error) bool) error {
	for _, a := range want {
		if err := x.network.checkAmount(a); err != nil {
			return err
		}
		x.asked[a.Part] = true
		if err := x.add(a, nil); err != nil {
			return err
		}
	}
	for level := range x.totals.levels() {
		for _, at := range x.totals.sorted(level) {
			if err := x.explode(at); err != nil {
				return err
			}
			if !yield(x.totals.values[at], nil) {
				return nil
			}
		}
	}
	return nil
}

// add sums a requirement of a part, or a by-product.
func (x *summary) add(a Amount, line *Component) error {
	t := x.totals.of(a.Part)
	t.Part, t.LowLevelCode, t.Phantom = a.Part, int(x.network.level[a.Part]), x.network.phantoms[a.Part]
	sum := &t.Quantity
	if a.Quantity < 0 {
		sum = &t.ByProduct
	}
	v, ok := fixed.Add(int64(*sum), int64(a.Quantity))
	if !ok {
		return x.network.overflow(a.Part, line)
	}
	*sum = Quantity(v)
	return nil
}

// explode adds what a finished total requires; components have higher low-level codes.
func (x *summary) explode(at int32) error {
	n := x.network
	t := &x.totals.values[at]
	b := x.bill(t.Part, x.sel.Bought || x.asked[t.Part])
	if t.Quantity == 0 || b.lines.From == b.lines.To {
		return nil
	}
	start, err := x.start(t.Part, t.Quantity, b)
	if err != nil {
		return err
	}
	t.Start = start // before add, which may move the totals
	for l := b.lines.From; l < b.lines.To; l++ {
		if !x.follows(l, b.lines) {
			continue
		}
		c := &n.Components[l]
		q, ok := c.Requirement(start, int(n.decimals[c.Part]))
		if !ok {
			return n.overflow(c.Part, c)
		}
		if err := x.add(Amount{c.Part, q}, c); err != nil {
			return err
		}
	}
	return nil
}

// levelled holds a value for each part that a search reaches, by low-level code.
type levelled[T any] struct {
	network *Network
	at      map[PartID]int32 // in values
	values  []T
	parts   []PartID  // of values
	byLevel [][]int32 // values of a low-level code, in order of arrival
}

// of is the value of a part, a new one the first time. It is valid until the next call.
func (v *levelled[T]) of(p PartID) *T {
	i, ok := v.at[p]
	if !ok {
		i = int32(len(v.values))
		v.at[p] = i
		v.values = append(v.values, *new(T))
		v.parts = append(v.parts, p)
		for level := int(v.network.level[p]); level >= len(v.byLevel); {
			v.byLevel = append(v.byLevel, nil)
		}
		level := v.network.level[p]
		v.byLevel[level] = append(v.byLevel[level], i)
	}
	return &v.values[i]
}

// levels are the low-level codes upward, as far as parts were reached by then.
func (v *levelled[T]) levels() iter.Seq[int] {
	return func(yield func(int) bool) {
		for level := 0; level < len(v.byLevel); level++ {
			if !yield(level) {
				return
			}
		}
	}
}

// sorted are the values of a low-level code in part order.
func (v *levelled[T]) sorted(level int) []int32 {
	at := v.byLevel[level]
	slices.SortFunc(at, func(a, b int32) int { return int(v.parts[a] - v.parts[b]) })
	return at
}
