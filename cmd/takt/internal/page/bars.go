package page

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// line is what runs on a machine, by start.
type line []*schedule.Assignment

// lines are what runs on the machines.
func (v *view) lines() []line {
	out := make([]line, len(v.p.Machines))
	for i := range v.s.Ops {
		if a := &v.s.Ops[i]; a.Machine >= 0 && a.End > a.Start && placed(a) {
			out[a.Machine] = append(out[a.Machine], a)
		}
	}
	for _, l := range out {
		slices.SortFunc(l, func(a, b *schedule.Assignment) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Op, b.Op))
		})
	}
	return out
}

// kind is how the machines of a machine's work centre are occupied.
func (v *view) kind(machine int32) schedule.CentreKind {
	return v.p.Centres[v.p.Machines[machine].Centre].Kind
}

// piece is what is drawn as one bar: an assignment, an oven load, or several that are too narrow
// to be told apart.
type piece struct {
	a              *schedule.Assignment // the first one
	last           *schedule.Assignment
	from, to       int64
	n, late        int
	mixed          bool // of several colours
	pinned, narrow bool
}

// pieces are the bars of a line that a scale shows. Neighbours narrower than least become one.
func (v *view) pieces(l line, s *scale, kind schedule.CentreKind, least float64) []piece {
	var out []piece
	for _, a := range l {
		if !s.within(a.Start, a.End) {
			continue
		}
		narrow := s.x(a.End)-s.x(a.Start) < least
		if n := len(out); n > 0 {
			p := &out[n-1]
			load := kind == schedule.Batch && a.Start == p.a.Start && a.End == p.a.End
			if load || narrow && p.narrow && s.x(a.Start)-s.x(p.to) < least/2 && kind != schedule.Infinite {
				p.n++
				p.last, p.to = a, max(p.to, a.End)
				p.mixed = p.mixed || v.colours.of(a.Op) != v.colours.of(p.a.Op)
				p.mark(v, a)
				continue
			}
		}
		p := piece{a: a, last: a, from: a.Start, to: a.End, n: 1, narrow: narrow}
		p.mark(v, a)
		out = append(out, p)
	}
	return out
}

func (p *piece) mark(v *view, a *schedule.Assignment) {
	if v.lateBy(a) > 0 {
		p.late++
	}
	p.pinned = p.pinned || a.Pin != schedule.Free
}

// bar is a piece as it is drawn.
type bar struct {
	X, Y, W, H string
	Class      string
	Tip        string
	Setup      string // width of the setup; empty: none
	Label      string
	LabelX     string
	LabelY     string
	Pin        string // the outline of the mark; empty: not pinned
}

// Sizes in a chart.
const (
	rowHeight  = 20
	barHeight  = 14
	barTop     = 3
	charWidth  = 5.6 // of a label
	leastLabel = 6   // characters of a text that is cut
	leastWidth = 1
	laneLabel  = 9 // the lowest bar that has room for text
)

// bar draws a piece in a row whose top is at y, in one of several lanes.
func (v *view) bar(p *piece, s *scale, y float64, lane, lanes int) bar {
	x, to := s.x(p.from), s.x(p.to)
	w := max(to-x, leastWidth)
	h := float64(barHeight) / float64(lanes)
	top := y + barTop + h*float64(lane)
	b := bar{X: num(x), Y: num(top), W: num(w), H: num(h), Class: v.colours.of(p.a.Op)}
	if p.mixed {
		b.Class = "c0"
	}
	if p.a.Machine < 0 {
		b.Class = "co"
	}
	if p.late > 0 {
		b.Class += " l"
	}
	b.Tip = v.pieceTip(p)
	setup := 0.0
	if p.n == 1 && p.a.Machine >= 0 {
		setup = min(s.x(p.a.SetupEnd)-x, w)
	}
	if setup >= leastWidth {
		b.Setup = num(setup)
	}
	if p.pinned {
		b.Pin = fmt.Sprintf("M%s %sh6l-6 6z", num(x), num(top))
	}
	text := v.job(p.a.Op).Item
	if p.n > 1 {
		text = fmt.Sprintf("%d×", p.n)
	}
	const margin = 3
	room := int((w - setup - 2*margin) / charWidth)
	if h >= laneLabel && (room >= leastLabel || room >= utf8.RuneCountInString(text)) {
		b.Label, b.LabelX, b.LabelY = cut(text, room), num(x+setup+margin), num(top+h-4)
	}
	return b
}

func (v *view) pieceTip(p *piece) string {
	if p.n == 1 {
		return v.tip(p.a)
	}
	what := "operations"
	if v.kind(p.a.Machine) == schedule.Batch && p.a.Start == p.last.Start {
		what = "operations in a load"
	}
	tip := fmt.Sprintf("%d %s on %s\n%s\n%s", p.n, what, v.machineName(p.a.Machine), v.between(p.from, p.to), v.job(p.a.Op).ID)
	if p.n > 2 {
		tip += " …"
	}
	tip += "\n" + v.job(p.last.Op).ID
	if p.late > 0 {
		tip += fmt.Sprintf("\n%d too late for their demands", p.late)
	}
	return tip
}

// mostLanes is how many bars side by side a machine without limits shows.
const mostLanes = 3

// lanes spreads pieces that overlap; one lane where nothing may.
func lanes(pieces []piece, kind schedule.CentreKind) (lane []int, n int) {
	lane, n = make([]int, len(pieces)), 1
	if kind != schedule.Infinite {
		return lane, 1
	}
	var ends [mostLanes]int64
	for i := range ends {
		ends[i] = -capacity.Never
	}
	for i := range pieces {
		at := 0
		for at < mostLanes-1 && ends[at] > pieces[i].from {
			at++
		}
		ends[at] = max(ends[at], pieces[i].to)
		lane[i] = at
		n = max(n, at+1)
	}
	return lane, n
}
