// Package client talks to a Takt service (takt serve): it reads the plan and asks why it is as it is, changes it, sends tables, asks for rush orders
// and promises, has incoming orders reviewed, tries scenarios, takes files and reports, and follows what happens. It needs net/http and nothing else.
//
// A service with a certificate of its own making needs an HTTP client that knows it: Client.HTTP with a Transport whose TLSClientConfig has RootCAs.
//
// # Safe repeats
//
// Every request that changes the plan carries an idempotency key, so that it is sent again without harm when the connection is lost or the
// service is busy: it is made once. Reads and questions are sent again too. What has no key on the wire
// (making or changing a scenario, cancelling a job) is sent again only when the service said that nothing was done. Between tries the client waits, longer
// each time and as long as Retry-After says; the context ends it.
//
// # Errors
//
// What the service refuses is a *Problem, with the data that the answer has: the id that was not found and the
// closest one, the field with a bad value, all errors of a list, the version that is current. Tables that are wrong come back with all
// errors at once: file, line, column, value and what was expected; of very many the first, and how many more there are. Anything else is the error of the connection.
//
// # Long answers
//
// Lists are iterators that ask for page after page. Exports and the report are a Download, which is read while the service writes it, and
// closed by whoever asked. What is sent again is held in memory: an Upload is as large as the service takes (64 MB, if nobody has raised it).
//
// # Versions
//
// The plan has versions. Answers name theirs; IfMatch makes a change depend on the one that was looked at. On several instances Query.AtLeast reads
// what was just written.
//
// Quantities and money are json.Number, digit by digit. Dates are texts such as 2026-11-21, or RFC 3339 times.
package client
