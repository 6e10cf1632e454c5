package plan

import (
	"fmt"

	"github.com/taktplan/takt/bom"
)

// GroundDiffers says where a schedule as levers look at it, on a board, is another than the one put together; empty: nowhere.
func GroundDiffers(p *Plan) string {
	f, g := p.Finite(), p.ground()
	defer g.release()
	for part := range f.m.Parts {
		for at := f.lotStart[part]; at < f.lotStart[part+1]; at++ {
			lot := int(at - f.lotStart[part])
			id := f.material.LotID(bom.PartID(part), lot)
			if end := g.lotAt(bom.PartID(part), lot); end != f.lotEnd[at] {
				return fmt.Sprintf("%s is there %v on the board, %v in the schedule", id, g.when(end), f.when(f.lotEnd[at]))
			}
			job, ok := f.jobOf(id)
			onBoard, okBoard := g.jobOf(id)
			if ok != okBoard || ok && f.problem.Jobs[job].Ops != g.problem.Jobs[onBoard].Ops {
				return fmt.Sprintf("%s has another job on the board", id)
			}
			for k := int32(0); ok && k < f.problem.Jobs[job].Ops; k++ {
				is, want := g.placed(g.problem.Jobs[onBoard].First+k), f.schedule.Of(f.problem.Jobs[job].First+k)
				if len(is) != len(want) || len(is) > 0 && (is[0].Start != want[0].Start || is[0].Machine != want[0].Machine) {
					return fmt.Sprintf("operation %d of %s stands elsewhere on the board", k, id)
				}
			}
		}
	}
	return ""
}
