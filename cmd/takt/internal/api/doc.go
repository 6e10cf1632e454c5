// Package api is the HTTP API of the service: it turns requests into calls of the engine, and what the engine answers into JSON.
// It has no planning logic.
//
// # What every operation keeps to
//
//   - A read answers with the plan version that it has read, in the headers ETag and Takt-Version. It never waits for a change, and what
//     it answers is of one version.
//   - A write is answered when it is durable. It takes If-Match (the version that it is about) and Idempotency-Key.
//   - An error is a Problem (RFC 9457): what is wrong, with the data of the error, and what to do. A panic is answered with status 500
//     and only the id of the request; the log has the rest.
//
// # Reading fast
//
// A view is made once for a plan version and shared by all requests. What a small read needs, a plan's figures, one order, one demand,
// is looked up there by id; it is never searched for. Nothing of a view is made before somebody asks for it.
package api
