package capacity

import (
	"slices"
	"sort"
)

// Profile counts how many units of a pool (operators, tools) are in use over time.
// A fork shares the steps until it is written. One goroutine writes a profile;
// after a fork it is to be read only. Fits and Use take O(log steps + steps in the interval).
type Profile struct {
	steps  []useStep // in the order of time
	shared bool
}

// useStep holds from its time until the next step.
type useStep struct {
	at   int64
	used int32
}

// Fork is a profile with the same use.
func (p *Profile) Fork() *Profile { return &Profile{steps: p.steps, shared: true} }

// Used is how many units are in use at an instant.
func (p *Profile) Used(at int64) int32 {
	if i := p.after(at); i > 0 {
		return p.steps[i-1].used
	}
	return 0
}

// after is the first step later than at.
func (p *Profile) after(at int64) int {
	return sort.Search(len(p.steps), func(i int) bool { return p.steps[i].at > at })
}

// Fits reports whether units more may be used from from to to without exceeding
// capacity. If not, retry is the first time from which the conflict that was found last is over;
// Never, if units are more than capacity.
func (p *Profile) Fits(from, to int64, units, capacity int32) (ok bool, retry int64) {
	switch {
	case from >= to:
		return true, 0
	case units > capacity:
		return false, Never
	}
	ok = true
	for i := max(p.after(from)-1, 0); i < len(p.steps) && p.steps[i].at < to; i++ {
		if p.steps[i].used+units <= capacity {
			continue
		}
		ok, retry = false, Never
		if i+1 < len(p.steps) {
			retry = p.steps[i+1].at
		}
	}
	return ok, retry
}

// FitsBack is Fits for a search backwards: if not, retry is the last time at which
// work may end before the conflict that was found first; -Never, if units are more than capacity.
func (p *Profile) FitsBack(from, to int64, units, capacity int32) (ok bool, retry int64) {
	switch {
	case from >= to:
		return true, 0
	case units > capacity:
		return false, -Never
	}
	for i := max(p.after(from)-1, 0); i < len(p.steps) && p.steps[i].at < to; i++ {
		if p.steps[i].used+units > capacity {
			return false, p.steps[i].at
		}
	}
	return true, 0
}

// Use takes units from from to to; negative units give them back.
func (p *Profile) Use(from, to int64, units int32) {
	if from >= to || units == 0 {
		return
	}
	if p.shared {
		p.steps, p.shared = slices.Clone(p.steps), false
	}
	i := p.step(from)
	j := p.step(to)
	for k := i; k < j; k++ {
		p.steps[k].used += units
	}
	p.join(j)
	p.join(i)
}

// step is the index of the step at a time, made if there is none.
func (p *Profile) step(at int64) int {
	i := p.after(at)
	if i > 0 && p.steps[i-1].at == at {
		return i - 1
	}
	used := int32(0)
	if i > 0 {
		used = p.steps[i-1].used
	}
	p.steps = slices.Insert(p.steps, i, useStep{at, used})
	return i
}

// join drops step i if it changes nothing.
func (p *Profile) join(i int) {
	before := int32(0)
	if i > 0 {
		before = p.steps[i-1].used
	}
	if p.steps[i].used == before {
		p.steps = slices.Delete(p.steps, i, i+1)
	}
}
