package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// Edited says what an edit of the tables came to.
type Edited struct {
	Version uint64   `json:"version" doc:"Version of the plan that has the tables; the one before if nothing changed" example:"8"`
	Checked bool     `json:"checked,omitempty" doc:"true if this was a check only: nothing was changed"`
	Loaded  bool     `json:"loaded,omitempty" doc:"true if no small change leads from the old tables to the new ones, so that everything is planned anew"`
	Count   int      `json:"count" doc:"How many changes it was"`
	Changes []string `json:"changes" nullable:"false" doc:"The changes in words, the first 100 of them"`
	Tables  []string `json:"tables" nullable:"false" doc:"The tables that came"`
}

type editOutput struct {
	Done
	Body Edited
}

// mostTold is how many changes an answer tells in words.
const mostTold = 100

// mostTries is how often an edit is made again because another change came in between.
const mostTries = 5

// edit changes the tables: by the changes that lead from the tables that hold to those that fill makes of them, or by loading them if
// there are no such changes. Without If-Match it is made again upon a version that came meanwhile; rows are not
// lost, for what fill changes is read from the newest tables.
func (s *Server) edit(ctx context.Context, w *Write, mode tables.EditMode, what string, body any, fill func(context.Context, *tables.Edit) error) (*editOutput, error) {
	r, err := s.request(ctx, w, what, body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if result, repeated, err := s.answered(ctx, r); err != nil {
		return nil, s.failWrite(ctx, w, err)
	} else if repeated {
		return &editOutput{done(result), Edited{Version: result.Version, Changes: []string{}, Tables: []string{}}}, nil
	}
	asked := r.Base
	for try := 1; ; try++ {
		v := s.now()
		if asked != 0 && asked != v.version {
			return nil, s.failWrite(ctx, w, &plan.StaleError{Base: asked, Current: v.version})
		}
		r.Base = v.version
		e := tables.NewEdit(v.plan.Model(), mode)
		if err := fill(ctx, e); err != nil {
			return nil, s.fail(ctx, err)
		}
		after, err := e.Model(ctx)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		out, err := s.take(ctx, r, v, after, e.Touched())
		if _, stale := errors.AsType[*plan.StaleError](err); stale && asked == 0 && try < mostTries && ctx.Err() == nil {
			continue
		}
		if err != nil {
			return nil, s.failWrite(ctx, w, e.Located(err))
		}
		return out, nil
	}
}

// take makes other tables current, upon a view.
func (s *Server) take(ctx context.Context, r keeper.Request, v *view, after *plan.Model, touched []string) (*editOutput, error) {
	changes, ok := plan.Changes(v.plan.Model(), after)
	out := &editOutput{Body: told(changes, ok, touched)}
	if ok && len(changes) == 0 {
		out.Stamp, out.Body.Version = stamp(v.version), v.version
		return out, nil
	}
	var result keeper.Result
	var err error
	if ok {
		result, err = s.Keeper.Apply(ctx, r, changes...)
	} else {
		result, err = s.Keeper.Load(ctx, r, after)
	}
	if err != nil {
		return nil, err
	}
	out.Done, out.Body.Version = done(result), result.Version
	return out, nil
}

// told puts changes into words.
func told(changes []plan.Change, ok bool, touched []string) Edited {
	e := Edited{Loaded: !ok, Count: len(changes), Changes: []string{}, Tables: touched}
	if touched == nil {
		e.Tables = []string{}
	}
	for _, c := range changes[:min(len(changes), mostTold)] {
		e.Changes = append(e.Changes, fmt.Sprint(c))
	}
	return e
}
