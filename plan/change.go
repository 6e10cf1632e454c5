package plan

import (
	"context"
	"fmt"
	"slices"
)

// Change is one change of a model as a value: what happens to the factory, or what may. The
// types AddDemand, MoveReceipt, FinishOperation and so on are the changes that there are;
// docs/changes.md lists them all.
type Change interface {
	// edit changes the rows and gives the change that takes it back. It changes nothing when it fails.
	edit(*draft) (inverse Change, err error)
	fmt.Stringer
}

// claimant is a change that says which rows it is about, so that contradictions in a batch are found.
type claimant interface{ claims() []claim }

// claim is what a change says about a row.
type claim struct {
	kind, id string
	// what it sets: a column, or "" for the whole row.
	what string
	// with names claims that go together in any order: they add up, or only read. Empty: with none.
	with string
}

// Apply plans the model with changes made in turn, all of them or none, with the options of this plan. It gives
// another plan; this one stays as it is. Errors are *ChangeError, those of New, and for rows
// that do not go together *bom.Errors.
func (p *Plan) Apply(ctx context.Context, changes ...Change) (*Plan, error) {
	return p.ApplyWith(ctx, Repair{}, changes...)
}

// Inverse are the changes that take a batch back, once it was applied to this plan: the rows are
// then what they were.
func (p *Plan) Inverse(changes ...Change) ([]Change, error) {
	return editAll(newDraft(p), changes)
}

// editAll makes changes in turn and gives those that take them back.
func editAll(d *draft, changes []Change) ([]Change, error) {
	if err := contradiction(changes); err != nil {
		return nil, err
	}
	back := make([]Change, 0, len(changes))
	for i, c := range changes {
		inverse, err := c.edit(d)
		if err != nil {
			return nil, &ChangeError{c, i, err.Error(), err}
		}
		back = append(back, inverse)
	}
	if err := d.checkHeld(changes); err != nil {
		return nil, err
	}
	slices.Reverse(back)
	return back, nil
}

// contradiction finds two changes of a batch that cannot both be meant: what they make would
// hang on their order. O(changes).
func contradiction(changes []Change) error {
	if len(changes) < 2 {
		return nil
	}
	type row struct{ kind, id string }
	made := map[row][]int{} // changes that claim a row
	for i, c := range changes {
		says, ok := c.(claimant)
		if !ok {
			continue
		}
		for _, x := range says.claims() {
			r := row{x.kind, x.id}
			for _, j := range made[r] {
				if contradicts(x, changes[j].(claimant).claims()) {
					err := &ConflictError{Kind: x.kind, ID: x.id, First: j, FirstChange: changes[j]}
					return &ChangeError{c, i, err.Error(), err}
				}
			}
			if n := len(made[r]); n == 0 || made[r][n-1] != i {
				made[r] = append(made[r], i)
			}
		}
	}
	return nil
}

// contradicts reports whether a claim does not go with earlier ones.
func contradicts(x claim, earlier []claim) bool {
	return slices.ContainsFunc(earlier, func(y claim) bool {
		if x.kind != y.kind || x.id != y.id {
			return false
		}
		if x.what == "" || y.what == "" {
			return true
		}
		return x.what == y.what && (x.with == "" || x.with != y.with)
	})
}
