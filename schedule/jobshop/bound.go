package jobshop

import (
	"cmp"
	"slices"
)

// Bound is a value that no solution beats: the longest job, and the one-machine relaxation
// of every machine, solved by Jackson's preemptive schedule (Carlier, European Journal of
// Operational Research 11, 1982). In a flexible shop the steps of a machine are those that no
// other can do, every step counts with its shortest time, and sets of machines give bounds by
// what only they can do (Carlier, European Journal of Operational Research 29, 1987). For
// tardiness it is what each job alone cannot avoid.
func (p *Instance) Bound(objective Objective) (int64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	s := compile(p, objective)
	return s.bound() - s.latest, nil
}

// task is a step with the least time before and after it.
type task struct{ head, p, tail tick }

// bound is of what the graph measures.
func (s *shop) bound() tick {
	if s.sum {
		return s.aloneTardiness()
	}
	tasks := make([][]task, s.machines)
	all := make([]task, s.nodes)
	best := tick(0)
	for j, gate := range s.gate {
		head, rest := s.release[j], s.tail[j]
		for x := s.js[gate]; x != gate; x = s.js[x] {
			rest += s.shortest[x]
		}
		best = max(best, head+rest)
		for x := s.js[gate]; x != gate; x = s.js[x] {
			rest -= s.shortest[x]
			all[x] = task{head, s.shortest[x], rest}
			if first := s.modes[x]; s.modes[x+1] == first+1 {
				tasks[s.on[first]] = append(tasks[s.on[first]], all[x])
			}
			head += s.shortest[x]
		}
	}
	for _, list := range tasks {
		best = max(best, preemptive(list))
	}
	if s.flexible {
		best = max(best, s.boundOfSets(all))
	}
	return best
}

// preemptive is the value of Jackson's preemptive schedule of one machine: at any time the
// task with the longest tail runs. O(n log n).
func preemptive(tasks []task) tick {
	slices.SortFunc(tasks, func(a, b task) int { return cmp.Compare(a.head, b.head) })
	var heap []task // longest tail first
	best, now := tick(0), tick(0)
	for i := 0; i < len(tasks) || len(heap) > 0; {
		if len(heap) == 0 {
			now = max(now, tasks[i].head)
		}
		for ; i < len(tasks) && tasks[i].head <= now; i++ {
			heap = push(heap, tasks[i])
		}
		run := heap[0].p
		if i < len(tasks) {
			run = min(run, tasks[i].head-now)
		}
		now += run
		if heap[0].p -= run; heap[0].p == 0 {
			best = max(best, now+heap[0].tail)
			heap = pop(heap)
		}
	}
	return best
}

func push(heap []task, t task) []task {
	heap = append(heap, t)
	for i := len(heap) - 1; i > 0; {
		up := (i - 1) / 2
		if heap[up].tail >= heap[i].tail {
			break
		}
		heap[up], heap[i] = heap[i], heap[up]
		i = up
	}
	return heap
}

func pop(heap []task) []task {
	n := len(heap) - 1
	heap[0] = heap[n]
	heap = heap[:n]
	for i := 0; ; {
		c := 2*i + 1
		if c+1 < n && heap[c+1].tail > heap[c].tail {
			c++
		}
		if c >= n || heap[c].tail <= heap[i].tail {
			return heap
		}
		heap[c], heap[i] = heap[i], heap[c]
		i = c
	}
}

// aloneTardiness is the weighted tardiness of jobs that never wait.
func (s *shop) aloneTardiness() tick {
	sum := tick(0)
	for j, gate := range s.gate {
		end := s.release[j]
		for x := s.js[gate]; x != gate; x = s.js[x] {
			end += s.shortest[x]
		}
		sum += s.weight[j] * max(0, end-s.due[j])
	}
	return sum
}
