package schedule

// tighten finds the latest times of what the change touched, and of what comes before it, the last first. What is
// later than that now, and was not asked to be earlier before, is lifted. Operations that wait for each other in a circle,
// which no pegs should make, are ErrUnsettled.
func (r *repair) tighten(more []int32, lift bool) error {
	w := &boundsWave{repair: r, lift: lift, pending: map[int32]bool{}}
	for j := r.change.nJobs; j < len(r.p.Jobs); j++ { // consumers came before what supplies them
		job := &r.p.Jobs[j]
		for op := job.First + job.Ops - 1; op >= job.First; op-- {
			w.visit(op)
		}
	}
	for _, list := range [...][]int32{r.change.touched, more} {
		for _, op := range list {
			w.push(op)
		}
	}
	const mostVisits = 1_000_000 // no change comes near it, and a circle never ends
	for n := 0; len(w.q) > 0; n++ {
		if n > mostVisits {
			return ErrUnsettled
		}
		op := w.q.pop().unit
		w.pending[op] = false
		w.visit(op)
	}
	return nil
}

// boundsWave passes latest times on from operations to what comes before them. What begins last comes
// first, so that few come twice.
type boundsWave struct {
	*repair
	lift    bool
	q       queue
	pending map[int32]bool
}

func (w *boundsWave) push(op int32) {
	if !w.pending[op] {
		w.pending[op] = true
		w.q.push(queued{-w.start[op], op})
	}
}

func (w *boundsWave) visit(op int32) {
	if w.dead[op] {
		return
	}
	end := w.latestEnd(op, w.b.goals, &w.tight)
	start := w.latestStart(op, end)
	was := w.tight.end[op]
	if end == was && start == w.tight.start[op] {
		return
	}
	w.change.bounds = append(w.change.bounds, boundMove{op, w.tight.start[op], was, start, end})
	w.tight.start[op], w.tight.end[op] = start, end
	for _, e := range w.in.others(op) {
		w.push(e.op)
	}
	if w.lift && end < was && w.o.Displace && w.placed[op] && w.end[op] > end && w.mayMove(op) {
		w.repair.lift(op)
	}
}
