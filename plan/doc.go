// Package plan joins the engines: a Model of all input tables in, a Plan out.
//
// A Builder (or Rows, for models that are built in code) collects rows of the
// tables of docs/model.md, checks them together and makes the Model, whose ids are interned and
// whose rows stand in canonical order. New plans it. Package plan/tables reads
// and writes models and plans as CSV folders, JSON documents and Excel workbooks.
//
// Model and Plan are immutable and safe for any number of readers. A plan is a
// value: it depends on the tables alone, and any number of plans live side by side.
package plan
