package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is an error as it is answered (RFC 9457). Members beyond the standard's carry the data of the error.
type Problem struct {
	Type     string `json:"type" doc:"Kind of the problem; the server answers this path with a sentence of help" example:"/problems/not-found"`
	Title    string `json:"title" doc:"The kind in words" example:"Not there"`
	Status   int    `json:"status" doc:"HTTP status" example:"404"`
	Detail   string `json:"detail,omitempty" doc:"What is wrong, and what to do" example:"there is no demand SO-10001: did you mean SO-1001?"`
	Instance string `json:"instance,omitempty" doc:"Id of the request, as in the log"`

	Kind     string `json:"kind,omitempty" doc:"Kind of the thing that it is about" example:"demand"`
	ID       string `json:"id,omitempty" doc:"Its id" example:"SO-10001"`
	Closest  string `json:"closest,omitempty" doc:"An id that may have been meant"`
	Field    string `json:"field,omitempty" doc:"Field or column with a bad value"`
	Value    string `json:"value,omitempty" doc:"The bad value"`
	Expected string `json:"expected,omitempty" doc:"What was expected, and what to do"`
	Index    *int   `json:"index,omitempty" doc:"Which of several changes or orders, from 0"`
	Change   string `json:"change,omitempty" doc:"That change in words"`

	Base    uint64 `json:"base,omitempty" doc:"Version that the request was about"`
	Current uint64 `json:"current,omitempty" doc:"Version that holds now"`
	Outcome any    `json:"outcome,omitempty" doc:"What the request would come to on the current version"`

	Leader string  `json:"leader,omitempty" doc:"Address of the instance that takes changes"`
	Errors []Fault `json:"errors,omitempty" doc:"All that is wrong, of an upload or of a request"`
	More   int     `json:"more,omitempty" doc:"Errors beyond those listed"`

	retry int // seconds, for Retry-After
}

// Fault is one of several errors.
type Fault struct {
	File     string `json:"file,omitempty" doc:"File or sheet" example:"items.csv"`
	Table    string `json:"table,omitempty" example:"items"`
	Line     int    `json:"line,omitempty" doc:"Line of the file or sheet; of JSON the number of the row, from 1" example:"17"`
	Column   string `json:"column,omitempty" example:"lead_days"`
	Location string `json:"location,omitempty" doc:"Place in the request" example:"body.changes[3].qty"`
	Value    string `json:"value,omitempty" example:"soon"`
	Expected string `json:"expected,omitempty" doc:"What was expected, and what to do"`
	Detail   string `json:"detail" doc:"The error in one sentence"`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders says when to come again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	return h
}

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// NewProblem is a problem of a kind of the list that /problems/{kind} explains.
func NewProblem(kind, detail string) *Problem {
	for _, k := range problemKinds {
		if k.name == kind {
			return &Problem{Type: "/problems/" + kind, Title: k.title, Status: k.status, Detail: detail, retry: k.retry}
		}
	}
	panic("no kind of problem: " + kind)
}

// With sets more members.
func (p *Problem) With(set func(*Problem)) *Problem {
	set(p)
	return p
}

// WriteProblem answers with a problem, for handlers that are not the API's.
func WriteProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	text, _ := json.Marshal(p)
	_, _ = w.Write(append(text, '\n'))
}

// problemOf is a problem that names the request.
func (s *Server) problemOf(ctx context.Context, p *Problem) *Problem {
	named := *p
	if named.Instance == "" {
		named.Instance = s.RequestID(ctx)
	}
	return &named
}

// fail is what a handler returns for an error: a problem. One that nobody thought of goes to the log, and the client gets its request's id.
func (s *Server) fail(ctx context.Context, err error) error {
	p := problem(err)
	if p.Status == http.StatusInternalServerError {
		s.Log.Error("request failed", "request", s.RequestID(ctx), "error", err)
	}
	return s.problemOf(ctx, p)
}

func internal() *Problem {
	return NewProblem("internal", "the server could not do this, and that is its own fault: the log has the error under the id of this request")
}

func stack() string { return string(debug.Stack()) }

func init() {
	// huma makes the errors that it finds itself by these.
	huma.NewError = func(status int, text string, errs ...error) huma.StatusError {
		return requestProblem(status, text, errs)
	}
	huma.NewErrorWithContext = func(_ huma.Context, status int, text string, errs ...error) huma.StatusError {
		return requestProblem(status, text, errs)
	}
}

// requestProblem is what huma has found wrong with a request before anybody looked at what it means.
func requestProblem(status int, text string, errs []error) *Problem {
	if status == http.StatusNotModified {
		return &Problem{Status: status}
	}
	for _, err := range errs {
		if p := problem(err); p.Status == http.StatusRequestEntityTooLarge || p.Type == "/problems/broken-off" {
			return p
		}
	}
	kind, ok := map[int]string{400: "bad-request", 401: "no-token", 403: "not-allowed", 404: "not-found", 406: "not-acceptable", 408: "broken-off",
		409: "conflict", 412: "stale", 413: "too-large", 415: "media-type", 422: "invalid-request", 429: "too-many", 503: "unavailable", 504: "timeout"}[status]
	if !ok {
		p := internal()
		if status < http.StatusInternalServerError && status > 0 {
			p = NewProblem("bad-request", text)
			p.Status = status
		}
		return p
	}
	p := NewProblem(kind, sentence(text))
	for _, err := range errs {
		if err == nil {
			continue
		}
		fault := Fault{Detail: err.Error()}
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			fault = Fault{Location: d.Location, Expected: d.Message, Detail: d.Message}
			switch d.Value.(type) {
			case nil, map[string]any, []any: // the location says which; quoted whole they hide what is wrong
			default:
				fault.Value = short(fmt.Sprint(d.Value))
			}
			if d.Location != "" {
				fault.Detail = d.Location + ": " + d.Message
			}
		}
		p.Errors = append(p.Errors, fault)
	}
	if len(p.Errors) == 1 {
		p.Detail = p.Errors[0].Detail
	}
	if status == http.StatusUnsupportedMediaType {
		p.Detail += ": send the header Content-Type: application/json"
	}
	return p
}

// sentence puts huma's words into the ones of this API.
func sentence(text string) string {
	switch text {
	case "validation failed":
		return "the request does not fit the description of this operation: see errors, and /docs"
	case "request body is required":
		return "the request has no body: send one as /docs describes"
	}
	return text
}

// short is a value that an error quotes.
func short(text string) string {
	const most = 200
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
