package capacity

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Two operators: a third job waits until one of them is free, or is done before both are taken.
func TestPoolOfTwo(t *testing.T) {
	var p Profile
	fits := func(what string, from, to int64, units int32, wantOK bool, wantRetry, wantBack int64) {
		t.Helper()
		ok, retry := p.Fits(from, to, units, 2)
		equal(t, what, ok, wantOK)
		equal(t, what+", later", retry, wantRetry)
		ok, retry = p.FitsBack(from, to, units, 2)
		equal(t, what+", back", ok, wantOK)
		equal(t, what+", earlier", retry, wantBack)
	}
	fits("both are free", 0, 100, 2, true, 0, 0)
	fits("there is no third", 0, 100, 3, false, Never, -Never)
	p.Use(10, 20, 1)
	p.Use(15, 30, 1)
	p.Use(40, 50, 2)
	fits("one until both work", 0, 15, 1, true, 0, 0)
	fits("one a second longer", 0, 16, 1, false, 20, 15)
	fits("one in between", 20, 40, 1, true, 0, 0)
	fits("two in between", 30, 40, 2, true, 0, 0)
	fits("two at the first conflict", 12, 13, 2, false, 15, 10)
	fits("one over both conflicts: the last is over at 50, the first begins at 15", 0, 100, 1, false, 50, 15)
	fits("one under way into a conflict", 45, 60, 1, false, 50, 40)
	fits("no time at all", 45, 45, 2, true, 0, 0)
	equal(t, "at 17", p.Used(17), 2)
	equal(t, "at 20 the first is done", p.Used(20), 1)
	equal(t, "before all", p.Used(9), 0)
	equal(t, "after all", p.Used(50), 0)
	p.Use(10, 20, -1)
	p.Use(15, 30, -1)
	p.Use(40, 50, -2)
	equal(t, "given back, nothing is kept", len(p.steps), 0)
}

// A profile and its forks agree with counting each instant, and a fork's use is its own.
func TestProfileAgreesWithCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	const size, capacity = 60, 5
	type pair struct {
		p    *Profile
		used [size]int32
	}
	type job struct {
		from, to int64
		units    int32
	}
	for range 100 {
		now := pair{p: &Profile{}}
		var jobs []job
		var frozen []pair
		compare := func(x *pair) {
			t.Helper()
			for i := range x.used {
				equal(t, fmt.Sprint("used at ", i), x.p.Used(int64(i)), x.used[i])
			}
			for i := 1; i < len(x.p.steps); i++ {
				if x.p.steps[i].at <= x.p.steps[i-1].at || x.p.steps[i].used == x.p.steps[i-1].used {
					t.Fatalf("steps %v", x.p.steps)
				}
			}
			for range 10 {
				from, units := r.Int64N(size), r.Int32N(capacity+2)
				to := from + r.Int64N(size-from)
				first, last := int64(-1), int64(-1) // seconds in conflict
				for i := from; i < to; i++ {
					if x.used[i]+units > capacity {
						last = i
						if first < 0 {
							first = i
						}
					}
				}
				ok, retry := x.p.Fits(from, to, units, capacity)
				okBack, retryBack := x.p.FitsBack(from, to, units, capacity)
				what := fmt.Sprintf("%d units from %d to %d", units, from, to)
				equal(t, what, ok, first < 0)
				equal(t, what+", back", okBack, first < 0)
				if first < 0 {
					continue
				}
				if units > capacity {
					equal(t, what, retry, Never)
					equal(t, what+", back", retryBack, -Never)
					continue
				}
				// The step in which the conflict is may be wider than what was asked for.
				for last+1 < size && x.used[last+1] == x.used[last] {
					last++
				}
				for first > 0 && x.used[first-1] == x.used[first] {
					first--
				}
				equal(t, what+", later", retry, last+1)
				equal(t, what+", earlier", retryBack, first)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
		use := func(x *pair, j job) {
			x.p.Use(j.from, j.to, j.units)
			for i := j.from; i < j.to; i++ {
				x.used[i] += j.units
			}
		}
		for range 30 {
			if len(jobs) > 0 && r.IntN(3) == 0 {
				i := r.IntN(len(jobs))
				use(&now, job{jobs[i].from, jobs[i].to, -jobs[i].units})
				jobs = append(jobs[:i], jobs[i+1:]...)
			} else {
				from := r.Int64N(size - 1)
				j := job{from, from + r.Int64N(size-from), 1 + r.Int32N(3)}
				use(&now, j)
				jobs = append(jobs, j)
			}
			compare(&now)
			if r.IntN(5) == 0 {
				frozen = append(frozen, now)
				aside := pair{now.p.Fork(), now.used}
				now.p = now.p.Fork()
				use(&aside, job{3, 50, 1})
				compare(&aside)
				frozen = append(frozen, aside)
			}
		}
		for i := range frozen {
			compare(&frozen[i])
		}
	}
}
