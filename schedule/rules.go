package schedule

import (
	"cmp"
	"math"

	"github.com/taktplan/takt/capacity"
)

// Rule is a dispatch rule: which of the operations that wait is taken first.
type Rule uint8

// The rules. Those marked (static) are known before anything is placed; without
// gap filling, and for all others, operations are dispatched over time.
const (
	FCFS        Rule = iota // first come, first served: ready first
	SPT                     // shortest processing time (static)
	LPT                     // longest processing time (static)
	EDD                     // earliest due date of what waits for it (static)
	MDD                     // modified due date: the due date, or the earliest end if that is later (Baker & Bertrand 1982)
	Slack                   // least slack: due date less now less the work still before it
	CR                      // critical ratio: time until the due date ÷ work still before it
	WSPT                    // weighted shortest processing time (static)
	ATC                     // apparent tardiness cost (Vepsalainen & Morton, Management Science 33, 1987)
	ATCS                    // ATC with setups (Lee, Bhaskaran & Pinedo, IIE Transactions 29, 1997)
	COVERT                  // cost over time (Carroll 1965)
	LeastSetup              // smallest setup after what the machine did last
	LatestStart             // latest start that keeps the due dates, on calendars alone (static)
	ByRank                  // priority of the jobs (static)
)

// Rules are the names of the rules.
var Rules = [...]string{"fcfs", "spt", "lpt", "edd", "mdd", "slack", "critical_ratio", "wspt", "atc", "atcs", "covert", "least_setup", "latest_start", "priority"}

// static reports whether a rule is known before anything is placed.
func (r Rule) static() bool {
	switch r {
	case SPT, LPT, EDD, WSPT, LatestStart, ByRank:
		return true
	}
	return false
}

// ruleData is what rules look at, by operation.
type ruleData struct {
	*compiled
	due    []int64 // earliest goal of what waits for the operation
	late   bounds  // latest times on calendars
	weight []int64 // largest weight of what waits for it, in thousandths
	rank   []int32 // most urgent priority of what waits for it
	mean   float64 // mean work of all operations, in seconds
	setup  float64 // mean setup
}

func (b *builder) ruleData() *ruleData {
	n := len(b.p.Ops)
	d := &ruleData{compiled: b.compiled, due: b.wanted(b.goals), late: b.latest(b.goals), weight: make([]int64, n), rank: make([]int32, n)}
	for i := n - 1; i >= 0; i-- {
		op := b.order[i]
		job := &b.p.Jobs[b.p.Ops[op].Job]
		d.weight[op], d.rank[op] = max(job.weight(), 1), cmp.Or(job.Rank, math.MaxInt32)
		for _, a := range b.out.of(op) {
			to := b.p.Arcs[a].To
			d.weight[op], d.rank[op] = max(d.weight[op], d.weight[to]), min(d.rank[op], d.rank[to])
		}
	}
	count := 0.0
	for i := range b.p.Ops {
		if op := &b.p.Ops[i]; b.onMachine(op) {
			d.mean += float64(b.work[op.Modes]) / float64(second)
			d.setup += b.p.Modes[op.Modes].Setup.Seconds()
			count++
		}
	}
	d.mean, d.setup = max(d.mean/max(count, 1), 1), d.setup/max(count, 1)
	return d
}

// work is the working time of an operation on its first mode, in seconds.
func (d *ruleData) seconds(op int32) float64 {
	o := &d.p.Ops[op]
	if o.NumModes == 0 {
		return 0
	}
	return float64(d.work[o.Modes]) / float64(second)
}

// index is a rule's value for an operation on a machine that is free at now: smaller is
// taken first. ready is when the operation can begin, setup what it needs there, in seconds.
func (d *ruleData) index(r Rule, op int32, now, ready int64, setup float64) float64 {
	due, work := float64(d.due[op]), d.seconds(op)
	rest := due - float64(d.late.start[op]) // from its latest start to the due date
	if d.late.start[op] >= capacity.Never {
		rest = work
	}
	switch r {
	case FCFS:
		return float64(ready)
	case SPT:
		return work
	case LPT:
		return -work
	case EDD:
		return due
	case MDD:
		return max(due, float64(now)+rest)
	case Slack:
		return due - float64(now) - rest
	case CR:
		return (due - float64(now)) / max(rest, 1)
	case WSPT:
		return work / float64(d.weight[op])
	case ATC, ATCS:
		return -d.apparentCost(r, op, now, work, due-float64(now)-rest, setup)
	case COVERT:
		return -d.costOverTime(op, work, due-float64(now)-rest, rest)
	case LeastSetup:
		return setup
	case LatestStart:
		return float64(d.late.start[op])
	}
	return float64(d.rank[op])
}

// apparentCost is w/p · exp(−slack⁺ ÷ k₁p̄) · exp(−s ÷ k₂s̄), in logarithms so that far
// due dates still differ. k₁ = 2 and k₂ = 0.5 are within the ranges of the papers.
func (d *ruleData) apparentCost(r Rule, op int32, now int64, work, slack, setup float64) float64 {
	const k1, k2 = 2, 0.5
	v := math.Log(float64(d.weight[op])/max(work, 1)) - max(slack, 0)/(k1*d.mean)
	if r == ATCS && d.setup > 0 {
		v -= setup / (k2 * d.setup)
	}
	return v
}

// costOverTime is w/p while there is no slack, falling to 0 when the slack is k times the rest of the work.
func (d *ruleData) costOverTime(op int32, work, slack, rest float64) float64 {
	const k = 2
	share := 1 - max(slack, 0)/max(k*rest, 1)
	return float64(d.weight[op]) / max(work, 1) * max(share, 0)
}
