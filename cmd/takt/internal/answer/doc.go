// Package answer holds what the engine answers as documents: structs that the command prints as JSON and the HTTP API
// sends, so that both say the same. It decides nothing; every value comes from package plan.
//
// # Forms
//
// Dates and times are texts as in the tables: a day, or an RFC 3339 time in the zone of the model; empty if there is none. The
// documents of rush orders hold quantities and money as texts, the later ones as JSON numbers (Number), both exact.
package answer
