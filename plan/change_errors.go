package plan

import (
	"fmt"
	"iter"

	"github.com/taktplan/takt/bom"
)

// ChangeError is a change that cannot be made: nothing of its batch was. Err is the reason as a value:
// a *NotFoundError, *ExistsError, *ClosedError, *HeldError, *ValueError or *ConflictError.
type ChangeError struct {
	Change Change
	Index  int // in the batch, from 0
	Reason string
	Err    error
}

func (e *ChangeError) Error() string {
	return fmt.Sprintf("change %d, %v: %s; nothing was changed", e.Index+1, e.Change, e.Reason)
}

// Unwrap gives Err to errors.Is and errors.As.
func (e *ChangeError) Unwrap() error { return e.Err }

// NotFoundError is a change of something that is not there.
type NotFoundError struct {
	Kind    string // demand, receipt, item, operation, …
	ID      string
	Closest string // an id that may have been meant; empty: none is near
	Advice  string
}

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("there is no %s %s", e.Kind, e.ID)
	if e.Closest != "" {
		return fmt.Sprintf("%s: did you mean %s?", text, e.Closest)
	}
	if e.Advice != "" {
		return text + ": " + e.Advice
	}
	return text + ": check the id"
}

// ExistsError is a new row whose id is taken.
type ExistsError struct{ Kind, ID string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s %s is there already: change it, or take another id", e.Kind, e.ID)
}

// ClosedError is a change of something that is over.
type ClosedError struct{ Kind, ID string }

func (e *ClosedError) Error() string {
	return fmt.Sprintf("%s %s is closed: open it again first, or add another", e.Kind, e.ID)
}

// ValueError is a value of a change that makes no sense.
type ValueError struct {
	Field    string // as in the tables: qty, due, op, …
	Value    string
	Expected string // and what to do
}

func (e *ValueError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %s", e.Field, e.Expected)
	}
	return fmt.Sprintf("%s %s: %s", e.Field, e.Value, e.Expected)
}

// ConflictError is a change that contradicts an earlier one of its batch: both set the same.
type ConflictError struct {
	Kind, ID    string
	First       int // in the batch, from 0
	FirstChange Change
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("change %d, %v, is about %s %s too, and what comes out would hang on their order: make one change of both, or two batches",
		e.First+1, e.FirstChange, e.Kind, e.ID)
}

// checked is what a table's own check says of a row, as a *ValueError.
func checked(check func(errs *bom.Errors)) error {
	var errs bom.Errors
	check(&errs)
	if len(errs.List) == 0 {
		return nil
	}
	if row, ok := errs.List[0].(*bom.RowError); ok {
		return &ValueError{Field: row.Column, Value: row.Value, Expected: row.Expected}
	}
	return errs.List[0]
}

// mostCompared is how many ids are compared to find the closest one.
const mostCompared = 50_000

// closestID is the id that is the nearest to one; empty if none is near, or there are too many to look at.
func closestID(id string, known iter.Seq[string]) string {
	var ids []string
	for k := range known {
		if len(ids) == mostCompared {
			return ""
		}
		ids = append(ids, k)
	}
	return bom.Closest(id, ids)
}

// column is one column of rows.
func column[R any](rows iter.Seq[R], of func(*R) string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for r := range rows {
			if !yield(of(&r)) {
				return
			}
		}
	}
}
