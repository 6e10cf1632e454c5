// Package plan joins the engines: a Model of all input tables in, a Plan out, and from there other plans by changes.
//
// # What it does
//
// A Builder (or Rows, for models that are built in code) collects rows of the
// tables of docs/model.md, checks them together and makes the Model, whose ids are interned and
// whose rows stand in canonical order. New plans it. Package plan/tables reads
// and writes models and plans as CSV folders, JSON documents and Excel workbooks.
//
// Plan.Apply makes another plan of a plan and a batch of typed changes (docs/changes.md). On it stand Plan.Rush, the options
// for an urgent order (docs/rush.md); Plan.Promise, Largest, Quote and Review, the answers to inquiries and orders (docs/promise.md); Compare,
// what differs between two plans; and Live, which holds the current plan of a service (docs/live.md).
//
// # How a change is planned
//
// A batch is made on a draft, row by row, each change with its inverse. The material side is then a net change (mrp.Plan.Change): only
// parts whose rows or orders differ are netted again. The schedule is a repair of the one that was there: orders that came out
// different are taken from a planning board (schedule.Board) and their successors put on it, links of pegs that changed
// are changed there, and Board.Repair makes it whole by the chosen Strategy (Vieira, Herrmann & Lin 2003).
//
// One board serves many plans. A board is large and a change is small, so a plan that came of another one holds no schedule of its
// own but a version: its parent and the step that leads from there. The plans that came of one built plan are a family. To change one of
// them, a free board of the family is brought to it by undoing and making steps, so side-by-side plans cost what they differ in,
// not what they have in common. A family keeps at most two more idle boards than processors; as many goroutines as there are may each change a plan. The
// schedule of a version is written out in full only when somebody reads Plan.Finite.
//
// Steps add up: after 256 changes in a row, or when as many operations have moved as the root has, the schedule is written out and
// becomes the root of a family of its own, so that histories, and the way between two plans, stay short.
//
// # When the schedule is built anew
//
// Repair covers most of what happens in a day, not all. Everything is scheduled anew, in the time of a fresh plan, when
//
//   - master data or pins changed: items, sources, BOM, routings, work centres, calendars, the published schedule; downtime and overtime of
//     machines are repaired, those of ovens, operators, tools and work centres without limit are not;
//   - a demand changes that ships together with the lines of its order (policy order_complete), or an operation would be left on a work
//     centre of a class that it is not made for any more;
//   - the plan has scheduled lead times, no gap filling, or pegs that make a circle;
//   - an order comes or goes of which the published schedule holds operations where they are;
//   - the repair would break something that held before (schedule.ErrUnsettled), or the strategy is Total.
//
// In plans of up to 1,500 operations a repair that makes others later is compared with a schedule built anew, and the better
// one is taken. Effects.Strategy says Total where all was built anew.
//
// # Search
//
// A schedule is improved by schedule.Improve (docs/optimise.md): a new one by FiniteOptions.Optimise, one that is there by Plan.Optimise, a repaired one by
// Repair.Optimise, the options for a rush order by RushOptions.Optimise. A plan whose schedule became better is the root of a family. The material plan stays.
// What begins in the frozen zone is pinned for the search. After a repair, demands are given the dates at which they would have shipped as
// due dates, so that the search asks that nobody loses anything, and deviation from the plan before counts next.
//
// # Invariants
//
//   - Model and Plan are immutable. Apply leaves the plan it was asked of as it is, and Inverse restores the rows exactly.
//   - The material side of a changed plan equals that of a fresh plan of the changed tables byte for byte.
//   - The schedule of a plan made by New is a function of the tables and options. That of a changed plan is a function of its tables and of the
//     schedule that it is a repair of: the same changes on the same plan give the same bytes, on any number of processors; other
//     ways to the same tables may give another schedule. schedule.Verify accepts it. A search that is ended by the clock is a function of what
//     time allowed; one that is ended by tries, of the plan, its options and the seed.
//   - A batch applies whole or not at all. Errors are typed and say what to do.
//
// # Units
//
// Quantities are in base units, days are bom.Day, dates bom.When, lateness is in seconds after the end of the due day or the due timestamp.
// Money is decimal.
//
// # Complexity
//
// An empty batch copies a few pointers. Time and memory of a repaired change grow with the orders, links and operations that it
// touches; the first change of a family, and the first after its boards are all in use, costs a board: O(n log n) in operations. Reading all
// promises or operations of a plan (Finite, Compare) writes its schedule out: linear in operations and demands. Effects were found on
// the way and cost nothing, unless all was built anew.
//
// # Concurrency
//
// A Model or Plan is safe for any number of readers, and of goroutines that change it, each for itself. Boards are
// handed out under a lock and used by one goroutine at a time. A Live is safe for any number of goroutines.
//
// # Sources
//
// Orlicky, Material Requirements Planning (1975), ch. 5, for net change; Vieira, Herrmann & Lin, Rescheduling Manufacturing Systems, Journal of
// Scheduling 6 (2003), for the strategies; Bean, Birge, Mittenthal & Noon, Matchup Scheduling with Multiple Resources, Release Dates
// and Disruptions, Operations Research 39 (1991); Sridharan, Berry & Udayabhanu, Measuring Master Production Schedule Stability under Rolling Planning
// Horizons, Decision Sciences 19 (1988), for Stability; Wight, Production & Inventory Management 11 (1970), for Control.
package plan
