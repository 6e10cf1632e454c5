package jobshop

// tick is a time inside the search.
type tick = int64

// shop is a compiled instance. Nodes are dense: 0 stands before and after every machine
// sequence, 1 to ops are the steps, job by job, and after them comes one node for every
// job, which stands before its first and after its last step. With its head the release
// and its tail what must follow the job, no step needs a special case.
type shop struct {
	jobs, machines, ops int

	nodes    int
	flexible bool    // a step has several modes
	jp, js   []int32 // by node: the step before and after in the job
	job      []int32 // by node
	gate     []int32 // by job: its node
	first    []int32 // by job: its first step; one more at the end

	modes    []int32 // by node: its first mode, and after it come the others; one more at the end. Modes count from 1
	on       []int32 // by mode: machine
	time     []tick  // by mode: processing time
	shortest []tick  // by node: processing time in the fastest mode

	local   []int32 // by node: its number among the steps it may share a machine with
	stride  int     // one more than the highest of these
	sum     bool    // the objective is the weighted tardiness
	release []tick  // by job
	tail    []tick  // by job: lateness counts from here
	due     []tick  // by job
	weight  []tick  // by job
	latest  tick    // what the longest path exceeds the largest lateness by; 0 for the makespan
}

func compile(in *Instance, objective Objective) *shop {
	s := &shop{jobs: len(in.Jobs), machines: in.Machines(), sum: objective == Tardiness}
	for _, steps := range in.Jobs {
		s.ops += len(steps)
	}
	s.nodes = 1 + s.ops + s.jobs
	s.jp, s.js, s.job = make([]int32, s.nodes), make([]int32, s.nodes), make([]int32, s.nodes)
	s.release, s.tail = make([]tick, s.jobs), make([]tick, s.jobs)
	s.due, s.weight = make([]tick, s.jobs), make([]tick, s.jobs)
	if objective == Lateness {
		s.latest = in.due(0)
		for j := range in.Jobs {
			s.latest = max(s.latest, in.due(j))
		}
	}
	s.setModes(in)
	x := int32(1)
	for j, steps := range in.Jobs {
		gate := int32(1 + s.ops + j)
		s.gate, s.first = append(s.gate, gate), append(s.first, x)
		s.release[j], s.due[j], s.weight[j] = in.release(j), in.due(j), in.weight(j)
		if objective == Lateness {
			s.tail[j] = s.latest - in.due(j)
		}
		s.job[gate] = int32(j)
		last := gate
		for range steps {
			s.job[x], s.jp[x], s.js[last] = int32(j), last, x
			last = x
			x++
		}
		s.js[last], s.jp[gate] = gate, last
	}
	s.first = append(s.first, x)
	return s
}

// setModes lists the modes, and numbers the steps of each machine. In a flexible shop a step
// is on no machine for good, and its number is its own among all.
func (s *shop) setModes(in *Instance) {
	s.modes, s.shortest, s.local = make([]int32, s.nodes+1), make([]tick, s.nodes), make([]int32, s.nodes)
	s.on, s.time = make([]int32, 1), make([]tick, 1)
	load := make([]int32, s.machines)
	x := 1
	for _, steps := range in.Jobs {
		for _, step := range steps {
			s.modes[x], s.shortest[x] = int32(len(s.on)), step.shortest()
			for _, m := range step {
				s.on, s.time = append(s.on, m.Machine), append(s.time, m.Time)
			}
			s.flexible = s.flexible || len(step) > 1
			s.local[x] = load[step[0].Machine]
			load[step[0].Machine]++
			s.stride = max(s.stride, int(load[step[0].Machine]))
			x++
		}
	}
	for ; x <= s.nodes; x++ {
		s.modes[x] = int32(len(s.on))
	}
	if s.flexible {
		for x := range s.ops {
			s.local[1+x] = int32(x)
		}
		s.stride = s.ops
	}
}

// pairs is the largest distance of two selections, or near it: the pairs of steps that share
// a machine, and in a flexible shop, where as many do on average, what all changes of
// machine count.
func (s *shop) pairs() int {
	if s.flexible {
		return s.ops*(s.ops/s.machines)/2 + s.ops*s.change()
	}
	n := 0
	for x := 1; x <= s.ops; x++ {
		n += int(s.local[x]) // the earlier ones
	}
	return n
}

// change is how many pairs in another order a step on another machine counts as much as: half
// the steps of a machine.
func (s *shop) change() int { return 1 + s.ops/s.machines/2 }
