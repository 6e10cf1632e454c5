package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Problem is what the service refused, and why (RFC 9457).
type Problem struct {
	Type     string `json:"type"` // /problems/ and its Name
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`   // what is wrong, and what to do
	Instance string `json:"instance"` // id of the request, as in the service's log

	Kind     string `json:"kind"` // of the thing that it is about
	ID       string `json:"id"`
	Closest  string `json:"closest"` // an id that may have been meant
	Field    string `json:"field"`
	Value    string `json:"value"`
	Expected string `json:"expected"`
	Index    *int   `json:"index"`  // which of several changes or orders, from 0
	Change   string `json:"change"` // that change in words

	Base    uint64          `json:"base"`    // version that the request was about
	Current uint64          `json:"current"` // version that holds now
	Outcome json.RawMessage `json:"outcome"` // what the request would come to on the current version; see Stale

	Leader string  `json:"leader"` // address of the instance that takes changes
	Errors []Fault `json:"errors"`
	More   int     `json:"more"` // errors beyond those listed
}

// Fault is one of several errors of a request or an upload.
type Fault struct {
	File     string `json:"file"`
	Table    string `json:"table"`
	Line     int    `json:"line"`
	Column   string `json:"column"`
	Location string `json:"location"` // place in the request, such as body.changes[3].qty
	Value    string `json:"value"`
	Expected string `json:"expected"`
	Detail   string `json:"detail"`
}

// Outcome is what a decision would come to on the version that is current now: IfMatch with its version takes it.
type Outcome struct {
	Version uint64 `json:"version"`
	Effects
}

// Error is the detail, or the title if there is none.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return fmt.Sprintf("%s (status %d)", p.Title, p.Status)
}

// Name is the kind of problem, such as not-found; GET /problems/ and the name says what to do.
func (p *Problem) Name() string { return strings.TrimPrefix(p.Type, "/problems/") }

// Stale is the outcome of a commit on the current version, if the problem has one.
func (p *Problem) Stale() (o Outcome, ok bool) {
	if len(p.Outcome) == 0 || p.Current == 0 {
		return o, false
	}
	err := decode(p.Outcome, &o)
	return o, err == nil && o.Version > 0
}

// IsProblem reports whether an error is a problem of that name.
func IsProblem(err error, name string) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Name() == name
}

// passes reports whether the request may be sent again: the service did nothing and may do it later. What a proxy says is about the
// connection: nobody knows what the service did.
func (p *Problem) passes(r repeat) bool {
	own := p.Type != noProblem
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return own || r == always
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return !own && r == always
	}
	return false
}

// noProblem is the type of an error that is not the service's.
const noProblem = "about:blank"

// problemOf reads an answer that is an error. One that is no problem, as of a proxy, becomes one.
func problemOf(answer *http.Response) *Problem {
	const most = 16 << 20
	text, _ := io.ReadAll(io.LimitReader(answer.Body, most))
	p := &Problem{}
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if media != "application/problem+json" || json.Unmarshal(text, p) != nil {
		p = &Problem{Type: noProblem, Title: http.StatusText(answer.StatusCode)}
	}
	p.Status = answer.StatusCode
	return p
}
