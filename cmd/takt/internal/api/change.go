package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// ChangeList is a list of changes in the format of docs/changes.md, kept as it came so that errors name the place.
type ChangeList struct{ text []byte }

// UnmarshalJSON keeps the text.
func (c *ChangeList) UnmarshalJSON(text []byte) error {
	c.text = bytes.Clone(text)
	return nil
}

// MarshalJSON is the text.
func (c ChangeList) MarshalJSON() ([]byte, error) {
	if c.text == nil {
		return []byte("[]"), nil
	}
	return c.text, nil
}

// Schema describes the list; what each kind takes is checked when it is read.
func (ChangeList) Schema(huma.Registry) *huma.Schema {
	var kinds strings.Builder
	for _, k := range tables.ChangeKinds() {
		var fields []string
		for _, c := range k.Columns {
			name := c.Name
			if c.Required {
				name = "**" + name + "**"
			}
			fields = append(fields, name)
		}
		fmt.Fprintf(&kinds, "\n- `%s`: %s", k.Name, strings.Join(fields, ", "))
	}
	change := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Required: []string{"change"},
		Properties:  map[string]*huma.Schema{"change": {Type: huma.TypeString, Description: "The kind of the change."}},
		Description: "A change: its kind, and the fields of that kind, bold ones required. Fields are named and written as the columns of the tables; docs/changes.md says what each kind does." + kinds.String()}
	change.PrecomputeMessages()
	one := 1
	list := &huma.Schema{Type: huma.TypeArray, Items: change, MinItems: &one,
		Examples: []any{[]any{map[string]any{"change": "move_demand", "demand": "SO-1011", "due": "2026-04-20"}}}}
	list.PrecomputeMessages()
	return list
}

// read makes the changes of the list; errors name their places in it.
func (c *ChangeList) read(zone *time.Location) ([]plan.Change, error) {
	scenarios, err := tables.ReadChanges(bytes.NewReader(c.text), tables.JSON, zone)
	if err != nil {
		return nil, relocated(err, func(row int) string { return fmt.Sprintf("body.changes[%d]", row-1) })
	}
	return scenarios[0].Changes, nil
}

// relocated are the errors of a list of changes with their places in the request, as one problem.
func relocated(err error, where func(row int) string) error {
	many, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		return err
	}
	p := NewProblem("invalid-value", "")
	p.More = many.More
	for _, e := range many.List {
		row, ok := errors.AsType[*bom.RowError](e)
		if !ok {
			p.Errors = append(p.Errors, Fault{Location: "body", Detail: e.Error()})
			continue
		}
		place := where(row.Row)
		if row.Column != "" {
			place += "." + row.Column
		}
		p.Errors = append(p.Errors, Fault{Location: place, Column: row.Column, Value: short(row.Value), Expected: row.Expected, Detail: placed(place, row)})
	}
	p.Detail = fmt.Sprintf("%d values make no sense; nothing was changed: see errors", len(p.Errors)+p.More)
	if len(p.Errors) == 1 {
		f := &p.Errors[0]
		p.Detail, p.Field, p.Value, p.Expected = f.Detail, f.Column, f.Value, f.Expected
	}
	return p
}

func placed(place string, row *bom.RowError) string {
	if row.Value == "" {
		return place + ": " + row.Expected
	}
	return fmt.Sprintf("%s: %q: %s", place, short(row.Value), row.Expected)
}

type changesInput struct {
	Write
	Body struct {
		Changes ChangeList `json:"changes" doc:"The changes, made in this order, all of them or none."`
	}
}

type undoInput struct {
	Write
	Body struct {
		Version uint64 `json:"version" minimum:"1" doc:"The version to take back: the current one." example:"7"`
	}
}

func (s *Server) registerChanges(api huma.API) {
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "apply-changes", Method: http.MethodPost, Path: "/v1/changes", Tags: []string{"changes"},
		Summary: "Change the plan",
		Description: "Makes a batch of changes, all of them or none, plans them, and answers when they are durable: with the version that holds them, and what that did to the demands and to the schedule. " +
			"Batches that come at the same time may be planned together and share a version.",
	}), s.applyChanges)
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "undo-version", Method: http.MethodPost, Path: "/v1/undo", Tags: []string{"changes"},
		Summary:     "Take the current version back",
		Description: "Goes back to the plan before the version that is named, which has to be the current one, under a new version. All changes of that version are taken back, those of others too if they were planned together.",
	}), s.undoVersion)
	s.registerLog(api)
}

func (s *Server) applyChanges(ctx context.Context, in *changesInput) (*stepOutput, error) {
	changes, err := in.Body.Changes.read(s.zone())
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.apply(ctx, &in.Write, "apply-changes", &in.Body, changes...)
}

// apply makes changes for a request, and answers with the step.
func (s *Server) apply(ctx context.Context, w *Write, what string, body any, changes ...plan.Change) (*stepOutput, error) {
	r, err := s.request(ctx, w, what, body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	result, err := s.Keeper.Apply(ctx, r, changes...)
	if err != nil {
		return nil, s.failWrite(ctx, w, err)
	}
	return s.stepped(ctx, result), nil
}

// zone is the time zone of the model.
func (s *Server) zone() *time.Location { return s.Keeper.Current().Plan.Model().Zone() }

func (s *Server) undoVersion(ctx context.Context, in *undoInput) (*stepOutput, error) {
	r, err := s.request(ctx, &in.Write, "undo-version", &in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	result, repeated, err := s.answered(ctx, r)
	if err == nil && !repeated {
		err = unmoved(r, in.Body.Version)
	}
	if err == nil && !repeated {
		result, err = s.Keeper.Undo(ctx, r, in.Body.Version)
	}
	if err != nil {
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	return s.stepped(ctx, result), nil
}

// LogEntry is a request that changed the plan.
type LogEntry struct {
	Version uint64   `json:"version" doc:"The version that it led to."`
	At      string   `json:"at" doc:"When it was accepted."`
	Kind    string   `json:"kind" enum:"applied,committed,undone,loaded"`
	Request string   `json:"request,omitempty" doc:"The id of the request."`
	Changes []string `json:"changes" nullable:"false" doc:"What was changed, in words."`
}

// AuditEntry says who asked, too.
type AuditEntry struct {
	LogEntry
	Actor string `json:"actor,omitempty" doc:"The id of the token; left out: nobody had to say."`
	Note  string `json:"note,omitempty" doc:"What else was said, such as who consented: approved by Ms Berg."`
}

// LogPage is a page of the log, the newest first.
type LogPage[T any] struct {
	Version uint64 `json:"version" doc:"The version that is current."`
	Items   []T    `json:"items" nullable:"false"`
	Next    string `json:"next,omitempty" doc:"Where the next page begins: send it as cursor. Left out on the last page."`
}

type logInput struct {
	Cursor string `query:"cursor" doc:"Where the page begins, as next of the one before said."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many entries at most."`
}

type logOutput[T any] struct {
	Stamp
	Body LogPage[T]
}

func (s *Server) registerLog(api huma.API) {
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-changes", Method: http.MethodGet, Path: "/v1/changes", Tags: []string{"changes"},
		Summary:     "What was changed",
		Description: "The requests that changed the plan, the newest first.",
	}), func(ctx context.Context, in *logInput) (*logOutput[LogEntry], error) {
		return logPage(ctx, s, in, func(e *keeper.Entry) LogEntry { return logEntry(e) })
	})
	huma.Register(api, s.op(Admin, huma.Operation{
		OperationID: "list-audit", Method: http.MethodGet, Path: "/v1/audit", Tags: []string{"changes"},
		Summary:     "Who changed what",
		Description: "The requests that changed the plan, the newest first, with the token that asked.",
	}), func(ctx context.Context, in *logInput) (*logOutput[AuditEntry], error) {
		return logPage(ctx, s, in, func(e *keeper.Entry) AuditEntry { return AuditEntry{logEntry(e), e.Actor, e.Note} })
	})
}

func logEntry(e *keeper.Entry) LogEntry {
	changes := e.Changes
	if changes == nil {
		changes = []string{}
	}
	return LogEntry{e.Version, e.At.UTC().Format(time.RFC3339Nano), string(e.Kind), e.Request, changes}
}

// logPage is a page of the log.
func logPage[T any](ctx context.Context, s *Server, in *logInput, made func(*keeper.Entry) T) (*logOutput[T], error) {
	before := uint64(0)
	if in.Cursor != "" {
		var err error
		if before, err = strconv.ParseUint(in.Cursor, 10, 64); err != nil || before == 0 {
			return nil, s.fail(ctx, NewProblem("bad-request", "cursor is not one that this list gave: leave it out to begin at the newest").
				With(func(p *Problem) { p.Field, p.Value = "cursor", short(in.Cursor) }))
		}
	}
	entries, err := s.Keeper.Log(ctx, before, in.Limit)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	entries = wholeVersions(entries, in.Limit)
	version := s.Keeper.Current().Version
	out := &logOutput[T]{Stamp: stamp(version), Body: LogPage[T]{Version: version, Items: []T{}}}
	for i := range entries {
		out.Body.Items = append(out.Body.Items, made(&entries[i]))
	}
	const first = 2 // version that can be in the log: 1 is what the service began with
	if n := len(entries); n > 0 && entries[n-1].Version > first {
		out.Body.Next = strconv.FormatUint(entries[n-1].Version-1, 10)
	}
	return out, nil
}

// wholeVersions are at most so many entries. A version may hold several, and a page does not end among them, so the first version is whole however many it has.
func wholeVersions(list []keeper.Entry, most int) []keeper.Entry {
	if len(list) <= most {
		return list
	}
	cut := most
	for cut > 0 && list[cut-1].Version == list[cut].Version {
		cut--
	}
	if cut > 0 {
		return list[:cut]
	}
	for cut = most; cut < len(list) && list[cut].Version == list[0].Version; {
		cut++
	}
	return list[:cut]
}
