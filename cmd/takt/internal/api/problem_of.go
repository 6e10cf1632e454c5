package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// problem is an error of the engine, the store or the connection, as it is answered. It keeps all the data that the error carries.
func problem(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	for _, known := range []func(error) *Problem{versionProblem, serviceProblem, changeProblem, valueProblem, connectionProblem, tablesProblem} {
		if p := known(err); p != nil {
			if c, ok := errors.AsType[*plan.ChangeError](err); ok && p.Index == nil {
				p.Index, p.Change = &c.Index, c.Change.String()
			}
			if o, ok := errors.AsType[*plan.OrderError](err); ok && p.Index == nil {
				p.Index, p.Kind, p.ID = &o.Index, "demand", o.Order
			}
			return p
		}
	}
	return internal()
}

// versionProblem is about a plan that has moved on. It is asked first: the error holds why the request cannot be made now.
func versionProblem(err error) *Problem {
	if e, ok := errors.AsType[*plan.StaleError](err); ok {
		return NewProblem("stale", err.Error()).With(func(p *Problem) { p.Base, p.Current = e.Base, e.Current })
	}
	if e, ok := errors.AsType[*plan.HistoryError](err); ok {
		return NewProblem("history", err.Error()).With(func(p *Problem) { p.Base = e.Version })
	}
	return nil
}

// serviceProblem is about the service: whether it takes requests now.
func serviceProblem(err error) *Problem {
	if e, ok := errors.AsType[*store.NotLeaderError](err); ok {
		return NewProblem("no-leader", err.Error()).With(func(p *Problem) { p.Leader = e.Leader })
	}
	if e, ok := errors.AsType[*plan.RecordError](err); ok {
		return NewProblem("unavailable", fmt.Sprintf("version %d could not be written down, and nothing was changed: send it again later, and have a look at the disk of the service", e.Version))
	}
	switch {
	case is[*plan.BusyError](err):
		return NewProblem("busy", err.Error())
	case errors.Is(err, plan.ErrClosed):
		return NewProblem("unavailable", "the service is going down and takes no more changes; nothing was changed: send it again later")
	case is[*plan.RefusedError](err):
		return NewProblem("refused", err.Error())
	case is[*keeper.KeyError](err):
		return NewProblem("key-reused", err.Error())
	case errors.Is(err, keeper.ErrUncertain):
		return NewProblem("uncertain", err.Error())
	case is[*store.UnreachableError](err):
		return NewProblem("unavailable", "the store of the service cannot be reached: try again in a moment")
	case errors.Is(err, plan.ErrNoSchedule):
		return NewProblem("conflict", "this is a plan of material only, without a schedule: start the service with a schedule")
	}
	return nil
}

// changeProblem is about what a change names.
func changeProblem(err error) *Problem {
	about := func(kind, what, id string) *Problem {
		return NewProblem(kind, err.Error()).With(func(p *Problem) { p.Kind, p.ID = what, id })
	}
	if e, ok := errors.AsType[*plan.NotFoundError](err); ok {
		return about("unknown", e.Kind, e.ID).With(func(p *Problem) { p.Closest = e.Closest })
	}
	if e, ok := errors.AsType[*plan.ExistsError](err); ok {
		return about("exists", e.Kind, e.ID)
	}
	if e, ok := errors.AsType[*plan.ClosedError](err); ok {
		return about("closed", e.Kind, e.ID)
	}
	if e, ok := errors.AsType[*plan.HeldError](err); ok {
		return about("held", "demand", e.Demand)
	}
	if e, ok := errors.AsType[*plan.ConflictError](err); ok {
		return about("contradiction", e.Kind, e.ID)
	}
	if e, ok := errors.AsType[*plan.QuoteError](err); ok {
		return about("quote", "demand", e.Demand).With(func(p *Problem) { p.Field, p.Value = "status", mrp.DemandStatuses[e.Status] })
	}
	return nil
}

// valueProblem is about a value.
func valueProblem(err error) *Problem {
	bad := func(field, value, expected string) *Problem {
		return NewProblem("invalid-value", err.Error()).With(func(p *Problem) { p.Field, p.Value, p.Expected = field, short(value), expected })
	}
	if e, ok := errors.AsType[*plan.ValueError](err); ok {
		return bad(e.Field, e.Value, e.Expected)
	}
	if e, ok := errors.AsType[*plan.InquiryError](err); ok {
		return bad(e.Field, e.Value, e.Expected)
	}
	if e, ok := errors.AsType[*plan.RushError](err); ok {
		return bad(e.Field, e.Value, e.Reason).With(func(p *Problem) { p.Kind, p.ID = "demand", e.Demand })
	}
	if e, ok := errors.AsType[*plan.SearchError](err); ok {
		return bad(e.Field, e.Value, "")
	}
	if e, ok := errors.AsType[*plan.UnknownLineError](err); ok {
		return bad("dedicated", e.WorkCentre, "a work centre of the model that has machines")
	}
	if e, ok := errors.AsType[*plan.StrategyError](err); ok {
		return bad("strategy", fmt.Sprint(int(e.Strategy)), "")
	}
	if e, ok := errors.AsType[*bom.ParseError](err); ok {
		return bad("", e.Text, "")
	}
	// What the numbers of a model can come to only shows when it is planned.
	if is[*bom.OverflowError](err) || is[*bom.QuantityError](err) || is[*mrp.OverflowError](err) || is[*mrp.LeadTimeError](err) ||
		is[*mrp.LotCountError](err) || is[*capacity.CalendarEndError](err) {
		return bad("", "", "")
	}
	return nil
}

// connectionProblem is about the request's way here.
func connectionProblem(err error) *Problem {
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return NewProblem("too-large", fmt.Sprintf("the body is larger than %d bytes: send it in parts, or have the limit raised", e.Limit))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return NewProblem("timeout", "this takes longer than the server gives to one request: ask for less, or send it when the server has less to do")
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return NewProblem("broken-off", "the body did not come in time: send it again")
	}
	if errors.Is(err, context.Canceled) {
		return NewProblem("unavailable", "the request was broken off, by its client or because the service goes down: send it again")
	}
	return nil
}

// tablesProblem is about tables that were sent: all that is wrong with them.
func tablesProblem(err error) *Problem {
	if is[*tables.LimitError](err) {
		return NewProblem("too-large", err.Error()+"; nothing was changed")
	}
	list := []error{err}
	more := 0
	if many, ok := errors.AsType[*bom.Errors](err); ok {
		list, more = many.List, many.More
	} else if !is[*bom.RowError](err) && !is[*bom.CycleError](err) && !is[*tables.FileError](err) {
		return nil
	}
	p := NewProblem("invalid-tables", "")
	p.More = more
	for _, err := range list {
		p.Errors = append(p.Errors, fault(err))
	}
	p.Detail = fmt.Sprintf("%d errors in the tables; nothing was changed: correct them and send the tables again", len(list)+more)
	if len(list) == 1 {
		p.Detail = p.Errors[0].Detail
	}
	return p
}

// fault is one error of the tables.
func fault(err error) Fault {
	f := Fault{Detail: err.Error()}
	if e, ok := errors.AsType[*tables.FileError](err); ok {
		f.File = e.File
	}
	if e, ok := errors.AsType[*bom.RowError](err); ok {
		f.Table, f.Line, f.Column, f.Value, f.Expected = e.Table, e.Row, e.Column, short(e.Value), e.Expected
	}
	return f
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
