package plan

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/schedule"
)

// SavedSchedule is the schedule of a plan in a form that can be kept: with the tables, of which the material plan is a function,
// it is the whole plan. It names orders, demands and machines, no numbers of this run. Nil without a schedule. O(operations).
func (p *Plan) SavedSchedule() []byte {
	f := p.Finite()
	if f == nil {
		return nil
	}
	s := f.saved()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		panic(err) // plain slices can be encoded
	}
	return b.Bytes()
}

// Restore is the plan of a model with a schedule that was kept by SavedSchedule, of the same model and options. Plans with
// FiniteOptions.ScheduledLeadTimes, and material plans, are functions of the tables: their schedule is made anew.
//
// Errors are those of New, and *SavedError if the schedule does not fit the plan: then make one with New.
func Restore(ctx context.Context, m *Model, o Options, saved []byte) (*Plan, error) {
	if o.Finite == nil || o.Finite.ScheduledLeadTimes {
		return New(ctx, m, o)
	}
	p, err := New(ctx, m, o.withoutFinite())
	if err != nil {
		return nil, err
	}
	p.options = o.quiet()
	s := &savedSchedule{}
	if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(s); err != nil {
		return nil, &SavedError{Err: err}
	}
	f, err := p.placed(s)
	if err != nil {
		return nil, err
	}
	p.finite = &laterFinite{made: f}
	p.version = newFamily(f, m.published, &o)
	return p, nil
}

// Rooted is the plan as Restore would give it: the same tables and schedule, without the history that led to it. What comes of it by
// changes is therefore what would come of the restored one, to the byte, which is not so of the plan itself: how a schedule is
// repaired depends on what was changed before.
func (p *Plan) Rooted(ctx context.Context) (*Plan, error) {
	m, err := newDraft(p).model()
	if err != nil {
		return nil, err
	}
	return p.onTables(ctx, m, p.SavedSchedule())
}

// RepeatTo makes again a step whose schedule does not follow from its changes, such as one with a search: the changed tables
// with the schedule that was kept of it.
func (p *Plan) RepeatTo(ctx context.Context, saved []byte, changes ...Change) (*Plan, error) {
	d := newDraft(p)
	if _, err := editAll(d, changes); err != nil {
		return nil, err
	}
	m, err := d.model()
	if err != nil {
		return nil, err
	}
	return p.onTables(ctx, m, saved)
}

func (p *Plan) onTables(ctx context.Context, m *Model, saved []byte) (*Plan, error) {
	q, err := Restore(ctx, m, p.options, saved)
	if err != nil {
		return nil, err
	}
	q.effects = p.effects
	return q, nil
}

// SavedError is a kept schedule that does not fit the plan of its tables: it is damaged, or another version of takt planned it.
type SavedError struct {
	Order string // that is not there, or has other operations; empty: not about one
	Err   error
}

func (e *SavedError) Error() string {
	about := ""
	if e.Order != "" {
		about = " (order " + e.Order + ")"
	}
	return fmt.Sprintf("the kept schedule does not fit the plan of its tables%s: %v; schedule anew", about, e.Err)
}

func (e *SavedError) Unwrap() error { return e.Err }

var (
	errNoOrder   = errors.New("there is no such order")
	errOtherWork = errors.New("its operations or machines are others")
	errLengths   = errors.New("its columns have different lengths")
	errMissing   = errors.New("it does not have all operations")
)

// savedSchedule is a schedule by names, column by column. Jobs are in the order of the plan that was saved.
type savedSchedule struct {
	Centres []string
	Kinds   []byte // of jobs
	IDs     []string
	Ops     []int32 // of each job
	Placed  savedPlaces
	Early   *savedPlaces // before operations were delayed just in time; nil: none was
}

// savedPlaces are where and when the operations run, in the order of the jobs.
type savedPlaces struct {
	Parts []int32 // of each operation
	// By part of an operation:
	Centre   []int32 // in Centres, from 1; 0: no machine
	Machine  []int32 // of the centre, from 0
	Mode     []int32 // among the operation's; -1: a milestone
	Pin      []byte
	Delayed  []bool
	Start    []int64
	Setup    []int64 // from the start
	Run      []int64 // from the end of the setup
	Quantity []int64
}

func (f *Finite) saved() *savedSchedule {
	p, s := f.problem, &savedSchedule{}
	for i := range p.Centres {
		s.Centres = append(s.Centres, p.Centres[i].ID)
	}
	for i, job := range f.Jobs() {
		s.Kinds, s.IDs, s.Ops = append(s.Kinds, byte(job.Kind)), append(s.IDs, job.ID), append(s.Ops, p.Jobs[i].Ops)
	}
	s.Placed = savedPlacesOf(f.schedule)
	if early := f.schedule.Early(); early != nil {
		places := savedPlacesOf(early)
		s.Early = &places
	}
	return s
}

func savedPlacesOf(s *schedule.Schedule) savedPlaces {
	var out savedPlaces
	for i := range s.Problem.Jobs {
		row := &s.Problem.Jobs[i]
		for op := row.First; op < row.First+row.Ops; op++ {
			parts := s.Of(op)
			out.Parts = append(out.Parts, int32(len(parts)))
			for _, a := range parts {
				out.add(s.Problem, a)
			}
		}
	}
	return out
}

func (s *savedPlaces) add(p *schedule.Problem, a schedule.Assignment) {
	centre, machine, mode := int32(0), int32(0), int32(-1)
	if a.Machine >= 0 {
		c := p.Machines[a.Machine].Centre
		centre, machine = c+1, a.Machine-p.Centres[c].First
	}
	if a.Mode >= 0 {
		mode = a.Mode - p.Ops[a.Op].Modes
	}
	s.Centre, s.Machine, s.Mode = append(s.Centre, centre), append(s.Machine, machine), append(s.Mode, mode)
	s.Pin, s.Delayed = append(s.Pin, byte(a.Pin)), append(s.Delayed, a.Delayed)
	s.Start, s.Setup, s.Run = append(s.Start, a.Start), append(s.Setup, a.SetupEnd-a.Start), append(s.Run, a.End-a.SetupEnd)
	s.Quantity = append(s.Quantity, int64(a.Quantity))
}

// check finds columns that do not belong together.
func (s *savedSchedule) check() error {
	ops := 0
	for _, n := range s.Ops {
		if n < 0 || ops > len(s.Placed.Parts) {
			return errLengths
		}
		ops += int(n)
	}
	if len(s.Kinds) != len(s.IDs) || len(s.Ops) != len(s.IDs) {
		return errLengths
	}
	if s.Early != nil {
		if err := s.Early.check(ops); err != nil {
			return err
		}
	}
	return s.Placed.check(ops)
}

func (s *savedPlaces) check(ops int) error {
	if len(s.Parts) != ops {
		return errLengths
	}
	parts := 0
	for _, n := range s.Parts {
		if n <= 0 || parts > len(s.Start) {
			return errLengths
		}
		parts += int(n)
	}
	for _, n := range []int{len(s.Centre), len(s.Machine), len(s.Mode), len(s.Pin), len(s.Delayed), len(s.Start), len(s.Setup), len(s.Run), len(s.Quantity)} {
		if n != parts {
			return errLengths
		}
	}
	return nil
}

// placed is the schedule of a material plan as it was saved.
func (p *Plan) placed(s *savedSchedule) (*Finite, error) {
	if err := s.check(); err != nil {
		return nil, &SavedError{Err: err}
	}
	j := newJoint(p.material)
	j.dedicate(p.model.published)
	j.pin(p.model.published)
	made, err := j.schedule(s, &s.Placed)
	if err != nil {
		return nil, err
	}
	for _, v := range schedule.Verify(j.problem, made) {
		if !v.Given {
			made.Broken = append(made.Broken, v)
		}
	}
	if s.Early != nil {
		early, err := j.schedule(s, s.Early)
		if err != nil {
			return nil, err
		}
		made = made.DelayedFrom(early)
	}
	f, err := finishFinite(j, made)
	for err != nil && j.breakCircle(err) {
		f, err = finishFinite(j, made)
	}
	j.taken = nil
	return f, err
}

// schedule is a saved schedule by the numbers of this problem.
func (j *joint) schedule(s *savedSchedule, places *savedPlaces) (*schedule.Schedule, error) {
	jobs, machines := j.jobsByName(), j.machinesByName(s.Centres)
	parts := make([]schedule.Assignment, 0, len(places.Start))
	op, part, done := 0, 0, 0
	for i, id := range s.IDs {
		name := jobName{JobKind(s.Kinds[i]), id}
		job, ok := jobs[name]
		if !ok {
			return nil, &SavedError{id, errNoOrder}
		}
		delete(jobs, name) // a second one of its name is none
		row := &j.problem.Jobs[job]
		if row.Ops != s.Ops[i] {
			return nil, &SavedError{id, errOtherWork}
		}
		done += int(row.Ops)
		for k := range row.Ops {
			for range places.Parts[op] {
				a, ok := j.assignment(places, part, row.First+k, machines)
				if !ok {
					return nil, &SavedError{id, errOtherWork}
				}
				parts = append(parts, a)
				part++
			}
			op++
		}
	}
	if done != len(j.problem.Ops) {
		return nil, &SavedError{Err: errMissing}
	}
	return schedule.NewSchedule(j.problem, parts), nil
}

// machineRange are the machines of a work centre.
type machineRange struct{ first, count int32 }

// machinesByName are the machines of work centres; none of one that is not there.
func (j *joint) machinesByName(centres []string) []machineRange {
	known := make(map[string]machineRange, len(j.problem.Centres))
	for i := range j.problem.Centres {
		c := &j.problem.Centres[i]
		known[c.ID] = machineRange{c.First, c.Machines}
	}
	out := make([]machineRange, len(centres))
	for i, id := range centres {
		out[i] = known[id]
	}
	return out
}

// assignment is a part of a saved schedule for an operation; false if the operation cannot run so.
func (j *joint) assignment(s *savedPlaces, part int, op int32, machines []machineRange) (schedule.Assignment, bool) {
	a := schedule.Assignment{Op: op, Machine: -1, Mode: -1, Pin: schedule.PinKind(s.Pin[part]), Delayed: s.Delayed[part],
		Start: s.Start[part], SetupEnd: s.Start[part] + s.Setup[part], End: s.Start[part] + s.Setup[part] + s.Run[part], Quantity: bom.Quantity(s.Quantity[part])}
	row := &j.problem.Ops[op]
	if m := s.Mode[part]; m >= 0 {
		if m >= row.NumModes {
			return a, false
		}
		a.Mode = row.Modes + m
	}
	if c := s.Centre[part]; c != 0 {
		if c < 0 || int(c) > len(machines) || s.Machine[part] < 0 || s.Machine[part] >= machines[c-1].count {
			return a, false
		}
		a.Machine = machines[c-1].first + s.Machine[part]
	}
	ok := (a.Mode >= 0) == (row.NumModes > 0) && a.Pin <= schedule.Frozen && a.Quantity >= 0 && a.Start <= a.SetupEnd && a.SetupEnd <= a.End
	if ok && a.Machine >= 0 {
		ok = a.Mode >= 0 && j.problem.Modes[a.Mode].Centre == j.problem.Machines[a.Machine].Centre
	}
	return a, ok
}

type jobName struct {
	kind JobKind
	id   string
}

// jobsByName are the jobs of orders, receipts and demands.
func (j *joint) jobsByName() map[jobName]int32 {
	out := make(map[jobName]int32, len(j.problem.Jobs))
	for part := range j.m.Parts {
		for at := j.lotStart[part]; at < j.lotStart[part+1]; at++ {
			if job := j.lotJob[at]; job >= 0 {
				out[jobName{PlannedJob, j.material.LotID(bom.PartID(part), int(at-j.lotStart[part]))}] = job
			}
		}
	}
	for r, job := range j.receiptJob {
		if job >= 0 {
			out[jobName{OpenJob, j.m.Book.ReceiptAt(int32(r)).ID}] = job
		}
	}
	for d, job := range j.demandJob {
		if job >= 0 {
			out[jobName{ShipmentJob, j.m.Book.DemandAt(int32(d)).ID}] = job
		}
	}
	return out
}
