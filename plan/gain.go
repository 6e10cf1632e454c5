package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/schedule"
)

// Gain is what a search made better in a schedule.
type Gain struct {
	Before, After Figures
	Moved         int   // operations that begin at another time or on another machine than before
	Iterations    int64 // tries that were made
	StopReason    schedule.StopReason
	Time          time.Duration  // that the search was given; 0: it was counted in tries alone
	Bound         schedule.Score // what no schedule of these orders can beat; see schedule.Bound
}

// Figures are what a search looks at, of one schedule: the KPIs of the same names.
type Figures struct {
	Late, Short       int             // demands
	Tardiness         decimal.Decimal // days
	WeightedTardiness decimal.Decimal // weighted days
	SetupTime         decimal.Decimal // hours
	WIP               decimal.Decimal // orders begun and not ended, on average
	Makespan          decimal.Decimal // days
}

// Gain is what the search gained that made this schedule; nil if there was none.
func (f *Finite) Gain() *Gain { return f.gain }

// figures are those of the schedule. Causes are not looked for, so it takes a pass over orders and demands.
func (f *Finite) figures() Figures {
	var s service
	f.eachPromise(func(p *Promise) { s.add(p.Status, p.LateDays().Decimal(), f.Demand(p.Demand)) })
	_, flow, last := f.flow()
	span := max(last-f.today, 0)
	return Figures{Late: int(s.late), Short: int(s.short), Tardiness: s.tardiness, WeightedTardiness: weightedDays(f.score[schedule.Tardiness]),
		SetupTime: inHours(f.score[schedule.SetupTime]), WIP: ratio(flow, span, 0), Makespan: inDays(span)}
}

// kpis are the figures as KPIs of the schedule before the search.
func (g *Gain) kpis() []KPI {
	b := &g.Before
	return []KPI{
		{"late_demands_before", decimal.NewFromInt(int64(b.Late)), "demands"},
		{"makespan_before", b.Makespan, "days"},
		{"search_iterations", decimal.NewFromInt(g.Iterations), "tries"},
		{"setup_time_before", b.SetupTime, "hours"},
		{"short_demands_before", decimal.NewFromInt(int64(b.Short)), "demands"},
		{"tardiness_before", b.Tardiness, "days"},
		{"weighted_tardiness_before", b.WeightedTardiness, "weighted days"},
		{"wip_before", b.WIP, "orders"},
	}
}

// Anything reports whether the search found a better schedule.
func (g *Gain) Anything() bool { return !g.Before.equal(&g.After) || g.Moved > 0 }

func (f *Figures) equal(o *Figures) bool {
	return f.Late == o.Late && f.Short == o.Short && f.Tardiness.Equal(o.Tardiness) && f.WeightedTardiness.Equal(o.WeightedTardiness) &&
		f.SetupTime.Equal(o.SetupTime) && f.WIP.Equal(o.WIP) && f.Makespan.Equal(o.Makespan)
}

// String is the gain in one or two lines: 12 fewer late (62 → 50), 210.3 fewer late days (685.5 → 475.2), setup 40 h → 36.5 h; 8,412 tries in 10s.
func (g *Gain) String() string { return g.What() + "; " + g.effort() }

// What is the gain in words, without what it took.
func (g *Gain) What() string {
	if what := g.changes(); len(what) > 0 {
		return strings.Join(what, ", ")
	}
	return "nothing better was found"
}

// changes are the figures that changed, the most important first; what work in progress and the makespan do is told
// where nothing else changed.
func (g *Gain) changes() []string {
	b, a := &g.Before, &g.After
	var out []string
	add := func(text string) {
		if text != "" {
			out = append(out, text)
		}
	}
	add(fewer(decimal.NewFromInt(int64(b.Late)), decimal.NewFromInt(int64(a.Late)), "late"))
	add(fewer(decimal.NewFromInt(int64(b.Short)), decimal.NewFromInt(int64(a.Short)), "short"))
	add(fewer(b.Tardiness, a.Tardiness, "late days"))
	if !b.Tardiness.GreaterThan(a.Tardiness) { // weights say why it is better all the same
		add(fewer(b.WeightedTardiness, a.WeightedTardiness, "weighted late days"))
	}
	add(fromTo("setup", b.SetupTime, a.SetupTime, " h"))
	if len(out) == 0 {
		add(fromTo("work in progress", b.WIP, a.WIP, " orders"))
		add(fromTo("done after", b.Makespan, a.Makespan, " days"))
	}
	if len(out) == 0 && g.Moved > 0 {
		add(fmt.Sprintf("%s operations moved", grouped(int64(g.Moved))))
	}
	return out
}

// effort is how much was tried, and why it ended.
func (g *Gain) effort() string {
	tries := grouped(g.Iterations) + " tries"
	if g.Iterations == 1 {
		tries = "1 try"
	}
	switch g.StopReason {
	case schedule.TimeUp:
		if g.Time > 0 {
			return fmt.Sprintf("%s in %v", tries, g.Time)
		}
	case schedule.Optimal:
		return tries + ", no schedule is better"
	case schedule.NothingToMove:
		return "no operation may move"
	case schedule.Cancelled:
		return tries + " until it was stopped"
	}
	return tries
}

// fewer says by how much a figure fell or rose; empty if it did not in its first decimal.
func fewer(before, after decimal.Decimal, what string) string {
	b, a := before.Round(1), after.Round(1)
	switch b.Cmp(a) {
	case 1:
		return fmt.Sprintf("%s fewer %s (%s → %s)", decimals(b.Sub(a)), what, decimals(b), decimals(a))
	case -1:
		return fmt.Sprintf("%s more %s (%s → %s)", decimals(a.Sub(b)), what, decimals(b), decimals(a))
	}
	return ""
}

func fromTo(what string, before, after decimal.Decimal, unit string) string {
	b, a := before.Round(1), after.Round(1)
	if b.Equal(a) {
		return ""
	}
	return fmt.Sprintf("%s %s%s → %s%s", what, decimals(b), unit, decimals(a), unit)
}

// decimals is a number of at most one decimal, with commas.
func decimals(d decimal.Decimal) string {
	whole := d.Truncate(0)
	text := grouped(whole.IntPart())
	if rest := d.Sub(whole).Abs(); !rest.IsZero() {
		text += rest.String()[1:]
	}
	return text
}

// grouped is a number from 0 with commas.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
