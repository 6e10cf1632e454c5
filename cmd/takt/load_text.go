package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
)

// Lists of the load report are cut after so many lines.
const (
	mostRanked   = 15
	mostProfiles = 3  // work centres of which all buckets are shown, if none is asked for
	mostBuckets  = 26 // of a work centre
	mostCentres  = 3  // of which the products that ask most are told
	mostProducts = 5  // of one
	mostGaps     = 8  // overloaded buckets
	mostWays     = 4  // of one kind to cover one
)

// write prints the report.
func (r *loadReport) write(w io.Writer) {
	r.header(w)
	r.bottlenecks(w)
	r.profiles(w)
	r.products(w)
	r.cover(w)
}

func (r *loadReport) header(w io.Writer) {
	s, buckets := r.model.Settings(), r.load.Profile.Buckets()
	_, last := buckets.Days(buckets.Len() - 1)
	what := "Capacity requirements (planned orders and open receipts)"
	if r.cmd.RoughCut {
		what = "Rough-cut load (demands alone, gross of stock and open orders)"
	}
	fmt.Fprintf(w, "%s of %s\nfrom %s to %s, by %s; times in hours\n", what, r.cmd.Dir, weekday(s.Start.Day), weekday(last), r.cmd.Bucket)
	if r.load.Past > 0 {
		fmt.Fprintln(w, fold(fmt.Sprintf("%s h would have to be done before the start; they are in no %s, since stock and open orders stand for them", hours(r.load.Past), r.cmd.Bucket), 0, pageWidth))
	}
	if beyond := r.load.Profile.Beyond(); beyond > 0 {
		fmt.Fprintf(w, "%s h are asked for after the last %s\n", hours(beyond), r.cmd.Bucket)
	}
}

// hours is a time in hours with one decimal, half up.
func hours(d time.Duration) string {
	text := decimal.NewFromInt(int64(d)).DivRound(decimal.NewFromInt(int64(time.Hour)), 1).StringFixed(1)
	if text == "0.0" && d > 0 {
		return "<0.1"
	}
	return text
}

// hoursOr is a time in hours, or nothing for none.
func hoursOr(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return hours(d)
}

// percentOf is a load in percent.
func percentOf(f decimal.Decimal, ok bool) string {
	if !ok {
		return "closed"
	}
	const whole = 2
	return f.Shift(whole).Round(0).String() + " %"
}

func (r *loadReport) bucketDay(b int) string {
	if b < 0 {
		return ""
	}
	first, _ := r.load.Profile.Buckets().Days(b)
	return first.String()
}

// bottlenecks prints the ranking.
func (r *loadReport) bottlenecks(w io.Writer) {
	if len(r.ranking) == 0 {
		heading(w, "BOTTLENECKS", "no work centre has work")
		return
	}
	over, tight := 0, 0
	for i := range r.ranking {
		switch b := &r.ranking[i]; {
		case b.Overload > 0:
			over++
		case b.Gaps > 0:
			tight++
		}
	}
	remark := fmt.Sprintf("of %s with work, %d cannot do it in time", count(len(r.ranking), "work centre"), over)
	if tight > 0 {
		remark += fmt.Sprintf("; %d could if some of it is done in earlier %ss", tight, r.cmd.Bucket)
	}
	const title = "BOTTLENECKS"
	heading(w, title, fold(remark, len(title)+2, pageWidth))
	g := grid{indent: 2, columns: []column{{title: "centre", most: 16, give: true}, {title: "kind"}, {title: "available", right: true}, {title: "setup", right: true}, {title: "run", right: true},
		{title: "load", right: true}, {title: "over", right: true}, {title: "behind by", right: true}, {title: "since"}, {title: "worst"}}}
	for i := range r.ranking[:min(len(r.ranking), mostRanked)] {
		b := &r.ranking[i]
		g.add(b.WorkCentre, capacity.CentreKinds[r.model.Shop.Centres[b.Centre].Kind], hours(b.Available), hoursOr(b.Setup), hoursOr(b.Run), percentOf(b.Fraction()), r.overloaded(b.Gaps),
			hoursOr(b.Overload), r.bucketDay(b.First), r.bucketDay(b.Worst))
	}
	g.write(w)
	moreLines(w, len(r.ranking)-mostRanked, "see bottlenecks with --format json")
}

// overloaded is a number of buckets, or nothing.
func (r *loadReport) overloaded(n int) string {
	if n == 0 {
		return ""
	}
	return count(n, r.cmd.Bucket)
}

// moreLines tells how many lines were cut from a list.
func moreLines(w io.Writer, n int, where string) {
	if n > 0 {
		fmt.Fprintf(w, "  … and %s more (%s)\n", thousands(int64(n)), where)
	}
}

// profiles prints the buckets of the first work centres of the ranking.
func (r *loadReport) profiles(w io.Writer) {
	for i := range r.ranking[:min(len(r.ranking), mostProfiles)] {
		r.profile(w, &r.ranking[i])
	}
	moreLines(w, len(r.ranking)-mostProfiles, "name one with --work-centre, or see --format csv")
}

func (r *loadReport) profile(w io.Writer, b *capacity.Bottleneck) {
	centre := &r.model.Shop.Centres[b.Centre]
	remark := count(centre.Machines.Or(1), "machine")
	if centre.Kind == capacity.Operator || centre.Kind == capacity.Tool {
		remark = count(centre.Machines.Or(1), capacity.CentreKinds[centre.Kind])
	}
	heading(w, "LOAD OF "+b.WorkCentre, remark)
	g := grid{indent: 2, columns: []column{{title: bucketTitle(r.cmd.Bucket)}, {title: "available", right: true}, {title: "setup", right: true}, {title: "run", right: true},
		{title: "asked", right: true}, {title: "load", right: true}, {title: "gap", right: true}, {title: "behind by", right: true}, {}}}
	asked, available, shown, work := time.Duration(0), time.Duration(0), 0, 0
	for l := range r.load.Profile.Of(b.Centre) {
		asked, available = asked+l.Asked(), available+l.Available
		if l.Asked() == 0 && l.Available == 0 {
			continue
		}
		if work++; shown == mostBuckets {
			continue
		}
		shown++
		load := percentOf(l.Fraction())
		if l.Asked() == 0 {
			load = ""
		}
		g.add(l.First.String(), hours(l.Available), hoursOr(l.Setup), hoursOr(l.Run), hoursOr(l.Asked()), load, hoursOr(l.Gap()), hoursOr(max(0, asked-available)), bar(&l))
	}
	g.write(w)
	moreLines(w, work-shown, "see --format csv")
}

// bucketTitle heads the first column of a profile.
func bucketTitle(bucket string) string {
	if bucket == "week" {
		return "week of"
	}
	return bucket
}

// bucketName is a bucket in words.
func (r *loadReport) bucketName(first bom.Day) string {
	if r.cmd.Bucket == "week" {
		return "week of " + first.String()
	}
	return weekday(first)
}

// bar draws a load: a character for every ten percent, those beyond available filled.
func bar(l *capacity.Load) string {
	const tens, most = 10, 15
	if l.Available == 0 {
		return ""
	}
	n := int(min(decimal.NewFromInt(int64(l.Asked())).Mul(decimal.NewFromInt(tens)).DivRound(decimal.NewFromInt(int64(l.Available)), 0).IntPart(), most))
	return strings.Repeat("░", min(n, tens)) + strings.Repeat("█", max(0, n-tens))
}

// products prints who asks most of the worst work centres.
func (r *loadReport) products(w io.Writer) {
	what := "parts made"
	if r.cmd.RoughCut {
		what = "products, with all that is made for them"
	}
	if len(r.ranking) == 0 {
		return
	}
	heading(w, "WHO ASKS MOST", what)
	g := grid{indent: 4, columns: []column{{title: "item", give: true}, {title: "", most: 34, give: true}, {title: "setup", right: true}, {title: "run", right: true}, {title: "asked", right: true}, {title: "of the load", right: true}}}
	for i := range r.ranking[:min(len(r.ranking), mostCentres)] {
		b := &r.ranking[i]
		rows := r.askedOf(b.Centre)
		g.section(fmt.Sprintf("%s, %s h available, %s h asked", b.WorkCentre, hours(b.Available), hours(b.Asked())))
		for j := range rows[:min(len(rows), mostProducts)] {
			a := &rows[j]
			c := r.model.Catalog
			g.add(partName(c.ItemID(a.Part), c.SiteID(a.Part)), c.Names.String(c.Parts[a.Part].Description), hoursOr(a.Setup), hoursOr(a.Run), hours(a.Total()), percentOf(shareOf(a.Total(), b.Asked())))
		}
		if n := len(rows) - mostProducts; n > 0 {
			g.section(fmt.Sprintf("  … and %s more", thousands(int64(n))))
		}
	}
	g.write(w)
}

func shareOf(part, whole time.Duration) (decimal.Decimal, bool) {
	const places = 4
	return decimal.NewFromInt(int64(part)).DivRound(decimal.NewFromInt(int64(max(whole, 1))), places), true
}

// askedOf is what products ask of a centre, the most first.
func (r *loadReport) askedOf(centre int32) []plan.Asked {
	var rows []plan.Asked
	for _, a := range r.asked {
		if a.Centre == centre {
			rows = append(rows, a)
		}
	}
	slices.SortStableFunc(rows, func(a, b plan.Asked) int { return cmp.Compare(b.Total(), a.Total()) })
	return rows
}

// gap is an overloaded bucket.
type gap struct {
	centre string
	load   capacity.Load
	ways   []capacity.Cover
}

// gaps are the overloaded buckets in the order of the ranking, then of time.
func (r *loadReport) gaps() []gap {
	ways := map[string][]capacity.Cover{}
	key := func(centre string, day bom.Day) string { return centre + "\x00" + day.String() }
	for _, c := range r.covers {
		ways[key(c.WorkCentre, c.First)] = append(ways[key(c.WorkCentre, c.First)], c)
	}
	var out []gap
	for i := range r.ranking {
		for l := range r.load.Profile.Of(r.ranking[i].Centre) {
			if l.Gap() > 0 {
				out = append(out, gap{l.WorkCentre, l, ways[key(l.WorkCentre, l.First)]})
			}
		}
	}
	return out
}

// cover prints what would cover the overloads.
func (r *loadReport) cover(w io.Writer) {
	gaps := r.gaps()
	if len(gaps) == 0 {
		heading(w, "OVERLOADS", "none: every "+r.cmd.Bucket+" has time for its work")
		return
	}
	heading(w, "WHAT WOULD COVER IT", count(len(gaps), "overloaded "+r.cmd.Bucket)+"; each way is told as if it were the only one")
	g := grid{indent: 4, columns: []column{{title: "way"}, {title: "", give: true}, {title: "covers", right: true}, {title: "cost", right: true}}}
	for i := range gaps[:min(len(gaps), mostGaps)] {
		r.ways(&g, &gaps[i])
	}
	g.write(w)
	moreLines(w, len(gaps)-mostGaps, "see cover with --format json")
}

// ways adds the ways to cover one gap.
func (r *loadReport) ways(g *grid, x *gap) {
	g.section(fmt.Sprintf("%s, %s: %s h missing, load %s", x.centre, r.bucketName(x.load.First), hours(x.load.Gap()), percentOf(x.load.Fraction())))
	if len(x.ways) == 0 {
		g.add("nothing", "no earlier time that its orders could use, no alternate, overtime or subcontractor", "", "")
	}
	for ways := x.ways; len(ways) > 0; {
		n := 1
		for n < len(ways) && ways[n].Kind == ways[0].Kind {
			n++
		}
		for i := range ways[:min(n, mostWays)] {
			c := &ways[i]
			g.add(string(c.Kind), r.wayText(c), hours(c.Time)+" h", costText(c))
		}
		if n > mostWays {
			g.add("", fmt.Sprintf("… and %d more", n-mostWays), "", "")
		}
		ways = ways[n:]
	}
}

func costText(c *capacity.Cover) string {
	if c.Kind == capacity.CoverEarlier {
		return "holding"
	}
	const cents = 2
	return c.Cost.StringFixed(cents)
}

// wayText says what a way is.
func (r *loadReport) wayText(c *capacity.Cover) string {
	switch c.Kind {
	case capacity.CoverEarlier:
		return "free time, " + r.bucketName(c.Into)
	case capacity.CoverAlternate:
		return "on " + c.To
	case capacity.CoverSubcontract:
		n := r.model.Catalog
		return fmt.Sprintf("%v of %s at %s", c.Quantity, partName(n.ItemID(c.Part), n.SiteID(c.Part)), c.To)
	}
	return "of " + c.WorkCentre
}
