package keeper

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// record is a step as it stands in the log.
type record struct {
	At       time.Time      `json:"at"`
	Kind     plan.EventKind `json:"kind"`
	Requests []request      `json:"requests"`
	Repair   repair         `json:"repair,omitzero"`
	// Takt is the version of the one that wrote it.
	Takt string `json:"takt,omitempty"`
	// Fresh says that the step began at the rooted plan of the version before: that of a snapshot which an orderly end has written.
	Fresh bool `json:"fresh,omitempty"`
	// Rooted says that the plan that became current was the rooted one.
	Rooted bool `json:"rooted,omitempty"`
	// Schedule is the schedule that the changes led to, where making them again may lead to another one.
	Schedule []byte `json:"schedule,omitempty"`
	// State is the whole state, as in a snapshot, where changes do not say what became of the tables.
	State []byte `json:"state,omitempty"`

	written bool // the changes have a written form that leads to the same tables
}

// request is what one caller asked for.
type request struct {
	Actor   string          `json:"actor,omitempty"`
	ID      string          `json:"request,omitempty"`
	Note    string          `json:"note,omitempty"`
	Changes json.RawMessage `json:"changes,omitempty"` // a change list
	// Words are the changes in words where they have no written form.
	Words []string `json:"words,omitempty"`
}

// repair is a plan.Repair of which no search is made.
type repair struct {
	Strategy   string `json:"strategy,omitempty"`
	Until      string `json:"until,omitempty"`
	WorkCentre string `json:"work_centre,omitempty"`
	MostMoves  int    `json:"most_moves,omitempty"`
	Trials     int    `json:"trials,omitempty"`
}

// record writes a step of the Live down before it becomes current. It runs in the writer of the Live.
func (k *Keeper) record(ctx context.Context, s *plan.Step) error {
	if err := k.writable(); err != nil {
		return err
	}
	begun := k.options.Clock()
	r, answers := k.describe(s)
	due := k.history.since+r.weight() >= k.options.SnapshotSteps
	if r.Rooted = due && r.simple(); due || !r.simple() {
		rooted, err := s.Plan.Rooted(ctx)
		if err != nil {
			return err
		}
		s.Plan = rooted
	}
	if err := k.keep(ctx, r, s.Plan); err != nil {
		return err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := k.append(ctx, store.Record{Version: s.Version, Data: data, Answers: answers}); err != nil {
		return err
	}
	k.history.fresh = false
	if k.history.since += r.weight(); due {
		k.history.since = 0
		k.saveLater(s.Version, s.Plan)
	}
	k.observe(s, begun)
	return nil
}

// append makes a record durable. If it is not known whether it is, changes are refused until the log has been read by a leader.
func (k *Keeper) append(ctx context.Context, r store.Record) error {
	err := k.options.Store.Append(ctx, r)
	_, unknown := errors.AsType[*store.UncertainError](err)
	_, gap := errors.AsType[*store.GapError](err)
	_, other := errors.AsType[*store.NotLeaderError](err)
	if !unknown && !gap && !other {
		return err
	}
	k.options.Log.Error("a record could not be written", "version", r.Version, "error", err.Error())
	k.role.Store(&role{err: errLooking})
	k.lookAgain()
	switch {
	case unknown:
		return errors.Join(ErrUncertain, err)
	case gap: // another instance leads, and this one does not know yet
		return &store.NotLeaderError{Err: err}
	}
	return err
}

// observe tells how long a step took.
func (k *Keeper) observe(s *plan.Step, begun time.Time) {
	now, from := k.options.Clock(), k.history.idle
	for _, b := range s.Batches {
		if a, ok := b.Context.Value(requestKey{}).(*arrival); ok && a.at.After(from) {
			from = a.at
		}
	}
	if turned := time.Unix(0, k.turned.Load()); turned.After(from) {
		from = turned
	}
	k.history.idle = now
	took := max(begun.Sub(from), 0)
	k.planned(took, begun)
	if k.options.Planned != nil {
		k.options.Planned(took, max(now.Sub(begun), 0), len(s.Batches))
	}
}

// describe is a step as a record, with the answers to its requests.
func (k *Keeper) describe(s *plan.Step) (*record, []store.Answer) {
	r := &record{At: k.options.Clock().UTC(), Takt: k.options.Version, Fresh: k.history.fresh, Kind: s.Kind, written: s.Kind != plan.Loaded && s.Kind != plan.Undone}
	var answers []store.Answer
	zone := s.Before.Model().Zone()
	for _, b := range s.Batches {
		one := request{}
		if a, ok := b.Context.Value(requestKey{}).(*arrival); ok {
			one.Actor, one.ID, one.Note = a.Actor, a.ID, a.Note
			if a.Key != "" {
				answers = append(answers, store.Answer{Key: a.key(), Hash: a.Hash, Version: s.Version})
			}
		}
		if len(b.Changes) > 0 {
			var err error
			if one.Changes, err = tables.FormatChanges(zone, b.Changes); err != nil {
				r.written, one.Words = false, words(b.Changes)
			}
		}
		r.Requests = append(r.Requests, one)
	}
	if r.simple() {
		r.Repair = repairOf(&s.Repair, zone)
	}
	return r, answers
}

// simple reports whether making the changes again gives the plan again.
func (r *record) simple() bool { return r.written && r.Kind == plan.Applied }

// weight is what a step counts until the next snapshot.
func (r *record) weight() int {
	const heavy, crowd = 16, 8 // what takes as long to make again as so many simple ones; requests that take as long as another one
	if r.simple() {
		return 1 + len(r.Requests)/crowd
	}
	return heavy
}

// keep puts into a record what its changes do not say of the plan that they lead to.
func (k *Keeper) keep(ctx context.Context, r *record, p *plan.Plan) (err error) {
	switch {
	case r.simple():
	case r.written:
		r.Schedule, err = packed(p.SavedSchedule())
	default:
		r.State, err = k.pack(ctx, p, false)
	}
	return err
}

func words(changes []plan.Change) []string {
	out := make([]string, len(changes))
	for i, c := range changes {
		out[i] = c.String()
	}
	return out
}

// repeat makes the step of a record again.
func (k *Keeper) repeat(ctx context.Context, before *plan.Plan, version uint64, r *record) (plan.Step, error) {
	s := plan.Step{Kind: r.Kind, Version: version, Before: before}
	zone := before.Model().Zone()
	var batches [][]plan.Change
	for _, one := range r.Requests {
		changes, err := one.read(zone)
		if err != nil {
			return s, err
		}
		batches = append(batches, changes)
		s.Batches = append(s.Batches, plan.Batch{Changes: changes, Context: ctx})
	}
	var err error
	if r.Fresh && r.State == nil {
		if before, err = before.Rooted(ctx); err != nil {
			return s, err
		}
	}
	switch {
	case r.State != nil:
		s.Plan, _, err = k.unpack(ctx, r.State)
	case r.Schedule != nil:
		s.Plan, err = k.withSchedule(ctx, before, r.Schedule, batches)
	default:
		if s.Repair, err = r.Repair.read(zone); err != nil {
			return s, err
		}
		if s.Plan, err = before.Repeat(ctx, s.Repair, batches...); err == nil && r.Rooted {
			s.Plan, err = s.Plan.Rooted(ctx)
		}
	}
	return s, err
}

// withSchedule is a step of which the schedule was kept. One that does not fit, as this takt plans otherwise than the one that kept it,
// is made anew.
func (k *Keeper) withSchedule(ctx context.Context, before *plan.Plan, data []byte, batches [][]plan.Change) (*plan.Plan, error) {
	saved, err := unpacked(data)
	if err != nil {
		return nil, err
	}
	var changes []plan.Change
	for _, b := range batches {
		changes = append(changes, b...)
	}
	p, err := before.RepeatTo(ctx, saved, changes...)
	if unfit, ok := errors.AsType[*plan.SavedError](err); ok {
		k.options.Log.Warn("the kept schedule does not fit, and is made anew", "reason", unfit.Error())
		return before.ApplyWith(ctx, plan.Repair{Strategy: plan.Total}, changes...)
	}
	return p, err
}

// read are the changes of a request; none where they have no written form.
func (r *request) read(zone *time.Location) ([]plan.Change, error) {
	if len(r.Changes) == 0 {
		return nil, nil
	}
	list, err := tables.ReadChanges(bytes.NewReader(r.Changes), tables.JSON, zone)
	if err != nil {
		return nil, err
	}
	var out []plan.Change
	for _, s := range list {
		out = append(out, s.Changes...)
	}
	return out, nil
}

func repairOf(r *plan.Repair, zone *time.Location) repair {
	out := repair{WorkCentre: r.WorkCentre, MostMoves: r.MostMoves, Trials: r.Trials}
	if r.Strategy != plan.Displace {
		out.Strategy = r.Strategy.String()
	}
	if !r.Until.IsZero() {
		out.Until = r.Until.Text(zone)
	}
	return out
}

func (r *repair) read(zone *time.Location) (plan.Repair, error) {
	out := plan.Repair{WorkCentre: r.WorkCentre, MostMoves: r.MostMoves, Trials: r.Trials}
	for i, name := range plan.Strategies {
		if name == r.Strategy {
			out.Strategy = plan.Strategy(i)
		}
	}
	if r.Until != "" {
		until, err := bom.ParseWhen(r.Until, zone)
		if err != nil {
			return out, err
		}
		out.Until = until
	}
	return out, nil
}

// packed is data in less space.
func packed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	return b.Bytes(), err
}

// mostUnpacked bounds what damaged data can grow to.
const mostUnpacked = 4 << 30

func unpacked(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, mostUnpacked+1))
	if err == nil && len(out) > mostUnpacked {
		err = fmt.Errorf("it unpacks to more than %d GiB", mostUnpacked>>30)
	}
	return out, err
}
