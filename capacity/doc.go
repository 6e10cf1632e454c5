// Package capacity says when and where work can run: calendars as working-time
// arithmetic, work centres, routings, downtime and setups.
//
// A Shop holds the capacity tables in canonical order, their ids resolved against a
// bom.Catalog. A Calendar counts working days forwards and backwards; a LeadTime
// gives the working days that a routing takes for a start quantity, exactly.
//
// A LoadProfile compares, by week or day, the machine time that there is with the time that work
// asks for; it ranks bottlenecks and tells what would cover an overload.
//
// Invariants: a Shop and all it holds are immutable and safe for any number of readers.
// The nil Calendar works every day, around the clock. A calendar that has no
// further working day says so; it never invents a date. Calendars are compiled
// for 40 years before and 70 years after the planning start.
//
// Units: days are bom.Day of the model's zone, minutes are bom.Number (10⁻⁹), which are 60 ns
// of a time.Duration; instants are seconds since 1970.
// Complexity: steps over a calendar take O(log days) and 8 KB a calendar; a lead time
// with one working-day length takes a handful of instructions, others sum exact fractions.
package capacity
