package keeper

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/plan"
)

// Entry is a line of the audit log: one request that changed the plan.
type Entry struct {
	Version uint64
	At      time.Time
	Kind    plan.EventKind
	Actor   string
	Request string
	Note    string
	Changes []string // in words
}

// Log gives the entries of the newest versions at or before a version (0: the newest), newest first: at least most, if there
// are so many, and always all of a version.
func (k *Keeper) Log(ctx context.Context, before uint64, most int) ([]Entry, error) {
	if now := k.Current().Version; before == 0 || before > now {
		before = now
	}
	after := uint64(0)
	if n := uint64(max(most, 1)); before > n {
		after = before - n
	}
	zone := k.Current().Plan.Model().Zone()
	var out []Entry
	for r, err := range k.options.Store.Records(ctx, after) {
		if err != nil {
			return nil, err
		}
		if r.Version > before {
			break
		}
		list, err := entries(r, zone)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.Reverse(out)
	return out, nil
}

// entries are the requests of a record, in their order.
func entries(r store.Record, zone *time.Location) ([]Entry, error) {
	damaged := func(err error) error {
		return &store.DamagedError{What: fmt.Sprintf("log record %d", r.Version), Err: err}
	}
	var told record
	if err := json.Unmarshal(r.Data, &told); err != nil {
		return nil, damaged(err)
	}
	var out []Entry
	for i := range told.Requests {
		one := &told.Requests[i]
		changes, err := one.read(zone)
		if err != nil {
			return nil, damaged(err)
		}
		e := Entry{Version: r.Version, At: told.At, Kind: told.Kind, Actor: one.Actor, Request: one.ID, Note: one.Note, Changes: one.Words}
		if len(changes) > 0 {
			e.Changes = words(changes)
		}
		out = append(out, e)
	}
	return out, nil
}
