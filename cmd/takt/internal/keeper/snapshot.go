package keeper

import (
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/plan"
)

// saveLater writes a snapshot of a rooted plan in the background. While one is being written no other is: the next one comes soon enough.
func (k *Keeper) saveLater(version uint64, p *plan.Plan) {
	if !k.busy.CompareAndSwap(false, true) {
		return
	}
	k.saving.Go(func() {
		defer k.busy.Store(false)
		// The log reaches the version at least now: the record is appended before this is called.
		if err := k.saveNow(version, p, false); err != nil && k.save.Err() == nil {
			k.options.Log.Error("a snapshot could not be written: a restart will take longer", "version", version, "error", err.Error())
		}
	})
}

// saveNow writes a snapshot of a rooted plan. ended says that the rooted plan did not become current, as the keeper was closed.
func (k *Keeper) saveNow(version uint64, p *plan.Plan, ended bool) error {
	data, err := k.pack(k.save, p, ended)
	if err != nil {
		return err
	}
	if err := k.options.Store.SaveSnapshot(k.save, store.Snapshot{Version: version, Data: data}); err != nil {
		return err
	}
	k.saved.Store(version)
	return nil
}

// alone reports whether no other instance can follow the log: it would not know that the next step begins at a rooted plan.
func (k *Keeper) alone() bool {
	s, ok := k.options.Store.(interface{ Alone() bool })
	return ok && s.Alone()
}

// saveLast writes a snapshot at the end, so that the next start makes no step again.
func (k *Keeper) saveLast() {
	now := k.live.Current()
	if !k.alone() || !k.role.Load().leads || k.saved.Load() >= now.Version {
		return
	}
	p, err := now.Plan.Rooted(k.save)
	if err == nil {
		err = k.saveNow(now.Version, p, true)
	}
	if err != nil {
		k.options.Log.Warn("the last snapshot could not be written: the next start takes longer", "version", now.Version, "error", err.Error())
	}
}
