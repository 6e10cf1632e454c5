package schedule

// pathStep is a node of a critical path that waited for the one before it on its machine.
type pathStep struct {
	node  int32
	ready int64 // when the arcs let it begin
}

// trace follows what a job waited for last.
func (q *sequencer) trace(j int32) {
	job := &q.p.Jobs[j]
	node := job.First
	for op := job.First; op < job.First+job.Ops; op++ {
		if q.end[op] >= q.end[node] {
			node = op
		}
	}
	q.path, q.walked = q.path[:0], q.walked[:0]
	const longest = 2_000
	for range longest {
		q.walked = append(q.walked, node)
		ready, last := q.ready(node)
		if before := q.prev[node]; before >= 0 && q.kind[node] == linedNode && q.end[before] >= ready && (q.end[before] > ready || last < 0 || q.rng.Below(2) == 0) {
			q.path = append(q.path, pathStep{node, ready})
			if int(before) >= len(q.p.Ops) {
				return
			}
			node = before
			continue
		}
		if last < 0 {
			return
		}
		node = last
	}
}

// leave moves a node of a path on which nothing waited for a machine elsewhere.
func (q *sequencer) leave() bool {
	node := q.walked[q.rng.Below(len(q.walked))]
	if !q.canLeave(node) {
		return false
	}
	ready, _ := q.ready(node)
	return q.elsewhere(pathStep{node, ready})
}

// canLeave reports whether a node has other machines.
func (q *sequencer) canLeave(node int32) bool {
	o := &q.p.Ops[q.op[node]]
	return q.kind[node] == linedNode && (o.NumModes > 1 || q.p.Centres[q.p.Modes[q.mode[node]].Centre].Machines > 1)
}
