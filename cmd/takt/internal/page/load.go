package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/taktplan/takt/capacity"
)

// mostLoads is how many work centres have a chart, mostLoadWeeks how many weeks it shows.
const (
	mostLoads     = 24
	mostLoadWeeks = 53
)

// Sizes of a small chart.
const (
	smallWidth  = 420
	smallHeight = 120
	smallLeft   = 40
	smallBottom = 100 // where its axis lies
	smallTop    = 8
)

// loadCharts are the loads of the work centres by week, the worst first.
type loadCharts struct {
	Charts    []loadChart
	Hidden    int // work centres with work that are not shown
	Idle      int // without work
	MoreWeeks bool
}

// loadChart is a histogram.
type loadChart struct {
	ID, Used, Worst, Week string
	Grid                  []gridLine
	Ticks                 []tick
	Bars                  []loadBar
	Available             string // path of the line
	worst, used           float64
	rows                  []capacity.Load
}

// gridLine is a level of a small chart.
type gridLine struct{ Y, TextY, Text string }

// loadBar is a week: run below, setup on top of it.
type loadBar struct {
	X, W, RunY, RunH, SetupY, SetupH, Tip string
}

func (v *view) load() loadCharts {
	var out loadCharts
	var charts []loadChart
	index := map[string]int{}
	for l := range v.f.Load(capacity.Week).Rows() {
		i, ok := index[l.WorkCentre]
		if !ok {
			i = len(charts)
			index[l.WorkCentre] = i
			charts = append(charts, loadChart{ID: l.WorkCentre})
		}
		charts[i].rows = append(charts[i].rows, l)
	}
	for i := range charts {
		charts[i].judge()
	}
	all := len(charts)
	charts = slices.DeleteFunc(charts, func(c loadChart) bool {
		return !slices.ContainsFunc(c.rows, func(l capacity.Load) bool { return l.Asked() > 0 })
	})
	out.Idle = all - len(charts)
	slices.SortFunc(charts, func(a, b loadChart) int {
		return cmp.Or(cmp.Compare(b.worst, a.worst), cmp.Compare(b.used, a.used), cmp.Compare(a.ID, b.ID))
	})
	out.Hidden = max(0, len(charts)-mostLoads)
	for _, c := range charts[:min(len(charts), mostLoads)] {
		if len(c.rows) > mostLoadWeeks {
			c.rows, out.MoreWeeks = c.rows[:mostLoadWeeks], true
		}
		v.drawLoad(&c)
		out.Charts = append(out.Charts, c)
	}
	return out
}

// judge finds the share of the hours that is used, and the worst week, in whole percents.
func (c *loadChart) judge() {
	var asked, available time.Duration
	unlimited := false
	for i := range c.rows {
		l := &c.rows[i]
		asked, available, unlimited = asked+l.Asked(), available+l.Available, unlimited || l.Unlimited
		if l.Available == 0 || l.Unlimited {
			continue
		}
		if share := math.Round(100*float64(l.Asked())/float64(l.Available)) / 100; share > c.worst {
			c.worst, c.Worst, c.Week = share, percent(share), l.First.String()
		}
	}
	if unlimited {
		c.Used = "no limit"
	} else if available > 0 {
		c.used = float64(asked) / float64(available)
		c.Used = percent(c.used)
	}
}

// drawLoad draws a histogram in hours.
func (v *view) drawLoad(c *loadChart) {
	s := &scale{from: c.rows[0].From, to: c.rows[len(c.rows)-1].To, left: smallLeft, width: smallWidth - smallLeft - 4}
	highest := 0.0
	for i := range c.rows {
		l := &c.rows[i]
		highest = max(highest, l.Asked().Hours())
		if !l.Unlimited {
			highest = max(highest, l.Available.Hours())
		}
	}
	y := newLevel(0, highest)
	c.Grid, c.Ticks = y.grid("h"), v.smallTicks(s)
	for i := range c.rows {
		l := &c.rows[i]
		x, to := s.x(l.From), s.x(l.To)
		if !l.Unlimited {
			move := "L"
			if i == 0 {
				move = "M"
			}
			c.Available += fmt.Sprintf("%s%s %sH%s", move, num(x), num(y.y(l.Available.Hours())), num(to))
		}
		if l.Asked() == 0 {
			continue
		}
		gap := min(1, (to-x)/4)
		run, top := y.y(l.Run.Hours()), y.y(l.Asked().Hours())
		b := loadBar{X: num(x + gap), W: num(to - x - 2*gap), RunY: num(run), RunH: num(smallBottom - run), SetupY: num(top), SetupH: num(run - top)}
		b.Tip = fmt.Sprintf("%s, %s – %s\nrun %s, setup %s", c.ID, l.First, l.Last, hours(l.Run), hours(l.Setup))
		if !l.Unlimited {
			b.Tip += " of " + hours(l.Available)
		}
		c.Bars = append(c.Bars, b)
	}
}

// smallTicks are a handful of dates.
func (v *view) smallTicks(s *scale) []tick {
	const most = 5
	first, last := v.dayOf(s.from), v.dayOf(s.to-1)
	days := int(last-first) + 1
	step := max(1, (days+most-1)/most)
	if days > 2*7 {
		step = (step + 6) / 7 * 7
		first = monday(first + 6) // whole weeks
	}
	var out []tick
	for d := first; d <= last; d++ {
		x := s.x(d.Begin(v.zone))
		if int(d-first)%step == 0 && x < s.left+s.width-30 {
			out = append(out, tick{X: num(x), Text: d.Time().Format("2 Jan")})
		}
	}
	return out
}

// level maps amounts to the height of a small chart.
type level struct{ low, high, step float64 }

// newLevel has round numbers at both ends.
func newLevel(low, high float64) level {
	if high <= low {
		high = low + 1
	}
	const lines = 4
	step := math.Pow(10, math.Floor(math.Log10((high-low)/lines)))
	for _, f := range []float64{1, 2, 2.5, 5, 10} {
		if (high-low)/(step*f) <= lines {
			step *= f
			break
		}
	}
	return level{math.Floor(low/step) * step, math.Ceil(high/step) * step, step}
}

func (l *level) y(amount float64) float64 {
	return smallBottom - (amount-l.low)/(l.high-l.low)*(smallBottom-smallTop)
}

func (l *level) grid(unit string) []gridLine {
	var out []gridLine
	for i := 0; ; i++ {
		amount := l.low + float64(i)*l.step
		if amount > l.high+l.step/2 {
			return out
		}
		y := l.y(amount)
		text := short(amount)
		if unit != "" && amount != 0 {
			text += " " + unit
		}
		out = append(out, gridLine{num(y), num(y + 3), text})
	}
}

// short is a round number in few characters.
func short(f float64) string {
	abs := math.Abs(f)
	switch {
	case abs >= 1e6:
		return fmt.Sprintf("%gM", math.Round(f/1e4)/100)
	case abs >= 1e4:
		return fmt.Sprintf("%gk", math.Round(f/10)/100)
	}
	return fmt.Sprintf("%g", math.Round(f*1000)/1000)
}
