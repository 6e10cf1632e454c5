// Package mrp plans material: from demand, stock and open orders over the BOM
// network to planned orders, pegs and messages.
//
// # What it does
//
// Compile prepares a Model from a bom.Network, a capacity.Shop and a Book of
// demands, stock, receipts and allocations. Model.Plan nets every part once, in low-level-code
// order, and gives an immutable Plan. The rules are those of docs/model.md: netting
// against stock, reservations and scheduled receipts, safety stock, lot sizing,
// lead-time offset, sources, substitutes, dedicated supply.
//
// # How it works
//
// Netting pulls. A part reads the finished orders of its parents through
// where-used, adds what they require into day-indexed sums, turns the sums into events in
// day order and nets them in one sweep. No requirement is stored; pegs,
// explanations, netting records and messages repeat the gathering for the parts they are
// asked for. Few parts need more: where a demand has supply of its own, or a substitute may
// step in, requirements are told apart one by one (special.go).
//
// # Net change
//
// Plan.Change plans edits of the book's rows (demands, stock, receipts, allocations) by net change: a part is netted again if its own rows changed or
// the orders of a part that requires it, in low-level-code order, and where its orders come out as before the wave ends. A rush
// order visits little more than its own BOM. The result equals a fresh plan of the edited tables byte for byte; that is what makes it safe to
// make thousands of changes without ever planning anew.
//
// A changed model and plan are a fork: they share with their base all but the parts whose rows or orders differ, which lie in
// sparse arrays (internal/sparse) over the base's flat ones. A fork costs what changed, and any number live side by side. Numbers of demands and receipts
// that came later follow those that were there, so all that is stored by number stays.
//
// What parts share is planned anew: substitutes, spare stock of sister sites, held supply, receipts that count as given by one of several sources, dedicated demands that come or go.
// NetChange.Full says so. Edits of other tables are a new model; plan does those.
//
// # Invariants
//
//   - A plan is a pure function of the tables. Row order, GOMAXPROCS and history do
//     not change a byte of it. All ids are dense numbers in the string order of their texts.
//   - Quantities are exact: bom.Quantity with 128-bit intermediates; overflow is an
//     *OverflowError, never a wrap. Floating point occurs in the statistical
//     safety stock and the economic lot only, and is rounded at once.
//   - The pegs of a supply sum to its quantity.
//   - Lots of a part are in need-day order, common ones first; an order's id is
//     item@site/need-date/n, so that a change elsewhere renames nothing.
//
// # Units
//
// Days are bom.Day, whole days of the model's zone; inside, offsets from the
// planning start. Quantities are in the item's base unit.
//
// # Complexity
//
// Compile is linear in the tables. Plan is linear in the dependent requirements
// (orders × lines) and allocates nothing per requirement; a lot takes 32 bytes. Look-ahead lot rules
// cost O(requirements) a lot, Wagner-Whitin O(requirements²) a part at worst, which its
// planning-horizon theorem makes near linear in practice. Change is linear in the rows and orders of the parts it visits, and keeps four bytes for
// each row that was added since the tables were read.
//
// # Concurrency
//
// Book, Model and Plan are immutable and safe for any number of readers, and of goroutines that change
// one of them, each for itself. Model.Plan
// runs the parts of one level on several goroutines without locks; parts that
// share something (substitutes, spare stock of sister sites) run one after another in part order.
//
// # Sources
//
// Orlicky, Material Requirements Planning (1975), for levels, netting and
// pegging, and its chapter 5 for net change; Wagner & Whitin, Management Science 5 (1958); Silver & Meal, Production and Inventory
// Management 14 (1973); DeMatteis, IBM Systems Journal 7 (1968); Gorham, Production and
// Inventory Management 9 (1968); Groff, Production and Inventory Management 20 (1979); Harris (1913);
// Silver, Pyke & Thomas, Inventory and Production Management in Supply Chains, for safety stock.
package mrp
