package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// clock is working time within the schedule's horizon, summed up by Verify itself. The
// nil clock works always. Its steps take O(log stretches).
type clock struct {
	spans []capacity.Span
	done  []int64 // working seconds before each stretch; one more at the end
}

// clocks makes one clock of every set of hours that parts work in.
type clocks struct {
	horizon capacity.Span
	known   map[[3]*capacity.Hours]*clock
}

// of is the clock of the seconds in which all of the hours work.
func (c *clocks) of(hours [3]*capacity.Hours) *clock {
	if hours == ([3]*capacity.Hours{}) {
		return nil
	}
	if k, ok := c.known[hours]; ok {
		return k
	}
	spans := []capacity.Span{c.horizon}
	for _, h := range hours {
		if h != nil {
			spans = intersect(spans, slices.Collect(h.Spans(c.horizon.From, c.horizon.To)))
		}
	}
	k := newClock(spans)
	c.known[hours] = k
	return k
}

func newClock(spans []capacity.Span) *clock {
	k := &clock{spans: spans, done: make([]int64, len(spans)+1)}
	for i, s := range spans {
		k.done[i+1] = k.done[i] + s.To - s.From
	}
	return k
}

// intersect is the time that is in both lists of sorted stretches.
func intersect(a, b []capacity.Span) []capacity.Span {
	var out []capacity.Span
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if s := (capacity.Span{From: max(a[i].From, b[j].From), To: min(a[i].To, b[j].To)}); s.From < s.To {
			out = append(out, s)
		}
		if a[i].To < b[j].To {
			i++
		} else {
			j++
		}
	}
	return out
}

// find is the first stretch that ends after t.
func (k *clock) find(t int64) int {
	i, _ := slices.BinarySearchFunc(k.spans, t, func(s capacity.Span, t int64) int {
		if s.To > t {
			return 1
		}
		return -1
	})
	return i
}

// until are the working seconds of the horizon before t.
func (k *clock) until(t int64) int64 {
	i := k.find(t)
	if i == len(k.spans) {
		return k.done[i]
	}
	return k.done[i] + max(0, t-k.spans[i].From)
}

// between are the working seconds from a to b ≥ a.
func (k *clock) between(a, b int64) int64 {
	if k == nil {
		return b - a
	}
	return k.until(b) - k.until(a)
}

// works reports whether the second that begins at t is a working one.
func (k *clock) works(t int64) bool {
	if k == nil {
		return true
	}
	i := k.find(t)
	return i < len(k.spans) && k.spans[i].From <= t
}

// reach is the moment at which n working seconds from t are over; capacity.Never past the horizon.
func (k *clock) reach(t, n int64) int64 {
	if k == nil {
		return t + n
	}
	if n <= 0 {
		return t
	}
	goal := k.until(t) + n
	i, _ := slices.BinarySearch(k.done, goal) // done[i-1] < goal ≤ done[i]
	if i == len(k.done) {
		return capacity.Never
	}
	return k.spans[i-1].From + goal - k.done[i-1]
}

// resume is when the working second after n others from t begins: reach, or after the
// break if one follows. It is capacity.Never past the horizon.
func (k *clock) resume(t, n int64) int64 {
	if k == nil {
		return t + n
	}
	goal := k.until(t) + n
	i, _ := slices.BinarySearch(k.done, goal+1) // done[i-1] ≤ goal < done[i]
	if i == len(k.done) {
		return capacity.Never
	}
	return k.spans[i-1].From + goal - k.done[i-1]
}
