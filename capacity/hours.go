package capacity

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/taktplan/takt/bom"
)

// Span is a stretch of time in seconds since 1970: From belongs to it, To does not.
type Span struct{ From, To int64 }

// Hours is working time to the second: a calendar's shifts in a time zone, less
// closures, plus overtime. Stretches that touch are one. The nil Hours works always. It is
// immutable and safe for any number of readers; With shares all blocks that a change
// does not touch, so that a machine with a breakdown costs a few kilobytes.
//
// A calendar is known for a window of time only. Past its end no work can be placed: Add
// and its like then report false, and callers make a *CalendarEndError of it. Add, Sub and
// Between take O(log stretches).
type Hours struct {
	id     string
	window Span
	blocks []hoursBlock
}

// hoursBlock is up to hoursBlockSize stretches.
type hoursBlock struct {
	spans  []Span
	done   []int64 // working seconds of the block before each span
	before int64   // working seconds before the block
	total  int64   // working seconds of the block
}

const hoursBlockSize = 128

// CalendarEndError is work that does not fit before the end of what is known of a calendar.
type CalendarEndError struct {
	Calendar string
	From     int64 // seconds since 1970
	Need     int64 // seconds of work
	End      int64 // of the calendar
}

func (e *CalendarEndError) Error() string {
	name := e.Calendar
	if name == "" {
		name = "without a name"
	}
	return fmt.Sprintf("calendar %s has no %d s of working time between %s and %s: extend its days, open shifts or shorten the operation",
		name, e.Need, time.Unix(e.From, 0).UTC().Format(time.RFC3339), time.Unix(e.End, 0).UTC().Format(time.RFC3339))
}

// NewHours is working time from stretches, in any order; stretches that overlap or touch
// become one. window bounds what is known.
func NewHours(id string, window Span, spans []Span) *Hours {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	h := &Hours{id: id, window: window}
	h.fill(merge(spans, window))
	return h
}

// merge joins sorted stretches that overlap or touch, inside the window.
func merge(spans []Span, window Span) []Span {
	out := spans[:0]
	for _, s := range spans {
		s = Span{max(s.From, window.From), min(s.To, window.To)}
		if s.From >= s.To {
			continue
		}
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (h *Hours) fill(spans []Span) {
	for part := range slices.Chunk(spans, hoursBlockSize) {
		h.blocks = append(h.blocks, newHoursBlock(part))
	}
	h.renumber()
}

func newHoursBlock(spans []Span) hoursBlock {
	b := hoursBlock{spans: spans, done: make([]int64, len(spans))}
	for i, s := range spans {
		b.done[i] = b.total
		b.total += s.To - s.From
	}
	return b
}

func (h *Hours) renumber() {
	sum := int64(0)
	for i := range h.blocks {
		h.blocks[i].before = sum
		sum += h.blocks[i].total
	}
}

// Hours compiles the calendar to seconds in a zone, for whole days that begin in [from, to).
func (c *Calendar) Hours(zone *time.Location, from, to bom.Day) *Hours {
	if c == nil {
		return nil
	}
	var spans []Span
	for d := from - 1; d < to; d++ { // a shift of the day before may reach into the first
		for _, s := range c.Shifts(d) {
			spans = append(spans, Span{d.Clock(s.From, zone), d.Clock(s.To, zone)})
		}
	}
	return NewHours(c.ID, Span{from.Begin(zone), to.Begin(zone)}, spans)
}

// ID is the calendar's id, empty for hours that always work.
func (h *Hours) ID() string {
	if h == nil {
		return ""
	}
	return h.id
}

// Always reports whether every second works, without an end.
func (h *Hours) Always() bool { return h == nil }

// Window is what is known of the hours. It is unbounded for the nil Hours.
func (h *Hours) Window() Span {
	if h == nil {
		return Span{-Never, Never}
	}
	return h.window
}

// Never is a time that no schedule reaches.
const Never = int64(1) << 60

// With is the working time with stretches added and then others taken away. It
// shares what does not change. For the nil Hours it is bounded by the widest
// window that Hours know.
func (h *Hours) With(add, remove []Span) *Hours {
	if len(remove) == 0 && (len(add) == 0 || h == nil) {
		return h
	}
	out := &Hours{window: Span{-Never, Never}, blocks: []hoursBlock{newHoursBlock([]Span{{-Never, Never}})}}
	if h != nil {
		out = &Hours{id: h.id, window: h.window, blocks: slices.Clone(h.blocks)}
	}
	for _, s := range add {
		out.change(s, true)
	}
	for _, s := range remove {
		out.change(s, false)
	}
	out.renumber()
	return out
}

// change adds or removes one stretch in place; blocks that it touches are made anew.
func (h *Hours) change(s Span, add bool) {
	s = Span{max(s.From, h.window.From), min(s.To, h.window.To)}
	if s.From >= s.To {
		return
	}
	// Blocks that touch s, stretches that end at its beginning included.
	first := sort.Search(len(h.blocks), func(i int) bool { b := &h.blocks[i]; return b.spans[len(b.spans)-1].To >= s.From })
	last := sort.Search(len(h.blocks), func(i int) bool { return h.blocks[i].spans[0].From > s.To })
	var spans []Span
	for i := first; i < last; i++ {
		for _, x := range h.blocks[i].spans {
			if add || x.To <= s.From || x.From >= s.To {
				spans = append(spans, x)
				continue
			}
			if x.From < s.From {
				spans = append(spans, Span{x.From, s.From})
			}
			if x.To > s.To {
				spans = append(spans, Span{s.To, x.To})
			}
		}
	}
	if add {
		at := sort.Search(len(spans), func(i int) bool { return spans[i].From > s.From })
		spans = merge(slices.Insert(spans, at, s), h.window)
	}
	var blocks []hoursBlock
	for part := range slices.Chunk(spans, hoursBlockSize) {
		blocks = append(blocks, newHoursBlock(slices.Clone(part)))
	}
	h.blocks = slices.Concat(h.blocks[:first], blocks, h.blocks[last:])
}

// Intersect is the time in which both work.
func Intersect(a, b *Hours) *Hours {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	}
	window := Span{max(a.window.From, b.window.From), min(a.window.To, b.window.To)}
	window.To = max(window.To, window.From)
	id := a.id
	switch {
	case id == "":
		id = b.id
	case b.id != "" && b.id != id:
		id += "+" + b.id
	}
	var spans []Span
	for x := range a.Spans(window.From, window.To) {
		for y := range b.Spans(x.From, x.To) {
			spans = append(spans, y)
		}
	}
	return NewHours(id, window, spans)
}

// find is the first stretch that ends after t.
func (h *Hours) find(t int64) (block, span int, ok bool) {
	lo, hi := 0, len(h.blocks)
	for lo < hi {
		mid := (lo + hi) / 2
		b := &h.blocks[mid]
		if b.spans[len(b.spans)-1].To > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	if lo == len(h.blocks) {
		return 0, 0, false
	}
	spans := h.blocks[lo].spans
	i, j := 0, len(spans)
	for i < j {
		mid := (i + j) / 2
		if spans[mid].To > t {
			j = mid
		} else {
			i = mid + 1
		}
	}
	return lo, i, true
}

// Next is the rest of the first stretch that ends after t: work can begin at its From ≥ t.
func (h *Hours) Next(t int64) (Span, bool) {
	if h == nil {
		return Span{t, Never}, true
	}
	b, i, ok := h.find(t)
	if !ok {
		return Span{}, false
	}
	s := h.blocks[b].spans[i]
	return Span{max(t, s.From), s.To}, true
}

// Before is the part before t of the last stretch that begins before t: work can end
// at its To ≤ t.
func (h *Hours) Before(t int64) (Span, bool) {
	if h == nil {
		return Span{-Never, t}, true
	}
	b := sort.Search(len(h.blocks), func(i int) bool { return h.blocks[i].spans[0].From >= t }) - 1
	if b < 0 {
		return Span{}, false
	}
	spans := h.blocks[b].spans
	s := spans[sort.Search(len(spans), func(i int) bool { return spans[i].From >= t })-1]
	return Span{s.From, min(t, s.To)}, true
}

// worked are the working seconds of the window before t.
func (h *Hours) worked(t int64) int64 {
	b, i, ok := h.find(t)
	if !ok {
		if n := len(h.blocks); n > 0 {
			return h.blocks[n-1].before + h.blocks[n-1].total
		}
		return 0
	}
	block := &h.blocks[b]
	return block.before + block.done[i] + max(0, t-block.spans[i].From)
}

// Between are the working seconds from a to b; 0 if b is before a.
func (h *Hours) Between(a, b int64) int64 {
	if b <= a {
		return 0
	}
	if h == nil {
		return b - a
	}
	return h.worked(b) - h.worked(a)
}

// Add places n seconds of work at or after t: it begins at the first working second and
// ends when the work is done, over non-working time if need be. With n = 0 it is an instant of
// working time. ok is false when the calendar ends first.
func (h *Hours) Add(t, n int64) (start, end int64, ok bool) {
	if h == nil {
		return t, t + n, true
	}
	b, i, ok := h.find(t)
	if !ok {
		return 0, 0, false
	}
	block := &h.blocks[b]
	s := block.spans[i]
	start = max(t, s.From)
	if end = start + n; end <= s.To {
		return start, end, true
	}
	goal := block.done[i] + start - s.From + n // of the block's working seconds
	if goal > block.total {
		goal += block.before
		b += sort.Search(len(h.blocks)-b, func(k int) bool { x := &h.blocks[b+k]; return x.before+x.total >= goal })
		if b == len(h.blocks) {
			return 0, 0, false
		}
		block = &h.blocks[b]
		goal -= block.before
	}
	i = sort.Search(len(block.spans), func(k int) bool { return block.done[k] >= goal }) - 1
	return start, block.spans[i].From + goal - block.done[i], true
}

// Sub places n seconds of work that end at or before t, as late as can be: it ends in
// the last working second before t. ok is false when the calendar begins later.
func (h *Hours) Sub(t, n int64) (start, end int64, ok bool) {
	if h == nil {
		return t - n, t, true
	}
	s, ok := h.Before(t)
	if !ok {
		return 0, 0, false
	}
	end = s.To
	if start = end - n; start >= s.From {
		return start, end, true
	}
	goal := h.worked(end) - n // working seconds before the start
	if goal < 0 {
		return 0, 0, false
	}
	b := sort.Search(len(h.blocks), func(k int) bool { x := &h.blocks[k]; return x.before+x.total > goal })
	block := &h.blocks[b]
	goal -= block.before
	i := sort.Search(len(block.spans), func(k int) bool { return block.done[k] > goal }) - 1
	return block.spans[i].From + goal - block.done[i], end, true
}

// AddWhole places n seconds of work that may not be interrupted at or after t.
func (h *Hours) AddWhole(t, n int64) (start, end int64, ok bool) {
	if h == nil {
		return t, t + n, true
	}
	b, i, ok := h.find(t)
	if !ok {
		return 0, 0, false
	}
	for ; b < len(h.blocks); b, i = b+1, 0 {
		for _, s := range h.blocks[b].spans[i:] {
			if start = max(t, s.From); start+n <= s.To {
				return start, start + n, true
			}
		}
	}
	return 0, 0, false
}

// SubWhole places n seconds of work that may not be interrupted, to end at or before t as late as can be.
func (h *Hours) SubWhole(t, n int64) (start, end int64, ok bool) {
	if h == nil {
		return t - n, t, true
	}
	for {
		s, ok := h.Before(t)
		if !ok {
			return 0, 0, false
		}
		if s.To-n >= s.From {
			return s.To - n, s.To, true
		}
		t = s.From
	}
}

// Spans yields the stretches of working time between two instants, cut to them.
func (h *Hours) Spans(from, to int64) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		if from >= to {
			return
		}
		if h == nil {
			yield(Span{from, to})
			return
		}
		b, i, ok := h.find(from)
		for ; ok && b < len(h.blocks); b, i = b+1, 0 {
			for _, s := range h.blocks[b].spans[i:] {
				if s.From >= to || !yield(Span{max(from, s.From), min(to, s.To)}) {
					return
				}
			}
		}
	}
}

// Longest is the longest stretch of working time after t, in seconds.
func (h *Hours) Longest(t int64) int64 {
	longest := int64(0)
	for s := range h.Spans(t, h.Window().To) {
		longest = max(longest, s.To-s.From)
	}
	return longest
}
