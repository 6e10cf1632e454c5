package jobshop

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
)

// Objectives are the names of the objectives.
var Objectives = [...]string{Makespan: "makespan", Tardiness: "twt", Lateness: "lmax"}

// Document is a solution as JSON, with what is told of it: what takt schedule solve writes and
// takt schedule check reads. Of a text from elsewhere only the operations are needed.
type Document struct {
	Instance   string      `json:"instance"`      // its name
	Objective  string      `json:"objective"`     // one of Objectives
	Twt        float64     `json:"twt,omitempty"` // due dates in multiples of the work of a job; 0: none were given
	Value      int64       `json:"value"`
	Makespan   int64       `json:"makespan"`
	Bound      int64       `json:"bound"`
	Gap        *float64    `json:"gap"`         // (value − bound) ÷ |bound|; null above a bound of 0
	StopReason string      `json:"stop_reason"` // one of StopReasons
	Iterations int64       `json:"iterations"`
	Seconds    float64     `json:"seconds"`
	Seed       uint64      `json:"seed"`
	Cores      int         `json:"cores"`
	Operations []Operation `json:"operations"` // by job and step

	source *places // of a document that was read
}

// Operation is when and where a step runs.
type Operation struct {
	Job     int   `json:"job"` // jobs, steps and machines count from 0
	Step    int   `json:"step"`
	Machine int64 `json:"machine"`
	Start   int64 `json:"start"`
	End     int64 `json:"end"`
}

// Document tells of a result; name, seed and the like are the caller's to add.
func (p *Instance) Document(objective Objective, r *Result) *Document {
	d := &Document{Objective: Objectives[objective], Value: r.Value, Makespan: r.Solution.Makespan, Bound: r.Bound, Gap: gap(r.Value, r.Bound),
		StopReason: StopReasons[r.StopReason], Iterations: r.Iterations, Operations: []Operation{}}
	for m, list := range r.Solution.Machines {
		for _, at := range list {
			start := r.Solution.Starts[at.Job][at.Step]
			time, _ := p.Jobs[at.Job][at.Step].on(int32(m))
			d.Operations = append(d.Operations, Operation{int(at.Job), int(at.Step), int64(m), start, start + time})
		}
	}
	slices.SortFunc(d.Operations, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Job, b.Job), cmp.Compare(a.Step, b.Step))
	})
	return d
}

// gap is how far a value is above its bound, as a share of the bound; nil if that is 0 and the value is not.
func gap(value, bound int64) *float64 {
	if bound == 0 && value != 0 {
		return nil
	}
	g := float64(value-bound) / max(math.Abs(float64(bound)), 1)
	return &g
}

// JSON is the text of the document.
func (d *Document) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}
