// Package schedule says when each operation runs, and on which machine.
//
// # What it does
//
// A Problem holds jobs of operations, modes (where an operation can run, and how long),
// arcs (what must come before what), machines, pools of operators and tools,
// changeovers and pins. Build constructs a Schedule, Improve makes a better one of it; Verify checks any schedule against
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
// # Repair
//
// A Board is a schedule that changes in place, as a planning board does. Between Begin and Commit jobs come and go, arcs and releases
// change, machines get other hours; Repair then places what is nowhere and moves what cannot stay. It is the same serial
// scheme on what the change touches: units come by their latest start; one that would be late displaces what has more time, never
// what is pinned or in the frozen zone, and what gave way joins the queue. Latest times are found again only for what comes before a change,
// the last first, so that few operations come twice.
//
// A repair is tried several times: what came late is asked for earlier in the next trial (Joslin & Clements again), and the best is kept, with lateness
// of the jobs that the change is about counting three times that of others. Trials end after two in vain, after four rounds, or when
// 1,500 operations were moved in all. A schedule just in time is shifted late once, after the kept trial. Strategies are
// options of a repair: gaps only, displacing, keeping sequences (right shift), or giving way only before a date (match-up: Bean, Birge, Mittenthal & Noon,
// Operations Research 39, 1991). Vieira, Herrmann & Lin (Journal of Scheduling 6, 2003) survey them.
//
// Each change is a Step, which Undo takes back and Redo makes again: so one board serves many schedules that differ in little, where
// a copy would cost the whole. Undo leaves no trace: a board that was brought to a schedule repairs as a new one does.
//
// # Search
//
// Improve and Optimise go on from a constructed schedule for as long as they are given. Three kinds of moves take turns, and what gained more for
// its work gets more of the time.
//
// A planner searches the order of construction. It asks for what a late job waits for, or for work in its way, so much earlier or later, builds the whole schedule again by
// the serial scheme, and keeps what is no worse: squeaky wheel (Joslin & Clements) as a local search, with some heat (Kirkpatrick, Gelatt & Vecchi, Science 220, 1983) in small shops. A build ends as soon as
// the jobs that are placed are later than all may be, which is soon for most.
//
// An island searches in place (large-neighbourhood search: Shaw, CP 1998; Palpant, Artigues & Michelon, Annals of Operations Research 131, 2004; Godard, Laborie & Nuijten, ICAPS
// 2005): it lifts what a late job waited for through arcs and machines, a time on a machine or a work centre, or what several late jobs wait for, and
// places it again in another order; what has a later turn gives way, and what waits for it moves with it. Neighbourhoods and orders are drawn by their success (Ropke & Pisinger,
// Transportation Science 40, 2006). The score is kept up by job, and what is no better is taken back by a trail. Setups behind a gap are closed up: the operation there gets the setup that it
// needs now and ends when it did, or is lifted as well.
//
// A sequencer changes the order of operations on machines, as the searches for job shops do: a late job's critical path, through arcs and machines, names
// neighbours that change places or an operation that moves to another place or machine (N5: Nowicki & Smutnicki, Management Science 42, 1996; insertions: Dell'Amico & Trubian, Annals of Operations
// Research 41, 1993). The times that follow from the order are followed exactly, through calendars and setups, until nothing changes any more or the change
// costs too much; it is kept if it is no worse than the schedule so many changes ago (late acceptance: Burke & Bykov, European Journal of Operational Research 258, 2017).
// What needs tools or operators, ovens, splits, batches that are handed over, chains and campaigns keep their times there. Sequencers work where tardiness comes first.
//
// The search steers by the measures of the objective up to the first one that is not at its bound, so that it may drift over schedules that are equal by it; the best by the whole
// objective is kept. A schedule just in time is searched as early as can be and moved late at the end, as Build does.
//
// Where few jobs are late the search runs on a part: late jobs, those due before the last late one ends, and all they wait for; the rest is placed behind
// it. Planners begin again now and then by the latest starts that the machines' order allows (double justification: Valls, Ballestín &
// Quintanilla, European Journal of Operational Research 165, 2005), and once they are grown up have children whose keys are between those of two of the best (memetic algorithms:
// Moscato, 1989). Sequencers begin somewhat above the best's cost, from where they can climb.
//
// There are always four planners, islands and sequencers, with generators of their own, which exchange what they found after fixed numbers of iterations: the result is a pure function of
// problem, start, seed and iterations, and the cores only decide how long it takes. With a deadline it depends on the clock.
//
// # Invariants
//
//   - A schedule is a pure function of the problem and the options. A repaired one is a pure function of the schedule it began with and
//     the change. It may differ from what Build makes of the same problem, and Verify accepts it as well.
//   - Undo restores the schedule exactly. A repair that cannot keep what was kept before is ErrUnsettled, and is to be undone.
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
// NewBoard takes O(n log n). A repair costs what it touches and moves, at most RepairOptions.Most operations a trial in other jobs' places; Undo and
// Redo cost what moved. An iteration of the search costs about a microsecond an operation: of all of them that are placed before a planner gives up, or of those
// that an island lifts, some hundreds; a sequencer's change, of those whose times change, about a hundred in a small shop. An island allocates nothing for single operations in the long run; a planner allocates its schedules.
//
// # Concurrency
//
// A Problem must not change while it is used; a Schedule is immutable. Both are then
// safe for any number of readers. Build runs on the caller's goroutine, a search on as many as it is told to use. A Board belongs to one goroutine at a time, and so
// does its problem, which is a copy; a Step is immutable and may be made on any board of the same schedule that made the same steps before it.
package schedule
