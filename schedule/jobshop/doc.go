// Package jobshop searches for schedules of the classic job shop.
//
// # What it does
//
// An Instance holds jobs, each a chain of steps on given machines; a machine does one step
// at a time, without interruption. Solve makes one of three objectives small: the makespan,
// the weighted tardiness, or the maximum lateness. It can be stopped at any time and then
// returns the best solution so far, with a bound that none beats. Check verifies a solution
// from first principles and shares no code with the search. Parse and ParseTaillard read
// the usual texts, and Taillard makes the instances of his generator.
//
// # How it works
//
// A selection of the disjunctive graph (Roy & Sussmann, 1964) is kept with heads, tails and
// a topological order; a move changes a window of the order, heads are recomputed from its
// begin and tails from its end, and nothing is allocated. The neighbours are steps of a
// critical block that move to its ends, and its end steps that move inside (N6: Balas &
// Vazacopoulos, Management Science 44, 1998; N7: Zhang, Li, Guan & Rao, Computers &
// Operations Research 34, 2007), scored by the longest path through the steps that move
// (Taillard, ORSA Journal on Computing 6, 1994). A tabu search (Nowicki & Smutnicki,
// Management Science 42, 1996) takes the best of them that brings back no arc given up
// lately. Around it a population of its results breeds new starts on the way between two
// members (path relinking: Peng, Lü & Cheng, Computers & Operations Research 53, 2015;
// Nowicki & Smutnicki, Journal of Scheduling 8, 2005). An intermediate is a weighted mean of
// two topological orders, which is one itself, so that it needs no repair.
//
// Release dates are heads of the jobs and due dates tails, so that the maximum lateness is a
// longest path as well. The tardiness is a sum over jobs: moves on the critical paths of
// tardy jobs are scored exactly, by recomputing the heads behind them.
//
// The bound is the one-machine relaxation of each machine, by Jackson's preemptive schedule
// (Carlier, European Journal of Operational Research 11, 1982), and the longest job.
//
// # Invariants
//
//   - A result is a function of instance, objective, seed and moves made; there is no
//     clock here, Options.Stop brings one in.
//   - Result.Value is what Check says of Result.Solution, and not below Result.Bound.
//   - A graph never holds a cycle: a move that would close one is refused.
//
// # Units
//
// Times are whole numbers of any unit; all times, releases and due dates of an instance add
// up to less than 2⁵⁰, and so does their product with the sum of the weights.
//
// # Complexity
//
// A move costs O(ops) in the worst case for heads and tails, and O(b²) for every critical
// block of b steps; it is about a microsecond for 300 steps. For the tardiness every neighbour
// costs O(ops), about ten microseconds a move for 100 steps. A child is compared with the
// population once a tabu search, in O(machines × jobs²). Memory is O(ops × steps a machine), up
// to 32 MB. Meant for shops up to some ten thousand steps; Stop is asked every 128 moves.
//
// # Concurrency
//
// Solve runs on the caller's goroutine and only reads the instance: any number may run side
// by side.
package jobshop
