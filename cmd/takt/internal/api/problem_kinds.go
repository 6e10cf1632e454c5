package api

import (
	"fmt"
	"net/http"
)

// problemKind is a kind of problem: its name in the type, its title, and what to do in general.
type problemKind struct {
	name   string
	status int
	title  string
	help   string
	retry  int
}

var problemKinds = []problemKind{
	{"bad-request", 400, "The request cannot be read", "The request is no JSON, or a header or parameter is malformed. The detail says where.", 0},
	{"invalid-request", 422, "The request does not fit", "A field is missing, unknown or of another type. The errors name each of them; /docs describes the operation.", 0},
	{"invalid-value", 422, "A value makes no sense", "The field, its value and what was expected are in the answer. Nothing was changed.", 0},
	{"invalid-tables", 422, "The tables have errors", "Every error is listed with file, line, column, value and what was expected. Nothing was changed. Correct them all and send the tables again.", 0},
	{"not-found", 404, "Not there", "There is nothing of this id. The closest known id is named where one is near.", 0},
	{"unknown", 422, "Unknown id", "The request names something that is not there. The closest known id is named where one is near. Nothing was changed.", 0},
	{"method", 405, "Not with this method", "The header Allow lists the methods that the address takes.", 0},
	{"uncertain", 503, "Not known whether it was done", "The store broke off while the change was written. Send it again with the same Idempotency-Key: it is done once.", 1},
	{"exists", 422, "There already", "The id is taken. Change what is there, or take another id.", 0},
	{"closed", 422, "Closed", "What the change is about is over.", 0},
	{"held", 422, "Held", "Stock or receipts are reserved for this demand. Free them first.", 0},
	{"contradiction", 422, "The changes contradict each other", "Two changes of one batch set the same. Make one of both, or two batches.", 0},
	{"quote", 422, "The quote is in another state", "The answer names the state that it is in.", 0},
	{"stale", 412, "The plan has moved on", "The request was about an older version of the plan. Read the current one, decide again, and send its version in If-Match.", 0},
	{"history", 409, "Too far back", "Only the last versions can be taken back. Make the opposite changes instead.", 0},
	{"conflict", 409, "Not now", "Something is in the way at the moment. The detail says what.", 0},
	{"refused", 403, "Not approved", "The one who approves has refused it.", 0},
	{"no-token", 401, "No valid token", "Send the header Authorization: Bearer with a token made by takt token create.", 0},
	{"not-allowed", 403, "Not allowed", "The token's role may not do this. An admin can make a token of another role.", 0},
	{"key-reused", 422, "Idempotency key used before", "A key stands for one request. Take a new key for every new request; send the same key only to repeat the same request.", 0},
	{"too-large", 413, "Too large", "The body is larger than the server takes. Send it in parts, or have the limit raised (--max-body).", 0},
	{"media-type", 415, "Not a form that is read", "The operation's description in /docs lists the media types that it reads.", 0},
	{"not-acceptable", 406, "Not a form that is written", "The operation's description in /docs lists the media types that it writes.", 0},
	{"too-many", 429, "Too many requests", "Wait as long as Retry-After says, and send it again.", 1},
	{"busy", 503, "Busy", "Too many changes wait already. Send it again after the seconds in Retry-After, or put more changes into one request.", 1},
	{"no-leader", 503, "Not the instance that takes changes", "Send changes to the leader that the answer names, or again after the seconds in Retry-After.", 1},
	{"unavailable", 503, "Not available", "The service is going down or its store cannot be reached. Send it again after the seconds in Retry-After.", 2},
	{"not-yet", 503, "This version is not there yet", "The version that the request wants at least has not come. Ask again after the seconds in Retry-After, or without it.", 1},
	{"timeout", 504, "Out of time", "The question takes longer than the server gives to one request. Ask for less, or have the limit raised.", 0},
	{"broken-off", 408, "The body did not come", "The connection was too slow, or broke off. Send it again.", 0},
	{"internal", 500, "The server's own fault", "The log has the error under the id of the request (instance). Report it with what was sent.", 0},
}

// helpProblem answers /problems/{kind}.
func helpProblem(w http.ResponseWriter, r *http.Request) {
	for _, k := range problemKinds {
		if k.name == r.PathValue("kind") {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprintf(w, "%s (%d)\n%s\n", k.title, k.status, k.help)
			return
		}
	}
	WriteProblem(w, NewProblem("not-found", "there is no such kind of problem: take the type of an answer as it is"))
}
