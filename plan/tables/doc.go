// Package tables reads and writes planning models: as a folder of CSV files, as
// one JSON document, and, through package tables/xlsx, as an Excel workbook. It
// writes the tables of a plan in the same three forms.
//
// Every table is declared once, as a list of columns with a name, a parser and a
// formatter (see inputs.go); the three forms share these declarations, so that
// they cannot differ in a name, a default or a rule.
//
// # Reading
//
// Load reads a folder or a document into a model. A Reader does the same in
// steps, for callers that read another form or want to time the steps. This
// package checks syntax: files, columns and cells. plan.Builder checks what the
// rows mean. Both report through the same collector, so that one load tells
// everything that is wrong (the first bom.MaxErrors errors, in table and row
// order), and each error is a *FileError that names the file and the line. A
// model comes out only if there was no error at all.
//
// A cell is at most MaxCell bytes; a longer one is an error that is found
// without reading it to its end. Memory besides the model is one buffer of the
// longest row; a JSON document whose settings come late keeps the text before
// them.
//
// # Editing
//
// An Edit makes a model of another one: tables or rows that come as text take the place of those that are there, and
// every other row stays. Errors in rows that came have their lines; a row that was there and is made wrong is named by its key.
//
// # Writing
//
// A Table is a name, columns and a sequence of rows that are formatted as they
// are consumed, so nothing is held. Files appear whole or not at all: they are
// written under a temporary name, synced and renamed. Files that are not the
// tables being written are never touched.
//
// Reading what was written gives the same model (the round-trip law), in all
// three forms.
//
// # Concurrency and cost
//
// A Reader belongs to one goroutine. A Table may be written any number of times
// if its sequence may. Reading and writing are linear in the size of the text
// and allocate nothing per cell but new ids and texts.
package tables
