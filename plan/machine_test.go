package plan_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/commands"
	"github.com/leanovate/gopter/gen"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// The state machine: a Live on a small random model goes through random changes, forks, commits, undos and
// reshuffles. After every step the laws hold:
//
//   - the material plan is that of the tables, to the byte;
//   - the schedule breaks no rule that it does not say it breaks, and none that a new schedule keeps and those before it kept;
//   - every demand that is planned has a status;
//   - a plan that another was made from did not change;
//   - Undo gives the former bytes back, and Inverse the former material plan.
//
// A failure names the seed of the model and the steps, shortened by gopter. TAKT_CASES=1000 in the environment makes a long run.
func TestStateMachineOfMaterialPlans(t *testing.T) { stateMachine(t, 30, plan.LiveOptions{}, nil) }

func TestStateMachineOfFinitePlans(t *testing.T) {
	stateMachine(t, 20, plan.LiveOptions{}, &plan.FiniteOptions{Direction: schedule.Backward})
}

func TestStateMachineOfFinitePlansThatLag(t *testing.T) {
	stateMachine(t, 12, plan.LiveOptions{Lag: true, Repair: plan.Repair{Strategy: plan.RightShift}}, &plan.FiniteOptions{})
}

// machine is what the steps are made on.
type machine struct {
	live     *plan.Live
	material string   // of the current plan
	former   []former // what Undo has to give back
	tally    *tally
	broken   map[string]bool // what schedules broke so far
	finite   *plan.FiniteOptions
}

// tally says how many batches were made, so that a machine that refuses all of them does not pass.
type tally struct{ tried, made int }

type former struct{ whole, material string }

// machineSteps are the kinds of steps; each gets a seed of its own.
var machineSteps = map[string]func(*machine, *rand.Rand) string{
	"apply":   (*machine).apply,
	"batch":   (*machine).batch,
	"commit":  (*machine).commit,
	"fork":    (*machine).fork,
	"permute": (*machine).permute,
	"repair":  (*machine).repair,
	"undo":    (*machine).undo,
}

func stateMachine(t *testing.T, cases int, o plan.LiveOptions, finite *plan.FiniteOptions) {
	t.Helper()
	const longest = 25
	if testing.Short() {
		cases = 5
	}
	cases = fromEnvironment("TAKT_CASES", cases)
	parameters := gopter.DefaultTestParametersWithSeed(20260302)
	parameters.MinSuccessfulTests, parameters.MaxSize = cases, longest
	var n tally
	names := []string{"apply", "apply", "apply", "batch", "batch", "commit", "fork", "permute", "repair", "repair", "undo"}
	properties := gopter.NewProperties(parameters)
	properties.Property("laws", commands.Prop(&commands.ProtoCommands{
		InitialStateGen: gen.UInt64Range(0, 1<<20),
		NewSystemUnderTestFunc: func(s commands.State) commands.SystemUnderTest {
			return newMachine(t, s.(uint64), o, finite, &n)
		},
		DestroySystemUnderTestFunc: func(s commands.SystemUnderTest) { _ = s.(*machine).live.Close(context.Background()) },
		GenCommandFunc: func(commands.State) gopter.Gen {
			return gen.UInt64().Map(func(seed uint64) commands.Command { return step(names[seed%uint64(len(names))], seed) })
		},
	}))
	properties.TestingRun(t)
	t.Logf("%d of %d batches made", n.made, n.tried)
	if n.made < n.tried/3 {
		t.Errorf("%d of %d batches were made: too few to show anything", n.made, n.tried)
	}
}

// newMachine is a Live on the random model of a seed.
func newMachine(t *testing.T, seed uint64, o plan.LiveOptions, finite *plan.FiniteOptions, n *tally) *machine {
	t.Helper()
	const largest = 12
	rows := oracle.Random(seed, int(seed%largest)+3)
	if finite != nil && seed%2 == 0 {
		enrich(rows, rand.New(rand.NewPCG(seed, 1)))
	}
	p, err := planned(rows, plan.Options{Finite: finite})
	if err != nil {
		t.Fatalf("model %d: %v", seed, err)
	}
	m := &machine{live: plan.NewLive(p, o), material: materialTables(p), tally: n, finite: finite, broken: map[string]bool{}}
	if wrong := m.scheduleLaws(p); wrong != "" {
		t.Fatalf("model %d: %s", seed, wrong)
	}
	return m
}

// step is a step of some kind; it gives what breaks a law, or nothing.
func step(name string, seed uint64) *commands.ProtoCommand {
	return &commands.ProtoCommand{
		Name: fmt.Sprintf("%s(%d)", name, seed),
		RunFunc: func(s commands.SystemUnderTest) commands.Result {
			m := s.(*machine)
			if wrong := machineSteps[name](m, rand.New(rand.NewPCG(seed, 5))); wrong != "" {
				return wrong
			}
			return m.laws()
		},
		PostConditionFunc: func(_ commands.State, r commands.Result) *gopter.PropResult {
			if wrong := r.(string); wrong != "" {
				return &gopter.PropResult{Status: gopter.PropFalse, Error: errors.New(wrong)}
			}
			return &gopter.PropResult{Status: gopter.PropTrue}
		},
	}
}

// apply makes random changes; a batch that is refused changes nothing.
func (m *machine) apply(r *rand.Rand) string {
	before := m.whole()
	was := former{allText(before.Plan), m.material}
	v, err := m.live.Apply(context.Background(), randomChanges(r, before.Plan.Model().Rows())...)
	return m.stepped(was, before, v, err)
}

// commit looks at a fork and commits it, sometimes upon a base that has moved.
func (m *machine) commit(r *rand.Rand) string {
	before := m.whole()
	was := former{allText(before.Plan), m.material}
	p := plan.Proposal{Base: before.Version, Changes: randomChanges(r, before.Plan.Model().Rows())}
	switch r.IntN(3) {
	case 0:
		p.Base--
	case 1:
		seen, err := before.Plan.Apply(context.Background(), p.Changes...)
		if err != nil {
			return ""
		}
		p.Plan = seen
	}
	v, err := m.live.Commit(context.Background(), p)
	var stale *plan.StaleError
	if errors.As(err, &stale) {
		if p.Base == before.Version || m.live.Current().MaterialVersion != before.Version {
			return fmt.Sprintf("stale on the current base, or not refused: %v", err)
		}
		if stale.Outcome.Plan == nil {
			return ""
		}
		v, err = m.live.Commit(context.Background(), stale.Outcome)
	}
	return m.stepped(was, before, v, err)
}

// stepped notes a step for Undo, and finds out whether the plan from before is as it was.
func (m *machine) stepped(was former, before plan.Snapshot, version uint64, err error) string {
	if diff := firstDifference(allText(before.Plan), was.whole); diff != "" {
		return "the plan that was changed from differs: " + diff
	}
	m.tally.tried++
	now := m.whole()
	if err != nil {
		if now.Plan != before.Plan {
			return fmt.Sprintf("refused, and yet the plan changed: %v", err)
		}
		return ""
	}
	if version != before.Version+1 || now.Version != version {
		return fmt.Sprintf("version %d after %d, the current one is %d", version, before.Version, now.Version)
	}
	m.tally.made++
	m.former = append(m.former, was)
	m.material = materialTables(now.Plan)
	return ""
}

// fork makes changes on the current plan and takes them back on the fork; the current plan is not concerned.
func (m *machine) fork(r *rand.Rand) string {
	s := m.whole()
	was := allText(s.Plan)
	changes := randomChanges(r, s.Plan.Model().Rows())
	fork, err := s.Plan.Apply(context.Background(), changes...)
	if err != nil {
		return ""
	}
	back, err := s.Plan.Inverse(changes...)
	if err != nil {
		return err.Error()
	}
	again, err := fork.Apply(context.Background(), back...)
	if err != nil {
		return fmt.Sprintf("%v cannot be taken back: %v", changes, err)
	}
	if diff := firstDifference(materialTables(again), m.material); diff != "" {
		return fmt.Sprintf("%v taken back: %s", changes, diff)
	}
	return firstDifference(allText(s.Plan), was)
}

// permute plans the tables again, their rows in any order.
func (m *machine) permute(r *rand.Rand) string {
	rows := m.whole().Plan.Model().Rows()
	shuffle(rows, r)
	fresh, err := planned(rows, plan.Options{})
	if err != nil {
		return err.Error()
	}
	return firstDifference(m.material, materialTables(fresh))
}

// undo goes back one version.
func (m *machine) undo(*rand.Rand) string {
	s := m.whole()
	_, err := m.live.Undo(context.Background(), s.Version)
	if len(m.former) == 0 {
		if history := (*plan.HistoryError)(nil); !errors.As(err, &history) {
			return fmt.Sprintf("nothing to undo, and yet: %v", err)
		}
		return ""
	}
	if err != nil {
		return err.Error()
	}
	was := m.former[len(m.former)-1]
	m.former, m.material = m.former[:len(m.former)-1], was.material
	return firstDifference(allText(m.whole().Plan), was.whole)
}

// whole waits until the schedule has caught up.
func (m *machine) whole() plan.Snapshot {
	s, err := m.live.Scheduled(context.Background(), m.live.Current().MaterialVersion)
	if err != nil {
		panic(err) // in a test: gopter tells it with the steps
	}
	return s
}

// laws hold after every step.
func (m *machine) laws() string {
	s := m.whole()
	fresh, err := plan.New(context.Background(), mustModel(s.Plan), plan.Options{})
	if err != nil {
		return err.Error()
	}
	want := materialTables(fresh)
	for _, p := range []*plan.Plan{s.Plan, s.Material} {
		if diff := firstDifference(materialTables(p), want); diff != "" {
			return "the material plan is not that of the tables: " + diff
		}
	}
	if diff := firstDifference(m.material, want); diff != "" {
		return "the plan changed between steps: " + diff
	}
	if wrong := m.scheduleLaws(s.Plan); wrong != "" {
		return wrong
	}
	for _, r := range s.Plan.Material().DemandResults() {
		if r.Status == "" {
			return fmt.Sprintf("demand %d has no status", r.Demand)
		}
	}
	return ""
}

func mustModel(p *plan.Plan) *plan.Model {
	m, err := p.Model().Rows().Model()
	if err != nil {
		panic(err) // the rows of a model make a model
	}
	return m
}

// scheduleLaws finds what a schedule breaks and need not.
func (m *machine) scheduleLaws(p *plan.Plan) string {
	f := p.Finite()
	if f == nil {
		return ""
	}
	if n := f.NumOperations(); p.NumOperations() != n {
		return fmt.Sprintf("%d operations on the board, %d in the schedule", p.NumOperations(), n)
	}
	if what := plan.GroundDiffers(p); what != "" {
		return what
	}
	var anew []string
	for _, v := range f.Verify() {
		if v.Given || pinned(f, v.Op) || pinned(f, v.Other) {
			continue
		}
		what := fmt.Sprintf("%s (%s)", f.Describe(v), v.Kind)
		if !slices.ContainsFunc(f.Schedule().Broken, func(b schedule.Violation) bool { return b.Kind == v.Kind && b.Op == v.Op }) {
			return what + " is not among what is broken"
		}
		if key := fmt.Sprint(v.Kind, " ", f.OrderOf(v.Op), " ", f.Problem().Ops[v.Op].Number); !m.broken[key] {
			m.broken[key] = true
			anew = append(anew, what)
		}
	}
	if len(anew) > 0 {
		total, err := plan.New(context.Background(), p.Model(), plan.Options{Finite: m.finite})
		if err != nil {
			return err.Error()
		}
		if len(total.Finite().Schedule().Broken) == 0 {
			return fmt.Sprintf("broken now, and nothing is in a new schedule: %s", strings.Join(anew, "; "))
		}
	}
	for _, r := range f.Promises() {
		if r.Status == "" {
			return fmt.Sprintf("demand %d has no status", r.Demand)
		}
	}
	return ""
}

// pinned reports whether an operation stays where it was pinned, which what comes before it may make impossible.
func pinned(f *plan.Finite, op int32) bool {
	if op < 0 || int(op) >= len(f.Problem().Ops) {
		return false
	}
	parts := f.Schedule().Of(op)
	return len(parts) > 0 && parts[0].Pin != schedule.Free
}

// materialTables is all that the material plan says, whatever the schedule.
func materialTables(p *plan.Plan) string {
	zone, m := p.Model().Zone(), p.Material()
	var b strings.Builder
	for _, table := range []tables.Table{tables.PlannedOrders(zone, m.Orders(), nil), tables.Pegging(zone, m.Pegging()), tables.DemandStatus(zone, m),
		tables.Deliveries(zone, m), tables.Messages(zone, m.AllMessages()), tables.Projected(zone, m)} {
		fmt.Fprintf(&b, "-- %s --\n", table.Name)
		if err := table.CSV(context.Background(), &b); err != nil {
			return err.Error()
		}
	}
	return b.String()
}

// randomChanges are one to four changes of rows, now and then of rows that are not there.
func randomChanges(r *rand.Rand, rows *plan.Rows) []plan.Change {
	out := make([]plan.Change, 1+r.IntN(4))
	for i := range out {
		out[i] = randomChange(r, rows)
	}
	return out
}

func randomChange(r *rand.Rand, rows *plan.Rows) plan.Change {
	id := fmt.Sprintf("N%d", r.IntN(40))
	d := mrp.Demand{ID: "nobody", Item: rows.Items[r.IntN(len(rows.Items))].ID}
	if len(rows.Demands) > 0 {
		d = rows.Demands[r.IntN(len(rows.Demands))]
	}
	open := mrp.Receipt{ID: "nothing", Kind: bom.Buy, Item: d.Item, Site: d.Site, Quantity: bom.Units(1), Due: rows.Settings.Start}
	if len(rows.Receipts) > 0 {
		open = rows.Receipts[r.IntN(len(rows.Receipts))]
	}
	soon := func(w bom.When) bom.When { return bom.OnDay(max(w.Day+bom.Day(r.IntN(15)-7), rows.Settings.Start.Day)) }
	some := func() bom.Quantity { return bom.Units(int64(1 + r.IntN(20))) }
	switch r.IntN(10) {
	case 0, 1:
		d.ID, d.Quantity, d.Due, d.Priority = id, some(), soon(rows.Settings.Start), 1+r.IntN(10)
		d.Latest = bom.When{}
		return plan.AddDemand{Demand: d}
	case 2:
		d.Quantity = some()
		return plan.ChangeDemand{Demand: d}
	case 3:
		d.Due = soon(d.Due)
		d.Latest = bom.When{}
		return plan.ChangeDemand{Demand: d}
	case 4:
		return plan.CancelDemand{Demand: d.ID}
	case 5:
		return plan.CountStock{Item: d.Item, Site: d.Site, Quantity: some()}
	case 6:
		open.ID, open.Quantity, open.Demand = id, some(), ""
		return plan.AddReceipt{Receipt: open}
	case 7:
		open.Quantity = some()
		return plan.ChangeReceipt{Receipt: open}
	case 8:
		return plan.CancelReceipt{Receipt: open.ID}
	}
	return randomDowntime(r, rows)
}

func randomDowntime(r *rand.Rand, rows *plan.Rows) plan.Change {
	if len(rows.Downtime) > 0 && r.IntN(2) == 0 {
		return plan.RemoveDowntime{Downtime: rows.Downtime[r.IntN(len(rows.Downtime))]}
	}
	if len(rows.WorkCentres) == 0 {
		return plan.CancelDemand{Demand: "nobody"}
	}
	const hour = 3600
	from := rows.Settings.Start.Day.Begin(time.UTC) + int64(r.IntN(200))*hour
	zone, err := time.LoadLocation(rows.Settings.TimeZone)
	if err != nil {
		panic(err) // the zone of a model is one
	}
	at := func(unix int64) bom.When { return bom.At(time.Unix(unix, 0).In(zone)) }
	return plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: rows.WorkCentres[r.IntN(len(rows.WorkCentres))].ID,
		From: at(from), To: at(from + int64(1+r.IntN(48))*hour)}}
}
