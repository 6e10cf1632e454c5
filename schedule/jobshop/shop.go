package jobshop

// tick is a time inside the search.
type tick = int64

// shop is a compiled instance. Nodes are dense: 0 stands before and after every machine
// sequence, 1 to ops are the steps, job by job, and after them comes one node for every
// job, which stands before its first and after its last step. With its head the release
// and its tail what must follow the job, no step needs a special case.
type shop struct {
	jobs, machines, ops int

	p       []tick  // by node: processing time
	jp, js  []int32 // by node: the step before and after in the job
	machine []int32 // by node
	job     []int32 // by node
	gate    []int32 // by job: its node
	first   []int32 // by job: its first step; one more at the end

	local   []int32 // by node: its number among the steps of its machine
	stride  int     // most steps on a machine
	sum     bool    // the objective is the weighted tardiness
	release []tick  // by job
	tail    []tick  // by job: lateness counts from here
	due     []tick  // by job
	weight  []tick  // by job
	latest  tick    // what the longest path exceeds the largest lateness by; 0 for the makespan
}

func compile(in *Instance, objective Objective) *shop {
	s := &shop{jobs: len(in.Jobs), machines: in.machines(), sum: objective == Tardiness}
	for _, steps := range in.Jobs {
		s.ops += len(steps)
	}
	nodes := 1 + s.ops + s.jobs
	s.p = make([]tick, nodes)
	s.jp, s.js = make([]int32, nodes), make([]int32, nodes)
	s.machine, s.job = make([]int32, nodes), make([]int32, nodes)
	s.release, s.tail = make([]tick, s.jobs), make([]tick, s.jobs)
	s.due, s.weight = make([]tick, s.jobs), make([]tick, s.jobs)
	if objective == Lateness {
		s.latest = in.due(0)
		for j := range in.Jobs {
			s.latest = max(s.latest, in.due(j))
		}
	}
	load := make([]int32, s.machines)
	s.local = make([]int32, nodes)
	x := int32(1)
	for j, steps := range in.Jobs {
		gate := int32(1 + s.ops + j)
		s.gate, s.first = append(s.gate, gate), append(s.first, x)
		s.release[j], s.due[j], s.weight[j] = in.release(j), in.due(j), in.weight(j)
		if objective == Lateness {
			s.tail[j] = s.latest - in.due(j)
		}
		s.job[gate], s.machine[gate] = int32(j), -1
		last := gate
		for _, step := range steps {
			s.p[x], s.machine[x], s.job[x] = step[0].Time, step[0].Machine, int32(j)
			s.jp[x], s.js[last] = last, x
			s.local[x] = load[step[0].Machine]
			load[step[0].Machine]++
			s.stride = max(s.stride, int(load[step[0].Machine]))
			last = x
			x++
		}
		s.js[last], s.jp[gate] = gate, last
	}
	s.first = append(s.first, x)
	return s
}

// pairs counts the pairs of steps that share a machine.
func (s *shop) pairs() int {
	n := 0
	for x := 1; x <= s.ops; x++ {
		n += int(s.local[x]) // the earlier ones
	}
	return n
}
