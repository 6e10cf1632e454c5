// Package jobshop searches for schedules of the job shops of the literature, classic and flexible.
//
// # What it does
//
// An Instance holds jobs, each a chain of steps; a step has modes, one for each machine that can
// do it, and a machine does one step at a time, without interruption. Solve makes one of three
// objectives small: the makespan, the weighted tardiness, or the maximum lateness. It can be
// stopped at any time and then returns the best solution so far, with a bound that none beats.
// Check verifies a solution from first principles and shares no code with the search. Read
// takes the usual texts (the standard form, Taillard's two matrices, flexible shops), Text and
// FlexibleText write them, Document is a solution as JSON, and Taillard makes the instances of
// his generator.
//
// # How it works
//
// A selection of the disjunctive graph (Roy & Sussmann, 1964) is kept with heads, tails and
// a topological order; a move changes a window of the order, heads are recomputed from its
// begin and tails from its end, and nothing is allocated. The neighbours are steps of a
// critical block that move to its ends, and its end steps that move inside (N6: Balas &
// Vazacopoulos, Management Science 44, 1998; N7: Zhang, Li, Guan & Rao, Computers &
// Operations Research 34, 2007), scored by the longest path through the steps that move
// (Taillard, ORSA Journal on Computing 6, 1994). A critical step that another machine can do moves
// there between the steps of which one may come last and the other first (k-insertion:
// Mastrolilli & Gambardella, Journal of Scheduling 3, 2000), scored by heads and tails of
// the graph as it is (exact ones cost two thirds of the moves and found no more). A tabu search (Nowicki & Smutnicki, Management Science 42, 1996) takes the best of
// all these that brings back no arc and no mode given up lately.
//
// Around it a population of its results breeds new starts on the way between two
// members (path relinking: Peng, Lü & Cheng, Computers & Operations Research 53, 2015;
// Nowicki & Smutnicki, Journal of Scheduling 8, 2005; for flexible shops González, Vela & Varela,
// European Journal of Operational Research 245, 2015). An intermediate is a weighted mean of
// two topological orders, which is one itself, so that it needs no repair; a step runs where one of the
// two runs it.
//
// In classic shops every job has a weight of its own, and the population narrows: its members have to differ by
// a number of pairs that shrinks with the moves that are left to it (Constantino & Segura,
// Applied Intelligence 52, 2022), so that it converges at its end and not before. Then a larger one begins,
// which takes longer; if the end of the search is known, the last one converges there. In flexible shops a population converges
// as it may.
//
// Several attempts, each a start and a tabu search, run at the same time. What an attempt is to do is
// decided when the eighth before it is done: so the search is the same on one processor and on eight.
//
// Release dates are heads of the jobs and due dates tails, so that the maximum lateness is a
// longest path as well. The tardiness is a sum over jobs: moves on the critical paths of
// tardy jobs are scored exactly, by recomputing the heads behind them.
//
// The bound is the one-machine relaxation of each machine, by Jackson's preemptive schedule
// (Carlier, European Journal of Operational Research 11, 1982), the longest job, and in flexible
// shops the work that only a set of machines can do. For the tardiness it is what each job alone
// cannot avoid, which is weak.
//
// # Invariants
//
//   - A result is a function of instance, objective, seed and the moves that were allowed, whatever the number of cores,
//     unless these are without limit and Options.Spent brings a clock in. There is none here.
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
// block of b steps; it is about a microsecond for 300 steps. For the tardiness every neighbour costs O(ops), about ten microseconds a move for 100 steps, and from
// some hundred steps on a sample of the neighbours is tried. Shops of more than 4096 steps look at a sample of their critical steps. A child is
// compared with the population once a tabu search, in O(ops × log ops) a member. Memory is O(ops × steps a machine), up
// to 32 MB, for each core. Meant for shops up to some ten thousand steps; the context is asked every 128 moves, and
// in large shops after a millisecond's work.
//
// # Concurrency
//
// Solve only reads the instance: any number may run side by side. It has up to eight goroutines at
// work and waits for them before it returns; Improved is called on the caller's.
package jobshop
