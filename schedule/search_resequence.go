package schedule

// resequence is a round of the sequencers.
func (a *archipelago) resequence() (work int64) {
	for k, q := range a.sequencers {
		if q.spent() || a.reseed && a.isBehind(q) {
			length := len(q.history)
			if q.spent() {
				length = min(2*length, mostLength)
			}
			a.sequencers[k] = a.sequencer(k, length)
		}
	}
	n := a.share(int(min(mostChanges, max(fewestChanges, timedInRound/a.changeCost))))
	each(a.cores, a.sequencers, func(q *sequencer) { q.run(a.ctx, n) })
	a.done += int64(n) * int64(len(a.sequencers))
	tries := int64(0)
	for _, q := range a.sequencers {
		tries += int64(n)
		work += q.effort / 3
		q.effort = 0
		if q.fresh {
			q.fresh = false
			found := q.schedule()
			if score := Evaluate(found, a.o.Reference); a.isBetter(len(found.Broken), &score) {
				a.take(found, &score)
			}
		}
	}
	a.reseed = false
	a.changeCost = 1 + 3*work/(tries+1)
	return work
}

// A round of each sequencer tries so many changes that it times about timedInRound operations.
const (
	timedInRound  = 200_000
	fewestChanges = 20
	mostChanges   = 5_000
)

// startSequencers reports whether the schedule is one that the order of operations decides, with something late or setups to gain.
func (a *archipelago) startSequencers() bool {
	order := a.o.Objective.order()
	if len(a.o.Objective.Weights) > 0 || order[0] != Tardiness {
		return false
	}
	for k := range islands {
		q := a.sequencer(k, firstLength<<k)
		if q == nil {
			return false
		}
		a.sequencers = append(a.sequencers, q)
	}
	return true
}

// sequencer is a new sequencer with the best schedule, nil if that is none that follows from its order. Only the
// first one asked for can be: the others are made of what follows from an order.
func (a *archipelago) sequencer(k, length int) *sequencer {
	return newSequencer(a.c, a.from, a.base, a.o.Seed+uint64(a.done), uint64(k), length)
}

// isBehind reports whether a sequencer's best schedule is so much worse than the best of all that it does not pay to go on from there.
func (a *archipelago) isBehind(q *sequencer) bool {
	const most = 0.05
	best := a.best[Tardiness] + a.best[SetupTime]
	return float64(q.record-best) > most*float64(best-a.base.unavoidable)
}
