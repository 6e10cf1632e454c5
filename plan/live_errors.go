package plan

import "fmt"

// BusyError says that a Live takes no more changes for the moment; nothing was changed.
type BusyError struct {
	Waiting int // batches
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("%d batches of changes wait already; nothing was changed: send it again later, put more changes into one batch, or wait by leaving Refuse out", e.Waiting)
}

// StaleError says that another version has become current since the one that something was decided upon; nothing was changed.
type StaleError struct {
	Base, Current uint64
	// Outcome is the proposal evaluated again on the version Current: commit it if it is still good. Its Plan is
	// nil, and Err set, if the changes cannot be made any more.
	Outcome Proposal
	Err     error
}

func (e *StaleError) Error() string {
	text := fmt.Sprintf("decided on version %d, but version %d is current; nothing was changed: ", e.Base, e.Current)
	switch {
	case e.Err != nil:
		return text + fmt.Sprintf("on that it cannot be done: %v", e.Err)
	case e.Outcome.Plan != nil:
		return text + "look at the outcome on the current version and commit that"
	}
	return text + "look at the current version and decide again"
}

// Unwrap is why the changes cannot be made on the current version.
func (e *StaleError) Unwrap() error { return e.Err }

// RefusedError says that the approver refused a proposal; nothing was changed.
type RefusedError struct {
	ApprovalRequest
	Err error // of the approver
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("not approved: %v; it would cost %v and make other demands late or later: %d of them; nothing was changed: choose another option or ask again with a reason",
		e.Err, e.Cost, len(e.Slips))
}

// Unwrap is the approver's error.
func (e *RefusedError) Unwrap() error { return e.Err }

// HistoryError says that there is no earlier version to go back to.
type HistoryError struct {
	Version uint64
	Kept    int
}

func (e *HistoryError) Error() string {
	return fmt.Sprintf("no version before %d is kept (History is %d); nothing was changed: make the opposite changes instead", e.Version, e.Kept)
}
