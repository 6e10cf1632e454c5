package capacity

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
)

// LoadProfile holds, by work centre and bucket, the machine time that there is and the
// time that work asks for (Vollmann, Berry, Whybark & Jacobs, Manufacturing Planning and
// Control, on capacity planning: the load profile of rough-cut planning and of CRP). Of a pool
// of operators or tools it is the time of its units.
//
// One goroutine fills a profile; then any number may read it. Times are exact; sums
// beyond MaxTime count as that. It takes 24 bytes a work centre and bucket.
type LoadProfile struct {
	shop    *Shop
	hours   *MachineHours
	buckets Buckets
	cells   []loadCell // by centre, then bucket
	beyond  time.Duration
}

type loadCell struct{ available, setup, run time.Duration }

// Load is a row of a profile.
type Load struct {
	WorkCentre  string
	From, To    int64   // of the bucket, in seconds since 1970
	First, Last bom.Day // its days
	Available   time.Duration
	Setup, Run  time.Duration
	Unlimited   bool // of kind infinite: no load is too much
}

// Asked is setup and run time together.
func (l *Load) Asked() time.Duration { return plus(l.Setup, l.Run) }

// Gap is the load beyond what is available; 0 if it fits.
func (l *Load) Gap() time.Duration {
	if l.Unlimited {
		return 0
	}
	return max(0, l.Asked()-l.Available)
}

// Free is the available time without load.
func (l *Load) Free() time.Duration { return max(0, l.Available-l.Asked()) }

// loadPlaces are the decimals of a load fraction.
const loadPlaces = 4

// Fraction is the load as a share of what is available, half up to four decimals; false when
// nothing is available.
func (l *Load) Fraction() (decimal.Decimal, bool) { return fraction(l.Asked(), l.Available) }

func fraction(asked, available time.Duration) (decimal.Decimal, bool) {
	if available == 0 {
		return decimal.Zero, false
	}
	return decimal.NewFromInt(int64(asked)).DivRound(decimal.NewFromInt(int64(available)), loadPlaces), true
}

// NewLoadProfile is a profile without work. What is available is the working time
// of all machines from the planning start on, closures and overtime of downtime included, less
// absences of a pool's units. hours must know the buckets' days.
func (s *Shop) NewLoadProfile(hours *MachineHours, buckets Buckets) *LoadProfile {
	p := &LoadProfile{shop: s, hours: hours, buckets: buckets, cells: make([]loadCell, len(s.Centres)*buckets.Len())}
	for c := range s.Centres {
		for b := range buckets.Len() {
			span := buckets.Span(b)
			p.cells[c*buckets.Len()+b].available = s.machineTime(hours, int32(c), max(span.From, buckets.start), span.To)
		}
	}
	return p
}

// machineTime is the working time of all machines of a centre between two instants.
func (s *Shop) machineTime(hours *MachineHours, centre int32, from, to int64) time.Duration {
	machines := s.Centres[centre].Machines.Or(1)
	total, away := time.Duration(0), time.Duration(0)
	if list := hours.centres[centre]; len(list) == 1 {
		total = times(times(time.Second, list[0].Between(from, to)), int64(machines))
	} else {
		for _, h := range list {
			total = plus(total, times(time.Second, h.Between(from, to)))
		}
	}
	for _, a := range hours.absent[centre] {
		away = plus(away, times(time.Second, hours.Machine(centre, a.Machine-1).Between(max(a.From, from), min(a.To, to))))
	}
	return max(0, total-away)
}

// Buckets are the profile's buckets.
func (p *LoadProfile) Buckets() *Buckets { return &p.buckets }

// Beyond is the work after the last bucket.
func (p *LoadProfile) Beyond() time.Duration { return p.beyond }

// put adds work to a bucket.
func (p *LoadProfile) put(centre int32, bucket int, setup, run time.Duration) {
	if bucket >= p.buckets.Len() {
		p.beyond = plus(p.beyond, plus(setup, run))
		return
	}
	c := &p.cells[int(centre)*p.buckets.Len()+bucket]
	c.setup, c.run = plus(c.setup, setup), plus(c.run, run)
}

// Add puts work into the bucket of an instant; what is before the first bucket is still to be done, in the first.
func (p *LoadProfile) Add(centre int32, at int64, setup, run time.Duration) {
	p.put(centre, p.buckets.At(at), setup, run)
}

// Spread puts an operation of a schedule, on a machine with these hours, into the buckets in
// which it really works: setup from start to setupEnd, run from there to end. What lies before the
// planning start is over and does not count. O(buckets touched · log stretches).
func (p *LoadProfile) Spread(centre int32, hours *Hours, start, setupEnd, end int64) {
	start = max(start, p.buckets.start)
	for b := p.buckets.At(start); b < p.buckets.Len() && p.buckets.borders[b] < end; b++ {
		s := p.buckets.Span(b)
		from, to := max(s.From, start), min(s.To, end)
		setup := hours.Between(from, min(setupEnd, to))
		run := hours.Between(max(setupEnd, from), to)
		p.put(centre, b, times(time.Second, setup), times(time.Second, run))
	}
	last := p.buckets.borders[len(p.buckets.borders)-1]
	p.beyond = plus(p.beyond, times(time.Second, hours.Between(max(last, start), end)))
}

// Distribute puts work that is done somewhen between two instants into their buckets, in
// proportion to the centre's working time there, setup first; the parts sum exactly. Without working
// time it stands in the bucket of the last instant. Time before the planning start does not count: work
// of a window that is over stands in the first bucket. each, when set, is told every part.
func (p *LoadProfile) Distribute(centre int32, from, to int64, setup, run time.Duration, each func(bucket int, setup, run time.Duration)) {
	from = max(from, p.buckets.start)
	to = max(to, from+1)
	put := func(bucket int, setup, run time.Duration) {
		p.put(centre, bucket, setup, run)
		if each != nil && setup+run > 0 {
			each(bucket, setup, run)
		}
	}
	whole := p.hours.working(centre, from, to)
	first, last := p.buckets.At(from), p.buckets.At(to-1)
	if whole == 0 || first == last {
		put(last, setup, run)
		return
	}
	all := plus(setup, run)
	worked, done := int64(0), time.Duration(0)
	for b := first; b <= last; b++ {
		end := to
		if b < p.buckets.Len() {
			s := p.buckets.Span(b)
			end = min(end, s.To)
		}
		worked += p.hours.working(centre, from, end)
		from = end
		now := share(all, worked, whole)
		s := max(0, min(now, setup)-min(done, setup))
		put(b, s, now-done-s)
		done = now
	}
}

// working are the seconds in which machines of a centre work between two instants, summed over them where they differ.
func (m *MachineHours) working(centre int32, from, to int64) int64 {
	sum := int64(0)
	for _, h := range m.centres[centre] {
		sum += h.Between(from, to)
	}
	return sum
}

// Load is the row of a centre and bucket.
func (p *LoadProfile) Load(centre int32, bucket int) Load {
	w, c, s := &p.shop.Centres[centre], p.cells[int(centre)*p.buckets.Len()+bucket], p.buckets.Span(bucket)
	first, last := p.buckets.Days(bucket)
	return Load{WorkCentre: w.ID, From: s.From, To: s.To, First: first, Last: last, Available: c.available, Setup: c.setup, Run: c.run, Unlimited: w.Kind == Infinite}
}

// Of yields the rows of a centre by time.
func (p *LoadProfile) Of(centre int32) iter.Seq[Load] {
	return func(yield func(Load) bool) {
		for b := range p.buckets.Len() {
			if !yield(p.Load(centre, b)) {
				return
			}
		}
	}
}

// Rows yields all rows by work centre and time.
func (p *LoadProfile) Rows() iter.Seq[Load] {
	return func(yield func(Load) bool) {
		for c := range p.shop.Centres {
			for l := range p.Of(int32(c)) {
				if !yield(l) {
					return
				}
			}
		}
	}
}

// Bottleneck is what a profile says of a work centre over all buckets.
type Bottleneck struct {
	Centre     int32 // in Shop.Centres
	WorkCentre string
	Available  time.Duration
	Setup, Run time.Duration
	// Overload is the most by which the load up to a bucket exceeds what is available up
	// to it: what cannot be done in time even if all is done as early as there is room.
	Overload time.Duration
	First    int           // the first bucket that ends with such an excess; -1: none
	Worst    int           // the bucket that ends with the largest; -1: none
	Gap      time.Duration // of single buckets, summed
	Gaps     int           // how many buckets have one
}

// Asked is setup and run time together.
func (b *Bottleneck) Asked() time.Duration { return plus(b.Setup, b.Run) }

// Fraction is the load as a share of what is available; see Load.Fraction.
func (b *Bottleneck) Fraction() (decimal.Decimal, bool) { return fraction(b.Asked(), b.Available) }

// Bottlenecks ranks the work centres that have work: by overload, then load fraction, both
// falling, then id. Centres of kind infinite are none. O(centres · buckets).
func (p *LoadProfile) Bottlenecks() []Bottleneck {
	var out []Bottleneck
	for c := range p.shop.Centres {
		if b := p.sum(int32(c)); b.Asked() > 0 && p.shop.Centres[c].Kind != Infinite {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b Bottleneck) int {
		return cmp.Or(cmp.Compare(b.Overload, a.Overload), compareFractions(&b, &a), strings.Compare(a.WorkCentre, b.WorkCentre))
	})
	return out
}

// compareFractions compares asked ÷ available of two centres with work, exactly; without available time
// it is larger than any number.
func compareFractions(a, b *Bottleneck) int {
	hi1, lo1 := bits.Mul64(uint64(a.Asked()), uint64(b.Available))
	hi2, lo2 := bits.Mul64(uint64(b.Asked()), uint64(a.Available))
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

func (p *LoadProfile) sum(centre int32) Bottleneck {
	out := Bottleneck{Centre: centre, WorkCentre: p.shop.Centres[centre].ID, First: -1, Worst: -1}
	b := 0
	for l := range p.Of(centre) {
		out.Available, out.Setup, out.Run = plus(out.Available, l.Available), plus(out.Setup, l.Setup), plus(out.Run, l.Run)
		if gap := l.Gap(); gap > 0 {
			out.Gap, out.Gaps = plus(out.Gap, gap), out.Gaps+1
		}
		if excess := out.Asked() - out.Available; excess > 0 {
			if out.First < 0 {
				out.First = b
			}
			if excess > out.Overload {
				out.Overload, out.Worst = excess, b
			}
		}
		b++
	}
	return out
}
