// Package schedule says when each operation runs, and on which machine.
//
// # What it does
//
// A Problem holds jobs of operations, modes (where an operation can run, and how long),
// arcs (what must come before what), machines, pools of operators and tools,
// changeovers and pins. Build constructs a Schedule; Verify checks any schedule against
// its problem from first principles; Evaluate scores it; Bound says what no schedule can
// beat; Schedule.Why follows what holds a job up back to its cause. The package knows
// nothing of tables, BOMs or netting: plan makes problems of planned orders, and a job
// shop of the literature is a problem as well.
//
// # How it works
//
// Construction is a serial generation scheme (Kelley 1963; Kolisch, European Journal of
// Operational Research 90, 1996): operations are taken by a key, predecessors first, and each is placed
// where it ends earliest, in gaps between others if it fits. The default key is the latest start of
// a backward pass from the due dates through calendars and machines; further passes
// move up what came late (Joslin & Clements, Squeaky Wheel Optimization, Journal of Artificial
// Intelligence Research 10, 1999) and keep the best. Rules that look at the
// shop as it runs (ATC, critical ratio, least setup …) dispatch over time instead
// (Giffler & Thompson, Operations Research 8, 1960).
//
// # Invariants
//
//   - A schedule is a pure function of the problem and the options.
//   - Nothing is dropped. What cannot be done as asked (no calendar left, no way round a forbidden
//     changeover, a wait that cannot be kept) is placed as well as can be, and named in Schedule.Broken.
//   - Pinned operations keep machine and times, whatever else they break.
//
// # Units
//
// Instants are seconds since 1970; durations are time.Duration, so that minutes of 10⁻⁹ are
// exact; a working time is rounded up to a second once, setup included. Quantities are
// bom.Quantity. Numbers of things are dense indexes into the problem's slices.
//
// # Complexity
//
// A pass takes O(n log n) in operations and arcs, and for every operation and machine that could do
// it a search for a gap: logarithmic, and linear in the gaps that are too short at worst.
//
// # Concurrency
//
// A Problem must not change while it is used; a Schedule is immutable. Both are then
// safe for any number of readers. Build runs on the caller's goroutine.
package schedule
