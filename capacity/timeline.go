package capacity

import (
	"iter"
	"sort"
)

// Reservation occupies a machine from From to To, in seconds since 1970.
type Reservation struct {
	From, To int64
	Ref      int32 // what occupies it: the caller's number
	Family   int32 // the setup family that it leaves; the caller's number
}

// Timeline holds the reservations of one machine, which do not overlap, in the
// order of time. It finds gaps: the earliest after a time, the latest before one.
//
// Reservations stand in blocks of at most 64, each with the widest gap before
// one of its reservations, so that a search passes over blocks without a gap that could do.
// A fork shares all blocks; a block is copied when it is first written to. (A google/btree of
// the same degree was measured too: see benchmarks/README.md. It cannot carry the gaps, and was slower
// to search and to insert into.)
//
// One goroutine writes a timeline. Once it was forked it must not be written any more;
// then any number of goroutines may read and fork it.
type Timeline struct {
	blocks []*timelineBlock
	owner  *timelineOwner // of the blocks that may be written in place
	n      int
}

// timelineOwner has a size, so that any two are different.
type timelineOwner struct{ _ byte }

const timelineBlockSize = 64

type timelineBlock struct {
	owner  *timelineOwner
	widest int64 // gap before one of the reservations; the first one's reaches back to the block before
	n      int32
	r      [timelineBlockSize]Reservation
}

// Len is the number of reservations.
func (t *Timeline) Len() int { return t.n }

// Fork is a timeline with the same reservations, which shares memory with this one.
func (t *Timeline) Fork() *Timeline {
	return &Timeline{blocks: append(make([]*timelineBlock, 0, len(t.blocks)+1), t.blocks...), owner: &timelineOwner{}, n: t.n}
}

// block is the first block whose last reservation ends after at.
func (t *Timeline) block(at int64) int {
	lo, hi := 0, len(t.blocks)
	for lo < hi {
		mid := (lo + hi) / 2
		if b := t.blocks[mid]; b.r[b.n-1].To > at {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// within is the first reservation of the block that ends after at.
func (b *timelineBlock) within(at int64) int {
	lo, hi := 0, int(b.n)
	for lo < hi {
		mid := (lo + hi) / 2
		if b.r[mid].To > at {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// Insert adds a reservation with From < To. It reports false, and changes nothing,
// if that would overlap another.
func (t *Timeline) Insert(r Reservation) bool {
	if r.From >= r.To {
		return false
	}
	i := t.block(r.From)
	if i == len(t.blocks) {
		return t.push(r)
	}
	k := t.blocks[i].within(r.From)
	if t.blocks[i].r[k].From < r.To {
		return false
	}
	b := t.own(i)
	if b.n == timelineBlockSize {
		i, k = t.split(i, k)
		b = t.blocks[i]
	}
	copy(b.r[k+1:b.n+1], b.r[k:b.n])
	b.r[k] = r
	b.n++
	t.n++
	t.measure(i) // that of the next block stays: a reservation of this one is behind k
	return true
}

// push adds a reservation behind all others.
func (t *Timeline) push(r Reservation) bool {
	t.n++
	last := len(t.blocks) - 1
	if last < 0 || t.blocks[last].n == timelineBlockSize {
		if t.owner == nil {
			t.owner = &timelineOwner{}
		}
		t.blocks = append(t.blocks, &timelineBlock{owner: t.owner})
		last++
	}
	b := t.own(last)
	b.r[b.n] = r
	b.n++
	b.widest = max(b.widest, r.From-t.endBefore(last, int(b.n)-1))
	return true
}

// own makes block i writable.
func (t *Timeline) own(i int) *timelineBlock {
	b := t.blocks[i]
	if b.owner != t.owner {
		c := *b
		c.owner = t.owner
		b = &c
		t.blocks[i] = b
	}
	return b
}

// split halves the full block i, and says where place k of it is now.
func (t *Timeline) split(i, k int) (block, place int) {
	const half = timelineBlockSize / 2
	left := t.blocks[i]
	right := &timelineBlock{owner: t.owner, n: timelineBlockSize - half}
	copy(right.r[:], left.r[half:])
	left.n = half
	t.blocks = append(t.blocks, nil)
	copy(t.blocks[i+2:], t.blocks[i+1:])
	t.blocks[i+1] = right
	t.measure(i)
	t.measure(i + 1)
	if k >= half {
		return i + 1, k - half
	}
	return i, k
}

// endBefore is the end of the reservation before place k of block i.
func (t *Timeline) endBefore(i, k int) int64 {
	if k > 0 {
		return t.blocks[i].r[k-1].To
	}
	if i > 0 {
		b := t.blocks[i-1]
		return b.r[b.n-1].To
	}
	return -Never
}

// measure finds the widest gap of block i anew.
func (t *Timeline) measure(i int) {
	b := t.blocks[i]
	end := t.endBefore(i, 0)
	b.widest = 0
	for k := range b.r[:b.n] {
		b.widest = max(b.widest, b.r[k].From-end)
		end = b.r[k].To
	}
}

// Remove takes out the reservation that begins at from. It reports whether there was one.
func (t *Timeline) Remove(from int64) bool {
	i := t.block(from)
	if i == len(t.blocks) {
		return false
	}
	k := t.blocks[i].within(from)
	if t.blocks[i].r[k].From != from {
		return false
	}
	b := t.own(i)
	copy(b.r[k:], b.r[k+1:b.n])
	b.n--
	t.n--
	if b.n == 0 {
		t.blocks = append(t.blocks[:i], t.blocks[i+1:]...)
	} else {
		t.measure(i)
		i++
	}
	if k == int(b.n) && i < len(t.blocks) { // it was the last one: the gap before the next block grows
		t.own(i)
		t.measure(i)
	}
	return true
}

// Gap is free time between two reservations.
type Gap struct {
	Span
	Before, After *Reservation // nil: none. They are to be read only, until the timeline is written.
}

// Gaps walks the gaps of a timeline.
type Gaps struct {
	t        *Timeline
	at       int64
	block, k int
	done     bool
}

// From walks forward through the gaps that reach beyond ready.
func (t *Timeline) From(ready int64) Gaps {
	g := Gaps{t: t, at: ready}
	if g.block = t.block(ready); g.block < len(t.blocks) {
		g.k = t.blocks[g.block].within(ready)
	}
	return g
}

// Next is the next gap that holds need seconds at or after ready; the last one has no
// end. Its Span begins at the gap's true beginning, which may be before ready.
func (g *Gaps) Next(need int64) (Gap, bool) {
	t := g.t
	for ; g.block < len(t.blocks); g.block, g.k = g.block+1, 0 {
		b := t.blocks[g.block]
		if b.widest < need {
			continue
		}
		for k := g.k; k < int(b.n); k++ {
			if end := t.endBefore(g.block, k); b.r[k].From-max(end, g.at) >= need {
				g.k = k + 1
				return Gap{Span{end, b.r[k].From}, t.before(g.block, k), &b.r[k]}, true
			}
		}
	}
	if g.done {
		return Gap{}, false
	}
	g.done = true
	return Gap{Span{t.end(), Never}, t.before(len(t.blocks), 0), nil}, true
}

// end is the end of the last reservation.
func (t *Timeline) end() int64 { return t.endBefore(len(t.blocks), 0) }

// before is the reservation before place k of block i.
func (t *Timeline) before(i, k int) *Reservation {
	if k > 0 {
		return &t.blocks[i].r[k-1]
	}
	if i > 0 {
		b := t.blocks[i-1]
		return &b.r[b.n-1]
	}
	return nil
}

// Back walks backwards through the gaps that begin before deadline.
func (t *Timeline) Back(deadline int64) Gaps {
	g := Gaps{t: t, at: deadline}
	g.block = sort.Search(len(t.blocks), func(i int) bool { return t.blocks[i].r[0].From >= deadline })
	if g.block > 0 {
		b := t.blocks[g.block-1]
		if k := sort.Search(int(b.n), func(k int) bool { return b.r[k].From >= deadline }); k < int(b.n) {
			g.block, g.k = g.block-1, k
		}
	}
	return g
}

// Prev is the next gap backwards that holds need seconds at or before the deadline.
func (g *Gaps) Prev(need int64) (Gap, bool) {
	t := g.t
	for !g.done {
		after := (*Reservation)(nil)
		to := Never
		if g.block < len(t.blocks) {
			b := t.blocks[g.block]
			if b.widest < need {
				g.k = 0
				g.back()
				continue
			}
			after, to = &b.r[g.k], b.r[g.k].From
		}
		before, from := t.before(g.block, g.k), t.endBefore(g.block, g.k)
		g.back()
		if min(to, g.at)-from >= need {
			return Gap{Span{from, to}, before, after}, true
		}
	}
	return Gap{}, false
}

// back moves one reservation back.
func (g *Gaps) back() {
	if g.k > 0 {
		g.k--
		return
	}
	if g.block--; g.block < 0 {
		g.done = true
		return
	}
	g.k = int(g.t.blocks[g.block].n) - 1
}

// EarliestFit is the earliest place for work seconds of work at or after ready. whole
// work may not be interrupted by non-working time. ok is false when the hours end first.
func (t *Timeline) EarliestFit(h *Hours, ready, work int64, whole bool) (start, end int64, ok bool) {
	for g := t.From(ready); ; {
		gap, more := g.Next(work)
		if !more {
			return 0, 0, false
		}
		at := max(ready, gap.From)
		if whole {
			start, end, ok = h.AddWhole(at, work)
		} else {
			start, end, ok = h.Add(at, work)
		}
		if !ok {
			return 0, 0, false
		}
		if end <= gap.To {
			return start, end, true
		}
	}
}

// LatestFit is the latest place for work seconds of work that ends at or before deadline.
func (t *Timeline) LatestFit(h *Hours, deadline, work int64, whole bool) (start, end int64, ok bool) {
	for g := t.Back(deadline); ; {
		gap, more := g.Prev(work)
		if !more {
			return 0, 0, false
		}
		at := min(deadline, gap.To)
		if whole {
			start, end, ok = h.SubWhole(at, work)
		} else {
			start, end, ok = h.Sub(at, work)
		}
		if !ok {
			return 0, 0, false
		}
		if start >= gap.From {
			return start, end, true
		}
	}
}

// All yields the reservations in the order of time.
func (t *Timeline) All() iter.Seq[Reservation] {
	return func(yield func(Reservation) bool) {
		for _, b := range t.blocks {
			for k := range b.r[:b.n] {
				if !yield(b.r[k]) {
					return
				}
			}
		}
	}
}

// At is the reservation that occupies the machine at an instant.
func (t *Timeline) At(at int64) (Reservation, bool) {
	if i := t.block(at); i < len(t.blocks) {
		if r := t.blocks[i].r[t.blocks[i].within(at)]; r.From <= at {
			return r, true
		}
	}
	return Reservation{}, false
}

// End is when the last reservation ends; far in the past without any.
func (t *Timeline) End() int64 { return t.end() }
