// Package bom knows what things are made of: items and parts, bills of
// material, sources of supply, and the network that they form together.
//
// # Words
//
// A part is an item at a site; it is what MRP nets, what a bill of material
// names and what has a stock. A line says how much of a component one unit, or one
// order, of a parent takes; a line with a negative quantity is a by-product.
// A phantom is a part that is never ordered or stored on purpose: its own lines stand in
// for it. A source is one way to replenish a part: make, buy, transfer, subcontract.
// The bill of a part lives at the part's site; only transfers cross sites.
//
// # From rows to answers
//
// A [Builder] collects [Item], [Line], [Source] and [UOM] rows in any order and
// makes a [Catalog] of them. [Compile] turns the catalog into a [Network]:
// where-used, low-level codes, the version behind every source. A [Structure] is
// the network on a day, seen through a selection of lines, and answers questions:
//
//	s := network.On(day, bom.Selection{})
//	s.SingleLevel(want), s.Indented(want)  // explosion, level by level in tree order
//	s.Summarised(want...)                  // explosion, one total a part
//	s.WhereUsed(p), s.IndentedWhereUsed(p) // implosion
//	s.EndProducts(p)                       // implosion, one total an end product
//	s.RollUp(bom.CostOptions{})            // material cost of every part
//	s.LeadTimes(nil)                       // cumulative lead time, critical path
//
// # Invariants
//
// Ids are dense: a [PartID] is the part's place in the order of (item id, site
// id), lines are sorted by (parent, version, component, line), sources by (part,
// source). So results do not depend on the order in which rows came.
//
// A Catalog and a Network do not change once made. Their exported slices are to be
// read, never written.
//
// Every line, by-product, substitute and transfer leads from a lower
// low-level code to a higher one. A part that needs itself makes Compile fail
// with a [*CycleError] that carries the path; a part reached twice (a diamond) is no cycle.
//
// # Numbers
//
// [Quantity] counts 10⁻⁶ units and [Number] 10⁻⁹ in an int64. Products and
// quotients have 128-bit intermediates or wider, so a requirement is exact before it is rounded:
//
//	requirement = start quantity × line quantity ÷ (1 − scrap)   per unit, rounded up
//	requirement =                  line quantity ÷ (1 − scrap)   per order, rounded up
//	by-product  = start quantity × line quantity                 rounded down, negative
//	start quantity = quantity ÷ yield                            rounded up
//
// each rounded once, to the decimals of the part that it counts. What does not fit
// is an error ([*OverflowError]) and never wraps. Costs and quantities per end
// product are decimals of any length; a quotient there is rounded half up at [QuotientPlaces] places.
//
// # Complexity
//
// With P parts, L lines, and p, l for those that a question reaches: Compile
// takes O(P + L) time and memory, plus the sorting of small levels. Summarised
// and EndProducts take O(l + p·log p), RollUp O(L) decimal operations and LeadTimes O(L); the
// indented lists take time in proportion to what they yield, which grows with
// the number of paths, and memory in proportion to their depth. A version is read
// through once for each member of a substitute group.
//
// # Concurrency
//
// Builders and [Names] that still intern are for one goroutine. Catalog,
// Network, Structure, Costs and LeadTimes are values: any number of goroutines
// may read one. An iterator may be ranged over many times, also at once.
//
// # Sources
//
// Explosion by levels and the low-level code: J. Orlicky, Material Requirements
// Planning, McGraw-Hill 1975. Quantities per end product (the total requirement factors
// of the "gozinto" graph): A. Vazsonyi, Scientific Programming in Business and
// Industry, Wiley 1958. Topological order: A. B. Kahn, Topological sorting
// of large networks, CACM 5 (1962). Longest path: J. E. Kelley, M. R. Walker, Critical-path planning and
// scheduling, 1959.
package bom
