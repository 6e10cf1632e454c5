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
		data, err := pack(k.save, p)
		if err == nil {
			// The log reaches the version at least now: the record is appended before this is called.
			err = k.options.Store.SaveSnapshot(k.save, store.Snapshot{Version: version, Data: data})
		}
		if err != nil && k.save.Err() == nil {
			k.options.Log.Error("a snapshot could not be written: a restart will take longer", "version", version, "error", err.Error())
		}
	})
}
