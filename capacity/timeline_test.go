package capacity

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/btree"
)

// sorted is a timeline as a sorted slice: slow and obvious.
type sorted []Reservation

func (s *sorted) insert(r Reservation) bool {
	if r.From >= r.To || slices.ContainsFunc(*s, func(x Reservation) bool { return x.From < r.To && r.From < x.To }) {
		return false
	}
	*s = append(*s, r)
	slices.SortFunc(*s, func(a, b Reservation) int { return cmp.Compare(a.From, b.From) })
	return true
}

func (s *sorted) remove(from int64) bool {
	n := len(*s)
	*s = slices.DeleteFunc(*s, func(x Reservation) bool { return x.From == from })
	return len(*s) < n
}

func (s sorted) at(at int64) (Reservation, bool) {
	for _, r := range s {
		if r.From <= at && at < r.To {
			return r, true
		}
	}
	return Reservation{}, false
}

// gaps are all gaps, those of no length between reservations that touch included.
func (s sorted) gaps() []shownGap {
	list := []shownGap{{Span: Span{-Never, Never}}}
	for _, r := range s {
		last := &list[len(list)-1]
		last.To, last.after = r.From, r
		list = append(list, shownGap{Span{r.To, Never}, r, Reservation{}})
	}
	return list
}

// shownGap is a Gap without pointers.
type shownGap struct {
	Span
	before, after Reservation // zero: none
}

func show(g Gap) shownGap {
	s := shownGap{Span: g.Span}
	if g.Before != nil {
		s.before = *g.Before
	}
	if g.After != nil {
		s.after = *g.After
	}
	return s
}

// earliest tries every second.
func (s sorted) earliest(h *Hours, ready, work int64, whole bool, limit int64) placed {
	for t := ready; t <= limit; t++ {
		step := h.Add
		if whole {
			step = h.AddWhole
		}
		start, end, ok := step(t, work)
		if !ok {
			return placed{}
		}
		if start == t && s.free(start, end) {
			return placed{start, end, true}
		}
	}
	panic("the limit is too near")
}

func (s sorted) latest(h *Hours, deadline, work int64, whole bool, limit int64) placed {
	for t := deadline; t >= limit; t-- {
		step := h.Sub
		if whole {
			step = h.SubWhole
		}
		start, end, ok := step(t, work)
		if !ok {
			return placed{}
		}
		if end == t && s.free(start, end) {
			return placed{start, end, true}
		}
	}
	panic("the limit is too near")
}

// free reports whether nothing is reserved from start to end. No work at all needs an
// instant that is not inside a reservation.
func (s sorted) free(start, end int64) bool {
	return !slices.ContainsFunc(s, func(x Reservation) bool { return x.From < end && start < x.To })
}

// A day on a machine: reservations may touch but not overlap, and the gaps between are found.
func TestTimelineOfADay(t *testing.T) {
	var day Timeline
	for _, x := range []struct {
		from, to int64
		want     bool
	}{
		{8, 10, true}, {12, 14, true}, {10, 11, true}, // touches the first
		{9, 10, false}, {7, 9, false}, {7, 20, false}, {12, 14, false}, {13, 13, false}, {15, 14, false}, {13, 20, false},
		{11, 12, true}, // fills the gap
		{20, 24, true}, {0, 8, true},
	} {
		equal(t, fmt.Sprint("insert ", x.from, " to ", x.to), day.Insert(Reservation{From: x.from, To: x.to, Ref: int32(x.from)}), x.want)
	}
	equal(t, "Len", day.Len(), 6)
	r, ok := day.At(13)
	equal(t, "who is on at 13", r, Reservation{From: 12, To: 14, Ref: 12})
	equal(t, "someone is", ok, true)
	_, ok = day.At(14) // the end does not belong to it
	equal(t, "no one at 14", ok, false)
	equal(t, "six hours", place(day.EarliestFit(nil, 3, 6, true)), placed{14, 20, true})
	equal(t, "seven hours", place(day.EarliestFit(nil, 3, 7, true)), placed{24, 31, true})
	equal(t, "six hours before the evening", place(day.LatestFit(nil, 22, 6, true)), placed{14, 20, true})
	equal(t, "seven hours before the evening", place(day.LatestFit(nil, 22, 7, true)), placed{-7, 0, true})
	equal(t, "remove what is not there", day.Remove(13), false)
	equal(t, "remove", day.Remove(12), true)
	equal(t, "two hours", place(day.EarliestFit(nil, 3, 2, true)), placed{12, 14, true})

	var empty Timeline
	equal(t, "an empty one", place(empty.EarliestFit(nil, 3, 2, true)), placed{3, 5, true})
	equal(t, "an empty one, backwards", place(empty.LatestFit(nil, 3, 2, false)), placed{1, 3, true})
	equal(t, "nothing to remove", empty.Remove(3), false)
	_, ok = empty.At(3)
	equal(t, "no one", ok, false)
	f := empty.Fork()
	equal(t, "a fork of an empty one", f.Insert(Reservation{From: 1, To: 2}), true)
	equal(t, "stays empty", empty.Len(), 0)
}

// Work that may be interrupted passes over the night, but not over another reservation.
func TestFitOverTheNight(t *testing.T) {
	h := NewHours("H", Span{0, 96}, []Span{{6, 14}, {30, 38}, {54, 62}, {78, 86}})
	var m Timeline
	m.Insert(Reservation{From: 32, To: 34})
	equal(t, "from one day to the next", place(m.EarliestFit(h, 10, 6, false)), placed{10, 32, true})
	equal(t, "but not over the reservation", place(m.EarliestFit(h, 10, 7, false)), placed{34, 57, true})
	equal(t, "in one piece", place(m.EarliestFit(h, 10, 6, true)), placed{54, 60, true})
	equal(t, "backwards", place(m.LatestFit(h, 56, 6, false)), placed{34, 56, true})
	equal(t, "backwards not over the reservation", place(m.LatestFit(h, 56, 7, false)), placed{9, 32, true})
	equal(t, "backwards in one piece", place(m.LatestFit(h, 56, 6, true)), placed{8, 14, true})
	equal(t, "the calendar ends", place(m.EarliestFit(h, 34, 21, false)), placed{})
	equal(t, "the calendar begins", place(m.LatestFit(h, 32, 11, false)), placed{})
	equal(t, "no work in the night", place(m.EarliestFit(h, 20, 0, false)), placed{30, 30, true})
	equal(t, "no work under the reservation", place(m.EarliestFit(h, 33, 0, false)), placed{34, 34, true})
	equal(t, "no work under the reservation, backwards", place(m.LatestFit(h, 33, 0, true)), placed{32, 32, true})
}

// A walk that asked for a wide gap first finds narrow ones next to it afterwards, in blocks that have no wide one.
func TestGapsOfOtherLengths(t *testing.T) {
	var m Timeline
	last := int64(10*timelineBlockSize - 1)
	for i := range last + 1 {
		m.Insert(Reservation{From: i * 10, To: i*10 + 5})
	}
	back := m.Back(Never)
	g, _ := back.Prev(1000)
	equal(t, "behind all", g.Span, Span{last*10 + 5, Never})
	g, _ = back.Prev(5)
	equal(t, "then before the last one", g.Span, Span{last*10 - 5, last * 10})
	g, _ = back.Prev(1000)
	equal(t, "then before all", g.Span, Span{-Never, 0})
	_, ok := back.Prev(0)
	equal(t, "then none", ok, false)

	walk := m.From(-1000)
	g, _ = walk.Next(1000)
	equal(t, "before all", g.Span, Span{-Never, 0})
	g, _ = walk.Next(5)
	equal(t, "then behind the first one", g.Span, Span{5, 10})
	g, _ = walk.Next(1000)
	equal(t, "then behind all", g.Span, Span{last*10 + 5, Never})
	_, ok = walk.Next(0)
	equal(t, "then none", ok, false)
}

// checkBlocks looks at what the searches rely on.
func checkBlocks(t *testing.T, m *Timeline) {
	t.Helper()
	n, end := 0, -Never
	for _, b := range m.blocks {
		if b.n < 1 || b.n > timelineBlockSize {
			t.Fatalf("a block of %d", b.n)
		}
		widest := int64(0)
		for _, r := range b.r[:b.n] {
			if r.From < end || r.From >= r.To {
				t.Fatalf("%v after %d", r, end)
			}
			widest = max(widest, r.From-end)
			end = r.To
			n++
		}
		equal(t, "widest", b.widest, widest)
	}
	equal(t, "Len", m.Len(), n)
}

// compareTimeline asks a timeline and the sorted slice the same questions.
func compareTimeline(t *testing.T, r *rand.Rand, m *Timeline, s sorted, h *Hours, size int64) {
	t.Helper()
	checkBlocks(t, m)
	if got := slices.Collect(m.All()); !slices.Equal(got, s) {
		t.Fatalf("holds %v, want %v", got, s)
	}
	gaps := s.gaps()
	for range 6 {
		at, need := r.Int64N(size+40)-20, r.Int64N(12)
		got, ok := m.At(at)
		want, wantOK := s.at(at)
		equal(t, fmt.Sprintf("At(%d)", at), got, want)
		equal(t, fmt.Sprintf("At(%d)", at), ok, wantOK)

		var forward, backward []shownGap // every next gap may be asked to be of another length
		var wantForward, wantBackward []shownGap
		needs := []int64{need, r.Int64N(12), r.Int64N(12)}
		i := 0
		for _, g := range gaps {
			if g.To >= at && g.To-max(g.From, at) >= needs[i%3] {
				wantForward = append(wantForward, g)
				i++
			}
		}
		i = 0
		for _, g := range slices.Backward(gaps) {
			if g.From <= at && min(g.To, at)-g.From >= needs[i%3] {
				wantBackward = append(wantBackward, g)
				i++
			}
		}
		walk := m.From(at)
		for g, ok := walk.Next(needs[0]); ok; g, ok = walk.Next(needs[len(forward)%3]) {
			forward = append(forward, show(g))
		}
		walk = m.Back(at)
		for g, ok := walk.Prev(needs[0]); ok; g, ok = walk.Prev(needs[len(backward)%3]) {
			backward = append(backward, show(g))
		}
		if !slices.Equal(forward, wantForward) {
			t.Fatalf("gaps of %v from %d: %v, want %v", needs, at, forward, wantForward)
		}
		if !slices.Equal(backward, wantBackward) {
			t.Fatalf("gaps of %v back from %d: %v, want %v", needs, at, backward, wantBackward)
		}
		for _, hours := range []*Hours{nil, h} {
			for _, whole := range []bool{false, true} {
				what := fmt.Sprintf("always %v, whole %v, %d at %d", hours.Always(), whole, need, at)
				equal(t, "EarliestFit, "+what, place(m.EarliestFit(hours, at, need, whole)), s.earliest(hours, at, need, whole, size+100))
				equal(t, "LatestFit, "+what, place(m.LatestFit(hours, at, need, whole)), s.latest(hours, at, need, whole, -100))
			}
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// Random writes and forks agree with sorted slices, and no fork sees what another one writes.
func TestTimelineAgreesWithASlice(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 25 {
		size := int64(50 + r.IntN(1500))
		var shifts []Span
		for at := int64(0); at < size; at += 24 {
			shifts = append(shifts, Span{at + r.Int64N(8), at + 12 + r.Int64N(13)})
		}
		h := NewHours("H", Span{0, size}, shifts)
		type pair struct {
			m *Timeline
			s sorted
		}
		frozen, now := []pair{}, pair{&Timeline{}, nil}
		write := func(p *pair, n int) {
			growing := r.IntN(3) > 0 // or shrinking, down to blocks without a reservation
			for range n {
				if growing == (r.IntN(6) > 0) {
					from := r.Int64N(size)
					x := Reservation{From: from, To: from + r.Int64N(6), Ref: int32(r.Uint32()), Family: 3}
					equal(t, fmt.Sprint("insert ", x), p.m.Insert(x), p.s.insert(x))
				} else {
					from := r.Int64N(size)
					if len(p.s) > 0 && r.IntN(4) > 0 {
						from = p.s[r.IntN(len(p.s))].From
					}
					equal(t, fmt.Sprint("remove ", from), p.m.Remove(from), p.s.remove(from))
				}
			}
		}
		for range 8 {
			write(&now, r.IntN(200))
			compareTimeline(t, r, now.m, now.s, h, size)
			frozen = append(frozen, now)
			// Two forks of one timeline are written by turns; one of them goes on.
			a, b := pair{now.m.Fork(), slices.Clone(now.s)}, pair{now.m.Fork(), slices.Clone(now.s)}
			for range 5 {
				write(&a, r.IntN(10))
				write(&b, r.IntN(10))
			}
			compareTimeline(t, r, a.m, a.s, h, size)
			compareTimeline(t, r, b.m, b.s, h, size)
			frozen, now = append(frozen, a), pair{b.m.Fork(), slices.Clone(b.s)}
		}
		for _, p := range frozen {
			checkBlocks(t, p.m)
			if got := slices.Collect(p.m.All()); !slices.Equal(got, p.s) {
				t.Fatalf("a fork's writes are seen: %v, want %v", got, p.s)
			}
		}
	}
}

// A write to a fork copies one block, or two where the gap before the next block changes, and shares the others.
func TestForkShares(t *testing.T) {
	var m Timeline
	for i := range int64(10 * timelineBlockSize) {
		m.Insert(Reservation{From: i * 10, To: i*10 + 5})
	}
	copied := func(write func(f *Timeline) bool) (n int) {
		f := m.Fork()
		if !write(f) {
			t.Error("not written")
		}
		for _, b := range f.blocks {
			if !slices.Contains(m.blocks, b) {
				n++
			}
		}
		return n
	}
	equal(t, "insert splits the full block", copied(func(f *Timeline) bool { return f.Insert(Reservation{From: 1006, To: 1008}) }), 2)
	equal(t, "insert behind all", copied(func(f *Timeline) bool { return f.Insert(Reservation{From: 100_000, To: 100_001}) }), 1)
	equal(t, "remove within a block", copied(func(f *Timeline) bool { return f.Remove(1000) }), 1)
	equal(t, "remove the last of a block", copied(func(f *Timeline) bool { return f.Remove((timelineBlockSize - 1) * 10) }), 2)
	equal(t, "remove the last of all", copied(func(f *Timeline) bool { return f.Remove((10*timelineBlockSize - 1) * 10) }), 1)
}

// Many goroutines read and fork one timeline; the race detector looks on.
func TestForkInParallel(t *testing.T) {
	var m Timeline
	for i := range int64(500) {
		m.Insert(Reservation{From: i * 10, To: i*10 + 5})
	}
	done := make(chan int64)
	for i := range int64(8) {
		go func() {
			f := m.Fork()
			f.Remove(i * 100)
			f.Insert(Reservation{From: i * 100, To: i*100 + 10})
			start, _, _ := f.EarliestFit(nil, i*100, 5, true)
			done <- start - i*100
		}()
	}
	for range 8 {
		equal(t, "the first gap is full", <-done, 15)
	}
}

// The benchmarks' timelines hold n reservations of 1 to 60 minutes with gaps of 1 to 60 minutes; full
// ones have gaps of a minute, and room for more only at the end.
func benchReservations(n int, full bool) []Reservation {
	r := rand.New(rand.NewPCG(9, 10))
	list := make([]Reservation, n)
	at := int64(1_800_000_000)
	for i := range list {
		gap := int64(60)
		if !full {
			gap *= 1 + r.Int64N(60)
		}
		at += gap
		list[i] = Reservation{From: at, To: at + 60*(1+r.Int64N(60)), Ref: int32(i)}
		at = list[i].To
	}
	return list
}

// benchTimeline is what is measured: Timeline and two others that could have been it.
type benchTimeline interface {
	insert(Reservation) bool
	remove(from int64)
	earliest(h *Hours, ready, work int64) (start, end int64, ok bool)
	fork() benchTimeline
}

type blocksTimeline struct{ *Timeline }

func (b blocksTimeline) insert(r Reservation) bool { return b.Insert(r) }
func (b blocksTimeline) remove(from int64)         { b.Remove(from) }
func (b blocksTimeline) fork() benchTimeline       { return blocksTimeline{b.Fork()} }
func (b blocksTimeline) earliest(h *Hours, ready, work int64) (int64, int64, bool) {
	return b.EarliestFit(h, ready, work, false)
}

type btreeTimeline struct {
	*btree.BTreeG[Reservation]
}

func (b btreeTimeline) remove(from int64) { b.Delete(Reservation{From: from}) }
func (b btreeTimeline) fork() benchTimeline {
	return btreeTimeline{b.Clone()}
}
func (b btreeTimeline) insert(r Reservation) bool {
	fits := true
	b.DescendLessOrEqual(r, func(x Reservation) bool { fits = x.To <= r.From; return false })
	if fits {
		b.AscendGreaterOrEqual(r, func(x Reservation) bool { fits = x.From >= r.To; return false })
	}
	if fits {
		b.ReplaceOrInsert(r)
	}
	return fits
}

func (b btreeTimeline) earliest(h *Hours, ready, work int64) (start, end int64, ok bool) {
	free := ready
	b.DescendLessOrEqual(Reservation{From: ready}, func(x Reservation) bool { free = max(ready, x.To); return false })
	found := false
	b.AscendGreaterOrEqual(Reservation{From: ready}, func(x Reservation) bool {
		if x.From-free >= work {
			if start, end, ok = h.Add(free, work); !ok || end <= x.From {
				found = true
				return false
			}
		}
		free = max(free, x.To)
		return true
	})
	if !found {
		return h.Add(free, work)
	}
	return start, end, ok
}

type sliceTimeline struct{ list []Reservation }

func (s *sliceTimeline) find(from int64) int {
	i, _ := slices.BinarySearchFunc(s.list, from, func(x Reservation, from int64) int { return cmp.Compare(x.From, from) })
	return i
}
func (s *sliceTimeline) remove(from int64) {
	i := s.find(from)
	s.list = slices.Delete(s.list, i, i+1)
}
func (s *sliceTimeline) fork() benchTimeline { return &sliceTimeline{slices.Clone(s.list)} }
func (s *sliceTimeline) insert(r Reservation) bool {
	i := s.find(r.From)
	if i > 0 && s.list[i-1].To > r.From || i < len(s.list) && s.list[i].From < r.To {
		return false
	}
	s.list = slices.Insert(s.list, i, r)
	return true
}

func (s *sliceTimeline) earliest(h *Hours, ready, work int64) (start, end int64, ok bool) {
	i, free := s.find(ready), ready
	if i > 0 {
		free = max(free, s.list[i-1].To)
	}
	for ; i < len(s.list); i++ {
		if s.list[i].From-free >= work {
			if start, end, ok = h.Add(free, work); !ok || end <= s.list[i].From {
				return start, end, ok
			}
		}
		free = max(free, s.list[i].To)
	}
	return h.Add(free, work)
}

var benchTimelines = []struct {
	name string
	of   func([]Reservation) benchTimeline
}{
	{"blocks", func(list []Reservation) benchTimeline { return fill(blocksTimeline{&Timeline{}}, list) }},
	{"btree", func(list []Reservation) benchTimeline {
		return fill(btreeTimeline{btree.NewG(32, func(a, b Reservation) bool { return a.From < b.From })}, list)
	}},
	{"slice", func(list []Reservation) benchTimeline { return fill(&sliceTimeline{}, list) }},
}

// fill inserts in any order, as a scheduler does.
func fill(m benchTimeline, list []Reservation) benchTimeline {
	for _, i := range rand.New(rand.NewPCG(11, 12)).Perm(len(list)) {
		m.insert(list[i])
	}
	return m
}

func benchHours() *Hours {
	var shifts []Span
	for at := int64(1_800_000_000); at < 1_900_000_000; at += 86400 {
		shifts = append(shifts, Span{at, at + 16*hour})
	}
	return NewHours("H", Span{1_800_000_000, 1_900_000_000}, shifts)
}

// The others measured are timelines too: they find what Timeline finds.
func TestBenchTimelinesAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, full := range []bool{false, true} {
		list := benchReservations(300, full)
		first := benchTimelines[0].of(list)
		for _, x := range benchTimelines[1:] {
			other := x.of(list)
			for range 300 {
				at, work := list[r.IntN(len(list))].From+r.Int64N(8000)-4000, r.Int64N(5000)
				equal(t, x.name, place(other.earliest(nil, at, work)), place(first.earliest(nil, at, work)))
				equal(t, x.name, place(other.earliest(benchHours(), at, work)), place(first.earliest(benchHours(), at, work)))
				more := Reservation{From: at, To: at + 1 + r.Int64N(200)}
				equal(t, x.name+" insert", other.fork().insert(more), first.fork().insert(more))
			}
		}
	}
}

const benchSize = 1000

// BenchmarkTimelineInsert inserts into gaps of a timeline of 1,000 to 1,063 reservations.
func BenchmarkTimelineInsert(b *testing.B) {
	const batch = 64
	list := benchReservations(benchSize, false)
	for _, x := range benchTimelines {
		b.Run(x.name, func(b *testing.B) {
			m, r := x.of(list), rand.New(rand.NewPCG(15, 16))
			b.ReportAllocs()
			for done := 0; done < b.N; done += batch {
				b.StopTimer()
				places := r.Perm(benchSize - 1)[:batch]
				b.StartTimer()
				for _, i := range places {
					if !m.insert(Reservation{From: list[i].To, To: list[i].To + 60}) {
						b.Fatal("does not fit")
					}
				}
				b.StopTimer()
				for _, i := range places {
					m.remove(list[i].To)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkTimelineEarliestFit looks for half an hour to an hour from anywhere in the first
// tenth of 1,000 reservations: in gaps of which a few do, in a full timeline, where it fits only behind all, and in shifts.
func BenchmarkTimelineEarliestFit(b *testing.B) {
	for _, kind := range []struct {
		name  string
		full  bool
		hours *Hours
	}{{"gaps", false, nil}, {"shifts", false, benchHours()}, {"full", true, nil}} {
		list := benchReservations(benchSize, kind.full)
		for _, x := range benchTimelines {
			b.Run(kind.name+"/"+x.name, func(b *testing.B) {
				m, r := x.of(list), rand.New(rand.NewPCG(17, 18))
				var asks [1024][2]int64
				for i := range asks {
					asks[i] = [2]int64{list[r.IntN(benchSize/10)].From, 60 * (30 + r.Int64N(30))}
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					ask := &asks[i%len(asks)]
					if _, _, ok := m.earliest(kind.hours, ask[0], ask[1]); !ok {
						b.Fatal("the hours end")
					}
				}
			})
		}
	}
}

// BenchmarkTimelineFork forks a timeline of 1,000 reservations and inserts one, as a move of a search does.
func BenchmarkTimelineFork(b *testing.B) {
	list := benchReservations(benchSize, false)
	for _, x := range benchTimelines {
		b.Run(x.name, func(b *testing.B) {
			m, r := x.of(list), rand.New(rand.NewPCG(19, 20))
			b.ReportAllocs()
			for b.Loop() {
				end := list[r.IntN(benchSize-1)].To
				if !m.fork().insert(Reservation{From: end, To: end + 60}) {
					b.Fatal("does not fit")
				}
			}
		})
	}
}
