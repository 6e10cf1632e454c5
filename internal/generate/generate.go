// Package generate makes random planning models of any size from a seed, for
// tests, benchmarks and play. Every number is a hash of the seed and of what it is for, so
// rows are made one by one, in any order and without memory of those before
// (counter-based random numbers; the mixing function is splitmix64's, Steele, Lea, Flood 2014).
// The same options give the same model, byte for byte, on any machine.
//
// # Structure
//
// Items are numbered. The first are products, then come Depth − 1 levels of made
// components, each larger than the one above, then what is bought. A made part
// has Width lines on average; its components lie on lower levels, one of
// them on the next, so the network has no cycle and all levels. With more than one site, products are
// made at main and transferred to the others, where part of the demand is.
package generate

import (
	"iter"
	"math"
	"strconv"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Model is a random model: its rows come from sequences that hold nothing. It
// is immutable and safe for any number of readers.
type Model struct {
	o      Options
	levels []int // first item of each level; level Depth is bought; then the number of items
	base   [numTags]uint64
	rules  int // sum of the weights
}

// New checks the options.
func New(o Options) (*Model, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	m := &Model{o: o}
	for t := range m.base {
		m.base[t] = mix(o.Seed ^ mix(uint64(t)+1))
	}
	for _, w := range o.LotRules {
		m.rules += w.Weight
	}
	m.cutLevels()
	return m, nil
}

// cutLevels divides the items into levels. Level sizes grow downward in steps of one.
func (m *Model) cutLevels() {
	o := &m.o
	const products = 2 // of depth·(depth+3)/2 shares of the made items
	shares := o.Depth * (o.Depth + 3) / 2
	// Products have a part at every site: items + products·(sites − 1) = parts.
	items := o.Parts
	if o.Sites > 1 {
		perItem := 1 + o.MadeShare*products/float64(shares)*float64(o.Sites-1)
		items = max(int(float64(o.Parts)/perItem), 1)
	}
	made := int(math.Round(float64(items) * o.MadeShare))
	m.levels = []int{0}
	sum := 0
	for l := range o.Depth {
		sum += l + products
		m.levels = append(m.levels, made*sum/shares)
	}
	for o.Sites > 1 && items+m.levels[1]*(o.Sites-1) > o.Parts && items > made {
		items--
	}
	if rest := o.Parts - items - m.levels[1]*(o.Sites-1); rest > 0 {
		items += rest // bought items fill up
	}
	m.levels = append(m.levels, items)
}

// Parts is the number of parts.
func (m *Model) Parts() int { return m.items() + m.products()*(m.o.Sites-1) }

// items is the number of items, made those that are made, products those on top.
func (m *Model) items() int    { return m.levels[m.o.Depth+1] }
func (m *Model) made() int     { return m.levels[m.o.Depth] }
func (m *Model) products() int { return m.levels[1] }

// level of an item; Depth for what is bought.
func (m *Model) level(i int) int {
	l := 0
	for i >= m.levels[l+1] {
		l++
	}
	return l
}

// The tags that keep the random numbers of different things apart.
const (
	tagLines = iota
	tagTarget
	tagShared
	tagComponent
	tagQuantity
	tagLead
	tagRule
	tagRuleValue
	tagStock
	tagStockQuantity
	tagSafety
	tagReceipt
	tagReceiptDue
	tagReceiptQuantity
	tagDemandItem
	tagDemandQuantity
	tagDemandDue
	tagDemandPriority
	tagDemandSite
	tagForecast
	tagRun
	tagCost
	numTags
)

// mix is the output function of splitmix64.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// hash is a random number for a thing (i, j) under a tag.
func (m *Model) hash(tag, i, j int) uint64 {
	return mix(mix(m.base[tag]+uint64(i)) + uint64(j))
}

// below is a random number from 0 to n − 1.
func (m *Model) below(tag, i, j, n int) int { return int(m.hash(tag, i, j) % uint64(n)) }

// chance is true with probability p.
func (m *Model) chance(tag, i, j int, p float64) bool {
	const bits = 53
	return float64(m.hash(tag, i, j)>>(64-bits)) < p*(1<<bits)
}

// itemID is the id of an item; ids sort as their numbers do.
func (m *Model) itemID(i int) string { return numbered("I", i, m.items()) }

// numbered is a letter and a number with as many digits as the last of n has, at least 4.
func numbered(letter string, i, n int) string {
	width := max(len(strconv.Itoa(max(n-1, 0))), 4)
	b := make([]byte, 0, len(letter)+width)
	b = append(b, letter...)
	digits := strconv.Itoa(i)
	for range width - len(digits) {
		b = append(b, '0')
	}
	return string(append(b, digits...))
}

// siteID is the id of a site: main, then S02, S03, …
func siteID(s int) string {
	if s == 0 {
		return bom.DefaultSite
	}
	const width = 2
	n := strconv.Itoa(s + 1)
	for len(n) < width {
		n = "0" + n
	}
	return "S" + n
}

// Settings is the row of settings.csv.
func (m *Model) Settings() mrp.Settings {
	s := mrp.Settings{Start: bom.OnDay(m.o.Start), TimeZone: "UTC"}
	if m.o.WorkWeek {
		s.Calendar = workWeek
	}
	return s
}

// Fill hands all rows to a builder.
func (m *Model) Fill(b *plan.Builder) {
	b.SetSettings(m.Settings())
	each(m.Items(), b.AddItem)
	each(m.Sources(), b.AddSource)
	each(m.Lines(), b.AddLine)
	each(m.Operations(), b.AddOperation)
	each(m.WorkCentres(), b.AddWorkCentre)
	each(m.Calendars(), b.AddCalendar)
	each(m.Stock(), b.AddStock)
	each(m.Demands(), b.AddDemand)
	each(m.Receipts(), b.AddReceipt)
}

func each[R any](rows iter.Seq[R], add func(R)) {
	for r := range rows {
		add(r)
	}
}

const workWeek = "WORK"

// Calendars yields the rows of calendars.csv.
func (m *Model) Calendars() iter.Seq[capacity.CalendarRow] {
	return func(yield func(capacity.CalendarRow) bool) {
		if m.o.WorkWeek {
			yield(capacity.CalendarRow{ID: workWeek, Days: "Mon-Fri", Shifts: "06:00-22:00"})
		}
	}
}
