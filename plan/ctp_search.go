package plan

import (
	"context"
	"iter"

	"github.com/taktplan/takt/bom"
)

// undisturbed finds the first date from the one asked for at which nobody ships later: it goes on to the date that
// came out where that is later than planned for, else doubles the distance, until a date fits; then it halves.
func (q *asking) undisturbed(ctx context.Context) (Offer, error) {
	due := q.row.Due
	if due.IsZero() {
		due = bom.OnDay(q.base.model.Book.Start)
	}
	first, err := q.try(ctx, due, q.row.Quantity)
	if err != nil || q.fits(&first) {
		return q.offer(&first, &first), err
	}
	if early, ok, err := q.earlier(ctx); err != nil || ok {
		return q.offer(&early, &early), err
	}
	best, failed := first, due.Day
	for distance := bom.Day(1); !q.fits(&best); {
		if failed == q.lastDay() {
			return q.offer(&first, &trial{}), nil
		}
		next := best.promised.Day // before that it is not there, whoever waits
		if next <= failed {
			next = failed + distance
			distance *= 2
		}
		next = min(next, q.lastDay())
		if best, err = q.try(ctx, bom.OnDay(next), q.row.Quantity); err != nil {
			return Offer{}, err
		}
		if !q.fits(&best) {
			failed = next
		}
	}
	for best.row.Due.Day-failed > 1 {
		day := failed + (best.row.Due.Day-failed)/2
		a, err := q.try(ctx, bom.OnDay(day), q.row.Quantity)
		if err != nil {
			return Offer{}, err
		}
		if q.fits(&a) {
			best = a
		} else {
			failed = day
		}
	}
	return q.offer(&first, &best), nil
}

// earlier tries days before the one asked for, ever further back to today: an order that is planned just in time may meet what
// is late by then, and be there in time when it is planned for an earlier day.
func (q *asking) earlier(ctx context.Context) (a trial, ok bool, err error) {
	for day := range q.daysBefore() {
		if a, err = q.try(ctx, bom.OnDay(day), q.row.Quantity); err != nil || q.fits(&a) {
			return a, err == nil, err
		}
	}
	return a, false, nil
}

// daysBefore are days before the one asked for, each twice as far back as the one before, the last of them today; none
// if no day was asked for, or others may ship later.
func (q *asking) daysBefore() iter.Seq[bom.Day] {
	return func(yield func(bom.Day) bool) {
		start, due := q.base.model.Book.Start, q.row.Due.Day
		if q.row.Due.IsZero() || q.mode != NoDisturbance {
			return
		}
		for back := bom.Day(1); due-back > start; back *= 2 {
			if !yield(due - back) {
				return
			}
		}
		if start < due {
			yield(start)
		}
	}
}

// Largest is the largest quantity that can be there by a date.
type Largest struct {
	// Quantity fits; Quantity + Step does not, if it is Bounded. 0: not even one step fits.
	Quantity bom.Quantity
	// Step is how fine it was searched: the item's decimals, or a 65,536th of the quantity rounded up to a power of ten.
	Step bom.Quantity
	// Bounded is false when every quantity that was tried fits: the one asked for, or a million times one.
	Bounded bool
	// Offer is the offer for Quantity; the zero Offer without one.
	Offer Offer
}

// Largest finds the largest quantity that can be there by the inquiry's Due, in its Mode, at
// most its Quantity if that is given. What is available to promise is where the search begins. It halves
// the range, so it plans about twenty forks; a quantity that fits although a smaller one does not (for a lot size) may be
// missed, but what it gives fits. AsSoonAsPossible and JustInTime let others slip for it. Errors are *InquiryError and those of Apply.
func (p *Plan) Largest(ctx context.Context, inquiry Inquiry) (Largest, error) {
	q, err := p.ask(&inquiry)
	if err != nil {
		return Largest{}, err
	}
	if q.row.Due.IsZero() {
		return Largest{}, &InquiryError{Field: "due", Expected: "the date by which it has to be there"}
	}
	return q.largest(ctx)
}

func (q *asking) largest(ctx context.Context) (Largest, error) {
	out, err := q.largestFor(ctx, q.row.Due, 0)
	if err != nil || !out.Bounded {
		return out, err
	}
	for day := range q.daysBefore() {
		a, err := q.try(ctx, bom.OnDay(day), out.Quantity+out.Step)
		if err != nil {
			return out, err
		}
		if !q.fits(&a) {
			continue
		}
		more, err := q.largestFor(ctx, bom.OnDay(day), out.Quantity)
		if err != nil || !more.Bounded {
			return more, err
		}
		if more.Quantity > out.Quantity {
			out = more
		}
	}
	return out, nil
}

// largestFor is the largest quantity for one date; from is known to fit some date, so that only more is of interest.
func (q *asking) largestFor(ctx context.Context, due bom.When, from bom.Quantity) (Largest, error) {
	out := Largest{Step: bom.Step(q.decimal)}
	var best, last trial
	fits := func(quantity bom.Quantity) (ok bool, err error) {
		if last, err = q.try(ctx, due, quantity); err == nil && q.fits(&last) {
			best, out.Quantity = last, quantity
			return true, nil
		}
		return false, err
	}
	done := func(err error) (Largest, error) {
		if err == nil && best.plan != nil {
			out.Offer = q.offer(&best, &best)
		}
		return out, err
	}
	free := q.free(due.Day)
	over := q.row.Quantity // does not fit
	ok := false
	var err error
	if over > 0 {
		ok, err = fits(over)
	} else {
		const doublings = 20
		over = max(free/out.Step*out.Step, from, bom.Units(1))
		for range doublings {
			if ok, err = fits(over); err != nil || !ok || over > 1<<61 {
				break
			}
			over *= 2
		}
	}
	if err != nil || ok {
		return done(err)
	}
	out.Bounded = true
	const tries = 1 << 16
	for over/out.Step > tries {
		out.Step *= 10
	}
	if start := free / out.Step * out.Step; start > max(out.Quantity, from) && start < over {
		if ok, err = fits(start); err != nil {
			return done(err)
		} else if !ok {
			over = start
		}
	}
	if out.Quantity < from {
		out.Quantity = from
	}
	for over-out.Quantity > out.Step {
		middle := max((out.Quantity+(over-out.Quantity)/2)/out.Step*out.Step, out.Quantity/out.Step*out.Step+out.Step)
		if ok, err = fits(middle); err != nil {
			return done(err)
		} else if !ok {
			over = middle
		}
	}
	return done(nil)
}
